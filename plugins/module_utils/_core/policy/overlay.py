# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two policies at once: only what both allow remains, and of two figures the stricter holds."""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import (
    AlsoAllowed,
    CertificateRules,
    Hsts,
    KeySizes,
    Policy,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups

_CLASSIC_PART = {
    "X25519MLKEM768": "X25519",
    "MLKEM512X25519": "X25519",
    "SecP256r1MLKEM512": "secp256r1",
    "SecP256r1MLKEM768": "secp256r1",
    "SecP384r1MLKEM1024": "secp384r1",
}


def tighten_policy(first: Policy, second: Policy) -> Policy:
    """Return the policy that satisfies both, named after both; the order of ``first`` is kept."""
    configured = {suite for suite in first.suites if suite in set(second.suites)}
    return Policy(
        name=f"{first.name}+{second.name}",
        title=f"{first.title}; and {second.title}",
        source=f"{first.source}; {second.source}",
        source_status=f"{first.source_status}; {second.source_status}",
        version=max(first.version, second.version),
        protocols=_both(first.protocols, second.protocols),
        tls12_suites=_both(first.tls12_suites, second.tls12_suites),
        tls13_suites=_both(first.tls13_suites, second.tls13_suites),
        groups=_groups(first, second),
        signature_schemes=_both(first.signature_schemes, second.signature_schemes),
        min_key=KeySizes(
            rsa=_larger_or_unused(first.min_key.rsa, second.min_key.rsa),
            ec=_larger_or_unused(first.min_key.ec, second.min_key.ec),
            dh=_larger_or_unused(first.min_key.dh, second.min_key.dh),
        ),
        certificate=_certificate(first.certificate, second.certificate),
        hsts=Hsts(
            min_max_age=_larger(first.hsts.min_max_age, second.hsts.min_max_age),
            include_subdomains=first.hsts.include_subdomains or second.hsts.include_subdomains,
            preload=first.hsts.preload or second.hsts.preload,
        ),
        also_allowed=_also_allowed(first, second, configured),
        server_preference=first.server_preference or second.server_preference,
        openssl_seclevel=max(first.openssl_seclevel, second.openssl_seclevel),
        compression=first.compression and second.compression,
        client_renegotiation=first.client_renegotiation and second.client_renegotiation,
        early_data=first.early_data and second.early_data,
        extended_master_secret_required=(
            first.extended_master_secret_required or second.extended_master_secret_required
        ),
        post_quantum_required=first.post_quantum_required or second.post_quantum_required,
        client_certificate=first.client_certificate,
        plaintext=first.plaintext,
        starttls=first.starttls,
        data_class=first.data_class,
    )


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in first if name in second)


def _groups(first: Policy, second: Policy) -> tuple[str, ...]:
    """Return the groups of both; a hybrid stays where the other allows its classic part.

    A hybrid is at least as strong as its classic part, so a source that merely is older
    than the hybrids does not take them away.
    """

    def allows(policy: Policy, name: str) -> bool:
        if name in policy.groups:
            return True
        return groups.by_iana(name).kind == "hybrid" and _CLASSIC_PART.get(name) in policy.groups

    ordered = first.groups + tuple(name for name in second.groups if name not in first.groups)
    return tuple(name for name in ordered if allows(first, name) and allows(second, name))


def _also_allowed(first: Policy, second: Policy, configured: set[str]) -> AlsoAllowed:
    """Return what both tolerate beyond the configured set; one that phases it out is enough to warn."""
    warned = set(first.also_allowed.phase_out) | set(second.also_allowed.phase_out)
    verified = set(second.suites + second.also_allowed.ok + second.also_allowed.phase_out)
    common = [
        suite
        for suite in first.suites + first.also_allowed.ok + first.also_allowed.phase_out
        if suite in verified and suite not in configured
    ]
    return AlsoAllowed(
        ok=tuple(suite for suite in common if suite not in warned),
        phase_out=tuple(suite for suite in common if suite in warned),
    )


def _certificate(first: CertificateRules, second: CertificateRules) -> CertificateRules:
    return CertificateRules(
        types=_both(first.types, second.types),
        curves=_both(first.curves, second.curves),
        signature_hashes=_both(first.signature_hashes, second.signature_hashes),
        max_lifetime_days=_smaller(first.max_lifetime_days, second.max_lifetime_days),
        recommended_lifetime_days=_smaller(first.recommended_lifetime_days, second.recommended_lifetime_days),
    )


def _larger_or_unused(first: Optional[int], second: Optional[int]) -> Optional[int]:
    """Of two key sizes ``None`` (not used at all) is the strictest."""
    return None if first is None or second is None else max(first, second)


def _larger(first: Optional[int], second: Optional[int]) -> Optional[int]:
    given = [value for value in (first, second) if value is not None]
    return max(given) if given else None


def _smaller(first: Optional[int], second: Optional[int]) -> Optional[int]:
    given = [value for value in (first, second) if value is not None]
    return min(given) if given else None
