# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The prober against a server without a socket: what is a refusal, and what only looks like one."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import (
    Heard,
    Opened,
    Question,
    converse_directly,
    read_answer,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Narrow, Outcome, Pause
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look

GOOD = {"TLSv1.2": (0xC02F,), "TLSv1.3": (0x1301,)}
VERSIONS = ("TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3")


def questions():
    return [Question(of.make_hello(version, of.list_suites(version))) for version in VERSIONS] + [Question(None)]


def ask(prober, asked):
    return (yield from prober.ask(asked))


def test_alerts_are_believed_at_once(run_plan, fake_server):
    server, prober = fake_server(GOOD), Prober(converse_directly, Options())
    answers = run_plan(ask(prober, questions()), server.answer)
    assert [answer.accepted for answer in answers] == [True, True, False, False, False, False]
    assert {answer.cause for answer in answers[2:]} == {"protocol_version"}
    assert server.asked == 6 and server.pauses == []


@pytest.mark.parametrize(("refuse", "cause"), [("close", "closed_without_alert"), ("silent", "silent")])
def test_saying_nothing_is_a_refusal_only_between_controls(refuse, cause, run_plan, fake_server):
    server, prober, requests = fake_server(GOOD, refuse=refuse), Prober(converse_directly, Options()), []
    answers = run_plan(ask(prober, questions()), server.answer, requests)
    assert [answer.accepted for answer in answers] == [True, True, False, False, False, False]
    assert {answer.cause for answer in answers[2:]} == {cause}
    # Six questions, one control, then each of the four again with a control behind it.
    assert server.asked == 6 + 1 + 4 * 2
    assert any(isinstance(request, Narrow) and request.width == 1 for request in requests)


def test_without_a_control_nothing_is_decided(run_plan, fake_server):
    server, prober = fake_server({}, refuse="close"), Prober(converse_directly, Options())
    answers = run_plan(ask(prober, questions()), server.answer)
    assert {answer.accepted for answer in answers} == {None}
    assert server.asked == 6


@pytest.mark.parametrize("places", [1, 2, 3])
def test_a_server_that_counts_and_forgets_late(places, run_plan, fake_server):
    server = fake_server({**GOOD, "TLSv1": (0x2F,)}, places=places)
    prober = Prober(converse_directly, Options())
    answers = run_plan(ask(prober, questions()), server.answer)
    assert [answer.accepted for answer in answers] == [True, True, False, True, False, False]


def test_a_server_that_never_forgets_is_left_alone(run_plan, fake_server):
    server, prober = fake_server(GOOD, places=2, forgets=False), Prober(converse_directly, Options())
    answers = run_plan(ask(prober, questions()), server.answer)
    assert answers[0].accepted and answers[1].accepted
    assert {answer.accepted for answer in answers[2:]} == {None}
    assert sum(server.pauses) < 90 and server.asked < 40
    assert "stopped answering" in prober.shut


@pytest.mark.parametrize("max_wait", [300.0, 15.0])
def test_a_server_that_spoils_every_other_answer_is_given_up(max_wait, run_plan, fake_server):
    server, prober = fake_server(GOOD), Prober(converse_directly, Options(max_wait=max_wait))
    spoilt = Outcome(None, "", Heard(Opened(True), Look("nonsense")), "192.0.2.1", False, 0.1)
    turn = [0]

    def answer(request):
        outcomes = server.answer(request)
        for at in range(len(outcomes)):
            turn[0] += 1
            outcomes[at] = outcomes[at] if turn[0] % 3 == 1 else spoilt
        return outcomes

    def many():
        answers = []
        for _each in range(30):
            answers += yield from prober.ask(questions())
        return answers

    answers = run_plan(many(), answer)
    assert sum(server.pauses) < max_wait + 61
    assert max_wait > 60 or sum(server.pauses) <= max_wait
    assert "answered so rarely" in prober.shut and answers[-1].accepted is None
    assert server.asked < 200


def test_the_budget_is_kept(run_plan, fake_server):
    server, prober = fake_server(GOOD), Prober(converse_directly, Options(budget=3))
    answers = run_plan(ask(prober, questions()), server.answer)
    assert server.asked == 3 and prober.connections == 3
    assert [answer.accepted for answer in answers] == [True, True, False, None, None, None]
    assert "budget" in prober.shut


def busy(wait=60.0, **more):
    return Outcome(None, "", Heard(Opened(False, True, wait, "421", "too many", **more), Look("opening")), "a", False, 0.1)


def test_a_busy_server_is_waited_for(run_plan, fake_server):
    server, prober, requests = fake_server(GOOD), Prober(converse_directly, Options()), []
    left = [2]

    def answer(request):
        outcomes = server.answer(request)
        for at in range(len(outcomes)):
            if left[0] and at >= 4:
                left[0] -= 1
                outcomes[at] = busy()
        return outcomes

    answers = run_plan(ask(prober, questions()), answer, requests)
    assert [answer.accepted for answer in answers] == [True, True, False, False, False, False]
    assert server.pauses == [60.0] and server.batches == [6, 2]


def test_patience_ends(run_plan, fake_server):
    prober = Prober(converse_directly, Options(max_wait=150.0))
    asked = []

    def answer(request):
        if hasattr(request, "asks"):
            asked.append(len(request.asks))
            return [busy() for _ask in request.asks]
        return []

    answers = run_plan(ask(prober, questions()), answer)
    assert {answer.accepted for answer in answers} == {None}
    assert asked == [6, 6] and "too many" in prober.shut


@pytest.mark.parametrize(("wait", "rounds"), [(61.0, 2), (5.0, 13)])
def test_a_minute_in_vain_is_enough(wait, rounds, run_plan):
    """Whoever says 421 for another reason than load must not cost a minute for each connection."""
    prober, asked, requests = Prober(converse_directly, Options()), [], []

    def answer(request):
        if not hasattr(request, "asks"):
            return []
        asked.append(len(request.asks))
        return [busy(wait) for _ask in request.asks]

    run_plan(ask(prober, questions()), answer, requests)
    run_plan(ask(prober, questions()), answer, requests)
    assert len(asked) == rounds and "PROXY" in prober.shut
    assert sum(request.seconds for request in requests if isinstance(request, Pause)) <= 61.0


def test_a_server_that_lets_some_in_is_waited_for_again(run_plan, fake_server):
    server, prober, requests = fake_server(GOOD), Prober(converse_directly, Options()), []

    def answer(request):
        outcomes = server.answer(request)
        return [outcome if at == 0 else busy() for at, outcome in enumerate(outcomes)]

    answers = run_plan(ask(prober, questions()[:4]), answer, requests)
    assert [answer.accepted for answer in answers] == [True, True, False, False] and prober.shut is None
    assert server.pauses == [60.0] * 3


@pytest.mark.parametrize(("first", "second", "used"), [
    ("open", "told", 1), ("open", "open", 1), ("told", "never asked", 0), ("open", None, 1)])
def test_what_was_left_open_is_asked_once_more(first, second, used, run_plan, fake_server):
    prober, made = Prober(converse_directly, Options()), []

    def answer(request):
        if not hasattr(request, "asks"):
            return []
        made.extend(request.asks)
        return [Outcome(None, "", second, "a", False, 0.1) for _ask in request.asks]

    outcome = Outcome(None, "", first, "a", False, 0.1)
    seen = run_plan(prober.once_more(Ask(lambda: None), lambda seen: seen.result == "open", outcome), answer)
    assert len(made) == used and seen.result == (second if used and second else first)


def test_a_host_that_is_turned_away_for_good_stops(run_plan):
    prober = Prober(converse_directly, Options())
    asked = []

    def answer(request):
        if not hasattr(request, "asks"):
            return []
        asked.append(len(request.asks))
        opened = Opened(False, code="1129", detail="Host is blocked", shut=True)
        return [Outcome(None, "", Heard(opened, Look("opening")), "a", False, 0.1) for _ask in request.asks]

    run_plan(ask(prober, questions()[:2]), answer)
    answers = run_plan(ask(prober, questions()), answer)
    assert asked == [2] and "Host is blocked" in prober.shut
    assert {answer.accepted for answer in answers} == {None}


def test_insisting_ends_when_the_door_opens(run_plan, fake_server):
    server, prober = fake_server(GOOD), Prober(converse_directly, Options())
    run_plan(ask(prober, questions()[:2]), server.answer)
    results = iter(["away", "away", "in"])
    wanted = Ask(lambda: None)

    def answer(request):
        if hasattr(request, "asks") and request.asks[0] is wanted:
            return [Outcome(None, "", next(results), "a", False, 0.1)]
        return server.answer(request)

    first = Outcome(None, "", "away", "a", False, 0.1)
    seen = run_plan(prober.insist(wanted, lambda outcome: outcome.result == "away", first), answer)
    assert seen.result == "in"


def test_silence_is_a_refusal_only_after_all_the_time_there_is(run_plan, fake_server):
    """A server on a busy machine answers late: patience with a quick one would make a refusal of that."""
    read = sys.modules[fake_server.__module__].tlslite_hello

    class Late(fake_server):
        def _talk(self, conversation, admitted):
            step, self.sent = conversation.send(None), b""
            while True:
                try:
                    if isinstance(step, Send):
                        arrival = b""
                        self.sent = step.data
                    elif not self.sent or (step.quiet is not None and read(self.sent).getExtension(43) is None):
                        arrival = End.SILENT  # it is late with TLS 1.2 only
                    else:
                        arrival = self._reply(self.sent)
                    step = conversation.send(arrival)
                except StopIteration as stop:
                    return stop.value

    server = Late(GOOD)
    prober = Prober(converse_directly, Options())
    prober.learn(read_answer(questions()[0], server.answer(Batch([prober._ask(questions()[0])]))[0]))
    assert prober._patience is not None
    answers = run_plan(prober.settle([read_answer(questions()[1], Outcome(
        None, "", Heard(Opened(True), Look("silent")), "a", False, 0.1))]), server.answer)
    assert answers[0].accepted is True
