# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a replica of slapd keeps up with a provider: contextCSN of both, and the connection that brings changes.

Nothing may have been written since a replica stopped, so that equal values alone prove nothing: one that waits for
changes (refreshAndPersist) also holds a connection.  The password of the replica stays on the host.
(slapd-config(5), olcSyncrepl; RFC 4533; "contextCSN" in the OpenLDAP Administrator's Guide, section 18.)
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Optional
from urllib.parse import urlsplit

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.lookups import Lookup
from ansible_collections.intransit.tls.plugins.module_utils._core.format import syncrepl
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap import host
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import lookup
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command, listeners
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.resolver import addresses_of

BEFORE = 10.0
"""Seconds to wait for a replica before a change; one that does not keep up then is not compared."""
_AFTER = 15.0
"""The same after it, besides the time until the replica tries again."""
_LONGEST = 60.0
"""Seconds between two attempts of a replica that are waited for."""
_PAUSE = 0.5
_CSN = re.compile(r"(?m)^contextCSN: (\S+#\S+#(\S+)#\S+)$")
Words = Mapping[str, str]


def ask(argv: Sequence[str], patience: Optional[float] = None) -> CommandResult:
    """Carry out ``ldap-replica DN FOLDER PROVIDER``; ``stderr`` says why the replica does not keep up.

    A replica that cannot be judged (no right to read contextCSN, or it asks seldom) is none that does not keep up.

    Raises:
        TransactionError: slapd's configuration cannot be read.
    """
    _name, dn, folder, provider = argv
    begun = time.monotonic()
    owner = account.owner_of(folder)
    entries = drive(host.read_entries(folder, dn))
    values = [words for entry in entries for words in map(syncrepl.read, entry.get("olcSyncrepl"))
              if words.get("provider") == provider]
    reasons = [reason for words in values for reason in [_find_stop(words, owner, patience)] if reason]
    said = "".join(f"The replica {dn} of {provider} {reason}\n" for reason in reasons)
    return CommandResult(tuple(argv), 1 if said else 0, "", said, time.monotonic() - begun)


def make_lookup(words: Words, starttls: bool) -> Lookup:
    """Return what a value of olcSyncrepl asks of its provider."""
    login = words.get("binddn", "") if words.get("bindmethod", "").lower() == "simple" else ""
    return Lookup(words["provider"], starttls, words.get("searchbase", ""), words.get("tls_cacert", ""), login,
                  words.get("credentials", ""))


def find_missing(provider: str, replica: str) -> str:
    """Return the first change of a provider's answer that a replica's answer lacks; empty if it has all."""
    known = {sid: csn for csn, sid in _CSN.findall(replica)}
    return next((csn for csn, sid in _CSN.findall(provider) if known.get(sid, "") < csn), "")


def _find_stop(words: Words, owner: account.Account, patience: Optional[float]) -> str:
    pause = float((re.match(r"\d+", words.get("retry", "")) or ["3600"])[0])
    if words.get("type", "").lower() != "refreshandpersist" or pause > _LONGEST:
        return ""
    end = time.monotonic() + (pause + _AFTER if patience is None else patience)
    asked = make_lookup(words, words.get("starttls", "").lower() in ("yes", "critical"))
    provider = lookup.ask_directory(asked, "contextCSN", owner)
    while not provider.ok and time.monotonic() < end:
        time.sleep(_PAUSE)
        provider = lookup.ask_directory(asked, "contextCSN", owner)
    if not provider.ok:
        said = " ".join(line.strip() for line in provider.stderr.strip().splitlines()[:2])
        return f"gets no answer from it with its own settings: {said[:300] or 'no answer in time'}."
    connected = looks = 0
    while True:
        looks += 1
        own = _ask_own(words.get("searchbase", ""))
        missing = find_missing(provider.stdout, own) if _CSN.search(own) else ""
        # One that is refused again and again has a connection for a moment.
        connected = connected + 1 if _is_connected(words["provider"]) else 0
        if not missing and connected > 1:
            return ""
        if time.monotonic() >= end and looks > 2:
            break
        time.sleep(_PAUSE)
    if missing:
        return f"does not follow it: the provider's contextCSN is {missing}, and the replica's an older one."
    return "holds no connection to it, so that later changes do not arrive."


def _ask_own(base: str) -> str:
    return command.run(
        ["ldapsearch", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-LLL", "-o", "ldif-wrap=no", "-s", "base",
         "-b", base, "contextCSN"], timeout=lookup.TIME, extra_environment=host.QUIET).stdout


def _is_connected(provider: str) -> bool:
    parts = urlsplit(provider)
    port = parts.port or (636 if parts.scheme == "ldaps" else 389)
    found = addresses_of([parts.hostname or ""], lookup.TIME).get(parts.hostname or "") or ()
    return any(row.process == "slapd" for row in listeners.list_outgoing({(str(address), port) for address in found}))
