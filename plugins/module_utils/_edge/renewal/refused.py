# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a directory last issued a certificate that is not fit for use, by the set that it was for."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded


class Refusals:
    """A file of the program's own, below ``root``."""

    def __init__(self, root: str) -> None:
        self._path = os.path.join(root, "refused.json")

    def read_last(self, path: str) -> Optional[datetime]:
        """Return when a certificate for the set ``path`` was refused last; None if the last one was not."""
        try:
            return datetime.fromisoformat(self._read()[path])
        except (KeyError, ValueError):
            return None

    def add(self, path: str, now: datetime) -> None:
        """Keep that one was refused."""
        self._write({**self._read(), path: now.isoformat()})

    def remove(self, path: str) -> None:
        """Forget it: another one was taken."""
        rows = self._read()
        if rows.pop(path, None) is not None:
            self._write(rows)

    def _read(self) -> dict[str, str]:
        try:
            rows = json.loads(guarded.read_file(self._path))
            return {str(key): str(value) for key, value in rows.items()}
        except (OSError, ValueError, AttributeError):
            # Without it something is ordered sooner, which the directory limits all the same.
            return {}

    def _write(self, rows: dict[str, str]) -> None:
        facts = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o600}
        files.write_state(self._path, State(facts, json.dumps(rows, indent=1, sort_keys=True).encode()))
