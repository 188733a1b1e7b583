# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text armour (RFC 7468): bytes in, blocks out; nothing is decoded beyond base64.

As tolerant as the libraries that daemons use: text between blocks is skipped, old
header lines (``Proc-Type``) are understood.  What cannot be read becomes a block with
a ``problem``, never an exception, and the number of blocks is bounded.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Dict, List, Tuple

MAX_BLOCKS = 20000
"""More than any trust store or inventory has; what comes after is not read."""

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,60})-----[ \t]*\r?(?:\n|\Z)")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*(.*)")


@dataclass(frozen=True)
class Block:
    """One armoured object."""

    label: str
    der: bytes
    line: int
    """Line of its BEGIN, from 1."""
    headers: Tuple[Tuple[str, str], ...] = ()
    problem: str = ""
    text: bytes = b""
    """The whole object as it stands in the file."""

    @property
    def encrypted(self) -> bool:
        """The label or the header says that a passphrase is needed."""
        headers = dict(self.headers)
        return self.label == "ENCRYPTED PRIVATE KEY" or "ENCRYPTED" in headers.get("proc-type", "").upper()


def looks_like_pem(data: bytes) -> bool:
    """Tell whether there is any BEGIN line in it."""
    return b"-----BEGIN " in data


def blocks(data: bytes) -> Tuple[Block, ...]:
    """Split ``data`` into its armoured objects, in the order of the file.

    A BEGIN without its END, and base64 that is none, give a block with ``problem``
    set and empty ``der``.
    """
    found: List[Block] = []
    line, counted, position = 1, 0, 0
    while len(found) < MAX_BLOCKS:
        begin = _BEGIN.search(data, position)
        if begin is None:
            break
        line += data.count(b"\n", counted, begin.start())
        counted = begin.start()
        label = begin.group(1).decode("ascii")
        end_marker = b"-----END " + begin.group(1) + b"-----"
        end = data.find(end_marker, begin.end())
        following = _BEGIN.search(data, begin.end())
        if end < 0 or (following is not None and following.start() < end):
            found.append(Block(label, b"", line, problem=f"line {line}: BEGIN {label} has no END of its own"))
            position = begin.end()
            continue
        position = end + len(end_marker)
        found.append(_block(label, data[begin.end() : end], line, data[begin.start() : position] + b"\n"))
    return tuple(found)


def _block(label: str, body: bytes, line: int, text: bytes) -> Block:
    headers: Dict[str, str] = {}
    lines = body.replace(b"\r", b"\n").split(b"\n")
    start = 0
    for number, content in enumerate(lines):
        match = _HEADER.match(content)
        if match is not None:
            headers[match.group(1).decode("ascii").lower()] = match.group(2).decode("ascii", "replace")
            start = number + 1
        elif headers and content[:1] in (b" ", b"\t"):
            start = number + 1
        elif content.strip():
            break
    encoded = b"".join(b"".join(lines[start:]).split())
    try:
        der = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        der = b""
    problem = "" if der else f"line {line}: what stands in {label} is not base64"
    return Block(label, der, line, tuple(sorted(headers.items())), problem, text)


def armour(der: bytes, label: str = "CERTIFICATE") -> str:
    """Write DER as PEM with lines of 64 characters."""
    text = base64.b64encode(der).decode("ascii")
    body = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
