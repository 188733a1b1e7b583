# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set ``$config['key'] = 'value';`` in a settings file of a PHP application, and leave all else alone.

A statement that is replaced stands on one line of its own, as such files are written.  The last statement about a key
wins.  A value is a text or an array of texts and switches; nothing that PHP would evaluate is written.
(PHP: single quoted strings, in which only the quote and the backslash are escaped.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_STATEMENT = re.compile(r"""\s*\$(\w+)\s*\[\s*['"](\w+)['"]\s*\]\s*=""")
_WHOLE = re.compile(r"""\s*\$\w+\s*\[\s*['"]\w+['"]\s*\]\s*=[^;]*;\s*(?:(?://|#).*)?\r?\Z""")


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return ``text`` with every key set to its value.

    Args:
        text: the file.
        values: a text replaces the last statement about its key; an array (a mapping) is only added, never replaced.

    Raises:
        TransactionError: a name or value cannot be written, a statement has several lines, or an array is there.
    """
    lines = text.rstrip("\n").split("\n")
    for name, value in values.items():
        if not _NAME.match(name):
            raise TransactionError(f"{name!r} is not the name of a PHP setting.")
        places = [number for number, line in enumerate(lines) if _key(line) == name]
        statement = f"[{name!r}] = {_literal(value)};"
        if places and isinstance(value, Mapping):
            if _compact(lines[places[-1]]).endswith(_compact(statement)):
                continue
            raise TransactionError(
                f"Line {places[-1] + 1} sets {name} already. Add what is needed there by hand: {_literal(value)}.")
        if not places:
            lines.insert(_end(lines), "$" + _variable(lines) + statement)
        elif not _WHOLE.match(lines[places[-1]]):
            raise TransactionError(
                f"The setting {name} on line {places[-1] + 1} is not one statement on one line. Change it by hand.")
        else:
            lines[places[-1]] = "$" + _variable(lines) + statement
    return "\n".join(lines) + text[len(text.rstrip("\n")):]


def _key(line: str) -> str:
    match = _STATEMENT.match(line)
    return match.group(2) if match else ""


def _variable(lines: list[str]) -> str:
    """Return the name of the array that the file fills: config, or rcmail_config in old files."""
    found = [match.group(1) for match in map(_STATEMENT.match, lines) if match]
    return found[-1] if found else "config"


def _end(lines: list[str]) -> int:
    """Return where a statement can be added: behind the last line, but before a closing tag."""
    closing = [number for number, line in enumerate(lines) if line.strip() == "?>"]
    return closing[-1] if closing else len(lines)


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "[" + ", ".join(f"{_literal(str(key))} => {_literal(item)}" for key, item in value.items()) + "]"
    if not isinstance(value, str) or not join_printable(value):
        raise TransactionError(f"{value!r} cannot be the value of a PHP setting: one line of printable text.")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
