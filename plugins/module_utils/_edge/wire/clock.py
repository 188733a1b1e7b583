# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A clock that stands still while this process could not run.

On a busy machine the loop wakes up late, or is stopped in the middle of its work.  A deadline
that passed meanwhile says nothing about the peer.  So deadlines are measured in the time that
the loop waited as it wanted to, or worked; what it lost is subtracted.
"""

from __future__ import annotations

import time
from typing import Callable, Optional

LATE = 0.02
"""Seconds of lateness that are no stall: so late a quiet machine is too."""
MORE_FOR_PEERS = 2.0
"""The most to add for one stall: a peer on the same machine was stopped as well, and gets as long again."""


class Clock:
    """Seconds in which this process could run, on no scale but its own.

    Args:
        wall: a clock that always goes on.
        cpu: the processor time of this thread.
    """

    def __init__(self, wall: Callable[[], float] = time.monotonic, cpu: Callable[[], float] = time.thread_time) -> None:
        self._wall = wall
        self._cpu = cpu
        self.lost = 0.0
        """Seconds that do not count."""
        self._woke: Optional[float] = None
        self._slept = 0.0
        self._cpu_then = 0.0

    def now(self) -> float:
        """The time on this clock."""
        return self._wall() - self.lost

    def sleeps(self) -> None:
        """The loop begins to wait.  What it took for its work beyond the processor's time is lost."""
        self._slept = self._wall()
        if self._woke is None:
            return
        stopped = (self._slept - self._woke) - (self._cpu() - self._cpu_then)
        if stopped > LATE:
            self.lost += stopped

    def wakes(self, until: Optional[float]) -> None:
        """The loop goes on; it wanted to at ``until``, a time on this clock, at the latest."""
        self._woke = self._wall()
        self._cpu_then = self._cpu()
        late = 0.0 if until is None else self._woke - max(until + self.lost, self._slept)
        if late > LATE:
            self.lost += late + min(late, MORE_FOR_PEERS)
