# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HSTS passes only as one valid header with the policy's age, and is asked for by name over https only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy import model
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import http

YEAR = 31536000


def https(host="www.example.test", **header):
    return {
        "protocol": "https", "host": host, "server_name": "" if host[0].isdigit() else host,
        "protocols": {"TLSv1.3": {"accepted": True}},
        "http": {"hsts": {"present": True, "valid": True, "max_age": YEAR, **header}},
    }


@pytest.mark.parametrize(("header", "status", "words"), [
    ({}, "pass", "365 days"),
    ({"max_age": YEAR + 1}, "pass", "365 days"),
    ({"max_age": YEAR - 1}, "fail", "lasts 364 days, the policy asks for 365"),
    ({"max_age": 0}, "fail", "switches HSTS off"),
    ({"valid": False, "raw": "max-age=x", "problem": "no number"}, "fail", "no number"),
    ({"max_age": None, "raw": ""}, "fail", "RFC 6797"),
    ({"present": False}, "fail", "No Strict-Transport-Security"),
    ({"present": None}, "unknown", "No https answer"),
])
def test_the_header_must_last(policy, context, header, status, words):
    outcome = http.hsts(policy, https(**header), context)
    assert outcome.status == status
    assert words in outcome.sentence


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_cannot_have_hsts_and_does_not_pass(policy, context, host):
    outcome = http.hsts(policy, https(host), context)
    assert outcome.status == "unprobed"
    assert outcome.evidence["out_of_reach"] is True
    named = {**https(host), "server_name": "www.example.test"}
    assert http.hsts(policy, named, context).status == "pass"


def test_an_answer_behind_a_client_certificate_is_out_of_reach(policy, context):
    seen = {**https(present=None), "client_certificate": {"requested": True}}
    assert http.hsts(policy, seen, context).status == "unprobed"
    assert http.hsts(policy, {**seen, **{"http": {"hsts": {"present": False}}}}, context).status == "fail"


def test_nothing_is_asked_without_https_or_a_rule(policy, context):
    lax = replace(policy, hsts=model.Hsts())
    assert http.hsts(lax, https(present=False), context) is None
    assert http.hsts(policy, {**https(present=False), "protocol": "imaps"}, context) is None
    assert http.hsts(policy, {**https(present=False), "protocols": {}}, context) is None


@pytest.mark.parametrize(("check", "key"), [
    (http.hsts_subdomains, "include_subdomains"), (http.hsts_preload, "preload"),
])
def test_a_directive_is_present_absent_or_open(policy, context, check, key):
    assert check(policy, https(**{key: True}), context).status == "pass"
    assert check(policy, https(**{key: False}), context).status == "fail"
    assert check(policy, https(), context).status == "unknown"
    for no_effect in ({"max_age": 0}, {"valid": False}):
        assert check(policy, https(**{key: False}, **no_effect), context) is None
    lax = replace(policy, hsts=model.Hsts(min_max_age=YEAR))
    assert check(lax, https(**{key: False}), context) is None
