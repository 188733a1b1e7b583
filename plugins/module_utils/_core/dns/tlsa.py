# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLSA (RFC 6698, RFC 7671, RFC 7672): which served certificate a record matches, and which records senders can use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

PKIX_TA, PKIX_EE, DANE_TA, DANE_EE = 0, 1, 2, 3
USAGES = ("PKIX-TA(0)", "PKIX-EE(1)", "DANE-TA(2)", "DANE-EE(3)")
MAIL = ("smtp",)
"""Protocols whose clients look by RFC 7672, which leaves the usages 0 and 1 out."""
_DIGESTS: dict[int, Callable[[bytes], bytes]] = {
    0: lambda data: data, 1: lambda data: hashlib.sha256(data).digest(), 2: lambda data: hashlib.sha512(data).digest(),
}
_LENGTHS = {1: 32, 2: 64}


class Served(NamedTuple):
    """One certificate of a served chain: whole, and its public key (SubjectPublicKeyInfo)."""

    whole: bytes
    key: bytes


def read_served(text: str) -> Served:
    """Return the first certificate in armoured text.

    Raises:
        CertificateError: there is none, or its key cannot be found in it.
    """
    for block in pem.split_blocks(text.encode("utf-8", "replace")):
        if block.label == "CERTIFICATE" and not block.problem:
            whole = der.find_first_object(block.der)
            parts = der.read(whole).children()
            fields = list(parts[0].children()) if parts else []
            fields = fields[1:] if fields and fields[0].tag == der.CONTEXT_0 else fields
            if len(fields) < 6:
                break
            return Served(whole, der.encode_node(fields[5]))
    raise CertificateError("This is not a certificate.")


def show_record(record: Mapping[str, Any]) -> str:
    """Return a record as zone files have it, cut to one line."""
    return (f"{record.get('usage')} {record.get('selector')} {record.get('matching_type')} "
            f"{str(record.get('data') or '')[:16]}...")


def find_obstacle(record: Mapping[str, Any], protocol: str) -> str:
    """Return why clients of a protocol cannot use a record; empty: they can."""
    usage, selector, matching = (record.get(key) for key in ("usage", "selector", "matching_type"))
    size = len(str(record.get("data") or "")) // 2
    if usage not in range(4) or selector not in range(2) or matching not in _DIGESTS:
        return "its usage, selector or matching type is not known (RFC 6698 section 7)"
    if not size or size != _LENGTHS.get(int(str(matching)), size):
        return "its data has the wrong length for its matching type"
    if protocol in MAIL and usage in (PKIX_TA, PKIX_EE):
        return f"senders of mail do not use {USAGES[int(str(usage))]} (RFC 7672 section 3.1.3)"
    return ""


def find_match(record: Mapping[str, Any], chain: Sequence[Served]) -> Optional[int]:
    """Return the place in a chain of the certificate that a record matches; None: it matches none of them.

    The usages 1 and 3 are about the leaf alone, the others about an authority above it, which has to be served for
    clients to find it (RFC 7671 section 5.2).
    """
    about_leaf = record.get("usage") in (PKIX_EE, DANE_EE)
    for place, served in enumerate(chain):
        if about_leaf is not (place == 0):
            continue
        data = served.key if record.get("selector") == 1 else served.whole
        digest = _DIGESTS.get(int(record.get("matching_type") or 0))
        if digest is not None and digest(data).hex() == str(record.get("data") or "").lower():
            return place
    return None


def make_record(served: Served) -> dict[str, Any]:
    """Return the record that RFC 7671 section 5.1 and RFC 7672 section 3.1 advise: 3 1 1 of the leaf's key."""
    return {"usage": DANE_EE, "selector": 1, "matching_type": 1, "data": hashlib.sha256(served.key).hexdigest()}
