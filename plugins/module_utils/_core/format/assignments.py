# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit the KEY=value lines of a file that a shell sources, and leave all else alone.

Courier's ``imapd-ssl`` and Debian's ``/etc/default/*`` are such files.  They are run,
not parsed: an unquoted space loses the setting and ``sh -n`` says nothing, so every
value that is more than a word or a path is quoted; the last assignment wins, so only
one may stay.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)\Z")
_COMMENTED = re.compile(r"\s*#\s*([A-Za-z_][A-Za-z0-9_]*)=")
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
    return '"%s"' % escaped


def unquote(text: str) -> Optional[str]:
    """Read the right-hand side of an assignment as the shell would; None where only a shell could tell.

    Substitutions (``$X``, back-quotes) and a second word are such cases.
    """
    result: List[str] = []
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
            rest = text[position:].strip()
            return "".join(result) if not rest or rest.startswith("#") else None
        elif char in "$`\\;&|<>()":
            return None
        else:
            result.append(char)
            position += 1
    return "".join(result)


def _double_quoted(text: str, position: int) -> "tuple[Optional[str], int]":
    inner: List[str] = []
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


def read(text: str) -> Dict[str, Optional[str]]:
    """Return the value of every key; None where only a shell could tell it."""
    values: Dict[str, Optional[str]] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            values[match.group(1)] = unquote(match.group(2))
    return values


def edit(text: str, values: Mapping[str, Optional[str]]) -> str:
    """Return ``text`` with every key of ``values`` set to its value, exactly once.

    A value of None takes the key's assignments out (as comments, so that a person
    finds them).  An assignment that is right already is left as it is written.  A new
    key goes behind its commented example where there is one, else to the end.

    Raises:
        TransactionError: a name no shell accepts, a value no line can carry, or an
            assignment that spans lines, which cannot be edited without running it.
    """
    for name in values:
        if not _NAME.match(name):
            raise TransactionError("%r is not a name that a shell can assign to." % (name,))
    lines = text.splitlines()
    for name, value in values.items():
        lines = _set_one(lines, name, value)
    return "".join(line + "\n" for line in lines)


def _set_one(lines: List[str], name: str, value: Optional[str]) -> List[str]:
    places = [index for index, line in enumerate(lines) if _assigns(line, name)]
    for index in places:
        _refuse_open_quote(lines[index], name)
    result = list(lines)
    if value is None:
        for index in places:
            result[index] = "#" + result[index]
        return result
    wanted = "%s=%s" % (name, quote(value))
    if not places:
        result.insert(_place_for(lines, name), wanted)
        return result
    # The last one wins in a shell, so that is the one to keep.
    for index in places[:-1]:
        result[index] = "#" + result[index]
    last = places[-1]
    match = _LINE.match(result[last])
    if match is None or unquote(match.group(2)) != value:
        result[last] = wanted
    return result


def _assigns(line: str, name: str) -> bool:
    match = _LINE.match(line)
    return match is not None and match.group(1) == name


def _refuse_open_quote(line: str, name: str) -> None:
    if _goes_on(line.split("=", 1)[1]):
        raise TransactionError(
            "The assignment of %s spans several lines; put it on one line, then run again." % name, {"line": line}
        )


def _goes_on(right: str) -> bool:
    """Return True where the shell would read on in the next line: an open quote, or a backslash at the end."""
    quote_open = ""
    position = 0
    while position < len(right):
        char = right[position]
        if char == "\\" and quote_open != "'":
            if position + 1 == len(right):
                return True
            position += 1
        elif char == quote_open:
            quote_open = ""
        elif not quote_open and char in "'\"":
            quote_open = char
        elif not quote_open and char == "#" and right[position - 1 : position] in (" ", "\t"):
            return False
        position += 1
    return bool(quote_open)


def _place_for(lines: List[str], name: str) -> int:
    for index, line in enumerate(lines):
        match = _COMMENTED.match(line)
        if match and match.group(1) == name:
            return index + 1
    return len(lines)
