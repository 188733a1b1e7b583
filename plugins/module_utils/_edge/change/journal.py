# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The memory of a transaction: the state before it, on the disk before anything is touched.

One folder per service below ``ROOT``, readable by root alone.  ``journal.json`` appears
in one rename when everything in it is safe on the disk, and disappears at the commit;
so while it exists the host may be half changed, and the next run puts it back first.
Old contents lie beside it as plain files, for a person who has to do it by hand.

A journal decides which files root writes next.  So nothing of it is believed if another
account could have written it (``guarded.py``).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import RestoreError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded, lock

ROOT = "/var/lib/intransit.tls"
_VERSION = 2
_FOLDER_MODE = 0o700


class Journal:
    """The journal of one service's transactions."""

    def __init__(self, service: str, root: str = ROOT) -> None:
        self.folder = os.path.join(root, service)
        self.path = os.path.join(self.folder, "journal.json")

    @contextmanager
    def locked(self, timeout: float) -> Iterator[None]:
        """Hold the service's lock; the kernel drops it when the process dies, however it dies.

        Raises:
            TransactionError: another run holds it for longer than ``timeout`` seconds, or another account
                could have changed what root reads here.
        """
        for folder in (os.path.dirname(self.folder), self.folder):
            guarded.make_folder(folder, _FOLDER_MODE)
        with lock.hold_lock(os.path.join(self.folder, "lock"), timeout):
            yield

    @property
    def open(self) -> bool:
        """True if a transaction was begun and neither committed nor undone."""
        return os.path.lexists(self.path)

    def begin(self, steps: Sequence[Step], extra: Mapping[str, Any]) -> dict[str, Any]:
        """Put everything on the disk that undoing needs, then declare the transaction begun; returns what it wrote."""
        entries: list[dict[str, Any]] = []
        self._clean()
        for number, step in enumerate(steps):
            entry: dict[str, Any] = {
                "identity": dict(step.identity),
                "label": step.label,
                "before": step.before.fingerprint(),
                "labels": dict(step.before.labels),
                "after": step.after.fingerprint(),
                "needs": step.change.get("needs"),
                "backup": None,
            }
            if step.before.content is not None:
                entry["backup"] = f"before-{number:02d}-{os.path.basename(step.label) or 'content'}"
                self._write(os.path.join(self.folder, entry["backup"]), step.before.content)
            entries.append(entry)
        body = {"version": _VERSION, "begun": _now(), "entries": entries, "extra": dict(extra)}
        self._write(self.path, json.dumps(body, indent=1, sort_keys=True).encode("utf-8"))
        return body

    def load(self) -> dict[str, Any]:
        """Return the open journal: ``entries`` (as written by begin, ``before_state`` added) and ``extra``.

        Raises:
            RestoreError: it cannot be read, so a person has to decide.
            TransactionError: another account could have written it.
        """
        try:
            body = json.loads(guarded.read_file(self.path).decode("utf-8"))
            if body["version"] != _VERSION:
                raise ValueError(f"it has the version {body['version']!r}, this collection writes {_VERSION!r}")
            for entry in body["entries"]:
                entry["before_state"] = read_state(self.folder, entry)
            return dict(body)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RestoreError(
                f"An earlier run was cut off and its journal {self.path} cannot be used ({error}). Compare the files "
                "before-* in that folder with what is on the host, put back what is missing, and remove the folder."
            ) from error

    def close(self) -> None:
        """Commit, or note that all was undone: from here on nothing will be restored."""
        files.write_state(self.path, State({"form": "absent"}))
        self._clean()

    def keep(self, label: str, content: bytes) -> str:
        """Keep an edit made meanwhile that a restore is about to replace; returns the path."""
        name = os.path.join(self.folder, f"kept-{_now().replace(':', '')}-{os.path.basename(label)}")
        self._write(name, content)
        return name

    def _write(self, path: str, content: bytes) -> None:
        private = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o600}
        files.write_state(path, State(private, content))

    def _clean(self) -> None:
        for name in os.listdir(self.folder):
            if name.startswith("before-"):
                os.unlink(os.path.join(self.folder, name))


def read_state(folder: str, entry: Mapping[str, Any]) -> State:
    """Return the state before a change from an entry of its journal, whose old content lies in ``folder``.

    Raises:
        ValueError: the content is not the one that was written down.
        TransactionError: another account could have written it.
    """
    content: Optional[bytes] = None
    if entry["backup"] is not None:
        content = guarded.read_file(os.path.join(folder, entry["backup"]))
        if State(content=content).digest() != entry["before"]["sha256"]:
            raise ValueError(f"the backup file {entry['backup']} is corrupt (its checksum does not match)")
    return State(entry["before"]["facts"], content, entry["labels"])


def name_moment() -> str:
    """Return the time in UTC as part of a name: 20261130T050412Z."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
