# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the parts of a policy fit one another: a policy that passes can be negotiated.

Every check raises with the two settings that exclude one another and what to do; none
repairs anything silently.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ContradictoryPolicy, EmptyPolicy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes, suites
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

_OLD_PROTOCOLS = ("TLSv1", "TLSv1.1")
_SANE_BITS = {"rsa": (1024, 16384), "ec": (192, 571), "dh": (1024, 16384)}
_KEY_OF_TYPE = {"rsa": "rsa", "ecdsa": "ec"}
_PRELOAD_MAX_AGE = 31536000
"""hstspreload.org, 2026-03."""


def check(policy: Policy) -> Policy:
    """Return the policy if its parts fit one another.

    Raises:
        EmptyPolicy: nothing would be left to negotiate.
        ContradictoryPolicy: two settings exclude one another.

    """
    _check_protocols(policy)
    _check_suites(policy)
    _check_floor(policy)
    _check_groups(policy)
    _check_schemes(policy)
    _check_keys(policy)
    _check_certificate(policy)
    _check_hsts(policy)
    return policy


def _contradiction(policy: Policy, message: str, **details: object) -> ContradictoryPolicy:
    return ContradictoryPolicy(f"Policy {policy.name}: {message}", {"policy": policy.name, **details})


def _empty(policy: Policy, message: str, key: str) -> EmptyPolicy:
    return EmptyPolicy(f"Policy {policy.name}: {message}", {"policy": policy.name, "key": key})


def _are(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _check_protocols(policy: Policy) -> None:
    if not policy.protocols:
        raise _empty(policy, "no protocol version is left. Name at least TLSv1.2 or TLSv1.3 in protocols.", "protocols")
    broken = [name for name in ("SSLv2", "SSLv3") if name in policy.protocols]
    if broken:
        raise _contradiction(
            policy,
            f"{' and '.join(broken)} cannot be allowed: no supported library speaks anything so broken any more.",
            protocols=broken,
        )
    span = PROTOCOLS[PROTOCOLS.index(policy.min_protocol) : PROTOCOLS.index(policy.max_protocol) + 1]
    missing = [name for name in span if name not in policy.protocols]
    if missing:
        raise _contradiction(
            policy,
            (
                f"protocols has a gap: {policy.min_protocol} to {policy.max_protocol} without {', '.join(missing)}. "
                "Libraries take a range only."),
            missing=missing,
        )


def _check_suites(policy: Policy) -> None:
    chosen = [suites.by_iana(name) for name in policy.tls12_suites]
    chosen13 = [suites.by_iana(name) for name in policy.tls13_suites]
    for suite, key, other in [(s, "tls12_suites", "tls13_suites") for s in chosen] + [
        (s, "tls13_suites", "tls12_suites") for s in chosen13
    ]:
        _check_usable(policy, suite, key)
        if (suite.min_protocol == "TLSv1.3") != (key == "tls13_suites"):
            raise _contradiction(policy, f"{suite.iana} belongs into {other}, not {key}.", suite=suite.iana)
    _check_versions(policy, "tls13_suites", chosen13, ["TLSv1.3"])
    _check_versions(policy, "tls12_suites", chosen, ["TLSv1", "TLSv1.1", "TLSv1.2"])


def _check_usable(policy: Policy, suite: Suite, key: str) -> None:
    if suite.signalling or suite.max_protocol == "SSLv2":
        reason = "is a signal, not a suite" if suite.signalling else "belongs to SSL 2.0"
    elif suite.null:
        reason = "does not encrypt"
    elif suite.anonymous:
        reason = "does not authenticate the server"
    elif suite.bits < 112:
        reason = f"has {suite.bits} bits only; 112 is the least that any source allows"
    else:
        return
    raise _contradiction(policy, f"{suite.iana} in {key} {reason}.", suite=suite.iana, key=key)


def _check_versions(policy: Policy, key: str, chosen: list[Suite], versions: list[str]) -> None:
    """Suites need a version to be spoken in, and each version needs a suite."""
    spoken = [version for version in versions if version in policy.protocols]
    if chosen and not spoken:
        raise _contradiction(
            policy,
            f"{key} is given, but protocols ({policy.min_protocol} to {policy.max_protocol}) has no version "
            f"that uses it. Empty the list or allow {versions[-1]}.",
            key=key,
        )
    if spoken and not chosen:
        raise _empty(
            policy,
            f"{_are(spoken)} allowed but {key} is empty, so nothing could be negotiated.",
            key,
        )


def _check_floor(policy: Policy) -> None:
    old = [name for name in _OLD_PROTOCOLS if name in policy.protocols]
    if not old:
        return
    if all(suites.by_iana(name).min_protocol == "TLSv1.2" for name in policy.tls12_suites):
        raise _contradiction(
            policy,
            f"{_are(old)} allowed, but every suite in tls12_suites needs TLS 1.2 (AEAD and SHA-2 suites do). "
            "Raise the floor to TLSv1.2 or add a suite that the old version can use.",
            protocols=old,
        )
    if policy.openssl_seclevel > 0:
        raise _contradiction(
            policy,
            f"{_are(old)} allowed, but OpenSSL speaks such versions at security level 0 only, and openssl_seclevel "
            f"is {policy.openssl_seclevel}. Raise the floor to TLSv1.2, or set openssl_seclevel to 0 if you must.",
            protocols=old,
            openssl_seclevel=policy.openssl_seclevel,
        )


def _check_groups(policy: Policy) -> None:
    if not policy.groups:
        raise _empty(policy, "groups is empty, so no key could be exchanged.", "groups")
    known = [groups.by_iana(name) for name in policy.groups]
    unusable = [group.iana for group in known if group.kind == "explicit"]
    if unusable:
        raise _contradiction(policy, f"{unusable[0]} names no group of its own.", groups=unusable)
    if "TLSv1.3" in policy.protocols and not any(group.tls13 for group in known):
        raise _contradiction(
            policy,
            "TLSv1.3 is allowed, but none of the groups may be used in it. Add X25519 or secp256r1.",
            groups=list(policy.groups),
        )
    exchanges = {suites.by_iana(name).kx for name in policy.tls12_suites}
    if exchanges & {"ECDHE", "ECDHE_PSK"} and not any(group.kind == "ecdhe" for group in known):
        raise _contradiction(
            policy,
            "tls12_suites has ECDHE suites, but groups has no elliptic curve for them. Add X25519 or secp256r1.",
            groups=list(policy.groups),
        )
    if exchanges & {"DHE", "DHE_PSK"} and policy.min_key.dh is None:
        raise _contradiction(
            policy,
            "tls12_suites has DHE suites, but min_key.dh says that DH is not used. Give it 2048 or more.",
            key="min_key.dh",
        )


def _check_schemes(policy: Policy) -> None:
    if not policy.signature_schemes:
        raise _empty(policy, "signature_schemes is empty, so no server could prove who it is.", "signature_schemes")
    known = [schemes.by_iana(name) for name in policy.signature_schemes]
    if "TLSv1.3" in policy.protocols and not any(scheme.tls13 for scheme in known):
        raise _contradiction(
            policy,
            "TLSv1.3 is allowed, but none of the signature schemes may be used in it (no PKCS#1, no SHA-1).",
            signature_schemes=list(policy.signature_schemes),
        )
    signed = {suites.by_iana(name).auth for name in policy.tls12_suites if suites.by_iana(name).forward_secrecy}
    able = {"RSA": {"rsa", "rsa-pss"}, "ECDSA": {"ecdsa", "ed25519", "ed448", "mldsa"}, "DSS": {"dsa"}}
    kinds = {scheme.key for scheme in known}
    for auth in sorted(signed & set(able)):
        if not kinds & able[auth]:
            raise _contradiction(
                policy,
                f"tls12_suites has {auth} suites, but signature_schemes has no scheme for that kind of key.",
                authentication=auth,
            )


def _check_keys(policy: Policy) -> None:
    for key, (low, high) in _SANE_BITS.items():
        bits = getattr(policy.min_key, key)
        if bits is not None and not low <= bits <= high:
            raise _contradiction(
                policy,
                f"min_key.{key} is {bits} bits; a figure from {low} to {high} makes sense, "
                "null if such keys are not used.",
                key="min_key." + key,
            )
    if not 0 <= policy.openssl_seclevel <= 5:
        raise _contradiction(
            policy,
            f"openssl_seclevel is {policy.openssl_seclevel}; OpenSSL knows 0 to 5.",
            key="openssl_seclevel",
        )


def _check_certificate(policy: Policy) -> None:
    rules = policy.certificate
    for key in ("types", "signature_hashes"):
        if not getattr(rules, key):
            raise _empty(policy, f"certificate.{key} is empty, so no certificate could pass.", "certificate." + key)
    for kind in rules.types:
        if kind in _KEY_OF_TYPE and getattr(policy.min_key, _KEY_OF_TYPE[kind]) is None:
            raise _contradiction(
                policy,
                f"certificate.types allows {kind}, but min_key.{_KEY_OF_TYPE[kind]} says that such keys are not used.",
                key="min_key." + _KEY_OF_TYPE[kind],
            )
    if "ecdsa" in rules.types and not any(
        groups.by_iana(name).kind == "ecdhe" and groups.by_iana(name).bits >= (policy.min_key.ec or 0)
        for name in rules.curves
    ):
        raise _contradiction(
            policy,
            "certificate.types allows ecdsa, but no curve in certificate.curves has "
            f"min_key.ec ({policy.min_key.ec}) bits.",
            key="certificate.curves",
        )
    longest, advised = rules.max_lifetime_days, rules.recommended_lifetime_days
    if longest == 0 or advised == 0 or (longest and advised and advised > longest):
        raise _contradiction(
            policy,
            f"certificate lifetimes make no sense: at most {longest} days, recommended {advised}.",
            key="certificate.max_lifetime_days",
        )


def _check_hsts(policy: Policy) -> None:
    hsts = policy.hsts
    if hsts.min_max_age == 0:
        raise _contradiction(
            policy,
            "hsts.min_max_age 0 switches HSTS off in browsers. Write null if the policy asks for no HSTS.",
            key="hsts.min_max_age",
        )
    if hsts.preload and not (hsts.include_subdomains and (hsts.min_max_age or 0) >= _PRELOAD_MAX_AGE):
        raise _contradiction(
            policy,
            "hsts.preload needs include_subdomains and a min_max_age of at least "
            f"{_PRELOAD_MAX_AGE} seconds (hstspreload.org).",
            key="hsts.preload",
        )
