# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``edited_file``: some lines of a file that is another's, the rest of it kept.

Keys: ``path``; ``format``, with what it takes (``_core/format/formats.py``); ``create`` if the file may be missing;
``owner``, ``group``, ``mode`` as for files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.formats import FORMATS, Format
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, find_ownership


class EditedFileKind(FileKind):
    """Some lines of a file, as its format edits them."""

    name = "edited_file"
    required = ("path", "format")
    optional = ("values", "services", "lines", "create", "owner", "group", "mode")

    def identity(self, change: Change) -> dict[str, Any]:
        identity = super().identity(change)
        # Through links: replacing a link by a file would cut it off from its source.
        return dict(identity, path=os.path.realpath(identity["path"]), format=str(change["format"]))

    def plan(self, change: Change, before: State) -> State:
        form, path = _format(change), change["path"]
        if not before.exists and not change.get("create"):
            raise TransactionError(f"{path} does not exist, so it cannot be edited. Is the package installed?")
        text = (before.content or b"").decode("utf-8", "surrogateescape")
        try:
            edited = form.edit(text, change[form.takes])
        except TransactionError as error:
            raise TransactionError(f"{path}: {error.message}", {**error.details, "path": path}) from error
        # The old bytes if nothing was edited, down to a missing line end.
        content = before.content if edited in (text, text + "\n") else edited.encode("utf-8", "surrogateescape")
        return State(find_ownership(change, before), content)

    def shown(self, change: Change, before: State, after: State) -> Optional[tuple[Sequence[str], Sequence[str]]]:
        """Only lines about what was asked for change, and only these are shown."""
        # The way back knows the format only; one of an earlier version not even that.
        form = FORMATS.get(str(change.get("format")))
        show = form.shown if form else None
        if show is None:
            return None
        old, new = (show((state.content or b"").decode("utf-8", "replace")) for state in (before, after))
        return old, new


def _format(change: Change) -> Format:
    name = str(change["format"])
    if name not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        raise TransactionError(f"The format of {change['path']} is {name!r}; the formats are {known}.")
    takes = FORMATS[name].takes
    if change.get(takes) is None:
        raise TransactionError(f"The change of {change['path']} lacks {takes}, which the format {name} takes.")
    return FORMATS[name]
