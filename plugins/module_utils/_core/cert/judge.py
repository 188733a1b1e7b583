# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole judgement: (materials, anchors, signatures, rules, now) -> findings.

Opens no file and reads no clock.  Every finding names its control, what was expected
and what was seen; ``findings.py`` holds the words, ``rules.py`` the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import fleet
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words, name_finding
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_certificate import (
    judge_lifetime,
    judge_public_key,
    judge_revocation,
    judge_signature,
    judge_usage,
    judge_validity,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_chain import (
    Family,
    find_authorities,
    judge_chain,
    judge_first,
    judge_issuer,
    judge_order,
    walk,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_encoding import judge_encoding
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_key import judge_copies, judge_keys
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_names import judge_names
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.leaves import Place, find_leaves
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import (
    Certificate,
    Finding,
    Material,
    Signatures,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules


@dataclass(frozen=True)
class _Case:
    """What the judgement of one material has to know of all the others."""

    rules: Rules
    now: datetime
    family: Family
    paths: Mapping[Place, tuple[Certificate, ...]]
    """Where each leaf stands -> leaf, issuer, issuer's issuer ..."""
    used: set[str]
    """SHA-256 of the authorities in these paths; the others only lie in a store."""
    keys: set[Optional[str]]
    """Identities of the private keys that were read."""


def judge(
    materials: Sequence[Material], anchors: Sequence[Certificate], signatures: Signatures, rules: Rules, now: datetime
) -> tuple[Finding, ...]:
    """Judge everything that was read.

    Args:
        materials: what was read, in the order asked for.
        anchors: the trust anchors.
        signatures: which signatures were checked, over materials and anchors.
        rules: the figures to hold it against.
        now: the time of the judgement, aware, in UTC.
    """
    case = _case(materials, Family.of(materials, anchors, signatures, now), rules, now)
    leaves = [path[0] for path in case.paths.values()]
    found = [finding for material in materials for finding in _material(material, case)]
    found.extend(_no_leaf(materials, leaves, rules))
    for ledger in judge_keys(materials, leaves, rules) + judge_copies(materials):
        found.extend(ledger.findings)
    found.extend(fleet.judge_moduli(_moduli(materials)))
    found.extend(fleet.judge_identities(leaves))
    return tuple(found)


def _case(materials: Sequence[Material], family: Family, rules: Rules, now: datetime) -> _Case:
    is_leaf = find_leaves(materials, bool(rules.names))
    shelf = find_authorities(materials, is_leaf)
    paths = {
        (material.source, item.position): walk(item, material.certificates, shelf, family)
        for material in materials
        for item in material.certificates
        if (material.source, item.position) in is_leaf
    }
    used = {above.sha256 for path in paths.values() for above in path[1:]}
    keys = {key.key.identity for material in materials for key in material.keys if key.key is not None}
    return _Case(rules, now, family, paths, used, keys)


def _material(material: Material, case: _Case) -> list[Finding]:
    into = Ledger(material.source)
    _readable(material, case.rules, into)
    leaves = [item for item in material.certificates if (material.source, item.position) in case.paths]
    for item in leaves:
        _leaf(item, material, case.rules, case.now, into)
        judge_chain(item, case.paths[material.source, item.position], case.family, case.rules, into)
    if len(leaves) == 1:
        judge_order(material, case.paths[material.source, leaves[0].position], case.family, into)
    elif leaves:
        judge_first(material, leaves, case.keys, into)
    for item in material.certificates:
        if (material.source, item.position) not in case.paths:
            _authority(item, case, into, sent=bool(leaves))
    return into.findings


def _no_leaf(materials: Sequence[Material], leaves: Sequence[Certificate], rules: Rules) -> list[Finding]:
    """Names are expected, so there has to be a certificate for them."""
    if leaves or not rules.names:
        return []
    into = Ledger(materials[0].source if materials else "")
    into.error(
        "certificate.names",
        "high",
        f"No leaf certificate was read, so none covers {list_words(rules.names)}.",
        "Give the certificate that was issued for these names.",
        expected=list(rules.names),
    )
    return into.findings


def _readable(material: Material, rules: Rules, into: Ledger) -> None:
    for problem in material.problems:
        into.error("certificate.readable", "high", problem, "Correct the path, the rights or the file.")
    for caution in material.cautions:
        into.failed("certificate.readable", "low", caution, "Convert it: openssl x509 -in OLD -out NEW.")
    if material.dh_bits is not None:
        sentence = f"The Diffie-Hellman parameters in {material.source} have {material.dh_bits} bits"
        if material.dh_bits < rules.min_dh:
            into.failed(
                "certificate.dh_size",
                "high",
                f"{sentence}; {rules.name} asks for at least {rules.min_dh}.",
                "Remove them, or use one of the groups of RFC 7919.",
                bits=material.dh_bits,
                expected=rules.min_dh,
            )
        else:
            into.passed("certificate.dh_size", sentence + ".", bits=material.dh_bits)


def _leaf(item: Certificate, material: Material, rules: Rules, now: datetime, into: Ledger) -> None:
    who = name_finding(item, "leaf")
    judge_public_key(item.key, who, rules, into)
    judge_signature(item, who, rules, into)
    judge_validity(item, who, rules, now, into)
    judge_lifetime(item, who, rules, into)
    judge_names(item, who, material.expected_names or rules.names, into, rules.purpose)
    judge_usage(item, who, rules, into)
    judge_revocation(item, who, into)


def _authority(item: Certificate, case: _Case, into: Ledger, sent: bool) -> None:
    """Judge an authority; what is wrong with one that is ``sent`` and that no leaf's chain needs is advice."""
    own = Ledger(into.path)
    used = item.sha256 in case.used
    who = name_finding(item, "authority")
    judge_public_key(item.key, who, case.rules, own, leaf=False)
    if not case.family.self_signed(item):
        judge_signature(item, who, case.rules, own)
    judge_validity(item, who, case.rules, case.now, own, leaf=False, used=used or sent)
    judge_encoding(item, who, own)
    judge_issuer(item, who, own)
    into.findings.extend(_advice(found) if sent and not used else found for found in own.findings)


def _advice(found: Finding) -> Finding:
    if found.status != "fail":
        return found
    return replace(
        found,
        severity="low",
        sentence=f"{found.sentence} No chain needs this certificate.",
        evidence=(*found.evidence, ("advice", True)),
        remedy="Do not serve it: old clients fail on it.",
    )


def _moduli(materials: Sequence[Material]) -> dict[int, list[str]]:
    places: dict[int, list[str]] = {}
    for material in materials:
        keys = [item.key for item in material.certificates] + [
            item.key for item in material.keys if item.key is not None
        ]
        for key in keys:
            if key.kind == "rsa" and key.modulus is not None and key.modulus > 1:
                known = places.setdefault(key.modulus, [])
                if material.source not in known:
                    known.append(material.source)
    return places
