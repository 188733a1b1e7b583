# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate covers every expected name by its alternative names, in a form that clients match."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.extensions import ALTERNATIVE_NAME
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_names import judge_names
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Unread


def judged(item, *wanted, purpose="server"):
    into = Ledger("x")
    judge_names(item, "The leaf", wanted, into, purpose)
    return {(found.control[12:], found.status, found.severity) for found in into.findings}


GOOD, LACKING = ("names", "pass", "info"), ("names", "fail", "high")


@pytest.mark.parametrize(("presented", "wanted", "expected"), [
    (("a.example",), ("a.example",), GOOD),
    (("a.example",), ("A.EXAMPLE",), GOOD),
    (("a.example",), ("b.example",), LACKING),
    (("a.example", "b.example"), ("a.example", "b.example"), GOOD),
    (("a.example",), ("a.example", "b.example"), LACKING),
    (("*.example.org",), ("a.example.org",), GOOD),
    (("*.example.org",), ("example.org",), LACKING),
    (("*.example.org",), ("b.a.example.org",), LACKING),
    (("a.example",), ("192.0.2.1",), LACKING),
])
def test_coverage(facts, presented, wanted, expected):
    assert judged(facts.certificate(dns_names=presented), *wanted) == {expected}


def test_an_address_is_covered_by_an_address_only(facts):
    assert judged(facts.certificate(ip_addresses=("192.0.2.1",)), "192.0.2.1") == {GOOD}
    assert judged(facts.certificate(dns_names=("192.0.2.1",)), "192.0.2.1") == {LACKING}


def test_a_common_name_covers_nothing(facts):
    item = facts.certificate(dns_names=(), common_names=("a.example",))
    assert judged(item, "a.example") == {LACKING, ("common_name_only", "fail", "high")}
    assert judged(item, purpose="client") == set()


def test_names_that_cannot_be_read_are_not_called_missing(facts):
    item = facts.certificate(dns_names=(), unread=(Unread(ALTERNATIVE_NAME, False, "torn"),))
    assert judged(item) == set()
    assert judged(item, "a.example") == {LACKING}


@pytest.mark.parametrize("pattern", ["*.com", "*", "a*.example.org", "www.*.example.org"])
def test_a_wildcard_that_clients_refuse(facts, pattern):
    assert ("wildcard", "fail", "medium") in judged(facts.certificate(dns_names=(pattern,)))


def test_a_wildcard_of_one_label_below_a_domain_is_in_order(facts):
    assert judged(facts.certificate(dns_names=("*.example.org",))) == set()


def test_a_name_with_an_underscore_is_not_matched_by_every_client(facts):
    item = facts.certificate(dns_names=("my_host.example.org",))
    assert judged(item, "my_host.example.org") == {("names", "fail", "low")}
