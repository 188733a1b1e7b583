# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real daemons of both releases: full depth says what ``openssl s_client`` and ``gnutls-cli`` found, nothing else."""

from __future__ import annotations

import pytest
from daemons import QUICK
from images import RELEASES
from ours import VERSIONS, engine


@pytest.mark.parametrize("target", QUICK, ids=lambda target: target.name)
@pytest.mark.parametrize("release", RELEASES)
def test_full_depth_equals_the_truth(release, target, hosts, truth):
    expected = truth(release, target)
    seen = engine(hosts.address[release], target)
    assert seen.note == ""
    for version in VERSIONS:
        assert seen.suites[version] == expected.suites[version], version
    assert seen.groups == expected.groups
    assert {version: seen.preference[version] for version in expected.preference} == expected.preference
    assert any(expected.suites.values()), "a truth that is empty proves nothing"
