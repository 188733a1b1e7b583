# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Depth ``policy`` beside the truth: what a look must have said of one port, computed without the engine.

A rule is kept exactly when the truth has no member of what it forbids; what the policy forbids
is read off its own lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from ours import VERSIONS, Findings

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as suite_table
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation, Rule
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import MORE_NAMES

POLICIES = {name: resolve(policy=name) for name in (*PROFILES, "confidential")}
"""Every profile, the one data class whose lists are not a profile's own, and one that most daemons take nothing of."""
POLICIES["narrow"] = resolve(policy={
    "extends": "intermediate", "protocols": ["TLSv1.2"], "groups": ["X25519", "secp256r1"],
    "tls12_suites": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]})
Rules = dict[tuple[str, str], set[str]]
"""By rule and version: which of the forbidden things the server takes."""


def expected(policy: Policy, truth: Findings) -> Rules:
    """Every rule that must have been asked, and what breaks it."""
    rules: Rules = {}
    groups = {name.lower() for name in policy.groups}
    for version in policy.protocols:
        phased = _of(version, policy.also_allowed.phase_out)
        allowed = _of(version, (*policy.tls12_suites, *policy.tls13_suites, *policy.also_allowed.ok))
        taken = truth.suites[version]
        rules["forbidden_suites", version] = taken - allowed - phased
        if phased:
            rules["phased_out", version] = taken & phased
        elliptic = {name for name in allowed if version == "TLSv1.3" or name.startswith("TLS_ECDHE_")}
        if version in ("TLSv1.2", "TLSv1.3") and elliptic:
            # A group shows only where there is an allowed suite to use it with.
            rules["forbidden_groups", version] = truth.groups_of.get(version, set()) - groups if taken & elliptic else set()
    return rules


def _of(version: str, names: Sequence[str]) -> set[str]:
    """Those suites that a version has."""
    at, suites = PROTOCOLS.index(version), [suite_table.by_iana(name) for name in names]
    return {suite.iana for suite in suites
            if PROTOCOLS.index(suite.min_protocol) <= at <= PROTOCOLS.index(suite.max_protocol)}


def wrong(seen: Observation, truth: Findings, policy: Policy, explained: Sequence[str] = ()) -> list[str]:
    """What a look says otherwise than the truth, in words; ``explained``: what it cannot tell."""
    words = [seen.error] if seen.error else []
    words += [f"{name} is undecided" for name in seen.undecided if name not in explained]
    for version, answer in seen.protocols.items():
        # Neither release has a library that still speaks SSL.
        taken = version in VERSIONS and bool(truth.suites[version])
        if answer.accepted is not taken:
            words.append(f"{version}: accepted is {answer.accepted}, the truth is {taken}")
        more = set(seen.suites.get(version, ())) - truth.suites.get(version, set())
        words += [f"{version}: {name} is not taken" for name in sorted(more)]
    words += [(
        f"group {name} is not "
        "taken") for name in sorted({name.lower() for name in seen.groups} - (truth.groups or set()))]
    rules, said = expected(policy, truth), {(rule.id, rule.version): rule for rule in seen.rules}
    if sorted(said) != sorted(rules) or len(said) != len(seen.rules):
        words.append(f"asked were the rules {sorted(said)}, of {sorted(rules)}")
    for key in sorted(rules.keys() & said.keys()):
        words += [f"{' '.join(key)}: {word}" for word in _wrong_rule(said[key], rules[key])]
    if not seen.certificates:
        words.append("no certificate was seen")
    return words


def _wrong_rule(rule: Rule, broken_by: set[str]) -> list[str]:
    words, names = [], {name.lower() if rule.id == "forbidden_groups" else name for name in rule.accepted}
    if rule.refused is not (not broken_by):
        words.append(f"refused is {rule.refused}, but the server takes {sorted(broken_by) or 'nothing of it'}")
    if names - broken_by:
        words.append(f"names {sorted(names - broken_by)}, which is not so")
    if len(rule.accepted) < MORE_NAMES and broken_by - names:
        words.append(f"does not name {sorted(broken_by - names)}")
    if len(rule.accepted) > MORE_NAMES or len(names) != len(rule.accepted):
        words.append(f"names {len(rule.accepted)} things, {len(names)} of them different")
    return words
