# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For each control of the DNS: what passes, what fails and how badly, and what must not pass."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import PARTS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.dns import CHECKS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import Context

DATA = Path(__file__).resolve().parents[6] / "data" / "observations"
GOOD = json.loads((DATA / "submission_good.json").read_text(encoding="utf-8"))
CHAIN = [tlsa.read_served(item["pem"]) for item in GOOD["certificates"]]
NAME = "mail.example.test"
RIGHT = tlsa.make_record(CHAIN[0])
WRONG = {**RIGHT, "data": "00" * 32}
AUTHORITY = {**tlsa.make_record(CHAIN[1]), "usage": 2}
CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=timezone.utc))


def answer(status="found", authentic=True, **more):
    return {"status": status, "reason": "SERVFAIL" if status == "error" else "", "authentic": authentic, "records": [], **more}


def seen(protocol="smtp", **dns):
    made = copy.deepcopy(GOOD)
    made.update(port=25, protocol=protocol)
    made["trust"] = {"checked": True, "trusted": True}
    made["certificates"][0].update(dns_names=[NAME], issuer="CN=Ours,O=Ours")
    made["certificate_findings"] = [{"control": f"certificate.{part}", "status": "pass", "severity": "info", "sentence": "ok."}
                                    for parts in PARTS.values() for part in parts]
    made["dns"] = {"name": NAME, "error": None, "issuers": ["ca.example"], "domains": [], **dns}
    return made


def blame(observation, part):
    for item in observation["certificate_findings"]:
        if item["control"] == f"certificate.{part}":
            item.update(status="fail", severity="high", sentence=f"{part} is wrong.")
    return observation


def judge(control, observation):
    outcome = CHECKS[control](None, observation, CONTEXT)
    return outcome and (outcome.status, outcome.severity)


@pytest.mark.parametrize("control", sorted(CHECKS))
def test_without_an_answer_of_the_dns_no_control_applies(control):
    observation = seen()
    del observation["dns"]
    assert judge(control, observation) is None


@pytest.mark.parametrize("control", ["dns_caa", "dns_tlsa", "dns_dnssec"])
def test_an_error_is_an_error_at_every_depth(control):
    part = control.partition("_")[2]
    for observation in (seen(**{part: answer("error")}), seen(error="No resolver."), seen(**{part: None}), seen()):
        outcome = CHECKS[control](None, observation, CONTEXT)
        assert outcome.status == "unknown" and outcome.tried
    assert judge(control, seen(name=None)) is None and judge(control, seen("http", **{part: answer()})) is None


def caa(*values, **more):
    return answer(records=[dict(zip(("flags", "tag", "value"), value, strict=True)) for value in values], found_at="example.test", **more)


@pytest.mark.parametrize("found, expected", [
    (caa((0, "issue", "ca.example")), ("pass", None)),
    (caa((0, "issue", "other.example"), (0, "issue", "CA.example; x=y")), ("pass", None)),
    (caa((0, "issue", "other.example")), ("fail", None)),
    (caa((0, "issue", ";")), ("fail", None)),
    (caa((0, "issue", "ca.example"), (128, "tbs", "x")), ("fail", None)),
    (caa((0, "issue", "ca.example"), (0, "tbs", "x")), ("pass", None)),
    (caa((0, "issue", "ca.example"), (0, "issuewild", ";")), ("pass", None)),
    (caa((0, "iodef", "mailto:a@b")), ("fail", "info")),
    (answer("none", found_at=None), ("fail", "info")),
])
def test_caa(found, expected):
    assert judge("dns_caa", seen(caa=found)) == expected


def test_caa_of_a_wildcard_and_of_authorities_that_are_known_or_not():
    found = caa((0, "issue", "letsencrypt.org"), (0, "issuewild", ";"))
    observation = seen(caa=found, issuers=[])
    assert judge("dns_caa", observation)[0] == "unprobed"
    observation["certificates"][0]["issuer"] = "CN=E7,O=Let's Encrypt,C=US"
    assert judge("dns_caa", observation) == ("pass", None)
    observation["certificates"][0]["dns_names"] = ["*.example.test"]
    assert judge("dns_caa", observation) == ("fail", None)


def published(*records, **more):
    return answer(records=list(records), name=f"_25._tcp.{NAME}", **more)


@pytest.mark.parametrize("records, protocol, expected", [
    ([RIGHT], "smtp", ("pass", None)), ([WRONG, RIGHT], "smtp", ("pass", None)), ([AUTHORITY], "smtp", ("pass", None)),
    ([WRONG, AUTHORITY], "smtp", ("pass", None)), ([WRONG], "smtp", ("fail", "critical")), ([WRONG], "https", ("fail", "high")),
    ([{**AUTHORITY, "usage": 3}], "smtp", ("fail", "critical")), ([{**RIGHT, "usage": 2}], "smtp", ("fail", "critical")),
    ([{**RIGHT, "usage": 1}], "smtp", ("fail", "medium")), ([{**RIGHT, "usage": 1}], "https", ("pass", None)),
    ([{**RIGHT, "usage": 1}, RIGHT], "smtp", ("fail", "info")), ([{**RIGHT, "usage": 1}, WRONG], "smtp", ("fail", "critical")),
    ([{**RIGHT, "matching_type": 3}], "smtp", ("fail", "medium")), ([{**RIGHT, "data": "00"}], "smtp", ("fail", "medium")),
    ([], "smtp", ("fail", "info")), ([], "https", None),
])
def test_tlsa(records, protocol, expected):
    found = published(*records) if records else answer("none", name="x")
    assert judge("dns_tlsa", seen(protocol, tlsa=found)) == expected


@pytest.mark.parametrize("records", [[RIGHT], [WRONG]])
def test_records_that_are_not_signed_are_ignored_and_so_no_pass(records):
    assert judge("dns_tlsa", seen(tlsa=published(*records, authentic=False))) == ("fail", "medium")
    assert judge("dns_tlsa", seen(tlsa=published(*records), dnssec=answer(authentic=False))) == ("fail", "medium")


def test_records_are_compared_even_if_it_is_not_known_whether_they_are_signed():
    assert judge("dns_tlsa", seen(tlsa=published(RIGHT, authentic=None))) == ("pass", None)
    assert judge("dns_tlsa", seen(tlsa=published(WRONG, authentic=None))) == ("fail", "critical")


@pytest.mark.parametrize("part", ["names", "validity"])
def test_an_authority_counts_only_for_a_certificate_in_order_and_a_leaf_counts_always(part):
    assert judge("dns_tlsa", blame(seen(tlsa=published(AUTHORITY)), part)) == ("fail", "critical")
    assert judge("dns_tlsa", blame(seen(tlsa=published(RIGHT)), part)) == ("pass", None)


def test_each_kind_of_key_needs_a_record_that_matches():
    observation = seen(tlsa=published(RIGHT))
    observation["certificates_by_type"] = {"rsa": [GOOD["certificates"][1]], "ecdsa": GOOD["certificates"]}
    assert judge("dns_tlsa", observation) == ("fail", "critical")
    del observation["certificates_by_type"]["rsa"]
    assert judge("dns_tlsa", observation) == ("pass", None)


@pytest.mark.parametrize("certificates", [[], [{"pem": "nonsense"}], [{}]])
def test_without_a_certificate_that_can_be_read_nothing_passes(certificates):
    observation = seen(tlsa=published(RIGHT))
    observation["certificates"] = certificates
    assert judge("dns_tlsa", observation)[0] == "unknown"


@pytest.mark.parametrize("authentic, status", [(True, "pass"), (False, "fail"), (None, "unprobed")])
def test_dnssec(authentic, status):
    outcome = CHECKS["dns_dnssec"](None, seen(dnssec=answer(authentic=authentic)), CONTEXT)
    assert outcome.status == status and bool(outcome.evidence.get("out_of_reach")) == (status == "unprobed")


def domain(mx=NAME, record=None, error=None, rpt=None, **policy):
    found = {"status": "found", "problem": "", "mode": "enforce", "max_age": 604800, "mx": [NAME], "text": "", **policy}
    return {"domain": "example.test", "error": error, "mx": answer(hosts=[mx]),
            "mta_sts": {**answer(), "id": "1", "problem": "", "policy": found, **(record or {})},
            "tls_rpt": {**answer(), "rua": ["mailto:a@b"], "problem": "", **(rpt or {})}}


@pytest.mark.parametrize("made, expected", [
    (domain(), ("pass", None)), (domain(mx="other.example.test"), ("fail", "high")),
    (domain(mx="other.example.test", mode="testing"), ("fail", "medium")), (domain(mode="testing"), ("fail", "low")),
    (domain(mode="none"), ("fail", "low")), (domain(max_age=300), ("fail", "low")),
    (domain(status="invalid", problem="it redirects"), ("fail", None)), (domain(status="error", problem="no answer"), ("unknown", None)),
    (domain(record={"id": None, "policy": None}), ("fail", "low")), (domain(record={"problem": "two records"}), ("fail", None)),
    (domain(record=answer("error")), ("unknown", None)), (domain(error="no resolver"), ("unknown", None)),
    (domain(record={"policy": None}), ("unknown", None)),
])
def test_mta_sts(made, expected):
    assert judge("dns_mta_sts", seen(domains=[made])) == expected
    assert judge("dns_mta_sts", seen("submission", domains=[made])) is None


def test_the_worst_domain_counts():
    assert judge("dns_mta_sts", seen(domains=[domain(), domain(error="no resolver")])) == ("unknown", None)
    assert judge("dns_mta_sts", seen(domains=[domain(), domain(mx="b.example.test"), domain(mode="none")])) == ("fail", "high")


@pytest.mark.parametrize("part", ["names", "validity"])
def test_the_certificate_of_the_mx_has_to_verify(part):
    assert judge("dns_mta_sts", blame(seen(domains=[domain()]), part)) == ("fail", "high")
    assert judge("dns_mta_sts", blame(seen(domains=[domain(mode="testing")]), part)) == ("fail", "medium")
    observation = seen(domains=[domain()])
    observation["trust"] = {"checked": True, "trusted": False, "reason": "no"}
    assert judge("dns_mta_sts", observation) == ("fail", "high")
    observation["trust"] = {}
    assert judge("dns_mta_sts", observation)[0] == "unprobed"


@pytest.mark.parametrize("made, expected", [
    (domain(), ("pass", None)), (domain(rpt={"rua": []}), ("fail", "info")), (domain(rpt={"rua": [], "problem": "its rua is missing"}), ("fail", None)),
    (domain(rpt=answer("error")), ("unknown", None)),
])
def test_tls_rpt(made, expected):
    assert judge("dns_tls_rpt", seen(domains=[made])) == expected
