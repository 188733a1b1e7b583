# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""sssd and saslauthd ask the directory by StartTLS, as users see it and by their settings."""

from __future__ import annotations

from typing import Any

testinfra_hosts = ["ansible://sssd", "ansible://saslauthd"]
CLIENTS = {
    "sssd": ("/etc/sssd/sssd.conf", ("ldap_id_use_start_tls = true", "ldap_tls_reqcert = demand", "auth_provider = none")),
    "saslauthd": ("/etc/saslauthd.conf", ("ldap_start_tls: yes", "ldap_tls_check_peer: yes", "ldap_filter: (uid=%u)")),
}


def test_clients_work_with_tls(root: Any) -> None:
    clients = [client for client in CLIENTS if root.file(f"/root/{client}-made").exists]
    assert clients
    for client in clients:
        path, words = CLIENTS[client]
        root.check_output(f"/root/{client}-check.sh")
        written = root.file(path)
        assert [word for word in words if word + "\n" not in written.content_string] == [] and not written.mode & 0o137
        assert "ldap://127.0.0.1" not in written.content_string
