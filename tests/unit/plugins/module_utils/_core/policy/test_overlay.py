# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two policies at once never allow what one of them does not."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.overlay import tighten_policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES

PAIRS = list(itertools.permutations(PROFILES, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_only_what_both_allow(one: str, other: str) -> None:
    first, second = PROFILES[one], PROFILES[other]
    both = tighten_policy(first, second)
    for policy in (first, second):
        assert set(both.protocols) <= set(policy.protocols)
        assert set(both.suites) <= set(policy.suites)
        verified = set(policy.suites + policy.also_allowed.ok + policy.also_allowed.phase_out)
        assert set(both.also_allowed.ok + both.also_allowed.phase_out) <= verified
        assert not set(both.also_allowed.ok) & set(policy.also_allowed.phase_out)
        assert both.openssl_seclevel >= policy.openssl_seclevel
        assert (both.hsts.min_max_age or 0) >= (policy.hsts.min_max_age or 0)
        for key in ("rsa", "ec", "dh"):
            mine, theirs = getattr(both.min_key, key), getattr(policy.min_key, key)
            assert mine is None if theirs is None else mine is None or mine >= theirs
        limit = policy.certificate.max_lifetime_days
        assert limit is None or both.certificate.max_lifetime_days <= limit
    assert not set(both.suites) & set(both.also_allowed.ok + both.also_allowed.phase_out)
    assert both.name == f"{one}+{other}"


def test_a_hybrid_needs_its_classic_part_on_the_other_side() -> None:
    assert "X25519MLKEM768" in tighten_policy(PROFILES["hardened"], PROFILES["ncsc_nl"]).groups
    assert "X25519MLKEM768" in tighten_policy(PROFILES["ncsc_nl"], PROFILES["hardened"]).groups
    assert "X25519MLKEM768" not in tighten_policy(PROFILES["hardened"], PROFILES["bsi"]).groups
