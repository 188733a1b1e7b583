# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read what Apache prints of its own configuration (`apache2ctl -t -D DUMP_CONFIG` with mod_info).

Apache has resolved all that only it knows: includes in their order, `Define`, macros, lines that go on over several,
and the conditions `<IfModule>`, `<IfDefine>`, `<IfVersion>`, `<IfFile>`.  What is left is simple: a comment with the
file, a comment with the line number, one directive or tag on each line.  For a directive over several lines the number
is that of its last line.  (Apache HTTP Server 2.4: mod_info, "Dumping the configuration on startup"; seen on 2.4.67.)
"""

from __future__ import annotations

import re
from typing import Union

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    Block,
    Directive,
    Place,
    Section,
    VirtualHost,
    split_words,
)

_FILE = re.compile(r"# In file: (.*)\Z")
_LINE = re.compile(r"\s*#\s*(\d+):\Z")
_MACRO = re.compile(r"macro '([^']+)' \(defined on line \d+ of (?:.*?)\"([^\"']*)\"")
_USED = re.compile(r'used on line (\d+) of "([^"]*)"*\Z')


def read_dump(text: str) -> ApacheConfig:
    """Return the configuration that Apache printed.

    Never raises: a line that fits nowhere is named in ``problems``.
    """
    reader = _Reader()
    for line in text.split("\n"):
        reader.line(line)
    return reader.config


class _Reader:
    """One pass over the lines, with the sections that are open."""

    def __init__(self) -> None:
        self.config = ApacheConfig()
        self.open: list[Block] = []
        self.file = ""
        self.number = 0
        self.sections = 0
        self.keys: dict[str, int] = {}

    def line(self, line: str) -> None:
        """Take the next line of the dump."""
        text = line.strip()
        named, numbered = _FILE.match(text), _LINE.match(text)
        if named:
            self.file, self.number = named.group(1), 0
        elif numbered:
            self.number = int(numbered.group(1))
        elif not text or not self.file or text == "Syntax OK":
            return
        elif text.startswith("</"):
            self._close(text)
        elif text.startswith("<"):
            self._opened(text)
        else:
            self._directive(text)

    def _opened(self, text: str) -> None:
        name, _space, argument = text[1:].partition(" ")
        self.sections += 1
        # Exactly one bracket belongs to the tag: `<LocationMatch "a>b">`.
        bare = argument.rstrip()[:-1] if argument.rstrip().endswith(">") else argument
        section = Section(name.rstrip(">").lower(), bare.strip(), place_of(self.file, self.number), self.sections, text)
        block = Block(section)
        if section.name == "virtualhost":
            self.config.vhosts.append(VirtualHost(block, self._key(section)))
        else:
            self._level().append(block)
        self.open.append(block)

    def _level(self) -> "list[Union[Directive, Block]]":
        """Return what the next line belongs to: the innermost open section, or the server level."""
        return self.open[-1].children if self.open else self.config.server

    def _key(self, section: Section) -> str:
        key = str(section.place)
        self.keys[key] = self.keys.get(key, 0) + 1
        return key if self.keys[key] == 1 else f"{key}#{self.keys[key]}"

    def _close(self, text: str) -> None:
        name = text[2:].rstrip(">").strip().lower()
        if not self.open or self.open[-1].section.name != name:
            self.config.problems.append(f"{self.file}:{self.number}: {text} closes nothing that is open")
            return
        self.open.pop()

    def _directive(self, text: str) -> None:
        name, _space, rest = text.partition(" ")
        scope = tuple(block.section for block in self.open)
        item = Directive(name.lower(), tuple(split_words(rest)), text, place_of(self.file, self.number), scope)
        self.config.directives.append(item)
        self._level().append(item)


def place_of(file: str, line: int) -> Place:
    """Return the place of a line; a line of a macro is at the ``Use`` that an administrator wrote."""
    macro = _MACRO.match(file)
    used = _USED.search(file)
    if not macro or not used:
        return Place(file, line)
    return Place(used.group(2), int(used.group(1)), f"line {line} of macro {macro.group(1)}", macro.group(2))
