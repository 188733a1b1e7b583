# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that mean harm or are broken: bounded time, bounded memory, and a clear result."""

from __future__ import annotations

import itertools
import random
import struct
import time
import tracemalloc

import pytest
from servers import openssl_server, scripted

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import record

LINGER = struct.pack("ii", 1, 0)
TIMEOUT = 1.0
MEMORY = 24 * 2**20
"""Bytes at most while one hostile endpoint is looked at; the tables alone take four."""


def flood(piece):
    def handle(client):
        while True:
            client.sendall(piece)
    return handle


def drip(data, pause=0.05):
    def handle(client):
        for at in itertools.count():
            client.sendall(data[at % len(data):at % len(data) + 1])
            time.sleep(pause)
    return handle


def after_hello(data):
    """Wait for what the client says, then answer with this and wait."""
    def handle(client):
        client.recv(65536)
        client.sendall(data)
        client.recv(65536)
    return handle


def tar_pit(client):
    client.recv(65536)
    time.sleep(15)


def reset(client):
    import socket

    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)


def server_hello(extensions=b"", suite=0xC02F, version=b"\x03\x03"):
    body = version + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00" + extensions
    return record(22, 0x0303, handshake_message(2, body))


NESTED = b"".join(extension(number, extension(number, b"x" * 40)) for number in range(1000, 1300))
HOSTILE = {
    "endless banner": flood(b"220-wait\r\n"),
    "endless line": flood(b"x" * 4096),
    "endless records": flood(record(22, 0x0303, b"\x00")),
    "endless alerts": flood(record(21, 0x0303, b"\x01\x70")),
    "endless certificates": flood(server_hello() + record(22, 0x0303, handshake_message(11, b"\x00" * 60000)[:16000])),
    "zeros": flood(bytes(65536)),
    "one byte at a time": drip(b"220 hello\r\n250 ok\r\n"),
    "a record, drop by drop": drip(record(22, 0x0303, b"\x02" + bytes(400))),
    "nothing": tar_pit,
    "reset": reset,
    "a huge record": after_hello(b"\x16\x03\x03\xff\xff" + bytes(65535)),
    "a huge message": after_hello(record(22, 0x0303, b"\x0b\xff\xff\xff" + bytes(1000))),
    "nested extensions": after_hello(server_hello(len(NESTED).to_bytes(2, "big") + NESTED)),
    "an extension twice": after_hello(server_hello(b"\x00\x0a" + extension(23, b"x") * 2)),
    "a length that lies": after_hello(server_hello(b"\xff\xff\x00\x00")),
    "a version nobody knows": after_hello(server_hello(version=b"\x7f\x7f")),
    "a suite nobody offered": after_hello(server_hello(suite=0x1234)),
    "a retry without end": after_hello(server_hello() * 50),
    "application data first": after_hello(record(23, 0x0303, bytes(200)) * 20),
    "a greeting of zeros": lambda client: client.sendall(b"\x00" * 100),
}
CHOOSES = ("nested extensions", "a retry without end")
"""Odd, but these do choose a suite that was offered, and nothing they say contradicts it."""


def bounded(look, port, protocol, depth="policy", **options):
    """Look, and check that time and memory stayed within bounds."""
    tracemalloc.start()
    begun = time.monotonic()
    seen = look(port, protocol, timeout=TIMEOUT, depth=depth, **options)
    wall, (_now, peak) = time.monotonic() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A connection takes its deadline; a plan makes a handful of rounds; some dialogues are patient on purpose.
    assert wall < 75, f"{wall:.1f} s"
    assert peak < MEMORY, f"{peak / 2**20:.0f} MiB"
    return seen


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("protocol", ["https", "tls"])
def test_hostile_tls(name, protocol, look):
    with scripted(HOSTILE[name]) as script:
        seen = bounded(look, script.port, protocol)
    if name in CHOOSES:
        assert {version for version, answer in seen["protocols"].items() if answer["accepted"]} <= {"TLSv1.2"}
    else:
        assert not any(answer["accepted"] for answer in seen["protocols"].values())
        assert seen["error"], "a hostile server is not a healthy one"
    assert seen["certificates"] == []


@pytest.mark.parametrize(("name", "protocol"), [
    (name, protocol) for protocol in PROTOCOLS if protocol not in ("https", "tls")
    for name in ("endless banner", "endless line", "zeros", "reset", "a greeting of zeros")
] + [("one byte at a time", protocol) for protocol in ("smtp", "imap", "ldap", "mysql", "xmpp")])
def test_hostile_dialogues(name, protocol, look):
    with scripted(HOSTILE[name]) as script:
        seen = bounded(look, script.port, protocol)
    if protocol == "http":
        assert seen["plaintext"]["how"] in ("undecided", "closed")
        return
    assert seen["error"]
    assert not any(answer["accepted"] for answer in seen["protocols"].values())


@pytest.mark.parametrize("name", ["endless records", "endless certificates", "a huge message", "zeros"])
def test_hostile_at_full_depth(name, look):
    with scripted(HOSTILE[name]) as script:
        assert bounded(look, script.port, "tls", depth="full")["error"]


@pytest.mark.parametrize("protocol", ["submission", "imap", "pop3", "ftp", "ldap", "postgres", "xmpp", "sieve", "nntp", "mysql"])
def test_garbage_where_tls_should_begin(protocol, look):
    def handle(client):
        client.sendall({
            "submission": b"220 hi\r\n", "imap": b"* OK\r\n", "pop3": b"+OK\r\n", "ftp": b"220 hi\r\n", "nntp": b"200 hi\r\n",
            "sieve": b'"STARTTLS"\r\nOK\r\n', "mysql": b"\x30\x00\x00\x00\x0a5.5\x00" + bytes(13) + b"\x00\x0a" + bytes(29),
        }.get(protocol, b""))
        answers = {
            "submission": [b"250 STARTTLS\r\n", b"220 go\r\n"], "imap": [b"* CAPABILITY STARTTLS\r\na1 OK\r\n", b"a2 OK\r\n"],
            "pop3": [b"+OK\r\n"], "ftp": [b"234 go\r\n"], "nntp": [b"382 go\r\n"], "sieve": [b"OK\r\n"], "mysql": [],
            "ldap": [bytes.fromhex("300c02010178070a010004000400")], "postgres": [b"S"],
            "xmpp": [b"<stream:stream><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
                     b"<proceed/>"],
        }[protocol]
        for answer in answers:
            client.recv(4096)
            client.sendall(answer)
        client.recv(4096)
        client.sendall(b"\x00garbage" * 100)
        # It hangs up: the plaintext dialogue would wait out a login's patience for a line, twice, and other tests do that.

    with scripted(handle) as script:
        seen = bounded(look, script.port, protocol)
    assert script.errors == []
    assert not any(answer["accepted"] for answer in seen["protocols"].values())
    assert seen["error"]


def test_a_reset_after_every_byte(keys, look):
    """A real server behind one that resets after n bytes of its answer: never accepted by accident, never refused."""
    import socket

    for cut in (0, 1, 3, 5, 6, 9, 11, 40, 44, 60, 80, 120, 500, 1100):
        with openssl_server(keys, "-tls1_2") as port:
            def handle(client, cut=cut, port=port):
                first = client.recv(65536)
                with socket.create_connection(("127.0.0.1", port)) as server:
                    server.sendall(first)
                    server.settimeout(1)
                    data = server.recv(65536)
                client.sendall(data[:cut])
                time.sleep(0.01)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)

            with scripted(handle) as script:
                seen = bounded(look, script.port, "tls")
        assert all(answer["accepted"] is not True for version, answer in seen["protocols"].items() if version != "TLSv1.2")
        if seen["protocols"]["TLSv1.2"]["accepted"] is False:
            assert cut >= 7, "a refusal needs an alert"


def test_random_answers(look):
    """A server that answers each hello with random bytes behind a well-formed head."""
    chooser = random.Random(20261122)
    kinds = [b"\x16\x03\x03", b"\x15\x03\x01", b"\x80\x2e\x04", b"HTTP/1.1 ", b"220 ", b""]

    def handle(client):
        client.recv(65536)
        for _each in range(chooser.randrange(1, 5)):
            client.sendall(chooser.choice(kinds) + chooser.randbytes(chooser.randrange(0, 600)))

    with scripted(handle) as script:
        for _each in range(40):
            seen = bounded(look, script.port, "tls")
            assert not any(answer["accepted"] for answer in seen["protocols"].values())
