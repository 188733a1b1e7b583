# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit the ``KEYWORD value`` lines of a file such as ldap.conf, and leave all else alone.

Words are set apart by white space (C's ``isspace``, which knows no Unicode), keywords count
without regard to case, a line whose first character is ``#`` is a comment, and the last
line about a keyword wins (ldap.conf(5)).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s+(\S.*?)\s*\Z", re.ASCII)
_COMMENTED = re.compile(r"\s*#+\s*([A-Za-z][A-Za-z0-9_]*)\s+\S", re.ASCII)


def read(text: str) -> dict[str, str]:
    """Return the value of every keyword, the keywords in capitals."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match:
            values[match.group(1).upper()] = match.group(2)
    return values


def edit(text: str, values: Mapping[str, Optional[str]]) -> str:
    """Return ``text`` with every keyword of ``values`` set to its value, exactly once.

    A value of None takes the keyword's lines out (as comments, so that a person finds
    them).  A line that is right already is left as it is written.  A new keyword goes
    behind its commented example if there is one, else to the end.

    Raises:
        TransactionError: a name that is no keyword, or a value that no line can carry.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    for name, value in values.items():
        if not _NAME.match(name):
            raise TransactionError(f"{name!r} is not a keyword.")
        if value is not None and (re.search(r"[\n\r\0]", value) or value != value.strip() or not value):
            raise TransactionError(
                f"{value!r} cannot be the value of {name}: one line that begins and ends with a word.")
        lines = _set_one(lines, name, value)
    return "".join(line + "\n" for line in lines)


def _set_one(lines: list[str], name: str, value: Optional[str]) -> list[str]:
    places = [index for index, line in enumerate(lines) if _keyword(_LINE, line) == name.upper()]
    result = list(lines)
    if value is None:
        for index in places:
            result[index] = "#" + result[index]
        return result
    wanted = f"{name}\t{value}"
    if not places:
        examples = [index for index, line in enumerate(lines) if _keyword(_COMMENTED, line) == name.upper()]
        result.insert(examples[0] + 1 if examples else len(lines), wanted)
        return result
    for index in places[:-1]:
        result[index] = "#" + result[index]
    match = _LINE.match(result[places[-1]])
    if match is None or match.group(2) != value:
        result[places[-1]] = wanted
    return result


def _keyword(pattern: "re.Pattern[str]", line: str) -> Optional[str]:
    match = pattern.match(line)
    return match.group(1).upper() if match else None
