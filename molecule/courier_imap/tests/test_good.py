# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The converged hosts, seen from outside and from inside."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from injection import answered_inside_tls
from refusals import PASSWORD, PORTS, REFUSALS, USER
from wire import run

testinfra_hosts = ["ansible://good"]

ENDPOINTS = [{"port": 993, "protocol": "imaps"}, {"port": 143, "protocol": "imap"},
             {"port": 995, "protocol": "pop3s"}, {"port": 110, "protocol": "pop3"}]
MANAGED = {"IMAPDSTARTTLS", "IMAP_TLS_REQUIRED", "POP3_STARTTLS", "POP3_TLS_REQUIRED", "TLS_CERTFILE",
           "TLS_PRIVATE_KEYFILE", "TLS_PRIORITY", "TLS_TRUSTCERTS", "TLS_VERIFYPEER"}
INSIDE_LOGIN = """
import imaplib
client = imaplib.IMAP4("127.0.0.1")
print("LOGINDISABLED" in client.capabilities, client.xatom("LOGIN", "reader", "example-only"))
"""


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_it_refuses(wire: Any, name: str) -> None:
    REFUSALS[name](wire)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("port", sorted(PORTS))
def test_what_the_policy_allows_works(wire: Any, port: int, version: str) -> None:
    said = wire.openssl(port, *PORTS[port], version).said
    assert "Cipher is (NONE)" not in said and "BEGIN CERTIFICATE" in said
    # Leaf and authority: the combined file brings the whole chain.
    assert " 1 s:CN" in said and "Verify return code" in said


@pytest.mark.parametrize("url", [
    "imaps://{name}:993/INBOX;UID=1", "imap://{name}:143/INBOX;UID=1", "pop3s://{name}:995/1", "pop3://{name}:110/1",
])
def test_a_login_over_verified_tls_reads_the_mailbox(wire: Any, host: Any, url: str) -> None:
    authority = host.ansible.get_variables()["tls_ca_directory"] + "/ca.pem"
    port = url.split(":")[2].partition("/")[0]
    said = run(
        ["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", authority, "--max-time", "20",
         "--resolve", f"{wire.hostname}:{port}:{wire.address}", "--user", f"{USER}:{PASSWORD}",
         url.replace("{name}", wire.hostname)], "", 25)
    assert said.code == 0 and f"the mail of {wire.name}" in said.said, said


def test_gnutls_cli_gets_in(wire: Any) -> None:
    said = wire.gnutls(143, "--starttls-proto=imap", "--priority", "NORMAL", send="a LOGOUT\r\n").said
    assert "Handshake was completed" in said and "TLS1.3" in said, said


def test_the_host_itself_is_no_exception(host: Any) -> None:
    assert host.check_output("python3 -c %s", INSIDE_LOGIN) == "True ('NO', [b'STARTTLS required'])"


@pytest.mark.parametrize(("port", "protocol"), [(143, "imap"), (110, "pop3")])
def test_what_comes_with_starttls_in_clear_is_thrown_away(wire: Any, host: Any, port: int, protocol: str) -> None:
    answer = answered_inside_tls(wire.address, port, protocol)
    seen, = wire.observe({"port": port, "protocol": protocol}, depth="full", parts=("suites", "details"))
    if protocol == "pop3" and host.package("courier-pop").version.startswith("1.0."):
        # CVE-2021-38084: the role warns of it, and no setting helps but closing the port.
        assert answer.startswith(b"+OK") and seen["starttls"]["injection_refused"] is False
    else:
        assert answer == b"" and seen["starttls"]["injection_refused"] is True


def test_our_own_probe_and_verdict_agree(wire: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    now = datetime.now(timezone.utc)
    wrong = [
        finding for item in wire.observe(*ENDPOINTS, policy=policy)
        for finding in judge(policy, item, now=now, host=wire.name) if finding.status in ("fail", "error")
    ]
    assert wrong == []


def test_both_ports_can_read_the_key_and_nobody_else(host: Any) -> None:
    with host.sudo():
        keys = host.check_output("find -L /etc/ssl/intransit -name bundle.pem -printf '%u %g %m\\n'").splitlines()
        first = host.check_output("head -n 1 /etc/ssl/intransit/*.courier_imap/bundle.pem")
    assert keys and set(keys) == {"root courier 640"}
    assert "PRIVATE KEY" in first


def test_every_other_line_is_as_it_was(host: Any) -> None:
    with host.sudo():
        lines = host.run("diff -r /root/courier-before /etc/courier").stdout.splitlines()
    changed = [line[2:] for line in lines if line.startswith(("<", ">"))]
    assert changed
    assert {line.lstrip("#").partition("=")[0] for line in changed} <= MANAGED, changed
    assert not [line for line in lines if line.startswith("Only in")]


def test_the_pair_stands_in_one_file(host: Any) -> None:
    with host.sudo():
        plain = host.file("/etc/courier/imapd").content_string
        tls = host.file("/etc/courier/imapd-ssl").content_string.splitlines()
    assert "\n#IMAPDSTARTTLS=NO\n" in plain and "\nMAXDAEMONS=41\n" in plain
    assert "IMAPDSTARTTLS=YES" in tls and "IMAP_TLS_REQUIRED=1" in tls
    assert "#TLS_PRIVATE_KEYFILE=/etc/courier/pop3d.pem" in tls
    assert [line for line in tls if line.startswith('TLS_PRIORITY="NONE:+')]


def test_nothing_is_left_of_a_transaction(host: Any) -> None:
    with host.sudo():
        assert host.check_output("find /var/lib/intransit.tls -type f ! -name lock ! -name 'kept-*' ! -path '*/kept/*'") == ""
        assert host.check_output("find /etc/courier -name '*.intransit-new'") == ""
        assert host.check_output("ls -d /tmp/intransit-* 2>/dev/null; true") == ""
        assert host.check_output("pgrep -c couriertcpd") == "4"
