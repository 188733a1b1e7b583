# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which code points to offer: everything there is, what a policy allows, and the complement.

The complement is what makes a policy cheap to check: one hello that offers everything
forbidden, and its refusal proves the whole set absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups as group_table
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import schemes as scheme_table
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as suite_table
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello

NULL_WITH_NULL = 0x0000
"""The state before any handshake; a server may take an offer of it for an attack."""
PRIVATE_USE = range(0xFF00, 0xFFFF)
"""Suites that nobody may register (RFC 8446 section 11)."""
COMMON_GROUPS = (29, 23, 24, 25, 30)


@cache
def list_suites(version: str) -> tuple[int, ...]:
    """Every suite that may be negotiated in a version, strongest first."""
    at = PROTOCOLS.index(version)
    found = [
        suite for suite in suite_table.SUITES
        if PROTOCOLS.index(suite.min_protocol) <= at <= PROTOCOLS.index(suite.max_protocol)
        and not suite.signalling and suite.code_point != NULL_WITH_NULL
    ]
    found.sort(key=lambda suite: (
        suite.anonymous, suite.null, suite.export, not suite.aead, not suite.forward_secrecy, -suite.bits))
    return tuple(suite.code_point for suite in found)


@cache
def list_groups(tls13: bool) -> tuple[int, ...]:
    """Every group, the usual ones first; for TLS 1.3 only those that it has.

    The finite fields are always there: GnuTLS servers negotiate DHE with them alone.
    """
    rest = tuple(
        group.code_point for group in group_table.GROUPS
        if group.code_point not in COMMON_GROUPS and group.kind != "explicit" and (group.tls13 or not tls13)
        and (tls13 or not group.post_quantum)
    )
    return COMMON_GROUPS + rest


@cache
def list_schemes() -> tuple[int, ...]:
    """Every signature scheme, in the order of the table but the usual ones first."""
    usual = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807, 0x0808)
    rest = tuple(scheme.code_point for scheme in scheme_table.SCHEMES if scheme.code_point not in usual)
    return usual + rest


def name_suite(code_point: int) -> str:
    """The IANA name, or the number for a suite that nobody registered."""
    suite = suite_table.by_code_point(code_point)
    return suite.iana if suite is not None else f"0x{code_point:04x}"


def name_group(code_point: int) -> str:
    """The IANA name, or the number for a group that nobody registered."""
    group = group_table.by_code_point(code_point)
    return group.iana if group is not None else f"0x{code_point:04x}"


def name_scheme(code_point: int) -> str:
    """The IANA name, or the number for a scheme that nobody registered."""
    scheme = scheme_table.by_code_point(code_point)
    return scheme.iana if scheme is not None else f"0x{code_point:04x}"


def as_long_as(hello: ClientHello, others: Iterable[Optional[ClientHello]]) -> ClientHello:
    """A hello made about as long as the longest of ``others``, with code points for private use among its suites.

    A server has to pass over them (RFC 8446 sections 4.1.2 and 11), so whoever takes such a hello
    does not refuse the others for their length.
    """
    most = max((len(other.suites) for other in others if other is not None), default=0)
    return replace(hello, suites=hello.suites + tuple(PRIVATE_USE[:max(0, most - len(hello.suites))]))


def leave_out(offer: Iterable[int], taken: Iterable[int]) -> tuple[int, ...]:
    """``offer`` without what is in ``taken``, in the same order."""
    gone = frozenset(taken)
    return tuple(item for item in offer if item not in gone)


class Offers:
    """The code points of one policy, computed once for all endpoints that it is checked on."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        named = policy.tls12_suites + policy.tls13_suites + policy.also_allowed.ok
        self._allowed = tuple(suite_table.by_iana(name).code_point for name in named)
        self._phased = tuple(suite_table.by_iana(name).code_point for name in policy.also_allowed.phase_out)
        self._groups = tuple(group_table.by_iana(name).code_point for name in policy.groups)
        self._made: dict[tuple[str, str], tuple[int, ...]] = {}

    def _cached(self, kind: str, version: str) -> tuple[int, ...]:
        key = (kind, version)
        if key not in self._made:
            self._made[key] = self._make(kind, version)
        return self._made[key]

    def _make(self, kind: str, version: str) -> tuple[int, ...]:
        known = list_suites(version)
        if kind == "allowed":
            return tuple(code for code in self._allowed if code in known)
        if kind == "phased":
            return tuple(code for code in self._phased if code in known)
        if kind == "forbidden":
            return leave_out(known, self._allowed + self._phased)
        known = list_groups(version == "TLSv1.3")
        if kind == "allowed_groups":
            chosen = [suite_table.by_code_point(code) for code in self.allowed(version)]
            finite = any(suite and suite.kx == "DHE" for suite in chosen)
            more = tuple(code for code in known if finite and 256 <= code <= 260 and code not in self._groups)
            return tuple(code for code in self._groups if code in known) + more
        return leave_out(known, self._groups)

    def allowed(self, version: str) -> tuple[int, ...]:
        """Suites of the configure and verify sets that the version has."""
        return self._cached("allowed", version)

    def phased_out(self, version: str) -> tuple[int, ...]:
        """Suites that are still tolerated."""
        return self._cached("phased", version)

    def forbidden(self, version: str) -> tuple[int, ...]:
        """Every other suite of the version."""
        return self._cached("forbidden", version)

    def forbidden_groups(self, version: str) -> tuple[int, ...]:
        """Every group outside the policy that the version has."""
        return self._cached("groups", version)

    def groups(self, version: str) -> tuple[int, ...]:
        """The policy's groups that the version has.

        Where the policy allows DHE suites the finite fields are there as well: GnuTLS
        servers take those suites with nothing else.
        """
        return self._cached("allowed_groups", version)

    def elliptic(self, version: str) -> tuple[int, ...]:
        """The allowed suites whose key exchange uses a group of the ClientHello."""
        chosen = [suite_table.by_code_point(code) for code in self.allowed(version)]
        return tuple(suite.code_point for suite in chosen if suite and suite.kx in ("ECDHE", "any"))


def make_hello(version: str, suites: tuple[int, ...], groups: Optional[tuple[int, ...]] = None,
               server_name: Optional[str] = None) -> ClientHello:
    """A hello that hides nothing but the suites and groups it is told to offer."""
    if groups is None:
        groups = list_groups(version == "TLSv1.3")
    if version == "SSLv3":
        groups = ()
    return ClientHello(version=version, suites=suites, groups=groups, schemes=list_schemes(), server_name=server_name)
