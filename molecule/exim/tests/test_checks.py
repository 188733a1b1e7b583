# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses and serves, seen from outside with openssl and smtplib; each check fails on the weak host."""

from __future__ import annotations

import base64
import smtplib
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from injection import Leaky, answered_inside_tls
from offers import OFFERS, hold_unless_weak, refuse_offer
from proof import find_listening, prove_verdict

testinfra_hosts = ["ansible://good", "ansible://weak"]
PORTS: dict[int, tuple[str, ...]] = {25: ("-starttls", "smtp"), 587: ("-starttls", "smtp"), 465: ()}
USER, PASSWORD = "mailbox", "example-only"
SECRET = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()


def greet(wire: Any, port: int, tls: bool = False, ca_file: str = "") -> smtplib.SMTP:
    """Return a client that has said EHLO, within TLS if wanted."""
    context = ssl.create_default_context(cafile=ca_file or None)
    if not ca_file:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = smtplib.SMTP_SSL(timeout=30, context=context) if port == 465 else smtplib.SMTP(timeout=30)
    client._host = wire.hostname
    assert client.connect(wire.address, port)[0] == 220, "not even connected"
    client.ehlo("client.example")
    if tls and port != 465:
        client.starttls(context=context)
        client.ehlo("client.example")
    return client


def login_in_clear(wire: Any) -> None:
    for port in (25, 587):
        client = greet(wire, port)
        assert client.has_extn("starttls") and not client.has_extn("auth"), client.esmtp_features
        code, words = client.docmd("AUTH", "PLAIN " + SECRET)
        client.close()
        assert code in (503, 538), (code, words)


def submission_in_clear(wire: Any) -> None:
    client = greet(wire, 587)
    code, words = client.mail(f"{USER}@{wire.hostname}")
    client.close()
    assert code == 530 and b"STARTTLS" in words, (code, words)


def submission_without_login(wire: Any) -> None:
    for port in (587, 465):
        client = greet(wire, port, tls=True)
        code, words = client.mail(f"{USER}@{wire.hostname}")
        client.close()
        assert code == 530 and b"Authentication" in words, (code, words)


CHECKS = {check.__name__: check for check in (login_in_clear, submission_in_clear, submission_without_login)}


@pytest.mark.parametrize("name", [*OFFERS, *CHECKS])
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: refuse_offer(wire, PORTS, *OFFERS[name]) if name in OFFERS else CHECKS[name](wire))


@pytest.mark.parametrize("port", [25, 587])
def test_what_comes_with_starttls_is_thrown_away(wire: Any, port: int, tmp_path: Path) -> None:
    assert answered_inside_tls(wire.address, port, "smtp") == b""
    with Leaky(tmp_path) as leaky:
        assert answered_inside_tls("127.0.0.1", leaky, "smtp") == b"250 2.0.0 Ok\r\n"


@pytest.mark.parametrize(("port", "tls", "how"), [(25, False, "with esmtp "), (25, True, "with esmtps "), (587, True, "with esmtpsa "),
                                                  (465, True, "with esmtpsa ")])
def test_mail_arrives(wire: Any, host: Any, root: Any, port: int, tls: bool, how: str) -> None:
    good, subject = wire.name != "weak", f"mail {time.time_ns()}"
    client = greet(wire, port, tls, host.ansible.get_variables()["tls_ca_directory"] + "/ca.pem" if good else "")
    if port != 25:
        client.login(USER, PASSWORD)
    assert client.sendmail(f"{USER}@{wire.hostname}", [f"{USER}@{wire.hostname}"], f"Subject: {subject}\r\n\r\nhello\r\n") == {}
    client.quit()
    mailbox = ""
    for _ in range(150):
        mailbox = root.file(f"/var/mail/{USER}").content_string if root.file(f"/var/mail/{USER}").exists else ""
        if subject in mailbox:
            break
        time.sleep(0.2)
    received = mailbox[:mailbox.index(subject)].rpartition("\nReceived: ")[2]
    assert how in " ".join(received.split()) + " " and ("TLS1.3" in received) is tls, received


def test_its_cipher_list_and_its_sockets_are_known(root: Any, wire: Any) -> None:
    judged = root.ansible("intransit.tls.cipher_list_info", "service=exim", check=False, become=True)
    weak = wire.name == "weak"
    assert judged["compliant"] is not weak, judged
    sockets = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    kinds = {row["port"]: row["classification"] for row in sockets if row["process"] == "exim4"}
    assert {port: kinds.get(port) for port in PORTS} == {
        25: "starttls_optional", 587: "starttls_optional" if weak else "starttls_required", 465: "tls"}
    facts = root.ansible("intransit.tls.service_info", "services=exim", check=False, become=True)["services"]["exim"]
    assert facts["tls_library"]["name"] == "gnutls" and facts["logins"] and set(facts["ports"]) == {row["port"] for row in facts["listeners"]}
    assert PASSWORD not in str(facts) and "PRIVATE KEY" not in str(facts)


def test_the_playbooks_say_so_too(wire: Any) -> None:
    expected = {25: "smtp", 587: "submission", 465: "smtps", **({2525: "smtp"} if wire.name == "debian13" else {})}
    prove_verdict(wire, expected, {"plaintext_refused", "protocol_tlsv1_1", "suites_tls12"})
    kinds = find_listening(wire, "exim4")
    assert (kinds[465], kinds[587]) == ("tls", "starttls_optional" if wire.name == "weak" else "starttls_required"), kinds


def test_mail_that_leaves_waits_for_tls(root: Any, wire: Any) -> None:
    printed = root.check_output("exim4 -bP transport remote_smtp")
    wanted = "hosts_require_tls = *\n" in printed and "tls_require_ciphers = NONE:" in printed
    assert wanted is (wire.name != "weak"), printed


def test_mail_is_not_handed_to_a_smarthost_without_tls(root: Any, wire: Any) -> None:
    # Before the role it was (prepare.yml).
    if wire.name == "debian12":
        root.check_output("echo hello | exim4 -odf mailbox@weak.$(hostname --domain)")
        last = root.check_output("grep 'mailbox@weak' /var/log/exim4/mainlog | tail -1")
        assert "defer (-38)" in last and "TLS" in last, last


def test_an_acl_of_other_people_is_asked_too(root: Any, wire: Any) -> None:
    if wire.name == "debian13":
        assert "asked people" in root.file("/var/log/exim4/mainlog").content_string
        text = root.file("/etc/exim4/conf.d/main/000_localmacros").content_string
        mark = "# disabled by intransit.tls: "
        assert text == f"{mark}acl_smtp_auth = acl_people\n{mark}daemon_smtp_ports = smtp : \\\n{mark}  2525\n"
