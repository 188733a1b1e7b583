# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way to a page: redirects on its own host, the cookies that go back, and where it ends."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import pages
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secured
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.content import Content
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import Response
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options, WantedPage
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

DONE = Secured(True)
LOGIN = WantedPage("/login", session_cookies=("mine",))
ENDPOINT = Endpoint("www.example.org", 443, "https", "www.example.org", pages=(LOGIN,))


def response(status: int = 200, *fields: "tuple[str, str]") -> Response:
    return Response(status, "Words", fields)


def fetched(status: int = 200, *fields: "tuple[str, str]", text: str = "", problem: str = "", is_html: bool = True) -> web.Fetched:
    return web.Fetched(DONE, response(status, *fields), "", Content(text, problem, is_html))


def visit(*answers: Any, endpoint: Endpoint = ENDPOINT) -> "tuple[Any, list[str]]":
    """The page, and the heads of the requests."""
    plan = pages.observe_pages(endpoint, Options(), Prober(lambda inbox: iter(()), Options()))
    left, asked = list(answers), []
    outcomes: Any = None
    try:
        while True:
            batch = plan.send(outcomes)
            outcomes = []
            for ask in batch.asks:
                talk = ask.talk()
                next(talk)
                asked.append(talk.send(DONE).data.decode())
                answer = left.pop(0)
                outcomes.append(Outcome(None, "", answer, None, None, 0.0) if answer is None or isinstance(answer, web.Fetched)
                                else answer)
    except StopIteration as stop:
        return stop.value[0], asked


def test_a_page_that_is_there() -> None:
    page, asked = visit(fetched(200, ("set-cookie", "mine=0123456789; Secure"), text="<form><input type=password></form>"))
    assert (page.ends, page.reason, page.asks_password, page.forms, page.loads) == ("page", None, True, (), ())
    (answer,) = page.answers
    assert (answer.url, answer.status, answer.hsts.present) == ("https://www.example.org/login", 200, False)
    assert answer.cookies[0].session and answer.cookies[0].secure
    assert asked[0].startswith("GET /login HTTP/1.1\r\nHost: www.example.org\r\n") and "Cookie" not in asked[0]


def test_cookies_go_back_on_the_way_and_only_there() -> None:
    page, asked = visit(
        fetched(302, ("location", "/form?x=1#y"), ("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("set-cookie", "bare")),
        fetched(302, ("location", "https://www.example.org:443/end"), ("set-cookie", "a=3"), ("set-cookie", "b=; Max-Age=0")),
        fetched())
    assert [line for head in asked for line in head.split("\r\n") if line[:7] == "Cookie:"] == [
        "Cookie: a=1; b=2; bare", "Cookie: bare; a=3"]
    assert [head.split(" ")[1] for head in asked] == ["/login", "/form?x=1", "/end"]
    assert [answer.url for answer in page.answers] == [
        "https://www.example.org/login", "https://www.example.org/form", "https://www.example.org/end"]
    assert page.ends == "page"


@pytest.mark.parametrize(("location", "ends", "in_clear"), [
    ("http://www.example.org/login", "in_clear", "http://www.example.org/login"),
    ("HTTP:\\\\www.example.org\\login?sid=1", "in_clear", "http://www.example.org/login"),
    ("https://www.example.com/", "elsewhere", None), ("//www.example.com/", "elsewhere", None),
    ("https://www.example.org:8443/", "elsewhere", None), ("https://www.example.org@evil.example/", "elsewhere", None),
    ("https://[::1/", "unread", None), ("https://www.example.org:x/", "unread", None), ("mailto:a@b", "elsewhere", None),
])
def test_where_a_redirect_leads(location: str, ends: str, in_clear: "str | None") -> None:
    page, asked = visit(fetched(302, ("location", location)))
    assert (page.ends, len(asked)) == (ends, 1)
    assert (page.in_clear or "").lower() == (in_clear or "")


def test_redirects_without_end_are_left() -> None:
    page, asked = visit(*[fetched(302, ("location", f"/{number}")) for number in range(20)])
    assert page.ends == "unread" and "more than 6 times" in page.reason and len(asked) == pages.HOPS + 1


@pytest.mark.parametrize(("answer", "words"), [
    (fetched(404), "404 Words"), (fetched(503), "503 Words"), (fetched(302), "302 Words"), (fetched(304), "304"),
    (fetched(200, text="<p>", problem="it is longer than 9 bytes"), "longer than 9 bytes"),
])
def test_a_page_that_was_not_read(answer: web.Fetched, words: str) -> None:
    page, _asked = visit(answer)
    assert page.ends == "unread" and words in page.reason and len(page.answers) == 1


@pytest.mark.parametrize(("answer", "words"), [
    (web.Fetched(Secured(False, reason="no")), "no handshake (no)"),
    (web.Fetched(DONE, None, End.SILENT.value), "no answer (silent)"),
    (Outcome("refused", "", None, None, None, 0.0), "no connection (refused)"),
])
def test_what_was_late_or_away_is_asked_once_more(answer: Any, words: str) -> None:
    page, asked = visit(answer, fetched())
    assert page.ends == "page" and len(asked) == 2
    page, asked = visit(answer, answer)
    assert page.ends == "unread" and words in page.reason


def test_a_login_by_http_itself_and_what_is_no_page() -> None:
    assert visit(fetched(401))[0].ends == "page"
    page, _asked = visit(fetched(200, text="<form action=http://a/>", problem="cut", is_html=False))
    assert page.ends == "page" and page.forms == ()


def test_no_value_of_a_cookie_is_in_a_page() -> None:
    value = "s3cretvalue"
    page, _asked = visit(
        fetched(302, ("location", f"/{value}/form;sid={value}?sid={value}"), ("set-cookie", f"id={value}")),
        fetched(200, ("refresh", f"0; url=http://a/{value}"), text=f"<form action=http://a/{value}/x><script src=http://a/{value}.js>"))
    assert value not in repr(page) and page.forms == ("http://a/.../x",) and page.in_clear == "http://a/..."


def test_unread_pages() -> None:
    (page,) = pages.make_unread(ENDPOINT, "Nothing listens there")
    assert (page.ends, page.reason, page.answers) == ("unread", "Nothing listens there", ())


def plain(answer: Any) -> Any:
    return pages.read_plain_page(LOGIN, answer, "www.example.org")


def test_a_page_in_clear_text() -> None:
    page = plain(web.PlainAnswer(response(301, ("location", "https://www.example.org/login?sid=0123456789"),
                                          ("set-cookie", "sid=0123456789")), content=Content("<input type=password>")))
    assert page.plaintext.refused and page.same_host and page.asks_password and "0123456789" not in repr(page)
    assert page.answers[0].cookies[0].name == "sid"
    served = plain(web.PlainAnswer(response(200)))
    assert served.plaintext.refused is False and served.same_host is None and served.asks_password is False


@pytest.mark.parametrize(("answer", "refused", "ends"), [
    (web.PlainAnswer(end=End.CLOSED), True, "page"), (web.PlainAnswer(tls=True), True, "page"),
    (web.PlainAnswer(end=End.SILENT), None, "unread"), (web.PlainAnswer(away=True, end=End.CLOSED), None, "unread"),
    (web.PlainAnswer(raw="HTTP/1.1 200 OK", bare=True), False, "page"),
])
def test_what_is_no_response_in_clear_text(answer: Any, refused: "bool | None", ends: str) -> None:
    page = plain(answer)
    assert (page.plaintext.refused, page.ends) == (refused, ends)


def test_a_page_that_was_not_asked_for_is_undecided() -> None:
    lost = Outcome("timeout", "", None, None, None, 0.0)
    (page,) = pages.list_plain_pages(Endpoint("a", 80, "http", pages=(LOGIN,)), [lost])
    assert page.plaintext.refused is None and page.ends == "unread"
    assert len(pages.make_plain_asks(Endpoint("a", 80, "http", pages=(LOGIN,)), Options())) == 1
