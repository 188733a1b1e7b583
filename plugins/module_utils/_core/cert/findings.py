# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How findings about keys and certificates are worded and where their rules come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.bounded import limit_rows, limit_text
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate, Finding
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

REFERENCES: dict[str, tuple[str, ...]] = {
    "certificate.readable": ("RFC 5280", "RFC 7468"),
    "certificate.extensions": ("RFC 5280 4.2",),
    "certificate.encoding": ("RFC 5280 4.1",),
    "certificate.key_type": ("RFC 9325 4.5", "CA/B BR 6.1.5"),
    "certificate.key_size": ("RFC 9325 4.5", "CA/B BR 6.1.5", "NIST SP 800-52r2 3.2.1", "BSI TR-02102-2 2026-01 3.3"),
    "certificate.curve": ("RFC 5480 2.1.1", "RFC 9325 4.5", "CA/B BR 6.1.5"),
    "certificate.dh_size": ("RFC 9325 4.5",),
    "certificate.weak_key": ("CA/B BR 6.1.1.3",),
    "certificate.exponent": ("CA/B BR 6.1.6", "NIST SP 800-56B r2 6.2"),
    "certificate.shared_factor": ("CA/B BR 6.1.1.3",),
    "certificate.key_shared": ("PCI DSS 4.0.1 4.2.1.1", "NIST SP 800-57pt1r5 5.2"),
    "certificate.signature_hash": ("RFC 9325 4.5", "RFC 9155", "CA/B BR 7.1.3.2"),
    "certificate.validity": ("RFC 5280 4.1.2.5",),
    "certificate.expires_soon": ("PCI DSS 4.0.1 4.2.1",),
    "certificate.lifetime": ("TLSRef 6.0", "NIST SP 800-52r2 3.2.1"),
    "certificate.public_lifetime": ("CA/B BR 2.2.6 6.3.2",),
    "certificate.names": ("RFC 9525 4, 6", "RFC 5280 4.2.1.6"),
    "certificate.common_name_only": ("RFC 9525 2",),
    "certificate.wildcard": ("RFC 9525 6.3", "CA/B BR 3.2.2.6"),
    "certificate.key_usage": ("RFC 5280 4.2.1.3",),
    "certificate.extended_key_usage": ("RFC 5280 4.2.1.12",),
    "certificate.basic_constraints": ("RFC 5280 4.2.1.9",),
    "certificate.chain_order": ("RFC 8446 4.4.2", "RFC 5246 7.4.2"),
    "certificate.chain_complete": ("RFC 8446 4.4.2",),
    "certificate.chain_names": ("RFC 5280 7.1",),
    "certificate.chain_signature": ("RFC 5280 6.1.3",),
    "certificate.name_constraints": ("RFC 5280 4.2.1.10",),
    "certificate.trust_anchor": ("RFC 5280 6.1",),
    "certificate.self_signed": ("RFC 5280 3.2",),
    "certificate.revocation": ("RFC 5280 4.2.1.13", "RFC 6960 3.1"),
    "certificate.must_staple": ("RFC 7633",),
    "certificate.key_match": ("RFC 8446 4.4.3",),
    "certificate.key_encrypted": ("RFC 5958 3",),
    "certificate.key_mode": ("NIST SP 800-57pt1r5 8.1.5", "PCI DSS 4.0.1 3.6.1"),
    "certificate.key_owner": ("NIST SP 800-57pt1r5 8.1.5", "PCI DSS 4.0.1 3.6.1"),
}

FAILING_SEVERITIES = ("medium", "high", "critical")
"""A failure of these makes what was read not compliant; ``low`` and ``info`` are advice."""


class Ledger:
    """Collects the findings about one path, in one voice."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def passed(self, control: str, sentence: str, **evidence: Any) -> None:
        """What was asked is the case."""
        self._add(control, "pass", "info", sentence, "", evidence)

    def failed(self, control: str, severity: str, sentence: str, remedy: str, **evidence: Any) -> None:
        """What was asked is not the case."""
        self._add(control, "fail", severity, sentence, remedy, evidence)

    def untold(self, control: str, sentence: str, **evidence: Any) -> None:
        """It could not be told, and nothing is claimed."""
        self._add(control, "unprobed", "info", sentence, "", evidence)

    def error(self, control: str, severity: str, sentence: str, remedy: str, **evidence: Any) -> None:
        """What should have been read could not be."""
        self._add(control, "error", severity, sentence, remedy, evidence)

    def _add(
        self, control: str, status: str, severity: str, sentence: str, remedy: str, evidence: dict[str, Any]
    ) -> None:
        # names in certificates are other people's words: no line breaks, no terminal codes
        sentence = "".join(letter if letter.isprintable() else "?" for letter in limit_text(sentence, MOST_SENTENCE))
        kept = tuple(limit_rows(evidence).items())
        self.findings.append(
            Finding(control, status, severity, sentence, self.path, kept, REFERENCES[control], remedy)
        )


MOST_SENTENCE = 4000
"""Letters of a sentence: names in certificates can be as long as their issuers want."""


def is_compliant(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing failed or stayed unread that is more than advice."""
    return not any(item.status in ("fail", "error") and item.severity in FAILING_SEVERITIES for item in findings)


def is_accepted(findings: Sequence[Finding], controls: Sequence[str]) -> tuple[Finding, ...]:
    """Return the findings, with failures of ``controls`` turned into exceptions.

    Raises:
        CertificateError: nothing here is called like one of ``controls``.
    """
    unknown = sorted(set(controls) - set(REFERENCES))
    if unknown:
        known = list_words(REFERENCES, len(REFERENCES))
        raise CertificateError(f"Unknown control: {list_words(unknown)}. Controls: {known}.")
    return tuple(
        replace(item, status="excepted") if item.status == "fail" and item.control in controls else item
        for item in findings
    )


def name_finding(item: Certificate, role: str) -> str:
    """Name a certificate in a sentence: role, title and where it stands."""
    place = f" (certificate {item.position + 1} in the file)" if item.position else ""
    return f"The {role} '{item.title}' in {item.source}{place}"


def list_words(items: Iterable[str], limit: int = 8) -> str:
    """Write a list as people do, cut where it gets long."""
    known = list(items)
    shown = ", ".join(known[:limit])
    return shown + (f" and {len(known) - limit} more" if len(known) > limit else "")
