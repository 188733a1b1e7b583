# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key schedule and the record protection of TLS 1.3, as far as a client that reads needs them.

RFC 8446 sections 5.2, 5.3 and 7.  The suites are the five of RFC 8446 appendix B.4 and
the two of RFC 9150 that only protect integrity.
"""

from __future__ import annotations

import hashlib
import hmac

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aead import (
    Aead,
    BadTag,
    aes_ccm,
    aes_gcm,
    chacha20_poly1305,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aes import block_cipher
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import APPLICATION_DATA, record

SUITES = {
    0x1301: ("sha256", 16, "gcm"),
    0x1302: ("sha384", 32, "gcm"),
    0x1303: ("sha256", 32, "chacha"),
    0x1304: ("sha256", 16, "ccm"),
    0x1305: ("sha256", 16, "ccm8"),
    0xC0B4: ("sha256", 32, "hmac"),
    0xC0B5: ("sha384", 48, "hmac"),
}
"""Code point to hash, key length in bytes and AEAD."""


def make_aead(kind: str, key: bytes, digest: str) -> Aead:
    """The AEAD of a suite with its key."""
    if kind == "chacha":
        return chacha20_poly1305(key)
    if kind == "hmac":
        return _integrity_only(key, digest)
    cipher = block_cipher(key)
    if kind == "gcm":
        return aes_gcm(cipher)
    return aes_ccm(cipher, 8 if kind == "ccm8" else 16)


def _integrity_only(key: bytes, digest: str) -> Aead:
    """RFC 9150 section 4: the text stays readable, an HMAC follows it."""
    size = hashlib.new(digest).digest_size

    def seal(nonce: bytes, text: bytes, extra: bytes) -> bytes:
        return text + hmac.new(key, nonce + extra + text, digest).digest()

    def open_(nonce: bytes, sealed: bytes, extra: bytes) -> bytes:
        text = sealed[:-size]
        if seal(nonce, text, extra) != sealed:
            raise BadTag("A record of the peer has the wrong checksum.")
        return text

    return Aead(open_, seal)


def expand_label(secret: bytes, label: str, context: bytes, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label, RFC 8446 section 7.1."""
    info = length.to_bytes(2, "big") + vector(1, b"tls13 " + label.encode("ascii")) + vector(1, context)
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.new(secret, block + info + bytes((counter,)), digest).digest()
        output += block
        counter += 1
    return output[:length]


class Direction:
    """One direction of a protected connection: a key and the count of its records."""

    def __init__(self, suite: int, secret: bytes) -> None:
        digest, key_length, kind = SUITES[suite]
        nonce_length = hashlib.new(digest).digest_size if kind == "hmac" else 12
        self._aead = make_aead(kind, expand_label(secret, "key", b"", key_length, digest), digest)
        self._iv = int.from_bytes(expand_label(secret, "iv", b"", nonce_length, digest), "big")
        self._nonce_length = nonce_length
        self._count = 0

    def _nonce(self) -> bytes:
        nonce = self._iv ^ self._count
        self._count += 1
        return nonce.to_bytes(self._nonce_length, "big")

    def open(self, fragment: bytes) -> tuple[int, bytes]:
        """The content type and the content of an encrypted record's fragment."""
        head = b"\x17\x03\x03" + len(fragment).to_bytes(2, "big")
        inner = self._aead.open(self._nonce(), fragment, head).rstrip(b"\x00")
        if not inner:
            raise WireError("The peer sent an encrypted record without a content type.")
        return inner[-1], inner[:-1]

    def seal(self, kind: int, content: bytes) -> bytes:
        """A whole encrypted record."""
        inner = content + bytes((kind,))
        overhead = len(self._aead.seal(bytes(self._nonce_length), b"", b""))
        head = b"\x17\x03\x03" + (len(inner) + overhead).to_bytes(2, "big")
        return record(APPLICATION_DATA, 0x0303, self._aead.seal(self._nonce(), inner, head))


class KeySchedule:
    """The secrets of one connection, in the order in which they come to be.

    Args:
        suite: code point of the suite chosen; one of ``SUITES``.
        shared: the secret of the key exchange.
    """

    def __init__(self, suite: int, shared: bytes) -> None:
        self.suite = suite
        self.digest = SUITES[suite][0]
        self._size = hashlib.new(self.digest).digest_size
        early = hmac.new(bytes(self._size), bytes(self._size), self.digest).digest()
        self._handshake = hmac.new(self._derive(early, "derived", b""), shared, self.digest).digest()
        self.client_secret = b""
        self.server_secret = b""

    def _derive(self, secret: bytes, label: str, transcript: bytes) -> bytes:
        digest = hashlib.new(self.digest, transcript).digest()
        return expand_label(secret, label, digest, self._size, self.digest)

    def handshake(self, transcript: bytes) -> tuple[Direction, Direction]:
        """(from the client, from the server) after the ServerHello; ``transcript`` ends with it."""
        self.client_secret = self._derive(self._handshake, "c hs traffic", transcript)
        self.server_secret = self._derive(self._handshake, "s hs traffic", transcript)
        return Direction(self.suite, self.client_secret), Direction(self.suite, self.server_secret)

    def application(self, transcript: bytes) -> tuple[Direction, Direction]:
        """(from the client, from the server) after the server's Finished."""
        master = hmac.new(self._derive(self._handshake, "derived", b""), bytes(self._size), self.digest).digest()
        return (Direction(self.suite, self._derive(master, "c ap traffic", transcript)),
                Direction(self.suite, self._derive(master, "s ap traffic", transcript)))

    def finished(self, secret: bytes, transcript: bytes) -> bytes:
        """The verify_data of a Finished message, RFC 8446 section 4.4.4."""
        key = expand_label(secret, "finished", b"", self._size, self.digest)
        return hmac.new(key, hashlib.new(self.digest, transcript).digest(), self.digest).digest()


def retry_digest(suite: int, first_hello: bytes) -> bytes:
    """The message_hash message that takes the place of the first hello (RFC 8446 section 4.4.1)."""
    digest = hashlib.new(SUITES[suite][0], first_hello).digest()
    return b"\xfe\x00\x00" + bytes((len(digest),)) + digest
