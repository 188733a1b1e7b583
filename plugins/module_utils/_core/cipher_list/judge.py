# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A cipher string, expanded and judged: what it allows, how bad that is, and whether a policy agrees.

A policy judges only what the string decides.  What the string leaves to other settings
(protocol versions and TLS 1.3 suites of OpenSSL) is said, and not held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.cipher_strings import expand, language_of
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import (
    IGNORED,
    NO_OP,
    UNKNOWN,
    Expansion,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls import compile_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl import compile_openssl
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

ALLOWED, PHASE_OUT, FORBIDDEN, UNCONTROLLED = "allowed", "phase_out", "forbidden", "uncontrolled"

_GNUTLS_PROTOCOLS = {"TLS1.0": "TLSv1", "TLS1.1": "TLSv1.1", "TLS1.2": "TLSv1.2", "TLS1.3": "TLSv1.3"}
_PROTOCOL_WORDS = ("TLSv1.2", "TLSv1", "TLSv1.0", "SSLv3")


@dataclass(frozen=True)
class Compliance:
    """One policy's judgement of what a string decides.  All names are IANA names."""

    policy: str
    compliant: bool
    forbidden: tuple[str, ...]
    phase_out: tuple[str, ...]
    missing: tuple[str, ...]
    """Suites that the policy configures, of those that the string decides on, and the string does not allow."""
    protocols: tuple[str, ...]
    """Versions that the string allows and the policy does not."""
    groups: tuple[str, ...]
    signature_schemes: tuple[str, ...]
    uncontrolled: tuple[str, ...]
    """Suites outside the policy that stay whatever the string says: another setting has to remove them."""
    problems: tuple[str, ...]
    """Sentences; empty if compliant."""


def verdict_of(suite: str, policy: Policy) -> str:
    """Return ALLOWED, PHASE_OUT or FORBIDDEN for a suite's IANA name."""
    return judge_suites(policy).get(suite, FORBIDDEN)


@lru_cache(maxsize=64)
def judge_suites(policy: Policy) -> Mapping[str, str]:
    """Return ALLOWED or PHASE_OUT by IANA name; what is not in it is FORBIDDEN."""
    found = dict.fromkeys(policy.also_allowed.phase_out, PHASE_OUT)
    found.update(dict.fromkeys(policy.suites + policy.also_allowed.ok, ALLOWED))
    return found


@dataclass(frozen=True)
class Decided:
    """What a string decides, in IANA names; worked out once for any number of policies."""

    suites: tuple[str, ...]
    left: tuple[str, ...]
    """Suites that stay whatever the string says."""
    protocols: tuple[str, ...]
    groups: tuple[str, ...]
    signature_schemes: tuple[str, ...]


def is_decided(expansion: Expansion) -> Decided:
    """Return what the string decides; DTLS is no business of the daemons that this collection knows."""
    group_names = ((name, groups.by_gnutls(name)) for name in expansion.groups or ())
    scheme_names = ((name, schemes.by_gnutls(name)) for name in expansion.signature_schemes or ())
    return Decided(
        suites=tuple(suite.iana for suite in expansion.suites if list_controls(expansion, suite)),
        left=tuple(suite.iana for suite in expansion.suites if not list_controls(expansion, suite)),
        protocols=tuple(_GNUTLS_PROTOCOLS[name] for name in expansion.protocols or () if name in _GNUTLS_PROTOCOLS),
        groups=tuple(name if group is None else group.iana for name, group in group_names),
        signature_schemes=tuple(
            dict.fromkeys(name if scheme is None else scheme.iana for name, scheme in scheme_names)
        ),
    )


def judge(expansion: Expansion, policy: Policy, what: Optional[Decided] = None) -> Compliance:
    """Return whether what the string decides stays inside the policy.

    Args:
        expansion: the string, taken apart.
        policy: the policy to go by.
        what: ``decided(expansion)``, if the caller has it already.
    """
    what = what or is_decided(expansion)
    verdict = judge_suites(policy)
    forbidden = tuple(name for name in what.suites if name not in verdict)
    protocols = _outside(what.protocols, policy.protocols)
    group_names = _outside(what.groups, policy.groups)
    scheme_names = _outside(what.signature_schemes, policy.signature_schemes)
    problems = _problems(expansion, policy, forbidden, protocols, group_names, scheme_names)
    configured = policy.suites if expansion.controls.tls13_suites else policy.tls12_suites
    return Compliance(
        policy=policy.name,
        compliant=not problems,
        forbidden=forbidden,
        phase_out=tuple(name for name in what.suites if verdict.get(name) == PHASE_OUT),
        missing=_outside(configured, what.suites),
        protocols=protocols,
        groups=group_names,
        signature_schemes=scheme_names,
        uncontrolled=tuple(name for name in what.left if name not in verdict),
        problems=problems,
    )


def list_controls(expansion: Expansion, suite: Suite) -> bool:
    """Return whether the string decides about this suite at all."""
    return expansion.controls.tls13_suites if suite.kx == "any" else expansion.controls.tls12_suites


def suggest(expansion: Expansion, policy: Policy) -> Optional[str]:
    """Return the policy as a string in the same language, ``None`` where such a string has nothing to say.

    OpenSSL's cipher string has nothing to say about a policy of TLS 1.3 only: there the
    protocol setting has to keep older versions away.
    """
    try:
        if expansion.language == "gnutls":
            return _gnutls_priority(policy, expansion.version)
        return _openssl_string(policy, expansion.version)
    except DialectError:
        return None


@lru_cache(maxsize=64)
def _gnutls_priority(policy: Policy, version: tuple[int, int]) -> str:
    return compile_gnutls(policy, version).priority


@lru_cache(maxsize=64)
def _openssl_string(policy: Policy, version: tuple[int, int]) -> Optional[str]:
    return compile_openssl(policy, version).cipher_string


def list_notes(expansion: Expansion) -> tuple[str, ...]:
    """Return sentences on what the string leaves to other settings, or does besides."""
    if expansion.error is not None:
        return _notes_on_error(expansion)
    return _notes_on_openssl(expansion) if expansion.language == "openssl" else _notes_on_gnutls(expansion)


def _notes_on_error(expansion: Expansion) -> tuple[str, ...]:
    other = "gnutls" if expansion.language == "openssl" else "openssl"
    text = ":".join(token.text for token in expansion.tokens)
    lines = ["The library refuses this string; a daemon that is given it fails to start or goes without TLS."]
    if expansion.language == "openssl" and language_of(text) == "gnutls":
        lines.append(f"It looks like a string in the language of {other}.")
    if expansion.language == "gnutls" and expand(text, "openssl", "3.5").error is None:
        lines.append(f"It is a valid string in the language of {other}.")
    return tuple(lines)


def _notes_on_openssl(expansion: Expansion) -> tuple[str, ...]:
    lines = [
        "A cipher string of OpenSSL sets no protocol version; the daemon's own setting does.",
        "TLS 1.3 suites stay as they are; Ciphersuites decides on them.",
    ]
    words = [token.text for token in expansion.tokens if token.text.lstrip("+-!") in _PROTOCOL_WORDS]
    if words:
        lines.append(f"{', '.join(words)}: such a word selects suites by the version they began with, nothing else.")
    if expansion.seclevel == 0:
        lines.append("Security level 0 brings back TLS 1.0 and 1.1, anonymous suites, short keys and SHA-1.")
    if expansion.seclevel is not None and expansion.seclevel >= 3:
        lines.append("From security level 3 on, certificate chains with an RSA key of 2048 bits are refused.")
    return tuple(lines)


def _notes_on_gnutls(expansion: Expansion) -> tuple[str, ...]:
    protocols = expansion.protocols or ()
    lines = []
    datagram = [name for name in protocols if name.startswith("DTLS")]
    if datagram:
        lines.append(f"{', '.join(datagram)} stay on; -VERS-ALL removes every version, -VERS-TLS-ALL only TLS.")
    if "TLS1.3" not in protocols:
        lines.append("TLS 1.3 is off.")
    if "%SERVER_PRECEDENCE" not in expansion.options:
        lines.append("The client's order of suites counts; %SERVER_PRECEDENCE would change that.")
    return tuple(lines)


def _problems(
    expansion: Expansion,
    policy: Policy,
    forbidden: Sequence[str],
    protocols: Sequence[str],
    group_names: Sequence[str],
    scheme_names: Sequence[str],
) -> tuple[str, ...]:
    if expansion.error is not None:
        return (f"The library refuses the string: {expansion.error}.".replace("..", "."),)
    lines = []
    if forbidden:
        lines.append(f"{len(forbidden)} suites are outside the policy {policy.name}.")
    if protocols:
        lines.append(f"Protocol versions outside the policy {policy.name}: {', '.join(protocols)}.")
    if group_names:
        lines.append(f"Groups outside the policy {policy.name}: {', '.join(group_names)}.")
    if scheme_names:
        lines.append(f"Signature schemes outside the policy {policy.name}: {', '.join(scheme_names)}.")
    if expansion.seclevel is not None and expansion.seclevel < policy.openssl_seclevel:
        lines.append(f"Security level {expansion.seclevel} is below {policy.openssl_seclevel}.")
    return tuple(lines)


def _outside(names: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    inside = frozenset(allowed)
    return tuple(name for name in names if name not in inside)


def find_flaws(expansion: Expansion) -> bool:
    """Return whether the string has words that do not do what they say."""
    return bool(expansion.with_effect(UNKNOWN, IGNORED, NO_OP))
