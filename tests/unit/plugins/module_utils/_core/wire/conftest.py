# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A driver for conversations without a socket: it feeds bytes in pieces of any size."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import RETRY_RANDOM
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    VERSION_NUMBERS,
    RecordReader,
    record,
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


Reply = Union[bytes, End, Secured]


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
            outcomes = answer(request)
        raise AssertionError("the plan does not end")

    return call


@dataclass
class FakeServer:
    """A TLS server without a socket: chooses from what it has, or refuses in a way of its own.

    ``suites``: for each version, in the server's order.  ``refuse``: "alert", "close" or "silent".
    ``places``: connections it takes at once; what comes beyond is closed at the door, and
    a place is free again only after a pause, if the server ``forgets`` at all.
    ``exact``: it knows no older version than the one asked for, against RFC 5246 appendix E.1.
    ``needs``: the group of its certificate, without which it takes no hello below TLS 1.3 (RFC 8422 section 4).
    """

    suites: dict[str, tuple[int, ...]]
    groups: tuple[int, ...] = (29, 23, 24)
    refuse: str = "alert"
    chain: bytes = b"\x30\x03abc"
    places: int = 1000
    forgets: bool = True
    exact: bool = False
    needs: int | None = None
    down: int = 0
    asked: int = 0
    batches: list[int] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    still_taken: int = 0

    def answer(self, request: Any) -> list[Any]:
        """The outcomes of a batch, or nothing for a pause."""
        if not hasattr(request, "asks"):
            if hasattr(request, "seconds"):
                self.pauses.append(request.seconds)
                self.still_taken = self.still_taken if self.forgets is False else 0
            return []
        self.batches.append(len(request.asks))
        free = self.places - self.still_taken
        if self.places < 1000:
            self.still_taken += min(free, len(request.asks))
        return [self._one(ask, at < free) for at, ask in enumerate(request.asks)]

    def _one(self, ask: Any, admitted: bool) -> Outcome:
        self.asked += 1
        if self.down:
            self.down -= 1
            return Outcome("refused", "Connection refused", None, "192.0.2.1", None, 0.0)
        return Outcome(None, "", self._talk(ask.talk(), admitted), "192.0.2.1", False, 0.01)

    def _talk(self, conversation: Any, admitted: bool) -> Any:
        arrival: Any = None
        sent = b""
        for _step in range(1000):
            try:
                step = conversation.send(arrival)
            except StopIteration as stop:
                return stop.value
            if isinstance(step, Send):
                sent += step.data
                arrival = b""
            elif isinstance(step, Secure):
                arrival = Secured(False, reason="alert handshake failure")
            elif not admitted:
                arrival = End.CLOSED
            elif not sent:
                arrival = End.SILENT
            elif sent[:1] == b"\x16" and len(RecordReader().feed(sent)) > 1:
                # The second hello, after a retry: this server computes no keys and goes away.
                arrival = End.CLOSED
            else:
                arrival = self._reply(sent) or (End.CLOSED if self.refuse == "close" else End.SILENT)
        raise AssertionError("the conversation does not end")

    def _reply(self, sent: bytes) -> bytes:
        if sent[:1] != b"\x16":
            return self._no(70)
        hello = tlslite_hello(sent)
        versions = hello.getExtension(43)
        known = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
        offered_versions = [name for at, name in enumerate(known) if (3, at) <= hello.client_version]
        if self.exact:
            offered_versions = [name for at, name in enumerate(known) if (3, at) == hello.client_version]
        mine = [name for name in offered_versions if self.suites.get(name)]
        version = "TLSv1.3" if versions is not None else mine[-1] if mine else None
        if not self.suites.get(version):
            return self._no(70)
        offered = hello.getExtension(10)
        groups = [group for group in self.groups if offered is not None and group in offered.groups]
        if self.needs is not None and (offered is None or self.needs not in offered.groups) and version != "TLSv1.3":
            return self._no(40)
        for suite in self.suites[version]:
            known = by_code_point(suite)
            if suite in hello.cipher_suites and (known.kx not in ("ECDHE", "any") or groups):
                return self._hello(version, suite, groups[0] if groups else None, known, bytes(hello.session_id))
        return self._no(40)

    def _no(self, alert: int) -> bytes:
        return record(21, 0x0303, bytes((2, alert))) if self.refuse == "alert" else b""

    def _hello(self, version: str, suite: int, group: int | None, known: Any, identifier: bytes) -> bytes:
        number = min(VERSION_NUMBERS[version], 0x0303)
        extensions, random = b"", bytes(32)
        if version == "TLSv1.3":
            random = RETRY_RANDOM
            extensions = extension(43, b"\x03\x04") + extension(51, group.to_bytes(2, "big"))
        echo = vector(1, identifier if version == "TLSv1.3" else b"")
        body = number.to_bytes(2, "big") + random + echo + suite.to_bytes(2, "big") + b"\x00"
        messages = handshake_message(2, body + (vector(2, extensions) if extensions else b""))
        if version != "TLSv1.3":
            messages += handshake_message(11, vector(3, vector(3, self.chain)))
            if known.kx == "ECDHE":
                messages += handshake_message(12, b"\x03" + group.to_bytes(2, "big") + vector(1, b"p") + b"\x04\x01"
                                              + vector(2, b"s"))
            messages += handshake_message(14, b"")
        return record(22, number, messages)


def tlslite_hello(sent: bytes) -> Any:
    from tlslite.messages import ClientHello
    from tlslite.utils.codec import Parser

    message = b"".join(item.fragment for item in RecordReader().feed(sent))
    return ClientHello().parse(Parser(bytearray(message[1:])))


@pytest.fixture
def read_hello() -> Callable[[bytes], Any]:
    """Read a ClientHello as tlslite-ng does."""
    return tlslite_hello


@pytest.fixture
def fake_server() -> type[FakeServer]:
    return FakeServer


class RealServer:
    """The server side of this machine's TLS library, in memory: whole handshakes without a socket.

    ``context`` is its ``ssl.SSLContext``, to be set up by the test; ``says`` is written behind the handshake.
    """

    def __init__(self, pem: str, says: bytes = b"") -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.says = says
        self.error = ""
        self.asked = 0

    def answer(self, request: Any) -> list[Any]:
        """The outcomes of a batch, or nothing for a pause: a whole handshake for each of its conversations."""
        asks = getattr(request, "asks", ())
        self.asked += len(asks)
        return [Outcome(None, "", self.drive(ask.talk()), "192.0.2.1", False, 0.01) for ask in asks]

    def drive(self, conversation: Any, chunk: int = 4096) -> Any:
        """What the conversation returns, fed in pieces of ``chunk`` bytes."""
        into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = self.context.wrap_bio(into, out, server_side=True)
        held, arrival, done, self.error = b"", None, False, ""
        for _step in range(100_000):
            try:
                step = conversation.send(arrival)
            except StopIteration as stop:
                with contextlib.suppress(ssl.SSLError):
                    server.unwrap()  # as servers do: the library forgets a session that ends without a goodbye
                return stop.value
            arrival = b""
            if isinstance(step, Send):
                into.write(step.data)
                try:
                    if not done:
                        server.do_handshake()
                        done = True
                        server.write(self.says) if self.says else None
                    server.read(4096)
                except ssl.SSLWantReadError:
                    pass
                except ssl.SSLError as error:
                    self.error = str(error.reason)
                held += out.read()
                continue
            assert isinstance(step, Receive)
            arrival, held = held[:chunk], held[chunk:]
            if not arrival:
                arrival = End.CLOSED if self.error or step.quiet is None else End.SILENT
        raise AssertionError("the conversation does not end")


@pytest.fixture(scope="session")
def leaf_file(pki: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Path of a PEM file with a leaf and its key."""
    private = pki.key("rsa2048")
    made = pki.certificate("host.example.test", private=private)
    return pki.write(tmp_path_factory.mktemp("leaf"), leaf=pki.pem(made, private))["leaf"]


@pytest.fixture
def real_server(leaf_file: str) -> RealServer:
    return RealServer(leaf_file)
