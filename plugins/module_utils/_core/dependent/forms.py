# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the lines of a configuration file are read: a form makes settings of a text, each with its line.

Other accounts may have written these files, so a form takes any text: it never raises, passes over lines that it does
not understand, and evaluates and includes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import dovecot
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

LONGEST = 4096
"""Characters of a line that are read; the rest of it is left out."""


@dataclass(frozen=True)
class Setting:
    """One setting of a file; ``key`` is in small letters, ``scope`` is the section that it stands in."""

    line: int
    key: str
    value: str
    scope: str = ""


Form = Callable[[str], Iterator[Setting]]

_COMMENT = ("#", ";")
_WORDS = re.compile(r"\s*([A-Za-z][\w-]*)\s+(\S.*)")
_COLON = re.compile(r"\s*([A-Za-z][\w-]*)\s*:\s*(\S.*)")
_EQUALS = re.compile(r"\s*([A-Za-z][\w.-]*)\s*=\s*(.*)")
_SECTION = re.compile(r"\s*\[([^\]]*)\]")
_PHP = re.compile(r"\$\w+\s*\[\s*['\"]([\w.-]+)['\"]\s*\]\s*=\s*(.*)")
_PHP_CALL = re.compile(r"setValue\(\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]\s*,\s*(.*)")
_PHP_COMMENT = ("//", "#", "*", "/*")


def _lines(text: str, comments: tuple[str, ...] = _COMMENT) -> Iterator[tuple[int, str]]:
    """Yield the lines that are no comments, with their numbers."""
    for number, line in enumerate(text.split("\n"), 1):
        read = line[:LONGEST].rstrip("\r")
        if read.strip() and not read.lstrip().startswith(comments):
            yield number, read


def read_words(text: str) -> Iterator[Setting]:
    """``KEY value``, as in ldap.conf(5) and nslcd.conf(5)."""
    for number, line in _lines(text):
        match = _WORDS.match(line)
        if match:
            yield Setting(number, match.group(1).lower(), match.group(2).strip())


def read_colons(text: str) -> Iterator[Setting]:
    """``key: value``, as in saslauthd.conf."""
    for number, line in _lines(text):
        match = _COLON.match(line)
        if match:
            yield Setting(number, match.group(1).lower(), match.group(2).strip())


def read_assignments(text: str) -> Iterator[Setting]:
    """``key = value``; a line that begins with white space goes on with the one before it (postconf(5))."""
    found: list[tuple[int, str]] = []
    for number, line in _lines(text):
        if line[0] in " \t" and found and not _EQUALS.match(line):
            found[-1] = (found[-1][0], found[-1][1] + " " + line.strip())
        else:
            found.append((number, line))
    for number, line in found:
        match = _EQUALS.match(line)
        if match:
            yield Setting(number, match.group(1).lower(), match.group(2).strip().strip("\"'"))


def read_sections(text: str) -> Iterator[Setting]:
    """``key = value`` below ``[section]``, as in sssd.conf(5)."""
    scope = ""
    for number, line in _lines(text):
        section, match = _SECTION.match(line), _EQUALS.match(line)
        if section:
            scope = section.group(1)
        elif match:
            yield Setting(number, match.group(1).lower(), match.group(2).strip().strip("\"'"), scope)


def read_php(text: str) -> Iterator[Setting]:
    """``$config['key'] = 'value';``, and ``setValue('part','key','value')`` as ``part.key``.

    Of a value only the texts in quotes are kept, with spaces between them; without one, its first word.
    """
    for number, line in _lines(text, _PHP_COMMENT):
        match, call = _PHP.search(line), _PHP_CALL.search(line)
        if match:
            yield Setting(number, match.group(1).lower(), _php_value(match.group(2)))
        elif call:
            yield Setting(number, f"{call.group(1)}.{call.group(2)}".lower(), _php_value(call.group(3)))


def _php_value(text: str) -> str:
    quoted = [single or double for single, double in re.findall(r"'([^']*)'|\"([^\"]*)\"", text)]
    return " ".join(quoted) or next(iter(re.findall(r"\w+", text)), "")


def read_plain(text: str) -> Iterator[Setting]:
    """Every line as a whole, by its first word."""
    for number, line in _lines(text):
        first = line.split()[0].lower().rstrip("=:")
        yield Setting(number, first, line.strip())


def read_ldif(text: str) -> Iterator[Setting]:
    """Attributes of entries (RFC 2849), lines put together, base64 decoded."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] == " " and found:
            found[-1] = (found[-1][0], (found[-1][1] + line[1:])[:LONGEST])
        elif line and not line.startswith("#"):
            found.append((number, line[:LONGEST]))
    for number, line in found:
        name, _colon, value = line.partition(":")
        if value.startswith(":"):
            try:
                value = base64.b64decode(value[1:].strip(), validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue
        yield Setting(number, name.lower(), value.strip())


def read_nested(text: str) -> Iterator[Setting]:
    """JSON objects, each value by its keys with dots; all on line 1."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _leaves(tree, "", 0)


def _leaves(value: Any, above: str, depth: int) -> Iterator[Setting]:
    if isinstance(value, Mapping) and depth < 8:
        for key, item in value.items():
            yield from _leaves(item, f"{above}.{key}" if above else str(key), depth + 1)
    elif isinstance(value, (str, int)):
        yield Setting(1, above.lower(), str(value)[:LONGEST], above.partition(".")[0].lower())


def read_blocks(text: str) -> Iterator[Setting]:
    """Settings of Dovecot, each below the blocks around it; nothing of a file that Dovecot would not take."""
    try:
        lines = dovecot.parse(text, "")
    except DialectError:
        return
    for line in lines:
        yield Setting(line.shown, line.name.lower(), line.value[:LONGEST], dovecot.join_blocks(line.blocks))


FORMS: Mapping[str, Form] = {
    form.__name__.removeprefix("read_"): form for form in (
        read_words, read_colons, read_assignments, read_sections, read_php, read_plain, read_ldif, read_nested,
        read_blocks)}
"""Every form by its name."""
