# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fuzzing of everything that reads a peer's bytes: it ends, it raises nothing, it believes nothing by accident.

``FUZZ_CASES`` sets the number of cases for each target (200 where it is not set, and
``make fuzz`` sets 20000).  At the end the run says how many cases each target had.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from fuzz_count import RAN
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import flaws, pages
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Question, converse
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import cookies, html, http, web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.stay import stay
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, WantedPage
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full import session as fs
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import der, ssl2
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Handshake, look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import record
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import SECP256R1, public_share

CASES = int(os.environ.get("FUZZ_CASES", "200"))

settings.register_profile("wire", max_examples=CASES, deadline=None, database=None,
                          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
settings.load_profile("wire")

DATA = Path(__file__).parents[1] / "data" / "wire" / "flights.json"
FLIGHTS = {name: [bytes.fromhex(part) for part in parts]
           for name, parts in json.loads(DATA.read_text())["flights"].items()}
TLS12 = ClientHello("TLSv1.2", (0xC02F, 0xC030, 0x9F), groups=(23, 29), schemes=(0x0804, 0x0401),
                    server_name="localhost", ask_status=True)
TLS13 = ClientHello("TLSv1.3", (0x1301, 0x1302, 0x1303), groups=(23, 29), schemes=(0x0804, 0x0401),
                    server_name="localhost", ask_status=True, key_shares=((SECP256R1, public_share(SECP256R1)),))
HELLOS = {"tls12_ecdhe": TLS12, "tls12_dhe": replace(TLS12, suites=(0x9F,)), "tls13": TLS13,
          "tls13_retry": replace(TLS13, key_shares=())}


def run(talk, replies):
    """Drive a conversation with these replies, whatever it asks; then close."""
    pending, arrival = list(replies), None
    for _step in range(5000):
        try:
            step = talk.send(arrival)
        except StopIteration as stop:
            return stop.value
        if isinstance(step, Send):
            arrival = b""
        elif isinstance(step, Secure):
            arrival = pending.pop(0) if pending and isinstance(pending[0], Secured) else Secured(True)
        else:
            assert isinstance(step, Receive)
            arrival = pending.pop(0) if pending else End.CLOSED
            if arrival is End.SILENT and step.quiet is None:
                arrival = End.DEADLINE
    raise AssertionError("the conversation does not end")


ENDS = st.sampled_from([End.CLOSED, End.RESET, End.SILENT, End.DEADLINE, End.TOO_MUCH])
CONTENT = st.binary(max_size=300)
RECORDS = st.builds(record, st.sampled_from([20, 21, 22, 23, 24]), st.sampled_from([0x0300, 0x0301, 0x0303, 0x0304]),
                    st.one_of(CONTENT, st.builds(lambda kind, body: bytes((kind,)) + len(body).to_bytes(3, "big") + body,
                                                 st.integers(0, 24), CONTENT)))
LINES = st.lists(st.sampled_from([
    b"220 ok\r\n", b"250-x\r\n", b"250 STARTTLS\r\n", b"530 no\r\n", b"421 busy\r\n", b"* OK\r\n", b"a1 OK\r\n", b"a2 NO\r\n",
    b"+OK\r\n", b"-ERR\r\n", b"+ \r\n", b"OK\r\n", b"NO\r\n", b"BYE\r\n", b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", b"\r\n", b"S", b"N",
    b"<stream:features>", b"</stream:features>", b"<proceed/>", b"<failure/>", b"\x00", b"\xff\xff", b"\x30\x0c\x02\x01\x01",
    b"\x0a5.5.5-10.11.1-MariaDB\x00", b"211-f\r\n", b"234 go\r\n", b"381 p\r\n", b"\x15\x03\x01\x00\x02\x02\x28",
]), max_size=12).map(b"".join)
REPLIES = st.lists(st.one_of(CONTENT, RECORDS, LINES, ENDS), max_size=12)


@st.composite
def spoilt_flights(draw):
    """A recorded flight with some bytes changed, left out, doubled, and cut into pieces."""
    name = draw(st.sampled_from(sorted(FLIGHTS)))
    parts = [bytearray(part) for part in FLIGHTS[name]]
    for _each in range(draw(st.integers(1, 4))):
        part = parts[draw(st.integers(0, len(parts) - 1))]
        at = draw(st.integers(0, max(0, len(part) - 1)))
        how = draw(st.sampled_from(["change", "drop", "double", "insert"]))
        if how == "change" and part:
            part[at] ^= draw(st.integers(1, 255))
        elif how == "drop":
            del part[at:at + draw(st.integers(1, 20))]
        elif how == "double":
            part[at:at] = part[at:at + draw(st.integers(1, 60))]
        else:
            part[at:at] = draw(st.binary(max_size=20))
    return name, [bytes(part) for part in parts]


@given(spoilt_flights())
def test_spoilt_flights(case):
    RAN["spoilt flights"] += 1
    name, parts = case
    handshake = Handshake(HELLOS[name.partition("_")[2]], whole=True)
    for part in parts:
        handshake.feed(part)
    handshake.ended(End.CLOSED)
    assert handshake.finished


@given(REPLIES)
def test_hello_conversations(replies):
    RAN["hellos"] += 1
    for hello in (TLS12, TLS13):
        seen = run(look(hello, whole=True, quiet=1.0), replies)
        assert seen.end and (seen.choice is None or seen.choice.suite in hello.suites)
    assert run(ssl2.look(quiet=1.0), replies).end


@pytest.mark.parametrize("protocol", DIALOGUES)
@given(replies=REPLIES)
def test_dialogues(protocol, replies):
    RAN["dialogues"] += 1
    endpoint, dialogue = Endpoint("a.example", 1, protocol, "a.example"), DIALOGUES[protocol]
    facts = run(plain_conversation(dialogue, endpoint), [End.SILENT, *replies])
    assert facts.plaintext.refused in (True, False, None) and facts.plaintext.how
    for talk in (converse(Question(TLS12, True), dialogue.opening(endpoint), 1.0, 0.02), stay(dialogue, endpoint),
                 fs.probe_injection(dialogue, endpoint)):
        try:
            run(talk, replies)
        except IntransitError:
            pass  # what the engine turns into an outcome


@given(REPLIES)
def test_web(replies):
    RAN["web"] += 1
    answer = run(web.plain_get("a.example", "/"), [End.SILENT, *replies])
    web.tls_port(answer, "/", True)
    web.http_port([answer, answer, answer], "a.example")
    run(web.secure_get(Secure("a.example"), "a.example", "/"), [Secured(True), *replies])


HEADS = st.lists(st.sampled_from([
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 F\r\n", b"Location: /x;a=b?c#d\r\n", b"Location: http://\xff[/\r\n", b"Content-Length: 9\r\n",
    b"Content-Length: 99999\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Content-Encoding: deflate\r\n",
    b"Content-Type: text/html; charset=utf-16\r\n", b"Set-Cookie: PHPSESSID=s3cret0; Max-Age=\xb2; Secure\r\n", b"Set-Cookie: s3cret0\r\n",
    b"Set-Cookie: a=s3cret0; Expires=\xff 1970\r\n", b"Refresh: 0;url=http://a/\r\n", b"\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"\x1f\x8b\x08\x00",
]), max_size=14).map(b"".join)
MARKUP = st.lists(st.sampled_from([
    "<form action=", "<base href=", "<script src=", "<style>@import ", "<meta http-equiv=refresh content='0;url=", "<!--", "-->", "<![CDATA[", "<!",
    "<?", "'", '"', ">", "</", "</script>", "</style>", "&#x68;ttp:", "http://a/", "//[::1", "javascript:", "\x00", "\ud7ff", "\u212a", "<input type=password", " ",
]), max_size=30).map("".join)


@given(st.lists(st.one_of(HEADS, CONTENT, MARKUP.map(str.encode), ENDS), max_size=8))
def test_pages(replies):
    RAN["pages"] += 1
    wanted = WantedPage("/login")
    plain = run(web.plain_get("a.example", "/login", pages.PLAIN_CONTENT), [End.SILENT, *replies])
    seen = run(web.secure_get(Secure("a.example"), "a.example", "/login", 4096), [Secured(True), *replies])
    assert seen.content is None or len(seen.content.text) <= 4096
    assert "s3cret0" not in repr(pages.read_plain_page(wanted, plain, "a.example"))


@given(MARKUP, st.text(max_size=60))
def test_markup_and_cookies(markup, text):
    RAN["markup"] += 1
    for page in (markup, markup + text, text):
        seen = html.read_html(page, text)
        assert all(len(url) < 200 for url in (*seen.forms, *seen.loads, seen.refresh or "", seen.problem))
    pair = cookies.read_cookie(text)
    assert pair is None or len(pair.cookie.name) <= cookies.MAX_SHOWN + 3


@given(REPLIES, st.sampled_from(flaws.ROBOT_VARIANTS))
def test_sessions_and_flaws(replies, variant):
    RAN["sessions"] += 1
    for talk in (fs.resume_tls12(TLS12, b""), fs.resume_tls13(TLS13, b""), flaws.probe_heartbleed(TLS12, b""),
                 flaws.probe_ccs_injection(TLS12, b""), flaws.make_robot_variant(TLS12, variant, b"")):
        try:
            run(talk, replies)
        except IntransitError:
            pass


@given(st.one_of(spoilt_flights(), st.sampled_from(sorted(FLIGHTS)).map(lambda name: (name, FLIGHTS[name]))), REPLIES)
def test_what_comes_behind_a_flight(case, replies):
    RAN["behind flights"] += 1
    name, parts = case
    hello = HELLOS[name.partition("_")[2]]
    talk = fs.resume_tls13(hello, b"") if "tls13" in name else fs.resume_tls12(hello, b"")
    try:
        run(talk, [*parts, *replies])
    except IntransitError:
        pass


@given(st.binary(max_size=400))
def test_der_and_headers(data):
    RAN["der"] += 1
    der.distinguished_name(data)
    der.ocsp_status(data)
    der.key_group(data)
    http.parse_hsts((data.decode("latin-1"),))
    http.parse_redirect(http.Response(301, "", (("location", data.decode("latin-1")),)), "a.example")
