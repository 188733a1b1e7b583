# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers with the old flaws, made for the purpose: each check fails on the weak one and passes on its healthy twin."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from servers import Keys, scripted

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import RecordReader, record

RSA_SUITE = 0x002F


class Old:
    """A server of TLS 1.2 with one suite of static RSA, that gets as far as the client's key exchange.

    ``after`` is called with what came behind the flight, record by record, and returns the answer.
    """

    def __init__(self, keys: Keys, after: Callable[[int, bytes], bytes | None], heartbeat: bool = False) -> None:
        certificate = x509.load_pem_x509_certificate(open(keys["rsa.pem"], "rb").read())
        self.der = certificate.public_bytes(Encoding.DER)
        self.after = after
        self.heartbeat = heartbeat

    def __call__(self, client: socket.socket) -> None:
        reader = RecordReader()
        records = []
        while not records:
            records = reader.feed(client.recv(65536))
        hello = records[0].fragment
        session = hello[38]
        at = 39 + session
        count = int.from_bytes(hello[at:at + 2], "big")
        suites = [int.from_bytes(hello[at + 2 + n:at + 4 + n], "big") for n in range(0, count, 2)]
        if RSA_SUITE not in suites or hello[4:6] != b"\x03\x03":
            client.sendall(record(21, 0x0303, b"\x02\x28"))
            return
        extensions = extension(0xFF01, b"\x00") + (extension(15, b"\x01") if self.heartbeat else b"")
        body = b"\x03\x03" + bytes(32) + b"\x00" + RSA_SUITE.to_bytes(2, "big") + b"\x00" + vector(2, extensions)
        flight = (handshake_message(2, body) + handshake_message(11, vector(3, vector(3, self.der)))
                  + handshake_message(14, b""))
        client.sendall(record(22, 0x0303, flight))
        while True:
            data = client.recv(65536)
            if not data:
                return
            for item in reader.feed(data):
                answer = self.after(item.kind, item.fragment)
                if answer is not None:
                    client.sendall(answer)
                    return


def alert(number: int) -> bytes:
    return record(21, 0x0303, bytes((2, number)))


def test_heartbleed(keys, look_full):
    def leaks(kind, fragment):
        return record(24, 0x0303, b"\x02\x00\x01" + b"S" + bytes(16)) if kind == 24 else alert(10)

    def ignores(kind, fragment):
        return alert(10) if kind != 24 else None

    parts = ("suites", "flaws")
    with scripted(Old(keys, leaks, heartbeat=True)) as script:
        assert look_full(script.port, parts=parts, timeout=2)["vulnerabilities"]["heartbleed"] is True
    with scripted(Old(keys, ignores, heartbeat=True)) as script:
        assert look_full(script.port, parts=parts, timeout=2)["vulnerabilities"]["heartbleed"] is False
    with scripted(Old(keys, leaks)) as script:
        assert look_full(script.port, parts=parts, timeout=2)["vulnerabilities"]["heartbleed"] is False


def test_ccs_injection(keys, look_full):
    def takes(kind, fragment):
        return None if kind == 20 else alert(20)

    def objects(kind, fragment):
        return alert(10)

    for after, vulnerable in ((takes, True), (objects, False)):
        with scripted(Old(keys, after)) as script:
            seen = look_full(script.port, parts=("suites", "flaws"), timeout=2)
        assert seen["vulnerabilities"]["ccs_injection"] is vulnerable


def padding_is_right(keys: Keys, fragment: bytes) -> bool:
    private = load_pem_private_key(open(keys["rsa.key"], "rb").read(), None)
    numbers = private.private_numbers()
    size = (numbers.public_numbers.n.bit_length() + 7) // 8
    encrypted = int.from_bytes(fragment[-size:], "big")
    plain = pow(encrypted, numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    return plain[:2] == b"\x00\x02" and plain[-49] == 0


@pytest.mark.parametrize("kind", ["other alert", "close", "healthy"])
def test_robot(kind, keys, look_full):
    def after(content, fragment):
        if content != 22 or fragment[0] != 16:
            return None
        if kind == "healthy":
            return alert(51)
        if padding_is_right(keys, fragment):
            return alert(20)
        return alert(51) if kind == "other alert" else b""

    with scripted(Old(keys, after)) as script:
        seen = look_full(script.port, parts=("suites", "flaws"), timeout=2)
    assert seen["suites"]["TLSv1.2"] == ["TLS_RSA_WITH_AES_128_CBC_SHA"]
    assert seen["vulnerabilities"]["robot"] is (kind != "healthy")


# -- STARTTLS injection --------------------------------------------------------------------


def mail_server(keys: Keys, keeps: bool) -> Callable[[socket.socket], None]:
    """SMTP with STARTTLS; ``keeps`` what came behind the command and carries it out inside TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys["rsa.pem"], keys["rsa.key"])

    def handle(client: socket.socket) -> None:
        client.sendall(b"220 mail.example.test ESMTP\r\n")
        buffer = b""
        while True:
            while b"\r\n" not in buffer:
                data = client.recv(4096)
                if not data:
                    return
                buffer += data
            line, _end, buffer = buffer.partition(b"\r\n")
            verb = line.split(b" ")[0].upper()
            if verb == b"STARTTLS":
                client.sendall(b"220 ready\r\n")
                with contextlib.suppress(ssl.SSLError):
                    client = context.wrap_socket(client, server_side=True)
                buffer = buffer if keeps else b""
            elif verb == b"EHLO":
                client.sendall(b"250-mail.example.test\r\n250 STARTTLS\r\n")
            elif verb in (b"AUTH", b"MAIL"):
                client.sendall(b"530 5.7.0 Must issue a STARTTLS command first\r\n")
            else:
                client.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")

    return handle


@pytest.mark.parametrize("keeps", [True, False])
def test_starttls_injection(keeps, keys, look_full):
    with scripted(mail_server(keys, keeps)) as script:
        with smtplib.SMTP("127.0.0.1", script.port) as real:
            assert real.starttls(context=ssl._create_unverified_context())[0] == 220
        seen = look_full(script.port, "submission", parts=("plaintext", "suites", "details"))
    assert seen["starttls"]["offered"] is True
    assert seen["starttls"]["injection_refused"] is (not keeps)
    assert seen["plaintext"]["refused"] is True and seen["plaintext"]["how"] == "starttls_required"
