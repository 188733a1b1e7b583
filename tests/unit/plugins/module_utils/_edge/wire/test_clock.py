# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deadline moves by the time in which the loop could not run."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Receive
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.clock import MORE_FOR_PEERS, Clock
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.transport import Connection, Transport


class Times:
    """A wall clock and a processor's clock that only a test moves."""

    def __init__(self) -> None:
        self.wall, self.cpu = 100.0, 5.0
        self.clock = Clock(lambda: self.wall, lambda: self.cpu)

    def works(self, seconds: float, on_processor: float) -> None:
        self.wall, self.cpu = self.wall + seconds, self.cpu + on_processor

    def waits(self, until: float | None, seconds: float) -> None:
        self.clock.sleeps()
        self.wall += seconds
        self.clock.wakes(until)


@pytest.mark.parametrize(("until", "seconds", "lost"), [
    (1.0, 1.0, 0.0),  # as long as it wanted
    (1.0, 1.01, 0.0),  # no machine is exact
    (1.0, 0.2, 0.0),  # something arrived
    (None, 90.0, 0.0),  # nothing to be late for
    (1.0, 1.5, 1.0),  # half a second late: as much again for the peer
    (1.0, 31.0, 30.0 + MORE_FOR_PEERS),  # stopped for long: the peer's share is bounded
])
def test_a_late_wake_up_is_lost_time(until, seconds, lost):
    times = Times()
    begun = times.clock.now()
    times.waits(None if until is None else begun + until, seconds)
    assert times.clock.lost == pytest.approx(lost)
    assert times.clock.now() - begun == pytest.approx(seconds - lost)


@pytest.mark.parametrize(("seconds", "on_processor", "lost"), [(0.5, 0.5, 0.0), (0.5, 0.49, 0.0), (3.0, 0.5, 2.5)])
def test_work_counts_as_far_as_it_was_on_the_processor(seconds, on_processor, lost):
    times = Times()
    times.waits(None, 0.0)
    times.works(seconds, on_processor)
    times.clock.sleeps()
    assert times.clock.lost == pytest.approx(lost)


def test_a_deadline_that_passed_during_own_work_is_no_stall():
    times = Times()
    times.waits(None, 0.0)
    due = times.clock.now() + 0.1
    times.works(2.0, 2.0)
    times.waits(due, 0.0)
    assert times.clock.lost == 0.0


def silent_until(
    monkeypatch: pytest.MonkeyPatch, times: Times, stalls: "list[float]", seconds: float,
) -> "tuple[Any, float]":
    """Hold a conversation with a peer that says nothing; each wait of the loop lasts longer by the next stall."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = Transport(1000, clock=times.clock)
        ended: "list[Connection]" = []

        def talk() -> Any:
            end = yield Receive(seconds)
            return end

        transport.open(Connection(*listener.getsockname(), talk, 50.0, ended.append))
        transport.turn()  # it is connected
        real = transport._selector.select

        def select(timeout: "float | None") -> Any:
            times.wall += (timeout or 0.0) + (stalls.pop(0) if stalls else 0.0)
            return real(0)

        monkeypatch.setattr(transport._selector, "select", select)
        begun = times.wall
        while not ended:
            transport.turn()
        transport.close()
    return ended[0].result, times.wall - begun


def test_silence_is_only_believed_after_time_in_which_the_loop_ran(monkeypatch):
    result, quiet = silent_until(monkeypatch, Times(), [], 1.0)
    assert result.value == "silent" and quiet == pytest.approx(1.0, abs=0.1)
    result, stalled = silent_until(monkeypatch, Times(), [4.0], 1.0)
    # One second, four of stall, and two more for the peer.
    assert result.value == "silent" and stalled == pytest.approx(1.0 + 4.0 + MORE_FOR_PEERS, abs=0.1)
    result, twice = silent_until(monkeypatch, Times(), [0.5, 0.5], 1.0)
    assert result.value == "silent" and twice == pytest.approx(1.0 + 0.5 + 0.5 + 0.5 + 0.5, abs=0.1)


def test_real_clocks_lose_nothing_worth_speaking_of():
    clock = Clock()
    for _each in range(3):
        clock.sleeps()
        clock.wakes(clock.now())
    assert clock.lost < 0.5
