# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cut a shell script into the pieces that a shell reads as lines (POSIX.1-2017 XCU 2.2, 2.3, 2.7.4).

Not a parser: enough to tell an assignment at the top of a file from one within quotes, a
here-document, or a condition, function or loop, whose effect only a run could tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^ \t;&|()<>]+")
_HEREDOC = re.compile(r"""<<(-?)[ \t]*(?:'([^']*)'|"([^"]*)"|\\?([^ \t\n;&|()<>"'\\]+))""")
_OPENING = frozenset({"if", "case", "for", "while", "until", "{"})
_CLOSING = frozenset({"fi", "esac", "done", "}"})
_AHEAD = frozenset({"then", "else", "elif", "do", "!", "time"})
"""Words behind which a command begins."""


@dataclass(frozen=True)
class Piece:
    """One or more lines that a shell reads as one."""

    text: str
    """Without the line feed at its end."""
    line: int
    """Number of its first line, from 1."""
    certain: bool
    """False within a condition, function, loop or here-document."""
    bare: str
    """The text without comments, and with ``_`` for what is quoted."""


def split_pieces(text: str) -> list[Piece]:
    """Cut ``text``; the pieces, joined by line feeds, are the text (without its last line feed)."""
    found: list[Piece] = []
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    at, depth = 0, 0
    while at < len(lines):
        end, bare = _whole(lines, at)
        commands = _commands(bare)
        closing = sum(word in _CLOSING for word in commands)
        certain = depth == 0 and not any(word in _OPENING for word in commands)
        found.append(Piece("\n".join(lines[at:end]), at + 1, certain, bare))
        depth = max(0, depth + sum(word in _OPENING for word in commands) + _parentheses(bare) - closing)
        stop = _behind_heredocs(lines, end, found[-1])
        found += [Piece(lines[number], number + 1, False, "") for number in range(end, stop)]
        at = stop
    return found


def _whole(lines: list[str], at: int) -> tuple[int, str]:
    """Return the line behind the piece that begins at ``at``, and the piece with all that is quoted left out."""
    quote, bare = "", ""
    for number in range(at, len(lines)):
        quote, visible, goes_on = _scan(lines[number], quote)
        bare += visible
        if not goes_on:
            return number + 1, bare
    return len(lines), bare


def _scan(line: str, quote: str) -> tuple[str, str, bool]:
    """Return the quote open at the end of a line, what is not quoted, and whether the next line belongs to it."""
    visible = ""
    position = 0
    while position < len(line):
        char = line[position]
        if char == "\\" and quote != "'":
            if position + 1 == len(line):
                return quote, visible, True
            visible += "" if quote else "_"
            position += 2
            continue
        if char == quote:
            quote = ""
        elif not quote and char in "'\"`":
            quote = char
            visible += "_"
        elif not quote and char == "#" and line[position - 1 : position] in ("", " ", "\t", ";", "&", "|", "(", ")"):
            break
        elif not quote:
            visible += char
        position += 1
    return quote, visible, bool(quote)


def _commands(bare: str) -> list[str]:
    """Return the first word of every command of a line without its quoted parts."""
    found: list[str] = []
    for command in re.split(r"[;&|()]+", bare):
        for word in _WORD.findall(command):
            found.append(word)
            if word not in _AHEAD and word not in _OPENING - {"case", "for"}:
                break
    return found


def _parentheses(bare: str) -> int:
    """Return how many parentheses a line leaves open; those of a ``case`` are closed only, and do not count."""
    return max(0, bare.count("(") - bare.count(")")) if "(" in bare else -1 if bare.strip(" \t") == ")" else 0


def _behind_heredocs(lines: list[str], at: int, piece: Piece) -> int:
    """Return the line behind the here-documents that a piece announces."""
    if "<<" not in piece.bare.replace("<<<", ""):
        return at
    for dash, *words in _HEREDOC.findall(piece.text):
        word = "".join(words)
        while at < len(lines) and (lines[at].lstrip("\t") if dash else lines[at]) != word:
            at += 1
        at += 1
    return min(at, len(lines))
