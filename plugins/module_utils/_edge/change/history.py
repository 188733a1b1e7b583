# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The last committed changes of a service, each with the state before it, so that it can be taken back later.

A change is a folder below ``kept`` in the folder of the journal, readable by root alone: ``change.json`` (the
journal's body, and how the change was validated and activated) and the old contents beside it.  It is complete
under another name before the journal goes; the next run that holds the lock gives it its name or removes it,
whichever a run that was cut off did not do any more.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.diff import summary_of
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import RestoreError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import read_state
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded

MOST = 5
"""Changes that are kept for each service."""
LAST = "last"
_PART = ".part"
_MODE = 0o700
_WHOLE = ("file", "apache_sites")


@dataclass(frozen=True)
class Kept:
    """One committed change."""

    name: str
    """When it was committed, in UTC, such as 20261130T050412Z; the name of its folder."""
    body: Mapping[str, Any]
    """``entries`` with ``before_state``, ``request`` (validation, units, verb, settle) and ``restores``."""

    def to_dict(self) -> dict[str, Any]:
        """Return ``name``, ``changes`` (labels) and ``restores`` (name of the change that it took back, or null)."""
        return {"name": self.name, "changes": [entry["label"] for entry in self.body["entries"]],
                "restores": self.body.get("restores")}


class History:
    """The kept changes of one service; used only by a run that holds the service's lock."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.join(folder, "kept")
        self._source = folder

    def stage(self, body: Mapping[str, Any], moment: str) -> str:
        """Put a change, whose old contents lie in the journal's folder, on the disk; it counts after ``settle``.

        Args:
            body: the journal's body, with ``request`` and ``restores``.
            moment: when it is committed, UTC, as in ``Kept.name``.

        Returns:
            The change's name.
        """
        guarded.make_folder(self.folder, _MODE)
        taken = set(os.listdir(self.folder))
        name = next(name for name in (moment, *(f"{moment}-{number}" for number in range(2, 100))) if name not in taken)
        part = os.path.join(self.folder, name + _PART)
        guarded.make_folder(part, _MODE)
        for entry in body["entries"]:
            if entry["backup"] is not None:
                os.link(os.path.join(self._source, entry["backup"]), os.path.join(part, entry["backup"]))
        _write(os.path.join(part, "change.json"), json.dumps(body, indent=1, sort_keys=True).encode("utf-8"))
        return name

    def settle(self, committed: bool) -> None:
        """Give a staged change its name if its transaction was committed, else remove it; keep the last ones only."""
        if not os.path.isdir(self.folder):
            return
        for name in sorted(os.listdir(self.folder)):
            path = os.path.join(self.folder, name)
            if name.endswith(_PART) and committed and os.path.exists(os.path.join(path, "change.json")):
                os.rename(path, path[: -len(_PART)])
            elif name.endswith(_PART):
                shutil.rmtree(path)
        for name in sorted(os.listdir(self.folder))[:-MOST]:
            shutil.rmtree(os.path.join(self.folder, name))
        files.sync_folder(self.folder)

    def changes(self) -> list[Kept]:
        """Return the kept changes, the oldest first.

        Raises:
            RestoreError: one of them cannot be read.
            TransactionError: another account could have written it.
        """
        if not os.path.isdir(self.folder):
            return []
        names = sorted(name for name in os.listdir(self.folder) if not name.endswith(_PART))
        return [self._read(name) for name in names]

    def _read(self, name: str) -> Kept:
        folder = os.path.join(self.folder, name)
        try:
            body = json.loads(guarded.read_file(os.path.join(folder, "change.json")).decode("utf-8"))
            for entry in body["entries"]:
                entry["before_state"] = read_state(folder, entry)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RestoreError(
                f"The kept change in {folder} cannot be used ({error}). Move that folder away, then run again.",
                {"path": folder},
            ) from error
        return Kept(name, body)


def plan_steps_back(service: str, kept: Sequence[Kept], name: str, overwrite: bool) -> tuple[str, tuple[Step, ...]]:
    """Return the name of the change to take back, and the steps that do it: later changes are taken back with it.

    Args:
        service: for the sentences.
        kept: all kept changes, the oldest first.
        name: of a change, or ``last``.
        overwrite: also replace what was edited since.

    Raises:
        TransactionError: there is no such change, or a file was edited since.
    """
    names = [change.name for change in kept]
    if not names:
        raise TransactionError(f"No change of {service} is kept on this host, so there is nothing to take back.")
    chosen = names[-1] if name == LAST else name
    if chosen not in names:
        raise TransactionError(
            f"No change of {service} has the name {name}. Kept on this host: {', '.join(names)}.", {"kept": names})
    oldest: dict[str, Mapping[str, Any]] = {}
    newest: dict[str, Mapping[str, Any]] = {}
    for change in kept[names.index(chosen):]:
        for entry in change.body["entries"]:
            key = _key(entry["identity"], entry["label"])
            oldest.setdefault(key, entry)
            newest[key] = entry
    steps = tuple(_step(entry) for entry in reversed(oldest.values()))
    edited = [
        step.label for key, step in zip(reversed(oldest.keys()), steps)
        if step.differs and step.before.fingerprint() != newest[key]["after"]
    ]
    if edited and not overwrite:
        raise TransactionError(
            f"{service}: nothing was changed. Since the change {chosen}, {', '.join(edited)} was edited by another "
            "program or person, and taking the change back would lose that edit. Save the edit elsewhere, then "
            "run again with tls_restore_overwrite=true.", {"edited": edited})
    return chosen, steps


def make_validation_back(how: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the old settings are validated: the daemon has to start with them, but keeps no policy and no files.

    Args:
        how: the ``validation`` of the change.
    """
    instance = how.get("instance")
    without: dict[str, Any] = {"requires": [], "authorities": []}
    if not instance:
        return {**how, **without}
    return {**how, **without, "instance": {**instance, "endpoints": [], "comparisons": []}}


def _key(identity: Mapping[str, Any], label: str) -> str:
    # A file is the same whichever kind of change wrote it; of an LDAP entry only the named attributes are meant.
    return json.dumps([label, identity.get("attributes")])


def _step(entry: Mapping[str, Any]) -> Step:
    kind = KINDS[str(entry["identity"]["kind"])]
    before = kind.read(entry["identity"])
    # In kept changes of earlier versions the name of the kind is that of the format.
    form = entry["identity"].get("format") or entry["identity"]["kind"]
    change = {"kind": kind.name, "format": form, "needs": entry.get("needs")}
    after: State = entry["before_state"]
    # A whole file may be another's, and hold passwords: its lines are not shown.
    shown = (summary_of(before), summary_of(after)) if kind.name in _WHOLE else kind.shown(change, before, after)
    return Step(change, entry["identity"], str(entry["label"]), before, after, shown, back=True)


def _write(path: str, content: bytes) -> None:
    files.write_state(path, State({"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o600}, content))
