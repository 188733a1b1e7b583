# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The HTTP conversations: a GET in plaintext, a GET behind TLS, and what each one tells."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import LISTEN, is_turned_away
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Ended,
    Inbox,
    Secure,
    Secured,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.content import Content, read_content
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import (
    Response,
    parse_hsts,
    parse_redirect,
    read_head,
    request,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    Exchange,
    Http,
    Plaintext,
    Redirect,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import looks_like_tls

QUIET = 5.0
"""Seconds: a server that waits for a TLS ClientHello says nothing to a GET."""
MAX_BODY = 2048
ENOUGH = 64
"""Bytes by which an answer that is not HTTP is judged."""
SHOWN = 60
_COOKIE = re.compile(rb"set-cookie", re.IGNORECASE)
"""What is behind it belongs into no report."""
MISSED = (400, 403, 495, 496)
"""Statuses of who misses a client certificate; the first two have other reasons as well."""
PROBE_PATH = "/intransit-tls-probe/none?asked=1"
PROBE_HOST = "intransit-tls-probe.invalid"
"""A name that cannot exist (RFC 6761 section 6.4): does the redirect follow whatever it is told?"""
REFUSING = (400, 403, 410, 421, 426, 495, 496, 497)
"""Statuses by which a server declines to serve plaintext at all; 495 to 497 are nginx's own."""
HEADERS = ("server", "location", "strict-transport-security", "content-type", "alt-svc", "upgrade")


class PlainAnswer(NamedTuple):
    """What came back for a GET without TLS.

    Attributes:
        response: the head of the response, if it was whole.
        tls: the answer was TLS.
        end: how the connection ended before the head did; None: by our own choice.
        raw: the first bytes of the answer, as printable text.
        away: the server closed before anything was said: it may count connections.
        bare: bytes came that are content without a head, or with the head of a success that never ended.
        content: what came behind the head, if it was asked for.
    """

    response: Optional[Response] = None
    tls: bool = False
    end: Optional[End] = None
    raw: str = ""
    away: bool = False
    bare: bool = False
    content: Optional[Content] = None

    @property
    def unanswered(self) -> bool:
        """Nothing came, and the server did not close on the request either: another try may tell more."""
        return self.away or (not self.raw and self.end in (End.SILENT, End.DEADLINE))


class Fetched(NamedTuple):
    """A GET behind TLS: the handshake of the machine's own library, and the response if there was one."""

    secured: Secured
    response: Optional[Response] = None
    reason: str = ""
    content: Optional[Content] = None


def plain_get(host: str, path: str, most: int = 0) -> Conversation:
    """Say GET to a port without TLS; ``most``: bytes to read of the content.  Returns PlainAnswer."""
    inbox = Inbox()
    if (yield from is_turned_away(inbox, LISTEN)):
        return PlainAnswer(end=End.CLOSED, away=True)
    yield Send(request(host, path))
    end = None
    try:
        while len(inbox.held) < 2:
            yield from inbox.more(QUIET)
        if looks_like_tls(bytes(inbox.held[:2])):
            return PlainAnswer(tls=True, raw="(a TLS record)")
        response = yield from read_head(inbox, QUIET)
        content = (yield from read_content(inbox, response, most, QUIET)) if most else None
        return PlainAnswer(response, raw=f"HTTP {response.status} {response.reason}".strip(), content=content)
    except Ended as ended:
        end = ended.end
    except WireError:
        yield from _some_more(inbox)
    raw = bytes(inbox.first)
    return PlainAnswer(end=end, raw=printable(_COOKIE.split(raw, maxsplit=1)[0]), bare=_is_content(raw))


def _some_more(inbox: Inbox) -> Generator[Step, Arrival, None]:
    """Enough of an answer that is not HTTP to know what it is."""
    try:
        while len(inbox.first) < ENOUGH:
            yield from inbox.more(QUIET)
    except (Ended, WireError):
        return


def _is_content(raw: bytes) -> bool:
    """Whether bytes that are no whole response are one for some clients.

    HTTP/0.9 has no head, and a head whose end never comes is shown by many clients as if it had.
    """
    line = raw.lstrip()[:ENOUGH]
    if line.upper().startswith(b"HTTP/"):
        words = line.split(b"\n", 1)[0].split()
        return b"\n" in line and len(words) > 1 and words[1][:1] == b"2" and words[1].isdigit()
    return line[:1] in (b"<", b"{", b"[")


def secure_get(secure: Secure, host: str, path: str, most: int = 0, cookies: str = "") -> Conversation:
    """GET behind TLS; ``most``: bytes to read of the content.  Returns Fetched."""
    secured = yield secure
    if not isinstance(secured, Secured) or not secured.done:
        return Fetched(secured if isinstance(secured, Secured) else Secured(False))
    inbox = Inbox()
    yield Send(request(host, path, cookies))
    try:
        response = yield from read_head(inbox)
    except Ended as ended:
        return Fetched(secured, reason=ended.reason or ended.end.value)
    except WireError as error:
        return Fetched(secured, reason=error.message)
    reason = printable(bytes(inbox.held[:MAX_BODY])) if response.status in MISSED else ""
    content = (yield from read_content(inbox, response, most)) if most else None
    return Fetched(secured, response, reason, content)


def certificate_missed(fetched: Fetched) -> Optional[bool]:
    """Whether the response says that a certificate was wanted: nginx lets all in, and answers 400 in so many words."""
    status = fetched.response.status if fetched.response is not None else 0
    if status not in MISSED:
        return False
    return True if status in (495, 496) or "certificate" in fetched.reason.lower() else None


def http_facts(response: Response, host: str) -> Http:
    """The part of a response that the observation keeps."""
    return Http(
        status=response.status,
        location=response.one("location"),
        headers={name: value[:1024] for name in HEADERS for value in response.all(name)[:1]},
        hsts=parse_hsts(response.all("strict-transport-security")),
        redirect=parse_redirect(response, host),
    )


def tls_port(answer: PlainAnswer, path: str, tls_works: bool) -> Plaintext:
    """Tell whether plaintext said to an https port is turned away."""
    exchange = (Exchange(f"GET {path} HTTP/1.1", answer.raw or None),)
    if answer.tls:
        return Plaintext(True, "tls_only", "The port answered a plaintext request with a TLS record.", exchange)
    if answer.response is not None:
        return _response(answer.response, "", exchange)
    if answer.raw:
        return _no_head(answer, exchange)
    if not tls_works:
        return Plaintext(None, "undecided", "The port answered neither plaintext nor TLS.", exchange)
    if answer.end in (End.SILENT, End.DEADLINE):
        return Plaintext(True, "silent", "The port says nothing to a plaintext request.", exchange)
    if answer.away:
        return Plaintext(None, "undecided", "The port turned the connection away before anything was said.", exchange)
    if answer.end in (End.CLOSED, End.RESET):
        return Plaintext(True, "closed", "The port closed the connection on a plaintext request.", exchange)
    return Plaintext(None, "undecided", "The plaintext request could not be made.", exchange)


def _no_head(answer: PlainAnswer, exchanges: tuple[Exchange, ...]) -> Plaintext:
    """Bytes came in clear text, but no whole head of HTTP: that is an answer, and never a refusal."""
    if answer.bare:
        words = f"The port answers a plaintext request with content and no whole HTTP head: '{answer.raw[:SHOWN]}'."
        return Plaintext(False, "served", words, exchanges)
    words = f"The port answers a plaintext request, but not with a whole HTTP response: '{answer.raw[:SHOWN]}'."
    return Plaintext(None, "undecided", words, exchanges)


def http_port(answers: "list[PlainAnswer]", host: str) -> tuple[Plaintext, Optional[Http]]:
    """Plaintext said to an http port, three times.

    Args:
        answers: to the path asked for, to a path that is not there, to a made-up Host.
        host: the name that was asked for.

    The worst answer to the first two decides: a site that redirects only its front page
    serves plaintext.
    """
    asked = ("GET (path)", f"GET {PROBE_PATH}", f"GET / with Host: {PROBE_HOST}")
    exchanges = tuple(Exchange(words, answer.raw or None) for words, answer in zip(asked, answers))
    first = answers[0]
    worst = max((
        _no_response(answer, exchanges) if answer.response is None else _response(answer.response, host, exchanges)
        for answer in answers[:2]), key=_weight)
    if first.response is None:
        return worst, None
    facts = http_facts(first.response, host)
    if facts.redirect is not None:
        facts = replace(facts, redirect=_tried(facts.redirect, answers, host))
    return worst, facts


def page_port(answer: PlainAnswer, host: str) -> tuple[Plaintext, Optional[Redirect]]:
    """Plaintext said to an http port about one page; what leads to https on another host is not refused."""
    if answer.response is None:
        return _no_response(answer, ()), None
    redirect = parse_redirect(answer.response, host)
    return _response(answer.response, host, ()), redirect


def _weight(plaintext: Plaintext) -> "tuple[int, bool]":
    """What was served weighs more than what could not be told, and that more than a refusal."""
    return {False: 2, None: 1, True: 0}[plaintext.refused], plaintext.how != "redirect_permanent"


def _tried(redirect: Redirect, answers: "list[PlainAnswer]", host: str) -> Redirect:
    deep = parse_redirect(answers[1].response, host) if answers[1].response is not None else None
    fooled = parse_redirect(answers[2].response, PROBE_HOST) if answers[2].response is not None else None
    return replace(
        redirect,
        same_host=redirect.same_host and (deep is None or deep.same_host),
        keeps_path=deep.location.endswith(PROBE_PATH) if deep is not None else None,
        fixed_host=not fooled.same_host if fooled is not None else None,
    )


def _no_response(answer: PlainAnswer, exchanges: tuple[Exchange, ...]) -> Plaintext:
    if answer.tls:
        return Plaintext(True, "tls_only", "The port speaks TLS only.", exchanges)
    if answer.raw:
        return _no_head(answer, exchanges)
    if answer.end in (End.CLOSED, End.RESET) and not answer.away:
        return Plaintext(True, "closed", "The port closed the connection without serving anything.", exchanges)
    if answer.away:
        return Plaintext(None, "undecided", "The port turned the connection away before anything was said.", exchanges)
    if answer.end is not None:
        return Plaintext(None, "silent", "The port takes connections and says nothing.", exchanges)
    return Plaintext(None, "undecided", "The request could not be made.", exchanges)


def _response(response: Response, host: str, exchanges: tuple[Exchange, ...]) -> Plaintext:
    status = response.status
    redirect = parse_redirect(response, host)
    if redirect is not None and redirect.to_https:
        how = "redirect_permanent" if redirect.permanent else "redirect_temporary"
        return Plaintext(True, how, f"Plaintext is redirected with {status} to {redirect.location}.", exchanges)
    if redirect is not None:
        return Plaintext(
            False, "redirect_plaintext", f"Plaintext is redirected with {status} to {redirect.location}, not to https.",
            exchanges)
    if status in REFUSING:
        return Plaintext(True, "error_status", f"Plaintext is declined with {status} {response.reason}.", exchanges)
    if status == 401:
        return Plaintext(False, "offered", "The server asks for credentials in plaintext (401).", exchanges)
    how = "served" if status < 400 else "error_status"
    return Plaintext(False, how, f"Plaintext is answered with {status} {response.reason}.", exchanges)


def printable(data: bytes) -> str:
    """Bytes of a peer as text that can stand in a report."""
    text = data.decode("latin-1")
    return "".join(char if 32 <= ord(char) < 127 else "." for char in text)
