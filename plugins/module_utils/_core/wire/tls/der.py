# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much DER as it takes to name a CA, to find a key's curve and to read the status of an OCSP response.

X.690 section 8; RFC 4514 for the spelling of names; RFC 6960 section 4.2.1; RFC 5480 section 2.1.1.
"""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor

SEQUENCE, SET, OID, ENUMERATED, VERSION = 0x30, 0x31, 0x06, 0x0A, 0xA0

ATTRIBUTES = {
    bytes.fromhex("550403"): "CN", bytes.fromhex("550406"): "C", bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST", bytes.fromhex("55040a"): "O", bytes.fromhex("55040b"): "OU",
    bytes.fromhex("550405"): "serialNumber", bytes.fromhex("0992268993f22c640119"): "DC",
    bytes.fromhex("0992268993f22c640101"): "UID", bytes.fromhex("2a864886f70d010901"): "emailAddress",
}
OCSP_STATUS = {0: "successful", 1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired",
               6: "unauthorized"}
EC_KEY = bytes.fromhex("2a8648ce3d0201")
CURVES = {
    bytes.fromhex("2a8648ce3d030107"): 23, bytes.fromhex("2b81040022"): 24, bytes.fromhex("2b81040023"): 25,
    bytes.fromhex("2b2403030208010107"): 26, bytes.fromhex("2b240303020801010b"): 27,
    bytes.fromhex("2b240303020801010d"): 28, bytes.fromhex("2b8104000a"): 22, bytes.fromhex("2b81040021"): 21,
}
"""TLS groups of named curves: secp256r1, secp384r1, secp521r1, three of Brainpool, secp256k1, secp224r1."""
MAX_LENGTH_BYTES = 4


def element(cursor: Cursor) -> tuple[int, bytes]:
    """The tag and the content of the next element."""
    tag = cursor.number(1)
    length = cursor.number(1)
    if length & 0x80:
        if not 1 <= length & 0x7F <= MAX_LENGTH_BYTES:
            raise WireError("The peer sent DER with a length that nobody can mean.")
        length = cursor.number(length & 0x7F)
    return tag, cursor.take(length)


def elements(data: bytes, what: str) -> "list[tuple[int, bytes]]":
    """Every element of some content."""
    cursor = Cursor(data, what)
    found = []
    while cursor.left:
        found.append(element(cursor))
    return found


def distinguished_name(der: bytes) -> str:
    """A Name as text, most specific part first; hexadecimal where it is not one."""
    try:
        tag, content = element(Cursor(der, "distinguished name"))
        if tag != SEQUENCE:
            return der.hex()
        parts = [_relative(inner) for _tag, inner in elements(content, "distinguished name")]
        return ",".join(reversed(parts))
    except (WireError, IndexError, ValueError):
        return der.hex()


def _relative(content: bytes) -> str:
    shown = []
    for _tag, pair in elements(content, "distinguished name"):
        (_oid_tag, oid), (_value_tag, value) = elements(pair, "distinguished name")[:2]
        text = value.decode("utf-8", "backslashreplace")
        for special in '\\,+"<>;':
            text = text.replace(special, "\\" + special)
        shown.append(f"{ATTRIBUTES.get(oid, '#' + oid.hex())}={text}")
    return "+".join(shown)


def ocsp_status(der: bytes) -> str:
    """The responseStatus of an OCSP response; ``unreadable`` if there is none."""
    try:
        _tag, content = element(Cursor(der, "OCSP response"))
        tag, status = element(Cursor(content, "OCSP response"))
    except WireError:
        return "unreadable"
    if tag != ENUMERATED or len(status) != 1:
        return "unreadable"
    return OCSP_STATUS.get(status[0], f"status_{status[0]}")


def key_group(certificate: bytes) -> Optional[int]:
    """The TLS group that the key of a certificate is on; None where it is of another kind, or cannot be read."""
    try:
        _tag, content = element(Cursor(certificate, "certificate"))
        _tag, content = element(Cursor(content, "certificate"))
        fields = [inner for tag, inner in elements(content, "certificate") if tag != VERSION]
        # serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
        _tag, algorithm = element(Cursor(fields[5], "public key"))
        (_tag, kind), (_tag, curve) = elements(algorithm, "public key")
    except (WireError, IndexError, ValueError):
        return None
    return CURVES.get(curve) if kind == EC_KEY else None
