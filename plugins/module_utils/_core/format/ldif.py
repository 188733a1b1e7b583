# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDIF as slapd's own tools write it, and one modification as they take it (RFC 2849).

Values are text; bytes that are no UTF-8 survive as surrogates.  Attribute names are
compared without regard to case, and kept as they were written.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_CHECKSUM = re.compile(r"# CRC32 [0-9a-f]{8}\Z")
_SAFE = re.compile(r"(?![ :<])[\x01-\x09\x0b\x0c\x0e-\x7f]*(?<! )\Z")


@dataclass(frozen=True)
class Entry:
    """One entry: its DN as written, and its attributes in the order of the file."""

    dn: str
    attributes: tuple[tuple[str, str], ...]

    def get(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute, empty where there are none."""
        return tuple(value for known, value in self.attributes if known.lower() == name.lower())

    def named(self, stem: str) -> dict[str, list[str]]:
        """Return all attributes whose name begins with ``stem``."""
        found: dict[str, list[str]] = {}
        for name, value in self.attributes:
            if name.lower().startswith(stem.lower()):
                found.setdefault(name, []).append(value)
        return found


def read(text: str) -> tuple[Entry, ...]:
    """Return the entries of an LDIF text; wrapped lines are joined, comments left out.

    Raises:
        TransactionError: a line is no LDIF.
    """
    entries: list[Entry] = []
    dn = ""
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate([*_lines(text), ""], 1):
        if line:
            name, value = _pair(line, number)
            if name.lower() == "dn" and not dn:
                dn = value
            elif dn:
                pairs.append((name, value))
        elif dn:
            entries.append(Entry(dn, tuple(pairs)))
            dn, pairs = "", []
    return tuple(entries)


def write_modification(dn: str, attributes: Mapping[str, Sequence[str]]) -> str:
    """Return one change record that gives every attribute these values; none take it away.

    ``replace`` without a value is no error where the attribute is not there
    (RFC 4511 section 4.6).
    """
    lines = [_line("dn", dn), "changetype: modify"]
    for name, values in attributes.items():
        lines.append(f"replace: {name}")
        lines += [_line(name, value) for value in values]
        lines.append("-")
    return "\n".join(lines) + "\n"


def edit(text: str, attributes: Mapping[str, Sequence[str]]) -> str:
    """Return the file of one entry, as slapd keeps it, with these values; all else of it stays, line by line.

    New values stand where the old ones stood, those of a new attribute at the end.  The
    checksum in its head, over all that follows the head, is made anew.
    """
    wanted = {name.lower(): [_line(name, value) for value in values] for name, values in attributes.items()}
    names = frozenset(wanted)
    head: list[str] = []
    body: list[str] = []
    leaving = False
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("#") and not body:
            head.append(line)
            continue
        if not line.startswith(" "):
            name = line.partition(":")[0].lower()
            leaving = name in names
            body += wanted.pop(name, [])
        if not leaving:
            body.append(line)
    body += [line for lines in wanted.values() for line in lines]
    content = "".join(line + "\n" for line in body)
    checksum = f"# CRC32 {zlib.crc32(content.encode('utf-8', 'surrogateescape')):08x}"
    return "".join((checksum if _CHECKSUM.match(line) else line) + "\n" for line in head) + content


def _lines(text: str) -> list[str]:
    joined: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" ") and joined and joined[-1]:
            joined[-1] += line[1:]
        else:
            joined.append(line)
    return [line for line in joined if not line.startswith("#")]


def _pair(line: str, number: int) -> tuple[str, str]:
    name, colon, rest = line.partition(":")
    if not colon:
        # Not the line itself, which may be the end of a password.
        raise TransactionError(
            f"Line {number} of slapd's configuration ({len(line)} characters; folded lines joined, comments left out) "
            "is not LDIF: it has no colon."
        )
    if not rest.startswith(":"):
        return name, rest.lstrip(" ")
    try:
        return name, base64.b64decode(rest[1:].strip(), validate=True).decode("utf-8", "surrogateescape")
    except binascii.Error as error:
        raise TransactionError(f"The value of {name} is not valid base64.") from error


def _line(name: str, value: str) -> str:
    if _SAFE.match(value):
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode('utf-8', 'surrogateescape')).decode('ascii')}"
