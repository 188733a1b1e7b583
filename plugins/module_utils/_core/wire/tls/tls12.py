# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys of TLS 1.2 and its AEAD records, as far as a client without a secret needs them.

RFC 5246 sections 5, 6.3 and 8, RFC 5288, RFC 6655, RFC 7905, RFC 7627.  The private key is 1
(see ``shares``), or for static RSA the premaster secret is a constant; so the keys
protect nothing, and only AEAD suites are worth the code.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aead import (
    Aead,
    aes_ccm,
    aes_gcm,
    chacha20_poly1305,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aes import block_cipher
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import KeyExchange
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import record
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import (
    can_share,
    public_share,
    shared_secret,
)

PREMASTER = b"\x03\x03" + b"intransit.tls carries no secret in here, ever."
"""Forty-eight bytes: what static RSA encrypts."""
KINDS = {
    "AES_128_GCM": (16, 4), "AES_256_GCM": (32, 4), "AES_128_CCM": (16, 4), "AES_256_CCM": (32, 4),
    "AES_128_CCM_8": (16, 4), "AES_256_CCM_8": (32, 4), "CHACHA20_POLY1305": (32, 12),
}
"""Cipher to the lengths of its key and of the fixed part of its nonce."""


def usable(suite: Suite) -> bool:
    """Whether a whole handshake with this suite can be made here."""
    return suite.cipher in KINDS and suite.kx in ("ECDHE", "DHE", "RSA") and suite.min_protocol == "TLSv1.2"


def digest_of(suite: Suite) -> str:
    """The hash of the suite's PRF (RFC 5246 section 5)."""
    return "sha384" if suite.iana.endswith("SHA384") else "sha256"


def prf(secret: bytes, label: bytes, seed: bytes, length: int, digest: str) -> bytes:
    """P_hash of RFC 5246 section 5."""
    seed, output, chained = label + seed, b"", label + seed
    while len(output) < length:
        chained = hmac.new(secret, chained, digest).digest()
        output += hmac.new(secret, chained + seed, digest).digest()
    return output[:length]


def client_share(suite: Suite, exchange: Optional[KeyExchange], modulus: int = 0,
                 exponent: int = 0) -> tuple[bytes, bytes]:
    """The body of the ClientKeyExchange and the premaster secret.

    Args:
        suite: the suite chosen.
        exchange: the ServerKeyExchange, for ECDHE and DHE.
        modulus: RSA modulus of the leaf, for static RSA.
        exponent: its public exponent.

    Raises:
        WireError: the server's share cannot be used.
    """
    if suite.kx == "RSA":
        if not modulus:
            raise WireError("The server's certificate has no RSA key for an RSA key exchange.")
        return vector(2, rsa_encrypt(pkcs1(PREMASTER, modulus), modulus, exponent)), PREMASTER
    if exchange is None:
        raise WireError("The server sent no ServerKeyExchange.")
    if suite.kx == "ECDHE":
        if exchange.group is None or not can_share(exchange.group):
            raise WireError("The server chose a group that this prober has no share for.")
        return vector(1, public_share(exchange.group)), shared_secret(exchange.group, exchange.share)
    # Private key 1: our share is the generator, the secret is the server's own share.
    return vector(2, exchange.dh_generator), exchange.share.lstrip(b"\x00")


def pkcs1(message: bytes, modulus: int) -> bytes:
    """PKCS #1 v1.5 padding for encryption (RFC 8017 section 7.2.1), with a constant filler."""
    size = (modulus.bit_length() + 7) // 8
    return b"\x00\x02" + b"\xa5" * (size - 3 - len(message)) + b"\x00" + message


def rsa_encrypt(padded: bytes, modulus: int, exponent: int) -> bytes:
    """Textbook RSA."""
    return pow(int.from_bytes(padded, "big"), exponent, modulus).to_bytes((modulus.bit_length() + 7) // 8, "big")


class Protection:
    """One direction: an AEAD, its nonces, and the count of its records."""

    def __init__(self, suite: Suite, key: bytes, fixed: bytes) -> None:
        self._aead = _aead(suite, key)
        self._fixed = fixed
        self._explicit = len(fixed) == 4
        self._tag = 8 if suite.cipher.endswith("CCM_8") else 16
        self._count = 0

    def _nonce(self, explicit: bytes) -> bytes:
        if self._explicit:
            return self._fixed + explicit
        return (int.from_bytes(self._fixed, "big") ^ self._count).to_bytes(12, "big")

    def _head(self, kind: int, length: int) -> bytes:
        return self._count.to_bytes(8, "big") + bytes((kind,)) + b"\x03\x03" + length.to_bytes(2, "big")

    def seal(self, kind: int, content: bytes) -> bytes:
        """A whole protected record."""
        explicit = self._count.to_bytes(8, "big")
        sealed = self._aead.seal(self._nonce(explicit), content, self._head(kind, len(content)))
        self._count += 1
        return record(kind, 0x0303, (explicit if self._explicit else b"") + sealed)

    def open(self, kind: int, fragment: bytes) -> bytes:
        """The content of a protected record's fragment."""
        explicit = fragment[:8] if self._explicit else b""
        sealed = fragment[len(explicit):]
        if len(sealed) < self._tag:
            raise WireError("The peer sent a protected record that is too short.")
        content = self._aead.open(self._nonce(explicit), sealed, self._head(kind, len(sealed) - self._tag))
        self._count += 1
        return content


def _aead(suite: Suite, key: bytes) -> Aead:
    if suite.cipher == "CHACHA20_POLY1305":
        return chacha20_poly1305(key)
    if suite.cipher.endswith("GCM"):
        return aes_gcm(block_cipher(key))
    return aes_ccm(block_cipher(key), 8 if suite.cipher.endswith("CCM_8") else 16)


class Keys:
    """The secrets of one TLS 1.2 connection.

    Args:
        suite: a ``usable`` one.
        premaster: what the key exchange gave.
        randoms: client random and server random, one behind the other.
        transcript: every message up to the ClientKeyExchange, for the extended master secret; else None.
    """

    def __init__(self, suite: Suite, premaster: bytes, randoms: bytes, transcript: Optional[bytes]) -> None:
        self._suite = suite
        self._digest = digest_of(suite)
        if transcript is not None:
            seed = hashlib.new(self._digest, transcript).digest()
            self._master = prf(premaster, b"extended master secret", seed, 48, self._digest)
        else:
            self._master = prf(premaster, b"master secret", randoms, 48, self._digest)
        self._randoms = randoms

    def directions(self) -> tuple[Protection, Protection]:
        """(from the client, from the server), RFC 5246 section 6.3."""
        size, fixed = KINDS[self._suite.cipher]
        seed = self._randoms[32:] + self._randoms[:32]
        block = prf(self._master, b"key expansion", seed, 2 * (size + fixed), self._digest)
        client, server = block[:size], block[size:2 * size]
        ivs = block[2 * size:]
        return (Protection(self._suite, client, ivs[:fixed]), Protection(self._suite, server, ivs[fixed:]))

    def finished(self, transcript: bytes) -> bytes:
        """The client's verify_data, RFC 5246 section 7.4.9."""
        seed = hashlib.new(self._digest, transcript).digest()
        return prf(self._master, b"client finished", seed, 12, self._digest)
