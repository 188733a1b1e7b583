# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find out what a stranger's port speaks: wait for a greeting, then ask a few harmless questions.

A plan as ``_core/wire/plan.py`` describes them: it yields connections to make and
opens none.  Each question has a connection of its own, and nothing is asked of a port that
speaks first.  If the port number suggests a protocol whose clients speak first, the question
of that protocol is the first thing tried, and its answer saves the wait for a greeting.

A port that stays silent costs ``QUIET`` seconds four times, and ``LIKELY_QUIET`` once if its number suggests
a protocol: greeting, TLS, HTTP, and the last three questions at once (the servers that answer those take
connections side by side; a small HTTP server may not, so HTTP is asked with nothing else open).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Callable, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.listener.tables import TCP_HINTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    End,
    Ended,
    Inbox,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import ldap
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look, look

QUIET = 2.0
"""Seconds to wait for a greeting, and for each answer."""
LIKELY_QUIET = 6.0
"""The same for what the port number suggests: a busy host answers late, and there is something to wait for."""
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL's question whether TLS is there (protocol documentation, "SSLRequest")."""
SHOWN = 300
REST = 0.3
"""Seconds to wait for the rest of an answer that has begun."""
LONG = 4096
"""Bytes of an answer that tell enough."""
TLS_FROM_THE_START = ("https", "smtps", "imaps", "pop3s", "ldaps", "ftps")

_GREETINGS: tuple[tuple[str, "re.Pattern[bytes]"], ...] = (
    ("ssh", re.compile(rb"SSH-\d")),
    ("vnc", re.compile(rb"RFB \d{3}\.\d{3}")),
    ("rsync", re.compile(rb"@RSYNCD:")),
    ("imap", re.compile(rb"\* (OK|PREAUTH|BYE)")),
    ("pop3", re.compile(rb"\+OK")),
    ("sieve", re.compile(rb'"IMPLEMENTATION"')),
    ("mysql", re.compile(rb"(?s).{3}\x00(\x0a|\xff)")),
    ("lmtp", re.compile(rb"(?i)220[ -][^\r\n]*\blmtp\b")),
    ("ftp", re.compile(rb"(?i)220[ -][^\r\n]*(ftp|filezilla)")),
    ("smtp", re.compile(rb"(220|421|554)[ -]")),
    ("nntp", re.compile(rb"20[01] ")),
    ("telnet", re.compile(rb"\xff[\xfb-\xfe]")),
    ("http", re.compile(rb"HTTP/\d")),
)
"""First words of a server that speaks first.  ``220`` alone is SMTP and FTP: the port decides there."""


_SPEAK_FIRST = frozenset([name for name, _pattern in _GREETINGS if name != "http"] + ["submission"])


@dataclass(frozen=True)
class Identity:
    """What a port was found to speak; ``protocol`` None: nobody could tell."""

    protocol: Optional[str]
    by: str
    """``greeting``, ``answer``, ``port`` or ``nothing``."""
    words: str = ""
    """First bytes of what it said, printable."""
    basic: bool = False
    """It is http and asks for a password in clear text."""
    reachable: bool = True


Talk = Callable[[float], Callable[[], Conversation]]
"""Makes a conversation that waits so many seconds for an answer."""


class Question(NamedTuple):
    """What to say to a port that waits, and how to recognise the answer."""

    talk: Talk
    read: Callable[[Any, int], Optional[Identity]]


def identify_greeting(words: bytes, port: int) -> Optional[str]:
    """Return the protocol that these first words of a server belong to."""
    for protocol, pattern in _GREETINGS:
        if pattern.match(words):
            if protocol == "smtp" and TCP_HINTS.get(port) in ("ftp", "submission", "lmtp"):
                return TCP_HINTS[port]
            return protocol
    return None


def escape_bytes(data: bytes) -> str:
    """Return the first bytes as text that can be shown."""
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data[:SHOWN])


def identify(port: int) -> Generator[Request, "list[Outcome]", Identity]:
    """Make the plan for one TCP port.  Returns Identity."""
    hint = TCP_HINTS.get(port)
    likely = _LIKELY.get(hint or "")
    if likely is not None:
        found = yield from _ask([likely], port, LIKELY_QUIET)
        if found is not None:
            return found
    quiet = LIKELY_QUIET if hint in _SPEAK_FIRST else QUIET
    first = (yield Batch((Ask(lambda: _greeting(quiet)),)))[0]
    if first.failure is not None:
        return Identity(hint, "port", first.detail, reachable=False)
    words = bytes(first.result or b"")
    if words:
        known = identify_greeting(words, port)
        return Identity(known or hint, "greeting" if known else "port", escape_bytes(words))
    return (yield from _ask_everything(port)) or Identity(hint, "port" if hint else "nothing")


def _ask_everything(port: int) -> Generator[Request, "list[Outcome]", Optional[Identity]]:
    outcome = (yield Batch((Ask(_TLS12.talk(QUIET)),)))[0]
    found = _read(_TLS12, outcome, port)
    # A server of TLS 1.3 alone says something to TLS 1.2 as well, if only by closing.
    if found is None and getattr(outcome.result, "end", "") != "silent":
        found = yield from _ask([_TLS13], port, QUIET)
    if found is None:
        found = yield from _ask([_HTTP], port, QUIET)
    return found or (yield from _ask([_POSTGRES, _LDAP, _LINE], port, QUIET))


def _ask(questions: Sequence[Question], port: int,
         quiet: float) -> Generator[Request, "list[Outcome]", Optional[Identity]]:
    """Ask at once; the first of ``questions`` whose answer is recognised decides."""
    outcomes = yield Batch(tuple(Ask(question.talk(quiet)) for question in questions))
    found = (_read(question, outcome, port) for question, outcome in zip(questions, outcomes))
    return next((identity for identity in found if identity is not None), None)


def _read(question: Question, outcome: Outcome, port: int) -> Optional[Identity]:
    if outcome.failure is not None or outcome.result is None:
        return None
    return question.read(outcome.result, port)


def _greeting(quiet: float) -> Conversation:
    inbox = Inbox()
    try:
        yield from inbox.more(quiet)
        while len(inbox.held) < LONG and b"\n" not in inbox.held:
            yield from inbox.more(REST)
    except Ended:
        pass
    return inbox.rest()


def _say(words: bytes) -> Talk:
    def talk(quiet: float) -> Conversation:
        inbox = Inbox()
        yield Send(words)
        try:
            yield from inbox.more(quiet)
            # An answer may come in pieces of any size: it is over when the head is, or when no more comes.
            while len(inbox.held) < LONG and b"\r\n\r\n" not in inbox.held:
                yield from inbox.more(REST)
        except Ended as ended:
            if ended.end is not End.SILENT and not inbox.held:
                return None
        return inbox.rest()

    return lambda quiet: lambda: talk(quiet)


def _tls(version: str) -> Talk:
    return lambda quiet: lambda: look(offers.make_hello(version, offers.list_suites(version)), quiet=quiet)


def _read_tls(seen: Look, port: int) -> Optional[Identity]:
    if seen.plain.startswith(b"HTTP/"):
        return Identity("http", "answer", escape_bytes(seen.plain))
    if seen.choice is None and seen.alert is None:
        return None
    hint = TCP_HINTS.get(port, "tls")
    protocol = hint if hint in TLS_FROM_THE_START else "tls"
    how = f"with the alert {seen.alert.name}" if seen.choice is None and seen.alert is not None else "in TLS"
    return Identity(protocol, "answer", f"answers a ClientHello {how}")


def is_tls(identity: Identity) -> bool:
    """Tell whether a port answered a ClientHello as only TLS does, be it by an alert."""
    return identity.by == "answer" and identity.protocol in ("tls", *TLS_FROM_THE_START)


def _read_http(words: bytes, port: int) -> Optional[Identity]:
    del port
    if not words.startswith(b"HTTP/"):
        return None
    basic = re.search(rb"(?im)^www-authenticate:\s*basic", words) is not None
    return Identity("http", "answer", escape_bytes(words.split(b"\r\n", 1)[0]), basic=basic)


def _read_line(words: bytes, port: int) -> Optional[Identity]:
    del port
    if words.startswith((b"+PONG", b"-NOAUTH", b"-DENIED", b"-ERR")):
        return Identity("redis", "answer", escape_bytes(words))
    if words.startswith(b"ERROR\r\n"):
        return Identity("memcached", "answer", escape_bytes(words))
    return None


def _read_postgres(words: bytes, port: int) -> Optional[Identity]:
    del port
    return Identity("postgres", "answer", escape_bytes(words)) if words in (b"S", b"N") else None


def _read_ldap(words: bytes, port: int) -> Optional[Identity]:
    del port
    # A message of LDAP (RFC 4511 4.1.1): a sequence, the number we gave, an extended response.
    if re.match(rb"(?s)\x30[\x00-\x84].{0,4}\x02\x01\x01\x78", words):
        return Identity("ldap", "answer", escape_bytes(words))
    return None


_TLS12 = Question(_tls("TLSv1.2"), _read_tls)
_TLS13 = Question(_tls("TLSv1.3"), _read_tls)
_HTTP = Question(_say(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), _read_http)
_POSTGRES = Question(_say(SSL_REQUEST), _read_postgres)
_LDAP = Question(_say(ldap.starttls()), _read_ldap)
_LINE = Question(_say(b"PING\r\n"), _read_line)
_LIKELY: dict[str, Question] = {
    **dict.fromkeys(("http", *TLS_FROM_THE_START), _TLS12), "postgres": _POSTGRES, "ldap": _LDAP, "redis": _LINE,
}
"""The first question for a port number's usual protocol.  Port 80 may speak TLS, and plain HTTP answers a hello."""


def list_facts(identity: Identity) -> dict[str, Any]:
    """Return the identity as plain data."""
    return {"protocol": identity.protocol, "identified_by": identity.by, "words": identity.words}
