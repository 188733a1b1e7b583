# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Distinguished names (X.501) as DER has them: written as text, and compared.

Two names are the same when OpenSSL says so, which is RFC 5280 section 7.1 with case folded
in ASCII only: the type of string, upper and lower case, and the number of spaces do not count.
"""

from __future__ import annotations

import hashlib
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import Node
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import ATTRIBUTES
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

UTF8_STRING, T61_STRING, UNIVERSAL_STRING, BMP_STRING = 0x0C, 0x14, 0x1C, 0x1E

_CODINGS = {
    UTF8_STRING: "utf-8",
    T61_STRING: "latin-1",
    0x12: "ascii",
    0x13: "ascii",
    0x16: "ascii",
    UNIVERSAL_STRING: "utf-32-be",
    BMP_STRING: "utf-16-be",
}
"""Tag of a string type -> how its bytes are read.  OpenSSL reads a T61String as Latin-1."""

_STRINGS = {UTF8_STRING: "UTF8String", T61_STRING: "T61String", 0x12: "NumericString", 0x13: "PrintableString",
            0x16: "IA5String"}  # fmt: skip

_SPACES = " \t\n\v\f\r"

Attribute = tuple[str, Node]
"""OID and value of one part of a name."""


def split_name(name: Node) -> list[list[Attribute]]:
    """Return the relative names in order, each a list of attributes.  Raises CertificateError for anything else."""
    if name.tag != der.SEQUENCE:
        raise CertificateError("These bytes are not DER: a name was expected.")
    found: list[list[Attribute]] = []
    for group in name.children():
        items = group.children()
        pairs = [item.children() for item in items]
        tags_fit = group.tag == der.SET and all(item.tag == der.SEQUENCE for item in items)
        if not tags_fit or any(len(pair) != 2 for pair in pairs):
            raise CertificateError("These bytes are not DER: a part of a name was expected.")
        found.append([(kind.oid(), value) for kind, value in pairs])
        for _oid, value in found[-1]:
            _refuse(value)
    return found


def _refuse(value: Node) -> None:
    """Raise for a value with which OpenSSL refuses the certificate."""
    if value.tag in (UTF8_STRING, UNIVERSAL_STRING, BMP_STRING) and _decoded(value) is None:
        raise CertificateError("A string in a name has bytes that are no characters of its type.")
    if value.tag == der.BIT_STRING:
        der.count_unused_bits(value)
    elif value.tag not in _CODINGS and value.tag != der.SEQUENCE:
        raise CertificateError("A value in a name is not a string.")


def format_name(name: Node) -> str:
    """Write a name as RFC 4514 does."""
    groups = ["+".join(f"{ATTRIBUTES.get(oid, oid)}={_shown(value)}" for oid, value in group)
              for group in split_name(name)]
    return ",".join(reversed(groups))


def list_common_names(name: Node) -> tuple[str, ...]:
    """Return its common names in order."""
    return tuple(_readable(value) for group in split_name(name) for oid, value in group if oid == "2.5.4.3")


def make_identity(name: Node) -> str:
    """Return a digest that is equal exactly when OpenSSL takes two names for the same."""
    groups = b"".join(
        der.encode_tagged(der.SET, b"".join(sorted(_canonical(oid, value) for oid, value in group)))
        for group in split_name(name)
    )
    return hashlib.sha256(groups).hexdigest()


def find_oddities(name: Node) -> tuple[str, ...]:
    """Say which strings of a name break their own type's rules; programs read them all the same."""
    found: list[str] = []
    for group in split_name(name):
        for oid, value in group:
            title = ATTRIBUTES.get(oid, oid)
            if value.tag == T61_STRING:
                found.append(f"{title} is a T61String")
            elif value.tag in _STRINGS and _decoded(value) is None:
                found.append(f"{title} is a {_STRINGS[value.tag]} with a byte above 127")
    return tuple(found)


def _decoded(value: Node) -> Optional[str]:
    coding = _CODINGS.get(value.tag)
    try:
        return None if coding is None else value.content.decode(coding)
    except UnicodeDecodeError:
        return None


def _readable(value: Node) -> str:
    known = _decoded(value)
    if known is not None:
        return known
    return value.content.decode("latin-1") if value.tag in _CODINGS else "#" + der.encode_node(value).hex()


def _shown(value: Node) -> str:
    if value.tag not in _CODINGS:
        return _readable(value)
    letters = ["\\" + letter if letter in ',+"\\<>;' else letter for letter in _readable(value)]
    if letters and letters[0] in ("#", " "):
        letters[0] = "\\" + letters[0]
    if len(letters) > 1 and letters[-1] == " ":
        letters[-1] = "\\ "
    return "".join("\\00" if letter == "\0" else letter for letter in letters)


def _canonical(oid: str, value: Node) -> bytes:
    if value.tag in _CODINGS:
        words = [word for word in _readable(value).translate(_ONE_SPACE).split(" ") if word]
        lowered = " ".join(words).translate(_ASCII_LOWER)
        content = der.encode_tagged(UTF8_STRING, lowered.encode("utf-8", "surrogatepass"))
    else:
        content = der.encode_node(value)
    return der.encode_tagged(der.SEQUENCE, oid.encode("ascii") + b"=" + content)


_ONE_SPACE = {ord(letter): " " for letter in _SPACES}
_ASCII_LOWER = {number: number + 32 for number in range(ord("A"), ord("Z") + 1)}
