# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A driver for conversations without a socket: it feeds bytes in pieces of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)


@dataclass
class Driven:
    """What became of a conversation."""

    result: Any = None
    sent: list[bytes] = field(default_factory=list)
    secured: list[Secure] = field(default_factory=list)

    @property
    def said(self) -> str:
        return b"".join(self.sent).decode("latin-1")


Reply = bytes | End | Secured


def drive(conversation: Any, replies: Sequence[Reply], chunk: int = 1) -> Driven:
    """Answer each wait with the next reply, in pieces of ``chunk`` bytes; then the connection is closed.

    ``End.SILENT`` is handed over only where the conversation bounded its patience, as a real
    driver does; a reply is only given once something was said or the conversation waits
    without a bound.
    """
    seen = Driven()
    pending = list(replies)
    piece = b""
    arrival: Any = None
    for _step in range(200_000):
        try:
            step = conversation.send(arrival)
        except StopIteration as stop:
            seen.result = stop.value
            return seen
        if isinstance(step, Send):
            seen.sent.append(step.data)
            arrival = b""
        elif isinstance(step, Secure):
            seen.secured.append(step)
            arrival = pending.pop(0) if pending and isinstance(pending[0], Secured) else Secured(False, ended=True)
        else:
            assert isinstance(step, Receive)
            if not piece and pending and isinstance(pending[0], bytes):
                piece = pending.pop(0)
            if piece:
                arrival, piece = piece[:chunk], piece[chunk:]
            elif pending and pending[0] is End.SILENT and step.quiet is None:
                raise AssertionError("the conversation waits without a bound where the peer is silent")
            else:
                arrival = pending.pop(0) if pending else End.CLOSED
    raise AssertionError("the conversation does not end")


@pytest.fixture(name="drive", params=[1, 3, 4096], ids=["byte-by-byte", "in-threes", "at-once"])
def drive_fixture(request: pytest.FixtureRequest) -> Callable[..., Driven]:
    def call(conversation: Any, replies: Sequence[Reply]) -> Driven:
        return drive(conversation, replies, request.param)

    return call


@pytest.fixture
def run_plan() -> Callable[..., Any]:
    """Run a plan: ``answer`` makes the outcomes of each batch; pauses and narrowings are collected."""
    def call(plan: Any, answer: Callable[[Any], list[Any]], requests: list[Any] | None = None) -> Any:
        outcomes: Any = None
        for _step in range(10_000):
            try:
                request = plan.send(outcomes)
            except StopIteration as stop:
                return stop.value
            if requests is not None:
                requests.append(request)
            outcomes = answer(request) if hasattr(request, "asks") else []
        raise AssertionError("the plan does not end")

    return call
