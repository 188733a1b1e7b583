# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses, each as one check over the wire with tools nobody here wrote.

Every check has to pass on the good hosts and to fail on the weak one: a check that
cannot fail proves nothing.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Any

LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
PORTS: dict[int, tuple[str, ...]] = {25: ("-starttls", "smtp"), 587: ("-starttls", "smtp"), 465: ()}
"""Port to the options that lead s_client into TLS there."""
USER, PASSWORD = "alice", "example-only"
CLEAR_LOGIN = "AUTH PLAIN AGFsaWNlAGV4YW1wbGUtb25seQ=="


def inside(wire: Any, port: int) -> smtplib.SMTP:
    """A client behind TLS, without a login."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if port == 465:
        client: smtplib.SMTP = smtplib.SMTP_SSL(wire.address, port, timeout=20, context=context)
    else:
        client = smtplib.SMTP(wire.address, port, timeout=20)
        client.starttls(context=context)
    client.ehlo("client.example")
    return client


def said(client: smtplib.SMTP, line: str) -> str:
    """What the server answers to a line."""
    code, words = client.docmd(line)
    return f"{code} {words.decode()}"


def refused(wire: Any, *options: str) -> None:
    """Assert that every port was reached and refuses these options with an alert."""
    for port, way in PORTS.items():
        words = wire.openssl(port, *way, *options).said
        assert "CONNECTED" in words, f"not even connected: {words}"
        assert "Cipher is (NONE)" in words or "Cipher    : 0000" in words, f"{port}: {words}"
        assert "alert" in words, f"{port}: no handshake, but no refusal either: {words}"


def tls_1_0(wire: Any) -> None:
    refused(wire, "-tls1", "-cipher", LOOSE)


def tls_1_1(wire: Any) -> None:
    refused(wire, "-tls1_1", "-cipher", LOOSE)


def tls_1_0_by_gnutls(wire: Any) -> None:
    for port, way in ((587, ("--starttls-proto=smtp",)), (465, ())):
        words = wire.gnutls(port, *way, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT").said
        assert "Connecting to" in words, f"not even connected: {words}"
        assert "Fatal error" in words and "Handshake was completed" not in words, words


def anonymous_suites(wire: Any) -> None:
    refused(wire, "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0")


def cbc_and_static_rsa(wire: Any) -> None:
    refused(wire, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:kRSA:@SECLEVEL=0")


def foreign_groups(wire: Any) -> None:
    refused(wire, "-tls1_3", "-groups", "P-521:X448")


def foreign_tls13_suites(wire: Any) -> None:
    refused(wire, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")


def login_offered_in_clear(wire: Any) -> None:
    for port in (25, 587):
        with smtplib.SMTP(wire.address, port, timeout=20) as client:
            client.ehlo("client.example")
            assert client.has_extn("starttls"), f"{port}: no way into TLS"
            assert not client.has_extn("auth"), f"{port}: {client.esmtp_features}"


def login_in_clear(wire: Any) -> None:
    for port, answer in ((25, "503 5.5.1"), (587, "530 5.7.0 Must issue a STARTTLS command first")):
        with smtplib.SMTP(wire.address, port, timeout=20) as client:
            client.ehlo("client.example")
            assert said(client, CLEAR_LOGIN).startswith(answer)


def mail_with_a_login_in_clear(wire: Any) -> None:
    for port in (25, 587):
        reply = wire.curl(
            "smtp://{name}:"
            f"{port}", "--verbose", "--user", f"{USER}:{PASSWORD}", "--mail-from", f"{USER}@{wire.hostname}",
            "--mail-rcpt", "somebody@elsewhere.example", "--upload-file", __file__)
        assert "Connected to" in reply.said, f"not even connected: {reply.said}"
        assert reply.code in (55, 56, 67) and "> AUTH" not in reply.said and "queued" not in reply.said, reply


def mail_before_tls_on_587(wire: Any) -> None:
    with smtplib.SMTP(wire.address, 587, timeout=20) as client:
        client.ehlo("client.example")
        for line in ("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA", "VRFY root", "RSET", CLEAR_LOGIN):
            assert said(client, line) == "530 5.7.0 Must issue a STARTTLS command first", line


def plaintext_on_465(wire: Any) -> None:
    with socket.create_connection((wire.address, 465), 20) as connection:
        connection.settimeout(1.5)
        try:
            heard = connection.recv(1000)
        except TimeoutError:
            heard = b""
        assert heard == b"", heard


def relay_without_a_login(wire: Any) -> None:
    for port, answer in ((587, "554 5.7.1"), (465, "554 5.7.1")):
        client = inside(wire, port)
        said(client, "MAIL FROM:<alice@client.example>")
        assert said(client, "RCPT TO:<somebody@elsewhere.example>").startswith(answer), port
        client.close()


def relay_on_25(wire: Any) -> None:
    with smtplib.SMTP(wire.address, 25, timeout=20) as client:
        client.ehlo("client.example")
        said(client, "MAIL FROM:<alice@client.example>")
        assert said(client, "RCPT TO:<somebody@elsewhere.example>")[:9] in ("454 4.7.1", "554 5.7.1")


def somebody_elses_address(wire: Any) -> None:
    for port in (587, 465):
        client = inside(wire, port)
        client.login(USER, PASSWORD)
        said(client, f"MAIL FROM:<bob@{wire.hostname}>")
        answer = said(client, f"RCPT TO:<bob@{wire.hostname}>")
        assert answer.startswith("553 5.7.1") and "not owned by user alice" in answer, f"{port}: {answer}"
        client.close()


REFUSALS: dict[str, Callable[[Any], None]] = {
    check.__name__: check
    for check in (
        tls_1_0, tls_1_1, tls_1_0_by_gnutls, anonymous_suites, cbc_and_static_rsa, foreign_groups, foreign_tls13_suites,
        login_offered_in_clear, login_in_clear, mail_with_a_login_in_clear, mail_before_tls_on_587, plaintext_on_465,
        relay_without_a_login, relay_on_25, somebody_elses_address,
    )
}
