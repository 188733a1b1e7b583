# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read and write the length-prefixed vectors of TLS; anything that does not fit is a WireError.

Every number is big-endian, every vector carries its length in front of it
(RFC 8446 section 3).  A cursor never reads past the bytes it was given.
"""

from __future__ import annotations

import struct

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError


class Cursor:
    """A reading position in some bytes of a peer.

    Args:
        data: the bytes of one structure, complete.
        what: its name, used in the sentence of the error.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._at = 0
        self._what = what

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        end = self._at + count
        if end > len(self._data):
            raise WireError(
                f"The peer's {self._what} ends {end - len(self._data)} bytes too early.",
                {"structure": self._what, "length": len(self._data)},
            )
        piece = self._data[self._at:end]
        self._at = end
        return piece

    def number(self, width: int) -> int:
        """An unsigned number of ``width`` bytes."""
        return int.from_bytes(self.take(width), "big")

    def vector(self, width: int) -> bytes:
        """A vector whose length is written in ``width`` bytes in front of it."""
        return self.take(self.number(width))

    def numbers(self, width: int, each: int) -> tuple[int, ...]:
        """A vector of unsigned numbers of ``each`` bytes, its length in ``width`` bytes."""
        inner = self.vector(width)
        if len(inner) % each:
            raise WireError(f"A list in the peer's {self._what} is cut in the middle of an entry.")
        return tuple(int.from_bytes(inner[at:at + each], "big") for at in range(0, len(inner), each))

    def rest(self) -> bytes:
        """Everything that has not been read yet."""
        return self.take(len(self._data) - self._at)

    @property
    def left(self) -> int:
        """How many bytes have not been read yet."""
        return len(self._data) - self._at

    def finish(self) -> None:
        """Raise unless everything has been read."""
        if self.left:
            raise WireError(f"The peer's {self._what} has {self.left} bytes too many.", {"structure": self._what})


def vector(width: int, data: bytes) -> bytes:
    """``data`` with its length in ``width`` bytes in front of it."""
    return len(data).to_bytes(width, "big") + data


def numbers(width: int, each: int, values: tuple[int, ...]) -> bytes:
    """A vector of unsigned numbers of ``each`` bytes, its length in ``width`` bytes."""
    if each == 2:
        # Long lists of suites are written for every connection.
        return (2 * len(values)).to_bytes(width, "big") + struct.pack(f">{len(values)}H", *values)
    return vector(width, b"".join(value.to_bytes(each, "big") for value in values))
