# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of one endpoint: every protocol gets its tests, and an end without an answer is no refusal."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    Endpoint,
    Options,
    budget_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint_plan import (
    FAILURES,
    make_unreachable,
    plan_endpoint,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome

INTERMEDIATE = Offers(resolve(policy="intermediate"))
GOOD = {"TLSv1.2": (0xC02F, 0xC030), "TLSv1.3": (0x1301, 0x1302)}
WIDE = {**GOOD, "TLSv1.2": (0xC02F, 0x2F, 0x0A), "TLSv1": (0x2F,)}


def where(protocol, host="host.example.test"):
    return Endpoint(host, DEFAULT_PORTS[protocol], protocol, host)


def look(server, run_plan, protocol="tls", requests=None, **options):
    plan = plan_endpoint(where(protocol), INTERMEDIATE, Options(**options))
    return run_plan(plan, server.answer, requests)


def failed(kind):
    return lambda request: [Outcome(kind, "Connection refused", None, "192.0.2.1", None, 0.0)
                            for _ask in getattr(request, "asks", ())]


def test_a_server_that_keeps_the_policy(run_plan, fake_server):
    server = fake_server(GOOD)
    seen = look(server, run_plan)
    assert seen.reachable and seen.error is None and seen.address == "192.0.2.1" and seen.vantage == "remote"
    assert {name for name, answer in seen.protocols.items() if answer.accepted} == set(GOOD)
    assert seen.rules and all(rule.refused for rule in seen.rules)
    assert seen.connections == server.asked <= 16


def test_a_server_that_breaks_it_is_told_what_with(run_plan, fake_server):
    seen = look(fake_server(WIDE), run_plan)
    broken = {rule.version: rule.accepted for rule in seen.rules if rule.refused is False and "suites" in rule.id}
    assert set(broken["TLSv1.2"]) == {"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"}
    assert seen.protocols["TLSv1"].accepted is True


@pytest.mark.parametrize("kind", [kind for kind in FAILURES if kind != "unresolved"])
@pytest.mark.parametrize("protocol", DEFAULT_PORTS)
def test_no_connection_is_never_a_refusal(protocol, kind, run_plan):
    seen = run_plan(plan_endpoint(where(protocol), INTERMEDIATE, Options()), failed(kind))
    assert seen.reachable is False and seen.error.startswith(FAILURES[kind])
    assert not any(answer.accepted is not None for answer in seen.protocols.values())
    assert seen.plaintext.refused is (True if (protocol, kind) == ("http", "refused") else None)


@pytest.mark.parametrize("depth", ["policy", "full"])
def test_a_server_that_closes_on_everything_is_not_said_to_refuse(depth, run_plan, fake_server):
    seen = look(fake_server({}, refuse="close"), run_plan, depth=depth)
    assert seen.reachable and "do not tell why" in seen.error
    assert not any(answer.accepted is False for answer in seen.protocols.values())
    assert "protocols.TLSv1.2" in seen.undecided


def test_a_server_that_says_no_to_everything(run_plan, fake_server):
    seen = look(fake_server({}), run_plan)
    assert seen.error == "The server refuses every TLS handshake."


def test_parts_that_are_not_wanted_cost_nothing(run_plan, fake_server):
    whole, few = fake_server(GOOD), fake_server(GOOD)
    look(whole, run_plan, depth="full")
    seen = look(few, run_plan, depth="full", parts=("suites",))
    assert few.asked < whole.asked and seen.suites["TLSv1.3"] and seen.plaintext.refused is None
    assert seen.vulnerabilities == {} and "plaintext" not in seen.undecided


@pytest.mark.parametrize("budget", [1, 3, 7])
def test_a_budget_that_is_spent_is_the_reason(budget, run_plan, fake_server):
    server = fake_server(WIDE)
    seen = look(server, run_plan, budget=budget)
    assert server.asked <= budget and f"budget of {budget}" in seen.error
    assert seen.undecided
    assert not any(answer.accepted is False for version, answer in seen.protocols.items() if version in WIDE)


def test_databases_elsewhere_get_a_small_budget():
    assert budget_of(where("mysql"), Options(depth="full")) == 50
    assert budget_of(where("mysql", "127.0.0.1"), Options(depth="full")) == 1000
    assert budget_of(where("mysql"), Options(depth="full", budget=7)) == 7


def test_a_name_that_nobody_knows():
    seen = make_unreachable(where("imaps"), "full", None, "unresolved")
    assert "cannot be resolved" in seen.error and seen.depth == "full"
    assert {answer.cause for answer in seen.protocols.values()} == {"not_tested"}
