# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates and private keys read by the standard library alone (RFC 5280, 5958, 8017, 5915).

For hosts without the ``cryptography`` library.  Gives the same facts, but checks no
signature, opens nothing that is encrypted, and derives no public half that a key file
does not carry along.  Raises ``CertificateError`` for nonsense and nothing else.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import Node
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, PublicKey
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import (
    ATTRIBUTES,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    SIGNATURE_ALGORITHMS,
    SIGNATURE_HASHES,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

BOOLEAN, UTC_TIME, GENERALIZED_TIME = 0x01, 0x17, 0x18
COMMON_NAME = "2.5.4.3"
OID_RSA, OID_EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
OID_PSS = "1.2.840.113549.1.1.10"


def certificate(encoded: bytes, source: str, position: int = 0, with_pem: bool = False) -> Certificate:
    """Return the facts of one DER certificate."""
    encoded = der.first_object(encoded)
    try:
        return _certificate(encoded, source, position, with_pem)
    except (IndexError, ValueError, OverflowError) as error:
        raise CertificateError(f"The certificate cannot be read: {error or 'a part is missing'}") from None


def _certificate(encoded: bytes, source: str, position: int, with_pem: bool) -> Certificate:
    body, algorithm = der.read(encoded).children()[:2]
    fields = list(body.children())
    if fields[0].tag == der.CONTEXT_0:
        fields.pop(0)
    serial, _inner, issuer, validity, subject, spki = fields[:6]
    begin, end = (_time(item) for item in validity.children()[:2])
    extensions, extensions_error = _extensions(fields[6:])
    oid = algorithm.children()[0].oid()
    return Certificate(
        source=source,
        position=position,
        sha256=hashlib.sha256(encoded).hexdigest(),
        subject=_name(subject),
        issuer=_name(issuer),
        subject_id=hashlib.sha256(der.encoded(subject)).hexdigest(),
        issuer_id=hashlib.sha256(der.encoded(issuer)).hexdigest(),
        serial=format(serial.integer(), "x"),
        not_before=begin,
        not_after=end,
        key=der.public_key(spki),
        signature_algorithm=SIGNATURE_ALGORITHMS.get(oid, oid),
        signature_hash=_hash(algorithm),
        common_names=tuple(value for kind, value in _attributes(subject) if kind == COMMON_NAME),
        extensions_error=extensions_error,
        pem=armour(encoded) if with_pem else None,
        **extensions,
    )


def _time(node: Node) -> datetime:
    text = node.content.decode("ascii", "replace")
    if node.tag == UTC_TIME and len(text) == 13:
        text = ("19" if text[:2] >= "50" else "20") + text  # RFC 5280 4.1.2.5.1
    elif node.tag != GENERALIZED_TIME:
        raise ValueError("its validity is not a time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


def _attributes(name: Node) -> List[Tuple[str, str]]:
    found = []
    for group in name.children():
        for pair in group.children():
            kind, value = pair.children()[:2]
            coding = "utf-16-be" if value.tag == 0x1E else "utf-8"
            found.append((kind.oid(), value.content.decode(coding, "replace")))
    return found


def _name(name: Node) -> str:
    parts = []
    for kind, value in reversed(_attributes(name)):
        shown = "".join("\\" + letter if letter in ',+"\\<>;' else letter for letter in value)
        parts.append(f"{ATTRIBUTES.get(kind, kind)}={shown}")
    return ",".join(parts)


def signature_hash(encoded: bytes) -> Optional[str]:
    """Return the hash that the issuer of a DER certificate signed, ``None`` for an unknown algorithm."""
    try:
        return _hash(der.read(encoded).children()[1])
    except (CertificateError, IndexError):
        return None


def _hash(algorithm: Node) -> Optional[str]:
    oid = algorithm.children()[0].oid()
    return _pss_hash(algorithm) if oid == OID_PSS else SIGNATURE_HASHES.get(oid)


def _pss_hash(algorithm: Node) -> str:
    for part in algorithm.children()[1:]:
        for option in part.children():
            if option.tag == der.CONTEXT_0:
                oid = option.children()[0].children()[0].oid()
                return {
                    "2.16.840.1.101.3.4.2.1": "sha256",
                    "2.16.840.1.101.3.4.2.2": "sha384",
                    "2.16.840.1.101.3.4.2.3": "sha512",
                }.get(oid, oid)
    return "sha1"  # RFC 8017 A.2.3: the default


def _extensions(rest: Sequence[Node]) -> Tuple[Dict[str, Any], Optional[str]]:
    facts: Dict[str, Any] = {}
    unknown: List[str] = []
    try:
        for holder in rest:
            if holder.tag == 0xA3:
                for extension in holder.children()[0].children():
                    _extension(extension, facts, unknown)
    except (CertificateError, IndexError, KeyError, ValueError) as error:
        return {}, f"An extension cannot be read: {error or 'a part is missing'}"
    if unknown:
        facts["critical_unknown"] = tuple(unknown)
    return facts, None


def _extension(extension: Node, facts: Dict[str, Any], unknown: List[str]) -> None:
    parts = extension.children()
    oid = parts[0].oid()
    critical = parts[1].tag == BOOLEAN and parts[1].content == b"\xff"
    reader = _READERS.get(oid)
    if reader is not None:
        facts.update(reader(der.read(parts[-1].content)))
    elif critical and oid not in _UNDERSTOOD:
        unknown.append(oid)


def _alternative_names(value: Node) -> Dict[str, Any]:
    items = value.children()
    return {
        "dns_names": tuple(item.content.decode("ascii") for item in items if item.tag == 0x82),
        "ip_addresses": tuple(str(ipaddress.ip_address(item.content)) for item in items if item.tag == 0x87),
    }


def _basic_constraints(value: Node) -> Dict[str, Any]:
    parts = value.children()
    lengths = [part.integer() for part in parts if part.tag == der.INTEGER]
    return {
        "ca": any(part.tag == BOOLEAN and part.content == b"\xff" for part in parts),
        "path_length": lengths[0] if lengths else None,
    }


def _key_usage(value: Node) -> Dict[str, Any]:
    bits = value.content[1:]
    used = [
        name
        for number, (_attribute, name) in enumerate(KEY_USAGE)
        if number // 8 < len(bits) and bits[number // 8] & (0x80 >> number % 8)
    ]
    return {"key_usage": tuple(used)}


def _extended_key_usage(value: Node) -> Dict[str, Any]:
    oids = [item.oid() for item in value.children()]
    return {"extended_key_usage": tuple(EXTENDED_KEY_USAGE.get(oid, oid) for oid in oids)}


def _authority_information(value: Node) -> Dict[str, Any]:
    found: Dict[str, List[str]] = {"1.3.6.1.5.5.7.48.1": [], "1.3.6.1.5.5.7.48.2": []}
    for entry in value.children():
        method, location = entry.children()[:2]
        if location.tag == 0x86 and method.oid() in found:
            found[method.oid()].append(location.content.decode("ascii"))
    ocsp, issuers = found.values()
    return {"ocsp_urls": tuple(ocsp), "issuer_urls": tuple(issuers)}


def _crl_points(value: Node) -> Dict[str, Any]:
    urls: List[str] = []
    for point in value.children():
        for part in point.children():
            for name in part.children() if part.tag == der.CONTEXT_0 else ():
                urls.extend(item.content.decode("ascii") for item in name.children() if item.tag == 0x86)
    return {"crl_urls": tuple(urls)}


def _authority_key(value: Node) -> Dict[str, Any]:
    found = [part.content.hex() for part in value.children() if part.tag == 0x80]
    return {"authority_key_id": found[0] if found else None}


def _timestamps(value: Node) -> Dict[str, Any]:
    """Count a SignedCertificateTimestampList (RFC 6962 3.3): lengths of two octets each."""
    count, position = 0, 2
    while position + 2 <= len(value.content):
        position += 2 + int.from_bytes(value.content[position : position + 2], "big")
        count += 1
    return {"scts": count}


def _name_constraints(value: Node) -> Dict[str, Any]:
    found: Dict[int, List[str]] = {der.CONTEXT_0: [], 0xA1: []}
    for trees in value.children():
        for tree in trees.children():
            base = tree.children()[0]
            if base.tag == 0x82:
                found[trees.tag].append("DNS:" + base.content.decode("ascii"))
            elif base.tag == 0x87:
                found[trees.tag].append("IP:" + _network(base.content))
    permitted, excluded = found.values()
    return {"permitted_names": tuple(permitted), "excluded_names": tuple(excluded)}


def _network(content: bytes) -> str:
    half = len(content) // 2
    mask = bin(int.from_bytes(content[half:], "big")).count("1")
    return str(ipaddress.ip_network((content[:half], mask)))


_UNDERSTOOD = ("2.5.29.36", "2.5.29.54")
"""Policy constraints: clients know them, no judgement here needs them."""

_READERS: Dict[str, Callable[[Node], Dict[str, Any]]] = {
    "2.5.29.14": lambda value: {"subject_key_id": value.content.hex()},
    "2.5.29.15": _key_usage,
    "2.5.29.17": _alternative_names,
    "2.5.29.19": _basic_constraints,
    "2.5.29.30": _name_constraints,
    "2.5.29.31": _crl_points,
    "2.5.29.32": lambda value: {"policies": tuple(item.children()[0].oid() for item in value.children())},
    "2.5.29.35": _authority_key,
    "2.5.29.37": _extended_key_usage,
    "1.3.6.1.5.5.7.1.1": _authority_information,
    "1.3.6.1.5.5.7.1.24": lambda value: {"must_staple": any(item.integer() == 5 for item in value.children())},
    "1.3.6.1.4.1.11129.2.4.2": _timestamps,
}


def private_key(encoded: bytes, form: str) -> Optional[PublicKey]:
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
    numbers = der.tagged(der.SEQUENCE, der.encoded(modulus) + der.encoded(exponent))
    return _public(_object(OID_RSA_DER) + b"\x05\x00", numbers)


def _ec(key: Node, curve: Optional[Node]) -> Optional[PublicKey]:
    for part in key.children()[2:]:
        if part.tag == der.CONTEXT_0:
            curve = part.children()[0]
    point = next((part.children()[0] for part in key.children()[2:] if part.tag == 0xA1), None)
    if point is None or curve is None:
        return None
    return _public(_object(OID_EC_DER) + der.encoded(curve), point.content[1:])


OID_RSA_DER = bytes.fromhex("2a864886f70d010101")
OID_EC_DER = bytes.fromhex("2a8648ce3d0201")


def _object(oid: bytes) -> bytes:
    return der.tagged(der.OID, oid)


def _public(algorithm: bytes, bits: bytes) -> PublicKey:
    """Build the SubjectPublicKeyInfo that a certificate of this key has, and read it."""
    spki = der.tagged(der.SEQUENCE, der.tagged(der.SEQUENCE, algorithm) + der.tagged(der.BIT_STRING, b"\0" + bits))
    return der.public_key(der.read(spki))
