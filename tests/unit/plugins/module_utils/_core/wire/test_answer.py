# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One answer by itself: accepted, refused with a cause, or undecided; and the dialogue in front of the hello."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import (
    CLEAR,
    Answer,
    Heard,
    Opened,
    Question,
    converse,
    converse_directly,
    read_answer,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import CAUSES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import ALERTS, Alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import encode
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import ServerHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import record

ASKED = Question(of.make_hello("TLSv1.2", (0x2F, 0xC02F)))
GREETING = b"220 ready\r\n"


def came(look, opened=None):
    return Outcome(None, "", Heard(opened or Opened(True), look), "192.0.2.1", False, 0.1)


def chose(version):
    return ServerHello(version, 0x2F, 0, b"", {})


def test_behind_starttls_what_came_instead_of_tls_is_told():
    question = Question(of.make_hello("TLSv1.2", (0x2F,)))
    ready, plain = Opened(True, detail="220 ready"), Look("not_tls", plain=b"220 hello again\r\n")
    for heard, words in ((Heard(ready, plain), "220 hello again"), (Heard(ready, Look("closed")), "closes the connection"),
                         (Heard(Opened(False, detail="454 no"), Look("opening", detail="454 no")), "454 no")):
        answer = read_answer(question, Outcome(None, "", heard, "192.0.2.1", False, 0.1))
        assert answer.accepted is None and words in answer.detail and "ready" not in answer.detail


@pytest.mark.parametrize(("end", "alert", "accepted", "cause"), [
    ("flight", None, True, "accepted"), ("alert", Alert(2, 80), False, "internal_error"), ("closed", None, None, "undecided"),
    ("silent", None, None, "undecided"), ("reset", None, None, "undecided"), ("alert", Alert(1, 0), None, "undecided")])
def test_a_choice_alone_is_no_handshake_where_the_flight_was_wanted(end, alert, accepted, cause):
    chosen = Look(end, hello=ServerHello("TLSv1.2", 0x2F, 0, b"", {}), alert=alert)
    hello = of.make_hello("TLSv1.2", (0x2F,))
    heard = Outcome(None, "", Heard(Opened(True), chosen), "192.0.2.1", False, 0.1)
    answer = read_answer(Question(hello, whole=True), heard)
    assert (answer.accepted, answer.cause) == (accepted, cause)
    assert accepted or "went no further" in answer.detail
    assert read_answer(Question(hello), heard).accepted is True


@pytest.mark.parametrize(("end", "number", "accepted", "cause"), [
    ("closed", 40, False, "handshake_failure"), ("reset", 70, False, "protocol_version"), ("closed", 100, None, "undecided"),
    ("silent", 40, None, "undecided")])
def test_a_warning_before_a_close_is_the_reason(end, number, accepted, cause):
    question = Question(of.make_hello("TLSv1.2", (0x2F,)))
    seen = Outcome(None, "", Heard(Opened(True), Look(end, warning=Alert(1, number))), "192.0.2.1", False, 0.1)
    answer = read_answer(question, seen)
    assert (answer.accepted, answer.cause) == (accepted, cause)
    assert answer.alert == (None if accepted is None else Alert(1, number).name)


@pytest.mark.parametrize(("seen", "words"), [
    (Look("not_tls", plain=b"SSH-2.0-OpenSSH_9.2p1\r\nmore"), "but with 'SSH-2.0-OpenSSH_9.2p1'"),
    (Look("not_tls", plain=b"\x00\x01\x02\x03\x04", detail="Not with TLS."), "Not with TLS."),
    (Look("not_tls", plain=b"\x1b[31mred\r\n", detail="Not with TLS."), "Not with TLS."),
    (Look("closed"), "closes the connection on a ClientHello without an alert"),
    (Look("reset"), "resets the connection"),
    (Look("silent"), "does not answer a ClientHello"),
])
def test_an_answer_that_tells_nothing_says_what_came_instead(seen, words):
    answer = read_answer(Question(None), Outcome(None, "", Heard(Opened(True), seen), "a", None, 0.0))
    assert answer.accepted is None
    assert words in answer.detail
    assert "\x1b" not in answer.detail


@pytest.mark.parametrize(("outcome", "accepted", "cause"), [
    (Outcome("refused", "", None, "a", None, 0.0), None, "undecided"),
    (Outcome(None, "nonsense", None, "a", None, 0.0), None, "undecided"),
    (Outcome(None, "", Heard(Opened(True), Look("closed")), "a", None, 0.0), None, "undecided"),
    (Outcome(None, "", Heard(Opened(False, denied=True), Look("opening")), "a", None, 0.0), None, "undecided"),
])
def test_one_outcome_by_itself(outcome, accepted, cause):
    answer = read_answer(Question(None), outcome)
    assert (answer.accepted, answer.cause) == (accepted, cause)


@pytest.mark.parametrize(("plain", "accepted"), [
    (b"\x16\x00\x00\x02\xff\x13\x04#08S01Bad handshake", False),
    (b"\x16\x00\x00\x02\xff\x69\x04#HY000Host is blocked", None), (b"SSH-2.0-x\r\n", None)])
def test_a_database_that_says_bad_handshake_has_refused(plain, accepted):
    question = Question(of.make_hello("TLSv1", (0x2F,)))
    heard = Heard(Opened(True), Look("not_tls", plain=plain))
    answer = read_answer(question, Outcome(None, "", heard, "192.0.2.1", False, 0.1))
    assert answer.accepted is accepted
    assert (answer.cause == "application_refused") is (accepted is False)


@pytest.mark.parametrize(("chosen", "accepted", "cause"), [
    ("TLSv1.2", True, "accepted"), ("TLSv1.1", False, "other_version"), ("TLSv1", False, "other_version")])
def test_only_the_version_that_was_asked_for_is_accepted(chosen, accepted, cause):
    answer = read_answer(ASKED, came(Look("hello", hello=chose(chosen))))
    assert (answer.accepted, answer.cause) == (accepted, cause)
    assert accepted or chosen in answer.detail


@pytest.mark.parametrize("number", [*ALERTS, 99, 255])
def test_every_alert_but_close_notify_refuses_with_a_known_cause(number):
    answer = read_answer(ASKED, came(Look("alert", alert=Alert(2, number))))
    assert answer.accepted is (None if number == 0 else False)
    assert answer.cause in CAUSES and answer.alert == (Alert(2, number).name if number else None)


def test_the_refusals_of_the_version_alone_are_known_causes():
    assert set(CLEAR) < set(CAUSES)


def test_what_makes_no_sense_behind_a_choice_is_no_handshake():
    answer = read_answer(ASKED, came(Look("nonsense", hello=chose("TLSv1.2"), detail="A list is cut.")))
    assert (answer.accepted, answer.detail) == (None, "A list is cut.")


def test_a_connection_that_did_not_stand_says_nothing_of_tls():
    for failure in ("refused", "timeout", "unreachable", "local", "not_made"):
        answer = read_answer(ASKED, Outcome(failure, "words", None, None, None, 0.0))
        assert (answer.accepted, answer.look.end, answer.detail) == (None, "failed", "words")


@given(
    end=st.sampled_from(["hello", "flight", "resumed", "alert", "closed", "reset", "silent", "not_tls", "nonsense", "away"]),
    version=st.sampled_from([None, "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]), whole=st.booleans(),
    alert=st.none() | st.builds(Alert, st.integers(0, 255), st.integers(0, 255)),
    warning=st.none() | st.builds(Alert, st.just(1), st.integers(0, 255)), plain=st.binary(max_size=40))
def test_nothing_is_accepted_but_the_version_asked_for(end, version, whole, alert, warning, plain):
    seen = Look(end, hello=chose(version) if version else None, alert=alert, warning=warning, plain=plain)
    answer = read_answer(Question(ASKED.hello, whole), came(seen))
    assert answer.cause in CAUSES
    assert not answer.accepted or version == "TLSv1.2"
    # A refusal has a reason: another version, an alert, a warning before the end, or the database's own words.
    assert answer.accepted is not False or version or alert or warning or b"\xff\x13\x04" in plain
    assert answer.detail.isprintable() or not answer.detail


def test_the_version_of_a_question():
    assert Question(None).version == "SSLv2" and ASKED.version == "TLSv1.2"


def test_waiting_is_only_for_a_busy_server():
    busy, not_busy = Opened(False, True, 61.0, "421", "first\n421 too many\n"), Opened(False, False, 61.0)
    assert Heard(busy, Look("opening")).wait == 61.0 and Heard(not_busy, Look("opening")).wait == 0.0
    assert Heard(busy, Look("opening")).words == "421 too many"
    assert Heard(Opened(False, shut=True), Look("opening")).shut and not Heard(busy, Look("opening")).shut


def test_an_accepted_answer_has_no_alert():
    look = Look("hello", hello=chose("TLSv1.2"), warning=Alert(1, 112))
    assert Answer(ASKED, True, "accepted", look).alert is None
    assert Answer(ASKED, False, "other_alert", look).alert == "unrecognized_name"


def opening(inbox):
    """A dialogue of one line."""
    line = yield from inbox.line()
    if line != b"220 ready":
        return Opened(False, denied=True, detail=line.decode("latin-1"))
    yield Send(b"STARTTLS\r\n")
    return Opened(True)


def test_the_hello_comes_behind_the_dialogue(drive):
    seen = drive(converse(ASKED, opening, 1.0), [GREETING, record(21, 0x0303, b"\x02\x28")])
    assert seen.sent == [b"STARTTLS\r\n", encode(ASKED.hello)]
    assert seen.result.opened.ready and seen.result.look.alert == Alert(2, 40)


def test_bytes_behind_the_dialogue_belong_to_tls(drive):
    seen = drive(converse(ASKED, opening, 1.0), [GREETING + record(21, 0x0303, b"\x02\x46")])
    assert seen.result.look.alert == Alert(2, 70)


def test_no_hello_to_a_server_that_says_no(drive):
    seen = drive(converse(ASKED, opening, 1.0), [b"554 no\r\n"])
    assert seen.sent == [] and seen.result.opened.denied and seen.result.look.end == "opening"


@pytest.mark.parametrize(("end", "late"), [(End.CLOSED, False), (End.RESET, False), (End.DEADLINE, True)])
def test_a_dialogue_that_ends_early_proves_nothing(end, late, drive):
    seen = drive(converse(ASKED, opening, 1.0), [end])
    answer = read_answer(ASKED, Outcome(None, "", seen.result, None, None, 0.0))
    assert (seen.result.opened.ready, answer.accepted, answer.late) == (False, None, late)
    assert end.value in answer.detail


@pytest.mark.parametrize(("first", "end"), [
    (End.CLOSED, "away"), (End.RESET, "away"), (End.SILENT, "closed")])
def test_a_server_that_closes_before_a_word_turned_us_away(first, end, drive):
    seen = drive(converse(ASKED, converse_directly, 1.0, listen=0.02), [first])
    assert seen.result.look.end == end
    assert bool(seen.sent) is (end != "away"), "the hello is kept from a server that goes away"


def test_what_came_while_listening_is_not_lost(drive):
    seen = drive(converse(ASKED, converse_directly, 1.0, listen=0.02), [record(21, 0x0303, b"\x02\x28")])
    assert seen.result.look.alert == Alert(2, 40)


def test_without_listening_the_hello_goes_first(drive):
    assert drive(converse(ASKED, converse_directly, 1.0), [End.CLOSED]).sent == [encode(ASKED.hello)]


def test_ssl2_has_a_hello_of_its_own(drive):
    seen = drive(converse(Question(None), converse_directly, 1.0), [End.CLOSED])
    assert seen.sent and seen.sent[0][2:3] == b"\x01" and seen.sent[0] != encode(ASKED.hello)
