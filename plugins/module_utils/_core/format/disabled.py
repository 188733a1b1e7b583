# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn lines that would defeat the policy into comments, or replace a part of a line.

Each line keeps its words, behind a mark.  If a line has changed since it was read, the transaction stops: someone is
editing the file.  A line whose part was replaced stands below the comment with the old one, and comes back if the new
part is the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

MARK = "# disabled by intransit.tls, it would defeat the policy: "
_ADDRESS = re.compile(r"\A\s*(\S+).*?(\w+://[^/?#\s\"]*).*", re.DOTALL)
REPLACED = "# replaced by intransit.tls with the line below: "


def disable_lines(text: str, lines: Iterable[Mapping[str, Any]]) -> str:
    """Return the text with these lines as comments.

    Each has ``number`` (from 1; of the last line, if it goes on over several by backslashes) and ``text``, as read.
    With ``instead``, ``text`` is only a part of the line, and is replaced.

    Raises:
        TransactionError: a line has changed since it was read.
    """
    found = text.split("\n")
    for line in sorted(lines, key=lambda line: -int(line["number"])):
        last = int(line["number"]) - 1
        first = _start_of(found, last)
        if line.get("instead") is not None:
            _replace(found, first, last, line)
            continue
        if not _is(_joined(found[first : last + 1]), str(line["text"])):
            raise _changed(line)
        for index in range(first, last + 1):
            # Without the backslash, or the comment would swallow the line behind it.
            found[index] = MARK + found[index].strip().rstrip("\\").rstrip()
    return "\n".join(found)


def show_edits(text: str) -> list[str]:
    """Return the lines made here; of replaced ones directive and server alone, since the rest may hold a secret."""
    lines, found = text.split("\n"), []
    for line, below in zip(lines, [*lines[1:], ""]):
        if line.startswith(REPLACED):
            found += [REPLACED + _ADDRESS.sub(r"\1 \2", line[len(REPLACED):]), _ADDRESS.sub(r"\1 \2", below)]
        elif line.startswith(MARK):
            found.append(line)
    return found


def _replace(found: list[str], first: int, last: int, line: Mapping[str, Any]) -> None:
    whole = _joined(found[first : last + 1]) if 0 <= first <= last < len(found) else ""
    if whole.count(str(line["text"])) != 1:
        raise _changed(line)
    new = whole.replace(str(line["text"]), str(line["instead"]))
    if first and found[first - 1].startswith(REPLACED):
        first, whole = first - 1, found[first - 1][len(REPLACED):]
    found[first : last + 1] = [whole] if " ".join(whole.split()) == " ".join(new.split()) else [REPLACED + whole, new]


def _changed(line: Mapping[str, Any]) -> TransactionError:
    return TransactionError(
        f"Line {line['number']} has changed since it was read ({line['text']!r}). Check the file, then run again.",
        {"line": line["number"]})


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
