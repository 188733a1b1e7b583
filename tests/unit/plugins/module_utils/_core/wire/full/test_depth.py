# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Depth full against a server without a socket: complete lists, honest gaps, few connections."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.depth import Full
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
SUITES = {"TLSv1.2": (0xC030, 0x2F, 0xC02F, 0x35), "TLSv1": (0x35, 0x2F), "TLSv1.3": (0x1302, 0x1301)}


def look(server, run_plan, parts=("suites",), **options):
    settings = Options(depth="full", parts=parts, **options)
    prober, notes = Prober(converse_directly, settings), Notebook(WHERE, "full")
    run_plan(Full(WHERE, settings, converse_directly, None, prober, notes).run((), ()), server.answer)
    return notes.observation()


@pytest.mark.parametrize(("parts", "told"), [
    (("suites",), set()), (("suites", "groups"), {"groups"}), (("suites", "schemes"), {"schemes"}),
    (("suites", "details"), {"details"}), (("suites", "flaws"), {"flaws"}),
    (("suites", "groups", "schemes", "details", "flaws"), {"groups", "schemes", "details", "flaws"})])
def test_a_part_is_looked_at_only_if_it_is_wanted(parts, told, run_plan, fake_server):
    seen = look(fake_server({"TLSv1.2": (0xC02F,)}), run_plan, parts)
    assert seen.suites == {"TLSv1.2": (of.name_suite(0xC02F),)} and seen.suites_complete == {"TLSv1.2": True}
    looked = {"groups": seen.groups_complete is not None, "schemes": seen.signature_schemes_complete is not None,
              "details": seen.alpn is not None, "flaws": bool(seen.vulnerabilities)}
    assert {part for part, was in looked.items() if was} == told


@pytest.mark.parametrize("parts", [("suites",), ("suites", "details")])
def test_what_else_is_asked_comes_back_in_its_place(parts, run_plan, fake_server):
    def word(text):
        return Ask(lambda: says(text))

    def says(text):
        return text
        yield

    settings = Options(depth="full", parts=parts)
    prober, notes = Prober(converse_directly, settings), Notebook(WHERE, "full")
    full = Full(WHERE, settings, converse_directly, None, prober, notes)
    first, then = run_plan(full.run((word("a"), word("b")), (word("c"),)), fake_server(SUITES).answer)
    assert [outcome.result for outcome in first] == ["a", "b"] and [outcome.result for outcome in then] == ["c"]


def test_a_server_without_the_fallback_signal(run_plan, fake_server):
    seen = look(fake_server(SUITES), run_plan, ("suites", "details"))
    assert seen.fallback_scsv is False


def test_a_server_that_has_nothing(run_plan, fake_server):
    seen = look(fake_server({}), run_plan, ("suites", "groups", "schemes", "details", "flaws"))
    assert seen.suites == {} and not any(answer.accepted for answer in seen.protocols.values())
