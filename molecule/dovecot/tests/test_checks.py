# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses and serves, seen from outside with openssl, imaplib and poplib; each check fails on the weak host."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import socket
import ssl
from typing import Any

import pytest
from offers import OFFERS, hold_unless_weak, refuse_offer

testinfra_hosts = ["ansible://good", "ansible://weak"]
PORTS: dict[int, tuple[str, ...]] = {
    993: (), 143: ("-starttls", "imap"), 995: (), 110: ("-starttls", "pop3"), 4190: ("-starttls", "sieve")}
USER, PASSWORD = "reader", "example-only"


def imap_login_in_clear(wire: Any) -> None:
    client = imaplib.IMAP4(wire.address, 143, timeout=20)
    try:
        assert "LOGINDISABLED" in client.capabilities and "STARTTLS" in client.capabilities, client.capabilities
        kind, words = client.xatom("LOGIN", USER, PASSWORD)
        assert kind == "NO" and b"[PRIVACYREQUIRED]" in words[-1], (kind, words)
    finally:
        client.shutdown()


def pop3_login_in_clear(wire: Any) -> None:
    client = poplib.POP3(wire.address, 110, timeout=20)
    try:
        client.user(USER)
    except poplib.error_proto as error:
        assert b"disallowed on non-secure" in error.args[0], error
    else:
        raise AssertionError(f"USER is taken in clear text: {client.pass_(PASSWORD)!r}")
    finally:
        client.close()


def sieve_login_in_clear(wire: Any) -> None:
    with socket.create_connection((wire.address, 4190), 20) as connection:
        stream = connection.makefile("rwb")
        while not (line := stream.readline()).startswith(b"OK"):
            assert not line.startswith(b'"SASL"') or line.strip() == b'"SASL" ""', line
        stream.write(b'AUTHENTICATE "PLAIN" "AHJlYWRlcgBleGFtcGxlLW9ubHk="\r\n')
        stream.flush()
        assert stream.readline().startswith(b"NO (ENCRYPT-NEEDED)")


def tickets_in_tls_1_2(wire: Any) -> None:
    said = wire.openssl(993, "-tls1_2").said
    assert "Cipher is ECDHE" in said and "TLS session ticket:" not in said, said


CHECKS = {check.__name__: check for check in (imap_login_in_clear, pop3_login_in_clear, sieve_login_in_clear, tickets_in_tls_1_2)}


@pytest.mark.parametrize("name", [*OFFERS, *CHECKS])
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: refuse_offer(wire, PORTS, *OFFERS[name]) if name in OFFERS else CHECKS[name](wire))


def test_a_login_over_verified_tls_reads_the_mailbox(wire: Any, host: Any) -> None:
    context = ssl.create_default_context(cafile=host.ansible.get_variables()["tls_ca_directory"] + "/ca.pem")
    if wire.name == "weak":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    imap = imaplib.IMAP4(wire.address, 143, timeout=20)
    imap.host = wire.hostname
    assert imap.starttls(context)[0] == "OK" and imap.login(USER, PASSWORD)[0] == "OK"
    imap.select("INBOX", readonly=True)
    assert f"the mail of {wire.name}".encode() in imap.fetch("1", "(BODY.PEEK[TEXT])")[1][0][1]
    imap.logout()
    pop3 = poplib.POP3(wire.address, 110, timeout=20)
    pop3.host = wire.hostname
    pop3.stls(context)
    pop3.user(USER)
    pop3.pass_(PASSWORD)
    assert pop3.stat()[0] == 1
    pop3.quit()


def test_mail_is_submitted_with_a_login_that_dovecot_checks(wire: Any) -> None:
    if wire.name != "debian12":
        assert wire.curl("http://{name}:587/").code == 7
        return
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = smtplib.SMTP(wire.address, 587, timeout=20)
    client.ehlo("client.example")
    assert client.has_extn("starttls") and not client.has_extn("auth")
    client.starttls(context=context)
    client.login(USER, PASSWORD)
    assert client.sendmail(f"{USER}@{wire.hostname}", [f"{USER}@{wire.hostname}"], "Subject: x\r\n\r\nhello\r\n") == {}
    client.quit()


def test_its_cipher_list_and_its_sockets_are_known(root: Any, wire: Any) -> None:
    judged = root.ansible("intransit.tls.cipher_list_info", "service=dovecot", check=False, become=True)
    weak = wire.name == "weak"
    assert judged["compliant"] is not weak, judged
    sockets = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    kinds = {row["port"]: row["classification"] for row in sockets if row["process"] == "dovecot"}
    assert {port: kinds.get(port) for port in PORTS} == {
        port: ("starttls_optional" if weak else "starttls_required") if way else "tls" for port, way in PORTS.items()}
    facts = root.ansible("intransit.tls.service_info", "services=dovecot", check=False, become=True)["services"]["dovecot"]
    assert {row["port"] for row in facts["sockets"]} == {row["port"] for row in facts["listeners"]}, facts
    assert PASSWORD not in str(facts) and "PRIVATE KEY" not in str(facts)
