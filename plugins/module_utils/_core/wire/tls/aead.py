# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AEADs of TLS 1.3 in plain Python: enough to read what a server sends, and not secret.

ChaCha20-Poly1305: RFC 8439.  AES: FIPS 197.  GCM: NIST SP 800-38D.  CCM: NIST SP
800-38C.  None of this is constant-time, and it must never guard a secret: the keys
of a connection made here are computable by anybody who watches it.
"""

from __future__ import annotations

import struct
from typing import Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError

MASK32 = 0xFFFFFFFF


class BadTag(WireError):
    """The record was not made with the key we computed, or was changed on its way."""


class Aead:
    """One key of one AEAD.

    Args:
        open_: (nonce, ciphertext with tag, associated data) -> plaintext, or BadTag.
        seal: (nonce, plaintext, associated data) -> ciphertext with tag.
    """

    def __init__(self, open_: Callable[[bytes, bytes, bytes], bytes],
                 seal: Callable[[bytes, bytes, bytes], bytes]) -> None:
        self.open = open_
        self.seal = seal


def chacha20_poly1305(key: bytes) -> Aead:
    """AEAD_CHACHA20_POLY1305 with a key of 32 bytes."""
    def tag(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        one_time = _chacha20(key, 0, nonce, bytes(32))
        lengths = struct.pack("<QQ", len(extra), len(text))
        return _poly1305(one_time, _padded(extra) + _padded(text) + lengths)

    def seal(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        sealed = _chacha20(key, 1, nonce, text)
        return sealed + tag(nonce, sealed, extra)

    def open_(nonce: bytes, sealed: bytes, extra: bytes) -> bytes:
        text, seen = _split(sealed, 16)
        if tag(nonce, text, extra) != seen:
            raise BadTag("A record of the peer does not decrypt.")
        return _chacha20(key, 1, nonce, text)

    return Aead(open_, seal)


def _split(sealed: bytes, tag_length: int) -> tuple[bytes, bytes]:
    if len(sealed) < tag_length:
        raise BadTag("An encrypted record of the peer is shorter than its tag.")
    return sealed[:-tag_length], sealed[-tag_length:]


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _xor(left: bytes, right: bytes) -> bytes:
    size = len(left)
    mixed = int.from_bytes(left, "big") ^ int.from_bytes(right[:size], "big")
    return mixed.to_bytes(size, "big")


_ROUND = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


def _chacha20(key: bytes, counter: int, nonce: bytes, text: bytes) -> bytes:
    words = struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key)
    tail = struct.unpack("<3I", nonce)
    stream = []
    for block in range((len(text) + 63) // 64):
        start = [*words, (counter + block) & MASK32, *tail]
        state = start[:]
        for _each in range(10):
            for a, b, c, d in _ROUND:
                x, y, z, w = state[a], state[b], state[c], state[d]
                x = (x + y) & MASK32
                w ^= x
                w = ((w << 16) & MASK32) | (w >> 16)
                z = (z + w) & MASK32
                y ^= z
                y = ((y << 12) & MASK32) | (y >> 20)
                x = (x + y) & MASK32
                w ^= x
                w = ((w << 8) & MASK32) | (w >> 24)
                z = (z + w) & MASK32
                y ^= z
                state[a], state[b], state[c], state[d] = x, ((y << 7) & MASK32) | (y >> 25), z, w
        stream.append(struct.pack("<16I", *((s + t) & MASK32 for s, t in zip(state, start))))
    return _xor(text, b"".join(stream))


def _poly1305(key: bytes, data: bytes) -> bytes:
    prime = (1 << 130) - 5
    factor = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        piece = data[at:at + 16]
        total = (total + int.from_bytes(piece + b"\x01", "little")) * factor % prime
    return ((total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def aes_gcm(encrypt: Callable[[bytes], bytes]) -> Aead:
    """GCM over a block cipher, nonce of 12 bytes, tag of 16."""
    table = _ghash_table(int.from_bytes(encrypt(bytes(16)), "big"))

    def stream(nonce: bytes, text: bytes) -> bytes:
        blocks = range(2, 2 + (len(text) + 15) // 16)
        return _xor(text, b"".join(encrypt(nonce + struct.pack(">I", block)) for block in blocks))

    def tag(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        lengths = struct.pack(">QQ", len(extra) * 8, len(text) * 8)
        digest = _ghash(table, _padded(extra) + _padded(text) + lengths)
        return _xor(digest, encrypt(nonce + b"\x00\x00\x00\x01"))

    def seal(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        sealed = stream(nonce, text)
        return sealed + tag(nonce, sealed, extra)

    def open_(nonce: bytes, sealed: bytes, extra: bytes) -> bytes:
        text, seen = _split(sealed, 16)
        if tag(nonce, text, extra) != seen:
            raise BadTag("A record of the peer does not decrypt.")
        return stream(nonce, text)

    return Aead(open_, seal)


_GCM_REDUCE = 0xE1 << 120


def _ghash_table(key: int) -> list[list[int]]:
    """For each of 16 byte positions, the product of every byte value there with the key."""
    shifted = key
    bits = []
    for _each in range(128):
        bits.append(shifted)
        shifted = (shifted >> 1) ^ (_GCM_REDUCE if shifted & 1 else 0)
    table = []
    for position in range(16):
        row = [0] * 256
        for bit in range(8):
            row[0x80 >> bit] = bits[position * 8 + bit]
        for value in range(1, 256):
            low = value & -value
            if low != value:
                row[value] = row[low] ^ row[value ^ low]
        table.append(row)
    return table


def _ghash(table: list[list[int]], data: bytes) -> bytes:
    digest = 0
    for at in range(0, len(data), 16):
        mixed = (digest ^ int.from_bytes(data[at:at + 16], "big")).to_bytes(16, "big")
        digest = 0
        for row, byte in zip(table, mixed):
            digest ^= row[byte]
    return digest.to_bytes(16, "big")


def aes_ccm(encrypt: Callable[[bytes], bytes], tag_length: int) -> Aead:
    """CCM over a block cipher, nonce of 12 bytes, tag of 16 or 8 (RFC 6655)."""
    def stream(nonce: bytes, text: bytes) -> bytes:
        blocks = range(1, 1 + (len(text) + 15) // 16)
        return _xor(text, b"".join(encrypt(b"\x02" + nonce + block.to_bytes(3, "big")) for block in blocks))

    def tag(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        flags = (0x40 if extra else 0) | (((tag_length - 2) // 2) << 3) | 2
        data = bytes((flags,)) + nonce + len(text).to_bytes(3, "big")
        if extra:
            data += _padded(len(extra).to_bytes(2, "big") + extra)
        data += _padded(text)
        state = bytes(16)
        for at in range(0, len(data), 16):
            state = encrypt(_xor(state, data[at:at + 16]))
        return _xor(state, encrypt(b"\x02" + nonce + bytes(3)))[:tag_length]

    def seal(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        return stream(nonce, text) + tag(nonce, text, extra)

    def open_(nonce: bytes, sealed: bytes, extra: bytes) -> bytes:
        body, seen = _split(sealed, tag_length)
        text = stream(nonce, body)
        if tag(nonce, text, extra) != seen:
            raise BadTag("A record of the peer does not decrypt.")
        return text

    return Aead(open_, seal)
