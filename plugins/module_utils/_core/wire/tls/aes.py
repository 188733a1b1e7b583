# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AES of FIPS 197, encryption only: every mode that TLS uses needs no more.

The tables are computed, not written down, and only when the first key is made.
Not constant-time: see ``aead``.
"""

from __future__ import annotations

import struct
from typing import Callable

Tables = tuple[list[int], list[int], list[int], list[int], list[int]]

_made: list[Tables] = []


def _double(value: int) -> int:
    return ((value << 1) ^ 0x11B) if value & 0x80 else value << 1


def _tables() -> Tables:
    """The substitution box (section 5.1.1) and it combined with MixColumns (5.1.3), four times turned."""
    if _made:
        return _made[0]
    power, logs, value = [0] * 256, [0] * 256, 1
    for exponent in range(255):
        power[exponent], logs[value] = value, exponent
        value ^= _double(value)
    box, first = [], []
    for byte in range(256):
        inverse = power[(255 - logs[byte]) % 255] if byte else 0
        spread = inverse | inverse << 8
        mixed = 0x63
        for turn in range(5):
            mixed ^= (spread >> (8 - turn)) & 0xFF
        box.append(mixed)
        twice = _double(mixed)
        first.append(twice << 24 | mixed << 16 | mixed << 8 | (twice ^ mixed))
    turned = [[(word >> (8 * turn) | word << (32 - 8 * turn)) & 0xFFFFFFFF for word in first] for turn in range(4)]
    _made.append((box, turned[0], turned[1], turned[2], turned[3]))
    return _made[0]


def _expand(key: bytes) -> list[int]:
    """The key schedule, section 5.2, as 32-bit words."""
    box = _tables()[0]
    size = len(key) // 4
    words = list(struct.unpack(f">{size}I", key))
    constant = 1
    for index in range(size, 4 * (size + 7)):
        word = words[-1]
        if index % size == 0:
            word = (word << 8 | word >> 24) & 0xFFFFFFFF
        if index % size == 0 or (size > 6 and index % size == 4):
            word = box[word >> 24] << 24 | box[word >> 16 & 255] << 16 | box[word >> 8 & 255] << 8 | box[word & 255]
        if index % size == 0:
            word ^= constant << 24
            constant = _double(constant)
        words.append(words[index - size] ^ word)
    return words


def block_cipher(key: bytes) -> Callable[[bytes], bytes]:
    """A function that encrypts one block of 16 bytes with a key of 16 or 32 bytes."""
    box, t0, t1, t2, t3 = _tables()
    words = _expand(key)
    last = len(words) - 4

    def encrypt(block: bytes) -> bytes:
        a, b, c, d = struct.unpack(">4I", block)
        a, b, c, d = a ^ words[0], b ^ words[1], c ^ words[2], d ^ words[3]
        for at in range(4, last, 4):
            a, b, c, d = (
                t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ words[at],
                t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ words[at + 1],
                t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ words[at + 2],
                t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ words[at + 3],
            )
        return struct.pack(
            ">4I",
            (box[a >> 24] << 24 | box[b >> 16 & 255] << 16 | box[c >> 8 & 255] << 8 | box[d & 255]) ^ words[last],
            (box[b >> 24] << 24 | box[c >> 16 & 255] << 16 | box[d >> 8 & 255] << 8 | box[a & 255]) ^ words[last + 1],
            (box[c >> 24] << 24 | box[d >> 16 & 255] << 16 | box[a >> 8 & 255] << 8 | box[b & 255]) ^ words[last + 2],
            (box[d >> 24] << 24 | box[a >> 16 & 255] << 16 | box[b >> 8 & 255] << 8 | box[c & 255]) ^ words[last + 3],
        )

    return encrypt
