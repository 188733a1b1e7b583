# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Only what is proven refused passes; what is accepted outside the policy fails by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import suites

GOOD, TOLERATED = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"
YES, NO = {"accepted": True}, {"accepted": False, "cause": "alert"}
REFUSED = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1")
COMPLETE = {"TLSv1.2": True, "TLSv1.3": True}


def seen(protocol="https", accepted=("TLSv1.2", "TLSv1.3"), **rest):
    answers = {**dict.fromkeys((*REFUSED, "TLSv1.2", "TLSv1.3"), NO), **dict.fromkeys(accepted, YES)}
    observed = {"suites": {"TLSv1.2": [GOOD], "TLSv1.3": ["TLS_AES_128_GCM_SHA256"]}, "suites_complete": COMPLETE}
    return {"protocol": protocol, "protocols": answers, **observed, **rest}


def rule(kind, version="TLSv1.2", refused=True, accepted=()):
    return {"id": f"tls:forbidden_{kind}", "version": version, "refused": refused, "accepted": list(accepted)}


def test_a_complete_list_within_the_policy_passes(policy, context):
    assert suites.suites_tls12(policy, seen(), context).status == "pass"
    assert suites.suites_tls13(policy, seen(), context).status == "pass"


@pytest.mark.parametrize(("name", "severity"), [
    ("TLS_RSA_WITH_RC4_128_SHA", "critical"), ("TLS_RSA_WITH_AES_128_CBC_SHA", "high"),
    ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "medium"),
])
def test_one_suite_too_many_fails_by_its_name(policy, context, name, severity):
    outcome = suites.suites_tls12(policy, seen(suites={"TLSv1.2": [GOOD, name]}), context)
    assert (outcome.status, outcome.severity) == ("fail", severity)
    assert outcome.evidence["outside"] == {"TLSv1.2": [name]}


def test_what_a_rule_saw_accepted_counts_though_no_list_has_it(policy, context):
    observed = seen(rules=[rule("suites", refused=False, accepted=["TLS_RSA_WITH_AES_128_CBC_SHA"])])
    assert suites.suites_tls12(policy, observed, context).status == "fail"


@pytest.mark.parametrize(("rules", "status"), [
    ([rule("suites")], "pass"),
    ([], "unknown"),
    ([rule("suites", refused=None)], "unknown"),
    ([rule("suites", version="TLSv1.3")], "unknown"),
    ([rule("groups")], "unknown"),
    ([rule("suites"), rule("suites", refused=None)], "unknown"),
])
def test_without_a_complete_list_every_rule_must_have_been_refused(policy, context, rules, status):
    observed = seen(suites_complete={"TLSv1.2": False}, rules=rules)
    assert suites.suites_tls12(policy, observed, context).status == status


def test_a_forbidden_version_is_blamed_for_its_worst_suites_only(policy, context):
    older = ("TLSv1", "TLSv1.2", "TLSv1.3")
    usual = seen(accepted=older, suites={"TLSv1": ["TLS_RSA_WITH_AES_128_CBC_SHA"], "TLSv1.2": [GOOD]})
    assert suites.suites_tls12(policy, usual, context).status == "pass"
    broken = seen(accepted=older, suites={"TLSv1": ["TLS_RSA_WITH_NULL_SHA"], "TLSv1.2": [GOOD]})
    assert suites.suites_tls12(policy, broken, context).evidence["outside"] == {"TLSv1": ["TLS_RSA_WITH_NULL_SHA"]}


def test_a_version_that_stayed_open_leaves_its_suites_open(policy, context):
    observed = seen(accepted=("TLSv1.3",))
    observed["protocols"]["TLSv1.2"] = {"accepted": False, "cause": "timeout"}
    assert suites.suites_tls12(policy, observed, context).status == "unknown"
    assert suites.suites_tls12(policy, seen(accepted=("TLSv1.3",)), context) is None


@pytest.mark.parametrize(("observed", "status"), [
    ({}, "pass"),
    ({"suites": {"TLSv1.2": [GOOD, TOLERATED]}}, "fail"),
    ({"suites_complete": {}}, "unknown"),
    ({"suites_complete": {}, "rules": [rule("suites"), rule("suites", "TLSv1.3")]}, "pass"),
    ({"suites_complete": {}, "rules": [rule("suites"), rule("suites", "TLSv1.3"),
                                       {**rule("suites", refused=None), "id": "tls:phased_out"}]}, "unknown"),
])
def test_suites_to_be_phased_out(policy, context, observed, status):
    assert suites.suites_phase_out(policy, seen(**observed), context).status == status


@pytest.mark.parametrize(("observed", "status"), [
    ({"groups": ["X25519"], "groups_complete": True}, "pass"),
    ({"groups": ["X25519", "secp521r1"], "groups_complete": True}, "fail"),
    ({"groups": ["X25519"]}, "unknown"),
    ({"groups": ["X25519"], "rules": [rule("groups"), rule("groups", "TLSv1.3")]}, "pass"),
    ({"groups": ["X25519"], "rules": [rule("groups")]}, "unknown"),
    ({"rules": [rule("groups", refused=False, accepted=["sect283k1"])]}, "fail"),
])
def test_groups(policy, context, observed, status):
    assert suites.groups(policy, seen(**observed), context).status == status


@pytest.mark.parametrize(("observed", "status"), [
    ({"groups": ["X25519MLKEM768", "X25519"]}, "pass"),
    ({"groups": ["X25519"]}, "unprobed"),
    ({"groups": ["X25519"], "library": {"name": "OpenSSL", "version": "3.5.1"}}, "fail"),
    ({"groups": ["X25519"], "library": {"name": "OpenSSL", "version": "3.0.17"}}, "pass"),
    ({"groups": ["X25519"], "library": {"name": "GnuTLS", "version": "3.8.9"}}, "pass"),
    ({"groups": ["X25519"], "library": {"name": "GnuTLS", "version": "3.9.0"}}, "unprobed"),
    ({"groups": ["X25519"], "library": {"name": "OpenSSL", "version": "three"}}, "unprobed"),
    ({}, "unknown"),
])
def test_a_post_quantum_group_is_asked_of_a_library_that_has_one(policy, context, observed, status):
    assert suites.post_quantum(policy, seen(**observed), context).status == status


def test_without_tls13_there_is_no_post_quantum_group(policy, context):
    assert suites.post_quantum(policy, seen(accepted=("TLSv1.2",), groups=["X25519"]), context).status == "fail"


@pytest.mark.parametrize(("observed", "status"), [
    ({"signature_schemes": ["ecdsa_secp256r1_sha256"], "signature_schemes_complete": True}, "pass"),
    ({"signature_schemes": ["ecdsa_secp256r1_sha256"]}, "unknown"),
    ({"signature_schemes": ["rsa_pkcs1_sha1"]}, "fail"),
    ({"signature_schemes": [], "signature_schemes_complete": True}, "unknown"),
])
def test_signature_schemes(policy, context, observed, status):
    assert suites.signature_schemes(policy, seen(**observed), context).status == status


@pytest.mark.parametrize(("bits", "status", "severity"), [
    (2048, "pass", None), (2047, "fail", None), (1024, "fail", None), (1023, "fail", "critical"),
])
def test_the_size_of_the_modulus(policy, context, bits, status, severity):
    outcome = suites.dh_size(policy, seen(dh_bits=bits), context)
    assert (outcome.status, outcome.severity) == (status, severity)


def test_dhe_whose_modulus_was_not_seen_is_open(policy, context):
    dhe = seen(suites={"TLSv1.2": ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]})
    assert suites.dh_size(policy, dhe, context).status == "unknown"
    assert suites.dh_size(policy, seen(), context) is None


@pytest.mark.parametrize(("answers", "status"), [
    ({"TLSv1.2": True, "TLSv1.3": True}, "pass"),
    ({"TLSv1.2": False, "TLSv1.3": True}, "fail"),
    ({"TLSv1.2": True}, "pass"),
    ({"TLSv1.3": True}, "unknown"),
    ({}, "unknown"),
])
def test_the_order_of_suites_is_the_servers_unless_there_is_only_one(policy, context, answers, status):
    two = {"TLSv1.2": [GOOD, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"], "TLSv1.3": ["TLS_AES_128_GCM_SHA256"]}
    assert suites.server_preference(policy, seen(suites=two, server_preference=answers), context).status == status


def test_what_the_policy_does_not_ask_for_is_no_finding(policy, context):
    lax = replace(policy, server_preference=False, post_quantum_required=False)
    weak = seen(server_preference={"TLSv1.2": False}, groups=["X25519"])
    assert suites.server_preference(lax, weak, context) is None
    assert suites.post_quantum(lax, weak, context) is None


@pytest.mark.parametrize("check", [
    suites.suites_tls12, suites.suites_tls13, suites.suites_phase_out, suites.groups, suites.post_quantum,
    suites.signature_schemes, suites.dh_size, suites.server_preference,
])
def test_plain_http_has_no_suites(policy, context, check):
    assert check(policy, seen("http", dh_bits=512, signature_schemes=["x"], groups=["x"]), context) is None
