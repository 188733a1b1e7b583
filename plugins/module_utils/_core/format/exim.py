# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the main part of an Exim configuration line by line, and edit one so that every edit can be taken back.

A line of ours stands below a comment of its own, since Exim takes a ``#`` behind a value for a part of it.
(Exim specification, "The Exim run time configuration file": 6.2 to 6.11.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

ADDED = "# The next line was added by intransit.tls."
_EDITS = re.compile(rf"(?m)^{re.escape(ADDED)}\n[^\n]*(?:\n|\Z)")
_MACRO = re.compile(r"(?P<name>[A-Z]\w*)\s*==?(?P<value>.*)\Z", re.DOTALL)
_OPTION = re.compile(r"(?:hide\s+)?(?P<name>[a-z]\w*)\s*(?:=(?P<value>.*))?\Z", re.DOTALL)
_CONDITION = re.compile(r"\.(ifn?def|elifn?def|else|endif)\b\s*(\S*)")
_INCLUDE = re.compile(r'\.include(?:_if_exists)?\s+"?(?P<name>[^"\n]+?)"?\s*\Z')
_OPPOSITE = {"ifdef": "ifndef", "ifndef": "ifdef"}


@dataclass(frozen=True)
class Line:
    """One logical line: a macro, an option, or a file that is included."""

    kind: str
    """``macro``, ``option``, ``include``, or ``begin``: the end of the main part."""
    name: str
    """Of an include its path."""
    value: str
    numbers: tuple[int, ...]
    """Lines of the text without our edits, from 1."""
    conditions: tuple[tuple[str, str], ...] = ()
    """Of the blocks around it, ``ifdef`` or ``ifndef`` and the macro."""


def parse(text: str) -> Iterator[Line]:
    """Yield macros, options and includes up to the first ``begin``, which is the last line."""
    conditions: list[tuple[str, str]] = []
    for numbers, words in _logical(text):
        condition = _CONDITION.match(words)
        found = _line(words, numbers, tuple(conditions))
        if condition:
            _enter(conditions, condition[1], condition[2])
        elif found:
            yield found
            if found.kind == "begin":
                return


def _logical(text: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield lines with what they are continued by; comments and blank lines within are skipped."""
    numbers: list[int] = []
    words = ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        numbers.append(number)
        words += bare[:-1] if bare.endswith("\\") else bare
        if not bare.endswith("\\"):
            yield tuple(numbers), words
            numbers, words = [], ""
    if words:
        yield tuple(numbers), words


def _line(words: str, numbers: tuple[int, ...], conditions: tuple[tuple[str, str], ...]) -> "Line | None":
    if words.startswith("begin "):
        return Line("begin", words, "", numbers, conditions)
    for kind, pattern in (("include", _INCLUDE), ("macro", _MACRO), ("option", _OPTION)):
        match = pattern.match(words)
        if match:
            return Line(kind, match["name"], (match.groupdict().get("value") or "").strip(), numbers, conditions)
    return None


def _enter(conditions: list[tuple[str, str]], word: str, macro: str) -> None:
    if word in _OPPOSITE:
        conditions.append((word, macro))
    elif conditions:
        kind, before = conditions.pop()
        if word == "else":
            conditions.append((_OPPOSITE[kind], before))
        elif word != "endif":
            conditions.append((word[2:] if word.startswith("elif") else word, macro))


def remove_edits(text: str) -> str:
    """Return the text without our edits."""
    return marks.remove_marks(_EDITS.sub("", text))


def hash_original(text: str) -> str:
    """Return the checksum of the text without our edits."""
    return hashlib.sha256(remove_edits(text).encode("utf-8", "surrogateescape")).hexdigest()


def find_line(text: str, line: int) -> int:
    """Return the number that a line of the original has in the text with our edits."""
    count = 0
    rows = iter(enumerate(text.split("\n"), 1))
    for number, words in rows:
        if words == ADDED:
            next(rows, None)
            continue
        count += 1
        if count == line:
            return number
    return line


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with exactly these edits; those of an earlier run go.

    Args:
        text: with or without our edits.
        values: ``digest`` of the original, ``disabled`` (numbers of lines that become comments), ``added`` (pairs of a
            line and the words that follow it), ``last`` (words for the end).

    Raises:
        TransactionError: the text is not the one with ``digest``, or a place does not exist.
    """
    original = remove_edits(text)
    if hash_original(text) != values.get("digest"):
        raise TransactionError("The file has changed since it was read. Check it, then run again.")
    last = str(values.get("last") or "")
    lines = marks.add_marks(original, [], [int(number) for number in values.get("disabled") or ()]).split("\n")
    if last and original.rstrip("\n").endswith("\\"):
        raise TransactionError(
            "Its last line ends in a backslash, so that a line behind it would belong to it. Remove the backslash.")
    for number, words in sorted(values.get("added") or (), reverse=True):
        if not 1 <= int(number) < len(lines):
            raise TransactionError(f"Nothing can be added behind line {number} of {len(lines)} lines.")
        lines[int(number):int(number)] = [ADDED, str(words)]
    if last:
        lines[len(lines) - (lines[-1] == ""):] = [ADDED, last, ""]
    return "\n".join(lines)


def show_edits(text: str) -> list[str]:
    """Return the lines that our edits made."""
    lines = text.split("\n")
    own = [line for before, line in zip(["", *lines], lines) if before == ADDED]
    return own + marks.find_marked(_EDITS.sub("", text))


def find_drivers(text: str) -> Iterator[tuple[str, int]]:
    """Yield each block with ``driver = smtp`` and without tls_require_ciphers, and the line of its driver."""
    name, driver, floor = "", 0, False
    for numbers, words in [*_logical(text), ((0,), "end:")]:
        header = re.match(r"(\w+)\s*:\Z", words)
        if header or words.startswith("begin "):
            if driver and not floor:
                yield name, driver
            name, driver, floor = header[1] if header else "", 0, False
        elif re.match(r"driver\s*=\s*smtp\Z", words):
            driver = numbers[-1]
        floor = floor or words.startswith("tls_require_ciphers")
