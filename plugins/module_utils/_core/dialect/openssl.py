# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""OpenSSL's language: a policy becomes the strings that any daemon linked to OpenSSL takes.

Never a superset of the policy, and never a name that the release does not know: OpenSSL
rejects a whole list of groups or signature algorithms because of one unknown name, and
silently ignores an unknown suite.  What had to be left out is named in the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_level import MIN_BITS
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import list_built_in
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import VersionLike, version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes, suites

DEFAULT_SECLEVEL = 2
"""Debian compiles it in; upstream has 1 before and 2 since OpenSSL 3.2."""


@dataclass(frozen=True)
class OpenSSLSettings:
    """What to write into the settings of a daemon that is linked to OpenSSL."""

    cipher_string: Optional[str]
    """Suites of TLS 1.2 and older, with ``@SECLEVEL`` where it is not Debian's 2; ``None``: TLS 1.3 only."""
    ciphersuites: Optional[str]
    """Suites of TLS 1.3; the cipher string never controls these.  ``None``: no TLS 1.3."""
    groups: str
    sigalgs: str
    min_protocol: str
    max_protocol: str
    server_preference: bool
    seclevel: int
    dropped_suites: tuple[str, ...] = ()
    """IANA names that this OpenSSL lacks, or refuses at this security level."""
    dropped_groups: tuple[str, ...] = ()
    dropped_signature_schemes: tuple[str, ...] = ()

    @property
    def explicit_cipher_string(self) -> Optional[str]:
        """The cipher string with its level always said: for Postfix, which sets level 0 by itself."""
        if self.cipher_string is None or self.seclevel != DEFAULT_SECLEVEL:
            return self.cipher_string
        return _with_level(self.cipher_string, self.seclevel)


def compile_openssl(policy: Policy, version: VersionLike) -> OpenSSLSettings:
    """Return the policy in OpenSSL's language.

    Args:
        policy: a resolved policy.
        version: of the OpenSSL that the daemon is linked to, such as ``3.0.20`` or (3, 5).

    Raises:
        DialectError: this OpenSSL cannot do anything of what one part of the policy allows.
    """
    release = version_of(version)
    written12, dropped12 = _suites(policy, policy.tls12_suites, release)
    written13, dropped13 = _suites(policy, policy.tls13_suites, release)
    _require(policy.tls12_suites, written12, "TLS 1.2 suites", release)
    _require(policy.tls13_suites, written13, "TLS 1.3 suites", release)
    return OpenSSLSettings(
        cipher_string=_cipher_string(written12, policy.openssl_seclevel),
        ciphersuites=":".join(written13) or None,
        groups=":".join(_groups(policy, release)),
        sigalgs=":".join(_schemes(policy, release)),
        min_protocol=policy.min_protocol,
        max_protocol=policy.max_protocol,
        server_preference=policy.server_preference,
        seclevel=policy.openssl_seclevel,
        dropped_suites=dropped12 + dropped13,
        dropped_groups=tuple(name for name in policy.groups if _group(name, release) is None),
        dropped_signature_schemes=tuple(name for name in policy.signature_schemes if _scheme(name, release) is None),
    )


def _require(wanted: tuple[str, ...], written: list[str], what: str, release: tuple[int, int]) -> None:
    if wanted and not written:
        raise DialectError(
            f"OpenSSL {release[0]}.{release[1]} has none of the policy's {what}: {', '.join(wanted)}.",
            {"library": "openssl", "version": list(release), "wanted": list(wanted)},
        )


def _with_level(cipher_string: str, level: int) -> str:
    """Return the string with a security level; without the colon a level after an unknown name is lost."""
    return f"{cipher_string}:@SECLEVEL={level}"


def _cipher_string(names: list[str], level: int) -> Optional[str]:
    if not names:
        return None
    plain = ":".join(names)
    return plain if level == DEFAULT_SECLEVEL else _with_level(plain, level)


def _suites(policy: Policy, wanted: tuple[str, ...], release: tuple[int, int]) -> tuple[list[str], tuple[str, ...]]:
    """Return OpenSSL's names of these suites, and the IANA names of those that cannot be had."""
    available = list_built_in(release)
    written: list[str] = []
    dropped: list[str] = []
    for iana in wanted:
        suite = suites.by_iana(iana)
        strength = available.get(suite.code_point)
        if suite.openssl is None or strength is None or strength < MIN_BITS[policy.openssl_seclevel]:
            dropped.append(iana)
        else:
            written.append(suite.openssl)
    return written, tuple(dropped)


def _group(name: str, release: tuple[int, int]) -> Optional[str]:
    group = groups.by_iana(name)
    return group.openssl if group.openssl is not None and release >= group.openssl_since else None


def _groups(policy: Policy, release: tuple[int, int]) -> list[str]:
    kept = [groups.by_iana(name) for name in policy.groups if _group(name, release) is not None]
    _require(policy.groups, [group.iana for group in kept], "groups", release)
    if "TLSv1.3" in policy.protocols:
        _require(policy.groups, [group.iana for group in kept if group.tls13], "groups for TLS 1.3", release)
    return [group.openssl for group in kept if group.openssl is not None]


def _scheme(name: str, release: tuple[int, int]) -> Optional[str]:
    scheme = schemes.by_iana(name)
    return scheme.openssl if scheme.openssl is not None and release >= scheme.openssl_since else None


def _schemes(policy: Policy, release: tuple[int, int]) -> list[str]:
    kept = [name for name in (_scheme(name, release) for name in policy.signature_schemes) if name is not None]
    _require(policy.signature_schemes, kept, "signature schemes", release)
    return kept
