# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Just enough DER (X.690) to tell what kind of object some bytes are, and to be safe with them.

Definite lengths and single-byte tags only, every length checked against what is there:
nonsense raises ``CertificateError`` and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import EXPLICIT_CURVE, PublicKey
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import CURVES, KEY_ALGORITHMS
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.points import expand_point
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
CONTEXT_0 = 0xA0

MAX_CHILDREN = 50000
MAX_DEPTH = 24

OID_PKCS7_SIGNED = "1.2.840.113549.1.7.2"


@dataclass(frozen=True)
class Node:
    """One tag-length-value; ``content`` is the value's bytes."""

    tag: int
    content: bytes
    size: int
    """Bytes of the whole node, tag and length included."""

    def children(self) -> tuple["Node", ...]:
        """Return the nodes inside.  Raises CertificateError where the content is no DER."""
        return tuple(walk_nodes(self.content))

    def integer(self) -> int:
        """Return the value of an INTEGER."""
        content = self.content
        if self.tag != INTEGER or not content:
            raise CertificateError("These bytes are not DER: a number was expected.")
        if len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) < 0x80:
            raise CertificateError("These bytes are not DER: a number begins with needless bytes.")
        return int.from_bytes(self.content, "big", signed=True)

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER as dotted text."""
        if self.tag != OID or not self.content or len(self.content) > 64 or self.content[-1] & 0x80:
            raise CertificateError("These bytes are not DER: an object identifier was expected.")
        values: list[int] = []
        value, begins = 0, True
        for byte in self.content:
            if begins and byte == 0x80:
                raise CertificateError("These bytes are not DER: an object identifier has needless bytes.")
            begins = not byte & 0x80
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                values.append(value)
                value = 0
        first = min(values[0] // 40, 2)
        return ".".join(str(arc) for arc in (first, values[0] - 40 * first, *values[1:]))


def read(data: bytes, offset: int = 0) -> Node:
    """Read the node that begins at ``offset``; bytes after it are left alone."""
    if len(data) < offset + 2 or data[offset] & 0x1F == 0x1F:
        raise CertificateError("These bytes are not DER: they end within a tag.")
    length, start = data[offset + 1], offset + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or len(data) < start + count:
            raise CertificateError("These bytes are not DER: a length makes no sense.")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if len(data) < start + length:
        raise CertificateError("These bytes are not DER: they are shorter than they say.")
    return Node(data[offset], data[start : start + length], start + length - offset)


def count_unused_bits(node: Node) -> int:
    """Return how many bits at the end of a BIT STRING do not count.  Raises CertificateError if it is none."""
    content = node.content
    if node.tag not in (BIT_STRING, 0x81, 0x82) or not content or content[0] > min(7, 8 * len(content) - 8):
        raise CertificateError("These bytes are not DER: a row of bits was expected.")
    return content[0]


def read_algorithm_oid(node: Node) -> str:
    """Return the OID of an AlgorithmIdentifier (RFC 5280 4.1.1.2).  Raises CertificateError if it is none."""
    parts = node.children()
    given = parts[1] if len(parts) > 1 else None
    if given is not None and given.tag == OID:
        given.oid()
    elif given is not None and given.tag != SEQUENCE and (given.tag != NULL or given.content):
        raise CertificateError("These bytes are not DER: parameters of an algorithm were expected.")
    if node.tag != SEQUENCE or not 1 <= len(parts) <= 2:
        raise CertificateError("These bytes are not DER: an algorithm was expected.")
    return parts[0].oid()


def walk_nodes(data: bytes) -> Iterator[Node]:
    """Read one node after the other.  Raises CertificateError for the first that is none."""
    offset, count = 0, 0
    while offset < len(data):
        node = read(data, offset)
        offset += node.size
        count += 1
        if count > MAX_CHILDREN:
            raise CertificateError("These bytes are not usable DER: too many parts.")
        yield node


def find_first_object(data: bytes) -> bytes:
    """Return the first DER object of ``data`` (OpenSSL's TRUSTED CERTIFICATE has more after it)."""
    return data[: read(data).size]


def classify(data: bytes) -> Optional[str]:
    """Tell what an object is by its outermost shape.

    Returns:
        ``certificate``, ``pkcs12``, ``pkcs7``, ``pkcs8``, ``pkcs8_encrypted``, ``pkcs1``,
        ``sec1``, ``dsa``, or ``None`` for anything else.
    """
    try:
        outer = read(data)
        parts = outer.children() if outer.tag == SEQUENCE else ()
        tags = tuple(part.tag for part in parts)
        if tags == (SEQUENCE, SEQUENCE, BIT_STRING):
            return "certificate"
        if tags == (SEQUENCE, OCTET_STRING):
            return "pkcs8_encrypted"
        if tags[:2] == (OID, CONTEXT_0) and parts[0].oid() == OID_PKCS7_SIGNED:
            return "pkcs7"
        if tags[:1] == (INTEGER,):
            return _classify_numbered(parts, tags)
    except CertificateError:
        pass
    return None


def _classify_numbered(parts: tuple[Node, ...], tags: tuple[int, ...]) -> Optional[str]:
    version = parts[0].integer()
    if version == 3 and tags[1:2] == (SEQUENCE,):
        return "pkcs12"
    if version in (0, 1) and tags[1:3] == (SEQUENCE, OCTET_STRING):
        return "pkcs8"
    if version == 1 and tags[1:2] == (OCTET_STRING,):
        return "sec1"
    if set(tags) == {INTEGER} and len(tags) == 9:
        return "pkcs1"
    if set(tags) == {INTEGER} and len(tags) == 6:
        return "dsa"
    return None


def read_public_key(spki: Node) -> PublicKey:
    """Return the facts of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7), however small or odd the key is.

    Raises:
        CertificateError: it is not shaped like one.
    """
    try:
        algorithm, bits = spki.children()
        if spki.tag != SEQUENCE or count_unused_bits(bits):
            raise ValueError
        oid, parameters = read_algorithm_oid(algorithm), algorithm.children()
        kind = KEY_ALGORITHMS.get(oid, oid)
        digest = hashlib.sha256(encode_node(spki)).hexdigest()
        if kind == "rsa":
            return _rsa_key(read(bits.content[1:]), digest)
        if kind == "ecdsa":
            return _elliptic_key(parameters, bits.content[1:], digest)
        size = {"ed25519": 256, "ed448": 456}.get(kind)
        if kind == "dsa" and len(parameters) > 1 and parameters[1].tag == SEQUENCE:
            size = parameters[1].children()[0].integer().bit_length()
        return PublicKey(kind, size, spki_sha256=digest, identity=digest)
    except (IndexError, ValueError):
        raise CertificateError("The public key cannot be read: its parts are not those of one.") from None


def _rsa_key(numbers: Node, digest: str) -> PublicKey:
    modulus, exponent = (part.integer() for part in numbers.children()[:2])
    identity = hashlib.sha256(b"rsa %x %x" % (modulus, exponent)).hexdigest()
    return PublicKey(
        "rsa", modulus.bit_length(), modulus=modulus, exponent=exponent, spki_sha256=digest, identity=identity
    )


def _elliptic_key(parameters: tuple[Node, ...], point: bytes, digest: str) -> PublicKey:
    curve, size = None, None
    given = parameters[1] if len(parameters) > 1 else None
    if given is not None and given.tag == OID:
        oid = given.oid()
        curve, size = CURVES.get(oid, (oid, None))
    elif given is not None and given.tag == SEQUENCE:
        curve = EXPLICIT_CURVE
        _field, numbers = given.children()[1].children()[:2]
        # a prime field names its prime; a binary one its degree first
        size = numbers.integer().bit_length() if numbers.tag == INTEGER else numbers.children()[0].integer() % (1 << 16)
    whole = expand_point(curve, point)
    if whole is None:
        raise CertificateError("The public key cannot be read: its point is not on its curve.")
    return PublicKey(
        "ecdsa", size, curve=curve, spki_sha256=digest, identity=hashlib.sha256(b"ec " + whole).hexdigest()
    )


def encode_tagged(tag: int, content: bytes) -> bytes:
    """Write one node."""
    return bytes([tag]) + _length(len(content)) + content


def encode_node(node: Node) -> bytes:
    """Write a node that was read."""
    return encode_tagged(node.tag, node.content)


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    encoded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(encoded)]) + encoded


def find_subject_public_key(certificate: bytes) -> PublicKey:
    """Return the facts of the key of a DER certificate.  Raises CertificateError where there is none."""
    try:
        fields = list(read(certificate).children()[0].children())
        if fields[0].tag == CONTEXT_0:
            fields.pop(0)
        return read_public_key(fields[5])
    except IndexError:
        raise CertificateError("The certificate cannot be read: it has no public key.") from None
