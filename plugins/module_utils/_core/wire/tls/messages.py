# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server says in a handshake, parsed: ServerHello, Certificate, and their company.

RFC 5246 section 7.4, RFC 8446 section 4, RFC 8422 section 5.4, RFC 6066 section 8.
Messages are put together from fragments by ``MessageReader``, which never holds more
than ``MAX_MESSAGE`` bytes.  Parsers are strict about lengths and lenient about content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import VERSION_NAMES

MAX_MESSAGE = 2 ** 18
"""A quarter of a mebibyte: twice the longest chain that OpenSSL accepts by default and more."""

SSL3 = 0x0300
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446 section 4.1.3)."""


class ServerHello(NamedTuple):
    """A server's choice.  ``retry``: it is a HelloRetryRequest."""

    version: str
    suite: int
    compression: int
    session_id: bytes
    extensions: Mapping[int, bytes]
    retry: bool = False
    random: bytes = b""

    @property
    def group(self) -> Optional[int]:
        """TLS 1.3: the group chosen (RFC 8446 section 4.2.8)."""
        share = self.extensions.get(ext.KEY_SHARE)
        return int.from_bytes(share[:2], "big") if share and len(share) >= 2 else None

    @property
    def share(self) -> bytes:
        """TLS 1.3: the server's public share; empty in a HelloRetryRequest."""
        body = self.extensions.get(ext.KEY_SHARE, b"")
        if self.retry or len(body) < 4:
            return b""
        cursor = Cursor(body[2:], "key share")
        return cursor.vector(2)

    @property
    def cookie(self) -> Optional[bytes]:
        """TLS 1.3: what a HelloRetryRequest wants to see again."""
        body = self.extensions.get(ext.COOKIE)
        return Cursor(body, "cookie").vector(2) if body else None


class KeyExchange(NamedTuple):
    """The ServerKeyExchange of TLS 1.2 and below.

    ``group`` for ECDHE; ``dh_bits``, the length of the prime, for DHE; ``scheme`` is the
    signature scheme, from TLS 1.2 on and unless the suite is anonymous.
    """

    group: Optional[int] = None
    explicit_curve: bool = False
    dh_bits: Optional[int] = None
    dh_prime: bytes = b""
    dh_generator: bytes = b""
    scheme: Optional[int] = None
    share: bytes = b""
    """The server's public share: a point, or a number."""


class CertificateRequest(NamedTuple):
    """The server asks for a client certificate."""

    schemes: tuple[int, ...] = ()
    ca_names: tuple[bytes, ...] = ()
    """Distinguished names in DER."""
    types: tuple[int, ...] = ()


class Chain(NamedTuple):
    """Certificates in DER, leaf first, as sent, and the stapled OCSP response of the leaf."""

    certificates: tuple[bytes, ...]
    staple: Optional[bytes] = None


class MessageReader:
    """Puts handshake messages together from the fragments of records."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def feed(self, fragment: bytes) -> list[tuple[int, bytes]]:
        """Take a fragment; return the (type, body) of every message complete now."""
        self.buffer += fragment
        messages = []
        while len(self.buffer) >= 4:
            length = int.from_bytes(self.buffer[1:4], "big")
            if length > MAX_MESSAGE:
                raise WireError(f"The peer announced a handshake message of {length} bytes.")
            if len(self.buffer) < 4 + length:
                break
            messages.append((self.buffer[0], bytes(self.buffer[4:4 + length])))
            del self.buffer[:4 + length]
        return messages


def parse_extensions(data: bytes, what: str) -> dict[int, bytes]:
    """A list of extensions; one that comes twice is nonsense (RFC 8446 section 4.2)."""
    cursor = Cursor(data, what)
    found: dict[int, bytes] = {}
    while cursor.left:
        number = cursor.number(2)
        if number in found:
            raise WireError(f"The peer sent extension {number} twice.")
        found[number] = cursor.vector(2)
    return found


def parse_server_hello(body: bytes) -> ServerHello:
    """RFC 8446 section 4.1.3; the version is the negotiated one."""
    cursor = Cursor(body, "ServerHello")
    number = cursor.number(2)
    random = cursor.take(32)
    session_id = cursor.vector(1)
    suite = cursor.number(2)
    compression = cursor.number(1)
    extensions: dict[int, bytes] = {}
    if cursor.left:
        extensions = parse_extensions(cursor.vector(2), "ServerHello extensions")
        cursor.finish()
    chosen = extensions.get(ext.SUPPORTED_VERSIONS)
    if chosen is not None:
        if len(chosen) != 2:
            raise WireError("The peer chose a TLS version that is not two bytes long.")
        number = int.from_bytes(chosen, "big")
    if number not in VERSION_NAMES or number < SSL3:
        raise WireError(f"The peer chose protocol version 0x{number:04x}, which nobody has defined.")
    return ServerHello(
        VERSION_NAMES[number], suite, compression, session_id, extensions, random == RETRY_RANDOM, random,
    )


def parse_certificate(body: bytes, tls13: bool = False) -> Chain:
    """The chain as sent; with TLS 1.3 the staple comes inside it (RFC 8446 section 4.4.2)."""
    cursor = Cursor(body, "Certificate message")
    if tls13:
        cursor.vector(1)
    entries = Cursor(cursor.vector(3), "certificate list")
    cursor.finish()
    certificates: list[bytes] = []
    staple = None
    while entries.left:
        certificates.append(entries.vector(3))
        if tls13:
            extensions = parse_extensions(entries.vector(2), "certificate extensions")
            if len(certificates) == 1 and ext.STATUS_REQUEST in extensions:
                staple = parse_status(extensions[ext.STATUS_REQUEST])
    return Chain(tuple(certificates), staple)


def parse_status(body: bytes) -> bytes:
    """The stapled OCSP response in DER (RFC 6066 section 8)."""
    cursor = Cursor(body, "CertificateStatus")
    if cursor.number(1) != 1:
        raise WireError("The peer stapled something that is not an OCSP response.")
    return cursor.vector(3)


def parse_key_exchange(body: bytes, kx: str, tls12: bool, signed: bool) -> KeyExchange:
    """The ServerKeyExchange.

    Args:
        body: the message without its head.
        kx: ``"ECDHE"`` or ``"DHE"``; anything else tells nothing and gives an empty value.
        tls12: the version is TLS 1.2, so a signature names its scheme.
        signed: the suite authenticates the server, so there is a signature.
    """
    cursor = Cursor(body, "ServerKeyExchange")
    group, bits, explicit = None, None, False
    prime = generator = share = b""
    if kx == "ECDHE":
        if cursor.number(1) != 3:
            return KeyExchange(explicit_curve=True)
        group = cursor.number(2)
        share = cursor.vector(1)
    elif kx == "DHE":
        prime = cursor.vector(2)
        generator = cursor.vector(2)
        share = cursor.vector(2)
        bits = int.from_bytes(prime, "big").bit_length()
    else:
        return KeyExchange()
    scheme = cursor.number(2) if tls12 and signed and cursor.left >= 2 else None
    return KeyExchange(group, explicit, bits, prime, generator, scheme, share)


def parse_certificate_request(body: bytes, version: str) -> CertificateRequest:
    """RFC 5246 section 7.4.4 and RFC 8446 section 4.3.2."""
    cursor = Cursor(body, "CertificateRequest")
    if version == "TLSv1.3":
        cursor.vector(1)
        extensions = parse_extensions(cursor.vector(2), "CertificateRequest extensions")
        schemes: tuple[int, ...] = ()
        if ext.SIGNATURE_ALGORITHMS in extensions:
            schemes = Cursor(extensions[ext.SIGNATURE_ALGORITHMS], "signature schemes").numbers(2, 2)
        names = b""
        if ext.CERTIFICATE_AUTHORITIES in extensions:
            names = Cursor(extensions[ext.CERTIFICATE_AUTHORITIES], "CA names").vector(2)
        return CertificateRequest(schemes, _names(names))
    types = cursor.numbers(1, 1)
    schemes = cursor.numbers(2, 2) if version == "TLSv1.2" else ()
    return CertificateRequest(schemes, _names(cursor.vector(2)), types)


def _names(data: bytes) -> tuple[bytes, ...]:
    cursor = Cursor(data, "list of CA names")
    names = []
    while cursor.left:
        names.append(cursor.vector(2))
    return tuple(names)
