# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Courier on a host is configured with, as far as TLS and this collection are concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments
from ansible_collections.intransit.tls.plugins.module_utils._core.light import asdict
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import config
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps

ROOT = "/etc/courier"
POP3_PACKAGE = "courier-pop"
SASLAUTHD = "/etc/default/saslauthd*"
CIPHER_FILES = tuple(f"{ROOT}/{leaf}" for leaf in ("imapd-ssl", "pop3d-ssl", "esmtpd-ssl"))
_LEFTOVERS = (".dpkg-old", ".dpkg-new", ".dpkg-dist", ".ucf-old", ".ucf-dist", "~")
_PRIORITY = {"gnutls": ("TLS_PRIORITY", "NORMAL"), "openssl": ("TLS_CIPHER_LIST", "DEFAULT")}
"""Library to the setting that couriertls gives to it, and what applies without one."""

Values = dict[str, Optional[str]]


def read() -> Steps[dict[str, Any]]:
    """Return ``protocols``, ``listens``, ``settings``, certificates, ``cleartext_logins``, ``problems``.

    ``pop3_version`` is that of the package courier-pop, None if it is not installed.  ``protocols`` are those whose
    files exist (imap, pop3); ``settings`` has the TLS settings of each file.  If the settings name a couriertls other
    than the usual one, ``tls_library`` is the library of that one.
    """
    settings: dict[str, Values] = {}
    for leaves in config.FILES.values():
        if (yield from _are_files(leaves)):
            for leaf in leaves:
                settings[leaf] = yield from _values(f"{ROOT}/{leaf}")
    protocols = [name for name, leaves in config.FILES.items() if leaves[0] in settings]
    found: list[config.Listen] = []
    problems: list[str] = []
    for name in protocols:
        plain, tls = (settings[leaf] for leaf in config.FILES[name])
        sockets, unread = config.listens(name, plain, tls)
        found += sockets
        problems += unread
    facts: dict[str, Any] = {
        "protocols": protocols,
        "pop3_version": (yield from model.version_of(POP3_PACKAGE)),
        "listens": [{"protocol": one.protocol, "address": one.address, "port": one.port} for one in found],
        "settings": {leaf: config.show_settings(values) for leaf, values in settings.items()},
        "virtual_certificates": (yield from _virtual_certificates(settings)),
        "present_certificates": _present_certificates(settings),
        "cleartext_logins": (yield from _cleartext_logins()),
        "problems": problems,
    }
    program = settings.get("imapd-ssl", {}).get("COURIERTLS")
    if program and (yield from model.kind_of(program)) == "file":
        # Whoever may write imapd-ssl names it, and that need not be root.
        linked = yield from model.find_library(program)
        facts["tls_library"] = asdict(linked.library) if linked.library else None
        if linked.problem:
            problems.append(
                f"COURIERTLS in {ROOT}/imapd-ssl names {program}, which is not read as root: {linked.problem}.")
    return facts


def _are_files(leaves: Sequence[str]) -> Steps[bool]:
    for leaf in leaves:
        if (yield from model.kind_of(f"{ROOT}/{leaf}")) != "file":
            return False
    return True


def _values(path: str) -> Steps[Values]:
    found = yield from model.read_text(path)
    if found.problem:
        raise TransactionError(found.problem, {"file": path})
    return assignments.read(found.text)


def _virtual_certificates(settings: Mapping[str, Values]) -> Steps[list[str]]:
    """Return certificates that Courier serves to clients that ask for another name, or on another address."""
    found: list[str] = []
    for stem in sorted(stem for stem in {values.get("TLS_CERTFILE") for values in settings.values()} if stem):
        for path in (yield from model.find_paths(model.escape_pattern(stem) + ".*")):
            if config.is_name_of_another_host(path[len(stem) + 1:]) and not path.endswith(_LEFTOVERS):
                found.append(path)
    return sorted(found)


def _present_certificates(settings: Mapping[str, Values]) -> list[dict[str, str]]:
    """Return the files that Courier's servers serve, as the start scripts of both ports of a protocol read them."""
    found: list[dict[str, str]] = []
    for plain, tls in config.FILES.values():
        if plain not in settings:
            continue
        for values in ({**settings[plain], **settings[tls]}, {**settings[tls], **settings[plain]}):
            certificate = values.get("TLS_CERTFILE") or ""
            key = values.get("TLS_PRIVATE_KEYFILE") or certificate
            row = {"certificate": certificate, "private_key": key, "chain": "",
                   "owner": "courier", "group": "courier"}
            if certificate and row not in found:
                found.append(row)
    return found


def _cleartext_logins() -> Steps[list[dict[str, str]]]:
    """Return the programs that log in here by IMAP without TLS, with the file that says so."""
    found = []
    for path in (yield from model.find_paths(SASLAUTHD)):
        if not path.endswith(_LEFTOVERS) and (yield from model.kind_of(path)) == "file":
            values = yield from _values(path)
            target = config.find_rimap(values, (yield from _own_names()), (yield from _own_addresses()))
            if target is not None:
                found.append({"file": path, "target": target})
    return found


def _own_names() -> Steps[Sequence[str]]:
    name = (yield from model.run(["uname", "-n"], timeout=10)).stdout.strip()
    return (name, name.partition(".")[0])


def _own_addresses() -> Steps[Sequence[str]]:
    shown = yield from model.run(["hostname", "-I"], timeout=10)
    return shown.stdout.split() if shown.ok else ()


def read_cipher_settings(library: str) -> Steps[tuple[Setting, ...]]:
    """Return TLS_PRIORITY of every file, or TLS_CIPHER_LIST if couriertls is linked to OpenSSL."""
    name, built_in = _PRIORITY[library]
    found = []
    for path in CIPHER_FILES:
        file = yield from model.read_text(path)
        if not file.exists:
            continue
        if file.problem:
            raise DialectError(file.problem, {"file": path})
        values = assignments.read(file.text)
        value = values.get(name)
        if value is None and name in values:
            raise DialectError(
                f"Only a shell could tell what {name} in {path} is. Write its value as plain text.",
                {"file": path, "setting": name},
            )
        found.append(Setting(name, value, path) if value else Setting(name, built_in, BUILT_IN))
    return tuple(dict.fromkeys(found))


HOST = Host(
    name="courier_imap",
    package="courier-imap",
    tls_objects=("/usr/bin/couriertls", "/usr/lib/courier/couriertls"),
    units=("courier-imap.service", "courier-imap-ssl.service", "courier-pop.service", "courier-pop-ssl.service"),
    processes=("couriertcpd",),
    configuration=tuple(f"{ROOT}/{leaf}" for leaves in config.FILES.values() for leaf in leaves),
    read=read,
    cipher_settings=read_cipher_settings,
    further_packages=(POP3_PACKAGE,),
)
