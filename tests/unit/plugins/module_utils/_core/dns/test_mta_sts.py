# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""MTA-STS records and policies as RFC 8461 has them, and as they should not be."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts

GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.org\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize("texts, found, words", [
    ([], None, ""), (["v=spf1 -all"], None, ""), (["v=STSv1; id=20261129T0001;"], "20261129T0001", ""),
    (["v=STSv1 ; id=1"], "1", ""), (["x", "v=STSv1; id=1; more=2"], "1", ""), (["v=STSv1; id=1", "v=STSv1; id=2"], None, "2 records"),
    (["v=STSv1;"], None, "id"), (["v=STSv1; id=" + "1" * 33], None, "id"), (["v=STSv1; id=a-b"], None, "id"),
    (["v=STSv1; id=1; id=2"], None, "id"), (["v=STSv12; id=1"], None, ""), (["V=STSv1; id=1"], None, ""),
])
def test_records(texts, found, words):
    read = mta_sts.read_record(texts)
    assert read["id"] == found and words in read["problem"] and bool(words) == bool(read["problem"])


def test_a_good_policy():
    assert mta_sts.read_policy(GOOD) == {
        "mode": "enforce", "max_age": 604800, "mx": ["mail.example.org", "*.example.net"], "problem": ""}
    assert mta_sts.read_policy(GOOD.replace("\r\n", "\n") + "future: x\n")["problem"] == ""


@pytest.mark.parametrize("old, new, words", [
    ("STSv1", "STSv2", "version"), ("version: STSv1\r\n", "", "version"), ("enforce", "force", "mode"), ("604800", "-1", "max_age"),
    ("604800", "31557601", "max_age"), ("604800", "9" * 5000, "max_age"), ("mx: mail.example.org\r\nmx: *.example.net\r\n", "", "no mx"),
    ("mail.example.org", "*", "not a name"), ("mail.example.org", "mail.*.org", "not a name"), ("mail.example.org", "a b", "not a name"),
    ("mail.example.org\r\n", "mail.example.org\r\n" * 1 + "mx: a\r\n" * 200, "lines"), ("mode", "\r\n" * 2000 + "mode", "lines"),
])
def test_of_an_invalid_policy_nothing_counts(old, new, words):
    read = mta_sts.read_policy(GOOD.replace(old, new))
    assert words in read["problem"] and (read["mode"], read["max_age"], read["mx"]) == (None, None, [])


def test_a_policy_of_mode_none_needs_no_mx():
    assert mta_sts.read_policy("version: STSv1\nmode: none\nmax_age: 86400\n")["mode"] == "none"


@pytest.mark.parametrize("host, covered", [
    ("mail.example.org", True), ("Mail.Example.ORG.", True), ("a.example.net", True), ("example.net", False),
    ("a.b.example.net", False), ("mail.example.org.evil.test", False), ("", False),
])
def test_a_star_stands_for_one_label(host, covered):
    assert mta_sts.is_covered(host, ["mail.example.org", "*.example.net"]) is covered


def test_the_id_changes_with_the_policy_and_only_with_it():
    policy = mta_sts.write_policy("testing", ["mail.example.org"], 604800)
    assert mta_sts.read_policy(policy) == {"mode": "testing", "max_age": 604800, "mx": ["mail.example.org"], "problem": ""}
    assert mta_sts.read_record([mta_sts.write_record(policy)]) == {"id": mta_sts.make_id(policy), "problem": ""}
    assert mta_sts.make_id(policy) == mta_sts.make_id(policy.replace("\r\n", "\n"))
    assert mta_sts.make_id(policy) != mta_sts.make_id(policy.replace("testing", "enforce"))


def test_names():
    assert mta_sts.name_record("Example.ORG.") == "_mta-sts.example.org" and mta_sts.name_host("example.org") == "mta-sts.example.org"
