# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A damaged extension is as bad as what clients do about it."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_encoding import (
    ESSENTIAL_EXTENSIONS,
    judge_encoding,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Unread
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import EXTENSIONS


def judged(item):
    into = Ledger("x")
    judge_encoding(item, "The leaf", into)
    return into.findings


def oid_of(title):
    return next(oid for oid, name in EXTENSIONS.items() if name == title)


def test_a_certificate_in_order_raises_nothing(facts):
    assert judged(facts.certificate()) == []


@pytest.mark.parametrize("title", ESSENTIAL_EXTENSIONS)
def test_clients_refuse_a_certificate_with_a_damaged_essential_extension(facts, title):
    (finding,) = judged(facts.certificate(unread=(Unread(oid_of(title), False, "torn"),)))
    assert finding.severity == "high"
    assert "Clients refuse" in finding.sentence
    assert title in finding.sentence


@pytest.mark.parametrize(("oid", "critical", "severity"), [
    ("1.2.3.4", False, "low"), ("1.2.3.4", True, "high"), (oid_of("tlsFeature"), False, "medium"),
])
def test_other_extensions(facts, oid, critical, severity):
    (finding,) = judged(facts.certificate(unread=(Unread(oid, critical, "torn"),)))
    assert (finding.severity, finding.to_dict()["evidence"]["oid"]) == (severity, oid)
    assert ("Clients refuse" in finding.sentence) is critical


def test_each_damaged_extension_is_named(facts):
    unread = (Unread("1.2.3.4", False, "torn"), Unread("1.2.3.5", False, "torn"))
    assert [finding.to_dict()["evidence"]["oid"] for finding in judged(facts.certificate(unread=unread))] == [
        "1.2.3.4", "1.2.3.5",
    ]


def test_oddities_that_openssl_reads_are_advice(facts):
    (finding,) = judged(facts.certificate(oddities=("negative serial", "version 1")))
    assert (finding.control, finding.severity) == ("certificate.encoding", "low")
    assert "negative serial, version 1" in finding.sentence
