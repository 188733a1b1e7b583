# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every suite in the server's order with few hellos; whose order decides; and servers that cannot be enumerated."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question, converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import (
    USUAL_SUITES,
    Track,
    ask_versions,
    make_first_questions,
    peel,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import ServerHello

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
SUITES = {"TLSv1.2": (0xC030, 0x2F, 0xC02F, 0x35), "TLSv1": (0x35, 0x2F), "TLSv1.3": (0x1302, 0x1301)}


def look(server, run_plan, **options):
    """The observation and the tracks of a peeled server."""
    prober, notes = Prober(converse_directly, Options(depth="full", **options)), Notebook(WHERE, "full")

    def plan():
        first = yield from ask_versions(prober, notes, WHERE, [])
        return (yield from peel(prober, notes, first)) if notes.any_accepted else {}

    tracks = run_plan(plan(), server.answer)
    return notes.observation(), tracks


def names(codes):
    return tuple(of.name_suite(code) for code in codes)


@pytest.mark.parametrize("refuse", ["alert", "close", "silent"])
def test_every_suite_in_the_servers_order(refuse, run_plan, fake_server):
    seen, tracks = look(fake_server(SUITES, refuse=refuse), run_plan)
    assert seen.suites == {version: names(codes) for version, codes in SUITES.items()}
    assert seen.suites_complete == dict.fromkeys(SUITES, True)
    assert seen.server_preference == dict.fromkeys(SUITES, True)
    assert seen.undecided == ()
    assert {version: tuple(track.found) for version, track in tracks.items()} == SUITES


def test_connections_are_the_bound_and_little_more(run_plan, fake_server):
    server = fake_server(SUITES)
    look(server, run_plan)
    bound = sum(len(codes) + 1 for codes in SUITES.values()) + 4
    # Three versions are refused and asked for without extensions; one more for each version tells whose order decides.
    assert server.asked <= bound + len(SUITES)


def test_places_that_become_free_late_change_nothing(run_plan, fake_server):
    assert look(fake_server(SUITES, places=2), run_plan)[0].suites == look(fake_server(SUITES), run_plan)[0].suites


def test_a_spent_budget_is_no_refusal(run_plan, fake_server):
    seen, _tracks = look(fake_server(SUITES), run_plan, budget=12)
    assert False in seen.suites_complete.values()
    assert any(name.startswith("suites.") for name in seen.undecided)


def polite(base, reads):
    """A server that lets the client's order decide."""
    class Polite(base):
        def _hello(self, version, suite, group, known, identifier):
            mine = [code for code in self.offered if code in self.suites[version]]
            return super()._hello(version, mine[0], group, of.suite_table.by_code_point(mine[0]), identifier)

        def _reply(self, sent):
            self.offered = reads(sent).cipher_suites if sent[:1] == b"\x16" else ()
            return super()._reply(sent)

    return Polite


def test_whose_order_decides(run_plan, fake_server, read_hello):
    suites = {"TLSv1.2": (0xC030, 0xC02F, 0x2F)}
    seen, _tracks = look(polite(fake_server, read_hello)(suites), run_plan)
    assert seen.server_preference == {"TLSv1.2": False}
    assert set(seen.suites["TLSv1.2"]) == set(names(suites["TLSv1.2"])) and seen.suites_complete == {"TLSv1.2": True}
    assert look(fake_server(suites), run_plan)[0].server_preference == {"TLSv1.2": True}


def test_one_suite_has_no_order(run_plan, fake_server):
    seen, _tracks = look(fake_server({"TLSv1.2": (0xC02F,)}), run_plan)
    assert seen.server_preference.get("TLSv1.2") is None and seen.suites_complete == {"TLSv1.2": True}


def stumbling(base, most, reads):
    """A server that goes silently away from a hello with more suites than it has room for."""
    class Stumbling(base):
        def _reply(self, sent):
            long = sent[:1] == b"\x16" and len(reads(sent).cipher_suites) > most
            return b"" if long else super()._reply(sent)

    return Stumbling


def test_a_server_that_takes_no_long_hello_is_asked_in_pieces(run_plan, fake_server, read_hello):
    suites = {"TLSv1.2": (0xC02F, 0x2F, 0x0A)}
    seen, _tracks = look(stumbling(fake_server, 30, read_hello)(suites, refuse="close"), run_plan)
    assert set(seen.suites["TLSv1.2"]) == set(names(suites["TLSv1.2"]))
    # In pieces nothing tells which of two pieces it would rather have.
    assert "server_preference.TLSv1.2" in seen.undecided


def test_the_short_hello_has_what_nearly_every_server_knows():
    known = set(of.list_suites("TLSv1.2"))
    assert set(USUAL_SUITES) <= known and len(set(USUAL_SUITES)) == len(USUAL_SUITES) <= 24


def test_there_is_one_first_question_for_each_version():
    questions = make_first_questions(WHERE)
    assert [question.version for question in questions] == list(PROTOCOLS)
    by_version = {question.version: question for question in questions}
    assert all(by_version[version].hello.suites == of.list_suites(version) for version in PROTOCOLS[1:])
    assert by_version["TLSv1.2"].whole and by_version["TLSv1.2"].hello.compression and by_version["TLSv1.2"].hello.ask_status
    assert not by_version["TLSv1.3"].whole and not by_version["SSLv3"].hello.extras and by_version["TLSv1"].hello.extras


def track():
    return Track("TLSv1.2", Question(of.make_hello("TLSv1.2", (0x2F, 0x35))))


def answer(accepted, suite=None):
    hello = ServerHello("TLSv1.2", suite, 0, b"", {}) if suite is not None else None
    return Answer(Question(None), accepted, "accepted" if accepted else "x", Look("hello", hello=hello))


def test_a_track_takes_what_is_chosen_off_the_offer():
    made = track()
    made.take(answer(True, 0x35))
    assert (made.found, made.question.hello.suites, made.complete) == ([0x35], (0x2F,), None)
    made.take(answer(True, 0x2F))
    assert (made.found, made.complete) == ([0x35, 0x2F], True), "nothing is left to offer"


@pytest.mark.parametrize(("last", "complete"), [(answer(False), True), (answer(None), False), (answer(True, 0xC02F), False)])
def test_only_a_refusal_completes_a_track(last, complete):
    """Silence proves nothing, and a server that chooses what was not on offer does not look at the list."""
    made = track()
    made.take(answer(True, 0x2F))
    made.take(last)
    assert (made.found, made.complete) == ([0x2F], complete)
