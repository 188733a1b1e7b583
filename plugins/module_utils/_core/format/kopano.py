# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set ``name = value`` lines of a configuration file of Kopano Core, and leave all else alone.

Only a ``#`` in the first column begins a comment, a value goes to the end of its line without quotes, the last line
of a name counts, and a line without ``=`` is passed over.  ``!include`` reads another file at that place.
(Kopano Core: server.cfg(5), gateway.cfg(5), ical.cfg(5), "File format".)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import join_printable

SHOWN = ("server_listen", "server_listen_tls", "server_ssl_key_file", "server_ssl_ca_file", "imap_listen",
         "imaps_listen", "pop3_listen", "pop3s_listen", "ical_listen", "icals_listen", "ssl_private_key_file",
         "ssl_certificate_file", "disable_plaintext_auth")
"""The only settings whose lines a diff shows; others hold the password of the database."""
OLD = {"server_listen_tls": "server_ssl_enabled", "imaps_listen": "imaps_enable", "pop3s_listen": "pop3s_enable",
       "icals_listen": "icals_enable"}
"""Settings to what came before them; a version knows one of both and does not start with the other."""
_BLANKS = " \t\r\n"
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def edit(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with every name set to its value.

    Args:
        text: the file.
        values: a null leaves a name as it is.

    Raises:
        TransactionError: a value cannot be written, the file is one of a version with other names, or a file that is
            included behind the setting may set it again.
    """
    lines = text.split("\n")
    for name, value in values.items():
        if value is not None:
            _set(lines, str(name), str(value))
    return "\n".join(lines)


def read(text: str) -> dict[str, str]:
    """Return the value of every name, as Kopano reads the file without what it includes."""
    return {name: value for name, value, _number in _settings(text.split("\n"))}


def show_switches(text: str) -> list[str]:
    """Return the lines about TLS of a text, and nothing else of it."""
    return [f"{name} = {value}" for name, value, _number in _settings(text.split("\n")) if name in SHOWN]


def _settings(lines: list[str]) -> list[tuple[str, str, int]]:
    found = []
    for number, line in enumerate(lines):
        name, sign, value = line.partition("=")
        if sign and line[0] not in "#!" and name.strip(_BLANKS):
            found.append((name.strip(_BLANKS), value.strip(_BLANKS), number))
    return found


def _set(lines: list[str], name: str, value: str) -> None:
    if not _NAME.match(name) or not join_printable(value) or value != value.strip():
        raise TransactionError(f"{name!r} or its value cannot stand in a file of Kopano: one line of printable text.")
    settings = _settings(lines)
    old = next((number for other, _value, number in settings if other == OLD.get(name)), None)
    if old is not None:
        raise TransactionError(f"{OLD[name]} in line {old + 1} is of a version of Kopano that does not know {name}. "
                               "Use a newer version, or set TLS there by hand.")
    places = [(other, number) for found, other, number in settings if found == name]
    at = places[-1][1] if places else _example(lines, name)
    include = max((number for number, line in enumerate(lines) if line.startswith("!include")), default=-1)
    if places and include > at:
        raise TransactionError(f"Line {include + 1} includes a file behind the setting {name}, which may set it again. "
                               f"Move the line `{name} = {value}` behind it, then run again.")
    if places and places[-1][0] == value:
        return
    ending = "\r" if lines[0].endswith("\r") else ""
    if places:
        lines[at] = f"{name} = {value}".rstrip() + ending
    else:
        lines.insert(max(at, include) + 1, f"{name} = {value}".rstrip() + ending)


def _example(lines: list[str], name: str) -> int:
    """Return the line behind which a new setting goes: its commented example, else the last line with content."""
    example = re.compile(rf"#[ \t]*{name}[ \t]*=")
    found = [number for number, line in enumerate(lines) if example.match(line)]
    return found[-1] if found else max((number for number, line in enumerate(lines) if line.strip()), default=-1)
