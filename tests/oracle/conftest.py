# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts for one run, and the truth about each target, asked once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from daemons import QUICK, SAME, Hosts, Target
from ours import Findings, ask_truth, by_policy
from rules import POLICIES

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation


@pytest.fixture(scope="session")
def hosts() -> Iterator[Hosts]:
    with Hosts("daemons") as standing:
        yield standing


@pytest.fixture(scope="session")
def truth(hosts: Hosts) -> Callable[[str, Target], Findings]:
    """What other people's clients found; one run of them for each release."""
    known: dict[str, dict[str, Findings]] = {}

    def ask(release: str, target: Target) -> Findings:
        if release not in known:
            known[release] = {}  # a truth that cannot be told is not asked for again by every test
            with hosts.patient(release):
                answers = ask_truth(hosts, release, list(QUICK), each=False)
            known[release] = {asked.name: answer for asked, answer in zip(QUICK, answers, strict=True)}
        assert known[release], f"the truth about {release} could not be told: see the first failure"
        return known[release][SAME.get(target.name, target.name)]

    return ask


@pytest.fixture(scope="session")
def looks(hosts: Hosts) -> dict[str, dict[tuple[str, str], Observation]]:
    """Every port of both releases at depth ``policy``: by policy, release and target."""
    return by_policy(hosts, POLICIES)
