# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keys and certificates are held against: a policy's figures, or the floor that holds without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy

FLOOR_RSA_BITS = 2048
FLOOR_EC_BITS = 224
FLOOR_DH_BITS = 2048
"""RFC 9325 section 4.5."""

FLOOR_HASHES = ("sha224", "sha256", "sha384", "sha512", "sha3-224", "sha3-256", "sha3-384", "sha3-512")
FLOOR_TYPES = ("rsa", "ecdsa", "ed25519", "ed448")
PURPOSES = ("server", "client", "any")


@dataclass(frozen=True)
class Rules:
    """Everything a judgement depends on besides the facts and the time."""

    name: str = "the floor of RFC 9325"
    """How sentences call it."""
    types: tuple[str, ...] = FLOOR_TYPES
    curves: Optional[tuple[str, ...]] = None
    """``None``: any curve of enough bits."""
    signature_hashes: tuple[str, ...] = FLOOR_HASHES
    min_rsa: Optional[int] = FLOOR_RSA_BITS
    min_ec: Optional[int] = FLOOR_EC_BITS
    min_dh: int = FLOOR_DH_BITS
    max_lifetime_days: Optional[int] = None
    recommended_lifetime_days: Optional[int] = None
    names: tuple[str, ...] = ()
    """Names that every leaf has to cover."""
    purpose: str = "server"
    """One of PURPOSES."""
    min_days_left: int = 14
    key_owners: tuple[str, ...] = ("root",)
    key_groups: tuple[str, ...] = ("ssl-cert",)
    """Groups that may read a private key besides its owner."""
    anchors_named: bool = False
    """Somebody said which anchors count; otherwise this host's own store is only a hint."""
    blocklist: frozenset[str] = frozenset()
    debian_blocklist: frozenset[str] = frozenset()


def find_figures(policy: Optional[Policy]) -> Rules:
    """Return the rules that ``policy`` sets, with everything else at its default."""
    if policy is None:
        return Rules()
    return Rules(
        name=f"policy {policy.name}",
        types=policy.certificate.types,
        curves=policy.certificate.curves or None,
        signature_hashes=policy.certificate.signature_hashes,
        min_rsa=policy.min_key.rsa,
        min_ec=policy.min_key.ec,
        min_dh=policy.min_key.dh or FLOOR_DH_BITS,
        max_lifetime_days=policy.certificate.max_lifetime_days,
        recommended_lifetime_days=policy.certificate.recommended_lifetime_days,
    )
