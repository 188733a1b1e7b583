# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that attempts are made of: lines of a mail protocol, a web server, TLS libraries, and a switch in front."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attempts import Serve
from servers import Keys, Script, gnutls_server, openssl_server, pump, scripted

Answers = Sequence[tuple[str, "bytes | None"]]
"""Pattern of a line and what is said to it; None closes the connection."""


def context(keys: Keys, key: str = "rsa") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(keys[f"{key}.pem"], keys[f"{key}.key"])
    return made


def serving(make: Callable[[Keys], Callable[[socket.socket], None]]) -> Serve:
    """A scripted server out of a function that gets the keys."""
    @contextlib.contextmanager
    def serve(keys: Keys) -> Iterator[int]:
        with scripted(make(keys)) as script:
            yield script.port
            _sound(script)
    return serve


def _sound(script: Script) -> None:
    assert script.connections and not script.errors, script.errors


def lines(greeting: bytes, answers: Answers, word: str, go: bytes, within: Answers = ()) -> Serve:
    """A protocol of lines whose ``word`` goes over to TLS; ``within`` is said there, with what is said outside besides."""
    def make(keys: Keys) -> Callable[[socket.socket], None]:
        secure = context(keys)

        def handle(client: socket.socket) -> None:
            client.sendall(greeting)
            said = answers
            reader = client.makefile("rb")
            while line := reader.readline().decode("latin-1").strip("\r\n"):
                if re.match(word, line, re.IGNORECASE) and said is answers:
                    client.sendall(go)
                    try:
                        client = secure.wrap_socket(client, server_side=True)
                    except (ssl.SSLError, OSError):
                        return
                    reader, said = client.makefile("rb"), [*within, *answers]
                    continue
                reply = next((reply for pattern, reply in said if re.match(pattern, line, re.IGNORECASE)), b"500 what\r\n")
                if reply is None:
                    return
                client.sendall(reply)
        return handle
    return serving(make)


def binary(answer: Callable[[int, bytes], "bytes | None"], first: bytes = b"", upgrade: Any = None) -> Serve:
    """A protocol of packets: the number of the packet and its bytes in, an answer out, None closes.

    ``upgrade``: the answer behind which TLS begins.
    """
    def make(keys: Keys) -> Callable[[socket.socket], None]:
        secure = context(keys)

        def handle(client: socket.socket) -> None:
            if first:
                client.sendall(first)
            number = 0
            while data := client.recv(65536):
                reply = answer(number, data)
                number += 1
                if reply is None:
                    return
                client.sendall(reply)
                if upgrade is not None and upgrade(data):
                    with contextlib.suppress(ssl.SSLError, OSError):
                        secure.wrap_socket(client, server_side=True).recv(1024)
                    return
        return handle
    return serving(make)


def web(*responses: tuple[str, str]) -> Serve:
    """Plain http: the first pattern that is in the request decides; without one, a closed connection."""
    def make(_keys: Keys) -> Callable[[socket.socket], None]:
        def handle(client: socket.socket) -> None:
            asked = client.recv(65536).decode("latin-1")
            host = next(line[6:] for line in asked.split("\r\n") if line.lower().startswith("host: ")).partition(":")[0]
            path = asked.split(" ")[1]
            for pattern, response in responses:
                if re.search(pattern, asked):
                    client.sendall(response.replace("$HOST", host).replace("$PATH", path).encode("latin-1"))
                    return
        return handle
    return serving(make)


def moved(location: str, status: int = 301) -> str:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"


def web_tls(head: str, key: str = "rsa", plain: bytes = b"", status: str = "200 OK") -> Serve:
    """https: one head for every request; ``plain`` is the answer to a client that speaks no TLS."""
    def make(keys: Keys) -> Callable[[socket.socket], None]:
        secure = context(keys, key)

        def handle(client: socket.socket) -> None:
            if client.recv(1, socket.MSG_PEEK) not in (b"\x16", b"\x80") and plain:
                client.recv(65536)
                client.sendall(plain)
                return
            with contextlib.suppress(ssl.SSLError, OSError):
                client = secure.wrap_socket(client, server_side=True)
                client.recv(65536)
                client.sendall(f"HTTP/1.1 {status}\r\n{head}Content-Length: 0\r\n\r\n".encode("latin-1"))
        return handle
    return serving(make)


def openssl(*words: str, key: str = "rsa", www: bool = True) -> Serve:
    """``openssl s_server``; $NAME in a word is the path of a file."""
    def serve(keys: Keys) -> contextlib.AbstractContextManager[int]:
        chain = keys[f"{key}.chain.pem"]
        above = ("-cert_chain", chain) if Path(chain).stat().st_size else ()
        named = (keys[word[1:]] if word.startswith("$") else word for word in words)
        return openssl_server(keys, *named, *above, key=key, www=www)
    return serve


def gnutls(priority: str, *words: str, key: str = "rsa") -> Serve:
    def serve(keys: Keys) -> contextlib.AbstractContextManager[int]:
        return gnutls_server(keys, priority, *words, key=key)
    return serve


class Hello:
    """What a switch needs to know of a ClientHello."""

    def __init__(self, data: bytes) -> None:
        body = b""
        while data[:1] == b"\x16":
            size = int.from_bytes(data[3:5], "big")
            body, data = body + data[5:5 + size], data[5 + size:]
        self.is_one = body[:1] == b"\x01"
        self.version = int.from_bytes(body[4:6], "big")
        at = 38 + 1 + body[38:39][0] if self.is_one else 0
        size = int.from_bytes(body[at:at + 2], "big")
        self.suites = {int.from_bytes(body[i:i + 2], "big") for i in range(at + 2, at + 2 + size, 2)}
        at += 2 + size
        at += 1 + (body[at] if self.is_one else 0)
        self.extensions: dict[int, bytes] = {}
        at += 2
        while at + 4 <= len(body):
            size = int.from_bytes(body[at + 2:at + 4], "big")
            self.extensions[int.from_bytes(body[at:at + 2], "big")] = body[at + 4:at + 4 + size]
            at += 4 + size


def switch(strong: Serve, weak: Serve, goes_weak: Callable[[Hello], bool]) -> Serve:
    """Two servers at one port: the hello decides which of them a client gets."""
    @contextlib.contextmanager
    def serve(keys: Keys) -> Iterator[int]:
        with strong(keys) as good, weak(keys) as bad:
            def handle(client: socket.socket) -> None:
                first = client.recv(65536)
                while first[:1] == b"\x16" and len(first) < 5 + int.from_bytes(first[3:5], "big"):
                    first += client.recv(65536)
                hello = Hello(first)
                port = bad if hello.is_one and goes_weak(hello) else good
                with socket.create_connection(("127.0.0.1", port)) as server:
                    server.sendall(first)
                    pump(client, server)
            with scripted(handle) as script:
                yield script.port
                _sound(script)
    return serve


def rewriting(strong: Serve, change: Callable[[bytes], bytes]) -> Serve:
    """A server whose first answer is changed on its way."""
    @contextlib.contextmanager
    def serve(keys: Keys) -> Iterator[int]:
        with strong(keys) as port:
            def handle(client: socket.socket) -> None:
                with socket.create_connection(("127.0.0.1", port)) as server:
                    server.sendall(client.recv(65536))
                    client.sendall(change(server.recv(65536)))
                    pump(client, server)
            with scripted(handle) as script:
                yield script.port
                _sound(script)
    return serve
