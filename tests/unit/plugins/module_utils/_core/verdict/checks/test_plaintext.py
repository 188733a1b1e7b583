# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Before TLS nothing is served; only port 25 of a public exchanger is opportunistic, and never with a password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import plaintext as checks


def seen(protocol="imap", **plaintext):
    return {"protocol": protocol, "plaintext": plaintext}


def http(how, **redirect):
    return {"protocol": "http", "plaintext": {"how": how, "detail": "301 https://a/"}, "http": {"redirect": redirect}}


@pytest.mark.parametrize(("observation", "status"), [
    ({"reachable": True}, "pass"),
    ({"reachable": False, "error": "no route to host"}, "unknown"),
    ({}, "unknown"),
    ({"reachable": False, "unprobed": "there is no IPv6 here."}, "unprobed"),
    ({"protocol": "http", "reachable": False, "plaintext": {"how": "tcp_refused", "refused": True}}, "pass"),
    ({"protocol": "http", "reachable": False, "plaintext": {"how": "timeout", "refused": None}}, "unknown"),
    ({"protocol": "https", "reachable": False, "plaintext": {"how": "tcp_refused", "refused": True}}, "unknown"),
])
def test_only_an_answer_or_a_closed_http_port_passes(policy, context, observation, status):
    assert checks.reachable(policy, observation, context).status == status


@pytest.mark.parametrize(("plaintext", "status", "severity"), [
    ({"how": "refused", "refused": True}, "pass", None),
    ({"how": "offered", "refused": False}, "fail", None),
    ({"how": "accepted", "refused": False}, "fail", "critical"),
    ({"how": "timeout", "refused": None}, "unknown", None),
    ({}, "unknown", None),
])
def test_a_strict_port(policy, context, plaintext, status, severity):
    outcome = checks.plaintext_refused(policy, seen(**plaintext), context)
    assert (outcome.status, outcome.severity) == (status, severity)


def test_an_implicit_port_has_no_plaintext_to_refuse(policy, context):
    assert checks.plaintext_refused(policy, seen("imaps", how="not_applicable"), context) is None


@pytest.mark.parametrize(("received", "sent", "how", "status"), [
    ("250-mx\n250 STARTTLS", "EHLO a", "mail_taken", "pass"),
    ("250-mx\n250-AUTH PLAIN\n250 STARTTLS", "EHLO a", "mail_taken", "fail"),
    ("250-mx\n250-auth=login\n250 STARTTLS", "ehlo a", "mail_taken", "fail"),
    ("250-mx\n250 XAUTHOR", "EHLO a", "mail_taken", "pass"),
    ("334 ", "AUTH LOGIN", "mail_taken", "fail"),
    ("535 no", "AUTH PLAIN AGEAYg==", "mail_taken", "fail"),
    ("503 not now", "AUTH PLAIN AGEAYg==", "mail_taken", "pass"),
    ("250-mx", "EHLO a", "offered", "fail"),
])
def test_an_exchanger_takes_mail_but_no_password_in_clear_text(policy, context, received, sent, how, status):
    transcript = [{"sent": sent, "received": received}]
    observation = seen("smtp", how=how, refused=False, transcript=transcript)
    assert checks.plaintext_refused(policy, observation, context).status == status


@pytest.mark.parametrize("rule", [{"plaintext": "none"}, {"starttls": "forbidden"}])
def test_a_policy_without_plaintext_takes_no_mail_either(policy, context, rule):
    observation = seen("smtp", how="mail_taken", refused=False)
    assert checks.plaintext_refused(policy, observation, context).status == "pass"
    assert checks.plaintext_refused(replace(policy, **rule), observation, context).status == "fail"


def test_submission_is_not_opportunistic(policy, context):
    assert checks.plaintext_refused(policy, seen("submission", how="mail_taken", refused=False), context).status == "fail"


@pytest.mark.parametrize("how", ["redirect_permanent", "redirect_temporary"])
def test_a_redirect_is_all_that_plain_http_may_do(policy, context, how):
    assert checks.plaintext_refused(policy, http(how), context).status == "pass"
    assert checks.plaintext_refused(replace(policy, plaintext="none"), http(how), context).status == "fail"
    assert checks.plaintext_refused(policy, seen("imap", how=how, refused=False), context).status == "fail"


def test_a_redirect_is_permanent_and_stays_on_its_host(policy, context):
    assert checks.redirect_permanent(policy, http("redirect_permanent"), context).status == "pass"
    assert checks.redirect_permanent(policy, http("redirect_temporary"), context).status == "fail"
    assert checks.redirect_permanent(policy, http("served"), context) is None
    for same, status in ((True, "pass"), (False, "fail"), (None, "unknown")):
        observation = http("redirect_permanent", same_host=same, location="https://b/")
        assert checks.redirect_same_host(policy, observation, context).status == status


@pytest.mark.parametrize(("rule", "protocol", "expected"), [
    ("required", "imap", None),
    ("implicit_only", "http", None),
    ("implicit_only", "imaps", "pass"),
    ("implicit_only", "imap", "fail"),
    ("implicit_only", "smtp", "pass"),
    ("forbidden", "smtp", "fail"),
    ("forbidden", "imap", "fail"),
    ("forbidden", "imaps", "pass"),
])
def test_where_the_policy_wants_tls_from_the_first_byte(policy, context, rule, protocol, expected):
    outcome = checks.implicit_tls_only(replace(policy, starttls=rule), seen(protocol), context)
    assert (outcome and outcome.status) == expected


def test_the_advice_names_the_sibling_if_there_is_one(policy, context):
    strict = replace(policy, starttls="forbidden")
    assert "use imaps" in checks.implicit_tls_only(strict, seen("imap"), context).sentence
    assert "close it" in checks.implicit_tls_only(strict, seen("smtp"), context).sentence


@pytest.mark.parametrize(("check", "key", "good"), [
    (checks.starttls_offered, "offered", True), (checks.starttls_injection, "injection_refused", True),
])
def test_starttls(policy, context, check, key, good):
    for value, status in ((good, "pass"), (not good, "fail"), (None, "unknown")):
        assert check(policy, {"protocol": "imap", "starttls": {key: value}}, context).status == status
    assert check(policy, {"protocol": "imap"}, context).status == "unknown"
    assert check(policy, {"protocol": "imaps", "starttls": {key: not good}}, context) is None


def test_nothing_can_be_injected_where_nothing_is_offered(policy, context):
    assert checks.starttls_injection(policy, {"protocol": "imap", "starttls": {"offered": False}}, context) is None
