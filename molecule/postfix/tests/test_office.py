# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts with other people's settings: what would defeat the policy is gone, and nothing else of theirs is touched."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Any

import pytest
from outgoing import send
from refusals import PASSWORD, REFUSALS, USER, inside, said

testinfra_hosts = ["ansible://office"]

# On port 25 of this host nobody logs in, so AUTH is not even known; all the rest is as on the good hosts.
SAME = sorted(set(REFUSALS) - {"somebody_elses_address"})


@pytest.mark.parametrize("name", SAME)
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


def test_cyrus_sasl_checks_logins_outside_of_the_chroot(wire: Any) -> None:
    for port in (587, 465):
        client = inside(wire, port)
        client.login(f"{USER}@{wire.hostname}", PASSWORD)
        said(client, f"MAIL FROM:<alice@{wire.hostname}>")
        assert said(client, "RCPT TO:<team@lists.example>").startswith("250")
        said(client, "RSET")
        said(client, f"MAIL FROM:<bob@{wire.hostname}>")
        assert "not owned by user alice" in said(client, f"RCPT TO:<bob@{wire.hostname}>")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            inside(wire, port).login(USER, "example-wrong")
        client.close()


def test_the_second_door_speaks_the_policy_too(wire: Any) -> None:
    assert "BEGIN CERTIFICATE" in wire.openssl(2525, "-starttls", "smtp").said
    assert "Cipher is (NONE)" in wire.openssl(2525, "-starttls", "smtp", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0").said


def behind_a_balancer(wire: Any, port: int, line: bytes) -> socket.socket:
    connection = socket.create_connection((wire.address, port), timeout=20)
    connection.sendall(line)
    return connection


PROXY_LINE = b"PROXY TCP4 192.0.2.9 192.0.2.10 40000 465\r\n"


def test_a_load_balancer_still_gets_in_and_sees_tls(wire: Any) -> None:
    with behind_a_balancer(wire, 10465, PROXY_LINE) as connection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(connection, server_hostname=wire.hostname) as within:
            assert within.version() in ("TLSv1.2", "TLSv1.3") and within.recv(4).startswith(b"220")
    with behind_a_balancer(wire, 10587, PROXY_LINE) as connection, connection.makefile("rwb", buffering=0) as lines:
        assert lines.readline().startswith(b"220")
        lines.write(b"EHLO client.example\r\n")
        offered = []
        while not offered or offered[-1][3:4] == b"-":
            offered.append(lines.readline().rstrip())
        assert b"250-STARTTLS" in offered and not any(b"AUTH" in word for word in offered)


def test_without_the_line_nobody_gets_in(wire: Any) -> None:
    with behind_a_balancer(wire, 10587, b"EHLO client.example\r\n") as connection:
        assert not connection.recv(200).startswith(b"220")


def test_a_wrapper_mode_in_capitals_is_tls_from_the_first_byte(wire: Any) -> None:
    assert "BEGIN CERTIFICATE" in wire.openssl(2465).said
    assert "Cipher is (NONE)" in wire.openssl(2465, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0").said


def test_everything_else_of_theirs_is_as_it_was(root: Any) -> None:
    values = dict(line.split(" = ", 1) for line in root.check_output("postconf -n").splitlines() if " = " in line)
    assert values["virtual_alias_maps"] == "inline:{ {team@lists.example = alice, bob} }"
    assert values["mynetworks"] == "127.0.0.0/8 192.0.2.0/24 [::1]/128"
    assert values["smtp_tls_policy_maps"] == "inline:{ {partner.example = encrypt} }"
    assert values["message_size_limit"] == "20480000"
    # The way into TLS is not hidden any more, the rest still is.
    assert values["smtpd_discard_ehlo_keywords"] == "silent-discard, dsn"
    text = root.file("/etc/postfix/main.cf").content_string
    assert "mynetworks =\n  127.0.0.0/8\n# the office\n  192.0.2.0/24\n  [::1]/128\n" in text


def test_their_services_keep_what_does_not_defeat_the_policy(root: Any) -> None:
    text = root.file("/etc/postfix/master.cf").content_string
    second = "2525      inet  n       -       y       -       -       smtpd\n  # kept\n  -o smtpd_helo_required=yes\n"
    assert second in text
    assert "127.0.0.1:10025 inet n  -       y       -       -       smtpd -o smtpd_tls_security_level=none\n" in text
    entries = root.check_output("postconf -M").splitlines()
    on_465 = [line for line in entries if line.split()[0] in ("smtps", "submissions")]
    assert len(on_465) == 1 and "smtpd_tls_wrappermode=yes" in on_465[0]
    assert "syslog_name=postfix/submissions" in on_465[0]


def test_port_25_is_closed_to_relay_but_for_this_host(wire: Any, root: Any) -> None:
    with smtplib.SMTP(wire.address, 25, timeout=20) as client:
        client.ehlo("client.example")
        said(client, "MAIL FROM:<a@client.example>")
        assert said(client, "RCPT TO:<b@elsewhere.example>").startswith("554 5.7.1")
    local = root.check_output(
        "python3 -c 'import smtplib; c = smtplib.SMTP(\"127.0.0.1\", 25); c.ehlo();"
        " c.docmd(\"MAIL FROM:<a@example.org>\"); print(c.docmd(\"RCPT TO:<b@elsewhere.example>\")[0])'")
    assert local == "250"


def test_dane_believes_the_record_that_fits_and_no_other(root: Any, wire: Any) -> None:
    """Before DANE a mail to wrong.test was sent: dane.yml says so."""
    domain = wire.hostname.partition(".")[2]
    good = send(root, f"debian13.{domain}")
    assert "status=sent" in good.status and "Verified TLS connection established" in good.tls, good
    wrong = send(root, "wrong.test")
    assert "status=deferred" in wrong.status and "Server certificate not " in wrong.status, wrong
