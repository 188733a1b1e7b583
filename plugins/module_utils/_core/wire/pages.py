# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a plan that looks at pages: one connection for each page, and one for each redirect on the way to it.

Of an http port every page is asked for once, in clear text.  Of an https port redirects are followed as long as they
stay on the same host and port, with the cookies that were set on the way, as a browser sends them.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Optional
from urllib.parse import quote, urljoin, urlsplit

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secure
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.content import MOST
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.cookies import (
    MAX_VALUE,
    read_cookie,
    show,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.html import (
    clean,
    is_in_clear,
    read_html,
    trim,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import (
    REDIRECTS,
    Response,
    host_header,
    parse_hsts,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    Endpoint,
    Options,
    WantedPage,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Page, PageAnswer
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

HOPS = 6
"""Redirects on the way to one page."""
PLAIN_CONTENT = 64 * 1024
"""Bytes of an answer in clear text that are searched for a login form."""
MOST_COOKIES = 50
"""Cookies that are sent back."""
SHORTEST_SECRET = 6
"""Characters of the shortest value of a cookie that is looked for in URLs."""
UNAUTHORIZED = 401
"""The status of a page behind a login by HTTP itself."""
Steps = Generator[Request, "list[Outcome]", Any]


def make_unread(endpoint: Endpoint, reason: str) -> "tuple[Page, ...]":
    """Return the pages of an endpoint of which nothing was seen."""
    return tuple(_page_of(page, reason) for page in endpoint.pages)


def _page_of(wanted: WantedPage, reason: Optional[str] = None) -> Page:
    return Page(path=show(wanted.path), login=wanted.login, preset=wanted.preset, reason=reason)


# -- in clear text -------------------------------------------------------------------------


def make_plain_asks(endpoint: Endpoint, options: Options) -> "list[Ask]":
    """Return a connection for each page of an http port."""
    header = _header(endpoint, "http")
    return [_plain_ask(header, page.path, options.seconds) for page in endpoint.pages]


def _plain_ask(header: str, path: str, seconds: float) -> Ask:
    return Ask(lambda: web.plain_get(header, path, PLAIN_CONTENT), seconds)


def read_plain_page(wanted: WantedPage, answer: web.PlainAnswer, name: str) -> Page:
    """Return what a page of an http port does in clear text."""
    plaintext, redirect = web.page_port(answer, name)
    if redirect is not None:
        plaintext = replace(plaintext, detail=plaintext.detail.replace(redirect.location, trim(redirect.location)))
    page = replace(_page_of(wanted), plaintext=plaintext)
    if answer.response is None:
        reason = plaintext.detail if plaintext.refused is None else None
        return replace(page, reason=reason, ends="unread" if reason else "page")
    content = answer.content
    html = read_html(content.text) if content is not None and content.text else None
    page = replace(
        page, same_host=redirect.same_host if redirect is not None else None, ends="page",
        answers=(_answer(f"http://{name}{wanted.path}", answer.response, wanted),),
        asks_password=html.asks_password if html is not None else False)
    pairs = map(read_cookie, answer.response.all("set-cookie"))
    return redact_values(page, [pair.value for pair in pairs if pair is not None])


def list_plain_pages(endpoint: Endpoint, outcomes: Sequence[Outcome]) -> "tuple[Page, ...]":
    """Return the pages of an http port from the outcomes of their connections."""
    name = endpoint.server_name or endpoint.host
    return tuple(read_plain_page(page, outcome.result or web.PlainAnswer(), name)
                 for page, outcome in zip(endpoint.pages, outcomes))


# -- behind TLS ----------------------------------------------------------------------------


def observe_pages(endpoint: Endpoint, options: Options, prober: Prober) -> Steps:
    """Look at the pages of an https port.  Returns them in their order."""
    visits = [_Visit(page, endpoint) for page in endpoint.pages]
    for _hop in range(HOPS + 1):
        there = [visit for visit in visits if visit.next is not None]
        asks = [visit.ask(options) for visit in there]
        if not asks:
            break
        yield from prober.ask([], asks)
        for visit, ask, outcome in zip(there, asks, list(prober.beside)):
            visit.take((yield from prober.once_more(ask, _is_open, outcome)))
    return tuple(visit.end() for visit in visits)


def _is_open(outcome: Outcome) -> bool:
    """Whether another try may tell more: the server went away or was late."""
    fetched = outcome.result
    if fetched is None or not fetched.secured.done:
        return True
    return fetched.response is None and fetched.reason in (End.SILENT.value, End.DEADLINE.value, End.RESET.value)


class _Visit:
    """The way to one page."""

    def __init__(self, wanted: WantedPage, endpoint: Endpoint) -> None:
        self._wanted = wanted
        self._endpoint = endpoint
        self._header = _header(endpoint, "https")
        self._page = _page_of(wanted)
        self._jar: "dict[str, str]" = {}
        self._values: "list[str]" = []
        self.next: Optional[str] = wanted.path
        """The path to ask for; None: the way is at its end."""

    def ask(self, options: Options) -> Ask:
        """Return the next connection."""
        path, cookies = self.next or "/", self._cookies()
        secure = Secure(self._endpoint.server_name)
        return Ask(lambda: web.secure_get(secure, self._header, path, MOST, cookies), options.seconds)

    def _cookies(self) -> str:
        return "; ".join(f"{name}={value}" if name else value for name, value in self._jar.items())

    def take(self, outcome: Outcome) -> None:
        """Take what came, and decide where the way goes on."""
        fetched, url = outcome.result, f"https://{self._header}{self.next}"
        self.next = None
        if fetched is None or fetched.response is None:
            self._stop("unread", _reason(outcome))
            return
        response = fetched.response
        self._page = replace(self._page, answers=(*self._page.answers, _answer(url, response, self._wanted)))
        self._keep(response)
        location = response.one("location")
        if response.status in REDIRECTS and location:
            self._follow(url, location)
        elif response.status < 300 or response.status == UNAUTHORIZED:
            self._read(fetched)
        else:
            self._stop("unread", f"it answers with {response.status} {show(response.reason)}".rstrip())

    def _keep(self, response: Response) -> None:
        for header in response.all("set-cookie"):
            pair = read_cookie(header)
            name = header.partition("=")[0].strip(" \t") if "=" in header.partition(";")[0] else ""
            self._values += [pair.value] if pair is not None else []
            if pair is None or len(name) + len(pair.value) > MAX_VALUE:
                continue
            self._jar.pop(name, None)
            if not pair.cookie.removed and len(self._jar) < MOST_COOKIES:
                self._jar[name] = pair.value

    def _follow(self, url: str, location: str) -> None:
        try:
            target = urljoin(url, clean(location))
            parts = urlsplit(target)
            place = (parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port or DEFAULT_PORTS["https"])
        except ValueError:
            self._stop("unread", f"it redirects to {trim(location)!r}, which is not a URL")
            return
        name = (self._endpoint.server_name or self._endpoint.host).lower().rstrip(".")
        if is_in_clear(target):
            self._page = replace(self._page, in_clear=trim(target))
            self._stop("in_clear", None)
        elif place != ("https", name, self._endpoint.port):
            self._stop("elsewhere", f"it redirects to {trim(target)}")
        else:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            self.next = quote(path, safe="/%?&=:;@!$'()*+,~-._[]", encoding="latin-1", errors="replace")

    def _read(self, fetched: web.Fetched) -> None:
        content, refresh = fetched.content, fetched.response.one("refresh") if fetched.response else None
        html = read_html(content.text if content is not None and content.is_html else "", refresh or "")
        self._page = replace(
            self._page, asks_password=html.asks_password, forms=html.forms, loads=html.loads, in_clear=html.refresh)
        problem = html.problem or (content.problem if content is not None and content.is_html else "")
        self._stop("unread" if problem else "page", problem or None)

    def _stop(self, ends: str, reason: Optional[str]) -> None:
        self._page = replace(self._page, ends=ends, reason=reason)

    def end(self) -> Page:
        """Return the page."""
        if self.next is not None:
            self._stop("unread", f"it is redirected more than {HOPS} times on its own host")
        return redact_values(self._page, self._values)


def _answer(url: str, response: Response, wanted: WantedPage) -> PageAnswer:
    location = response.one("location")
    pairs = [read_cookie(header, wanted.session_cookies) for header in response.all("set-cookie")]
    return PageAnswer(
        url=trim(url), status=response.status, location=trim(location) if location else None,
        hsts=parse_hsts(response.all("strict-transport-security")),
        cookies=tuple(pair.cookie for pair in pairs if pair is not None))


def _reason(outcome: Outcome) -> str:
    fetched = outcome.result
    if fetched is None:
        return f"there was no connection ({outcome.failure or outcome.detail})"
    if not fetched.secured.done:
        return f"there was no handshake ({fetched.secured.reason or 'the connection ended'})"
    return f"there was no answer ({fetched.reason})"


def _header(endpoint: Endpoint, scheme: str) -> str:
    return host_header(endpoint.server_name or endpoint.host, endpoint.port, DEFAULT_PORTS[scheme])


def redact_values(page: Page, values: Sequence[str]) -> Page:
    """Return a page without the values of cookies in its URLs and sentences, where some applications repeat them."""
    secrets = sorted({value for value in values if len(value) >= SHORTEST_SECRET}, key=len, reverse=True)

    def hide(text: Any) -> Any:
        for secret in secrets:
            text = text.replace(secret, "...") if text else text
        return text

    plaintext = page.plaintext
    return replace(
        page, reason=hide(page.reason), in_clear=hide(page.in_clear), forms=tuple(map(hide, page.forms)),
        loads=tuple(map(hide, page.loads)),
        plaintext=replace(plaintext, detail=hide(plaintext.detail)) if plaintext is not None else None,
        answers=tuple(replace(answer, url=hide(answer.url), location=hide(answer.location)) for answer in page.answers))
