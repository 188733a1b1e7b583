# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a file of nginx as nginx reads it.

(nginx: ngx_conf_file.c, ngx_conf_read_token; lua-nginx-module: blocks of Lua.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError

_TOKEN = re.compile(
    r"""(?s)(?P<space>[ \t\r\n]+|\#[^\n]*)|(?P<sign>[;{}])|"((?:\\.|[^"\\])*)"(?=[ \t\r\n;{)]|\Z)|"""
    r"""'((?:\\.|[^'\\])*)'(?=[ \t\r\n;{)]|\Z)|((?!["'])(?:\\.|\$\{|[^ \t\r\n;{\\])+)""")
_LUA = re.compile(r"(?s)--\[\[.*?\]\]|--[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{}]")
_ESCAPE = re.compile(r"\\([\"'\\trn])")
_ESCAPED = {"t": "\t", "r": "\r", "n": "\n"}


@dataclass(frozen=True)
class Directive:
    """A directive or a block; lines, from 1, and columns are those of the text that was read."""

    words: tuple[str, ...]
    file: str
    line: int
    last: int
    """Line of its ``;`` or ``}``."""
    shown: int
    """``line`` in the file as it is, for sentences."""
    alone: bool
    """Whether nothing but a comment behind it stands on its lines."""
    opened: Optional[tuple[int, int]] = None
    """Line and column behind the ``{`` of a block."""
    children: "tuple[Directive, ...]" = ()

    @property
    def name(self) -> str:
        """Its first word."""
        return self.words[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.shown}"


def parse(text: str, file: str, shown: Callable[[int], int] = int) -> tuple[Directive, ...]:
    """Return the directives of a file; ``shown`` makes the number of a line in the file from that in the text.

    Raises:
        DialectError: nginx would not take it; the sentence has file and line.
    """
    lines = text.split("\n")

    def place(at: int) -> tuple[int, int]:
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at) - 1

    def made(words: Sequence[str], first: int, end: int, **block: Any) -> Directive:
        (line, column), (last, behind) = place(first), place(end)
        alone = not lines[line - 1][:column].strip() and not re.match(r"\s*[^\s#]", lines[last - 1][behind:])
        return Directive(tuple(words), file, line, last, shown(line), alone, **block)

    at, first, wrong = 0, 0, ""
    words: list[str] = []
    found: list[Directive] = []
    outer: list[Any] = []
    while at < len(text) and not wrong:
        match = _TOKEN.match(text, at)
        start, at = at, match.end() if match else at
        if match is None:
            wrong = "a quote that does not end, or words right behind it"
        elif match["sign"] is None and match["space"] is None:
            first = first if words else start
            words.append(_ESCAPE.sub(lambda sign: _ESCAPED.get(sign[1], sign[1]), match[match.lastindex or 0]))
        elif match["sign"] == "}" and not words and outer:
            opening, first, behind, before = outer.pop()
            before.append(made(opening, first, at, opened=place(behind), children=tuple(found)))
            found = before
        elif match["sign"] and (match["sign"] == "}" or not words):
            wrong = f"a `{match['sign']}` that nothing begins or ends"
        elif match["sign"] == "{":
            outer.append((words, first, at, found))
            at = _end_of_lua(text, at) if words[0].endswith("_by_lua_block") else at
            words, found = [], []
        elif match["sign"]:
            found.append(made(words, first, at))
            words = []
    if wrong or words or outer:
        why = wrong or "an end in the middle of a directive"
        raise DialectError(f"{file}:{shown(place(at)[0])} has {why}. Repair that first.")
    return tuple(found)


def _end_of_lua(text: str, at: int) -> int:
    depth = 1
    for brace in _LUA.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.start()
    return len(text)
