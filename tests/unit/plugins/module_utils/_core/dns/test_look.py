# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which questions are put, and what is made of the answers."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import look
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import (
    ERROR,
    FOUND,
    NONE,
    Answer,
    Fetch,
    Fetched,
)

POLICY = "version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 86400\n"
TLSA = {"usage": 3, "selector": 1, "matching_type": 1, "data": "00" * 32}


def run(started, answers, fetched=None):
    asked, arrival = [], None
    try:
        while True:
            step = started.send(arrival)
            asked.append(step)
            arrival = fetched if isinstance(step, Fetch) else answers.get((step.name, step.kind), Answer(NONE, authentic=False))
    except StopIteration as stop:
        return stop.value, asked


def texts(*values):
    return Answer(FOUND, tuple({"text": value} for value in values), True)


def test_an_endpoint_is_asked_for_by_its_name():
    answers = {("mail.example.org", "A"): Answer(FOUND, ({"address": "192.0.2.1"},), True, canonical="mail.example.org"),
               ("_25._tcp.mail.example.org", "TLSA"): Answer(FOUND, (TLSA,), True)}
    found, _asked = run(look.look_endpoint("Mail.example.org.", 25, "smtp"), answers)
    assert found["name"] == "mail.example.org" and found["caa"]["status"] == "none"
    assert found["dnssec"]["authentic"] is True and found["tlsa"]["records"] == [TLSA]


@pytest.mark.parametrize("at, status", [("real.example.net", "found"), ("www.example.org", "found"), ("other", "none")])
def test_tlsa_of_an_alias_is_looked_for_at_its_end_and_then_at_the_name(at, status):
    answers = {("www.example.org", "A"): Answer(FOUND, (), True, canonical="real.example.net"),
               (f"_443._tcp.{at}", "TLSA"): Answer(FOUND, (TLSA,), True)}
    found, asked = run(look.look_endpoint("www.example.org", 443, "https"), answers)
    assert found["tlsa"]["status"] == status
    assert next(step.name for step in asked if step.kind == "TLSA") == "_443._tcp.real.example.net"


def test_an_error_about_the_alias_is_not_followed_by_a_pass_elsewhere():
    answers = {("www.example.org", "A"): Answer(FOUND, (), True, canonical="real.example.net"),
               ("_443._tcp.real.example.net", "TLSA"): Answer(ERROR, reason="SERVFAIL"),
               ("_443._tcp.www.example.org", "TLSA"): Answer(FOUND, (TLSA,), True)}
    found, _asked = run(look.look_endpoint("www.example.org", 443, "https"), answers)
    assert found["tlsa"]["status"] == "error"


def test_a_name_with_ipv6_only():
    answers = {("v6.example.org", "AAAA"): Answer(FOUND, ({"address": "2001:db8::1"},), True, canonical="v6.example.org")}
    found, _asked = run(look.look_name("v6.example.org"), answers)
    assert found["dnssec"]["status"] == "found" and "tlsa" not in found


def domain(fetched=None, **more):
    answers = {("example.org", "MX"): Answer(FOUND, ({"preference": 20, "host": "b.example.org."}, {"preference": 10, "host": "A.example.org."})),
               ("_mta-sts.example.org", "TXT"): texts("v=STSv1; id=1"), ("_smtp._tls.example.org", "TXT"): texts("v=TLSRPTv1; rua=mailto:a@b")}
    answers.update({(name.replace("__", "."), "TXT"): value for name, value in more.items()})
    return run(look.look_domain("example.org"), answers, fetched or Fetched(200, POLICY, "text/plain; charset=utf-8"))


def test_a_domain_in_order():
    found, asked = domain()
    assert found["mx"]["hosts"] == ["a.example.org", "b.example.org"]
    assert found["mta_sts"]["id"] == "1" and found["mta_sts"]["policy"]["mode"] == "enforce" and found["mta_sts"]["policy"]["text"] == POLICY
    assert found["tls_rpt"]["rua"] == ["mailto:a@b"] and Fetch("example.org") in asked


def test_without_a_record_the_policy_is_fetched_and_another_text_is_no_record():
    answers = {("_mta-sts.example.org", "TXT"): texts("v=spf1 -all")}
    found, _asked = run(look.look_domain("example.org"), answers, Fetched(200, POLICY, "text/plain"))
    assert found["mta_sts"]["status"] == "none" and found["mta_sts"]["policy"]["mode"] == "enforce"


def test_an_error_is_no_missing_record():
    failed = Answer(ERROR, reason="SERVFAIL")
    answers = {(f"{name}.example.org", "TXT"): failed for name in ("_mta-sts", "_smtp._tls")}
    found, _asked = run(look.look_domain("example.org"), answers, Fetched())
    assert found["mta_sts"]["status"] == found["tls_rpt"]["status"] == "error"


@pytest.mark.parametrize("fetched, status, words", [
    (Fetched(), "error", "no answer"), (Fetched(problem="refused"), "error", "refused"),
    (Fetched(problem="does not verify", refused=True), "invalid", "does not verify"), (Fetched(404), "invalid", "404"),
    (Fetched(200, POLICY, "text/html"), "invalid", "text/html"), (Fetched(200, "", "text/plain"), "invalid", "version"),
    (Fetched(200, POLICY, "text/plain", "it is longer", refused=True), "invalid", "longer"),
])
def test_what_is_no_policy(fetched, status, words):
    found, _asked = domain(fetched)
    policy = found["mta_sts"]["policy"]
    assert policy["status"] == status and words in policy["problem"] and policy["mode"] is None and policy["text"] == ""


@pytest.mark.parametrize("flag, trusted, validating, known", [
    (True, True, True, True), (False, True, True, False), (False, True, False, None), (True, False, True, None),
    (False, False, False, None), (None, True, True, None),
])
def test_the_flag_counts_only_from_a_trusted_resolver(flag, trusted, validating, known):
    assert look.decide_authentic([{"a": {"authentic": flag}, "b": "x"}], trusted, validating) == [{"a": {"authentic": known}, "b": "x"}]
