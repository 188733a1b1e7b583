# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only shows behind a finished handshake: tickets, renegotiation, early data, injected commands."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opening, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Ended,
    Inbox,
    Secure,
    Secured,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue, Talk
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import FATAL, parse_alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello, encode_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import (
    MessageReader,
    parse_extensions,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.own_session import (
    Session,
    handshake_messages,
    open_session,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import ALERT, HANDSHAKE
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import SECP256R1, public_share
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls12 import usable

TICKET_SECONDS = 0.5
ANSWER_SECONDS = 3.0
INJECTION_SECONDS = 2.0


@dataclass(frozen=True)
class Facts12:
    """What a finished TLS 1.2 session told.

    ``renegotiation``: a handshake that the client started inside it was taken up.
    """

    made: bool = False
    ticket: bytes = b""
    lifetime: Optional[int] = None
    session_id: bytes = b""
    renegotiation: Optional[bool] = None


@dataclass(frozen=True)
class Facts13:
    """What a finished TLS 1.3 session told.  ``turned_out``: it ended for want of a certificate."""

    made: bool = False
    tickets: int = 0
    lifetime: Optional[int] = None
    early_data: Optional[bool] = None
    turned_out: bool = False


def follow_opening(opening: Opening, talk: "Callable[[bytes], Conversation]", nothing: Any) -> Conversation:
    """A conversation behind the dialogue in front of TLS; ``nothing`` where it got nowhere."""
    inbox = Inbox()
    try:
        opened = yield from opening(inbox)
        if not opened.ready:
            return nothing
        return (yield from talk(inbox.rest()))
    except (Ended, WireError):
        return nothing


# -- TLS 1.2 -------------------------------------------------------------------------------


def list_usable_suites(track: Optional[Track]) -> tuple[int, ...]:
    """The suites found with which a whole handshake can be made here."""
    suites = [by_code_point(code) for code in track.found] if track is not None else []
    return tuple(suite.code_point for suite in suites if suite is not None and usable(suite))


def make_session_hello(endpoint: Endpoint, suites: tuple[int, ...]) -> ClientHello:
    """The hello of a session of TLS 1.2."""
    return of.make_hello("TLSv1.2", suites, None, endpoint.server_name)


def resume_tls12(hello: ClientHello, held: bytes) -> Conversation:
    """Finish a handshake, keep what could resume it, and try to renegotiate.  Returns Facts12."""
    session = yield from open_session(hello, held)
    if session is None or session.look.hello is None:
        return Facts12()
    reader, ticket, lifetime = MessageReader(), b"", None
    finished = False
    while not finished:
        heard = yield from session.hear(ANSWER_SECONDS)
        if heard.end is not None or heard.kind == ALERT:
            return Facts12()
        for kind, body in handshake_messages(reader, heard):
            if kind == ext.NEW_SESSION_TICKET:
                cursor = Cursor(body, "session ticket")
                lifetime, ticket = cursor.number(4), cursor.vector(2)
            finished = finished or kind == ext.FINISHED
    renegotiation = yield from _renegotiate(session, hello)
    return Facts12(True, ticket, lifetime, session.look.hello.session_id, renegotiation)


def _renegotiate(session: Session, hello: ClientHello) -> Generator[Step, Arrival, Optional[bool]]:
    """RFC 5746 section 3.5: a ClientHello inside the session, bound to it where the server knows how."""
    again = replace(hello, plain=True)
    if session.look.hello is not None and ext.RENEGOTIATION_INFO in session.look.hello.extensions:
        again = replace(hello, verify_data=session.verify_data)
    yield from session.say(HANDSHAKE, encode_message(again))
    reader = MessageReader()
    while True:
        heard = yield from session.hear(ANSWER_SECONDS)
        if heard.end is not None:
            return False if heard.end in (End.CLOSED, End.RESET) else None
        if heard.kind == ALERT:
            alert = parse_alert(heard.content)
            if alert.level == FATAL or alert.number in (0, 100):
                return False
        if any(kind == ext.SERVER_HELLO for kind, _body in handshake_messages(reader, heard)):
            return True


def make_resumption_questions(hello: ClientHello, facts: Facts12) -> "dict[str, Question]":
    """Hellos that ask to go on with the session: by its ticket, and by its identifier."""
    questions = {}
    if facts.ticket:
        # An identifier of the client's own choice shows in the answer when the ticket is taken (RFC 5077 3.4).
        with_ticket = replace(hello, ticket=facts.ticket, session_id=b"intransit.tls session resumption")
        questions["ticket"] = Question(with_ticket, whole=True)
    if facts.session_id:
        questions["session_id"] = Question(replace(hello, session_id=facts.session_id), whole=True)
    return questions


# -- TLS 1.3 -------------------------------------------------------------------------------


def make_tls13_hello(endpoint: Endpoint, track: Track, share: int = SECP256R1) -> ClientHello:
    """The hello of a session of TLS 1.3."""
    groups = (share, *of.leave_out(of.list_groups(True), (share,)))
    hello = of.make_hello("TLSv1.3", tuple(track.found), groups, endpoint.server_name)
    return replace(hello, key_shares=((share, public_share(share)),))


def resume_tls13(hello: ClientHello, held: bytes) -> Conversation:
    """Finish a handshake and wait a moment for tickets.  Returns Facts13."""
    session = yield from open_session(hello, held)
    if session is None:
        return Facts13()
    reader, count, lifetime, early = MessageReader(), 0, None, None
    turned_out = False
    while True:
        heard = yield from session.hear(TICKET_SECONDS)
        if heard.end is not None:
            break
        if heard.kind == ALERT:
            turned_out = len(heard.content) == 2 and heard.content[1] == 116
            break
        for kind, body in handshake_messages(reader, heard):
            if kind == ext.NEW_SESSION_TICKET:
                count += 1
                lifetime, early = _ticket13(body, early)
    return Facts13(True, count, lifetime, early if count else False, turned_out)


def _ticket13(body: bytes, early: Optional[bool]) -> "tuple[int, bool]":
    """Lifetime of a ticket, and whether any so far allows early data (RFC 8446 section 4.6.1)."""
    cursor = Cursor(body, "session ticket")
    lifetime = cursor.number(4)
    cursor.take(4)
    cursor.vector(1)
    cursor.vector(2)
    extensions = parse_extensions(cursor.vector(2), "ticket extensions")
    limit = extensions.get(ext.EARLY_DATA, b"")
    return lifetime, bool(early) or any(limit)


# -- STARTTLS injection (CVE-2011-0411 and its kind) ---------------------------------------


def probe_injection(dialogue: Dialogue, endpoint: Endpoint) -> Conversation:
    """Send a command right behind the request for TLS.  Returns whether it was thrown away, None if unclear.

    Only an answer to the request itself tells something: a server that turns the connection away, by its greeting,
    because it is busy or without a word, has not come to the command.
    """
    if dialogue.inject is None:
        return None
    talk, upgraded = Talk(Inbox()), False
    try:
        opened = yield from dialogue.inject(endpoint, talk)
        if not opened.ready:
            # Who answers pipelining with an error (Postfix from 3.9 on) does not carry the command over.
            return True if opened.denied else None
        talk.inbox.rest()
        secured = yield Secure(endpoint.server_name)
        if not isinstance(secured, Secured) or not secured.done:
            # The command was taken for the start of TLS, and so for nothing else.
            return True if isinstance(secured, Secured) else None
        upgraded = True
        while True:
            yield from talk.inbox.more(INJECTION_SECONDS)
            if dialogue.injected(bytes(talk.inbox.held)):
                return False
    except Ended as ended:
        return True if upgraded and ended.end is not End.DEADLINE else None
    except WireError:
        return None
