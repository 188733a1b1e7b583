# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings are collected with their references; advice never makes what was read not compliant."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import findings
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError


def ledger(*rows):
    into = findings.Ledger("/etc/ssl/a.pem")
    for method, *arguments in rows:
        getattr(into, method)(*arguments)
    return into


def failing(severity, control="certificate.key_size"):
    return ("failed", control, severity, "Too small.", "Make a larger one.")


@pytest.mark.parametrize(("method", "status"), [("passed", "pass"), ("untold", "unprobed")])
def test_what_did_not_fail_needs_no_remedy(method, status):
    (finding,) = ledger((method, "certificate.names", "Covers a.example.")).findings
    assert (finding.status, finding.severity, finding.remedy) == (status, "info", "")
    assert finding.path == "/etc/ssl/a.pem"
    assert finding.references == findings.REFERENCES["certificate.names"]


def test_evidence_is_kept_as_given():
    into = findings.Ledger("x")
    into.failed("certificate.curve", "high", "No.", "Do.", curve="secp256k1", allowed=["secp256r1"])
    assert into.findings[0].to_dict()["evidence"] == {"curve": "secp256k1", "allowed": ["secp256r1"]}


@pytest.mark.parametrize("evil", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\x00b"])
def test_names_of_other_people_stay_on_their_line(evil):
    (finding,) = ledger(("passed", "certificate.names", evil)).findings
    assert finding.sentence.isprintable()


def test_a_control_without_references_cannot_be_used():
    with pytest.raises(KeyError):
        ledger(("passed", "certificate.colour", "Red."))


@pytest.mark.parametrize(("rows", "expected"), [
    ([], True),
    ([("passed", "certificate.names", "Good.")], True),
    ([failing("info")], True),
    ([failing("low")], True),
    ([failing("medium")], False),
    ([failing("high")], False),
    ([failing("critical")], False),
    ([("error", "certificate.readable", "high", "Torn.", "Mend it.")], False),
    ([("untold", "certificate.key_match", "Not known.")], True),
])
def test_compliance(rows, expected):
    assert findings.is_compliant(ledger(*rows).findings) is expected


def test_an_accepted_control_is_an_exception_and_no_pass():
    found = ledger(failing("high"), failing("high", "certificate.curve"), ("passed", "certificate.key_size", "Good."))
    now = findings.is_accepted(found.findings, ["certificate.key_size"])
    assert [item.status for item in now] == ["excepted", "fail", "pass"]
    assert not findings.is_compliant(now)


def test_what_could_not_be_read_cannot_be_accepted():
    found = ledger(("error", "certificate.readable", "high", "Torn.", "Mend it.")).findings
    assert findings.is_accepted(found, ["certificate.readable"])[0].status == "error"


def test_an_unknown_control_is_refused_by_name():
    with pytest.raises(CertificateError, match=r"Unknown control: certificate\.colour"):
        findings.is_accepted([], ["certificate.colour", "certificate.names"])


def test_a_certificate_is_called_by_its_place_in_the_file(facts):
    assert findings.name_finding(facts.certificate(), "leaf") == "The leaf 'a.example' in /etc/ssl/a.pem"
    assert findings.name_finding(facts.certificate(position=2), "leaf").endswith("(certificate 3 in the file)")


@pytest.mark.parametrize(("count", "expected"), [(0, ""), (2, "0, 1"), (3, "0, 1, 2"), (5, "0, 1, 2 and 2 more")])
def test_long_lists_are_cut(count, expected):
    assert findings.list_words((str(number) for number in range(count)), 3) == expected
