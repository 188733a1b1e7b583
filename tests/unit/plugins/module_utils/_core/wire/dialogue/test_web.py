# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What answers in HTTP mean: plaintext said to an https port, and to an http port three times."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secure, Secured
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import Response
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import record

NAME = "www.example.test"
GET = "GET / HTTP/1.1\r\n"


def answer(status, location=None, reason="", **fields):
    named = [(name.replace("_", "-"), value) for name, value in fields.items()]
    return web.PlainAnswer(Response(status, reason, tuple(named + ([("location", location)] if location else []))),
                           raw=f"HTTP {status}")


@pytest.mark.parametrize(("replies", "attribute", "value"), [
    ([b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"], "response", Response(200, "OK", (("server", "x"),))),
    ([record(21, 0x0301, b"\x02\x28")], "tls", True),
    ([End.CLOSED], "end", End.CLOSED),
    ([End.RESET], "end", End.RESET),
    ([b"SSH-2.0-x\r\n"], "response", None),
])
def test_a_get_without_tls(replies, attribute, value, drive):
    seen = drive(web.plain_get(NAME, "/"), [End.SILENT, *replies])
    assert seen.said.startswith(GET) and f"Host: {NAME}" in seen.said
    assert getattr(seen.result, attribute) == value


PAGE = b"<html>the payroll</html>"


@pytest.mark.parametrize("end", [End.CLOSED, End.RESET, End.SILENT])
@pytest.mark.parametrize(("sent", "how"), [
    (PAGE, "served"),
    (PAGE + b"\r\n", "served"),
    (b"\r\n\r\n  " + PAGE, "served"),
    (b'{"salary": 1}', "served"),
    (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n" + PAGE + b"\r\n", "served"),
    (b"HTTP/1.0 204 No Content\r\n", "served"),
    (b"HTTP/1.0 200 O", "undecided"),
    (b"HTTP/1.1 301 Moved\r\nLocation: https://www.example.test/\r\n", "undecided"),
    (b"HTTP/1.1 100 Continue\r\n\r\n", "undecided"),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2", "undecided"),
    (b"HTT", "undecided"),
    (b"H", "undecided"),
    (b"\x00\xff\x07garbage", "undecided"),
    (b"the payroll", "undecided"),
    (b"\r\n", "undecided"),
    (b"\x16", "undecided"),
    (b"SSH-2.0-x\r\n", "undecided"),
    (b"", None),
])
def test_one_byte_in_clear_text_is_no_refusal(sent, how, end, drive):
    """Only a connection on which no byte came was closed without serving anything."""
    seen = drive(web.plain_get(NAME, "/"), [End.SILENT, *([sent] if sent else []), end]).result
    for told in (web.http_port([seen] * 3, NAME)[0], web.tls_port(seen, "/", tls_works=True)):
        if how is None:
            assert told.how == ("silent" if end is End.SILENT else "closed")
        else:
            assert (told.refused, told.how) == ({"served": False, "undecided": None}[how], how) and told.detail


def test_a_tls_record_in_pieces_is_tls(drive):
    assert drive(web.plain_get(NAME, "/"), [End.SILENT, b"\x15\x03\x01\x00\x02\x02\x46"]).result.tls


def test_who_closes_before_anything_is_said_was_not_asked(drive):
    seen = drive(web.plain_get(NAME, "/"), [End.CLOSED])
    assert seen.result.away and seen.sent == []


@pytest.mark.parametrize(("given", "works", "refused", "how"), [
    (web.PlainAnswer(tls=True), True, True, "tls_only"),
    (answer(400), True, True, "error_status"),
    (answer(200), True, False, "served"),
    (answer(301, f"https://{NAME}/"), True, True, "redirect_permanent"),
    (answer(302, f"http://{NAME}/x"), True, False, "redirect_plaintext"),
    (answer(401), True, False, "offered"),
    (web.PlainAnswer(end=End.CLOSED), True, True, "closed"),
    (web.PlainAnswer(end=End.CLOSED), False, None, "undecided"),
    (web.PlainAnswer(end=End.SILENT), True, True, "silent"),
    (web.PlainAnswer(end=End.SILENT), False, None, "undecided"),
    (web.PlainAnswer(end=End.CLOSED, away=True), True, None, "undecided"),
    (web.PlainAnswer(raw="junk"), True, None, "undecided"),
    (web.PlainAnswer(raw="junk", end=End.CLOSED), True, None, "undecided"),
    (web.PlainAnswer(raw="<html>", end=End.CLOSED, bare=True), True, False, "served"),
])
def test_plaintext_on_a_port_of_tls(given, works, refused, how):
    told = web.tls_port(given, "/", works)
    assert (told.refused, told.how) == (refused, how) and told.detail


@pytest.mark.parametrize(("answers", "refused", "how"), [
    ([answer(301, f"https://{NAME}/"), answer(301, f"https://{NAME}{web.PROBE_PATH}")], True, "redirect_permanent"),
    ([answer(301, f"https://{NAME}/"), answer(302, f"https://{NAME}/")], True, "redirect_temporary"),
    ([answer(301, f"https://{NAME}/"), answer(404)], False, "error_status"),
    ([answer(301, f"https://{NAME}/"), answer(200)], False, "served"),
    ([answer(200), answer(301, f"https://{NAME}/")], False, "served"),
    ([answer(403), answer(403)], True, "error_status"),
    ([web.PlainAnswer(tls=True), web.PlainAnswer(tls=True)], True, "tls_only"),
    ([web.PlainAnswer(end=End.CLOSED)] * 2, True, "closed"),
    ([web.PlainAnswer(end=End.SILENT)] * 2, None, "silent"),
    ([web.PlainAnswer(end=End.CLOSED, away=True)] * 2, None, "undecided"),
    ([web.PlainAnswer(raw="junk")] * 2, None, "undecided"),
    ([web.PlainAnswer(raw="junk", end=End.CLOSED)] * 2, None, "undecided"),
    ([answer(301, f"https://{NAME}/"), web.PlainAnswer(raw="<p>", end=End.CLOSED, bare=True)], False, "served"),
    ([answer(301, f"https://{NAME}/"), web.PlainAnswer(raw="x", end=End.CLOSED)], None, "undecided"),
    ([answer(301, f"https://{NAME}/"), web.PlainAnswer(end=End.CLOSED)], True, "closed"),
    ([answer(301, f"https://{NAME}/"), web.PlainAnswer(end=End.CLOSED, away=True)], None, "undecided"),
    ([web.PlainAnswer(end=End.CLOSED), answer(200)], False, "served"),
    ([web.PlainAnswer(tls=True), answer(200)], False, "served"),
])
def test_the_worst_answer_of_an_http_port_decides(answers, refused, how):
    told, _facts = web.http_port([*answers, answers[0]], NAME)
    assert (told.refused, told.how) == (refused, how)
    assert len(told.transcript) == 3


def test_a_redirect_that_believes_any_host():
    same = answer(301, f"https://{NAME}{web.PROBE_PATH}")
    _told, facts = web.http_port([answer(301, (
        f"https://{NAME}/")), same, answer(301, f"https://{web.PROBE_HOST}/")], NAME)
    assert facts.redirect.fixed_host is False and facts.redirect.keeps_path is True
    _told, facts = web.http_port([answer(301, f"https://{NAME}/"), answer(301, f"https://{NAME}/"), same], NAME)
    assert facts.redirect.fixed_host is True and facts.redirect.keeps_path is False


def test_a_get_behind_tls(drive):
    secure = Secure(NAME)
    head = b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=63072000\r\nX: y\r\n\r\n"
    fetched = drive(web.secure_get(secure, NAME, "/"), [Secured(True), head]).result
    facts = web.http_facts(fetched.response, NAME)
    assert facts.hsts.max_age == 63072000 and "x" not in facts.headers
    gone = drive(web.secure_get(secure, NAME, "/"), [Secured(True), Secured(False, reason="certificate required")]).result
    assert gone.response is None and gone.reason == "certificate required"
    none = drive(web.secure_get(secure, NAME, "/"), [Secured(False, reason="no"), head]).result
    assert none.response is None and none.secured.reason == "no"


def test_a_value_without_end_is_cut():
    facts = web.http_facts(answer(200, server="x" * 9000).response, NAME)
    assert len(facts.headers["server"]) == 1024


def test_what_a_peer_sends_is_shown_and_never_carried_out():
    assert web.printable(b"\x1b[2Jhi\xff") == ".[2Jhi."


@pytest.mark.parametrize(("status", "body", "missed"), [
    (200, b"", False), (404, b"no certificate here", False), (495, b"", True), (496, b"", True), (403, b"", None),
    (400, b"<center>No required SSL certificate was sent</center>", True), (400, b"<h1>Bad Request</h1>", None)])
def test_a_certificate_that_is_missed_behind_the_handshake(status, body, missed):
    talk = web.secure_get(Secure(NAME), NAME, "/")
    next(talk)
    talk.send(Secured(True))
    talk.send(b"")
    with pytest.raises(StopIteration) as stop:
        talk.send(b"HTTP/1.1 %d x\r\n\r\n" % status + body)
    assert web.certificate_missed(stop.value.value) is missed
