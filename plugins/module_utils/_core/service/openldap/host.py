# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenLDAP on a host is configured with, as far as TLS and this collection are concerned.

Read from the disk with ``slapcat``: slapd may be down, or refuse the connection.  slapcat loads the modules that the
configuration names, so it runs as the account that owns the folder.  Nothing that could be a secret is returned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments, keywords, ldif
from ansible_collections.intransit.tls.plugins.module_utils._core.light import asdict
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps

FOLDER = "/etc/ldap/slapd.d"
DEFAULTS = "/etc/default/slapd"
CLIENT_CONF = "/etc/ldap/ldap.conf"
CLIENT_OBJECTS = ("/usr/bin/ldapsearch", "/usr/sbin/slapd")
"""The first that exists is asked which TLS library libldap is linked to."""
TOP_FILE = f"{FOLDER}/cn=config.ldif"
REPLICA = "ldap-replica"
"""Stands in place of a program: ``ldap-replica DN FOLDER PROVIDER``, whether a replica keeps up with its provider."""
QUIET = {"LDAPNOINIT": "1"}
"""No ldap.conf or .ldaprc decides how this host's slapd is asked."""
_INTERESTING = "(|(objectClass=olcGlobal)(objectClass=olcDatabaseConfig))"
_INLINE = ("olctlscertificate", "olctlscertificatekey", "olctlscacertificate")
_FILES = ("olcTLSCertificateFile", "olcTLSCertificateKeyFile", "olcTLSCACertificateFile")
_PROVIDER = re.compile(r"""(?i)\bprovider=["']?(ldaps?|ldapi)://([^\s"']*)""")
_STARTTLS = re.compile(r"""(?i)\bstarttls=["']?critical\b""")


def read() -> Steps[dict[str, Any]]:
    """Return what only OpenLDAP has.

    Keys: ``folder`` (of cn=config; None if a slapd.conf is used, then ``slapd_conf``), ``user``, ``group``,
    ``services`` (None if only a shell could tell), ``global`` (TLS and security attributes of cn=config),
    ``databases`` (``dn``, ``suffix``, ``security``, ``directory``), ``replication`` (``dn``, ``provider``,
    ``encrypted``), ``config_replicated``, ``inline_certificates`` (attribute names), ``present_certificates``
    (files that it serves), ``client`` (``tls_library``, ``settings``).
    """
    values = assignments.read((yield from _text(DEFAULTS)))
    conf = values.get("SLAPD_CONF") or FOLDER
    folder = conf if (yield from model.kind_of(conf)) == "folder" else None
    found: dict[str, Any] = {
        "folder": folder,
        "slapd_conf": None if folder else conf,
        "user": values.get("SLAPD_USER") or "openldap",
        "group": values.get("SLAPD_GROUP") or "openldap",
        "services": values.get("SLAPD_SERVICES", ""),
        "client": (yield from _client()),
    }
    config = (yield from read_entries(folder, "cn=config", "sub", _INTERESTING)) if folder else ()
    told = describe_entries(config)
    present = _present_certificates(told["global"], found["user"], found["group"])
    return {**found, **told, "present_certificates": present}


def _present_certificates(attributes: Mapping[str, Sequence[str]], user: str, group: str) -> list[dict[str, str]]:
    """Return the certificate that slapd serves, as its files."""
    certificate, key, authorities = (next(iter(attributes.get(name) or ()), "") for name in _FILES)
    row = {"certificate": certificate, "private_key": key, "chain": authorities, "owner": user, "group": group}
    return [row] if certificate and key else []


def read_entries(folder: str, dn: str, scope: str = "base", matching: str = "") -> Steps[tuple[ldif.Entry, ...]]:
    """Return the entries at or below ``dn`` of the configuration in ``folder``, as they are on the disk.

    Args:
        folder: the configuration's folder.
        dn: where to begin.
        scope: base or sub (a whole configuration with its schemas is longer than what a command may say).
        matching: an LDAP filter.

    Raises:
        TransactionError: slapcat cannot read it, or its answer lacks the entry ``dn`` itself.
    """
    url = f"ldap:///{quote(dn, safe=',=')}??{scope}?{quote(matching, safe='(|)=&')}"
    argv = ["slapcat", "-n", "0", "-F", folder, "-o", "ldif-wrap=no", "-H", url]
    printed = yield from model.run(argv, environment=QUIET, as_owner_of=folder)
    if not printed.did_run:
        raise TransactionError(printed.problem)
    if not printed.ok:
        raise TransactionError(
            f"slapd's configuration in {folder} cannot be read: {printed.problem}\n{_words(printed.stderr)}")
    found = ldif.read(printed.stdout)
    if scope != "base" and not any(entry.dn.lower() == dn.lower() for entry in found):
        raise TransactionError(
            f"slapcat's answer about slapd's configuration in {folder} lacks the entry {dn} itself, so it is not "
            f"complete. Run `slapcat -n 0 -F {folder}` to see why."
        )
    return found


def _words(stderr: str) -> str:
    """Return slapcat's reasons, without the lines in which it quotes the configuration and its passwords."""
    return "\n".join(line for line in stderr.strip().split("\n") if "str2entry" not in line)


def describe_entries(config: Sequence[ldif.Entry]) -> dict[str, Any]:
    """Return what is reported of the entries of cn=config."""
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


def _client() -> Steps[dict[str, Any]]:
    library = (yield from model.find_library(*CLIENT_OBJECTS)).library
    values = keywords.read((yield from _text(CLIENT_CONF)))
    return {
        "tls_library": asdict(library) if library else None,
        "settings": {name: value for name, value in values.items() if name.startswith("TLS_")},
    }


def _text(path: str) -> Steps[str]:
    found = yield from model.read_text(path)
    if found.exists and found.problem:
        raise TransactionError(found.problem, {"file": path})
    return found.text


def read_cipher_settings(library: str) -> Steps[tuple[Setting, ...]]:
    """Return olcTLSCipherSuite of cn=config."""
    file = yield from model.read_text(TOP_FILE)
    if not file.exists:
        raise DialectError(
            f"{TOP_FILE} is not there: only slapd with its configuration in cn=config can be read.", {"file": TOP_FILE})
    if file.problem:
        raise DialectError(file.problem, {"file": TOP_FILE})
    try:
        found = ldif.read(file.text)
    except TransactionError as error:
        raise DialectError(f"{TOP_FILE} cannot be read. {error.message}", {"file": TOP_FILE}) from error
    values = [value for entry in found for value in entry.get("olcTLSCipherSuite")]
    if values:
        return tuple(Setting("olcTLSCipherSuite", value, "cn=config") for value in values)
    return (Setting("olcTLSCipherSuite", "NORMAL" if library == "gnutls" else "DEFAULT", BUILT_IN),)


HOST = Host(
    name="openldap",
    package="slapd",
    tls_objects=("/usr/sbin/slapd",),
    units=("slapd.service",),
    processes=("slapd",),
    configuration=(FOLDER, DEFAULTS),
    read=read,
    cipher_settings=read_cipher_settings,
    further_packages=("ldap-utils", "libldap-common"),
)
