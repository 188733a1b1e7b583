# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``assignments``: KEY=value lines of a file that a shell sources, all else kept.

Keys: ``path``; ``values`` (a mapping; a null takes the key out); ``create`` where the
file may be missing; ``owner``, ``group``, ``mode`` as for files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, ownership


class AssignmentsKind(FileKind):
    """Some lines of a file that is somebody else's."""

    name = "assignments"
    required = ("path", "values")
    optional = ("create", "owner", "group", "mode")

    shown = Kind.shown
    """Only lines about what was asked for change, and only these are shown."""

    def identity(self, change: Change) -> dict[str, Any]:
        identity = super().identity(change)
        # Through links: replacing a link by a file would cut it off from its source.
        return dict(identity, path=os.path.realpath(identity["path"]))

    def plan(self, change: Change, before: State) -> State:
        if not before.exists and not change.get("create"):
            raise TransactionError(
                f"{change['path']} does not exist, so its settings cannot be changed; is the package installed?")
        values = {str(key): None if value is None else str(value) for key, value in change["values"].items()}
        text = (before.content or b"").decode("utf-8", "surrogateescape")
        edited = self.edited(text, values)
        content = before.content if edited == text else edited.encode("utf-8", "surrogateescape")
        return State(ownership(change, before), content)

    def edited(self, text: str, values: Mapping[str, Optional[str]]) -> str:
        """Return the file's text with these values in it."""
        return assignments.edit(text, values)
