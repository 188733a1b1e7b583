# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Clients of the directory ask it by StartTLS, as users see it and by their settings."""

from __future__ import annotations

from typing import Any

testinfra_hosts = ["ansible://sssd", "ansible://saslauthd", "ansible://dovecot"]
CLIENTS = (
    ("sssd", "/etc/sssd/sssd.conf", ("ldap_id_use_start_tls = true", "ldap_tls_reqcert = demand", "auth_provider = none")),
    ("saslauthd", "/etc/saslauthd.conf", ("ldap_start_tls: yes", "ldap_tls_check_peer: yes", "ldap_filter: (uid=%u)")),
    ("courier_ldap", "/etc/courier/authldaprc", ("LDAP_TLS 1", "LDAP_AUTHBIND 1")),
    ("dovecot", "/etc/dovecot/dovecot-ldap.conf.ext", ("tls = yes", "tls_require_cert = demand", "auth_bind = yes")),
    # Dovecot 2.4 has no such file, and only its own settings ask for StartTLS.
    ("dovecot", "/etc/dovecot/conf.d/auth-ldap.conf.ext", ("ldap_starttls = yes", "ldap_bind = yes")),
)


def test_clients_work_with_tls(root: Any) -> None:
    clients = [row for row in CLIENTS if root.file(f"/root/{row[0]}-made").exists and root.file(row[1]).exists]
    old = any(path == "/etc/dovecot/dovecot-ldap.conf.ext" for _client, path, _words in clients)
    asked = [row for row in clients if not (old and row[1].endswith("/auth-ldap.conf.ext"))]
    assert asked
    for client, path, words in asked:
        root.check_output(f"/root/{client}-check.sh")
        written = root.file(path)
        lines = [" ".join(line.split()) for line in written.content_string.split("\n")]
        assert [word for word in words if word not in lines] == [] and not written.mode & 0o137
        assert [line for line in lines if "//127.0.0.1" in line or line == "hosts = 127.0.0.1"] == []
