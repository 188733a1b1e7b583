# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans at once: caps hold, order holds, addresses are tried in turn."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Receive, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Narrow, Pause
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import engine as engine_file
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits


class Counter:
    """Answers each connection after a moment with what it was sent; counts how many are there at once."""

    def __init__(self, hold: float = 0.02) -> None:
        self.hold, self.now, self.most, self.total = hold, 0, 0, 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _peer = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(client,), daemon=True).start()

    def one(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            data = client.recv(100)
            with self.lock:
                self.now, self.total = self.now + 1, self.total + 1
                self.most = max(self.most, self.now)
            time.sleep(self.hold)
            with self.lock:
                self.now -= 1
            client.sendall(data)


@pytest.fixture
def counter() -> Any:
    found = Counter()
    yield found
    found.listener.close()


def say(word: str) -> Ask:
    def talk() -> Any:
        yield Send(word.encode())
        return (yield Receive())

    return Ask(talk)


def words(count: int, batches: int = 1, alone: bool = False) -> Any:
    seen = []
    for batch in range(batches):
        outcomes = yield Batch([say(f"{batch}.{at}") for at in range(count)], alone)
        seen += [outcome.result for outcome in outcomes]
    return seen


def run(jobs: list[Job], **limits: Any) -> list[Any]:
    engine = Engine(Limits(**{"seconds": 5.0, **limits}))
    found = list(engine.run(iter(jobs)))
    assert len(found) == len(jobs)
    return [job.result for job in jobs]


def test_outcomes_come_in_the_order_asked(counter: Counter) -> None:
    (seen,) = run([Job(words(9, 2), ["127.0.0.1"], counter.port)])
    assert seen == [f"{batch}.{at}".encode() for batch in range(2) for at in range(9)]


@pytest.mark.parametrize("most", [1, 3, 8])
def test_an_endpoint_is_never_asked_more_at_once(most: int, counter: Counter) -> None:
    run([Job(words(12), ["127.0.0.1"], counter.port) for _each in range(3)], per_endpoint=most)
    assert counter.total == 36 and counter.most <= most


def test_an_address_has_a_cap_of_its_own() -> None:
    counters = [Counter() for _each in range(4)]
    now = []
    run([Job(words(8), ["127.0.0.1"], each.port) for each in counters], per_endpoint=4, per_address=5)
    now = sum(each.total for each in counters)
    assert now == 32 and sum(each.most for each in counters) <= 16
    for each in counters:
        each.listener.close()


def test_all_together_have_a_cap(counter: Counter) -> None:
    jobs = [Job(words(10), ["127.0.0.1"], counter.port) for _each in range(5)]
    run(jobs, at_once=3, per_endpoint=50, per_address=50)
    assert counter.most <= 3


def test_alone_means_alone(counter: Counter) -> None:
    run([Job(words(6, alone=True), ["127.0.0.1"], counter.port)])
    assert counter.most == 1


def test_narrow_and_pause(counter: Counter) -> None:
    def plan() -> Any:
        yield Narrow(1)
        begun = time.monotonic()
        yield Pause(0.2)
        waited = time.monotonic() - begun
        seen = yield from words(4)
        return waited, seen

    ((waited, seen),) = run([Job(plan(), ["127.0.0.1"], counter.port)])
    assert waited >= 0.19 and len(seen) == 4 and counter.most == 1


def test_the_first_address_that_answers_is_kept(counter: Counter) -> None:
    def plan() -> Any:
        outcomes = yield Batch([say("a"), say("b"), say("c")])
        return [(outcome.failure, outcome.address, outcome.result) for outcome in outcomes]

    (seen,) = run([Job(plan(), ["127.0.0.2", "127.0.0.3", "127.0.0.1"], counter.port)])
    assert seen == [(None, "127.0.0.1", b"a"), (None, "127.0.0.1", b"b"), (None, "127.0.0.1", b"c")]


def test_when_no_address_answers_it_says_so() -> None:
    def plan() -> Any:
        return [outcome.failure for outcome in (yield Batch([say("a"), say("b")]))]

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert run([Job(plan(), ["127.0.0.1", "127.0.0.2"], port)]) == [["refused", "refused"]]


def test_plans_without_connections_and_none_at_all() -> None:
    def plan() -> Any:
        yield Batch([])
        return "done"
        yield

    assert run([Job(plan(), ["127.0.0.1"], 1)]) == ["done"]
    assert run([]) == []


def test_thousands_of_plans_are_not_begun_at_once(counter: Counter) -> None:
    begun, most = [0], [0]
    finished = [0]

    def plan() -> Any:
        begun[0] += 1
        most[0] = max(most[0], begun[0] - finished[0])
        yield from words(1)
        finished[0] += 1

    counter.hold = 0
    run([Job(plan(), ["127.0.0.1"], counter.port) for _each in range(500)], at_once=16, per_endpoint=16)
    assert begun[0] == 500 and most[0] <= 17


def test_out_of_files_is_waited_for(counter: Counter) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = socket.socket().fileno()
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 25, hard))
    try:
        (seen,) = run([Job(words(60), ["127.0.0.1"], counter.port)], per_endpoint=60, per_address=60)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert sum(result is not None for result in seen) == 60


def test_silent_peers_do_not_hold_up_the_others(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_file, "PARK_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0), backlog=16) as silent:
        jobs = [Job(words(2), ["127.0.0.1"], silent.getsockname()[1]) for _each in range(3)]
        jobs += [Job(words(2), ["127.0.0.1"], counter.port) for _each in range(3)]
        order = [jobs.index(job) for job in Engine(Limits(seconds=1.5, at_once=2)).run(iter(jobs))]
    assert set(order[:3]) == {3, 4, 5} and counter.most <= 2


def test_plans_that_pause_do_not_hold_up_the_others(counter: Counter) -> None:
    def patient() -> Any:
        yield Pause(1.0)
        return (yield from words(1))

    jobs = [Job(patient(), ["127.0.0.1"], counter.port), Job(words(1), ["127.0.0.1"], counter.port)]
    order = [jobs.index(job) for job in Engine(Limits(at_once=1)).run(iter(jobs))]
    assert order == [1, 0]
