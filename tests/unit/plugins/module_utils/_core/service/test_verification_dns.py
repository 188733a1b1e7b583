# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From variables to questions, and from answers to observations; what was not answered never looks like nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import verification_dns as core

MAIL = {"host": "mx", "port": 25, "protocol": "smtp", "server_name": "MX.example.org"}
WEB = {"host": "www.example.org", "port": 443, "protocol": "https", "policy": "x"}


def wish(**variables: Any) -> Any:
    given = {"tls_dns": True, "tls_mail_domains": ["Example.org."], **variables}
    return core.read_wish(given.get)


def plan(**hosts: Any) -> Any:
    return {"hosts": {name: {"dns": value} for name, value in hosts.items()},
            "parts": [{"host": name, "endpoints": [MAIL, WEB, {**WEB, "port": 80, "protocol": "http"}]} for name in hosts]}


@pytest.mark.parametrize("value, asked", [(True, True), ("yes", True), ("true", True), (False, False), ("false", False), ("", False)])
def test_it_is_asked_only_if_a_host_wants_it(value: Any, asked: bool) -> None:
    assert bool(wish(tls_dns=value)) is asked
    assert bool(core.list_questions(plan(a=wish(tls_dns=value)))) is asked


def test_the_defaults_and_text_from_the_command_line() -> None:
    assert wish() == {"vantage": "localhost", "resolvers": [], "trust_resolvers": None, "ca_file": "", "issuers": [], "domains": ["example.org"]}
    made = wish(tls_dns_resolvers="192.0.2.1, 192.0.2.2", tls_dns_trust_resolvers="false", tls_caa_issuers="a b")
    assert (made["resolvers"], made["trust_resolvers"], made["issuers"]) == (["192.0.2.1", "192.0.2.2"], False, ["a", "b"])


def test_hosts_with_the_same_resolvers_are_asked_about_together_and_once() -> None:
    questions = core.list_questions(plan(a=wish(), b=wish(tls_mail_domains=["example.net"]), c=wish(tls_dns_vantage="mx"), d=None))
    assert [(row["vantage"], row["domains"]) for row in questions] == [
        ("localhost", ["example.org", "example.net"]), ("mx", ["example.org"])]
    assert questions[0]["endpoints"] == [MAIL, {key: WEB[key] for key in ("host", "port", "protocol")}]


def answered(made: Any) -> Any:
    (question,) = core.list_questions(made)
    rows = [{**row, "name": row["host"], "error": None, "tlsa": {"status": "none"}} for row in question["endpoints"]]
    return [{"item": question, "endpoints": rows, "domains": [{"domain": "example.org", "error": None}]}]


def test_an_answer_comes_to_its_observation() -> None:
    made = plan(a=wish(tls_caa_issuers=["ca.example"]), quiet=None)
    items = [{"host": name, "observations": [{**MAIL, "seen": 1}, WEB, {"host": "x", "protocol": "http"}]} for name in ("a", "quiet")]
    mine, quiet = core.add_dns(made["hosts"], items, answered(made))
    assert quiet == items[1] and "dns" not in mine["observations"][2]
    assert mine["observations"][0]["dns"] == {
        "name": "mx", "error": None, "tlsa": {"status": "none"}, "issuers": ["ca.example"], "domains": [{"domain": "example.org", "error": None}]}
    assert mine["observations"][1]["dns"]["domains"] == []


@pytest.mark.parametrize("results", [[], [{"msg": "no dnspython"}], [{"unreachable": True}]])
def test_without_an_answer_each_endpoint_and_domain_has_an_error(results: Any) -> None:
    made = plan(a=wish())
    (question,) = core.list_questions(made)
    (item,) = core.add_dns(made["hosts"], [{"host": "a", "observations": [MAIL]}], [{**row, "item": question} for row in results])
    facts = item["observations"][0]["dns"]
    assert "localhost could not ask the DNS" in facts["error"] and facts["name"] == "mx.example.org"
    assert "could not ask" in facts["domains"][0]["error"]


def test_an_observation_that_was_not_asked_about_is_an_error() -> None:
    made = plan(a=wish())
    (item,) = core.add_dns(made["hosts"], [{"host": "a", "observations": [{**WEB, "port": 8443}]}], answered(made))
    assert "not asked about this" in item["observations"][0]["dns"]["error"]
