# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The served chain, judged by the same code that judges certificates on disk.

``_edge/cert/served.py`` reads what was served and puts ``certificate_findings`` beside the
observation: the words of ``_core/cert/judge.py``, whose controls are finer than those
of an endpoint.  Here several of them become one.  Where nobody could read certificates
(a target without the ``cryptography`` library), nothing is told and nothing passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    Check,
    Context,
    Outcome,
    accepted_versions,
    failed,
    illegible,
    is_plain_http,
    passed,
    unknown,
    unprobed,
)

_SEVERITIES = ("info", "low", "medium", "high", "critical")

PARTS: dict[str, tuple[str, ...]] = {
    "certificate_valid": ("validity",),
    "certificate_expiry": ("expires_soon",),
    "certificate_name": ("names", "common_name_only", "wildcard"),
    "certificate_key": ("key_type", "key_size", "curve", "weak_key", "exponent", "shared_factor"),
    "certificate_signature": ("signature_hash",),
    "certificate_lifetime": ("lifetime", "public_lifetime"),
    "certificate_usage": ("key_usage", "extended_key_usage", "basic_constraints", "extensions"),
    "certificate_chain": ("chain_order", "chain_complete", "chain_signature", "chain_names"),
}
"""Which of the certificate judge's controls (``certificate.`` before each) make up one of an endpoint's."""

TRUST_PARTS = ("trust_anchor", "self_signed", "name_constraints")


def chain(seen: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the served certificates, leaf first."""
    return [item for item in seen.get("certificates") or [] if isinstance(item, Mapping)]


def moment(value: Any) -> Optional[datetime]:
    """Read an ISO 8601 time, UTC where it names no zone; None for anything else."""
    if isinstance(value, datetime):
        found = value
    else:
        try:
            found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def days_left(certificate: Mapping[str, Any], now: datetime) -> Optional[int]:
    """Return whole days until the certificate ends, negative after its end; None: not known."""
    end = moment(certificate.get("not_after"))
    return None if end is None else int((end - now).total_seconds() // 86400)


def _leaf(seen: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
    served = chain(seen)
    if is_plain_http(seen) or not served or not accepted_versions(seen):
        return None
    return served[0]


def _findings(seen: Mapping[str, Any], parts: tuple[str, ...]) -> Optional[list[Mapping[str, Any]]]:
    """Return what the certificate judge said about these parts; None: it was not asked."""
    said = seen.get("certificate_findings")
    if said is None:
        return None
    wanted = {f"certificate.{part}" for part in parts}
    return [item for item in said if item.get("control") in wanted]


def _unread() -> Outcome:
    return unprobed("The certificate was not read: where this was judged, Python has no cryptography library.")


def _rank(finding: Mapping[str, Any]) -> int:
    severity = finding.get("severity")
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _wrong(findings: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return failures, the worst first; what is mere advice is none: ``info``, or marked so in its evidence."""
    return sorted(
        (
            item for item in findings
            if item.get("status") == "fail" and item.get("severity") != "info"
            and not (item.get("evidence") or {}).get("advice")
        ),
        key=_rank, reverse=True,
    )


def _facts(findings: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "certificate_controls": [
            {"control": item.get("control"), "status": item.get("status"), **dict(item.get("evidence") or {})}
            for item in findings
        ],
    }


def joined(control: str) -> Check:
    """Make the check of an endpoint's control out of the certificate judge's findings."""

    def check(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
        del policy, context
        if _leaf(seen) is None:
            return None
        findings = _findings(seen, PARTS[control])
        if findings is None:
            return _unread()
        wrong = _wrong(findings)
        if wrong and control == "certificate_chain" and _needs_an_anchor(seen, wrong):
            if (seen.get("trust") or {}).get("trusted") is True:
                return passed("The chain leads to a root that the vantage trusts.", **_facts(findings))
            return unprobed(str(wrong[0]["sentence"]), **_facts(findings))
        if wrong:
            return failed(str(wrong[0]["sentence"]), severity=str(wrong[0]["severity"]), **_facts(findings))
        good = [item for item in findings if item.get("status") == "pass"]
        if good:
            return passed(str(good[0]["sentence"]), **_facts(findings))
        return _unread_part(seen)

    return check


def _needs_an_anchor(seen: Mapping[str, Any], wrong: list[Mapping[str, Any]]) -> bool:
    """Return true if only a root is missing that a private authority's clients may well have.

    A public leaf whose chain ends nowhere in this host's store is incomplete.  A private
    one may end at a root that nobody named here.
    """
    leaf = _leaf(seen) or {}
    only_incomplete = all(item.get("control") == "certificate.chain_complete" for item in wrong)
    return only_incomplete and not seen.get("anchors_named") and not leaf.get("public")


def _unread_part(seen: Mapping[str, Any]) -> Optional[Outcome]:
    """Nothing was said about a part: the certificate could not be read, or the part does not apply."""
    problems = _findings(seen, ("readable",)) or []
    if problems:
        return illegible(str(problems[0]["sentence"]))
    return None


def certificate_present(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a certificate comes with the handshake; anonymous suites bring none."""
    del policy, context
    if is_plain_http(seen) or not accepted_versions(seen):
        return None
    served = chain(seen)
    if served:
        return passed(f"{len(served)} certificate(s) are served.", sha256=[item.get("sha256") for item in served])
    suites = [str(name) for names in (seen.get("suites") or {}).values() for name in names]
    if suites and all("_anon_" in name for name in suites):
        return failed("Handshakes succeed without any certificate.", suites=suites)
    return unknown("TLS is spoken, but no certificate was seen.")


def certificate_trust(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the chain ends at a root that is trusted for this endpoint.

    That a private root is missing in the store of whoever looked says nothing: only
    anchors that somebody named, or a handshake that was asked to check, decide.
    """
    del policy, context
    if _leaf(seen) is None:
        return None
    trust = seen.get("trust") or {}
    findings = _findings(seen, TRUST_PARTS) or []
    named = [item for item in _wrong(findings) if item.get("severity") != "low"] or _not_an_authority(seen)
    if named:
        return failed(str(named[0]["sentence"]), severity=str(named[0]["severity"]), **_facts(findings))
    if trust.get("checked") and trust.get("trusted") is False:
        reason = str(trust.get("reason") or "no reason given").rstrip(".")
        return failed(f"The chain is not trusted: {reason}.", trust=dict(trust), **_facts(findings))
    if trust.get("trusted") is True or any(item.get("status") == "pass" for item in findings):
        return passed("The chain ends at a trusted root.", trust=dict(trust), **_facts(findings))
    problem = _unread_part(seen)
    if problem is not None:
        return problem
    return unprobed("No trust anchor was named for this endpoint, and this host's own store does not hold its root.",
                    trust=dict(trust), **_facts(findings))


def _not_an_authority(seen: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return failures of authorities that may not sign what stands below them: clients trust none of it."""
    found = _findings(seen, ("basic_constraints",)) or []
    evidence = [(item, item.get("evidence") or {}) for item in _wrong(found)]
    return [item for item, facts in evidence if facts.get("ca") is False or "path_length" in facts]


def stapling(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a responder's answer is stapled where the certificate names one, or demands it."""
    del policy, context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    staple = seen.get("stapling") or {}
    stapled, status = staple.get("stapled"), staple.get("status")
    facts: dict[str, Any] = {"stapled": stapled, "status": status, "must_staple": leaf.get("must_staple")}
    if stapled is True and status in (None, "successful", "good"):
        return passed("The certificate's status is stapled.", **facts)
    if stapled is True:
        return failed(f"The stapled OCSP answer does not vouch for the certificate: {status}.", **facts)
    if not leaf.get("signature_algorithm"):
        return _unread_part(seen) or _unread()
    return _not_stapled(leaf, facts)


def _not_stapled(leaf: Mapping[str, Any], facts: dict[str, Any]) -> Optional[Outcome]:
    if not leaf.get("must_staple") and not leaf.get("ocsp_urls"):
        return None
    if facts["stapled"] is None:
        return unknown("Whether the status is stapled was not looked for.", **facts)
    if leaf.get("must_staple"):
        return failed("The certificate demands stapling and none is stapled: clients will refuse it.",
                      severity="high", **facts)
    return failed("The certificate names an OCSP responder, and no status is stapled.", **facts)
