# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real sockets: servers that hang up in the middle of the plaintext test, with working TLS behind STARTTLS.

Each script is a list of ``(word in the client's line, answer)``; the answer None hangs up.  ``drip`` sends one byte
at a time.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import time

import pytest
from servers import openssl_server, pump, scripted

SCRIPTS = {
    "smtp": (b"220 mail\r\n", [
        (b"EHLO", b"250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"), (b"STARTTLS", b"220 go\r\n"), (b"AUTH", b"535 no\r\n"),
        (b"MAIL", b"250 ok\r\n"), (b"RCPT", b"250 ok\r\n")]),
    "imap": (b"* OK ready\r\n", [
        (b"CAPABILITY", b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK\r\n"), (b"STARTTLS", b"a2 OK go\r\n"),
        (b"LOGIN", b"a2 BAD\r\n"), (b"AUTHENTICATE", b"+ \r\n")]),
    "pop3": (b"+OK ready\r\n", [
        (b"CAPA", b"+OK\r\nUSER\r\nSTLS\r\n.\r\n"), (b"STLS", b"+OK go\r\n"), (b"USER", b"+OK\r\n"), (b"PASS", b"-ERR no\r\n")]),
    "ftp": (b"220 ready\r\n", [
        (b"FEAT", b"211-F\r\n AUTH TLS\r\n211 End\r\n"), (b"AUTH TLS", b"234 go\r\n"), (b"USER", b"331 more\r\n"),
        (b"PASS", b"530 no\r\n")]),
    "nntp": (b"200 ready\r\n", [
        (b"STARTTLS", b"382 go\r\n"), (b"AUTHINFO USER", b"381 more\r\n"), (b"AUTHINFO PASS", b"481 no\r\n")]),
    "sieve": (b'"SASL" "PLAIN"\r\n"STARTTLS"\r\nOK\r\n', [(b"STARTTLS", b"OK go\r\n"), (b"AUTHENTICATE", b"NO wrong\r\n")]),
}
HOW = {
    ("smtp", "AUTH"): "offered", ("smtp", "MAIL"): "accepted", ("smtp", "RCPT"): "accepted",
    ("imap", "LOGIN"): "offered", ("imap", "AUTHENTICATE"): "offered",
    ("pop3", "CAPA"): "undecided", ("pop3", "USER"): "offered", ("pop3", "PASS"): "accepted",
    ("ftp", "FEAT"): "undecided", ("ftp", "USER"): "undecided", ("ftp", "PASS"): "accepted",
    ("nntp", "AUTHINFO USER"): "undecided", ("nntp", "AUTHINFO PASS"): "accepted",
    ("sieve", "AUTHENTICATE"): "offered",
}
UPGRADES = (b"STARTTLS", b"STLS", b"AUTH TLS")


def serve(keys, protocol, at, drip):
    """A server that hangs up on the word ``at``; TLS behind the upgrade works."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys["rsa.pem"], keys["rsa.key"])
    greeting, answers = SCRIPTS[protocol]

    def send(client, data):
        for piece in ([data[at:at + 1] for at in range(len(data))] if drip else [data]):
            client.sendall(piece)

    def handle(client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        send(client, greeting)
        for line in client.makefile("rb", buffering=0):
            words = line.upper()
            found = max((item for item in answers if item[0] in words), key=lambda item: len(item[0]), default=None)
            if found is None:
                send(client, line.split(b" ")[0].strip() + b" BAD\r\n")
                continue
            if at.encode() in words and not any(word in words for word in UPGRADES):
                return
            send(client, found[1])
            if any(word in words for word in UPGRADES):
                with contextlib.suppress(ssl.SSLError, OSError), context.wrap_socket(client, server_side=True) as inner:
                    inner.recv(100)
                return

    return handle


@pytest.mark.parametrize("drip", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(("protocol", "at"), list(HOW), ids=" ".join)
def test_a_hang_up_is_no_refusal(keys, look, protocol, at, drip):
    with scripted(serve(keys, protocol, at, drip)) as script:
        seen = look(script.port, protocol=protocol)
    assert seen["protocols"]["TLSv1.2"]["accepted"] is True
    assert seen["plaintext"]["refused"] is not True
    assert seen["plaintext"]["how"] == HOW[(protocol, at)], seen["plaintext"]


def answering(data, drip):
    def handle(client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.recv(4096)
        for piece in ([data[at:at + 1] for at in range(len(data))] if drip else [data]):
            client.sendall(piece)
    return handle


@pytest.mark.parametrize("drip", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(("data", "how", "refused"), [
    (b"<h1>wages</h1>", "served", False),
    (b"HTTP/1.0 200 OK\r\nServer: toaster\r\n", "served", False),
    (b"HTTP/1.1 100 Continue\r\n\r\n", "undecided", None),
    (b"HTTP", "undecided", None),
    (b"\x01", "undecided", None),
    (b"\x00\x01\x02 wages", "undecided", None),
    (b"", "closed", True),
])
def test_bytes_in_clear_text_on_an_http_port(look, data, how, refused, drip):
    with scripted(answering(data, drip)) as script:
        seen = look(script.port, protocol="http")["plaintext"]
    assert (seen["how"], seen["refused"]) == (how, refused), seen


def test_only_the_front_page_leads_to_https(look):
    """The second path is answered without any head."""
    def handle(client):
        path = client.recv(4096).split(b" ")[1]
        client.sendall(b"HTTP/1.1 301 Moved\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n"
                       if path == b"/" else b"<h1>wages</h1>")

    with scripted(handle) as script:
        seen = look(script.port, protocol="http")["plaintext"]
    assert (seen["how"], seen["refused"]) == ("served", False)


BURN = "import time; until = time.monotonic() + {}\nwhile time.monotonic() < until: sum(range(10000))"


@contextlib.contextmanager
def busy_machine(seconds):
    """Three burning processes for each processor, which end by themselves after so many seconds."""
    count = 3 * (os.cpu_count() or 2)
    hogs = [subprocess.Popen([sys.executable, "-c", BURN.format(seconds)]) for _each in range(count)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_a_busy_machine_turns_no_answer_into_undecided(keys, look):
    """A server that is slow by itself, while every processor is busy."""
    def handle(client):
        first = client.recv(65536)
        time.sleep(0.3)
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(first)
            pump(client, server)

    words = ("-min_protocol", "TLSv1.2", "-cipher", "ECDHE+AESGCM", "-groups", "X25519:P-256:P-384")
    with openssl_server(keys, *words) as port, scripted(handle) as script, busy_machine(40.0):
        begun = time.monotonic()
        seen = look(script.port, protocol="tls", timeout=3.0)
        took = time.monotonic() - begun
    assert seen["undecided"] == [] and seen["error"] is None
    assert seen["protocols"]["TLSv1.2"]["accepted"] and seen["protocols"]["TLSv1.3"]["accepted"]
    assert took < 60
