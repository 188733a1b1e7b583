# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much DER as it takes to name a CA and to read the status of an OCSP response.

X.690 section 8; RFC 4514 for the spelling of names; RFC 6960 section 4.2.1.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.cursor import Cursor

SEQUENCE, SET, OID, ENUMERATED = 0x30, 0x31, 0x06, 0x0A

ATTRIBUTES = {
    bytes.fromhex("550403"): "CN", bytes.fromhex("550406"): "C", bytes.fromhex("550407"): "L",
    bytes.fromhex("550408"): "ST", bytes.fromhex("55040a"): "O", bytes.fromhex("55040b"): "OU",
    bytes.fromhex("550405"): "serialNumber", bytes.fromhex("0992268993f22c640119"): "DC",
    bytes.fromhex("0992268993f22c640101"): "UID", bytes.fromhex("2a864886f70d010901"): "emailAddress",
}
OCSP_STATUS = {0: "successful", 1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired",
               6: "unauthorized"}
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
