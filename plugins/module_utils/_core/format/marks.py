# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit a file with ``#`` comments so that every edit can be taken back byte for byte.

Three edits: words are added at a place, in a line of their own that ends in a mark; lines are turned into comments
behind a mark; a part of a line is replaced, which keeps the line as a comment.  ``remove_marks`` takes all of it away.
Places are those of the original text, so that a file that has the edits already is edited like one that has not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

ADDED = "# added by intransit.tls"
DISABLED = "# disabled by intransit.tls: "
_SPLIT = ", the line above goes on below"
_EDITS = re.compile(f"\n[^\n]*{ADDED}(?:{_SPLIT}\n|(?=\n|\\Z))|(?m:^{DISABLED})")

_PATH = re.compile(r"(_pass\s+\S+?://[^/?#\s;]*)[^\s;]+")


def remove_marks(text: str) -> str:
    """Return the text without our edits."""
    return _EDITS.sub("", text)


def find_marked(text: str) -> list[str]:
    """Return the lines that our edits made."""
    return [line for line in text.split("\n") if line.startswith(DISABLED) or ADDED in line]


def show_edits(text: str) -> list[str]:
    """Return the lines that our edits made, without the paths of addresses, which may hold a secret."""
    return [_PATH.sub(r"\1", line) for line in find_marked(text)]


def hash_original(text: str) -> str:
    """Return the checksum of the text without our edits."""
    return hashlib.sha256(remove_marks(text).encode("utf-8", "surrogateescape")).hexdigest()


def find_line(text: str, line: int) -> int:
    """Return the number that a line of the original has in the text with our edits."""
    for edit in _EDITS.finditer(text):
        if text.count("\n", 0, edit.start()) + 1 < line:
            line += edit.group().count("\n")
    return line


def add_marks(
        text: str, added: Sequence[tuple[int, int, str]], disabled: Sequence[int],
        replaced: Sequence[tuple[int, str, str]] = ()) -> str:
    """Return the text with exactly these edits: line, column, words; numbers of lines; line, part, what replaces it.

    Lines are counted from 1, columns from 0.  Words for the same place are lines of their own, in the given order.

    Raises:
        TransactionError: there is no such place or part, or words are not one line.
    """
    lines = remove_marks(text).split("\n")
    places: dict[tuple[int, int], list[str]] = {}
    for line, column, words in added:
        places.setdefault((line, column), []).append(words)
    for (line, column), rows in sorted(places.items(), reverse=True):
        there = 1 <= line <= len(lines) and 0 <= column <= len(lines[line - 1])
        before, behind = (lines[line - 1][:column], lines[line - 1][column:]) if there else ("", "")
        split = re.match(r"\s*[^\s#]", behind)
        if not there or (split and line in disabled) or any("\n" in words for words in rows):
            raise TransactionError(f"Nothing can be added at line {line}, column {column}, of {len(lines)} lines.")
        indent = before[:len(before) - len(before.lstrip())] + "    "
        own = "\n".join(f"{indent}{words} {ADDED}" for words in rows)
        lines[line - 1] = f"{before}\n{own}{_SPLIT}\n{behind}" if split else f"{before}{behind}\n{own}"
    for number in disabled:
        if not 1 <= number <= len(lines):
            raise TransactionError(f"Line {number} cannot be turned into a comment: the file has {len(lines)} lines.")
        lines[number - 1] = DISABLED + lines[number - 1]
    for number, part, instead in replaced:
        old = lines[number - 1] if 1 <= number <= len(lines) else ""
        if old.count(part) != 1 or "\n" in old + instead or old.startswith(DISABLED):
            raise TransactionError(f"Line {number} does not hold {part!r} once, so that it cannot be replaced.")
        lines[number - 1] = f"{DISABLED}{old}\n{old.replace(part, instead).rstrip()} {ADDED}"
    return "\n".join(lines)


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with exactly the edits in ``added``, ``disabled`` and ``replaced``; others of an earlier run go.

    Raises:
        TransactionError: the text is not the one with ``digest``, or see ``add_marks``.
    """
    if hash_original(text) != values.get("digest"):
        raise TransactionError("The file has changed since it was read. Check it, then run again.")
    added = [(int(line), int(column), str(words)) for line, column, words in values.get("added") or ()]
    replaced = [(int(line), str(part), str(instead)) for line, part, instead in values.get("replaced") or ()]
    return add_marks(text, added, [int(number) for number in values.get("disabled") or ()], replaced)
