# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sockets on loopback: what ends a conversation, and that nothing runs without a bound."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Receive, Send
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.transport import Connection, Transport, look_up


@contextmanager
def server(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _peer = listener.accept()
            except OSError:
                return
            with client, suppress(OSError):
                handle(client)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def converse(port: int, talk: Callable[[], Any], seconds: float = 5.0, most: int = 10_000) -> Connection:
    done: list[Connection] = []
    transport = Transport(most)
    transport.open(Connection("127.0.0.1", port, talk, seconds, done.append))
    until = time.monotonic() + 10
    while not done:
        assert time.monotonic() < until
        transport.turn()
    transport.close()
    return done[0]


def listen(quiet: float | None = None) -> Callable[[], Any]:
    """Collect everything that arrives, up to the first end."""
    def talk() -> Any:
        seen: list[Any] = []
        while True:
            arrival = yield Receive(quiet)
            seen.append(arrival)
            if isinstance(arrival, End):
                return seen
    return talk


def echo() -> Any:
    yield Send(b"hello")
    return (yield Receive())


def test_bytes_go_both_ways() -> None:
    with server(lambda client: client.sendall(client.recv(100).upper())) as port:
        seen = converse(port, echo)
    assert seen.result == b"HELLO" and seen.failure is None and seen.same_host is True


def test_a_close_comes_after_the_last_bytes() -> None:
    with server(lambda client: client.sendall(b"last words")) as port:
        seen = converse(port, listen()).result
    assert b"".join(seen[:-1]) == b"last words" and seen[-1] is End.CLOSED


def test_a_reset() -> None:
    import struct

    def reset(client: socket.socket) -> None:
        # Not before the other side has seen that it is connected.
        time.sleep(0.3)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with server(reset) as port:
        assert converse(port, listen()).result == [End.RESET]


def test_silence_is_bounded_where_the_conversation_says_so() -> None:
    with server(lambda client: time.sleep(1)) as port:
        begun = time.monotonic()
        assert converse(port, listen(0.1)).result == [End.SILENT]
        assert time.monotonic() - begun < 0.9


def test_the_deadline_ends_a_drip() -> None:
    def drip(client: socket.socket) -> None:
        for _each in range(100):
            client.sendall(b"x")
            time.sleep(0.02)

    with server(drip) as port:
        begun = time.monotonic()
        seen = converse(port, listen(1.0), seconds=0.3).result
        assert seen[-1] is End.DEADLINE and 0.2 < time.monotonic() - begun < 0.8


def test_bytes_are_bounded() -> None:
    def flood(client: socket.socket) -> None:
        while True:
            client.sendall(b"x" * 65536)

    with server(flood) as port:
        seen = converse(port, listen(), most=100_000).result
    assert seen[-1] is End.TOO_MUCH and sum(map(len, seen[:-1])) <= 100_000


def test_a_conversation_that_ignores_the_end_is_ended() -> None:
    def stubborn() -> Any:
        while True:
            yield Receive()

    with server(lambda client: None) as port:
        seen = converse(port, stubborn)
    assert seen.result is None and "did not end" in seen.detail


def test_nonsense_is_an_outcome() -> None:
    def fails() -> Any:
        yield Receive()
        raise WireError("No sense at all.")

    with server(lambda client: client.sendall(b"?")) as port:
        seen = converse(port, fails)
    assert seen.result is None and seen.detail == "No sense at all."


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        seen = converse(probe.getsockname()[1], listen())
    assert seen.failure == "refused"


@pytest.mark.parametrize("address", ["not an address", "256.1.1.1", "::1%nonsense"])
def test_what_is_no_address(address: str) -> None:
    done: list[Connection] = []
    transport = Transport(100)
    transport.open(Connection(address, 1, listen(), 1.0, done.append))
    assert done[0].failure == "unreachable"
    transport.close()


def test_a_large_message_is_sent_whole() -> None:
    got: list[int] = []

    def swallow(client: socket.socket) -> None:
        total = 0
        while total < 3_000_000:
            total += len(client.recv(65536))
        got.append(total)
        client.sendall(b"thanks")

    def talk() -> Any:
        yield Send(b"x" * 3_000_000)
        return (yield Receive())

    with server(swallow) as port:
        assert converse(port, talk).result == b"thanks"
    assert got == [3_000_000]


def test_lookup() -> None:
    assert set(look_up("localhost")) & {"127.0.0.1", "::1"}
    assert look_up("nobody.invalid") == ()
    assert look_up("x" * 300) == ()


def test_an_error_of_ours_ends_one_conversation_alone():
    def talk() -> Any:
        yield Receive()
        raise ValueError("superscript")

    with server(lambda client: client.sendall(b"x")) as port:
        done = converse(port, talk)
    assert done.result is None and done.failure is None and "superscript" in done.detail
