# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""GnuTLS's language: a policy becomes one priority string, built up from NONE.

GnuTLS names no suites: it allows every combination of the key exchanges, ciphers, MACs
and versions that it was given.  A set of suites that is no such product is compiled to
the largest product inside it that could be found, never to one that reaches outside;
what got lost is named in the result.  One unknown word voids a whole string, so only
words that the release knows are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_product import (
    find_largest_product,
    words_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_table import (
    PROTOCOL_TOKENS,
    Parts,
    list_built_in,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import VersionLike, version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes


@dataclass(frozen=True)
class GnuTLSSettings:
    """What to write into the settings of a daemon that is linked to GnuTLS."""

    priority: str
    suites: tuple[str, ...]
    """IANA names of what the string allows, in the policy's order."""
    protocols: tuple[str, ...]
    """Versions of the policy that have a suite left, oldest first."""
    dropped_suites: tuple[str, ...] = ()
    """IANA names that this GnuTLS lacks, or cannot allow without allowing what the policy does not."""
    dropped_groups: tuple[str, ...] = ()
    dropped_signature_schemes: tuple[str, ...] = ()


def compile_gnutls(policy: Policy, version: VersionLike) -> GnuTLSSettings:
    """Return the policy in GnuTLS's language.

    Args:
        policy: a resolved policy.
        version: of the GnuTLS that the daemon is linked to, such as ``3.7.9`` or (3, 8).

    Raises:
        DialectError: this GnuTLS cannot do anything of what one part of the policy allows.
    """
    release = version_of(version)
    kept_groups = tuple(name for name in policy.groups if groups.by_iana(name).gnutls is not None)
    kept_schemes = tuple(name for name in policy.signature_schemes if schemes.by_iana(name).gnutls)
    wanted = _wanted(policy, kept_groups, list_built_in(release))
    words = find_largest_product(wanted, _reachable(policy, list_built_in(release)))
    allowed = {part.suite.iana: part for part in wanted if words_of(part) <= words}
    _require("suites", policy.suites, tuple(allowed), release)
    _require("groups", policy.groups, kept_groups, release)
    _require("signature schemes", policy.signature_schemes, kept_schemes, release)
    protocols = _protocols(policy, tuple(allowed.values()))
    return GnuTLSSettings(
        priority=_write(policy, tuple(allowed.values()), protocols, kept_groups, kept_schemes),
        suites=tuple(name for name in policy.suites if name in allowed),
        protocols=protocols,
        dropped_suites=tuple(name for name in policy.suites if name not in allowed),
        dropped_groups=tuple(name for name in policy.groups if name not in kept_groups),
        dropped_signature_schemes=tuple(name for name in policy.signature_schemes if name not in kept_schemes),
    )


def _require(what: str, asked: Sequence[str], kept: Sequence[str], release: tuple[int, int]) -> None:
    if not kept:
        raise DialectError(
            f"GnuTLS {release[0]}.{release[1]} can do none of the policy's {what}: {', '.join(asked)}.",
            {"library": "gnutls", "version": list(release), "wanted": list(asked)},
        )


def _wanted(policy: Policy, kept_groups: Sequence[str], known: Sequence[Parts]) -> list[Parts]:
    """Return the policy's suites that this GnuTLS can negotiate, preferred first.

    Without a group for its key exchange a suite only breaks handshakes (GnuTLS answers
    with an alert instead of choosing another suite), so it is left out.
    """
    kinds = {groups.by_iana(name).kind for name in kept_groups}
    by_name: dict[str, Parts] = {part.suite.iana: part for part in known}
    unusable = {kx for kx, kind in (("DHE", "ffdhe"), ("ECDHE", "ecdhe")) if kind not in kinds}
    parts = [by_name.get(name) for name in policy.tls12_suites + policy.tls13_suites]
    return [part for part in parts if part is not None and part.suite.kx.split("_")[0] not in unusable]


def _reachable(policy: Policy, known: Sequence[Parts]) -> list[Parts]:
    """Return every suite that some words could allow in one of the policy's protocol versions."""
    newest_old = [name for name in policy.protocols if name != "TLSv1.3"]
    return [
        part
        for part in known
        if (part.tls13 and "TLSv1.3" in policy.protocols)
        or (not part.tls13 and newest_old and _not_older(newest_old[-1], part.min_protocol))
    ]


def _not_older(version: str, than: str) -> bool:
    return PROTOCOLS.index(version) >= PROTOCOLS.index(than)


def _protocols(policy: Policy, allowed: Sequence[Parts]) -> tuple[str, ...]:
    """Return the versions in which one of these suites can be negotiated."""
    return tuple(
        version
        for version in policy.protocols
        if any(
            part.tls13 if version == "TLSv1.3" else not part.tls13 and _not_older(version, part.min_protocol)
            for part in allowed
        )
    )


def _write(
    policy: Policy,
    allowed: Sequence[Parts],
    protocols: Sequence[str],
    kept_groups: Sequence[str],
    kept_schemes: Sequence[str],
) -> str:
    """Return the priority string; the order within each kind is the policy's order of preference."""
    tokens = ["VERS-" + PROTOCOL_TOKENS[version] for version in reversed(protocols)]
    tokens += [word for word in dict.fromkeys(part.kx for part in allowed) if word is not None]
    tokens += dict.fromkeys(part.cipher for part in allowed)
    tokens += dict.fromkeys(part.mac for part in allowed)
    tokens += ["SIGN-" + token for name in kept_schemes for token in schemes.by_iana(name).gnutls]
    tokens += [f"GROUP-{groups.by_iana(name).gnutls}" for name in kept_groups]
    tokens += ["COMP-NULL", "CTYPE-X509"]
    priority = ":+".join(["NONE", *tokens])
    return priority + ":%SERVER_PRECEDENCE" if policy.server_preference else priority
