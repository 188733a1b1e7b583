# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy is: frozen values, no behaviour beyond turning into plain data.

A policy has two sets.  The *configure* set (``tls12_suites``, ``tls13_suites``,
``groups``, ``signature_schemes``) is what the roles write.  The *verify* set adds
``also_allowed``: what a correct server may offer besides without being wrong.
Names are IANA names everywhere; protocols are spelled ``SSLv2``, ``SSLv3``,
``TLSv1``, ``TLSv1.1``, ``TLSv1.2``, ``TLSv1.3``.
"""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import asdict, dataclass

PROTOCOLS: tuple[str, ...] = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""Every protocol version, oldest first."""

CLIENT_CERTIFICATE = ("none", "optional", "required")
PLAINTEXT_RULES = ("redirect_only", "no_authentication", "none")
STARTTLS_RULES = ("allowed", "required", "implicit_only", "forbidden")


@dataclass(frozen=True)
class AlsoAllowed:
    """Suites outside the configure set that a verifier does not call wrong.

    ``ok``: nothing to say; ``phase_out``: allowed, reported as a warning.
    """

    ok: tuple[str, ...] = ()
    phase_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class CertificateRules:
    """What a leaf must be.  Lifetimes in days, ``None``: the source sets no limit."""

    types: tuple[str, ...]
    """Any of rsa, ecdsa, ed25519, ed448."""
    curves: tuple[str, ...]
    """IANA group names of the curves an EC key may lie on (secp256r1, ...)."""
    signature_hashes: tuple[str, ...]
    max_lifetime_days: Optional[int] = None
    recommended_lifetime_days: Optional[int] = None


@dataclass(frozen=True)
class KeySizes:
    """Smallest sizes in bits; ``None``: that kind of key is not used at all."""

    rsa: Optional[int]
    ec: Optional[int]
    dh: Optional[int]


@dataclass(frozen=True)
class Hsts:
    """RFC 6797.  ``min_max_age`` in seconds, ``None``: the policy does not ask for HSTS."""

    min_max_age: Optional[int] = None
    include_subdomains: bool = False
    preload: bool = False


@dataclass(frozen=True)
class Policy:
    """A resolved policy: what is allowed, with its name and its source."""

    name: str
    title: str
    source: str
    source_status: str
    version: str
    """Date of the figures, ISO 8601."""
    protocols: tuple[str, ...]
    """Oldest first, contiguous."""
    tls12_suites: tuple[str, ...]
    """IANA names for TLS 1.2 and below, preferred first."""
    tls13_suites: tuple[str, ...]
    groups: tuple[str, ...]
    signature_schemes: tuple[str, ...]
    min_key: KeySizes
    certificate: CertificateRules
    hsts: Hsts
    also_allowed: AlsoAllowed = AlsoAllowed()
    server_preference: bool = True
    openssl_seclevel: int = 2
    compression: bool = False
    client_renegotiation: bool = False
    early_data: bool = False
    extended_master_secret_required: bool = False
    post_quantum_required: bool = False
    """A post-quantum group must be negotiable wherever the linked library has one."""
    client_certificate: str = "none"
    """One of CLIENT_CERTIFICATE."""
    plaintext: str = "redirect_only"
    """One of PLAINTEXT_RULES."""
    starttls: str = "required"
    """One of STARTTLS_RULES."""
    data_class: Optional[str] = None
    """The data class that chose this policy, if one did."""

    @property
    def min_protocol(self) -> str:
        """The floor: the oldest protocol version that is allowed."""
        return self.protocols[0]

    @property
    def max_protocol(self) -> str:
        """The newest protocol version that is allowed."""
        return self.protocols[-1]

    @property
    def suites(self) -> tuple[str, ...]:
        """The configure set of all versions, TLS 1.3 first."""
        return self.tls13_suites + self.tls12_suites

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-serialisable data; ``resolve`` takes it back unchanged."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
