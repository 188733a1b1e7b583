# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``disabled_lines``: lines of a file that is somebody else's, turned into comments.

Keys: ``path``; ``lines``, each with ``number`` (from 1) and ``text``.  A line that is
no longer what was seen stops the transaction: somebody is working on that file.  The
words stay in place behind a mark, so that a person finds them and nothing is lost.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, ownership

MARK = "# disabled by intransit.tls, it would defeat the policy: "


class DisabledLinesKind(FileKind):
    """Lines that would defeat the policy, kept as comments."""

    name = "disabled_lines"
    required = ("path", "lines")
    optional = ()

    def identity(self, change: Change) -> Dict[str, Any]:
        identity = super().identity(change)
        return dict(identity, path=os.path.realpath(identity["path"]))

    def plan(self, change: Change, before: State) -> State:
        if before.content is None:
            raise TransactionError("%s is gone; run again." % change["path"])
        text: List[str] = before.content.decode("utf-8", "surrogateescape").split("\n")
        for line in change["lines"]:
            first = int(line["number"]) - 1
            last = _end_of(text, first)
            if _joined(text[first : last + 1]) != str(line["text"]).strip():
                raise TransactionError(
                    "Line %s of %s is no longer %r: somebody edits the file; run again."
                    % (line["number"], change["path"], line["text"]),
                    {"path": change["path"], "line": line["number"]},
                )
            for index in range(first, last + 1):
                # Without the backslash, or the comment would swallow the line behind it.
                text[index] = MARK + text[index].strip().rstrip("\\").rstrip()
        content = "\n".join(text).encode("utf-8", "surrogateescape")
        return State(ownership(change, before), content)


def _end_of(text: List[str], first: int) -> int:
    """Return the last line of a directive that goes on over several by backslashes."""
    last = first
    while last + 1 < len(text) and text[last].endswith("\\"):
        last += 1
    return last


def _joined(lines: List[str]) -> str:
    return "".join(line[:-1] if line.endswith("\\") else line for line in lines).strip()
