# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates and private keys read by the standard library alone (RFC 5280, 5958, 8017, 5915).

The one reader of certificates, whatever library is there: it refuses what OpenSSL refuses and
takes what OpenSSL takes.  Checks no signature, opens nothing that is encrypted, and derives no
public half that a key file does not carry along.  Raises ``CertificateError`` for nonsense
and nothing else.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der, distinguished
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import Node
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.extensions import read_extensions
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, PublicKey
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import (
    SIGNATURE_ALGORITHMS,
    SIGNATURE_HASHES,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
OID_RSA, OID_EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
OID_PSS = "1.2.840.113549.1.1.10"


def encode_certificate(encoded: bytes, source: str, position: int = 0, with_pem: bool = False) -> Certificate:
    """Return the facts of one DER certificate.

    Raises:
        CertificateError: it is none, or one that OpenSSL refuses as well.
    """
    encoded = der.find_first_object(encoded)
    try:
        return _certificate(encoded, source, position, with_pem)
    except (IndexError, ValueError, OverflowError) as error:
        raise CertificateError(f"The certificate cannot be read: {error or 'a part is missing'}") from None


def _certificate(encoded: bytes, source: str, position: int, with_pem: bool) -> Certificate:
    body, algorithm, _signature = _outer(encoded)
    version, fields, extensions = _fields(body)
    serial, inner, issuer, validity, subject, spki = fields
    begin, end = (read_time(item) for item in validity.children())
    odd = [*_oddities(version, serial), *distinguished.find_oddities(subject), *distinguished.find_oddities(issuer)]
    if der.encode_node(inner) != der.encode_node(algorithm):
        raise ValueError("it names two different signature algorithms")
    facts = read_extensions(extensions, odd)
    oid = der.read_algorithm_oid(algorithm)
    return Certificate(
        source=source,
        position=position,
        sha256=hashlib.sha256(encoded).hexdigest(),
        subject=distinguished.format_name(subject),
        issuer=distinguished.format_name(issuer),
        subject_id=distinguished.make_identity(subject),
        issuer_id=distinguished.make_identity(issuer),
        subject_sha256=hashlib.sha256(der.encode_node(subject)).hexdigest(),
        issuer_sha256=hashlib.sha256(der.encode_node(issuer)).hexdigest(),
        serial=format(serial.integer(), "x"),
        not_before=begin,
        not_after=end,
        key=der.read_public_key(spki),
        signature_algorithm=SIGNATURE_ALGORITHMS.get(oid, oid),
        signature_hash=_hash(algorithm),
        common_names=distinguished.list_common_names(subject),
        oddities=tuple(dict.fromkeys(odd)),
        pem=write_armour(encoded) if with_pem else None,
        **facts,
    )


def _outer(encoded: bytes) -> tuple[Node, Node, Node]:
    """Return what is signed, the algorithm and the signature."""
    outer = der.read(encoded)
    parts = outer.children()
    if outer.tag != der.SEQUENCE or [part.tag for part in parts] != [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
        raise ValueError("its parts are not those of one")
    body, algorithm, signature = parts
    der.count_unused_bits(signature)
    return body, algorithm, signature


def _fields(body: Node) -> tuple[int, list[Node], tuple[Node, ...]]:
    """Return the version as it is written, the six fields that are always there, and the extensions."""
    rest = list(body.children())
    version = 0
    if rest[0].tag == der.CONTEXT_0:
        (number,) = rest.pop(0).children()
        version = number.integer()
    fields, rest = rest[:6], rest[6:]
    extensions: tuple[Node, ...] = ()
    for tag in (0x81, 0x82, 0xA3):
        if rest and rest[0].tag == tag:
            item = rest.pop(0)
            if tag == 0xA3:
                (holder,) = item.children()
                extensions = _sequence(holder)
            else:
                der.count_unused_bits(item)
    if rest or len(fields) != 6:
        raise ValueError("its fields are not those of one")
    for field in fields[1:]:
        _sequence(field)
    return version, fields, extensions


def _sequence(node: Node) -> tuple[Node, ...]:
    if node.tag != der.SEQUENCE:
        raise ValueError("a field is not of its type")
    return node.children()


def _oddities(version: int, serial: Node) -> list[str]:
    found: list[str] = []
    if version != 2:
        found.append(f"its version is {version + 1}, not 3" if 0 <= version < 100 else "its version is not 3")
    number = serial.integer()
    if number <= 0:
        found.append("its serial number is not positive")
    if len(serial.content) > MAX_SERIAL_BYTES:
        found.append(f"its serial number has {len(serial.content)} bytes, more than {MAX_SERIAL_BYTES}")
    return found


MAX_SERIAL_BYTES = 20
"""RFC 5280 4.1.2.2."""


def read_time(node: Node) -> datetime:
    """Return a time as RFC 5280 4.1.2.5 writes it.  Raises ValueError if it is none."""
    text = node.content.decode("ascii", "replace")
    if node.tag == UTC_TIME and len(text) == 13:
        text = ("19" if text[:2] >= "50" else "20") + text  # RFC 5280 4.1.2.5.1
    elif node.tag != GENERALIZED_TIME or len(text) != 15:
        raise ValueError("its validity is not a time as RFC 5280 4.1.2.5 writes it")
    if not text[:-1].isdigit():
        raise ValueError("its validity is not a time as RFC 5280 4.1.2.5 writes it")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Signed:
    """What it takes to check the signature of a certificate."""

    content: bytes
    """The bytes that were signed."""
    algorithm: str
    """OID of the signature algorithm."""
    hash_name: Optional[str]
    salt_length: Optional[int]
    """Of RSASSA-PSS; ``None`` for other algorithms."""
    signature: bytes
    key: bytes
    """The certificate's own SubjectPublicKeyInfo, for what it signed itself; empty for a revocation list."""


def sign_list(encoded: bytes) -> tuple[Node, Signed]:
    """Return the body of a DER revocation list (RFC 5280 5.1), and what it takes to check its signature.

    Raises:
        CertificateError: it is none.
    """
    encoded = der.find_first_object(encoded)
    try:
        body, algorithm, signature = _outer(encoded)
        oid = der.read_algorithm_oid(algorithm)
        return body, Signed(
            der.read(encoded).content[: body.size], oid, _hash(algorithm),
            _salt_length(algorithm) if oid == OID_PSS else None, signature.content[1:], b"")
    except (IndexError, ValueError):
        raise CertificateError("The revocation list cannot be read: its parts are not those of one.") from None


def sign_body(encoded: bytes) -> Signed:
    """Return what it takes to check the signature of a DER certificate.

    Raises:
        CertificateError: it is none.
    """
    encoded = der.find_first_object(encoded)
    try:
        body, algorithm, signature = _outer(encoded)
        _version, fields, _extensions = _fields(body)
        content = der.read(encoded).content
        oid = der.read_algorithm_oid(algorithm)
        return Signed(
            content[: body.size], oid, _hash(algorithm), _salt_length(algorithm) if oid == OID_PSS else None,
            signature.content[1:], der.encode_node(fields[5]),
        )  # fmt: skip
    except (IndexError, ValueError):
        raise CertificateError("The certificate cannot be read: its parts are not those of one") from None


def _hash(algorithm: Node) -> Optional[str]:
    oid = der.read_algorithm_oid(algorithm)
    return _pss_hash(algorithm) if oid == OID_PSS else SIGNATURE_HASHES.get(oid)


def _pss_options(algorithm: Node) -> dict[int, Node]:
    return {option.tag: option.children()[0] for part in algorithm.children()[1:] for option in part.children()}


def _pss_hash(algorithm: Node) -> str:
    named = _pss_options(algorithm).get(der.CONTEXT_0)
    if named is None:
        return "sha1"  # RFC 8017 A.2.3: the default
    oid = named.children()[0].oid()
    return {
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }.get(oid, oid)


def _salt_length(algorithm: Node) -> int:
    given = _pss_options(algorithm).get(0xA2)
    length = 20 if given is None else given.integer()  # RFC 8017 A.2.3: the default
    if not 0 <= length <= 1024:
        raise ValueError("its salt length makes no sense")
    return length


def encode_private_key(encoded: bytes, form: str) -> Optional[PublicKey]:
    """Return the public half of an unencrypted private key, ``None`` where the file does not carry it.

    Args:
        encoded: DER.
        form: ``pkcs8``, ``pkcs1``, ``sec1`` or ``dsa``.
    """
    try:
        parts = der.read(encoded).children()
        if form == "pkcs8":
            algorithm = parts[1].children()
            oid = algorithm[0].oid()
            inner = der.read(parts[2].content)
            if oid == OID_RSA:
                return _rsa(inner)
            return _ec(inner, algorithm[1]) if oid == OID_EC else None
        if form == "pkcs1":
            return _rsa(der.read(encoded))
        return _ec(der.read(encoded), None) if form == "sec1" else None
    except (IndexError, ValueError) as error:
        raise CertificateError(f"The private key cannot be read: {error or 'a part is missing'}") from None


def _rsa(key: Node) -> PublicKey:
    _version, modulus, exponent = key.children()[:3]
    numbers = der.encode_tagged(der.SEQUENCE, der.encode_node(modulus) + der.encode_node(exponent))
    return _public(_object(OID_RSA_DER) + b"\x05\x00", numbers)


def _ec(key: Node, curve: Optional[Node]) -> Optional[PublicKey]:
    for part in key.children()[2:]:
        if part.tag == der.CONTEXT_0:
            curve = part.children()[0]
    point = next((part.children()[0] for part in key.children()[2:] if part.tag == 0xA1), None)
    if point is None or curve is None:
        return None
    return _public(_object(OID_EC_DER) + der.encode_node(curve), point.content[1:])


OID_RSA_DER = bytes.fromhex("2a864886f70d010101")
OID_EC_DER = bytes.fromhex("2a8648ce3d0201")


def _object(oid: bytes) -> bytes:
    return der.encode_tagged(der.OID, oid)


def _public(algorithm: bytes, bits: bytes) -> PublicKey:
    """Build the SubjectPublicKeyInfo that a certificate of this key has, and read it."""
    key = der.encode_tagged(der.BIT_STRING, b"\0" + bits)
    spki = der.encode_tagged(der.SEQUENCE, der.encode_tagged(der.SEQUENCE, algorithm) + key)
    return der.read_public_key(der.read(spki))
