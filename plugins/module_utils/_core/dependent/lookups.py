# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a client looks something up in LDAP, from its own settings: server, STARTTLS, CA file, login and base.

A new client is a row.  What is read here holds a password: it stays on the host, in the process that tries the lookup.
(sssd-ldap(5); authldaprc; dovecot-ldap.conf.ext of Dovecot 2.3; LDAP_SASLAUTHD of Cyrus SASL.)
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.forms import FORMS
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

LOOKUP = "ldap-lookup"
"""Stands in place of a program in a command: ``ldap-lookup KIND FILE SECTION``."""


@dataclass(frozen=True)
class Lookup:
    """One search in a directory."""

    uri: str
    starttls: bool
    base: str = ""
    ca_file: str = ""
    bind_dn: str = ""
    password: str = ""


@dataclass(frozen=True)
class Words:
    """What the settings of a client are called."""

    form: str
    uri: tuple[str, ...]
    starttls: str
    base: str
    ca_file: str
    bind_dn: str
    password: tuple[str, ...]
    nested: bool = False
    """Whether what is said around a block counts in it."""
    tls_since: tuple[str, tuple[int, ...]] = ("", ())
    """As that of ``kinds.Kind``."""


KINDS: Mapping[str, Words] = {
    "sssd": Words("sections", ("ldap_uri",), "ldap_id_use_start_tls", "ldap_search_base", "ldap_tls_cacert",
                  "ldap_default_bind_dn", ("ldap_default_authtok",), tls_since=("sssd-ldap", (2, 10))),
    "courier_ldap": Words("words", ("ldap_uri",), "ldap_tls", "ldap_basedn", "", "ldap_binddn", ("ldap_bindpw",)),
    "dovecot_ldap": Words("assignments", ("uris", "hosts"), "tls", "base", "tls_ca_cert_file", "dn", ("dnpass",)),
    "dovecot_blocks": Words("blocks", ("ldap_uris",), "ldap_starttls", "ldap_base", "", "ldap_auth_dn",
                            ("ldap_auth_dn_password",), nested=True),
    "saslauthd_ldap": Words("colons", ("ldap_servers",), "ldap_start_tls", "ldap_search_base", "ldap_tls_cacert_file",
                            "ldap_bind_dn", ("ldap_password", "ldap_bind_pw")),
}


def read_lookup(kind: str, text: str, section: str = "", by_default: bool = False) -> Lookup:
    """Return what a client of a kind asks, by the text of its file; ``by_default``: TLS, if no setting says it."""
    words = KINDS[kind]
    near = {section, *([section.rpartition(" > ")[0], ""] if words.nested else [])}
    values = {item.key: item.value for item in sorted(FORMS[words.form](text), key=lambda item: len(item.scope))
              if item.scope in near}
    server = next((values[name] for name in words.uri if values.get(name)), "ldap://localhost").split()[0].rstrip(",/")
    return Lookup(
        uri=server if "://" in server else f"ldap://{server}",
        starttls=values.get(words.starttls, "yes" if by_default else "").lower() in ("yes", "true", "on", "1"),
        base=values.get(words.base, "").partition("?")[0],
        ca_file=values.get(words.ca_file, "") if words.ca_file else "",
        bind_dn=values.get(words.bind_dn, ""),
        password=next((values[name] for name in words.password if name in values), ""))
