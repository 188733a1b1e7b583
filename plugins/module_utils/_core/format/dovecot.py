# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read a file of Dovecot, or what doveconf prints, as Dovecot reads it: one setting, block or include in each line.

Dovecot 2.3 and 2.4 differ in names, not in this form.
(Dovecot: config-parser.c, config_parse_line; doc.dovecot.org, "Configuration File Syntax".)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError

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
