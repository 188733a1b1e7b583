# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The only file that opens sockets: holds conversations on many at once and blocks on none.

Every connection has a deadline and a byte bound.  Protocol knowledge lives in
``_core/wire``, scheduling in ``engine``; this file moves bytes, watches the clock and
closes.  Deadlines are those of ``clock``, which stands still while this process cannot run.
Connections are closed with a reset, so that neither side keeps a slot for
them afterwards (TIME_WAIT here, a connection limit there).
"""

from __future__ import annotations

import errno
import heapq
import os
import selectors
import socket
import struct
from collections.abc import Sequence
from typing import Any, Callable, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Receive,
    Secure,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.clock import Clock

CHUNK = 65536
MAX_IGNORED_ENDS = 8
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
FAILURES = {
    errno.ECONNREFUSED: "refused", errno.ETIMEDOUT: "timeout", errno.EMFILE: "local", errno.ENFILE: "local",
    errno.EADDRNOTAVAIL: "local", errno.ENOBUFS: "local", errno.ENOMEM: "local",
}
"""Everything else that goes wrong while connecting is ``unreachable``."""


def look_up(name: str) -> Sequence[str]:
    """Addresses of a name in the order the system prefers; blocks, so call it in a thread."""
    try:
        rows = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(row[4][0]) for row in rows))


def _target(address: str, port: int) -> "tuple[int, Any]":
    """Family and socket address of an address; only those of IPv6 with a zone need the library's help."""
    if ":" not in address:
        return socket.AF_INET, (address, port)
    info = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0]
    return info[0], info[4]


class Connection:
    """One conversation on one socket.

    Args:
        address, port: where to connect, an address and not a name.
        talk: makes the conversation once the connection stands.
        seconds: deadline, from connecting to the end.
        done: called once, with this connection; look at ``failure``, ``detail`` and ``result``.
    """

    __slots__ = (
        "address",
        "begin",
        "context",
        "deadline",
        "detail",
        "done",
        "end",
        "ends",
        "failure",
        "key",
        "mask",
        "out",
        "parked",
        "port",
        "quiet_until",
        "received",
        "result",
        "running",
        "same_host",
        "seconds",
        "session",
        "sock",
        "started",
        "talk",
    )

    def __init__(self, address: str, port: int, talk: Callable[[], Conversation], seconds: float,
                 done: "Callable[[Connection], None]", context: Any = None) -> None:
        self.address = address
        self.port = port
        self.talk = talk
        self.seconds = seconds
        self.done = done
        self.context = context
        self.begin: Optional[Callable[[Sequence[Any], Sequence[Any]], bytes]] = None
        """Makes the first bytes, out of the addresses of both ends."""
        self.failure: Optional[str] = None
        self.detail = ""
        self.result: Any = None
        self.same_host: Optional[bool] = None
        self.started = 0.0
        self.deadline = 0.0
        self.quiet_until: Optional[float] = None
        self.sock: Any = None
        self.running: Optional[Conversation] = None
        self.session: Any = None
        self.out = b""
        self.received = 0
        self.mask = 0
        self.end: Optional[End] = None
        self.ends = 0
        self.key = 0
        self.parked = False
        """It has been silent for so long that the engine no longer counts it."""


class Transport:
    """Sockets, timers and the loop that serves them.

    Args:
        max_bytes: the most that one connection may receive.
        clock: what deadlines are measured with.
    """

    def __init__(self, max_bytes: int, clock: Optional[Clock] = None) -> None:
        self._max_bytes = max_bytes
        self.clock = clock or Clock()
        self._trusts: dict[Optional[str], Any] = {}
        """By the file of their roots: the contexts of the machine's library, made once."""
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int]] = []
        self._sleeping: dict[int, Any] = {}
        self._keys = 0
        self._here: dict[str, bool] = {}
        self.opened = 0
        """Connections made so far."""

    def close(self) -> None:
        """Drop every connection that is still open."""
        for key in list(self._selector.get_map().values()):
            key.data.sock.close()
        self._selector.close()

    # -- opening and closing -------------------------------------------------------------

    def open(self, connection: Connection) -> None:
        """Start connecting."""
        self.opened += 1
        connection.started = self.clock.now()
        connection.deadline = connection.started + connection.seconds
        try:
            family, target = _target(connection.address, connection.port)
            sock = connection.sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(target)
        except OSError as error:
            # What getaddrinfo has against a zone is numbered below 0, and strerror has no words for it.
            self._failed(connection, max(error.errno or 0, 0) or errno.EINVAL)
            return
        if code not in (0, errno.EINPROGRESS):
            self._failed(connection, code)
            return
        self._watch(connection, selectors.EVENT_WRITE)
        self._sleep(connection, connection.deadline)

    def _connected(self, connection: Connection) -> None:
        code = connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._failed(connection, code)
            return
        connection.same_host = self._is_here(connection)
        if connection.begin is not None:
            try:
                connection.out = connection.begin(connection.sock.getsockname(), connection.sock.getpeername())
            except OSError as error:
                self._failed(connection, error.errno or errno.ECONNRESET)
                return
        connection.running = connection.talk()
        self._advance(connection, None)

    def _is_here(self, connection: Connection) -> Optional[bool]:
        """Whether both ends of a connection are on one machine; an address stays where it is."""
        found = self._here.get(connection.address)
        if found is None:
            try:
                found = connection.sock.getsockname()[0] == connection.sock.getpeername()[0]
            except OSError:
                return None
            self._here[connection.address] = found
        return found

    def _failed(self, connection: Connection, code: int) -> None:
        connection.failure = FAILURES.get(code, "unreachable")
        self._finish(connection, os.strerror(code), None)

    def _finish(self, connection: Connection, detail: str, result: Any) -> None:
        if connection.mask:
            self._selector.unregister(connection.sock)
            connection.mask = 0
        if connection.sock is not None:
            connection.sock.close()
            connection.sock = None
        self._sleeping.pop(connection.key, None)
        connection.detail = detail
        connection.result = result
        connection.running = None
        connection.session = None
        connection.done(connection)

    # -- bytes ---------------------------------------------------------------------------

    def _watch(self, connection: Connection, mask: int) -> None:
        if connection.mask == mask:
            return
        if connection.mask:
            self._selector.modify(connection.sock, mask, connection)
        else:
            self._selector.register(connection.sock, mask, connection)
        connection.mask = mask

    def _serve(self, connection: Connection, mask: int) -> None:
        if connection.running is None:
            self._connected(connection)
            return
        if mask & selectors.EVENT_WRITE:
            self._flush(connection)
        if mask & selectors.EVENT_READ:
            self._read(connection)

    def _flush(self, connection: Connection) -> None:
        if connection.sock is None:
            return
        if connection.out:
            try:
                sent = connection.sock.send(connection.out)
                connection.out = connection.out[sent:]
            except BlockingIOError:
                pass
            except OSError:
                # What the peer said before it went away is still to be read.
                connection.out = b""
        self._watch(connection, selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.out else 0))

    def _read(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._arrive(connection, End.RESET)
            return
        connection.received += len(data)
        if not data:
            self._arrive(connection, End.CLOSED)
        elif connection.received > self._max_bytes:
            self._arrive(connection, End.TOO_MUCH)
        else:
            self._arrive(connection, data)

    def _arrive(self, connection: Connection, arrival: Union[bytes, End]) -> None:
        if isinstance(arrival, End) and arrival is not End.SILENT:
            connection.end = arrival
        if connection.session is None:
            self._advance(connection, arrival)
            return
        got = connection.session.feed(arrival)
        connection.out += connection.session.outgoing()
        if got is None:
            self._flush(connection)
        else:
            self._advance(connection, got)

    # -- conversations -------------------------------------------------------------------

    def _advance(self, connection: Connection, arrival: Optional[Arrival]) -> None:
        """Let the conversation go on until it waits for the peer."""
        connection.quiet_until = None
        running: Any = connection.running
        try:
            while True:
                if isinstance(arrival, End):
                    connection.ends += 1
                    if connection.ends > MAX_IGNORED_ENDS:
                        running.close()
                        self._finish(connection, "The conversation did not end with its connection.", None)
                        return
                arrival = self._do(connection, running.send(arrival))
                if arrival is None:
                    break
        except StopIteration as stop:
            self._finish(connection, "", stop.value)
            return
        except IntransitError as error:
            self._finish(connection, error.message, None)
            return
        except Exception as error:
            # Whatever a peer says: the other endpoints of the run have a right to their results.
            self._finish(connection, f"The answer cannot be read ({type(error).__name__}: {error}).", None)
            return
        self._flush(connection)

    def _do(self, connection: Connection, step: Union[Send, Receive, Secure]) -> Optional[Arrival]:
        """Carry out a step; None: the arrival is still to come."""
        if isinstance(step, Send):
            session = connection.session
            connection.out += session.write(step.data) if session is not None else step.data
            return b""
        if isinstance(step, Secure):
            return self._secure(connection, step)
        if connection.session is not None:
            held: bytes = connection.session.held()
            if held:
                return held
        if connection.end is not None:
            return connection.end
        if step.quiet is not None:
            connection.quiet_until = self.clock.now() + step.quiet
            self._sleep(connection, min(connection.quiet_until, connection.deadline))
        return None

    def _secure(self, connection: Connection, step: Secure) -> Optional[Arrival]:
        # The machine's TLS library is only loaded where a conversation wants it.
        from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.session import Session, Trust

        if step.ca_file not in self._trusts:
            self._trusts[step.ca_file] = Trust(ca_file=step.ca_file)
        connection.session = Session(step, self._trusts[step.ca_file])
        connection.out += connection.session.outgoing()
        return None

    # -- time ----------------------------------------------------------------------------

    def call_at(self, when: float, callback: Callable[[], None]) -> None:
        """Call ``callback`` at a time of ``clock``."""
        self._keys += 1
        self._sleeping[self._keys] = callback
        heapq.heappush(self._timers, (when, self._keys))

    def _sleep(self, connection: Connection, until: float) -> None:
        if not connection.key:
            self._keys += 1
            connection.key = self._keys
            self._sleeping[connection.key] = connection
        heapq.heappush(self._timers, (until, connection.key))

    def turn(self, until: Optional[float] = None) -> None:
        """Wait for sockets, for the next timer or for the time ``until``, and serve what is due."""
        while self._timers and self._timers[0][1] not in self._sleeping:
            heapq.heappop(self._timers)
        if self._timers and (until is None or self._timers[0][0] < until):
            until = self._timers[0][0]
        self.clock.sleeps()
        ready = self._selector.select(None if until is None else max(0.0, until - self.clock.now()))
        self.clock.wakes(until)
        for key, mask in ready:
            if key.data.sock is not None:
                self._serve(key.data, mask)
        now = self.clock.now()
        while self._timers and self._timers[0][0] <= now:
            key_due = heapq.heappop(self._timers)[1]
            sleeper = self._sleeping.get(key_due)
            if isinstance(sleeper, Connection):
                self._due(sleeper, now)
            elif sleeper is not None:
                del self._sleeping[key_due]
                sleeper()

    def _due(self, connection: Connection, now: float) -> None:
        if now >= connection.deadline:
            if connection.running is None:
                self._failed(connection, errno.ETIMEDOUT)
            else:
                self._arrive(connection, End.DEADLINE)
        elif connection.quiet_until is not None and now >= connection.quiet_until:
            connection.quiet_until = None
            self._arrive(connection, End.SILENT)
