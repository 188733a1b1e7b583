# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Depth full against a server without a socket: complete lists, honest gaps, few connections."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import direct
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.depth import Full
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
SUITES = {"TLSv1.2": (0xC030, 0x2F, 0xC02F, 0x35), "TLSv1": (0x35, 0x2F), "TLSv1.3": (0x1302, 0x1301)}


def look(server, run_plan, parts=("suites",), **options):
    settings = Options(depth="full", parts=parts, **options)
    prober, notes = Prober(direct, settings), Notebook(WHERE, "full")
    run_plan(Full(WHERE, settings, direct, None, prober, notes).run((), ()), server.answer)
    return notes.observation()


@pytest.mark.parametrize("refuse", ["alert", "close", "silent"])
def test_every_suite_in_the_servers_order(refuse, run_plan, fake_server):
    seen = look(fake_server(SUITES, refuse=refuse), run_plan)
    assert seen.suites == {version: tuple(of.suite_name(code) for code in codes) for version, codes in SUITES.items()}
    assert seen.suites_complete == dict.fromkeys(SUITES, True)
    assert seen.server_preference == dict.fromkeys(SUITES, True)
    assert seen.undecided == ()


def test_connections_are_the_bound_and_little_more(run_plan, fake_server):
    server = fake_server(SUITES)
    look(server, run_plan)
    bound = sum(len(codes) + 1 for codes in SUITES.values()) + 4
    # Three versions are refused and asked for without extensions; one more for each version tells whose order decides.
    assert server.asked <= bound + len(SUITES)


def test_places_that_become_free_late_change_nothing(run_plan, fake_server):
    assert look(fake_server(SUITES, places=2), run_plan).suites == look(fake_server(SUITES), run_plan).suites


def test_a_spent_budget_is_no_refusal(run_plan, fake_server):
    seen = look(fake_server(SUITES), run_plan, budget=12)
    assert False in seen.suites_complete.values()
    assert any(name.startswith("suites.") for name in seen.undecided)


@pytest.mark.parametrize("groups", [(29, 23), (24,), (30, 256)])
def test_groups_are_peeled_where_nothing_is_told(groups, run_plan, fake_server):
    seen = look(fake_server(SUITES, groups=groups), run_plan, ("suites", "groups"))
    assert set(seen.groups) == {of.group_name(group) for group in groups}
    assert seen.groups_complete is True


def test_a_server_without_the_fallback_signal(run_plan, fake_server):
    seen = look(fake_server(SUITES), run_plan, ("suites", "details"))
    assert seen.fallback_scsv is False


def test_a_server_that_has_nothing(run_plan, fake_server):
    seen = look(fake_server({}), run_plan, ("suites", "groups", "schemes", "details", "flaws"))
    assert seen.suites == {} and not any(answer.accepted for answer in seen.protocols.values())
