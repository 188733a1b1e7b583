# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses, each as one check over the wire with tools nobody here wrote.

Every check has to pass on the good hosts and to fail on the weak one: a check that
cannot fail proves nothing.  couriertls refuses a handshake by closing, without an
alert, so each refusal is held against the same connection with a good offer.
"""

from __future__ import annotations

import imaplib
import poplib
from collections.abc import Callable
from typing import Any

LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
PORTS = {993: (), 143: ("-starttls", "imap"), 995: (), 110: ("-starttls", "pop3")}
"""Port to the options that lead s_client into TLS there."""
USER, PASSWORD = "reader", "example-only"


def refused(wire: Any, *options: str) -> None:
    """Assert that every port refuses these options of s_client and takes good ones."""
    for port, way in PORTS.items():
        good = wire.openssl(port, *way).said
        assert "CONNECTED" in good and "BEGIN CERTIFICATE" in good, f"not even connected to {port}: {good}"
        said = wire.openssl(port, *way, *options).said
        assert "Cipher is (NONE)" in said or "Cipher    : 0000" in said, f"{port}: {said}"


def tls_1_0(wire: Any) -> None:
    refused(wire, "-tls1", "-cipher", LOOSE)


def tls_1_1(wire: Any) -> None:
    refused(wire, "-tls1_1", "-cipher", LOOSE)


def tls_1_0_by_gnutls(wire: Any) -> None:
    said = wire.gnutls(993, "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT", send="").said
    assert "Connecting to" in said, f"not even connected: {said}"
    assert "Fatal error" in said and "Handshake was completed" not in said, said


def cbc(wire: Any) -> None:
    refused(wire, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0")


def static_rsa_and_dhe(wire: Any) -> None:
    refused(wire, "-tls1_2", "-cipher", "kRSA:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")


def foreign_groups(wire: Any) -> None:
    refused(wire, "-tls1_3", "-groups", "P-521:X448")


def imap_login_in_clear(wire: Any) -> None:
    client = imaplib.IMAP4(wire.address, 143, timeout=20)
    try:
        assert "LOGINDISABLED" in client.capabilities and "STARTTLS" in client.capabilities, client.capabilities
        # imaplib would not send LOGIN after that; a careless client does.
        kind, words = client.xatom("LOGIN", USER, PASSWORD)
        assert (kind, words) == ("NO", [b"STARTTLS required"]), (kind, words)
        assert client.xatom("AUTHENTICATE", "PLAIN")[0] == "NO"
    finally:
        client.shutdown()


def pop3_login_in_clear(wire: Any) -> None:
    client = poplib.POP3(wire.address, 110, timeout=20)
    try:
        client.user(USER)
    except poplib.error_proto as error:
        assert error.args[0] == b"-ERR TLS required to log in.", error
    else:
        raise AssertionError(f"USER is taken in clear text: {client.pass_(PASSWORD)!r}")
    finally:
        client.close()


def mail_in_clear(wire: Any) -> None:
    for url in ("imap://{name}:143/INBOX;UID=1", "pop3://{name}:110/1"):
        reply = wire.curl(url, "--user", f"{USER}:{PASSWORD}")
        assert reply.code in (67, 8, 78) and "the mail of" not in reply.body, reply


REFUSALS: dict[str, Callable[[Any], None]] = {
    check.__name__: check
    for check in (
        tls_1_0, tls_1_1, tls_1_0_by_gnutls, cbc, static_rsa_and_dhe, foreign_groups, imap_login_in_clear,
        pop3_login_in_clear, mail_in_clear,
    )
}
