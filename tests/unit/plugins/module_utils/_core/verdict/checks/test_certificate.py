# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificate judge's findings become one finding of the endpoint: the worst failure speaks, advice does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import certificate as checks


def found(part, status="fail", severity="high", **evidence):
    sentence = f"{part} {status} {severity}."
    return {"control": f"certificate.{part}", "status": status, "severity": severity, "sentence": sentence,
            "evidence": evidence}


def seen(*findings, leaf=None, **rest):
    return {
        "protocol": "https", "protocols": {"TLSv1.3": {"accepted": True}},
        "certificates": [{"sha256": "aa", "signature_algorithm": "ecdsa-with-SHA256", **(leaf or {})}],
        "certificate_findings": list(findings), **rest,
    }


@pytest.mark.parametrize("control", sorted(checks.PARTS))
def test_each_part_fails_its_control_and_no_other(policy, context, control):
    check = checks.joined(control)
    for part in checks.PARTS[control]:
        broken = seen(found(part), anchors_named=True)
        assert check(policy, broken, context).status == "fail", part
        assert check(policy, seen(found(part, "pass", "info")), context).status == "pass", part
        others = [other for other in checks.PARTS if other != control]
        assert not [other for other in others if checks.joined(other)(policy, broken, context)], part


def test_the_worst_failure_gives_sentence_and_severity(policy, context):
    observation = seen(found("curve", severity="low"), found("weak_key", severity="critical"),
                       found("key_size", severity="medium"), found("key_type", "pass", "info"))
    outcome = checks.joined("certificate_key")(policy, observation, context)
    assert (outcome.severity, outcome.sentence) == ("critical", "weak_key fail critical.")
    assert len(outcome.evidence["certificate_controls"]) == 4


@pytest.mark.parametrize("advice", [found("wildcard", severity="info"), found("wildcard", severity="low", advice=True)])
def test_advice_alone_is_no_failure(policy, context, advice):
    outcome = checks.joined("certificate_name")(policy, seen(advice, found("names", "pass", "info")), context)
    assert outcome.status == "pass"


def test_a_certificate_that_was_not_read_passes_nothing(policy, context):
    for control in checks.PARTS:
        unread = seen()
        unread["certificate_findings"] = None
        assert checks.joined(control)(policy, unread, context).status == "unprobed"
        torn = checks.joined(control)(policy, seen(found("readable")), context)
        assert (torn.status, torn.tried) == ("unknown", True)


@pytest.mark.parametrize("observation", [
    {**seen(found("validity")), "protocol": "http"}, {**seen(found("validity")), "protocols": {}},
    {**seen(found("validity")), "certificates": []}, {**seen(found("validity")), "certificates": ["torn"]},
])
def test_without_tls_or_certificate_nothing_is_judged(policy, context, observation):
    assert checks.joined("certificate_valid")(policy, observation, context) is None
    assert checks.certificate_trust(policy, observation, context) is None
    assert checks.stapling(policy, observation, context) is None


@pytest.mark.parametrize(("rest", "status"), [
    ({}, "unprobed"),
    ({"trust": {"trusted": True}}, "pass"),
    ({"anchors_named": True}, "fail"),
    ({"leaf": {"public": True}}, "fail"),
])
def test_a_chain_without_its_private_root(policy, context, rest, status):
    observation = seen(found("chain_complete"), **rest)
    assert checks.joined("certificate_chain")(policy, observation, context).status == status
    other = seen(found("chain_complete"), found("chain_order"), **rest)
    assert checks.joined("certificate_chain")(policy, other, context).status == "fail"


@pytest.mark.parametrize(("rest", "status"), [
    ({"trust": {"trusted": True}}, "pass"),
    ({"trust": {"checked": True, "trusted": False, "reason": "self-signed."}}, "fail"),
    ({"trust": {"checked": False, "trusted": False}}, "unprobed"),
    ({}, "unprobed"),
])
def test_trust_is_decided_by_a_check_or_by_named_anchors(policy, context, rest, status):
    assert checks.certificate_trust(policy, seen(**rest), context).status == status


@pytest.mark.parametrize(("finding", "status"), [
    (found("trust_anchor"), "fail"),
    (found("self_signed", severity="low"), "unprobed"),
    (found("trust_anchor", "pass", "info"), "pass"),
    (found("basic_constraints", ca=False), "fail"),
    (found("basic_constraints", path_length=0), "fail"),
    (found("basic_constraints", ca=True), "unprobed"),
    (found("readable"), "unknown"),
])
def test_trust_follows_the_certificate_judge(policy, context, finding, status):
    assert checks.certificate_trust(policy, seen(finding), context).status == status


def test_a_failure_outweighs_a_store_that_trusts(policy, context):
    observation = seen(found("basic_constraints", ca=False), trust={"trusted": True})
    assert checks.certificate_trust(policy, observation, context).status == "fail"


@pytest.mark.parametrize(("suites", "status"), [
    (["TLS_ECDH_anon_WITH_AES_128_CBC_SHA"], "fail"),
    (["TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_AES_128_GCM_SHA256"], "unknown"),
    ([], "unknown"),
])
def test_tls_without_a_certificate_never_passes(policy, context, suites, status):
    observation = {**seen(), "certificates": [], "suites": {"TLSv1.2": suites}}
    assert checks.certificate_present(policy, observation, context).status == status
    assert checks.certificate_present(policy, seen(), context).status == "pass"


@pytest.mark.parametrize(("leaf", "staple", "expected"), [
    ({"ocsp_urls": ["http://o/"]}, {"stapled": True, "status": "successful"}, ("pass", None)),
    ({}, {"stapled": True, "status": "revoked"}, ("fail", None)),
    ({"ocsp_urls": ["http://o/"]}, {"stapled": False}, ("fail", None)),
    ({"must_staple": True}, {"stapled": False}, ("fail", "high")),
    ({"must_staple": True}, {}, ("unknown", None)),
    ({"signature_algorithm": None}, {"stapled": False}, ("unprobed", None)),
])
def test_stapling(policy, context, leaf, staple, expected):
    outcome = checks.stapling(policy, seen(leaf=leaf, stapling=staple), context)
    assert (outcome.status, outcome.severity) == expected


def test_without_a_responder_nothing_needs_to_be_stapled(policy, context):
    assert checks.stapling(policy, seen(stapling={"stapled": False}), context) is None


@pytest.mark.parametrize(("value", "expected"), [
    ("2026-11-22T12:00:00Z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    ("2026-11-22T12:00:00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    ("2026-11-22T13:00:00+01:00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
    (datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1))), datetime(2026, 11, 22, 12, tzinfo=UTC)),
    ("soon", None), (None, None), (20261122.5, None),
])
def test_a_moment_is_read_as_utc(value, expected):
    assert checks.moment(value) == expected


@pytest.mark.parametrize(("end", "days"), [
    ("2026-11-23T12:00:00Z", 1), ("2026-11-23T11:59:59Z", 0), ("2026-11-22T11:59:59Z", -1), ("never", None),
])
def test_days_are_whole_and_negative_after_the_end(end, days):
    assert checks.days_left({"not_after": end}, datetime(2026, 11, 22, 12, tzinfo=UTC)) == days
