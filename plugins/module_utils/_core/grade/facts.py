# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an observation and its findings to the facts that a grade is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.grade import grade
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.score import describe_score
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import chain, moment
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    STARTTLS_PROTOCOLS,
    accepted_versions,
    is_plain_http,
    unsettled_versions,
)

_KINDS = {"rsa": "RSA", "ecdsa": "EC", "dsa": "DSA", "ed25519": "EC", "ed448": "EC"}
_EDWARDS_BITS = {"ed25519": 256, "ed448": 448}
_UPGRADES_BY_BIND = ("ldap",)
"""Protocols where the client names its secret only after the server let it: a refused bind protects it."""


def find_graded(
    seen: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], now: datetime
) -> Optional[dict[str, Any]]:
    """Grade an endpoint; None where no grade is meant (plain http, nothing that answers).

    Args:
        seen: the observation, with rich certificates where they could be read.
        findings: the endpoint's findings, for what the certificate judge said.
        now: aware, UTC.

    Returns:
        ``Grade.to_dict()`` with ``complete`` (every suite was enumerated) and ``caveats``:
        what the grade takes on trust because it was not looked at.
    """
    if is_plain_http(seen) or seen.get("reachable") is not True:
        return None
    facts = facts_of(seen, findings, now)
    found = grade(facts).to_dict()
    known = facts["keys"] or facts["dh_bits"] or facts["ecdh_bits"]
    if not known and not any(cap.startswith("F:") for cap in found["caps"]):
        # Nothing is known of the key exchange: that is no worst of grades, but none.
        found.update(grade=None, grade_trust_ignored=None, score=None)
    found["caveats"] = _caveats(seen, findings)
    found["complete"] = _enumerated(seen)
    return found


def facts_of(seen: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Return the facts in the form that ``grade`` takes."""
    renegotiation = seen.get("renegotiation") or {}
    facts: dict[str, Any] = {
        "protocols": accepted_versions(seen),
        "suites": dict(seen.get("suites") or {}),
        "keys": _keys(seen),
        "dh_bits": seen.get("dh_bits"),
        "ecdh_bits": _ecdh_bits(seen),
        "cert": _certificate(seen, findings, now),
        "secure_renegotiation": renegotiation.get("secure"),
        "insecure_renegotiation": renegotiation.get("secure") is False and bool(renegotiation.get("client_initiated")),
        "vulnerabilities": _vulnerabilities(seen),
    }
    facts.update(_chosen(seen))
    facts.update(_downgrade(seen))
    if seen.get("protocol") == "https":
        facts["hsts"] = dict((seen.get("http") or {}).get("hsts") or {"present": False})
    return facts


def _keys(seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    leaves = chain(seen)[:1] + [
        item[0] for item in (seen.get("certificates_by_type") or {}).values() if isinstance(item, list) and item
    ]
    found = []
    for leaf in leaves:
        key = leaf.get("key") or {}
        kind = str(key.get("type"))
        if kind in _KINDS:
            found.append({"type": _KINDS[kind], "bits": key.get("bits") or _EDWARDS_BITS.get(kind, 0)})
    return found


def _ecdh_bits(seen: Mapping[str, Any]) -> Optional[int]:
    sizes = []
    for name in seen.get("groups") or []:
        try:
            group = groups.by_iana(name)
        except UnknownName:
            continue
        if group.kind == "ecdhe":
            # X25519 is meant to be as hard as P-256, whatever the size of its field.
            sizes.append(256 if group.iana == "X25519" else group.bits)
    return min(sizes) if sizes else None


def _status(findings: Sequence[Mapping[str, Any]], control: str) -> Optional[str]:
    return next((str(item["status"]) for item in findings if item["control"] == control), None)


def _failed(findings: Sequence[Mapping[str, Any]], control: str) -> bool:
    return _status(findings, control) in ("fail", "excepted")


def _certificate(seen: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    leaf = next(iter(chain(seen)), {})
    begin, end = moment(leaf.get("not_before")), moment(leaf.get("not_after"))
    self_signed = bool(leaf.get("self_issued"))
    return {
        "signature_hash": leaf.get("signature_hash"),
        "public": bool(leaf.get("public")),
        "self_signed": self_signed,
        "unknown_ca": not self_signed and _failed(findings, "certificate_trust"),
        "expired": end is not None and end < now,
        "not_yet_valid": begin is not None and begin > now,
        "name_mismatch": _failed(findings, "certificate_name"),
        "chain_incomplete": _chain_incomplete(findings),
        "revoked": (seen.get("stapling") or {}).get("status") == "revoked",
    }


def _chain_incomplete(findings: Sequence[Mapping[str, Any]]) -> bool:
    """Return true if an issuer is missing; other faults of a chain (its order, surplus members) cap no grade."""
    if not _failed(findings, "certificate_chain"):
        return False
    chain_finding = next(item for item in findings if item["control"] == "certificate_chain")
    parts = (chain_finding.get("evidence") or {}).get("certificate_controls")
    if parts is None:
        return True
    return any(
        part.get("control") in ("certificate.chain_complete", "certificate.chain_signature")
        and part.get("status") in ("fail", "excepted")
        for part in parts
    )


def _vulnerabilities(seen: Mapping[str, Any]) -> list[str]:
    said = seen.get("vulnerabilities") or []
    names = [name for name, there in said.items() if there is True] if isinstance(said, Mapping) else list(said)
    return names + (["crime"] if seen.get("compression") is True else [])


def _downgrade(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known about protection against being talked out of TLS (rules X1 and X2)."""
    protocol = str(seen.get("protocol"))
    refused = (seen.get("plaintext") or {}).get("refused") is True
    if protocol not in STARTTLS_PROTOCOLS:
        return {"downgrade_protected": protocol != "https"}
    return {
        "starttls": True,
        "starttls_enforced": refused,
        "downgrade_protected": refused and protocol in _UPGRADES_BY_BIND,
    }


def _chosen(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the guide's reference clients end up with, as far as the server's order tells.

    All of them offer forward secrecy and put 64-bit blocks last, so only a server that insists on
    its own order gives them anything else.  Without a known order nothing is claimed.
    """
    facts: dict[str, Any] = {}
    first = {version: _first_choice(seen, version) for version in accepted_versions(seen)}
    newest = accepted_versions(seen)[-1:]
    if newest and newest[0] != "TLSv1.3" and first[newest[0]] and not first[newest[0]].get("fs"):
        facts["forward_secrecy"] = False
    modern = [version for version in first if version in ("TLSv1.1", "TLSv1.2", "TLSv1.3")]
    if all(_enumerated_in(seen, version) and _block64_is_last_resort(seen, version) for version in modern):
        facts["block64_never_preferred"] = True
    return facts


def _first_choice(seen: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return the suite that the server's own order puts first; empty where the client's decides or nobody knows."""
    names = (seen.get("suites") or {}).get(version) or []
    decides = (seen.get("server_preference") or {}).get(version) is True
    alone = len(names) == 1 and (seen.get("suites_complete") or {}).get(version) is True
    return describe_score(names[0]) if names and (decides or alone) else {}


def _block64_is_last_resort(seen: Mapping[str, Any], version: str) -> bool:
    found = [bool(describe_score(name).get("block64")) for name in (seen.get("suites") or {}).get(version) or []]
    if not any(found):
        return True
    preference = (seen.get("server_preference") or {}).get(version)
    # Behind the server's order it has to stand after everything else; clients' own orders already put it there.
    behind = found == sorted(found) if preference is True else preference is False
    return behind and not all(found)


def _enumerated_in(seen: Mapping[str, Any], version: str) -> bool:
    return (seen.get("suites_complete") or {}).get(version) is True


def _enumerated(seen: Mapping[str, Any]) -> bool:
    return all(_enumerated_in(seen, version) for version in accepted_versions(seen))


def _caveats(seen: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    unsettled = unsettled_versions(seen)
    if unsettled:
        found.append("It could not be found out whether these are accepted: " + ", ".join(unsettled) + ".")
    if not _enumerated(seen):
        found.append("Not every suite was enumerated: the score holds for those that were seen.")
    if _status(findings, "certificate_trust") not in ("pass", "fail", "excepted"):
        found.append("Trust was not examined.")
    if not _keys(seen):
        found.append("The certificate's key could not be read.")
    return found
