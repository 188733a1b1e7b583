# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""BER (X.690) turned into DER, as far as PKCS#7 and PKCS#12 files need it.

EJBCA, NSS, Bouncy Castle, Apple and Outlook write such files with lengths that are not
told beforehand and strings in several pieces.  Bounded in depth and in number of parts;
nonsense raises ``CertificateError`` and nothing else.
"""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

CONSTRUCTED = 0x20
END = b"\0\0"


def to_der(data: bytes) -> bytes:
    """Return the first object of ``data`` with definite, shortest lengths and its strings in one piece.

    What is in an OCTET STRING is left as it is: a digest may have been made of it.
    """
    return _Converter(data).object(0, 0)[0].whole


def convert_series(data: bytes) -> bytes:
    """Return all objects of ``data``, one after the other, as ``to_der`` does the first."""
    converter, parts, position = _Converter(data), [], 0
    while position < len(data):
        part, position = converter.object(position, 0)
        parts.append(part.whole)
    return b"".join(parts)


def classify(data: bytes) -> tuple[Optional[str], bytes]:
    """Tell what kind of object it is, as ``der.classify`` does, BER containers included.

    Returns:
        the kind, and the object: as it was, or for a PKCS#7 file in BER its DER form.
    """
    kind = der.classify(data)
    if kind is not None:
        return kind, data
    try:
        converted = to_der(data)
    except CertificateError:
        return None, data
    kind = der.classify(converted)
    if kind == "pkcs7":
        return kind, converted
    # the digest of a PKCS#12 file is over bytes as they are, and the library reads BER there
    return (kind, data) if kind == "pkcs12" else (None, data)


class _Part:
    """One object in its DER form."""

    def __init__(self, tag: int, content: bytes) -> None:
        self.tag = tag
        self.content = content

    @property
    def whole(self) -> bytes:
        return der.encode_tagged(self.tag, self.content)


class _Converter:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parts = 0

    def object(self, position: int, depth: int) -> tuple[_Part, int]:
        """Convert the object that begins at ``position``; returns it and where it ends."""
        self._parts += 1
        if depth > der.MAX_DEPTH or self._parts > der.MAX_CHILDREN:
            raise CertificateError("These bytes are not usable BER: too many parts.")
        tag, length, start = self._head(position)
        if length is not None and not tag & CONSTRUCTED:
            return _Part(tag, self._data[start : start + length]), start + length
        children, end = self._children(start, length, depth)
        return _joined(tag, children), end

    def _head(self, position: int) -> tuple[int, Optional[int], int]:
        """Return tag, length (``None``: not told beforehand) and where the content begins."""
        head = self._data[position : position + 6]
        if len(head) < 2 or head[0] & 0x1F == 0x1F:
            raise CertificateError("These bytes are not BER: they end within a tag.")
        tag, first = head[0], head[1]
        if first == 0x80:
            if not tag & CONSTRUCTED:
                raise CertificateError("These bytes are not BER: a length makes no sense.")
            return tag, None, position + 2
        count = first & 0x7F if first & 0x80 else 0
        if count > 4 or len(head) < 2 + count:
            raise CertificateError("These bytes are not BER: a length makes no sense.")
        length = int.from_bytes(head[2 : 2 + count], "big") if count else first
        start = position + 2 + count
        if start + length > len(self._data):
            raise CertificateError("These bytes are not BER: they are shorter than they say.")
        return tag, length, start

    def _children(self, start: int, length: Optional[int], depth: int) -> tuple[list[_Part], int]:
        children: list[_Part] = []
        position = start
        while True:
            if length is None and self._data[position : position + 2] == END:
                return children, position + 2
            if length is not None and position >= start + length:
                break
            child, position = self.object(position, depth + 1)
            children.append(child)
        if position != start + (length or 0):
            raise CertificateError("These bytes are not BER: a part is longer than its whole.")
        return children, position


def _joined(tag: int, children: list[_Part]) -> _Part:
    if tag == der.OCTET_STRING | CONSTRUCTED:
        if any(child.tag != der.OCTET_STRING for child in children):
            raise CertificateError("These bytes are not BER: a string has a piece that is none.")
        return _Part(der.OCTET_STRING, b"".join(child.content for child in children))
    return _Part(tag, b"".join(child.whole for child in children))


def read_pkcs7(data: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a DER PKCS#7 file (RFC 2315 9.1), each in DER.

    Raises:
        CertificateError: it is none.
    """
    try:
        signed = der.read(data).children()[1].children()[0]
        found = [part for part in signed.children()[3:] if part.tag == der.CONTEXT_0]
        inside = found[0].children() if found else ()
        return tuple(der.encode_node(item) for item in inside if item.tag == der.SEQUENCE)
    except IndexError:
        raise CertificateError("The PKCS#7 file cannot be read: its parts are not those of one") from None
