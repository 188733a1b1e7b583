# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports that speak TLS from the first byte, and what happens to a client that does not.

A port that says nothing, closes, or answers with a TLS alert speaks only TLS.  One that
greets in plaintext is asked what its STARTTLS sibling would be asked.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opening, converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Ended,
    Inbox,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    NAME,
    Dialogue,
    PlainFacts,
    Talk,
    Verdict,
    mentions_tls,
    open_question,
    refused,
    taken,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.ldap import base_search
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import looks_like_tls

GREETING_SECONDS = 0.5
ANSWER_SECONDS = 4.0
GENERIC_WORDS = b"HELP\r\nintransit-tls-probe\r\n"
"""Longer than the head of a TLS record, so that no TLS library waits for the rest of one."""


def _direct(endpoint: Endpoint) -> Opening:
    del endpoint
    return converse_directly


def _provoke(talk: Talk, words: bytes, shown: str, greets: bool) -> Generator[Step, Arrival, Optional[PlainFacts]]:
    """Wait for a greeting, then speak plaintext; None: the port answers in plaintext."""
    if greets:
        try:
            yield from talk.inbox.more(GREETING_SECONDS)
        except Ended as ended:
            if ended.end is not End.SILENT:
                raise
    if not talk.inbox.held:
        yield from talk.send(words, shown)
        try:
            yield from talk.inbox.more(ANSWER_SECONDS)
        except Ended as ended:
            if ended.end not in (End.SILENT, End.DEADLINE):
                raise
            return refused("silent", "The port says nothing to plaintext.", talk, None)
    if looks_like_tls(bytes(talk.inbox.held[:2])):
        talk.heard("(a TLS record)")
        return refused("tls_only", "The port answers plaintext with a TLS record.", talk, None)
    return None


def implicit(sibling: Dialogue, words: bytes, greets: bool = True) -> Dialogue:
    """A protocol inside TLS from the first byte, whose ``sibling`` is the one with the upgrade."""
    def plain(endpoint: Endpoint, talk: Talk) -> Verdict:
        found = yield from _provoke(talk, words, words.decode("latin-1").strip() if greets else "search", greets)
        if found is not None:
            return found
        return (yield from sibling.plain(endpoint, talk))

    return Dialogue(
        opening=_direct, plain=plain, knock=sibling.knock, starttls=False, more_seconds=sibling.more_seconds)


def _generic_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Ask a port of which nobody knows what it speaks whether it says anything in plaintext."""
    del endpoint
    found = yield from _provoke(talk, GENERIC_WORDS, "HELP", greets=True)
    if found is not None:
        return found
    line = bytes(talk.inbox.held)
    if line[:1].isalnum():
        try:
            line = yield from talk.inbox.line(GREETING_SECONDS)
        except (Ended, WireError):
            line = bytes(talk.inbox.held)
    said = talk.heard(line.decode("latin-1"))
    if said.startswith("HTTP/") and " 400" in said[:13]:
        # So say web servers on their https ports; on a port without TLS it means nothing, see endpoint_plan.
        return refused("error_status", f"The port answers plaintext with {said}.", talk, None)
    if mentions_tls(said) and (yield from _closes(talk)):
        # So does INN: it says in plaintext that the handshake failed, and that was all.
        return refused("error_status", f"The port answers plaintext with {said} and closes.", talk, None)
    return taken("served", "The port answers in plaintext.", talk, None)


def _closes(talk: Talk) -> Generator[Step, Arrival, bool]:
    """Whether the server ends the connection without another word."""
    try:
        yield from talk.inbox.more(GREETING_SECONDS)
    except Ended as ended:
        return ended.end not in (End.SILENT, End.DEADLINE)
    return False


TLS = Dialogue(opening=_direct, plain=_generic_plain, starttls=False)


# -- Redis ---------------------------------------------------------------------------------


REPLIES = ("+", "-", ":", "$", "*", "_", "#", ",", "(", "!", "=", "%", "~", ">")
"""First bytes of the types of RESP2 and RESP3."""


def _redis_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Redis has no upgrade: its port is TLS or it is not."""
    del endpoint
    found = yield from _provoke(talk, b"PING\r\n", "PING", greets=False)
    if found is not None:
        return found
    answer = yield from talk.single()
    if answer.startswith("-NOAUTH"):
        return taken("offered", "Without TLS the server asks for a password.", talk, None)
    if answer.startswith("-DENIED"):
        return refused("error_status", "Without TLS the server answers that it is in protected mode.", talk, None)
    if answer[:1] not in REPLIES:
        return open_question(f"The server does not answer as Redis does: {answer}", talk)
    if answer.startswith("-ERR max"):
        return open_question(f"The server turns this client away: {answer}", talk)
    return taken("served", f"Without TLS PING is answered with {answer}", talk, None)


REDIS = Dialogue(opening=_direct, plain=_redis_plain, knock=b"PING\r\n", starttls=False)


# -- MongoDB -------------------------------------------------------------------------------


def _bson(*items: bytes) -> bytes:
    body = b"".join(items) + b"\x00"
    return (len(body) + 4).to_bytes(4, "little") + body


def op_msg(number: int, command: bytes) -> bytes:
    """An OP_MSG with one command of value 1 in the database admin (MongoDB wire protocol, OP_MSG)."""
    document = _bson(b"\x10" + command + b"\x00" + (1).to_bytes(4, "little"), b"\x02$db\x00\x06\x00\x00\x00admin\x00")
    body = bytes(4) + b"\x00" + document
    head = (len(body) + 16).to_bytes(4, "little") + number.to_bytes(4, "little") + bytes(4)
    return head + (2013).to_bytes(4, "little") + body


def _mongo_reply(inbox: Inbox) -> Generator[Step, Arrival, bytes]:
    length = int.from_bytes((yield from inbox.exactly(4)), "little")
    return Cursor((yield from inbox.exactly(max(12, length - 4))), "MongoDB message").rest()[12:]


def _mongo_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """MongoDB has no upgrade either: ask it in plaintext who it is and what it holds."""
    del endpoint
    found = yield from _provoke(talk, op_msg(1, b"hello"), "hello", greets=False)
    if found is not None:
        return found
    yield from _mongo_reply(talk.inbox)
    talk.heard("(an answer)")
    talk.stands(False, "offered", "The server answers without TLS; a client would log in that way.")
    yield from talk.send(op_msg(2, b"listDatabases"), "listDatabases")
    reply = yield from _mongo_reply(talk.inbox)
    open_ = b"\x01ok\x00" + (b"\x00\x00\x00\x00\x00\x00\xf0\x3f") in reply
    talk.heard("(the list)" if open_ else "(an error)")
    if open_:
        return taken("served", "Without TLS the server lists its databases.", talk, None)
    return taken("offered", "The server answers without TLS; a client would log in that way.", talk, None)


MONGODB = Dialogue(opening=_direct, plain=_mongo_plain, knock=op_msg(1, b"hello"), starttls=False)

SMTP_WORDS = f"EHLO {NAME}\r\n".encode()
IMAP_WORDS = b"a1 CAPABILITY\r\n"
POP3_WORDS = b"CAPA\r\n"
FTP_WORDS = b"FEAT\r\n"
LDAP_WORDS = base_search(1, b"", b"namingContexts")
