# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``service_info`` reads on a freshly installed host, for tests of plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans

OPENSSL = {"name": "openssl", "version": "3.0.20"}
GNUTLS = {"name": "gnutls", "version": "3.7.9"}

SEEN: dict[str, dict[str, Any]] = {
    "apache": dict(
        installed=True, tls_library=OPENSSL, vhosts=[], tls_settings=[], problems=[], document_root=None,
        listens=[{"port": 80, "address": "", "protocol": "", "file": "/etc/apache2/ports.conf", "line": 5,
                  "text": "Listen 80"}]),
    "postfix": dict(
        installed=True, tls_library=OPENSSL, unit="postfix@-.service", mail_version="3.7.11",
        hostname="mail.example.org", domains=["example.org"], interfaces=["all"], queue_directory="/var/spool/postfix",
        daemon_directory="/usr/lib/postfix/sbin", recipient_delimiter="+", problems=[],
        files={"main": "/etc/postfix/main.cf", "master": "/etc/postfix/master.cf"}, settings={},
        entries=[{"service": "smtp", "type": "inet", "host": "", "port": 25, "loopback": False, "command": "smtpd",
                  "chroot": "y", "line": 12, "options": {}}],
        sasl={"dovecot": True, "cyrus": "absent", "rimap": False}),
    "courier_imap": dict(
        installed=True, tls_library=GNUTLS, protocols=["imap"], virtual_certificates=[], cleartext_logins=[],
        listens=[{"protocol": "imap", "address": "", "port": 143}, {"protocol": "imaps", "address": "", "port": 993}],
        listeners=[{"port": 143}, {"port": 993}], settings={"imapd": {}, "imapd-ssl": {}},
        units=[{"name": "courier-imap.service", "up": True}, {"name": "courier-imap-ssl.service", "up": True}]),
    "openldap": dict(
        installed=True, tls_library=GNUTLS, folder="/etc/ldap/slapd.d", services="ldap:/// ldapi:///", user="openldap",
        group="openldap", databases=[], replication=[], client={"tls_library": GNUTLS, "settings": {}}, **{"global": {}}),
}

Planner = Callable[..., dict[str, Any]]


@pytest.fixture
def seen() -> dict[str, dict[str, Any]]:
    return SEEN


@pytest.fixture
def planned() -> Planner:
    """A plan: service, what differs on the host, and variables of the role without their prefix."""

    def make(service: str, host: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        variables = {f"{service}_tls_{name}": value for name, value in options.items()}
        variables.setdefault(service + "_tls_server_name", "web.example.org" if service != "postfix" else "")
        look = {"services": {service: dict(SEEN[service], **(host or {}))}, "answers": {}}
        return plans.plan_of(service, look, variables, "host1", "192.0.2.7", "/etc/ssl/intransit")

    return make
