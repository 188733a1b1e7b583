# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The score behind a grade: protocols, key exchange and ciphers (guide tables 2 to 5), exact to the half point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites

PROTOCOL_POINTS = {"SSLv2": 0, "SSLv3": 80, "TLSv1": 90, "TLSv1.1": 95, "TLSv1.2": 100, "TLSv1.3": 100}
"""Guide table 3; the guide has no TLS 1.3, which cannot be worth less than 1.2."""

_EC_AS_RSA = ((521, 15360), (384, 7680), (256, 3072), (224, 2048), (192, 1536), (160, 1024), (112, 512))
"""Bits of a curve and the RSA size that is as hard (SP 800-57 part 1 table 2, and SEC 2 for the small ones)."""

_RSA_KINDS = ("RSA", "DSA", "DH", "DSS", "RSA-PSS")


def suites_of(facts: Mapping[str, Any], versions: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Walk the suites of some versions."""
    for version in versions:
        for item in (facts.get("suites") or {}).get(version) or []:
            yield describe_score(item)


def list_suites(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Walk the suites of every version."""
    return suites_of(facts, tuple(facts.get("suites") or {}))


def describe_score(item: Union[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a suite with its bits and flags: those that are given, else those of its IANA name."""
    given: Mapping[str, Any] = {"name": item} if isinstance(item, str) else item
    if "bits" in given:
        return given
    known: dict[str, Any] = {"bits": 128}
    try:
        suite = suites.by_iana(str(given.get("name")))
    except UnknownName:
        # A suite that nobody registered: its bits are not known, and must not count as none.
        return {**known, **given}
    known = {
        "bits": suite.bits, "fs": suite.forward_secrecy, "aead": suite.aead, "anon": suite.anonymous,
        "export": suite.export, "cbc": suite.cbc, "block64": suite.block64,
    }
    return {**known, **given}


def is_export(suite: Mapping[str, Any]) -> bool:
    """Return true for a suite that was weakened for export."""
    return bool(suite.get("export")) or "EXPORT" in str(suite.get("name")).upper()


def is_anonymous(suite: Mapping[str, Any]) -> bool:
    """Return true for a suite without any authentication of the server."""
    return bool(suite.get("anon") or suite.get("anonymous")) or "_anon_" in str(suite.get("name"))


def find_cipher_bits(suite: Mapping[str, Any]) -> int:
    """Return the bits that count; the guide takes 3DES for 168."""
    if "3DES" in str(suite.get("name")).upper():
        return 168
    return int(suite.get("bits") or 0)


def convert_to_rsa(kind: str, bits: int) -> int:
    """Return the RSA size that a key of this kind is as hard as."""
    if kind.upper() in _RSA_KINDS:
        return bits
    return next((rsa for least, rsa in _EC_AS_RSA if bits >= least), 0)


def list_key_sizes(facts: Mapping[str, Any]) -> list[int]:
    """Return the RSA-equivalent sizes of all certificate keys."""
    return [convert_to_rsa(str(key.get("type")), int(key.get("bits") or 0)) for key in facts.get("keys") or []]


def score(facts: Mapping[str, Any]) -> float:
    """Return 0 to 100; 0 as soon as one of the three categories is 0."""
    versions = [PROTOCOL_POINTS[version] for version in facts["protocols"]]
    protocol = max(versions) + min(versions)
    exchange = _key_exchange(facts)
    ciphers = [_cipher_points(find_cipher_bits(suite)) for suite in list_suites(facts)]
    cipher = max(ciphers) + min(ciphers) if ciphers else 0
    if 0 in (protocol, exchange, cipher):
        return 0.0
    # Protocol and cipher are sums of two and not yet halved, so that all of it stays whole.
    return (3 * protocol + 6 * exchange + 4 * cipher) / 20


def _key_exchange(facts: Mapping[str, Any]) -> int:
    if any(is_anonymous(suite) for suite in list_suites(facts)):
        return 0
    if any(key.get("debian_weak") or key.get("weak_debian") for key in facts.get("keys") or []):
        return 0
    points = [_key_points(size) for size in list_key_sizes(facts)]
    if facts.get("dh_bits"):
        points.append(_key_points(int(facts["dh_bits"])))
    if facts.get("ecdh_bits"):
        points.append(_key_points(convert_to_rsa("EC", int(facts["ecdh_bits"]))))
    if any(is_export(suite) for suite in list_suites(facts)):
        points.append(40)
    return min(points) if points else 0


def _key_points(bits: int) -> int:
    for below, points in ((512, 20), (1024, 40), (2048, 80), (4096, 90)):
        if bits < below:
            return points
    return 100


def _cipher_points(bits: int) -> int:
    if bits == 0:
        return 0
    return 20 if bits < 128 else 80 if bits < 256 else 100
