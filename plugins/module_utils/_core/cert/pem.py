# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text armour (RFC 7468) as OpenSSL reads it: bytes in, blocks out; nothing is decoded beyond base64.

Exactly as strict as OpenSSL's ``PEM_read_bio``, because Apache, Postfix, nginx, HAProxy, Dovecot and
PostgreSQL load their files with it: what it refuses, or silently passes over, becomes a block with a
``problem``, never an exception and never repaired.  GnuTLS is more tolerant; a problem says so.
The number of blocks is bounded.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Optional

MAX_BLOCKS = 20000
"""More than any trust store or inventory has; what comes after is not read."""

MAX_LINE = 253
"""OpenSSL cuts longer lines, so that a BEGIN or END as long as that is none."""

HEADED_LINE = 64
"""Below a header, or below an empty line in its place, every line but the last has to have this length."""

_BEGIN = re.compile(rb"(?im)^(?:[ \t]|\xef\xbb\xbf|\xc2\xa0){0,64}-+[ \t]*BEGIN[ \t]+[A-Z0-9][^\n]*")
"""Whatever a person would take for a BEGIN line."""
_END = re.compile(rb"(?m)^-----END ")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n\v\f"

REFUSED = "OpenSSL (Apache, Postfix, nginx, Dovecot) refuses the file"
PASSED_OVER = "OpenSSL (Apache, Postfix, nginx, Dovecot) passes over this block"
GNUTLS_READS = ", although GnuTLS (slapd, Exim) reads it"


@dataclass(frozen=True)
class Block:
    """One armoured object."""

    label: str
    der: bytes
    line: int
    """Line of its BEGIN, from 1."""
    headers: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    text: bytes = b""
    """The whole object as it stands in the file."""

    @property
    def encrypted(self) -> bool:
        """The label or the header says that a passphrase is needed."""
        headers = dict(self.headers)
        return self.label == "ENCRYPTED PRIVATE KEY" or "ENCRYPTED" in headers.get("proc-type", "").upper()


def looks_like_pem(data: bytes) -> bool:
    """Tell whether there is any BEGIN line in it, a damaged one included."""
    return b"-----BEGIN " in data or _BEGIN.search(data) is not None


def split_blocks(data: bytes) -> tuple[Block, ...]:
    """Split ``data`` into its armoured objects, in the order of the file.

    A BEGIN that OpenSSL does not take for one, a BEGIN without its END, and base64 that is
    none, give a block with ``problem`` set and empty ``der``.
    """
    found: list[Block] = []
    lines = _Lines(data)
    begin = _BEGIN.search(data)
    while begin is not None and len(found) < MAX_BLOCKS:
        number = lines.number(begin.start())
        label = _label(begin.group(0), begin.start() == 0)
        following = _BEGIN.search(data, begin.end())
        if label is None:
            found.append(_passed_over(begin.group(0), number))
        else:
            limit = len(data) if following is None else following.start()
            block, position = _block(lines, label, begin.start(), min(begin.end() + 1, len(data)), limit)
            found.append(block)
            if following is not None and following.start() < position:
                following = _BEGIN.search(data, position)
        begin = following
    return tuple(found)


class _Lines:
    """Bytes, and which line a place in them is in; places are asked for in rising order."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._number, self._counted = 1, 0
        self._end: Optional[int] = -1

    def number(self, position: int) -> int:
        self._number += self.data.count(b"\n", self._counted, position)
        self._counted = position
        return self._number

    def next_end(self, position: int) -> Optional[int]:
        """Return where the next END line begins; asked again only beyond the last answer."""
        if self._end is not None and self._end < position:
            match = _END.search(self.data, position)
            self._end = None if match is None else match.start()
        return self._end

    def line(self, position: int) -> bytes:
        end = self.data.find(b"\n", position)
        return self.data[position : len(self.data) if end < 0 else end]


def _label(line: bytes, first: bool) -> Optional[str]:
    """Return the label of a BEGIN line, ``None`` if OpenSSL does not take it for one."""
    if first and line.startswith(_BOM):
        line = line[len(_BOM) :]
    line = line.rstrip(_BLANK)
    if len(line) > MAX_LINE or not line.startswith(b"-----BEGIN ") or not line.endswith(b"-----") or len(line) < 17:
        return None
    return line[11:-5].decode("ascii", "backslashreplace")


def _passed_over(line: bytes, number: int) -> Block:
    words = line.strip(_BLANK + _BOM + b"\xc2\xa0").strip(b"-").strip()
    label = words[6:].split(b"-")[0].decode("ascii", "backslashreplace")[:60].strip().upper()
    indented = line.lstrip(_BLANK + _BOM + b"\xc2\xa0") != line
    why = "is not at the start of its line" if indented else "is not '-----BEGIN LABEL-----' alone on its line"
    also = GNUTLS_READS if indented else ""
    return Block(label, b"", number, problem=f"line {number}: BEGIN {label} {why}; {PASSED_OVER}{also}")


def _block(lines: _Lines, label: str, start: int, body: int, limit: int) -> tuple[Block, int]:
    """Read one object whose BEGIN is in order.

    Returns:
        the object, and where to read on.
    """
    number = lines.number(start)
    end = lines.next_end(body)
    if end is None or end > limit:
        problem = f"line {number}: BEGIN {label} has no END of its own; {REFUSED}"
        return Block(label, b"", number, problem=problem), limit
    closing = lines.line(end)
    place = number + lines.data.count(b"\n", start, end)
    position = end + len(closing)
    if closing.rstrip(_BLANK) != f"-----END {label}-----".encode("ascii") or len(closing.rstrip(_BLANK)) > MAX_LINE:
        return Block(label, b"", number, problem=_wrong_end(label, closing, place)), position
    text = lines.data[start:end] + closing + b"\n"
    headers, der, problem = _body(label, lines.data[body:end], number + 1)
    return Block(label, der, number, tuple(sorted(headers.items())), problem, text), position


def _wrong_end(label: str, closing: bytes, number: int) -> str:
    if b"-----BEGIN " in closing:
        return (
            f"line {number}: the END of {label} and the BEGIN of the next block are on one line; "
            f"{REFUSED}{GNUTLS_READS}. Put a line break between them"
        )
    shown = closing[:60].decode("ascii", "backslashreplace").strip()
    return f"line {number}: '{shown}' is not the END of {label}; {REFUSED}{GNUTLS_READS}"


def _body(label: str, body: bytes, first: int) -> tuple[dict[str, str], bytes, str]:
    """Read the lines between BEGIN and END: headers, content, and what is wrong with them."""
    rows = [row.rstrip(_BLANK) for row in body.split(b"\n")][:-1]
    headers: dict[str, str] = {}
    headed = b"" in rows
    if headed:
        blank = rows.index(b"")
        headers = _headers(rows[:blank])
        if blank and not headers.get("proc-type", "").startswith("4,"):
            what = "a header that is not Proc-Type" if b":" in rows[0] else "an empty line in the middle of the base64"
            also = "" if b":" in rows[0] else GNUTLS_READS
            place = first if b":" in rows[0] else first + blank
            return headers, b"", f"line {place}: {label} has {what}; {REFUSED}{also}"
        rows, first = rows[blank + 1 :], first + blank + 1
        for number, row in enumerate(rows):
            if not row or len(row) > HEADED_LINE or (len(row) < HEADED_LINE and number < len(rows) - 1):
                return headers, b"", (
                    f"line {first + number}: below an empty line each line of {label} has to have {HEADED_LINE} "
                    f"characters; {REFUSED}{GNUTLS_READS if not headers else ''}"
                )
    return headers, *_decoded(label, rows, first)


def _headers(rows: list[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        name, colon, value = row.partition(b":")
        if colon and row[:1] not in (b" ", b"\t"):
            found[name.decode("ascii", "replace").lower()] = value.strip().decode("ascii", "replace")
    return found


def _decoded(label: str, rows: list[bytes], first: int) -> tuple[bytes, str]:
    content = b"".join(b"".join(rows).split())
    if content and len(content) % 4 == 0 and _BASE64.fullmatch(content):
        return base64.b64decode(content), ""
    for number, row in enumerate(rows):
        if not _BASE64.fullmatch(b"".join(row.split())) or (b"=" in row and number < len(rows) - 1):
            return b"", f"line {first + number}: what stands in {label} is not base64; {REFUSED}"
    return b"", f"line {first}: what stands in {label} is not base64, its length is not a multiple of four; {REFUSED}"


def write_armour(der: bytes, label: str = "CERTIFICATE") -> str:
    """Write DER as PEM with lines of 64 characters."""
    text = base64.b64encode(der).decode("ascii")
    body = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
