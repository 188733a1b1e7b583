# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a file of HAProxy as HAProxy reads it: sections of lines, each of words, with no line that goes on below.

(HAProxy 2.6 and 3.0: configuration manual, 2.2 "Quoting and escaping", 2.4 "Conditional blocks"; tools.c, parse_line.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError

SECTIONS = (
    "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "mailers", "cache",
    "program", "ring", "log-forward", "http-errors", "fcgi-app", "crt-store", "traces")
_WORD = re.compile(r"""(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s#'"\\])+""")
_PIECE = re.compile(r"""\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"|([^'"\\]+)""")
_ESCAPED = re.compile(r"\\([\\\"'$ ])")
_VARIABLE = re.compile(r"""(?:[^'"\\]|\\.|'[^']*')*"(?:\\.|[^"\\$])*\$""")


@dataclass(frozen=True)
class Line:
    """A line with words on it."""

    raw: tuple[str, ...]
    """Its words as they are written."""
    file: str
    line: int
    """From 1, in the text that was read."""
    shown: int
    """``line`` in the file as it is, for sentences."""
    length: int
    """Characters of the whole line."""

    @property
    def words(self) -> tuple[str, ...]:
        """Its words, without quotes and backslashes."""
        return tuple(map(unquote, self.raw))

    def place(self) -> dict[str, Any]:
        """Return where it stands: for sentences (``shown``), and for edits."""
        return {"file": self.file, "shown": self.shown, "lines": [self.line], "alone": True,
                "end": [self.line, self.length]}

    def __str__(self) -> str:
        return f"{self.file}:{self.shown}"


@dataclass
class Section:
    """A section and the lines in it."""

    header: Line
    lines: list[Line] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Its first word, such as ``frontend``."""
        return self.header.words[0]

    @property
    def name(self) -> str:
        """Its name; empty if it has none."""
        return self.header.words[1] if len(self.header.raw) > 1 else ""

    @property
    def last(self) -> Line:
        """Its last line."""
        return self.lines[-1] if self.lines else self.header

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


def unquote(raw: str) -> str:
    """Return a word as HAProxy takes it; variables stay as they are written."""
    return "".join(
        match[1] or match[2] or _ESCAPED.sub(r"\1", match[3] or "") or match[4] or "" for match in _PIECE.finditer(raw))


def has_variable(raw: str) -> bool:
    """Tell whether HAProxy replaces a part of a word by a variable of the environment."""
    return _VARIABLE.match(raw) is not None


def split_lines(text: str, file: str, shown: Callable[[int], int] = int) -> list[Line]:
    """Return the lines that have words; ``shown`` makes the number of a line in the file from that in the text.

    Raises:
        DialectError: a quote has no end; the sentence has file and line.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        words, at = [], 0
        while (match := re.compile(r"\s*").match(line, at)) and match.end() < len(line) and line[match.end()] != "#":
            word = _WORD.match(line, match.end())
            if word is None:
                place = f"{file}:{shown(number)}"
                raise DialectError(f"{place} has a quote or backslash that does not end. Repair that first.")
            words.append(word.group())
            at = word.end()
        if words:
            found.append(Line(tuple(words), file, number, shown(number), len(line)))
    return found


def parse(text: str, file: str, shown: Callable[[int], int] = int) -> list[Section]:
    """Return the sections of a file.  Of conditional blocks (``.if``), the lines of all branches are in them.

    Raises:
        DialectError: HAProxy would not take it; the sentence has file and line.
    """
    found: list[Section] = []
    for line in split_lines(text, file, shown):
        if line.words[0] in SECTIONS:
            found.append(Section(line))
        elif found:
            found[-1].lines.append(line)
        elif not line.words[0].startswith("."):
            raise DialectError(f"{line} is in no section. Repair that first.")
    return found
