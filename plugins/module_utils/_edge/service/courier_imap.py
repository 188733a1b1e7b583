# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Courier on this host is configured with, as far as TLS and our roles are concerned."""

from __future__ import annotations

import glob
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import config as courier_config
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import installed as host
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.trusted import distrust

ROOT = "/etc/courier"
POP3_PACKAGE = "courier-pop"
SASLAUTHD = "/etc/default/saslauthd*"
_LEFTOVERS = (".dpkg-old", ".dpkg-new", ".dpkg-dist", ".ucf-old", ".ucf-dist", "~")


def describe(root: str = ROOT) -> dict[str, Any]:
    """Return ``protocols``, ``listens``, ``settings``, ``virtual_certificates``, ``cleartext_logins``, ``problems``.

    ``pop3_version`` is that of the package courier-pop, None where it is not installed.
    ``protocols`` are those whose files are there (imap, pop3); ``settings`` has the TLS
    settings of each file.  Where the settings name another couriertls than the usual
    one, ``tls_library`` is that one's.

    Args:
        root: the configuration's folder.
    """
    protocols = [name for name, files in courier_config.FILES.items()
                 if all(os.path.isfile(os.path.join(root, leaf)) for leaf in files)]
    settings = {leaf: _values(os.path.join(root, leaf)) for name in protocols for leaf in courier_config.FILES[name]}
    found: list[courier_config.Listen] = []
    problems: list[str] = []
    for name in protocols:
        plain, tls = (settings[leaf] for leaf in courier_config.FILES[name])
        sockets, unread = courier_config.listens(name, plain, tls)
        found += sockets
        problems += unread
    description: dict[str, Any] = {
        "protocols": protocols,
        "pop3_version": host.installed_version(POP3_PACKAGE),
        "listens": [asdict(one) for one in found],
        "settings": {leaf: courier_config.shown(values) for leaf, values in settings.items()},
        "virtual_certificates": _virtual_certificates(settings),
        "cleartext_logins": _cleartext_logins(),
        "problems": problems,
    }
    program = settings.get("imapd-ssl", {}).get("COURIERTLS")
    if program and os.path.isfile(program):
        # Whoever may write imapd-ssl names it, and that need not be root.
        reason = distrust(program)
        library = None if reason else host.linked_library((program,))
        description["tls_library"] = asdict(library) if library else None
        if reason:
            problems.append(
                f"COURIERTLS in {os.path.join(root, 'imapd-ssl')} names {program}, which is not read as root: "
                f"{reason}.")
    return description


def _values(path: str) -> dict[str, Optional[str]]:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as stream:
        return assignments.read(stream.read())


def _virtual_certificates(settings: dict[str, dict[str, Optional[str]]]) -> list[str]:
    """Return certificates that Courier serves to who asks for another name, or on another address."""
    found = []
    for stem in {values.get("TLS_CERTFILE") for values in settings.values()} - {None, ""}:
        for path in glob.glob(glob.escape(str(stem)) + ".*"):
            suffix = path[len(str(stem)) + 1:]
            if courier_config.is_name_of_another_host(suffix) and not path.endswith(_LEFTOVERS):
                found.append(path)
    return sorted(found)


def _cleartext_logins() -> list[dict[str, str]]:
    """Return who logs in here by IMAP without TLS, with the file that says so."""
    found = []
    for path in sorted(glob.glob(SASLAUTHD)):
        if not path.endswith(_LEFTOVERS) and os.path.isfile(path):
            target = courier_config.rimap_to_here(_values(path), _own_names(), _own_addresses())
            if target is not None:
                found.append({"file": path, "target": target})
    return found


def _own_names() -> Sequence[str]:
    name = platform.node()
    return (name, name.partition(".")[0])


def _own_addresses() -> Sequence[str]:
    result = command.ask(["hostname", "-I"], timeout=10)
    return result.stdout.split() if result.ok else ()
