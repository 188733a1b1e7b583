# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a plan may ask of the engine that runs it, and what it gets back.

A plan is a generator, one for each endpoint.  It yields a ``Batch`` of connections to
make, or a ``Pause``, and is sent the outcomes in the order it asked, whatever the
order in which they came: so results do not depend on how many ran at once.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Callable, NamedTuple, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Conversation


class Ask(NamedTuple):
    """One connection to make.

    Attributes:
        talk: makes the conversation to hold on it.
        seconds: deadline for connecting and talking together; None: the engine's own.
    """

    talk: Callable[[], Conversation]
    seconds: Optional[float] = None


class Outcome(NamedTuple):
    """What became of an ``Ask``.

    Attributes:
        failure: None when the connection stood; else ``refused``, ``timeout``,
            ``unreachable``, ``unresolved``, ``local`` (our own machine ran out of something) or
            ``not_made`` (a budget was spent).
        detail: the operating system's words for the failure, or the error of the conversation.
        result: what the conversation returned; None when it raised.
        address: the address that was connected to.
        same_host: both ends of the connection are on one machine.
        seconds: from connecting to the end.
    """

    failure: Optional[str]
    detail: str
    result: Any
    address: Optional[str]
    same_host: Optional[bool]
    seconds: float


class Batch(NamedTuple):
    """Connections that may run at once, as far as the caps of the engine allow."""

    asks: Sequence[Ask]
    alone: bool = False
    """One after the other, with nothing else to this endpoint beside them."""


class Pause(NamedTuple):
    """Make no connection to this endpoint for so many seconds."""

    seconds: float


class Narrow(NamedTuple):
    """The endpoint seems to count connections: from now on make at most ``width`` at once."""

    width: int


Request = Union[Batch, Pause, Narrow]
Plan = Generator[Request, "list[Outcome]", Any]
