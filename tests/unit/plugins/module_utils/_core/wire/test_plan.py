# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What plans ask of the engine, held by the plans themselves: requests of three kinds, conversations made anew."""

from __future__ import annotations

import errno
import inspect

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS, Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint_plan import FAILURES, plan_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Narrow, Outcome, Pause
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import transport

OFFERS = Offers(resolve(policy="intermediate"))
GOOD = {"TLSv1.2": (0xC02F, 0xC030), "TLSv1.3": (0x1301, 0x1302)}


def requests_of(protocol, depth, server, run_plan):
    endpoint = Endpoint("host.example.test", DEFAULT_PORTS[protocol], protocol, "host.example.test")
    requests = []
    run_plan(plan_endpoint(endpoint, OFFERS, Options(depth=depth)), server.answer, requests)
    return requests


@pytest.mark.parametrize("depth", ["policy", "full"])
@pytest.mark.parametrize(("protocol", "refuse"), [("tls", "alert"), ("https", "close"), ("imaps", "alert"), ("http", "close")])
def test_plans_ask_for_what_an_engine_can_do(protocol, refuse, depth, run_plan, fake_server):
    requests = requests_of(protocol, depth, fake_server(GOOD, refuse=refuse), run_plan)
    assert {type(request) for request in requests} <= {Batch, Pause, Narrow} and Batch in map(type, requests)
    for request in requests:
        if isinstance(request, Batch):
            assert request.asks and all(isinstance(ask, Ask) for ask in request.asks)
            assert all(ask.seconds is None or ask.seconds > 0 for ask in request.asks)
        elif isinstance(request, Pause):
            assert request.seconds > 0
        else:
            assert request.width >= 1


@pytest.mark.parametrize("depth", ["policy", "full"])
def test_each_connection_gets_a_conversation_of_its_own(depth, run_plan, fake_server):
    """The engine may make a connection again, and connections run side by side."""
    batches = [request for request in requests_of("tls", depth, fake_server(GOOD), run_plan) if isinstance(request, Batch)]
    for ask in (ask for batch in batches for ask in batch.asks):
        one, other = ask.talk(), ask.talk()
        assert one is not other and inspect.getgeneratorstate(other) == inspect.GEN_CREATED
        first = next(one)
        assert next(other) == first, "what the first did has not moved the second"
        one.close()
        other.close()


def test_a_conversation_that_is_dropped_in_the_middle_makes_no_noise(run_plan, fake_server):
    batch = next(request for request in requests_of("tls", "policy", fake_server(GOOD), run_plan) if isinstance(request, Batch))
    talk = batch.asks[0].talk()
    next(talk)
    talk.close()
    assert inspect.getgeneratorstate(talk) == inspect.GEN_CLOSED


def test_results_do_not_depend_on_which_connection_answers_first(run_plan, fake_server):
    """Outcomes come in the order of the asks; a plan that looked at the order of arrival would mix versions up."""
    class Backwards(fake_server):
        def answer(self, request):
            if not isinstance(request, Batch):
                return super().answer(request)
            return super().answer(request._replace(asks=request.asks[::-1]))[::-1]

    endpoint = Endpoint("host.example.test", 443, "tls", "host.example.test")
    forwards, backwards = (
        run_plan(plan_endpoint(endpoint, OFFERS, Options(depth="full")), server(GOOD).answer) for server in (fake_server, Backwards))
    assert forwards == backwards


def test_every_failure_to_connect_has_a_sentence():
    made = {*transport.FAILURES.values(), "unreachable", "unresolved"}
    assert made == set(FAILURES)
    assert transport.FAILURES[errno.ECONNREFUSED] == "refused", "a closed port is no packet filter"
    for failure in made:
        assert failure in Outcome.__doc__
