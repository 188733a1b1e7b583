# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``marked_lines``: words added to a file that is not ours, and lines of it turned into comments, behind marks.

Keys: ``path``; ``values``: ``digest`` of the file as it was read, without such edits; ``added``, each
``[line, column, words]``; ``disabled``, numbers of lines.  Edits of an earlier run that are not named again go.
"""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.disabled_lines import DisabledLinesKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import ownership


class MarkedLinesKind(DisabledLinesKind):
    """Lines that are added, and lines that are kept as comments."""

    name = "marked_lines"
    required = ("path", "values")

    def plan(self, change: Change, before: State) -> State:
        text = (before.content or b"").decode("utf-8", "surrogateescape")
        values = change["values"]
        if marks.digest(text) != values.get("digest"):
            raise TransactionError(f"{change['path']} was edited during this run. Run again.")
        added = [(int(line), int(column), str(words)) for line, column, words in values.get("added") or ()]
        edited = marks.edited(text, added, [int(number) for number in values.get("disabled") or ()])
        return State(ownership(change, before), edited.encode("utf-8", "surrogateescape"))

    def shown(self, change: Change, before: State, after: State) -> tuple[Sequence[str], Sequence[str]]:
        """Only what is added and what becomes a comment; a line that is split may hold a password."""
        old, new = (marks.marked((state.content or b"").decode("utf-8", "replace")) for state in (before, after))
        return old, new
