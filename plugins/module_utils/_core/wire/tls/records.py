# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record layer: bytes in, whole records out, never more in memory than one record.

RFC 8446 section 5.1 and RFC 5246 section 6.2.  A record's fragment may hold 2^14
bytes, 2^14 + 2048 when it is encrypted (TLS 1.2).  Bytes that cannot be the start
of a record are not TLS: ``NotTls`` carries them, because a plaintext answer is an
observation of its own.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError

CHANGE_CIPHER_SPEC = 20
ALERT = 21
HANDSHAKE = 22
APPLICATION_DATA = 23
HEARTBEAT = 24

MAX_FRAGMENT = 2 ** 14 + 2048

VERSION_NUMBERS = {
    "SSLv2": 0x0002,
    "SSLv3": 0x0300,
    "TLSv1": 0x0301,
    "TLSv1.1": 0x0302,
    "TLSv1.2": 0x0303,
    "TLSv1.3": 0x0304,
}
"""Protocol version to its number on the wire (RFC 8446 section 4.2.1 and its ancestors)."""

VERSION_NAMES = {number: name for name, number in VERSION_NUMBERS.items()}


class NotTls(WireError):
    """The peer answered with something that is not a TLS record."""


class Record(NamedTuple):
    """One record: its content type, the version written on it, and its fragment."""

    kind: int
    version: int
    fragment: bytes


class RecordReader:
    """Turns bytes, in pieces of any size, into records."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Record]:
        """Take bytes from the peer; return the records that are complete now.

        Raises:
            NotTls: the bytes cannot be the start of a record.
            WireError: the record is longer than any record may be.
        """
        self._buffer += data
        records: list[Record] = []
        while True:
            record = self._next()
            if record is None:
                return records
            records.append(record)

    def _next(self) -> Optional[Record]:
        buffer = self._buffer
        if not buffer:
            return None
        if buffer[0] not in (CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT):
            raise NotTls("The peer did not answer with TLS.", {"first_bytes": bytes(buffer[:64]).hex()})
        if len(buffer) > 1 and buffer[1] != 3:
            raise NotTls("The peer did not answer with TLS.", {"first_bytes": bytes(buffer[:64]).hex()})
        if len(buffer) < 5:
            return None
        length = (buffer[3] << 8) | buffer[4]
        if length > MAX_FRAGMENT:
            raise WireError(f"The peer announced a TLS record of {length} bytes; the most is {MAX_FRAGMENT}.")
        if len(buffer) < 5 + length:
            return None
        record = Record(buffer[0], (buffer[1] << 8) | buffer[2], bytes(buffer[5:5 + length]))
        del buffer[:5 + length]
        return record

    @property
    def pending(self) -> int:
        """Bytes of a record that is not complete yet."""
        return len(self._buffer)


def looks_like_tls(data: bytes) -> bool:
    """Whether the first bytes of an answer to plaintext are an alert or a handshake of TLS."""
    return data[:1] in (bytes((ALERT,)), bytes((HANDSHAKE,))) and data[1:2] in (b"", b"\x03")


def record(kind: int, version: int, fragment: bytes) -> bytes:
    """The bytes of one record."""
    return bytes((kind,)) + version.to_bytes(2, "big") + len(fragment).to_bytes(2, "big") + fragment
