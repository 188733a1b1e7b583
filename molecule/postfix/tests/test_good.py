# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The converged hosts, seen from outside and from inside."""

from __future__ import annotations

import json
import smtplib
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from injection import answered_inside_tls
from outgoing import address_of, send
from refusals import PASSWORD, PORTS, REFUSALS, USER, inside, said

testinfra_hosts = ["ansible://good"]

ENDPOINTS = [
    {"port": 25, "protocol": "smtp"}, {"port": 587, "protocol": "submission"}, {"port": 465, "protocol": "smtps"},
]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("port", sorted(PORTS))
def test_what_the_policy_allows_works(wire: Any, host: Any, port: int, version: str) -> None:
    authority = host.ansible.get_variables()["tls_ca_directory"] + "/ca.pem"
    checks = ("-CAfile", authority, "-verify_hostname", wire.hostname, "-verify_return_error")
    words = wire.openssl(port, *PORTS[port], version, *checks).said
    assert "Verify return code: 0 (ok)" in words and "Compression: NONE" in words
    # Leaf and authority: the file with the key in front brings the whole chain.
    assert " 1 s:CN" in words


@pytest.mark.parametrize("port", [587, 465])
@pytest.mark.parametrize("sender", ["alice", "Alice+lists"])
def test_mail_is_submitted_with_a_login_and_delivered(wire: Any, root: Any, port: int, sender: str) -> None:
    subject = f"mail {time.time_ns()}"
    client = inside(wire, port)
    client.login(USER, PASSWORD)
    client.sendmail(f"{sender}@{wire.hostname}", [f"bob@{wire.hostname}"], f"Subject: {subject}\r\n\r\nhello\r\n")
    client.quit()
    mailbox = ""
    for _ in range(50):
        mailbox = root.file("/var/mail/bob").content_string if root.file("/var/mail/bob").exists else ""
        if subject in mailbox:
            break
        time.sleep(0.2)
    before = mailbox[:mailbox.index(subject)].rpartition("\nReceived: ")[2]
    assert "(using TLSv1.3 with cipher" in before and "with ESMTPSA" in before, before


@pytest.mark.parametrize("port", [587, 465])
def test_an_alias_belongs_to_the_person_it_leads_to(wire: Any, port: int) -> None:
    client = inside(wire, port)
    client.login(USER, PASSWORD)
    for sender in (f"sales@{wire.hostname}", "shop@lists.example"):
        said(client, f"MAIL FROM:<{sender}>")
        assert said(client, f"RCPT TO:<bob@{wire.hostname}>").startswith("250"), sender
        said(client, "RSET")
    said(client, f"MAIL FROM:<news@{wire.hostname}>")
    assert "not owned by user alice" in said(client, f"RCPT TO:<bob@{wire.hostname}>")
    client.close()


def test_restrictions_of_main_cf_stay_in_force(wire: Any) -> None:
    client = inside(wire, 587)
    client.login(USER, PASSWORD)
    said(client, "MAIL FROM:<alice>")
    assert "need fully-qualified address" in said(client, f"RCPT TO:<bob@{wire.hostname}>")
    client.close()


def test_the_socket_that_main_cf_names_is_asked(root: Any) -> None:
    services = root.check_output("postconf -P")
    assert services.count("smtpd_sasl_path = private/dovecot-auth") == 2 and "private/auth" not in services


def test_a_wrong_password_is_no_login(wire: Any) -> None:
    client = inside(wire, 587)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(USER, "example-wrong")
    client.close()


def test_mail_for_this_host_comes_in_on_25_with_and_without_tls(wire: Any) -> None:
    for client in (smtplib.SMTP(wire.address, 25, timeout=20), inside(wire, 25)):
        assert client.sendmail("a@client.example", [f"bob@{wire.hostname}"], "Subject: in\r\n\r\nx\r\n") == {}
        client.quit()


@pytest.mark.parametrize("port", [25, 587])
def test_what_comes_with_starttls_in_clear_is_thrown_away(wire: Any, port: int) -> None:
    assert answered_inside_tls(wire.address, port, "smtp") == b""


def test_gnutls_cli_gets_in(wire: Any) -> None:
    said = wire.gnutls(587, "--starttls-proto=smtp", "--priority", "NORMAL", send="QUIT\r\n").said
    assert "Handshake was completed" in said and "TLS1.3" in said, said


def test_our_own_probe_and_verdict_agree(wire: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    seen = wire.observe(*ENDPOINTS, policy=policy)
    now = datetime.now(timezone.utc)
    wrong = [
        finding for item in seen for finding in judge(policy, item, now=now, host=wire.name)
        if finding.status in ("fail", "error")
    ]
    assert wrong == []
    assert [item["plaintext"]["how"] for item in seen] == ["accepted", "starttls_required", seen[2]["plaintext"]["how"]]
    assert seen[2]["plaintext"]["refused"] is True


def test_the_post_quantum_group_where_the_library_has_it(wire: Any, release: str) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

    for seen in wire.observe(*ENDPOINTS, policy=resolve()):
        assert ("X25519MLKEM768" in seen["groups"]) is (release == "debian13"), seen["groups"]


def test_mail_waits_where_somebody_takes_starttls_away(root: Any) -> None:
    sent = send(root, address_of(root, "weak"))
    assert "status=deferred" in sent.status and "TLS is required, but was not offered" in sent.status
    assert sent.tls == ""


def test_mail_leaves_with_a_verified_certificate(root: Any) -> None:
    other = "debian13" if "debian12" in root.check_output("hostname") else "debian12"
    sent = send(root, address_of(root, other))
    assert "status=sent" in sent.status and "Verified TLS connection established" in sent.tls and "TLSv1.3" in sent.tls


def test_mail_waits_where_the_certificate_names_somebody_else(root: Any) -> None:
    sent = send(root, address_of(root, "office12"))
    assert "status=deferred" in sent.status and "Server certificate not verified" in sent.status


def test_mail_waits_where_a_server_speaks_only_what_is_old(root: Any) -> None:
    script = (Path(__file__).parents[1] / "files" / "old_server.py").read_text()
    said = root.check_output("python3 -c %s", script)
    openssl, postfix = (json.loads(line) for line in said.splitlines())
    assert openssl == ["TLSv1.1", "a handshake"], "so it could have been had"
    assert postfix[0] is None and "unsupported protocol" in postfix[1].lower().replace("_", " "), postfix


def test_postfix_itself_finds_nothing_to_complain_about(root: Any) -> None:
    said = root.run("postfix check && postconf -n && postconf -M")
    assert said.rc == 0 and "warning" not in said.stderr + said.stdout, said.stderr


def test_postfix_reads_its_files_as_we_do(root: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main, postfix_master

    values = postfix_main.read(root.file("/etc/postfix/main.cf").content_string)
    told = dict(line.split(" =", 1) for line in root.check_output("postconf -n").splitlines())
    assert {name: value.strip() for name, value in told.items()} == values
    entries = postfix_master.parse_entries(root.file("/etc/postfix/master.cf").content_string)
    assert [entry.key for entry in entries] == [
        "/".join(line.split()[:2]) for line in root.check_output("postconf -M").splitlines()]


def test_the_key_never_left_and_nobody_else_reads_it(root: Any) -> None:
    found = "find /etc/ssl/intransit -name '%s' -printf '%%u %%g %%m\\n'"
    for name in ("privkey.pem", "bundle.pem"):
        assert set(root.check_output(found % name).splitlines()) == {"root root 600"}


def test_nothing_is_left_of_a_transaction(root: Any) -> None:
    assert root.check_output("find /var/lib/intransit.tls -type f ! -name lock ! -name 'kept-*' ! -path '*/kept/*'") == ""
    assert root.check_output("find /etc/postfix -name '*.intransit-new'") == ""
    assert root.check_output("ls -d /tmp/intransit-* 2>/dev/null; true") == ""
    assert root.check_output("pgrep -c -x master") == "1"
