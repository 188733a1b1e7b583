# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A grade in the style of SSL Labs (Server Rating Guide, 2009r of 2025-05-16), with its reasons.

Score first: 30 % protocols, 30 % key exchange, 40 % ciphers.  Then caps, the worst of
which wins; then warnings, which cost an A its full mark; then the plus; trust comes
last.  Two rules are our own: X1, a STARTTLS port that does not enforce it costs the full
A; X2, what is not https earns its plus by proven protection against downgrade.

Input is a mapping of facts, all of them optional but ``protocols``:

* ``protocols``: accepted versions; ``suites``: per version a list of IANA names, or of ``name``,
  ``bits`` and the flags ``fs``, ``aead``, ``anon``, ``rc4``, ``cbc``, ``block64``, ``export``;
* ``keys``: a list of ``type`` (RSA, EC, DSA, ...) and ``bits`` of the leaves, with
  ``debian_weak``; ``dh_bits``, ``ecdh_bits``: the smallest that was used;
* ``cert``: ``signature_hash`` and the flags ``self_signed``, ``unknown_ca``, ``expired``,
  ``not_yet_valid``, ``name_mismatch``, ``revoked``, ``chain_incomplete``, ``public``;
* ``hsts``: ``present``, ``valid``, ``max_age`` in seconds; only where the endpoint is https;
* ``starttls``, ``starttls_enforced``, ``downgrade_protected``;
* ``secure_renegotiation``, ``insecure_renegotiation``, ``block64_never_preferred``,
  ``forward_secrecy`` (with reference clients), ``vulnerabilities``: a list of names.

Grades agree with the guide, not with any other program that claims to follow it:
``docs/grades.md`` lists where testssl.sh differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.caps import (
    GRADES,
    PLUS_MAX_AGE,
    find_caps,
    find_warnings,
    find_weak_hash,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.score import score

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Grade:
    """A grade and everything that led to it."""

    grade: Optional[str]
    """A+ to F, T (not trusted), M (another host's name); None: no handshake at all."""
    grade_trust_ignored: Optional[str]
    score: Optional[float]
    """0 to 100, exact."""
    caps: tuple[str, ...] = ()
    """``F: reason``: what the grade cannot be better than, and why; worst first."""
    warnings: tuple[str, ...] = ()
    """Why an A is only an A-."""
    trust: tuple[str, ...] = ()
    """Why the grade is T or M."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "grade": self.grade,
            "grade_trust_ignored": self.grade_trust_ignored,
            "score": self.score,
            "caps": list(self.caps),
            "warnings": list(self.warnings),
            "trust": list(self.trust),
        }


def grade(facts: Facts) -> Grade:
    """Grade one endpoint from its facts; see the module's docstring for their names."""
    if not facts.get("protocols"):
        return Grade(None, None, None)
    points = score(facts)
    caps = find_caps(facts)
    warnings = find_warnings(facts)
    letter = _worst([_letter(points), *(cap.split(":", 1)[0] for cap in caps)])
    if letter == "A":
        letter = "A-" if warnings else "A+" if _earns_plus(facts) else "A"
    trust = _trust(facts.get("cert") or {})
    final = letter
    if trust and not _revoked(facts):
        final = trust[0][0]
    return Grade(final, letter, points, caps, warnings, tuple(reason for _grade, reason in trust))


def _letter(points: float) -> str:
    for least, letter in ((80, "A"), (65, "B"), (50, "C"), (35, "D"), (20, "E")):
        if points >= least:
            return letter
    return "F"


def _worst(letters: Sequence[str]) -> str:
    return max(letters, key=GRADES.index)


def _earns_plus(facts: Facts) -> bool:
    """Decide between A and A+ where neither cap nor warning stands."""
    if find_weak_hash(facts.get("cert") or {}) == "SHA-1":
        return False
    hsts = facts.get("hsts")
    if hsts is None:
        return bool(facts.get("downgrade_protected"))
    return bool(hsts.get("present")) and (hsts.get("max_age") or 0) >= PLUS_MAX_AGE


def _revoked(facts: Facts) -> bool:
    return bool((facts.get("cert") or {}).get("revoked"))


def _trust(cert: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (T or M, reason), T first."""
    found = [("T", _UNTRUSTED.get(key, key.replace("_", " "))) for key, value in cert.items()
             if value is True and (key in _UNTRUSTED or "unknown" in key or "untrusted" in key)]
    if find_weak_hash(cert) == "SHA-1" and cert.get("public", not cert.get("private")):
        found.append(("T", "signed with SHA-1 by a public authority"))
    if cert.get("trusted") is False:
        found.append(("T", "not trusted"))
    if cert.get("name_mismatch"):
        found.append(("M", "the certificate names another host"))
    return found


_UNTRUSTED = {
    "self_signed": "signed by itself",
    "unknown_ca": "issued by an unknown authority",
    "expired": "expired",
    "not_yet_valid": "not yet valid",
    "not_valid_yet": "not yet valid",
}
"""What makes a certificate untrusted, and how to say it."""
