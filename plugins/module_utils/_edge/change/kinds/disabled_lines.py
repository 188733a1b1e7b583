# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ``disabled_lines``: lines of a file that is somebody else's, turned into comments.

Keys: ``path``; ``lines``, each with ``number`` (from 1; of the last line, if it goes on over
several) and ``text``.  A line that is no longer what was seen stops the transaction: the file
is being edited.  The words stay in place behind a mark, so that nothing is lost.
"""

from __future__ import annotations

import os
import re
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Change, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, ownership

MARK = "# disabled by intransit.tls, it would defeat the policy: "


class DisabledLinesKind(FileKind):
    """Lines that would defeat the policy, kept as comments."""

    name = "disabled_lines"
    required = ("path", "lines")
    optional = ()

    shown = Kind.shown
    """Only lines about what was asked for change, and only these are shown."""

    def identity(self, change: Change) -> dict[str, Any]:
        identity = super().identity(change)
        return dict(identity, path=os.path.realpath(identity["path"]))

    def plan(self, change: Change, before: State) -> State:
        if before.content is None:
            raise TransactionError(f"{change['path']} is gone; run again.")
        text: list[str] = before.content.decode("utf-8", "surrogateescape").split("\n")
        for line in change["lines"]:
            last = int(line["number"]) - 1
            first = _start_of(text, last)
            if not _is(_joined(text[first : last + 1]), str(line["text"])):
                raise TransactionError(
                    f"Line {line['number']} of {change['path']} is no longer {line['text']!r}: the file was edited "
                    "during this run; run again.",
                    {"path": change["path"], "line": line["number"]},
                )
            for index in range(first, last + 1):
                # Without the backslash, or the comment would swallow the line behind it.
                text[index] = MARK + text[index].strip().rstrip("\\").rstrip()
        content = "\n".join(text).encode("utf-8", "surrogateescape")
        return State(ownership(change, before), content)


def _start_of(text: list[str], last: int) -> int:
    """Return the first line of a directive that goes on over several by backslashes."""
    first = last
    while 0 < first <= len(text) and text[first - 1].rstrip("\r").endswith("\\"):
        first -= 1
    return first


def _joined(lines: list[str]) -> str:
    return "".join(line[:-1] if line.endswith("\\") else line for line in lines)


def _is(written: str, read: str) -> bool:
    """Return whether a daemon reads a line as written so: spaces count once, a ``${variable}`` may be anything."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", " ".join(written.split())))
    return re.fullmatch(pattern, " ".join(read.split())) is not None
