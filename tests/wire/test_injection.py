# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands behind the request for TLS, carried over into TLS: one vulnerable server for each protocol, and its twin.

The vulnerable one keeps its read buffer over the upgrade (CVE-2011-0411 and its kind, CVE-2021-23214
for PostgreSQL); the healthy one throws it away; a third takes it for the start of TLS.
"""

from __future__ import annotations

import contextlib
import socket
import ssl

import pytest
from servers import scripted

LDAP_OK = bytes.fromhex("300c02010178070a010004000400")
LDAP_ENTRY = bytes.fromhex("300c02010765070a010004000400")
LINES = {
    # greeting, words and their answers, the word for TLS and its answer
    "smtp": (b"220 x ESMTP\r\n", {b"EHLO": b"250-x\r\n250 STARTTLS\r\n", b"": b"250 ok\r\n"}, b"STARTTLS", b"220 go\r\n"),
    "lmtp": (b"220 x LMTP\r\n", {b"LHLO": b"250-x\r\n250 STARTTLS\r\n", b"EHLO": b"250-x\r\n250 STARTTLS\r\n",
                                 b"": b"250 ok\r\n"}, b"STARTTLS", b"220 go\r\n"),
    "imap": (b"* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n",
             {b"a1": b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", b"a3": b"a3 OK done\r\n", b"": b"x BAD\r\n"},
             b"a2", b"a2 OK go\r\n"),
    "pop3": (b"+OK x\r\n", {b"CAPA": b"+OK\r\nSTLS\r\n.\r\n", b"": b"-ERR\r\n"}, b"STLS", b"+OK go\r\n"),
    "ftp": (b"220 x\r\n", {b"NOOP": b"200 ok\r\n", b"": b"530 no\r\n"}, b"AUTH", b"234 go\r\n"),
    "nntp": (b"200 x\r\n", {b"DATE": b"111 20261122120000\r\n", b"": b"500 what\r\n"}, b"STARTTLS", b"382 go\r\n"),
    "sieve": (b'"STARTTLS"\r\nOK\r\n', {b"NOOP": b'OK (TAG "intransit-injected") "done"\r\n', b"": b"NO\r\n"},
              b"STARTTLS", b"OK go\r\n"),
}


def context_of(keys):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys["rsa.pem"], keys["rsa.key"])
    return context


def upgrade(client, context):
    with contextlib.suppress(ssl.SSLError):
        return context.wrap_socket(client, server_side=True)
    return client


def line_server(protocol, keys, kind):
    """A server of lines; ``kind`` says what it does with what came behind the word for TLS."""
    greeting, answers, word, go = LINES[protocol]
    context = context_of(keys)

    def handle(client):
        client.sendall(greeting)
        buffer, inside = b"", False
        while True:
            while b"\n" not in buffer:
                # The third kind reads no further than the line, so the rest is still in the socket.
                data = client.recv(4096 if inside or kind != "unbuffered" else 1)
                if not data:
                    return
                buffer += data
            line, _end, buffer = buffer.partition(b"\n")
            first = line.split()[0] if line.split() else b""
            if first == word and not inside:
                client.sendall(go)
                client = upgrade(client, context)
                inside, buffer = True, buffer if kind == "keeps" else b""
                if b"\n" not in buffer and sieve_greets(protocol):
                    client.sendall(greeting)
                continue
            client.sendall(answers.get(first, answers[b""]))

    return handle


def sieve_greets(protocol):
    """RFC 5804 section 2.2: the capabilities come again behind the upgrade."""
    return protocol == "sieve"


def binary_server(protocol, keys, kind):
    """LDAP or PostgreSQL: the request for TLS, and perhaps something behind it, in one read."""
    context = context_of(keys)
    size = {"ldap": 31, "postgres": 8}[protocol]

    def handle(client):
        data = client.recv(4096 if kind != "unbuffered" else size)
        if not data:
            return
        behind = data[size:]
        client.sendall(LDAP_OK if protocol == "ldap" else b"S")
        client = upgrade(client, context)
        if kind == "keeps" and behind:
            client.sendall(LDAP_ENTRY if protocol == "ldap" else b"R\x00\x00\x00\x08\x00\x00\x00\x05")
        client.recv(4096)
        client.recv(4096)

    return handle


@pytest.mark.parametrize("kind", ["keeps", "throws away", "unbuffered"])
@pytest.mark.parametrize("protocol", [*LINES, "ldap", "postgres"])
def test_injection(protocol, kind, keys, look_full):
    make = line_server if protocol in LINES else binary_server
    with scripted(make(protocol, keys, kind)) as script:
        seen = look_full(script.port, protocol, parts=("suites", "details"), timeout=3)
    assert seen["protocols"]["TLSv1.3"]["accepted"] is True, seen["error"]
    assert seen["starttls"]["injection_refused"] is (kind != "keeps")


def test_a_server_that_says_what_was_wrong_is_healthy(keys, look_full):
    """PostgreSQL since 2021 answers inside TLS that it got unencrypted data."""
    context = context_of(keys)

    def handle(client):
        behind = client.recv(4096)[8:]
        client.sendall(b"S")
        client = upgrade(client, context)
        if behind:
            client.sendall(b"E\x00\x00\x00\x40SFATAL\x00Mreceived unencrypted data after SSL request\x00\x00")
        client.recv(4096)

    with scripted(handle) as script:
        seen = look_full(script.port, "postgres", parts=("suites", "details"), timeout=3)
    assert seen["starttls"]["injection_refused"] is True


@pytest.mark.parametrize("times", [1, 2])
def test_a_connection_that_is_turned_away_proves_nothing(times, keys, look_full):
    """The vulnerable server has no room for the connection that would show it: once, then twice in a row."""
    serve, left = binary_server("ldap", keys, "keeps"), [times]

    def handle(client):
        data = client.recv(4096, socket.MSG_PEEK)
        if len(data) > 31 and left[0]:
            left[0] -= 1
            return
        serve(client)

    with scripted(handle) as script:
        seen = look_full(script.port, "ldap", parts=("suites", "details"), timeout=3)
    assert seen["starttls"]["injection_refused"] is (False if times == 1 else None)
