# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a file of Dovecot, or what doveconf prints, as Dovecot reads it: one setting, block or include in each line.

Dovecot 2.3 and 2.4 differ in names, not in this form.
(Dovecot: config-parser.c, config_parse_line; doc.dovecot.org, "Configuration File Syntax".)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError

_COMMENT = re.compile(r"""((?:[^"'#]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|["']|(?<![ \t])#)*)""")
_SETTING = re.compile(r"(!include(?:_try)?)\s+(.+)\Z|([^\s={}]+)\s*=\s*(.*)\Z")
_BLOCK = re.compile(r"(.*\S)\s*\{\Z|\{\Z")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Line:
    """A setting, or an ``!include`` with its pattern as the value."""

    blocks: tuple[str, ...]
    """The blocks around it, outermost first, as written: ``protocol imap``."""
    name: str
    value: str
    """Without the quotes around it."""
    file: str
    numbers: tuple[int, ...]
    """Its lines in the text, from 1; more than one if it goes on behind a backslash."""
    shown: int
    """Its first line in the file as it is, for sentences."""

    def __str__(self) -> str:
        return f"{self.file}:{self.shown}"


def parse(text: str, file: str, shown: Callable[[int], int] = int) -> tuple[Line, ...]:
    """Return settings and includes in order; ``shown`` makes the number of a line in the file from that in the text.

    A block without settings is a line without a name.

    Raises:
        DialectError: blocks do not match; the sentence has file and line, and no value.
    """
    found: list[Line] = []
    blocks: list[str] = []
    begun: list[int] = []
    written = ""
    for number, raw in enumerate(text.split("\n"), 1):
        begun.append(number)
        stripped = raw.strip()
        if stripped.endswith("\\") and not stripped.startswith("#"):
            written += stripped[:-1].rstrip() + " "
            continue
        words = _without_comment(written + stripped)
        setting, block = _SETTING.match(words), _BLOCK.match(words)
        if words == "}" and not blocks:
            raise DialectError(f"{file}:{shown(number)} has a `}}` that no block begins. Repair that first.")
        if words == "}":
            if not found or found[-1].blocks[:len(blocks)] != tuple(blocks):
                found.append(Line(tuple(blocks), "", "", file, tuple(begun), shown(begun[0])))
            blocks.pop()
        elif setting:
            name, value = setting[1] or setting[3], setting[2] or setting[4] or ""
            found.append(Line(tuple(blocks), name, _unquoted(value), file, tuple(begun), shown(begun[0])))
        elif block:
            blocks.append(" ".join((block[1] or "").split()))
        begun, written = [], ""
    if blocks:
        raise DialectError(f"{file}: the block `{blocks[-1]}` has no end. Repair that first.")
    return tuple(found)


def _without_comment(text: str) -> str:
    match = _COMMENT.match(text)
    return match[1].strip() if match and not text.startswith("#") else ""


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return _ESCAPE.sub(r"\1", value[1:-1])
    return value


def join_blocks(blocks: Sequence[str]) -> str:
    """Return a name for where a setting stands; empty outside of all blocks."""
    return " > ".join(blocks)


def edit(text: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """Return ``text`` with settings of blocks (``join_blocks``) set; of each block one is there, and others follow it.

    Raises:
        TransactionError: none of them is there, or a value cannot be written.
    """
    lines = text.split("\n")
    try:
        present = {(join_blocks(line.blocks), line.name): line for line in parse(text, "the file")}
    except DialectError as error:
        raise TransactionError(error.message) from error
    behind: dict[int, list[str]] = {}
    for blocks, wanted in values.items():
        first = next((present[blocks, name] for name in wanted if (blocks, name) in present), None)
        if first is None:
            raise TransactionError(f"{blocks or 'It'} has none of {', '.join(wanted)}. Set them by hand.")
        indent = lines[first.numbers[0] - 1]
        indent = indent[:len(indent) - len(indent.lstrip())]
        for name, value in wanted.items():
            if not re.fullmatch(r"[^\s#\"'{}\\]+", value):
                raise TransactionError(f"{name} cannot be set to {value!r}: it has to be one word.")
            line = present.get((blocks, name))
            written = f"{indent}{name} = {value}"
            if line is None:
                behind.setdefault(first.numbers[-1], []).append(written)
            elif line.value != value:
                lines[line.numbers[0] - 1:line.numbers[-1]] = [written, *[""] * (len(line.numbers) - 1)]
    return "\n".join(row for number, line in enumerate(lines, 1) for row in (line, *behind.get(number, ())))
