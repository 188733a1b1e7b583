# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Suites, groups and signature schemes: nothing outside the verify set is accepted.

That something was not seen proves nothing.  A pass needs a complement hello (everything
forbidden offered at once, refused) or a complete enumeration of that version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    Context,
    Outcome,
    accepted,
    accepted_versions,
    failed,
    is_plain_http,
    listed,
    passed,
    unknown,
    unprobed,
    unsettled_versions,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.suite_risk import (
    severity_of,
    worst_severity,
)


def _rules(seen: Mapping[str, Any], version: str, kind: str) -> list[Mapping[str, Any]]:
    """Return the complement hellos of one version whose id contains ``kind``: suite, group or phased_out."""
    return [
        rule for rule in seen.get("rules") or []
        if rule.get("version") == version and kind in str(rule.get("id"))
    ]


def _seen_suites(seen: Mapping[str, Any], version: str) -> tuple[str, ...]:
    names = list((seen.get("suites") or {}).get(version) or [])
    for rule in _rules(seen, version, "suite"):
        names += [name for name in rule.get("accepted") or [] if name not in names]
    return tuple(names)


def _outsiders(policy: Policy, seen: Mapping[str, Any], version: str) -> list[str]:
    """Return accepted suites of ``version`` that the policy does not allow.

    In a version that is forbidden as a whole only what is worse than that is named.
    """
    names = _seen_suites(seen, version)
    if version not in policy.protocols:
        return [name for name in names if severity_of(name) == "critical"]
    allowed = policy.suites + policy.also_allowed.ok + policy.also_allowed.phase_out
    return [name for name in names if name not in allowed]


def _proven(seen: Mapping[str, Any], version: str) -> bool:
    """Return true if nothing of this version can have stayed unseen."""
    if (seen.get("suites_complete") or {}).get(version) is True:
        return True
    return _refused(_rules(seen, version, "suite"))


def _refused(rules: Sequence[Mapping[str, Any]]) -> bool:
    return bool(rules) and all(rule.get("refused") is True for rule in rules)


def _judge_suites(policy: Policy, seen: Mapping[str, Any], versions: Sequence[str]) -> Optional[Outcome]:
    there = [version for version in accepted_versions(seen) if version in versions]
    outside = {version: names for version in there for names in [_outsiders(policy, seen, version)] if names}
    facts: dict[str, Any] = {"suites": {version: list(_seen_suites(seen, version)) for version in there}}
    if outside:
        flat = sorted({name for names in outside.values() for name in names})
        shown = listed(flat[:4]) + (f" and {len(flat) - 4} more" if len(flat) > 4 else "")
        return failed(
            f"Suites outside the policy are accepted ({listed(outside)}): {shown}.",
            severity=worst_severity(flat), outside=outside, **facts,
        )
    unproven = [version for version in there if version in policy.protocols and not _proven(seen, version)]
    if unproven:
        return unknown(f"Whether {listed(unproven)} takes forbidden suites could not be told.", **facts)
    unsettled = [version for version in unsettled_versions(seen) if version in versions and version in policy.protocols]
    if unsettled and accepted_versions(seen):
        return unknown(f"Whether {listed(unsettled)} is spoken could not be told, and so not its suites.", **facts)
    if not any(version in policy.protocols for version in there):
        return None
    return passed(f"Every suite outside the policy is refused ({listed(there)}).", **facts)


def suites_tls12(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """TLS 1.2 and older accept nothing outside the verify set."""
    del context
    return None if is_plain_http(seen) else _judge_suites(policy, seen, ("TLSv1", "TLSv1.1", "TLSv1.2"))


def suites_tls13(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """TLS 1.3 accepts nothing outside the verify set."""
    del context
    return None if is_plain_http(seen) else _judge_suites(policy, seen, ("TLSv1.3",))


def suites_phase_out(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that what the policy tolerates for now is not accepted any more."""
    del context
    there = [version for version in accepted_versions(seen) if version in policy.protocols]
    if is_plain_http(seen) or not policy.also_allowed.phase_out or not there:
        return None
    tolerated = sorted({
        name for version in there for name in _seen_suites(seen, version) if name in policy.also_allowed.phase_out
    })
    if tolerated:
        return failed(f"Accepted for now, to be phased out: {listed(tolerated)}.", suites=tolerated)
    if not all(_complete(seen, version) or _phased_out_asked(seen, version) for version in there):
        return unknown("Suites to be phased out were not all looked for.")
    return passed("No suite that is to be phased out is accepted.")


def _phased_out_asked(seen: Mapping[str, Any], version: str) -> bool:
    """Return true if such suites were offered and refused, or a prober of policy depth had none to offer."""
    rules = _rules(seen, version, "phased_out")
    return _refused(rules) if rules else bool(_rules(seen, version, "forbidden_suites"))


def groups(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """No key exchange group outside the policy's is accepted."""
    del context
    there = [version for version in ("TLSv1.2", "TLSv1.3") if accepted(seen, version) and version in policy.protocols]
    if is_plain_http(seen) or not there:
        return None
    names = list(seen.get("groups") or [])
    rules = [rule for version in there for rule in _rules(seen, version, "group")]
    for rule in rules:
        names += [name for name in rule.get("accepted") or [] if name not in names]
    outside = [name for name in names if name not in policy.groups]
    if outside:
        return failed(f"Groups outside the policy are accepted: {listed(outside)}.", groups=names, outside=outside)
    refused = all(
        any(rule.get("version") == version and rule.get("refused") is True for rule in rules) for version in there
    )
    if not refused and seen.get("groups_complete") is not True:
        return unknown("Whether groups outside the policy are refused could not be told.", groups=names)
    return passed("Every group outside the policy is refused.", groups=names)


def post_quantum(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a post-quantum group can be negotiated wherever the linked library has one.

    The wire cannot show what a library could do: without ``library`` (name and version,
    from ``service_info``) beside the observation, an absent group stays an open question.
    """
    del context
    if is_plain_http(seen) or not policy.post_quantum_required or not accepted_versions(seen):
        return None
    names = [name for name in seen.get("groups") or [] if "MLKEM" in str(name).upper()]
    if names:
        return passed(f"Post-quantum groups are accepted: {listed(names)}.", groups=names)
    if accepted(seen, "TLSv1.3") is False:
        return failed("TLS 1.3 is not accepted, and post-quantum groups exist only there.")
    if seen.get("groups") is None:
        return unknown("Which groups the server takes could not be told.")
    return _without_post_quantum(seen.get("library") or {})


def _without_post_quantum(library: Mapping[str, Any]) -> Outcome:
    has_one = _library_has_post_quantum(library)
    if has_one is None:
        return unprobed("No post-quantum group was seen; whether the server's library has one is not known.")
    if has_one:
        return failed(f"{library['name']} {library['version']} has a post-quantum group; the server takes none.")
    return passed(f"{library['name']} {library['version']} has no post-quantum group, so none is asked for.")


def _library_has_post_quantum(library: Mapping[str, Any]) -> Optional[bool]:
    """OpenSSL from 3.5 on has ML-KEM; Debian builds GnuTLS 3.7 and 3.8 without it (measured)."""
    name, version = str(library.get("name") or "").lower(), str(library.get("version") or "")
    try:
        number = tuple(int(part) for part in version.split(".")[:2])
    except ValueError:
        return None
    if name == "openssl" and len(number) == 2:
        return number >= (3, 5)
    if name == "gnutls" and len(number) == 2 and number <= (3, 8):
        return False
    return None


def signature_schemes(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the server signs with nothing outside the policy's schemes."""
    del context
    if is_plain_http(seen) or not accepted_versions(seen):
        return None
    names = seen.get("signature_schemes")
    outside = [name for name in names or [] if name not in policy.signature_schemes]
    if outside:
        return failed(f"Signature schemes outside the policy are used: {listed(outside)}.", outside=outside)
    if not names or seen.get("signature_schemes_complete") is not True:
        return unknown("Not every signature scheme was looked for.", signature_schemes=names)
    return passed("Only signature schemes of the policy are used.", signature_schemes=names)


def dh_size(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the Diffie-Hellman modulus that was really sent is large enough."""
    del context
    bits = seen.get("dh_bits")
    if is_plain_http(seen):
        return None
    if not isinstance(bits, int):
        return unknown("DHE is spoken, and the size of its modulus was not seen.") if _speaks_dhe(seen) else None
    least = policy.min_key.dh or 2048
    if bits < least:
        return failed(
            f"DHE uses {bits} bit, the policy asks for at least {least}.",
            severity="critical" if bits < 1024 else None, dh_bits=bits, minimum=least,
        )
    return passed(f"DHE uses {bits} bit.", dh_bits=bits, minimum=least)


def _speaks_dhe(seen: Mapping[str, Any]) -> bool:
    names = [str(name) for version in accepted_versions(seen) for name in _seen_suites(seen, version)]
    return any(name.startswith(("TLS_DHE_", "TLS_DH_anon_")) for name in names)


def server_preference(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the server's order of suites decides where the policy wants it to."""
    del context
    there = [version for version in accepted_versions(seen) if version in policy.protocols]
    if is_plain_http(seen) or not policy.server_preference or not there:
        return None
    answers = seen.get("server_preference") or {}
    clients = [version for version in there if answers.get(version) is False]
    if clients:
        return failed(f"The client's order decides in {listed(clients)}.", server_preference=dict(answers))
    single = [version for version in there if len(_seen_suites(seen, version)) == 1 and _complete(seen, version)]
    if any(answers.get(version) is not True for version in there if version not in single):
        return unknown("Whose order of suites decides was not looked for.", server_preference=dict(answers))
    return passed("The server's order of suites decides.", server_preference=dict(answers))


def _complete(seen: Mapping[str, Any], version: str) -> bool:
    return (seen.get("suites_complete") or {}).get(version) is True
