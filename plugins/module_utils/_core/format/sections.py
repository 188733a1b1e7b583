# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edit the ``key = value`` or ``key: value`` lines of a section of a file, and leave all else alone.

For sssd.conf(5), and for files without sections (section ""): saslauthd.conf, Dovecot's dovecot-ldap.conf.ext.  A line
that begins with ``#`` or ``;`` is a comment, and the last line about a key wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_SECTION = re.compile(r"\s*\[([^\]]*)\]")
_LINE = re.compile(r"(\s*)([A-Za-z][\w.-]*)(\s*[=:]\s*)(.*?)\s*\Z")
_NAME = re.compile(r"[A-Za-z][\w.-]*\Z")


def edit(text: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """Return ``text`` with the keys of each section set, each once; a new key goes to the end of its section.

    Raises:
        TransactionError: there is no such section, or a key or value cannot be written.
    """
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    for section, wanted in values.items():
        for key, value in wanted.items():
            if not _NAME.match(key) or not value or value != value.strip() or re.search(r"[\n\r\0]", value):
                raise TransactionError(f"{key} cannot be set to {value!r}: one line that begins and ends with a word.")
            lines = _set_one(lines, section, key, value)
    return "".join(line + "\n" for line in lines)


def _set_one(lines: list[str], section: str, key: str, value: str) -> list[str]:
    result = list(lines)
    inside = _lines_of(lines, section)
    matches = {number: match for number in inside for match in [_LINE.match(lines[number])] if match}
    places = [number for number, match in matches.items() if match.group(2).lower() == key.lower()]
    if not places:
        between = next((match.group(3) for match in matches.values()), " = ")
        filled = [number for number in inside if lines[number].strip()]
        result.insert(filled[-1] + 1 if filled else len(lines), f"{key}{between}{value}")
        return result
    for number in places[:-1]:
        result[number] = "#" + result[number]
    match = matches[places[-1]]
    if match.group(4) != value:
        result[places[-1]] = f"{match.group(1)}{match.group(2)}{match.group(3)}{value}"
    return result


def _lines_of(lines: list[str], section: str) -> list[int]:
    """Return the numbers of the lines of a section, its heading included; comments are no settings."""
    found: list[int] = []
    now = ""
    for number, line in enumerate(lines):
        heading = _SECTION.match(line)
        now = heading.group(1) if heading else now
        if now == section:
            found.append(number)
    if section and not found:
        raise TransactionError(
            f"There is no section [{section}] in the file, so nothing can be set. Add the section, or set it by hand.")
    return found
