# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit the KEY=value lines of a file that a shell sources, and leave all else alone.

Courier's ``imapd-ssl`` and Debian's ``/etc/default/*`` are such files.  They are run,
not parsed: an unquoted space loses the setting and ``sh -n`` says nothing, so every
value that is more than a word or a path is quoted; the last assignment wins, so only
one may stay.

A line ends at a line feed and nowhere else, blanks are space and tab, and what stands
within quotes, here-documents or behind a backslash is no line of its own (POSIX.1-2017
XCU 2.2, 2.7.4).  What a condition or function decides is left to it: an assignment of ours
goes behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import shell_lines

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z", re.DOTALL)
_COMMENTED = re.compile(r"[ \t]*#[ \t]*([A-Za-z_][A-Za-z0-9_]*)=")
_MENTIONED = re.compile(r"(?:^|[\s;&|(){}])([A-Za-z_][A-Za-z0-9_]*)=")
_MORE = re.compile(r"[;&|](?![ \t]*\Z)|[ \t][A-Za-z_][A-Za-z0-9_]*=")
_PLAIN = re.compile(r"[A-Za-z0-9_@%,./-]*\Z")


def quote(value: str) -> str:
    """Write ``value`` so that a POSIX shell reads back exactly it (POSIX.1-2017 XCU 2.2).

    Raises:
        TransactionError: a line break or NUL, which such a file cannot carry safely.
    """
    if re.search(r"[\n\r\0]", value):
        raise TransactionError("A value for a KEY=value file holds a line break or a NUL character: refused.")
    if _PLAIN.match(value):
        return value
    escaped = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'"{escaped}"'


def unquote(text: str) -> Optional[str]:
    """Read the right-hand side of an assignment as the shell would; None if only a shell could tell.

    Substitutions (``$X``, back-quotes) and a second word are such cases.
    """
    result: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char == "'":
            end = text.find("'", position + 1)
            if end < 0:
                return None
            result.append(text[position + 1 : end])
            position = end + 1
        elif char == '"':
            inner, position = _double_quoted(text, position + 1)
            if inner is None:
                return None
            result.append(inner)
        elif char in " \t":
            rest = text[position:].strip(" \t")
            return "".join(result) if not rest or rest.startswith("#") else None
        elif char in "$`\\;&|<>()" or (char == "~" and text[position - 1 : position] in ("", ":")):
            return None
        else:
            result.append(char)
            position += 1
    return "".join(result)


def _double_quoted(text: str, position: int) -> "tuple[Optional[str], int]":
    inner: list[str] = []
    while position < len(text):
        char = text[position]
        if char == '"':
            return "".join(inner), position + 1
        if char in "$`":
            return None, position
        if char == "\\" and position + 1 < len(text):
            follower = text[position + 1]
            inner.append(follower if follower in '\\"$`' else char + follower)
            position += 2
            continue
        inner.append(char)
        position += 1
    return None, position


def read(text: str) -> dict[str, Optional[str]]:
    """Return the value of every key; None if only a shell could tell it."""
    values: dict[str, Optional[str]] = {}
    for piece in shell_lines.split_pieces(text):
        match = _LINE.match(piece.text)
        if match and piece.certain and "\n" not in piece.text:
            values[match.group(1)] = unquote(match.group(2))
        else:
            values.update((name, None) for name in _MENTIONED.findall(piece.bare))
    return values


def edit(text: str, values: Mapping[str, Optional[str]]) -> str:
    """Return ``text`` with every key of ``values`` set to its value, exactly once.

    A value of None takes the key's assignments out (as comments, so that a person
    finds them).  An assignment that is right already is left as it is written.  A new
    key goes behind its commented example if there is one, else to the end.  A missing
    last line end stays missing.

    Raises:
        TransactionError: a name no shell accepts, a value no line can carry, or an
            assignment that spans lines, which cannot be edited without running it.
    """
    for name in values:
        if not _NAME.match(name):
            raise TransactionError(f"{name!r} is not a name that a shell can assign to.")
    for name, value in values.items():
        text = _set_one(text, name, value)
    return text


def _set_one(text: str, name: str, value: Optional[str]) -> str:
    pieces = shell_lines.split_pieces(text)
    found = [index for index, piece in enumerate(pieces) if name in _MENTIONED.findall(piece.bare)]
    places = [index for index in found if pieces[index].certain and _assigns(pieces[index].text, name)]
    for index in places:
        _refuse_what_no_line_edit_can_change(pieces[index], name)
    uncertain = [index for index in found if index not in places]
    if uncertain and value is None:
        raise TransactionError(
            f"The assignment of {name} in line {pieces[uncertain[-1]].line} depends on a condition or function, so it "
            "cannot be taken out safely. Remove it by hand, then run again."
        )
    lines = [piece.text for piece in pieces]
    if value is None:
        for index in places:
            lines[index] = "#" + lines[index]
    elif not found:
        lines.insert(_place_for(pieces, name), f"{name}={quote(value)}")
    else:
        _keep_one(lines, places, found[-1], name, value)
    return "\n".join(lines) + ("" if text and not text.endswith("\n") else "\n")


def _refuse_what_no_line_edit_can_change(piece: shell_lines.Piece, name: str) -> None:
    if "\n" in piece.text:
        raise TransactionError(
            f"The assignment of {name} in line {piece.line} spans several lines; put it on one line, then run again."
        )
    if _MORE.search(piece.bare.partition("=")[2]):
        raise TransactionError(
            f"Line {piece.line} holds more than the assignment of {name}; put the assignment on a line of its own, "
            "then run again."
        )


def _keep_one(lines: list[str], places: list[int], last: int, name: str, value: str) -> None:
    """Let only the last assignment stand, and be right; one that is not certain gets ours behind all of them."""
    certain = places[-1:] == [last]
    for index in places[:-1] if certain else places:
        lines[index] = "#" + lines[index]
    wanted = f"{name}={quote(value)}"
    if not certain:
        lines.append(wanted)
        return
    match = _LINE.match(lines[last])
    if match is None or unquote(match.group(2)) != value:
        lines[last] = wanted


def _assigns(line: str, name: str) -> bool:
    match = _LINE.match(line)
    return match is not None and match.group(1) == name


def _place_for(pieces: Sequence[shell_lines.Piece], name: str) -> int:
    for index, piece in enumerate(pieces):
        match = _COMMENTED.match(piece.text)
        if match and match.group(1) == name and piece.certain:
            return index + 1
    return len(pieces)
