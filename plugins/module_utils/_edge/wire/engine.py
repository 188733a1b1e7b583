# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs many plans at once, as politely as the caps say; opens no socket itself.

Every endpoint and every address has a cap on connections at once, the whole engine
another.  A plan gets its outcomes in the order in which it asked.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import (
    Ask,
    Batch,
    Narrow,
    Outcome,
    Pause,
    Plan,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.transport import Connection, Transport

MAX_LOCAL_RETRIES = 40
LOCAL_RETRY_SECONDS = 0.25
PARK_SECONDS = 1.0
"""A connection that lasts longer waits for a peer that says nothing, and makes room for others."""
PARKED_FOR_EACH = 4
"""So many may be parked for each that is counted: together they stay below the usual 1,024 open files."""


@dataclass(frozen=True)
class Limits:
    """Bounds of the engine.

    Attributes:
        seconds: for one connection, from connecting to the end.
        bytes: received on one connection.
        at_once: connections at once, over all endpoints; those to peers that are silent are not counted.
        per_address: connections at once to one address.
        per_endpoint: connections at once to one address and port.
    """

    seconds: float = 10.0
    bytes: int = 2 ** 19
    at_once: int = 128
    per_address: int = 16
    per_endpoint: int = 4


@dataclass
class Job:
    """One plan, the addresses to try in this order, and in the end what the plan returned.

    ``begin`` makes the first bytes of each connection out of the addresses of its two ends; None: there are none.
    """

    plan: Plan
    addresses: Sequence[str]
    port: int
    result: Any = None
    error: str = ""
    """Why the plan ended without a result: a defect, which is this endpoint's alone."""
    begin: Optional[Callable[[Sequence[Any], Sequence[Any]], bytes]] = None


class _Gate:
    """Counts connections to one address or endpoint; lanes that find it shut wait in line."""

    __slots__ = ("active", "cap", "waiting")

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.active = 0
        self.waiting: Optional[deque[_Lane]] = None
        """Made when somebody waits: most never do, and an empty one takes 600 bytes for each of thousands."""

    def wait(self, lane: _Lane) -> None:
        """Put a lane at the end of the line."""
        if self.waiting is None:
            self.waiting = deque()
        self.waiting.append(lane)


class _Lane:
    """The state of one running plan: the batch in work and the outcomes that came."""

    __slots__ = ("alone", "at", "job", "listed", "missing", "open", "outcomes", "queue", "reached", "retries")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.queue: deque[tuple[int, Ask]] = deque()
        self.outcomes: list[Any] = []
        self.open = 0
        self.missing = 0
        self.alone = False
        self.at = 0
        self.reached = False
        self.retries = 0
        self.listed = False

    @property
    def address(self) -> str:
        """The address in use: the first one that could be reached."""
        return self.job.addresses[self.at]


class Engine:
    """Runs plans.

    Args:
        limits: the bounds.
    """

    def __init__(self, limits: Optional[Limits] = None) -> None:
        self._limits = limits or Limits()
        self._transport = Transport(self._limits.bytes)
        self._at_once = self._limits.at_once
        self._gates: dict[Any, _Gate] = {}
        self._ready: deque[_Lane] = deque()
        self._active = 0
        self._running: OrderedDict[Connection, None] = OrderedDict()
        """Connections that count, the oldest first."""
        self._parked = 0
        self._most_parked = PARKED_FOR_EACH * self._limits.at_once
        self._resting = 0
        """Plans that pause."""
        self._lanes = 0
        self._finished: deque[Job] = deque()

    @property
    def connections(self) -> int:
        """Connections made so far."""
        return self._transport.opened

    def run(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """Yield every job when its plan has returned, in the order of finishing.

        Only as many plans are begun as can have a connection each, so that ``jobs`` may
        be a generator over thousands.  Plans that wait for silent peers do not hold up the others.
        """
        waiting: Optional[Iterator[Job]] = iter(jobs)
        try:
            while True:
                while waiting is not None and self._lanes < self._room():
                    job = next(waiting, None)
                    if job is None:
                        waiting = None
                    else:
                        self._lanes += 1
                        self._resume(_Lane(job), None)
                self._start_ready()
                while self._finished:
                    yield self._finished.popleft()
                if self._lanes:
                    self._transport.turn(self._park_at() if waiting is not None or self._ready else None)
                    self._park()
                elif waiting is None:
                    return
        finally:
            self._transport.close()

    def _room(self) -> int:
        """How many plans may be under way."""
        return self._limits.at_once + min(self._parked + self._resting, self._most_parked)

    def _park_at(self) -> Optional[float]:
        """When the oldest connection that counts will have lasted too long."""
        if not self._running or self._parked >= self._most_parked:
            return None
        return next(iter(self._running)).started + PARK_SECONDS

    def _park(self) -> None:
        now = self._transport.clock.now()
        while self._running and self._parked < self._most_parked:
            oldest = next(iter(self._running))
            if oldest.started + PARK_SECONDS > now:
                return
            del self._running[oldest]
            oldest.parked = True
            self._parked += 1
            self._active -= 1

    # -- plans ---------------------------------------------------------------------------

    def _resume(self, lane: _Lane, outcomes: Any) -> None:
        """Let the plan go on until it wants connections or time."""
        while True:
            try:
                request = lane.job.plan.send(outcomes)
            except StopIteration as stop:
                lane.job.result = stop.value
                self._finish(lane)
                return
            except Exception as error:
                lane.job.error = show_error(error)
                self._finish(lane)
                return
            outcomes = []
            if isinstance(request, Narrow):
                gate = self._gates_of(lane.address, lane.job.port)[1]
                gate.cap = min(gate.cap, max(1, request.width))
            elif isinstance(request, Pause):
                self._resting += 1
                self._transport.call_at(self._transport.clock.now() + request.seconds, lambda: self._rested(lane))
                return
            elif isinstance(request, Batch) and request.asks:
                lane.queue.extend(enumerate(request.asks))
                lane.outcomes = [None] * len(request.asks)
                lane.missing = len(request.asks)
                lane.alone = request.alone
                self._list(lane)
                return

    def _finish(self, lane: _Lane) -> None:
        self._lanes -= 1
        self._finished.append(lane.job)

    def _rested(self, lane: _Lane) -> None:
        self._resting -= 1
        self._resume(lane, [])

    def _list(self, lane: _Lane) -> None:
        if not lane.listed and lane.queue:
            lane.listed = True
            self._ready.append(lane)

    # -- caps ----------------------------------------------------------------------------

    def _gate(self, key: Any, cap: int) -> _Gate:
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = _Gate(cap)
        return gate

    def _gates_of(self, address: str, port: int) -> tuple[_Gate, _Gate]:
        return (self._gate(address, self._limits.per_address),
                self._gate((address, port), self._limits.per_endpoint))

    def _start_ready(self) -> None:
        while self._ready and self._active < self._at_once:
            lane = self._ready.popleft()
            lane.listed = False
            if not lane.queue or (lane.alone and lane.open):
                continue
            wide, narrow = self._gates_of(lane.address, lane.job.port)
            if wide.active >= wide.cap:
                lane.listed = True
                wide.wait(lane)
            elif narrow.active >= (1 if lane.alone else narrow.cap):
                lane.listed = True
                narrow.wait(lane)
                self._wake(wide)
            else:
                self._start(lane, wide, narrow)

    def _start(self, lane: _Lane, wide: _Gate, narrow: _Gate) -> None:
        index, ask = lane.queue.popleft()
        wide.active += 1
        narrow.active += 1
        self._active += 1
        lane.open += 1
        seconds = ask.seconds or self._limits.seconds
        connection = Connection(lane.address, lane.job.port, ask.talk, seconds, self._done, (lane, index, ask))
        connection.begin = lane.job.begin
        self._running[connection] = None
        self._transport.open(connection)
        self._list(lane)

    def _wake(self, gate: _Gate) -> None:
        if gate.waiting and gate.active < gate.cap:
            self._ready.append(gate.waiting.popleft())

    # -- outcomes ------------------------------------------------------------------------

    def _done(self, connection: Connection) -> None:
        lane, index, ask = connection.context
        lane.open -= 1
        if connection.parked:
            self._parked -= 1
        else:
            del self._running[connection]
            self._active -= 1
        for gate in self._gates_of(connection.address, connection.port):
            gate.active -= 1
            self._wake(gate)
        if connection.failure is None:
            lane.reached = True
        elif self._again(lane, index, ask, connection):
            return
        lane.outcomes[index] = Outcome(
            connection.failure, connection.detail, connection.result, connection.address, connection.same_host,
            self._transport.clock.now() - connection.started)
        lane.missing -= 1
        if lane.missing:
            self._list(lane)
        else:
            self._resume(lane, lane.outcomes)

    def _again(self, lane: _Lane, index: int, ask: Ask, connection: Connection) -> bool:
        """After a connection that never stood: put the ask back if another try can be better."""
        if connection.failure == "local":
            if lane.retries >= MAX_LOCAL_RETRIES:
                return False
            lane.retries += 1
            self._at_once = max(1, self._active)
            self._most_parked = min(self._most_parked, self._parked)
            lane.queue.appendleft((index, ask))
            self._transport.call_at(self._transport.clock.now() + LOCAL_RETRY_SECONDS, lambda: self._list(lane))
            return True
        if lane.reached:
            return False
        if connection.address == lane.address:
            if lane.at + 1 >= len(lane.job.addresses):
                return False
            lane.at += 1
        lane.queue.appendleft((index, ask))
        self._list(lane)
        return True
