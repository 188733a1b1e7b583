# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of a Postfix, and what is not: passwords stay where they are.  The whole of it runs in molecule/postfix."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import postfix


@pytest.mark.parametrize(("name", "told"), [
    ("smtpd_tls_protocols", True), ("tls_high_cipherlist", True), ("smtpd_sasl_type", True), ("smtp_tls_policy_maps", True),
    ("smtpd_use_tls", True), ("smtpd_sender_login_maps", True), ("smtpd_discard_ehlo_keywords", True),
    ("smtpd_upstream_proxy_protocol", True), ("postscreen_upstream_proxy_protocol", True),
    ("smtpd_upstream_proxy_timeout", False),
    ("smtp_sasl_password_maps", False), ("virtual_alias_maps", False), ("relayhost", False), ("smtpd_milters", False),
])
def test_only_what_concerns_tls_and_logins_is_told(name: str, told: bool) -> None:
    assert postfix._may_be_told(name) is told


def test_of_a_service_what_the_dialect_needs() -> None:
    text = ("[::1]:10025 inet n - y - - smtpd\n  -o smtpd_tls_security_level=none -o content_filter=x\n"
            "  -o {smtpd_relay_restrictions = permit_mynetworks, reject}\n")
    (row,) = [postfix._entry(entry) for entry in entries(text)]
    assert row == {
        "service": "[::1]:10025", "type": "inet", "host": "::1", "port": 10025, "loopback": True, "command": "smtpd",
        "chroot": "y", "line": 1,
        "options": {"smtpd_tls_security_level": "none", "smtpd_relay_restrictions": "permit_mynetworks, reject"},
    }


def test_which_login_backends_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, queue = tmp_path / "etc", tmp_path / "queue"
    (root / "sasl").mkdir(parents=True)
    (queue / "private").mkdir(parents=True)
    saslauthd = tmp_path / "saslauthd"
    monkeypatch.setattr(postfix, "SASLAUTHD", str(saslauthd))
    assert postfix._sasl(str(root), str(queue)) == {"dovecot": False, "cyrus": "absent", "rimap": False}
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(queue / "private" / "auth"))
        (root / "sasl" / "smtpd.conf").write_text("pwcheck_method: saslauthd\n")
        saslauthd.write_text('# MECHANISMS="rimap"\nMECHANISMS="pam"\n')
        assert postfix._sasl(str(root), str(queue)) == {"dovecot": True, "cyrus": "theirs", "rimap": False}
    saslauthd.write_text('MECHANISMS="rimap"\n')
    assert postfix._sasl(str(root), str(queue))["rimap"] is True
    (root / "sasl" / "smtpd.conf").write_text("# Made by the role intransit.tls.postfix\npwcheck_method: auxprop\n")
    assert postfix._sasl(str(root), str(queue)) == {"dovecot": True, "cyrus": "ours", "rimap": False}


@pytest.mark.parametrize(("chroot", "level", "behind"), [
    ("y", "3.6", True), ("n", "3.6", False), ("-", "3.6", False), ("-", "0", True), ("-", "", True),
])
def test_which_files_name_the_name_servers_of_its_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chroot: str, level: str, behind: bool
) -> None:
    facts = {"queue_directory": "/srv/queue", **({"compatibility_level": level} if level else {})}
    monkeypatch.setattr(postfix, "_evaluated", lambda root, problems: facts)
    (tmp_path / "master.cf").write_text(f"smtp inet n - y - - smtpd\nsmtp unix - - {chroot} - - smtp\n")
    copies = ["/srv/queue/etc/resolv.conf"] if behind else []
    assert postfix.resolver_files(str(tmp_path)) == ["/etc/resolv.conf", *copies]


def test_without_a_client_it_is_the_file_of_the_host(tmp_path: Path) -> None:
    assert postfix.resolver_files(str(tmp_path)) == ["/etc/resolv.conf"]
