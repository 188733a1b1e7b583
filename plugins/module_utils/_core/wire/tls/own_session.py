# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finished handshakes of our own, for what only shows behind them: tickets, renegotiation, early data.

Nothing here is secret (see ``shares``) and nobody is authenticated; a session says at
most a few handshake messages and goes away.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import find_subject_public_key
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError, WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Receive,
    Secured,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Handshake, Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import (
    RANDOM,
    ClientHello,
    handshake_message,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import MessageReader
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    Record,
    RecordReader,
    record,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls12 import (
    Keys,
    Protection,
    client_share,
    usable,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls13 import Direction

MAX_RECORDS = 64


@dataclass(frozen=True)
class Heard:
    """One thing a server said behind the handshake: a record's kind and its plain content, or the end."""

    kind: int = 0
    content: bytes = b""
    end: Optional[End] = None


class Session:
    """The client's end of a finished handshake."""

    def __init__(self, look: Look, write: Union[Protection, Direction], read: Union[Protection, Direction],
                 left: "list[Record]") -> None:
        self.look = look
        self.verify_data = b""
        self._write = write
        self._read = read
        self._left = left
        self._records = RecordReader()
        self._seen = 0
        self._changed = isinstance(read, Direction)
        """Whether the server protects its records by now: a new ticket of TLS 1.2 comes before that."""

    def say(self, kind: int, content: bytes) -> Generator[Step, Arrival, None]:
        """Send one protected record."""
        yield Send(self._write.seal(kind, content))

    def hear(self, quiet: float) -> Generator[Step, Arrival, Heard]:
        """The next protected record, or why there is none.  A ChangeCipherSpec is passed over."""
        while True:
            while self._left:
                item = self._left.pop(0)
                self._seen += 1
                if self._seen > MAX_RECORDS:
                    return Heard(end=End.TOO_MUCH)
                if item.kind == CHANGE_CIPHER_SPEC:
                    self._changed = True
                elif self._changed:
                    return self._open(item)
                else:
                    return Heard(item.kind, item.fragment)
            arrival = yield Receive(quiet)
            if isinstance(arrival, End):
                return Heard(end=arrival)
            if isinstance(arrival, Secured):
                return Heard(end=End.CLOSED)
            self._left += self._records.feed(arrival)

    def _open(self, item: Record) -> Heard:
        if isinstance(self._read, Protection):
            return Heard(item.kind, self._read.open(item.kind, item.fragment))
        if item.kind == ALERT:
            return Heard(ALERT, item.fragment)
        return Heard(*self._read.open(item.fragment))


def run(handshake: Handshake) -> Generator[Step, Arrival, None]:
    """Send the hello and watch until the flight is there, or will not come."""
    while not handshake.finished:
        if handshake.outgoing:
            data, handshake.outgoing = handshake.outgoing, b""
            yield Send(data)
        arrival = yield Receive()
        if isinstance(arrival, End):
            handshake.ended(arrival)
        elif isinstance(arrival, bytes):
            handshake.feed(arrival)


def open_session(hello: ClientHello, held: bytes = b"") -> Generator[Step, Arrival, Optional[Session]]:
    """Make a whole handshake; None when the server did not go along, or we cannot."""
    handshake = Handshake(hello, whole=True)
    if held:
        handshake.feed(held)
    yield from run(handshake)
    look = handshake.look
    if look.end != "flight" or look.hello is None:
        return None
    if look.hello.version == "TLSv1.3":
        return (yield from _finish_tls13(handshake))
    if look.hello.version == "TLSv1.2":
        return (yield from _finish_tls12(handshake))
    return None


def _finish_tls13(handshake: Handshake) -> Generator[Step, Arrival, Optional[Session]]:
    schedule, client = handshake.schedule, handshake.client
    if schedule is None or client is None:
        return None
    write, read = schedule.application(handshake.transcript)
    if handshake.look.request is not None:
        empty = handshake_message(ext.CERTIFICATE, b"\x00\x00\x00\x00")
        handshake.transcript += empty
        yield Send(client.seal(HANDSHAKE, empty))
    verify = schedule.finished(schedule.client_secret, handshake.transcript)
    yield Send(client.seal(HANDSHAKE, handshake_message(ext.FINISHED, verify)))
    return Session(handshake.look, write, read, handshake.left)


def _finish_tls12(handshake: Handshake) -> Generator[Step, Arrival, Optional[Session]]:
    look = handshake.look
    suite = by_code_point(look.hello.suite) if look.hello is not None else None
    if look.hello is None or suite is None or not usable(suite):
        return None
    modulus, exponent = rsa_key(look) if suite.kx == "RSA" else (0, 0)
    body, premaster = client_share(suite, look.key_exchange, modulus, exponent)
    messages = b""
    if look.request is not None:
        messages += handshake_message(ext.CERTIFICATE, b"\x00\x00\x00")
    messages += handshake_message(ext.CLIENT_KEY_EXCHANGE, body)
    handshake.transcript += messages
    extended = ext.EXTENDED_MASTER_SECRET in look.hello.extensions
    keys = Keys(suite, premaster, RANDOM + look.hello.random, handshake.transcript if extended else None)
    write, read = keys.directions()
    session = Session(look, write, read, handshake.left)
    session.verify_data = keys.finished(handshake.transcript)
    yield Send(record(HANDSHAKE, 0x0303, messages) + record(CHANGE_CIPHER_SPEC, 0x0303, b"\x01")
               + write.seal(HANDSHAKE, handshake_message(ext.FINISHED, session.verify_data)))
    return session


def rsa_key(look: Look) -> tuple[int, int]:
    """Modulus and exponent of the leaf, (0, 0) when it has no RSA key."""
    if look.chain is None or not look.chain.certificates:
        return 0, 0
    try:
        key = find_subject_public_key(look.chain.certificates[0])
    except (IntransitError, ValueError, IndexError):
        return 0, 0
    return key.modulus or 0, key.exponent or 0


def handshake_messages(reader: MessageReader, heard: Heard) -> "list[tuple[int, bytes]]":
    """The handshake messages in what was heard."""
    if heard.kind != HANDSHAKE:
        return []
    try:
        return reader.feed(heard.content)
    except WireError:
        return []
