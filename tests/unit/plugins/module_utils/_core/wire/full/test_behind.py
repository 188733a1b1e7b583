# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only a session tells becomes facts, and a flaw is one only if it was seen; a real TLS library has none."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Question, converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.flaws import ROBOT_VARIANTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.behind import Behind
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.session import make_session_hello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import ServerHello

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
RSA, ECDHE = 0x9C, 0xC02F


def behind(server, run_plan, dialogue=None, **found):
    """(the part, notes): what was found before is taken from the server itself."""
    tracks = {version.replace("_", "."): Track(version, Question(None), list(codes)) for version, codes in found.items()}
    prober, notes, first = Prober(converse_directly, Options(depth="full")), Notebook(WHERE, "full"), {}
    for version in tracks:
        question = Question(make_session_hello(WHERE, tuple(found[version.replace(".", "_")])), whole=version != "TLSv1.3")
        if version != "TLSv1.3":
            first[version] = run_plan(prober.ask([question]), server.answer)[0]
            notes.learn(first[version])
    return Behind(WHERE, converse_directly, dialogue, prober, notes, first, tracks), notes


def tls12(server):
    server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    server.context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256")
    return server


# -- details -------------------------------------------------------------------------------


def test_sessions_of_both_versions_become_facts(run_plan, real_server):
    part, notes = behind(real_server, run_plan, TLSv1_2=(ECDHE,), TLSv1_3=(0x1301,))
    run_plan(part.details([]), real_server.answer)
    seen = notes.observation()
    assert seen.tickets.tls12_ticket is True and seen.tickets.tls13_ticket is True and seen.tickets.count == 2
    assert seen.tickets.lifetime == 7200 and seen.early_data is False
    assert seen.renegotiation.client_initiated is False and seen.renegotiation.secure is True
    assert not {"tickets", "early_data", "renegotiation.client_initiated"} & set(seen.undecided)


@pytest.mark.parametrize(("option", "ticket", "identifier"), [(0, True, None), (ssl.OP_NO_TICKET, False, True)])
def test_what_is_not_issued_is_false_and_what_comes_back_is_true(option, ticket, identifier, run_plan, real_server):
    tls12(real_server).context.options |= option
    part, notes = behind(real_server, run_plan, TLSv1_2=(ECDHE,))
    run_plan(part.details([]), real_server.answer)
    tickets = notes.observation().tickets
    assert tickets.tls12_ticket is ticket and (identifier is None or tickets.tls12_session_id is identifier)
    assert (tickets.tls13_ticket, tickets.count) == (None, None)


def test_a_ticket_that_brings_nothing_back_is_no_resumption(run_plan, real_server, leaf_file):
    """A cluster whose members do not share their keys: behind the session another one answers."""
    part, notes = behind(tls12(real_server), run_plan, TLSv1_2=(ECDHE,))
    members = [tls12(type(real_server)(leaf_file)), real_server]

    def answer(request):
        outcomes = members[-1].answer(request)
        if len(outcomes) > 1 and len(members) > 1:
            members.pop()  # the session was made in this batch
        return outcomes

    run_plan(part.details([]), answer)
    assert len(members) == 1 and members[0].asked
    assert notes.observation().tickets.tls12_ticket is False


def test_a_server_that_requires_a_certificate_is_known_by_its_goodbye(run_plan, real_server, leaf_file):
    real_server.context.load_verify_locations(leaf_file)
    real_server.context.verify_mode = ssl.CERT_REQUIRED
    part, notes = behind(real_server, run_plan, TLSv1_3=(0x1301,))
    run_plan(part.details([]), real_server.answer)
    client = notes.observation().client_certificate
    assert client.requested is True and client.required is True


def test_sessions_that_came_to_nothing_leave_their_questions_open(run_plan, fake_server):
    server = fake_server({"TLSv1.2": (ECDHE,), "TLSv1.3": (0x1301,)})
    part, notes = behind(server, run_plan, TLSv1_2=(ECDHE,), TLSv1_3=(0x1301,))
    run_plan(part.details([]), server.answer)
    seen = notes.observation()
    assert {"tickets", "early_data", "renegotiation.client_initiated"} <= set(seen.undecided)
    assert seen.tickets.tls12_ticket is None and seen.early_data is None and seen.renegotiation.client_initiated is None


@pytest.mark.parametrize(("protocol", "asked"), [("imap", True), ("imaps", False), (None, False)])
def test_an_injection_is_tried_where_there_is_an_upgrade(protocol, asked, run_plan, real_server):
    """This server goes away before a word of the dialogue, which proves nothing; without an upgrade nothing is asked."""
    part, notes = behind(tls12(real_server), run_plan, DIALOGUES.get(protocol), TLSv1_2=(ECDHE,))
    run_plan(part.details([]), real_server.answer)
    assert ("starttls" in notes.facts) is asked
    assert notes.observation().starttls.injection_refused is None


@pytest.mark.parametrize(("second", "told"), [(False, False), (True, True), (None, None)])
def test_an_injection_without_a_result_is_tried_once_more(second, told, run_plan, real_server):
    part, notes = behind(tls12(real_server), run_plan, DIALOGUES["imap"], TLSv1_2=(ECDHE,))
    tried = []

    def answer(request):
        outcomes = real_server.answer(request)
        for at, outcome in enumerate(outcomes):
            if outcome.result is None:
                tried.append(at)
                outcomes[at] = outcome._replace(result=second if len(tried) > 1 else None)
        return outcomes

    run_plan(part.details([]), answer)
    assert len(tried) == 2 and notes.observation().starttls.injection_refused is told


def test_nothing_found_is_nothing_asked(run_plan, fake_server):
    server = fake_server({})
    part, _notes = behind(server, run_plan)
    assert run_plan(part.details([]), server.answer) == () and server.asked == 0


# -- flaws ---------------------------------------------------------------------------------


def test_a_healthy_library_has_none_of_the_old_flaws(run_plan, real_server):
    part, notes = behind(tls12(real_server), run_plan, TLSv1_2=(ECDHE, RSA))
    run_plan(part.flaws(), real_server.answer)
    assert notes.observation().vulnerabilities == {"heartbleed": False, "ccs_injection": False, "robot": False}
    assert real_server.asked == 1 + 1 + len(ROBOT_VARIANTS), "one without a heartbeat is not asked about Heartbleed"


def test_tls13_alone_has_none_and_is_not_asked(run_plan, fake_server):
    server = fake_server({"TLSv1.3": (0x1301,)})
    part, notes = behind(server, run_plan, TLSv1_3=(0x1301,))
    run_plan(part.flaws(), server.answer)
    assert set(notes.facts["vulnerabilities"].values()) == {False} and server.asked == 0


class Scripted:
    """What each connection brings, batch by batch: the reactions of a weak server, as the flaws' own tests show them."""

    def __init__(self, *batches):
        self.batches = [list(batch) for batch in batches]
        self.sizes = []

    def answer(self, request):
        asks = getattr(request, "asks", ())
        if not asks:
            return []
        self.sizes.append(len(asks))
        results = self.batches.pop(0) if self.batches else [None] * len(asks)
        assert len(results) == len(asks)
        return [Outcome(None, "", result, "192.0.2.1", False, 0.01) for result in results]


def weak(run_plan, real_server, *batches, suites=(ECDHE, RSA), heartbeat=True):
    """Facts and questions that were left open, for a server of TLS 1.2 that reacts so."""
    part, notes = behind(tls12(real_server), run_plan, TLSv1_2=suites)
    choice = ServerHello("TLSv1.2", suites[0], 0, b"", {15: b"\x01"} if heartbeat else {})
    first = part._first["TLSv1.2"]
    part._first = {"TLSv1.2": first.__class__(first.question, True, "accepted", Look("flight", hello=choice))}
    server = Scripted(*batches)
    run_plan(part.flaws(), server.answer)
    return notes.facts["vulnerabilities"], [name for name in notes.observation().undecided if "vuln" in name], server.sizes


SAME, DIFFERENT = ["alert 20"] * len(ROBOT_VARIANTS), ["alert 20"] * (len(ROBOT_VARIANTS) - 1) + ["alert 40"]
MISSING = [None, *SAME[1:]]


@pytest.mark.parametrize(("ccs", "heartbleed"), [(True, False), (False, True), (True, True)])
def test_what_was_seen_is_said(ccs, heartbleed, run_plan, real_server):
    found, left, _sizes = weak(run_plan, real_server, [ccs, heartbleed], SAME)
    assert found == {"ccs_injection": ccs, "heartbleed": heartbleed, "robot": False} and left == []


def test_what_could_not_be_told_is_open(run_plan, real_server):
    found, left, _sizes = weak(run_plan, real_server, [None, None], MISSING)
    assert set(found.values()) == {None}
    assert sorted(left) == ["vulnerabilities.ccs_injection", "vulnerabilities.heartbleed", "vulnerabilities.robot"]


@pytest.mark.parametrize(("rounds", "robot"), [
    ((DIFFERENT, DIFFERENT), True), ((DIFFERENT, SAME), False), ((SAME,), False), ((DIFFERENT, MISSING), None), ((MISSING,), None)])
def test_an_oracle_has_to_show_twice(rounds, robot, run_plan, real_server):
    found, _left, sizes = weak(run_plan, real_server, [False, False], *rounds)
    assert found["robot"] is robot and sizes[1:] == [len(ROBOT_VARIANTS)] * len(rounds)


def test_without_static_rsa_nobody_is_asked_about_the_oracle(run_plan, real_server):
    found, _left, sizes = weak(run_plan, real_server, [False, False], suites=(ECDHE,))
    assert found["robot"] is False and sizes == [2]


def test_without_a_heartbeat_there_is_no_heartbleed(run_plan, real_server):
    found, _left, sizes = weak(run_plan, real_server, [False], SAME, heartbeat=False)
    assert found["heartbleed"] is False and sizes[0] == 1
