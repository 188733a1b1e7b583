# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``ldap``: attributes of one entry of slapd's own configuration, all in one modify.

Keys: ``dn``; ``attributes`` (name to value or list of values; a null takes an attribute
away); ``path`` of the configuration folder where it is not Debian's; ``unit`` where it
is not slapd.service.

The present state is read from the disk with ``slapcat``: that works whether slapd runs,
is down, or shuts us out.  It loads the modules that the configuration names, so it runs as
the account that owns the folder, and so is whatever is read or written there.  A change
is told to the running slapd over ldapi as root (SASL EXTERNAL, no password).  What it
will not take while it runs (it has locked ldapi, has no ldapi, or lost its TLS by an
earlier refused modify, Debian 12) is written while it is stopped, which takes a tenth
of a second: the one file of the entry is edited and swapped, because slapmodify gives
the entry a new entryUUID.

Undoing is always done while it is stopped.  A running slapd refuses to let its
certificate go (53), keeps a deleted olcSecurity in force while a deleted olcLocalSSF is
gone at once, which shuts ldapi out, goes on asking of each database what olcSecurity
said at the start, and has carried out one half of a modify that it refused; only what
is read at a start is sure.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import Account, Program
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import ldif
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap import host
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command, files, unit
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive

FOLDER = host.FOLDER
UNIT = "slapd.service"
WORD_SETS = frozenset({"olcsecurity", "olcsaslsecprops", "olcallows", "olcdisallows", "olcrequires"})
"""Attributes whose values are sets of words; slapd keeps them as they were written."""

_PUBLIC = re.compile(
    r"(?i)(olctls(?!certificatekey(;|\Z))|olcsecurity|olclocalssf|olcsaslsecprops|olc(dis)?allows|olcrequires)"
)
"""Attributes whose values a diff may show."""
_PART = re.compile(r"[A-Za-z]+=[A-Za-z0-9{}_.-]+\Z")


class LdapKind(Kind):
    """Attributes of one entry below cn=config."""

    name = "ldap"
    required: tuple[str, ...] = ("dn", "attributes")
    optional = ("path", "unit")

    def identity(self, change: Change) -> dict[str, Any]:
        return {
            "kind": self.name,
            "dn": str(change["dn"]),
            "attributes": sorted(str(name) for name in change["attributes"]),
            "path": str(change.get("path") or FOLDER),
            "unit": str(change.get("unit") or UNIT),
        }

    def label(self, identity: Mapping[str, Any]) -> str:
        return str(identity["dn"])

    def read(self, identity: Mapping[str, Any]) -> State:
        found = read_entries(str(identity["path"]), str(identity["dn"]))
        if len(found) != 1:
            raise TransactionError(f"slapd's configuration in {identity['path']} has no entry {identity['dn']}.")
        return make_state(identity, {name: found[0].get(name) for name in identity["attributes"]})

    def plan(self, change: Change, before: State) -> State:
        present: Mapping[str, list[str]] = before.facts["attributes"]
        wanted = {str(name): _values(value) for name, value in change["attributes"].items()}
        same = [name for name, values in wanted.items() if _meaning(name, values) == _meaning(name, present[name])]
        return make_state(self.identity(change), {**wanted, **{name: present[name] for name in same}})

    def shown(self, change: Change, before: State, after: State) -> tuple[Sequence[str], Sequence[str]]:
        del change
        old, new = before.facts["attributes"], after.facts["attributes"]
        return _visible(old, new, "old"), _visible(new, old, "new")

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        if not _tell(after):
            _write_stopped(identity, after)

    def restore(self, identity: Mapping[str, Any], before: State) -> None:
        _write_stopped(identity, before)

    def refresh(self, identity: Mapping[str, Any], state: State) -> bool:
        if not unit.read_state(str(identity["unit"])).up:
            return False
        if not _tell(state):
            _write_stopped(identity, state)
        return True

    def programs(self, identity: Mapping[str, Any], after: State) -> Sequence[Program]:
        folder = str(identity["path"])
        owner = os.stat(folder)
        # Never as root: slapmodify loads the modules that this folder names, and slapd's account can write there.
        return [Program(("slapmodify", "-n", "0", "-F", folder),
                        Account(owner.st_uid, owner.st_gid, ()), after.content or b"")]


def _visible(attributes: Mapping[str, list[str]], others: Mapping[str, list[str]], which: str) -> list[str]:
    """Return attributes in lines; of what may be a secret (a key, a password) only the number of values."""
    lines: list[str] = []
    for name, values in attributes.items():
        if _PUBLIC.match(name):
            lines += [f"{name}: {value}" for value in values]
        elif values:
            changed = "" if values == others.get(name) else f" (the {which} ones)"
            lines.append(f"{name}: {len(values)} value(s), not shown{changed}")
    return lines


def read_entries(folder: str, dn: str) -> tuple[ldif.Entry, ...]:
    """Return the entry ``dn`` of the configuration in ``folder``, as it is on the disk; none if it does not exist.

    Raises:
        TransactionError: slapcat cannot read it.
    """
    return drive(host.read_entries(folder, dn))


def _values(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def _meaning(name: str, values: Any) -> "frozenset[str]":
    """Values are a set, and so are the words of some."""
    if name.lower() in WORD_SETS:
        return frozenset(word.lower() for value in values for word in value.replace(",", " ").split())
    return frozenset(values)


def make_state(identity: Mapping[str, Any], attributes: Mapping[str, Any]) -> State:
    """Return the state in one form, whatever order it was found in; the content is what brings it back by hand.

    The order of the alphabet is one in which slapd takes TLS settings: authorities,
    certificate, key, suites, groups, protocol (which it refuses before a certificate).
    """
    ordered = {name: sorted(attributes[name]) for name in sorted(attributes)}
    content = ldif.write_modification(str(identity["dn"]), ordered).encode("utf-8", "surrogateescape")
    return State({"form": "entry", "attributes": ordered}, content)


def _tell(state: State) -> bool:
    """Tell the running slapd; False where it does not take it."""
    with _file(state) as path:
        words = ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-f", path]
        return command.run(words, timeout=30, extra_environment=host.QUIET).ok


def _write_stopped(identity: Mapping[str, Any], state: State) -> None:
    """Write the state while slapd is stopped; start it again where it was up, whatever came of it.

    Raises:
        TransactionError: it could not be stopped, written or started.
    """
    name, folder = str(identity["unit"]), str(identity["path"])
    was_up = unit.read_state(name).up
    if was_up:
        _stop(name, folder)
    try:
        owner = account.owner_of(folder)
        with account.act_as(owner):
            _edit(file_of(folder, str(identity["dn"])), owner, state)
    finally:
        if was_up:
            unit.start(name)


def _edit(path: str, owner: account.Account, state: State) -> None:
    found = files.read_state(path)
    if found.content is None:
        raise TransactionError(f"slapd's configuration has no file {path}.")
    text = found.content.decode("utf-8", "surrogateescape")
    content = ldif.edit(text, state.facts["attributes"]).encode("utf-8", "surrogateescape")
    # What root wrote there with slapd's tools is root's, and slapd does not start with it.
    files.write_state(path, State({**found.facts, "uid": owner.uid, "gid": owner.gid}, content))


def file_of(folder: str, dn: str) -> str:
    """Return where slapd keeps an entry of its configuration: a folder for each entry above it.

    Raises:
        TransactionError: the DN has characters that slapd writes in a way of its own.
    """
    parts = dn.split(",")
    if not all(_PART.match(part) for part in parts):
        raise TransactionError(f"It is not known where slapd keeps {dn}.")
    return os.path.join(folder, *reversed(parts)) + ".ldif"


def _stop(name: str, folder: str) -> None:
    places = [value for entry in read_entries(folder, "cn=config") for value in entry.get("olcPidFile")]
    unit.stop(name)
    # Debian 12's script cannot stop it where root may not look into processes, and says it did.
    with account.act_as(account.owner_of(folder)):
        pids = [_pid(path) for path in places]
    alive = [pid for pid in pids if pid and os.path.exists(f"/proc/{pid}")]
    if alive:
        raise TransactionError(
            f"slapd (process {alive[0]}) still runs after `systemctl stop {name}`; nothing was written."
        )


def _pid(path: str) -> int:
    """Return the number in a file of slapd's account; 0 if it is no plain file with a number, or not there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            return int(stream.read(32).strip() or 0) if stat.S_ISREG(os.fstat(descriptor).st_mode) else 0
    except (OSError, ValueError):
        return 0


@contextmanager
def _file(state: State) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(prefix="intransit-", suffix=".ldif") as stream:
        stream.write(state.content or b"")
        stream.flush()
        yield stream.name
