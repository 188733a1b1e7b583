# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real daemons of both releases: both depths say what ``openssl s_client`` and ``gnutls-cli`` found, nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from daemons import QUICK, TARGETS
from images import RELEASES
from ours import VERSIONS, engine
from rules import POLICIES, expected, wrong

UNTELLABLE = {("debian12", "mariadb"): ("plaintext",)}
"""MariaDB 10.5 to 11.7 looks at the account before the transport (docs/wire.md)."""


@pytest.mark.parametrize("target", QUICK, ids=lambda target: target.name)
@pytest.mark.parametrize("release", RELEASES)
def test_full_depth_equals_the_truth(release, target, hosts, truth):
    known = truth(release, target)
    seen = engine(hosts.address[release], target)
    assert seen.note == ""
    for version in VERSIONS:
        assert seen.suites[version] == known.suites[version], version
    assert seen.groups == known.groups
    assert {version: seen.preference[version] for version in known.preference} == known.preference
    assert any(known.suites.values()), "a truth that is empty proves nothing"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.parametrize("release", RELEASES)
def test_every_policy_is_told_as_the_truth_has_it(release, target, truth, looks):
    place, found = (release, target.name), truth(release, target)
    assert any(found.suites.values()), "a truth that is empty proves nothing"
    words = {name: wrong(looks[name][place], found, policy, UNTELLABLE.get(place, ())) for name, policy in POLICIES.items()}
    assert not any(words.values()), {name: said for name, said in words.items() if said}


@pytest.mark.parametrize("release", RELEASES)
def test_plaintext_is_told_as_the_settings_are(release, looks):
    seen = {target.name: looks["intermediate"][release, target.name].plaintext for target in TARGETS}
    expected = {target.name: None if (release, target.name) in UNTELLABLE else not target.open for target in TARGETS}
    assert {name: said.refused for name, said in seen.items()} == expected, seen


def test_every_rule_is_kept_somewhere_and_broken_somewhere(truth):
    """A rule that no daemon breaks, or none keeps, would be right by answering always the same."""
    seen = {(key, bool(broken_by)) for release in RELEASES for target in QUICK for policy in POLICIES.values()
            for key, broken_by in expected(policy, truth(release, target)).items()}
    asked = {key for key, _broken in seen}
    assert seen == {(key, broken) for key in asked for broken in (True, False)}
    assert {rule for rule, _version in asked} == {"forbidden_suites", "phased_out", "forbidden_groups"}


def altered(seen, key, **values):
    """A look whose rule of (name, version) says something else."""
    return replace(seen, rules=tuple(replace(rule, **values) if (rule.id, rule.version) == key else rule for rule in seen.rules))


def test_a_look_that_is_wrong_is_noticed(truth, looks):
    target, policy = next(target for target in QUICK if target.name == "apache wide"), POLICIES["intermediate"]
    found, seen = truth("debian13", target), looks["intermediate"]["debian13", target.name]
    broken, kept = ("forbidden_groups", "TLSv1.2"), ("forbidden_suites", "TLSv1.3")
    names = next(rule.accepted for rule in seen.rules if (rule.id, rule.version) == broken)
    assert wrong(seen, found, policy) == []
    for false in (
        replace(seen, protocols={**seen.protocols, "TLSv1.1": replace(seen.protocols["TLSv1.1"], accepted=False)}),
        replace(seen, protocols={**seen.protocols, "SSLv3": replace(seen.protocols["SSLv3"], accepted=None)}),
        altered(seen, broken, refused=True), altered(seen, broken, accepted=names[1:]),
        altered(seen, broken, refused=None), altered(seen, kept, refused=False),
        altered(seen, kept, accepted=("TLS_AES_128_CCM_SHA256",)), replace(seen, rules=seen.rules[1:]),
        replace(seen, groups=(*seen.groups, "sect571r1")), replace(seen, certificates=()),
        replace(seen, undecided=("protocols.TLSv1.1",)), replace(seen, error="The server stopped answering."),
    ):
        assert len(wrong(false, found, policy)) == 1
