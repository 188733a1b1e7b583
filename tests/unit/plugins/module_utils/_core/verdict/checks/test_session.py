# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was not looked for never passes; TLS 1.3 alone has nothing of TLS 1.2 to ask about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import session

YES, NO = {"accepted": True}, {"accepted": False, "cause": "alert"}
OLDER = ("TLSv1", "TLSv1.1", "TLSv1.2")


def seen(protocol="https", tls12=True, **rest):
    answers = {**dict.fromkeys(OLDER, NO), "TLSv1.2": YES if tls12 else NO, "TLSv1.3": YES}
    return {"protocol": protocol, "protocols": answers, **rest}


TLS12 = {
    "compression": (session.compression, lambda value: {"compression": value}, False),
    "secure_renegotiation": (
        session.secure_renegotiation, lambda value: {"renegotiation": {"secure": value}}, True),
    "client_renegotiation": (
        session.client_renegotiation, lambda value: {"renegotiation": {"client_initiated": value}}, False),
    "extended_master_secret": (
        session.extended_master_secret, lambda value: {"extended_master_secret": value}, True),
    "heartbleed": (
        session.hole_closed("heartbleed"), lambda value: {"vulnerabilities": {"heartbleed": value}}, False),
    "ccs_injection": (
        session.hole_closed("ccs_injection"), lambda value: {"vulnerabilities": {"ccs_injection": value}}, False),
    "robot": (session.hole_closed("robot"), lambda value: {"vulnerabilities": {"robot": value}}, False),
}


@pytest.mark.parametrize("name", sorted(TLS12))
def test_good_passes_weak_fails_and_silence_is_open(policy, context, name):
    check, made, good = TLS12[name]
    assert check(policy, seen(**made(good)), context).status == "pass"
    assert check(policy, seen(**made(not good)), context).status == "fail"
    assert check(policy, seen(**made(None)), context).status == "unknown"
    assert check(policy, seen(), context).status == "unknown"


@pytest.mark.parametrize("name", sorted(TLS12))
def test_tls13_alone_and_plain_http_are_not_asked(policy, context, name):
    check, made, good = TLS12[name]
    weak = made(not good)
    assert check(policy, seen(tls12=False, **weak), context) is None
    assert check(policy, seen("http", **weak), context) is None


def test_an_old_version_that_stayed_open_is_asked_all_the_same(policy, context):
    observation = seen(tls12=False, compression=True)
    observation["protocols"]["TLSv1"] = {"accepted": False, "cause": "timeout"}
    assert session.compression(policy, observation, context).status == "fail"


@pytest.mark.parametrize(("check", "option", "weak"), [
    (session.compression, {"compression": True}, {"compression": True}),
    (session.client_renegotiation, {"client_renegotiation": True}, {"renegotiation": {"client_initiated": True}}),
    (session.extended_master_secret, {"extended_master_secret_required": False}, {"extended_master_secret": False}),
    (session.early_data, {"early_data": True}, {"early_data": True}),
    (session.client_certificate, {"client_certificate": "none"}, {"client_certificate": {"required": False}}),
])
def test_what_the_policy_allows_is_no_finding(policy, context, check, option, weak):
    assert check(policy, seen(**weak), context).status == "fail"
    assert check(replace(policy, **option), seen(**weak), context) is None


@pytest.mark.parametrize(("answer", "status"), [
    (False, "pass"), (True, "fail"), ({"accepted": True}, "fail"), ({"accepted": False}, "pass"), (None, "unknown"),
])
def test_early_data(policy, context, answer, status):
    assert session.early_data(policy, seen(early_data=answer), context).status == status


@pytest.mark.parametrize(("rule", "answer", "status"), [
    ("required", {"requested": True, "required": True}, "pass"),
    ("required", {"requested": True, "required": False}, "fail"),
    ("required", {"requested": False}, "fail"),
    ("required", {"requested": True}, "unknown"),
    ("required", None, "unknown"),
    ("optional", {"requested": True, "required": False}, "pass"),
    ("optional", {"requested": False}, "fail"),
    ("optional", {}, "unknown"),
])
def test_client_certificates(policy, context, rule, answer, status):
    rules = replace(policy, client_certificate=rule)
    assert session.client_certificate(rules, seen(client_certificate=answer), context).status == status


def test_only_suites_with_static_rsa_can_have_the_oracle(policy, context):
    check, oracle = session.hole_closed("robot"), {"vulnerabilities": {"robot": True}}
    without = {"TLSv1.2": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}
    all_known = {"TLSv1.2": True, "TLSv1.3": True}
    assert check(policy, seen(suites=without, suites_complete=all_known, **oracle), context) is None
    assert check(policy, seen(suites=without, suites_complete={"TLSv1.3": True}, **oracle), context).status == "fail"
    static = {"TLSv1.2": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}
    assert check(policy, seen(suites=static, suites_complete=all_known, **oracle), context).status == "fail"
