# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Extensions of a certificate (RFC 5280 4.2), each read by itself.

One that is damaged never takes another one away, and one bad name never takes away
the other names beside it: what could not be read is listed with the reason.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any, Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.der import Node
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Unread
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import EXTENDED_KEY_USAGE, KEY_USAGE
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

BOOLEAN = 0x01
MAX_PATH_LENGTH = 0x7FFFFFFF
"""What a C program keeps a path length in."""

ALTERNATIVE_NAME = "2.5.29.17"

GENERAL_NAMES = (0xA0, 0x81, 0x82, 0xA3, 0xA4, 0xA5, 0x86, 0x87, 0x88)
"""Tags of RFC 5280 4.2.1.6: otherName, rfc822Name, dNSName, x400Address, directoryName, ediPartyName, URI, IP, OID."""


def read_extensions(extensions: Sequence[Node], odd: list[str]) -> dict[str, Any]:
    """Return the facts of all extensions, as fields of ``Certificate``.

    Args:
        extensions: the items of the ``Extensions`` sequence.
        odd: sentences about single values that were passed over are added to it.

    Raises:
        CertificateError: an item is not an extension at all.
    """
    facts: dict[str, Any] = {}
    unread: list[Unread] = []
    unknown: list[str] = []
    seen: set[str] = set()
    for extension in extensions:
        oid, critical, value = _parts(extension)
        if oid in seen:
            unread.append(Unread(oid, critical, "it is there twice"))
            continue
        seen.add(oid)
        reader = READERS.get(oid)
        if reader is None:
            if critical and oid not in _UNDERSTOOD:
                unknown.append(oid)
            continue
        try:
            facts.update(reader(_whole(value), odd))
        except (CertificateError, IndexError, ValueError) as error:
            reason = " ".join(str(error).rstrip(".").split())
            unread.append(Unread(oid, critical, reason or "a part is missing"))
    return {**facts, "critical_unknown": tuple(unknown), "unread": tuple(unread)}


def _parts(extension: Node) -> "tuple[str, bool, bytes]":
    fields = extension.children()
    if extension.tag != der.SEQUENCE or not 2 <= len(fields) <= 3 or fields[-1].tag != der.OCTET_STRING:
        raise CertificateError("These bytes are not DER: an extension was expected.")
    if len(fields) == 3 and (fields[1].tag != BOOLEAN or len(fields[1].content) != 1):
        raise CertificateError("These bytes are not DER: an extension was expected.")
    critical = len(fields) == 3 and fields[1].content != b"\0"
    return fields[0].oid(), critical, fields[-1].content


def _whole(content: bytes) -> Node:
    node = der.read(content)
    if node.size != len(content):
        raise CertificateError("there are bytes after its end")
    return node


def _sequence(value: Node) -> "tuple[Node, ...]":
    if value.tag != der.SEQUENCE:
        raise CertificateError("it is not a sequence")
    return value.children()


def _ascii(item: Node, what: str, odd: list[str]) -> str:
    """Return the text of an IA5String; what is no ASCII in it is written as an escape, which no host is called."""
    if not item.content.isascii():
        odd.append(f"{what} has a byte above 127")
    return item.content.decode("ascii", "backslashreplace")


def _alternative_names(value: Node, odd: list[str]) -> dict[str, Any]:
    hosts: list[str] = []
    addresses: list[str] = []
    for item in _sequence(value):
        if item.tag == 0x82:
            hosts.append(_ascii(item, "a DNS name", odd))
        elif item.tag == 0x81:
            _ascii(item, "an e-mail address", odd)
        elif item.tag == 0x87 and len(item.content) not in (4, 16):
            odd.append(f"an IP address has {len(item.content)} bytes")
        elif item.tag == 0x87:
            addresses.append(str(ipaddress.ip_address(item.content)))
        elif item.tag not in GENERAL_NAMES:
            raise CertificateError("an item in it is not a name")
    return {"dns_names": tuple(hosts), "ip_addresses": tuple(addresses)}


def _basic_constraints(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    fields = list(_sequence(value))
    ca = bool(fields) and fields[0].tag == BOOLEAN and fields.pop(0).content not in (b"", b"\0")
    length = fields.pop(0).integer() if fields else None
    if fields or (length is not None and not 0 <= length <= MAX_PATH_LENGTH):
        raise CertificateError("its path length is not a usable number")
    return {"ca": ca, "path_length": length}


def _key_usage(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    unused = der.count_unused_bits(value)
    number = int.from_bytes(value.content[1:], "big") >> unused << unused
    if not number:
        raise CertificateError("it allows nothing at all")
    bits = number.to_bytes(len(value.content) - 1, "big")
    used = [
        name
        for place, name in enumerate(KEY_USAGE)
        if place // 8 < len(bits) and bits[place // 8] & (0x80 >> place % 8)
    ]
    return {"key_usage": tuple(used)}


def _extended_key_usage(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    oids = [item.oid() for item in _sequence(value)]
    return {"extended_key_usage": tuple(EXTENDED_KEY_USAGE.get(oid, oid) for oid in oids)}


def _authority_information(value: Node, odd: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {"1.3.6.1.5.5.7.48.1": [], "1.3.6.1.5.5.7.48.2": []}
    for entry in _sequence(value):
        method, location = entry.children()[:2]
        urls = found.get(method.oid())
        if location.tag == 0x86 and urls is not None:
            urls.append(_ascii(location, "the address of an issuer or responder", odd))
    ocsp, issuers = found.values()
    return {"ocsp_urls": tuple(ocsp), "issuer_urls": tuple(issuers)}


def _crl_points(value: Node, odd: list[str]) -> dict[str, Any]:
    urls: list[str] = []
    for point in _sequence(value):
        for part in point.children():
            for name in part.children() if part.tag == der.CONTEXT_0 else ():
                found = name.children() if name.tag == der.CONTEXT_0 else ()
                urls.extend(_ascii(item, "the address of a CRL", odd) for item in found if item.tag == 0x86)
    return {"crl_urls": tuple(urls)}


def _subject_key(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    if value.tag != der.OCTET_STRING:
        raise CertificateError("it is not a string of bytes")
    return {"subject_key_id": value.content.hex()}


def _authority_key(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    found = [part.content.hex() for part in _sequence(value) if part.tag == 0x80]
    return {"authority_key_id": found[0] if found else None}


def _timestamps(value: Node, odd: list[str]) -> dict[str, Any]:
    """Count a SignedCertificateTimestampList (RFC 6962 3.3): lengths of two octets each."""
    del odd
    count, position = 0, 2
    while position + 2 <= len(value.content):
        position += 2 + int.from_bytes(value.content[position : position + 2], "big")
        count += 1
    if value.tag != der.OCTET_STRING or position != len(value.content):
        raise CertificateError("its lengths do not add up")
    return {"scts": count}


def _name_constraints(value: Node, odd: list[str]) -> dict[str, Any]:
    found: dict[int, list[str]] = {der.CONTEXT_0: [], 0xA1: []}
    for trees in _sequence(value):
        if trees.tag not in found:
            raise CertificateError("it names neither what is permitted nor what is excluded")
        for tree in trees.children():
            base = tree.children()[0]
            if base.tag == 0x82:
                found[trees.tag].append("DNS:" + _ascii(base, "a name constraint", odd))
            elif base.tag == 0x87:
                found[trees.tag].append("IP:" + _network(base.content))
    permitted, excluded = found.values()
    return {"permitted_names": tuple(permitted), "excluded_names": tuple(excluded)}


def _network(content: bytes) -> str:
    half = len(content) // 2
    mask = bin(int.from_bytes(content[half:], "big")).count("1")
    return str(ipaddress.ip_network((content[:half], mask)))


def _policies(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    return {"policies": tuple(item.children()[0].oid() for item in _sequence(value))}


def _features(value: Node, odd: list[str]) -> dict[str, Any]:
    del odd
    return {"must_staple": any(item.integer() == 5 for item in _sequence(value))}


_UNDERSTOOD = ("2.5.29.36", "2.5.29.54")
"""Policy constraints: clients know them, no judgement here needs them."""

READERS: dict[str, Callable[[Node, list[str]], dict[str, Any]]] = {
    "2.5.29.14": _subject_key,
    "2.5.29.15": _key_usage,
    ALTERNATIVE_NAME: _alternative_names,
    "2.5.29.19": _basic_constraints,
    "2.5.29.30": _name_constraints,
    "2.5.29.31": _crl_points,
    "2.5.29.32": _policies,
    "2.5.29.35": _authority_key,
    "2.5.29.37": _extended_key_usage,
    "1.3.6.1.5.5.7.1.1": _authority_information,
    "1.3.6.1.5.5.7.1.24": _features,
    "1.3.6.1.4.1.11129.2.4.2": _timestamps,
}
"""One reader per extension that a judgement needs, by OID."""
