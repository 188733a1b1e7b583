# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How protocol code asks for I/O without doing any.

A conversation is a generator.  It yields a ``Step`` and is sent an ``Arrival``: bytes,
or the ``End`` that came instead of bytes.  What it returns is what was seen.  Whoever
drives it (``_edge/wire/transport.py``, or a test that feeds one byte at a time) owns the
socket, the clock and the limits.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Generator
from typing import Any, NamedTuple, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError


class End(enum.Enum):
    """What can come instead of bytes.  After every one but SILENT nothing more comes."""

    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    """The time that the step allowed is over; the connection is still open."""
    DEADLINE = "deadline"
    """The time for the whole conversation is over."""
    TOO_MUCH = "too_much"
    """The peer sent more than a conversation may take."""


class Send(NamedTuple):
    """Send these bytes; the arrival is ``b""`` at once."""

    data: bytes


class Receive(NamedTuple):
    """Wait for bytes, at most ``quiet`` seconds when that is given."""

    quiet: Optional[float] = None


class Secure(NamedTuple):
    """Let the driver's TLS library take over; the arrival is a ``Secured``.

    ``verify``: check chain and name against the trust store, or against the roots in ``ca_file``.
    ``newest``: the newest version to offer.
    """

    server_name: Optional[str]
    verify: bool = False
    newest: str = "TLSv1.3"
    alpn: tuple[str, ...] = ()
    ca_file: Optional[str] = None


class Secured(NamedTuple):
    """How the handshake of the driver's TLS library ended.

    It comes a second time, with ``done`` false, when the server ends the session with an
    alert afterwards: a missing client certificate is refused like that in TLS 1.3.
    ``trusted`` and ``name_matches`` are None when they were not asked for, or when
    the handshake ended before they could be told.
    """

    done: bool
    version: Optional[str] = None
    suite: Optional[str] = None
    leaf: Optional[bytes] = None
    trusted: Optional[bool] = None
    name_matches: Optional[bool] = None
    reason: str = ""
    ended: bool = False
    """The connection ended during the handshake, without a word."""


Step = Union[Send, Receive, Secure]
Arrival = Union[bytes, End, Secured]
Conversation = Generator[Step, Arrival, Any]

MAX_LINE = 8192
MAX_HELD = 2 ** 17
MAX_FIRST = 200


class Ended(Exception):
    """The peer went away in the middle of a dialogue; ``end`` says how."""

    def __init__(self, end: End, reason: str = "") -> None:
        super().__init__(reason or end.value)
        self.end = end
        self.reason = reason


class Inbox:
    """Bytes that came and were not used yet, for dialogues that read lines or fixed sizes.

    What was searched once is not searched again: a peer that sends one byte at a time
    must not cost more than one that sends all at once.
    """

    def __init__(self) -> None:
        self.held = bytearray()
        self.first = bytearray()
        """The first ``MAX_FIRST`` bytes that ever came; they stay here when they are taken."""
        self._searched = 0

    def more(self, quiet: Optional[float] = None) -> Generator[Step, Arrival, None]:
        """Wait for at least one byte more.  Raises Ended."""
        arrival = yield Receive(quiet)
        if isinstance(arrival, End):
            raise Ended(arrival)
        if isinstance(arrival, Secured):
            raise Ended(End.CLOSED, arrival.reason)
        self.held += arrival
        if len(self.first) < MAX_FIRST:
            self.first += arrival[:MAX_FIRST - len(self.first)]
        if len(self.held) > MAX_HELD:
            raise WireError("The peer keeps sending without ever finishing what it says.")

    def take(self, count: int) -> bytes:
        """The first ``count`` bytes of what is held."""
        data = bytes(self.held[:count])
        del self.held[:count]
        self._searched = 0
        return data

    def line(self, quiet: Optional[float] = None) -> Generator[Step, Arrival, bytes]:
        """One line without its line end.  Raises Ended; WireError for an endless line."""
        while True:
            at = self.held.find(b"\n", self._searched)
            if at >= 0:
                return self.take(at + 1).rstrip(b"\r\n")
            self._searched = len(self.held)
            if self._searched > MAX_LINE:
                raise WireError(f"The peer sent a line of more than {MAX_LINE} bytes.")
            yield from self.more(quiet)

    def until(self, pattern: "re.Pattern[bytes]", longest: int,
              quiet: Optional[float] = None) -> Generator[Step, Arrival, bytes]:
        """Everything up to the end of the first match of a pattern, whose matches are at most ``longest`` bytes.

        Raises Ended; WireError when it never comes.
        """
        while True:
            found = pattern.search(self.held, max(0, self._searched - longest))
            if found:
                return self.take(found.end())
            self._searched = len(self.held)
            yield from self.more(quiet)

    def exactly(self, count: int, quiet: Optional[float] = None) -> Generator[Step, Arrival, bytes]:
        """Exactly ``count`` bytes.  Raises Ended."""
        if count > MAX_HELD:
            raise WireError(f"The peer announced a message of {count} bytes.")
        while len(self.held) < count:
            yield from self.more(quiet)
        return self.take(count)

    def rest(self) -> bytes:
        """Everything that is held, which is then gone from here."""
        return self.take(len(self.held))
