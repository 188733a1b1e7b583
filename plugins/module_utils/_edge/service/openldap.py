# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenLDAP on this host is configured with, as far as TLS and our roles are concerned.

Read from the disk as root: slapd may be down, or shut us out.  Nothing that could be a
secret is returned.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments, keywords, ldif
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import FOLDER, entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host

DEFAULTS = "/etc/default/slapd"
CLIENT_CONF = "/etc/ldap/ldap.conf"
CLIENT_OBJECTS = ("/usr/bin/ldapsearch", "/usr/sbin/slapd")
"""The first that exists is asked which TLS library libldap is linked to."""
_INTERESTING = "(|(objectClass=olcGlobal)(objectClass=olcDatabaseConfig))"
_INLINE = ("olctlscertificate", "olctlscertificatekey", "olctlscacertificate")
_PROVIDER = re.compile(r"""(?i)\bprovider=["']?(ldaps?|ldapi)://([^\s"']*)""")
_STARTTLS = re.compile(r"""(?i)\bstarttls=["']?critical\b""")


def describe() -> dict[str, Any]:
    """Return what only OpenLDAP has.

    Keys: ``folder`` (of cn=config; None where a slapd.conf is used, then ``slapd_conf``), ``user``, ``group``,
    ``services`` (None where only a shell could tell), ``global`` (TLS and security attributes of cn=config),
    ``databases`` (``dn``, ``suffix``, ``security``, ``directory``), ``replication`` (``dn``, ``provider``,
    ``encrypted``), ``config_replicated``, ``inline_certificates`` (attribute names), ``client`` (``tls_library``,
    ``settings``).
    """
    values = assignments.read(_text(DEFAULTS))
    conf = values.get("SLAPD_CONF") or FOLDER
    folder = conf if os.path.isdir(conf) else None
    found: dict[str, Any] = {
        "folder": folder,
        "slapd_conf": None if folder else conf,
        "user": values.get("SLAPD_USER") or "openldap",
        "group": values.get("SLAPD_GROUP") or "openldap",
        "services": values.get("SLAPD_SERVICES", ""),
        "client": _client(),
    }
    found.update(_configuration(entries(folder, "cn=config", "sub", _INTERESTING) if folder else ()))
    return found


def _configuration(config: Sequence[ldif.Entry]) -> dict[str, Any]:
    databases = [entry for entry in config if entry.dn.lower() != "cn=config"]
    top = [entry for entry in config if entry.dn.lower() == "cn=config"]
    tls = top[0].named("olcTLS") if top else {}
    inline = sorted(name for name in tls if name.lower().partition(";")[0] in _INLINE)
    shown = {name: values for name, values in tls.items() if name not in inline}
    for name in ("olcSecurity", "olcLocalSSF", "olcSaslSecProps"):
        if top and top[0].get(name):
            shown[name] = list(top[0].get(name))
    return {
        "global": shown,
        "inline_certificates": inline,
        "databases": [
            {"dn": entry.dn, "suffix": list(entry.get("olcSuffix")), "security": list(entry.get("olcSecurity")),
             "directory": next(iter(entry.get("olcDbDirectory")), None)}
            for entry in databases
        ],
        "replication": [row for entry in databases for row in _replication(entry)],
        "config_replicated": any("{0}config" in entry.dn.lower() and entry.get("olcSyncrepl") for entry in databases),
    }


def _replication(entry: ldif.Entry) -> list[dict[str, Any]]:
    """Return where a database is replicated from; only scheme and host, for the rest holds a password."""
    rows = []
    for value in entry.get("olcSyncrepl"):
        match = _PROVIDER.search(value)
        if match:
            scheme, place = match.group(1).lower(), match.group(2)
            encrypted = scheme in ("ldaps", "ldapi") or bool(_STARTTLS.search(value))
            rows.append({"dn": entry.dn, "provider": f"{scheme}://{place}", "encrypted": encrypted})
    return rows


def _client() -> dict[str, Any]:
    library = host.linked_library(CLIENT_OBJECTS)
    values = keywords.read(_text(CLIENT_CONF))
    return {
        "tls_library": asdict(library) if library else None,
        "settings": {name: value for name, value in values.items() if name.startswith("TLS_")},
    }


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
