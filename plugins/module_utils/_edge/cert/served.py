# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read and judge what endpoints served, so that an endpoint's verdict knows its certificate.

The wire only carries bytes; reading them takes the ``cryptography`` library.  Where it
is missing the observation comes back as it was, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.bounded import limit_rows
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge import judge
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Finding, Material
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.plain import describe_certificate
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules, find_figures
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse as certificates
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.check import SYSTEM_STORE
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii


def add_certificates(
    observations: Sequence[Mapping[str, Any]],
    policy: Policy,
    now: datetime,
    anchors: Sequence[str] = (),
    expiry_days: int = 14,
    private: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return the observations with rich ``certificates`` and with ``certificate_findings``.

    Args:
        observations: endpoints of ``endpoint_info``.
        policy: a resolved policy.
        now: aware, UTC.
        anchors: paths of PEM files with the roots that count.  Without any, this host's
            own store is a hint and its silence no failure.
        expiry_days: a leaf with fewer days left fails; of a short-lived one, a third of its life.
        private: paths of PEM files with roots of private authorities.  They are named anchors for an endpoint whose
            chain leads to one of them, and say nothing about others; ``anchors`` go before them.

    Raises:
        CertificateError: a named anchor cannot be read.
    """
    if not certificates.is_available():
        return [dict(seen) for seen in observations]
    reader, trusted = _store(tuple(anchors) or (SYSTEM_STORE,))
    if anchors and not trusted:
        raise CertificateError(f"No trust anchor could be read from {', '.join(anchors)}.")
    rules = replace(find_figures(policy), anchors_named=bool(anchors), min_days_left=expiry_days)
    own_reader, own = _store(() if anchors else tuple(private))
    own_rules = replace(rules, anchors_named=True)
    return [
        _alone(dict(seen), own_reader, own, own_rules, now) if own and _leads_to(seen, own_reader, own)
        else _alone(dict(seen), reader, trusted, rules, now)
        for seen in observations
    ]


def _leads_to(seen: Mapping[str, Any], reader: Reader, anchors: Mapping[str, list[Certificate]]) -> bool:
    """Return whether a served chain names one of these anchors as an issuer, or holds it."""
    rows = [item for item in seen.get("certificates") or [] if isinstance(item, Mapping)]
    texts = [str(item["pem"]) for item in rows if item.get("pem")]
    try:
        served = reader.endpoint(str(seen.get("host")), texts, ()).certificates
    except Exception:
        # What cannot be read is judged, and said, like all others.
        return False
    return any(item.issuer_id in anchors or item.subject_id in anchors for item in served)


def _alone(
    seen: dict[str, Any], reader: Reader, anchors: Mapping[str, list[Certificate]], rules: Rules, now: datetime
) -> dict[str, Any]:
    """Judge what one endpoint served; what cannot be judged is an error of this endpoint alone."""
    try:
        return _judged(dict(seen), reader, anchors, rules, now)
    except Exception as error:
        sentence = f"The certificates that are served here could not be judged: {show_error(error)}."
        finding = Finding("certificate.readable", "error", "high", sentence, f"{seen.get('host')}:{seen.get('port')}",
                          remedy="Look at the certificates with another tool, and report this message as a defect.")
        return {**seen, "certificate_findings": [finding.to_dict()]}


def _judged(
    seen: dict[str, Any], reader: Reader, anchors: Mapping[str, list[Certificate]], rules: Rules, now: datetime
) -> dict[str, Any]:
    served = [item for item in seen.get("certificates") or [] if isinstance(item, Mapping)]
    texts = [str(item["pem"]) for item in served if item.get("pem")]
    if not texts:
        return seen
    name = (to_ascii(str(seen.get("server_name") or seen.get("host"))),)
    place = f"{seen.get('host')}:{seen.get('port')}"
    chains = {place: texts, **_other_chains(seen, place)}
    materials = [reader.endpoint(source, chain, name) for source, chain in chains.items()]
    lives = [int(item.lifetime_days) for material in materials for item in material.certificates[:1]]
    rules = replace(rules, min_days_left=min([rules.min_days_left, *(life // 3 for life in lives)]))
    near = _near(materials, anchors)
    signatures = reader.signatures([Material("trust anchors", certificates=tuple(near)), *materials])
    findings = judge(materials, near, signatures, rules, now)
    facts = {
        item.sha256: limit_rows(describe_certificate(item, now, item.position == 0))
        for material in materials for item in material.certificates
    }
    seen["certificates"] = [_richer(item, facts) for item in served]
    seen["certificates_by_type"] = {
        kind: [_richer(item, facts) for item in chain]
        for kind, chain in (seen.get("certificates_by_type") or {}).items()
    }
    seen["certificate_findings"] = [item.to_dict() for item in findings]
    seen["anchors_named"] = rules.anchors_named
    return seen


def _other_chains(seen: Mapping[str, Any], place: str) -> dict[str, list[str]]:
    """Return chains that are served for other kinds of key, under names of their own."""
    first = (seen.get("certificates") or [{}])[0].get("sha256")
    return {
        f"{place} ({kind})": [str(item["pem"]) for item in chain if item.get("pem")]
        for kind, chain in (seen.get("certificates_by_type") or {}).items()
        if chain and chain[0].get("sha256") != first
    }


def _near(materials: Sequence[Material], anchors: Mapping[str, list[Certificate]]) -> list[Certificate]:
    """Return the anchors that these chains could end at: checking all of a store takes its time."""
    every = [item for material in materials for item in material.certificates]
    wanted = {item.issuer_id for item in every} | {item.subject_id for item in every}
    return [anchor for name in sorted(wanted) for anchor in anchors.get(name, ())]


def _richer(item: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    known = facts.get(str(item.get("sha256")), {})
    return {**known, **{key: value for key, value in item.items() if value is not None}}


@lru_cache(maxsize=8)
def _store(paths: tuple[str, ...]) -> tuple[Reader, Mapping[str, list[Certificate]]]:
    """Read trust anchors once, by the digest of their subject; the reader remembers them."""
    reader = Reader()
    by_subject: dict[str, list[Certificate]] = {}
    for path in paths:
        for item in reader.file(path).certificates:
            by_subject.setdefault(item.subject_id, []).append(item)
    return reader, by_subject
