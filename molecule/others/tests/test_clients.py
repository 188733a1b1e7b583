# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Everything that worked in plaintext works with TLS, and plaintext is refused."""

from __future__ import annotations

from typing import Any

testinfra_hosts = ["ansible://ldap_clients"]


def test_users_and_mail_are_known_as_before(root: Any) -> None:
    root.check_output("/root/ldap_clients-check.sh")


def test_plaintext_is_refused_on_loopback_too(root: Any) -> None:
    asked = root.run("ldapsearch -x -H ldap://127.0.0.1 -b dc=example,dc=test uid=anna")
    assert asked.rc == 13 and "uid: anna" not in asked.stdout, asked


def test_the_clients_ask_for_tls_and_verify_the_server(root: Any) -> None:
    nslcd, table = (root.file(path).content_string for path in ("/etc/nslcd.conf", "/etc/postfix/ldap-users.cf"))
    assert "\nssl\tstart_tls\n" in nslcd and "\ntls_reqcert\tdemand\n" in nslcd
    assert "start_tls = yes" in table and "tls_require_cert = yes" in table
    assert root.file("/etc/nslcd.conf").mode == 0o640
    assert "\nURI\tldaps://" in root.file("/etc/ldap/ldap.conf").content_string
