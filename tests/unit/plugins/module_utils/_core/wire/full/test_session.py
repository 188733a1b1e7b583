# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sessions of our own with a real TLS library: tickets, resumption, renegotiation, early data; and injected commands."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import (
    Opened,
    Question,
    converse,
    converse_directly,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secured
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full import session as fs
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import X25519

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
HELLO12 = fs.make_session_hello(WHERE, (0xC02F,))
TRACK13 = Track("TLSv1.3", Question(None), [0x1301, 0x1302])
ALLOW_CLIENT_RENEGOTIATION = 1 << 8
"""SSL_OP_ALLOW_CLIENT_RENEGOTIATION of OpenSSL 3, which Python has no name for."""
UP = Secured(True, "TLSv1.3")


def tls12(server):
    server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    return server


def look_at(server, question):
    return server.drive(converse(question, converse_directly, 1.0)).look


def test_a_ticket_and_an_identifier_bring_the_session_back(real_server):
    facts = tls12(real_server).drive(fs.resume_tls12(HELLO12, b""))
    assert facts.made and facts.ticket and facts.lifetime > 0
    questions = fs.make_resumption_questions(HELLO12, facts)
    assert look_at(real_server, questions["ticket"]).end == "resumed"


def test_without_tickets_the_identifier_brings_it_back(real_server):
    tls12(real_server).context.options |= ssl.OP_NO_TICKET
    facts = real_server.drive(fs.resume_tls12(HELLO12, b""))
    assert facts.made and facts.ticket == b"" and facts.lifetime is None and len(facts.session_id) == 32
    questions = fs.make_resumption_questions(HELLO12, facts)
    assert set(questions) == {"session_id"} and look_at(real_server, questions["session_id"]).end == "resumed"


def test_a_ticket_of_another_server_brings_nothing_back(real_server, leaf_file):
    """The weak sample of the two above: a session that nobody knows is made anew."""
    facts = tls12(real_server).drive(fs.resume_tls12(HELLO12, b""))
    other = tls12(type(real_server)(leaf_file))
    assert look_at(other, fs.make_resumption_questions(HELLO12, facts)["ticket"]).end == "flight"


def test_nothing_to_resume_is_no_question():
    assert fs.make_resumption_questions(HELLO12, fs.Facts12(True)) == {}


@pytest.mark.parametrize(("allowed", "taken"), [(0, False), (ALLOW_CLIENT_RENEGOTIATION, True)])
def test_whether_a_client_may_renegotiate(allowed, taken, real_server):
    tls12(real_server).context.options |= allowed
    assert real_server.drive(fs.resume_tls12(HELLO12, b"")).renegotiation is taken


@pytest.mark.parametrize("tickets", [0, 1, 3])
def test_tickets_of_tls13_are_counted(tickets, real_server):
    real_server.context.num_tickets = tickets
    facts = real_server.drive(fs.resume_tls13(fs.make_tls13_hello(WHERE, TRACK13), b""))
    assert (facts.made, facts.tickets) == (True, tickets)
    assert (facts.lifetime, facts.early_data) == ((7200, False) if tickets else (None, False))
    assert facts.turned_out is False


def test_a_server_that_requires_a_certificate_turns_out(real_server, leaf_file):
    real_server.context.load_verify_locations(leaf_file)
    hello = fs.make_tls13_hello(WHERE, TRACK13)
    for mode, turned_out in ((ssl.CERT_OPTIONAL, False), (ssl.CERT_REQUIRED, True)):
        real_server.context.verify_mode = mode
        assert real_server.drive(fs.resume_tls13(hello, b"")).turned_out is turned_out


@pytest.mark.parametrize("share", [23, 24, X25519])
def test_the_share_on_offer_comes_first(share, real_server):
    hello = fs.make_tls13_hello(WHERE, TRACK13, share)
    assert hello.groups[0] == share and [group for group, _key in hello.key_shares] == [share]
    assert len(set(hello.groups)) == len(hello.groups)
    assert real_server.drive(fs.resume_tls13(hello, b"")).made


@pytest.mark.parametrize(("limit", "before", "early"), [
    (b"", None, False), (bytes(4), None, False), (b"\x00\x00\x40\x00", None, True), (bytes(4), True, True)])
def test_early_data_is_what_a_ticket_allows(limit, before, early):
    extensions = b"\x00\x2a" + len(limit).to_bytes(2, "big") + limit if limit else b""
    body = (300).to_bytes(4, "big") + bytes(4) + b"\x01n" + b"\x00\x01t" + len(extensions).to_bytes(2, "big") + extensions
    assert fs._ticket13(body, before) == (300, early)
    for cut in range(len(body)):
        with pytest.raises(WireError):
            fs._ticket13(body[:cut], None)


def test_only_suites_that_we_can_compute_are_used():
    known = {0xC02F, 0x9C}
    track = Track("TLSv1.2", Question(None), [0xC02F, 0x0005, 0x9C, 0x0A0A, 0xC008])
    assert known <= set(fs.list_usable_suites(track)) and not {0x0A0A, 0x0005} & set(fs.list_usable_suites(track))
    assert fs.list_usable_suites(None) == ()


def test_a_server_that_goes_away_made_no_session(drive):
    for replies in ([], [End.DEADLINE], [b"\x15\x03\x03\x00\x02\x02\x28"]):
        assert drive(fs.resume_tls12(HELLO12, b""), replies).result == fs.Facts12()
        assert drive(fs.resume_tls13(fs.make_tls13_hello(WHERE, TRACK13), b""), replies).result == fs.Facts13()


# -- the dialogue in front -----------------------------------------------------------------


def ready(inbox):
    line = yield from inbox.line()
    return Opened(line == b"ready")


def held(data):
    """A talk that returns what it was handed."""
    return data
    yield


@pytest.mark.parametrize(("said", "result"), [
    ([b"ready\r\n"], b""), ([b"no\r\n"], "nothing"), ([], "nothing"), ([b"x" * 9000], "nothing")])
def test_a_talk_begins_where_the_dialogue_ends(said, result, drive):
    assert drive(fs.follow_opening(ready, held, "nothing"), said).result == result


# -- injection -----------------------------------------------------------------------------


def inject(endpoint, talk):
    del endpoint
    line = yield from talk.inbox.line()
    return Opened(line == b"go", line[:3] == b"421", 61.0, line.decode(), denied=line[:1] == b"5")


PROTOCOL = Dialogue(None, None, inject=inject, injected=lambda heard: heard.startswith(b"250"))


@pytest.mark.parametrize(("replies", "thrown_away"), [
    ([b"go\r\n", UP, b"250 done\r\n"], False), ([b"go\r\n", UP, b"220 again\r\n", b""], True),
    ([b"go\r\n", UP, End.SILENT], True), ([b"go\r\n", UP, End.CLOSED], True), ([b"go\r\n", UP, End.DEADLINE], None),
    ([b"go\r\n", Secured(False, reason="wrong version number")], True), ([b"501 pipelining\r\n"], True),
    # Turned away before the command: at the door, because it is busy, for now, or without any reason.
    ([b"421 too many connections\r\n"], None), ([b"454 not available\r\n"], None), ([End.CLOSED], None), ([End.RESET], None),
    ([b"x" * 9000], None), ([End.DEADLINE], None)])
def test_what_becomes_of_a_command_behind_the_request_for_tls(replies, thrown_away, drive):
    assert drive(fs.probe_injection(PROTOCOL, WHERE), replies).result is thrown_away


def test_clear_text_in_front_of_tls_is_no_answer_within_it():
    """The answer to the injected command counts only if it comes inside TLS."""
    steps = fs.probe_injection(PROTOCOL, WHERE)
    next(steps)
    steps.send(b"go\r\n250 done\r\n")
    steps.send(UP)
    steps.send(b"220 hello\r\n")
    with pytest.raises(StopIteration) as stopped:
        steps.send(End.SILENT)
    assert stopped.value.value is True


def test_a_protocol_without_an_upgrade_has_nothing_to_inject(drive):
    assert drive(fs.probe_injection(DIALOGUES["imaps"], WHERE), []).result is None
