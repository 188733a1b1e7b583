# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Move a client to TLS: the change of its file, the unit that reads it, and a command that tries it.

Only clients whose language this collection knows, whose setting names this host alone, and whose server's name and CA
file are known.  Everything else stays as it is and is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import lookups
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.lookups import LOOKUP

LDAP = 389
LOOKUPS = frozenset(lookups.KINDS)
"""Clients that are tried by a lookup with their own settings."""

Row = Mapping[str, Any]


def is_known(row: Row, ending: Row, resolved: Sequence[str]) -> bool:
    """Return whether a client can be moved to TLS; ``resolved`` are names that lead to this host."""
    # Root writes no file that another account could put in another place meanwhile.
    if not row["trusted"]:
        return False
    named = row["kind"] == "roundcube" or ending["server_name"] in resolved
    can = bool(row["kind"] in _FIXES and row["alone"] and named and ending["server_name"] and ending["ca_file"])
    # Behind a chroot a table's CA file is not there; proxymap has none.
    reachable = row["kind"] != "postfix_ldap" or bool(row["proxied"])
    # ldap.conf cannot ask for STARTTLS; the TLS port is that of LDAP itself.
    written = row["kind"] != "ldap_conf" or (row["setting"].lower() == "uri" and ending["port"] == LDAP)
    # A backup server of sssd is asked only if another one fails.
    written = written and row["setting"].lower() != "ldap_backup_uri"
    return can and reachable and written and not ending["closed"] and not row["encrypted"]


def make_fix(fixed: Sequence[tuple[Row, Row]]) -> dict[str, list[Any]]:
    """Return ``changes``, ``units`` and ``tries`` for clients and the endings that concern them."""
    found: dict[str, list[Any]] = {"changes": [], "units": [], "tries": []}
    for row, ending in fixed:
        for name, values in _FIXES[row["kind"]](row, ending).items():
            found[name] += [value for value in values if value not in found[name]]
    # Whatever is started next may ask the name service for its user.
    found["units"].sort(key=lambda name: name not in ("nslcd.service", "sssd.service"))
    return found


def _postfix(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {
        "server_host": _url("ldap", ending), "start_tls": "yes", "version": "3",
        "tls_require_cert": "yes", "tls_ca_cert_file": ending["ca_file"],
    }
    return {
        "changes": [{"kind": "edited_file", "format": "postfix_main", "path": row["file"], "values": values}],
        "units": ["postfix.service"],
        "tries": list_tries(row),
    }


def _nslcd(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {
        "uri": _url("ldap", ending), "ssl": "start_tls", "tls_reqcert": "demand", "tls_cacertfile": ending["ca_file"]}
    return {
        "changes": [{"kind": "edited_file", "format": "keywords", "path": row["file"], "values": values}],
        "units": ["nslcd.service"],
        "tries": list_tries(row),
    }


def _ldap_conf(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {"URI": f"ldaps://{ending['server_name']}", "TLS_CACERT": ending["ca_file"]}
    return {
        "changes": [{"kind": "edited_file", "format": "keywords", "path": row["file"], "values": values}],
        "units": [], "tries": list_tries(row),
    }


def _roundcube(row: Row, ending: Row) -> dict[str, list[Any]]:
    # The host stays as it is written: Roundcube's users, with their address books, belong to it.
    host = f"[{row['host']}]" if ":" in row["host"] else row["host"]
    options = {"ssl": {
        "verify_peer": True, "verify_peer_name": True, "peer_name": ending["server_name"], "cafile": ending["ca_file"]}}
    side = "smtp" if str(row["setting"]).startswith("smtp") else "imap"
    values = {row["setting"]: f"tls://{host}:{ending['port']}", side + "_conn_options": options}
    change = {"kind": "edited_file", "format": "php_settings", "path": row["file"], "values": values}
    return {"changes": [change], "units": [], "tries": list_tries(row)}


def _sssd(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {row["setting"]: _url("ldap", ending), "ldap_id_use_start_tls": "true", "ldap_tls_reqcert": "demand",
              "ldap_tls_cacert": ending["ca_file"]}
    return _of_section(row, str(row["scope"]), values, "sssd.service")


def _saslauthd(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {row["setting"]: _url("ldap", ending), "ldap_start_tls": "yes", "ldap_tls_check_peer": "yes",
              "ldap_tls_cacert_file": ending["ca_file"]}
    return _of_section(row, "", values, "saslauthd.service")


def _dovecot(row: Row, ending: Row) -> dict[str, list[Any]]:
    server = _url("ldap", ending) if row["setting"] == "uris" else f"{ending['server_name']}:{ending['port']}"
    values = {row["setting"]: server, "tls": "yes", "tls_require_cert": "demand", "tls_ca_cert_file": ending["ca_file"]}
    return _of_section(row, "", values, "dovecot.service")


def _dovecot_blocks(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {str(row["scope"]): {row["setting"]: _url("ldap", ending), "ldap_starttls": "yes"}}
    change = {"kind": "edited_file", "format": "dovecot_blocks", "path": row["file"], "values": values}
    # Dovecot 2.4.1 sets ssl_client_ca_file where libldap does not look for it.
    return {"changes": [change, _trust(ending)], "units": ["dovecot.service"], "tries": list_tries(row)}


def _trust(ending: Row) -> dict[str, Any]:
    """Return the change by which libldap knows the authority, for clients that cannot be told of one."""
    return {"kind": "edited_file", "format": "keywords", "path": "/etc/ldap/ldap.conf", "create": True,
            "values": {"TLS_CACERT": ending["ca_file"]}}


def _of_section(row: Row, section: str, values: dict[str, Any], unit: str) -> dict[str, list[Any]]:
    change = {"kind": "edited_file", "format": "sections", "path": row["file"], "values": {section: values}}
    return {"changes": [change], "units": [unit], "tries": list_tries(row)}


def _courier(row: Row, ending: Row) -> dict[str, list[Any]]:
    values = {"LDAP_URI": _url("ldap", ending), "LDAP_TLS": "1"}
    return {
        "changes": [{"kind": "edited_file", "format": "keywords", "path": row["file"], "values": values},
                    _trust(ending)],
        "units": ["courier-authdaemon.service"], "tries": list_tries(row),
    }


def list_tries(row: Row) -> list[list[str]]:
    """Return commands that try what a client does; none if that needs a password that is not known here."""
    if row["kind"] == "postfix_ldap":
        # No address has this name; what counts is that the table answers without an error.
        return [["postmap", "-q", "intransit-tls@example.invalid", f"ldap:{row['file']}"]]
    if row["kind"] in LOOKUPS:
        return [[LOOKUP, str(row["kind"]), str(row["file"]), str(row["scope"])]]
    return {
        "nslcd": [["getent", "-s", "ldap", "passwd"]],
        "ldap_conf": [["ldapsearch", "-x", "-LLL", "-s", "base", "-b", "", "namingContexts"]],
    }.get(str(row["kind"]), [])


def _url(scheme: str, ending: Row) -> str:
    return f"{scheme}://{ending['server_name']}:{ending['port']}"


_FIXES: Mapping[str, Callable[[Row, Row], dict[str, list[Any]]]] = {
    "postfix_ldap": _postfix, "nslcd": _nslcd, "ldap_conf": _ldap_conf, "roundcube": _roundcube,
    "sssd": _sssd, "saslauthd_ldap": _saslauthd, "dovecot_ldap": _dovecot, "dovecot_blocks": _dovecot_blocks,
    "courier_ldap": _courier}
