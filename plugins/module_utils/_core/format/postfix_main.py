# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit parameters of a main.cf, and leave all else alone.

Postfix reads logical lines: one that begins with white space goes on with the one
before it, even across comments and empty lines; the last setting of a name wins
(postconf(5), "main.cf format").  White space is C's ``isspace``, which knows no Unicode.
So nothing may be put between a line and what goes on with it, and a value that is right already is left
as it is written: ``postconf -e`` would write the file anew even for no change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
SPACE = " \t\n\v\f\r"
"""What Postfix takes for white space."""
_EXAMPLE = re.compile(r"#\s*([A-Za-z0-9_]+)\s*=")


@dataclass(frozen=True)
class Logical:
    """One logical line: the numbers, from 0, of the lines that it is made of, comments in between left out."""

    numbers: tuple[int, ...]

    def text(self, lines: list[str]) -> str:
        """Return it on one line, with single spaces."""
        return normalise_spaces(" ".join(lines[number] for number in self.numbers))

    def holds(self, number: int) -> bool:
        """True where a new line before line ``number`` would cut it in two."""
        return self.numbers[0] < number <= self.numbers[-1]


def normalise_spaces(text: str) -> str:
    """Return the words of a text with single spaces."""
    return " ".join(word for word in re.split(f"[{SPACE}]+", text) if word)


def is_comment(line: str) -> bool:
    """True for lines that Postfix does not see: comments and white space."""
    return not line.strip(SPACE) or line.lstrip(SPACE).startswith("#")


def join_lines(lines: list[str]) -> list[Logical]:
    """Put lines together as Postfix does; a first line that goes on with nothing is left out."""
    found: list[list[int]] = []
    for number, line in enumerate(lines):
        if is_comment(line):
            continue
        if line[0] not in SPACE:
            found.append([number])
        elif found:
            found[-1].append(number)
    return [Logical(tuple(numbers)) for numbers in found]


def read(text: str) -> dict[str, str]:
    """Return every parameter that is set, with single spaces in its value; the last setting wins."""
    lines = text.split("\n")
    values: dict[str, str] = {}
    for logical in join_lines(lines):
        name, sign, value = logical.text(lines).partition("=")
        if sign:
            values[name.strip(SPACE)] = value.strip(SPACE)
    return values


def edit(text: str, values: Mapping[str, Optional[str]]) -> str:
    """Return ``text`` with every parameter of ``values`` set.

    A None takes the parameter out, which brings Postfix's own default back; its lines
    stay as comments.  A new parameter goes behind its commented example if there is
    one, else to the end.

    Raises:
        TransactionError: a name or a value that no main.cf can carry.
    """
    for name, value in values.items():
        _check(name, value)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    for name, value in values.items():
        lines = _set_one(lines, name, None if value is None else normalise_spaces(value))
    return "".join(line + "\n" for line in lines)


def _check(name: str, value: Optional[str]) -> None:
    if not _NAME.match(name):
        raise TransactionError(f"{name!r} is not the name of a Postfix parameter.")
    if value is not None and re.search(r"[\n\r\0]", value):
        raise TransactionError(f"The value for {name} holds a line break or a NUL character: refused.")


def _set_one(lines: list[str], name: str, value: Optional[str]) -> list[str]:
    mine = [logical for logical in join_lines(lines) if _name_of(logical, lines) == name]
    if mine and value is not None and mine[-1].text(lines).partition("=")[2].strip(SPACE) == value:
        return lines
    result: list[Optional[str]] = list(lines)
    wanted = None if value is None else (f"{name} = {value}").rstrip()
    for logical in mine[:-1] if wanted else mine:
        _comment_out(result, logical)
    if wanted is None:
        return [line for line in result if line is not None]
    if not mine:
        result.insert(_place_for(lines, name), wanted)
        return [line for line in result if line is not None]
    first, *rest = mine[-1].numbers
    result[first] = wanted
    for number in rest:
        result[number] = None
    return [line for line in result if line is not None]


def _name_of(logical: Logical, lines: list[str]) -> str:
    return logical.text(lines).partition("=")[0].strip(SPACE)


def _comment_out(result: list[Optional[str]], logical: Logical) -> None:
    """Turn a logical line into comments; one that stands there as a comment already is not repeated."""
    for number in logical.numbers:
        comment = "#" + str(result[number])
        repeated = len(logical.numbers) == 1 and number > 0 and result[number - 1] == comment
        result[number] = None if repeated else comment


def _place_for(lines: list[str], name: str) -> int:
    known = join_lines(lines)
    for number, line in enumerate(lines):
        match = _EXAMPLE.match(line)
        inside = any(logical.holds(number + 1) for logical in known)
        if match and match.group(1) == name and not inside and not _goes_on(lines[number + 1 :]):
            return number + 1
    return len(lines)


def _goes_on(rest: list[str]) -> bool:
    """Return True if the next text is indented: it would become part of whatever is put before it."""
    text = next((line for line in rest if not is_comment(line)), "")
    return text[:1] in tuple(SPACE)
