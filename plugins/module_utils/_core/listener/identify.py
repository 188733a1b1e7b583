# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find out what a stranger's port speaks: wait for a greeting, then ask a few harmless questions.

A plan as ``_core/wire/plan.py`` describes them: it yields connections to make and
opens none.  Questions go out one after the other, each on a connection of its own, and
only to a port that does not speak first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Generator, Optional, Tuple

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
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL's question whether TLS is there (protocol documentation, "SSLRequest")."""
SHOWN = 300
REST = 0.3
"""Seconds to wait for the rest of an answer that has begun."""
LONG = 4096
"""Bytes of an answer that tell enough."""

_GREETINGS: Tuple[Tuple[str, "re.Pattern[bytes]"], ...] = (
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


def of_greeting(words: bytes, port: int) -> Optional[str]:
    """Return the protocol that these first words of a server belong to."""
    for protocol, pattern in _GREETINGS:
        if pattern.match(words):
            if protocol == "smtp" and TCP_HINTS.get(port) in ("ftp", "submission", "lmtp"):
                return TCP_HINTS[port]
            return protocol
    return None


def printable(data: bytes) -> str:
    """Return the first bytes as text that can be shown."""
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data[:SHOWN])


def identify(port: int) -> Generator[Request, "list[Outcome]", Identity]:
    """Make the plan for one TCP port.  Returns Identity."""
    first = (yield Batch((Ask(_greeting),)))[0]
    if first.failure is not None:
        return Identity(TCP_HINTS.get(port), "port", first.detail, reachable=False)
    words = bytes(first.result or b"")
    if words:
        found = of_greeting(words, port)
        return Identity(found or TCP_HINTS.get(port), "greeting" if found else "port", printable(words))
    for question, read in _QUESTIONS:
        outcome = (yield Batch((Ask(question),)))[0]
        if outcome.failure is None and outcome.result is not None:
            identity = read(outcome.result, port)
            if identity is not None:
                return identity
    hint = TCP_HINTS.get(port)
    return Identity(hint, "port" if hint else "nothing")


def _greeting() -> Conversation:
    inbox = Inbox()
    try:
        yield from inbox.more(QUIET)
        while len(inbox.held) < LONG and b"\n" not in inbox.held:
            yield from inbox.more(REST)
    except Ended:
        pass
    return inbox.rest()


def _say(words: bytes) -> Callable[[], Conversation]:
    def talk() -> Conversation:
        inbox = Inbox()
        yield Send(words)
        try:
            yield from inbox.more(QUIET)
            # An answer may come in pieces of any size: it is over when the head is, or when no more comes.
            while len(inbox.held) < LONG and b"\r\n\r\n" not in inbox.held:
                yield from inbox.more(REST)
        except Ended as ended:
            if ended.end is not End.SILENT and not inbox.held:
                return None
        return inbox.rest()

    return talk


def _tls(version: str) -> Callable[[], Conversation]:
    return lambda: look(offers.hello(version, offers.all_suites(version)), quiet=QUIET)


def _read_tls(seen: Look, port: int) -> Optional[Identity]:
    if seen.plain.startswith(b"HTTP/"):
        return Identity("http", "answer", printable(seen.plain))
    if seen.choice is None and seen.alert is None:
        return None
    hint = TCP_HINTS.get(port, "tls")
    protocol = hint if hint in ("https", "smtps", "imaps", "pop3s", "ldaps", "ftps") else "tls"
    return Identity(protocol, "answer", "answers a ClientHello in TLS")


def _read_http(words: bytes, port: int) -> Optional[Identity]:
    del port
    if not words.startswith(b"HTTP/"):
        return None
    basic = re.search(rb"(?im)^www-authenticate:\s*basic", words) is not None
    return Identity("http", "answer", printable(words.split(b"\r\n", 1)[0]), basic=basic)


def _read_line(words: bytes, port: int) -> Optional[Identity]:
    del port
    if words.startswith((b"+PONG", b"-NOAUTH", b"-DENIED", b"-ERR")):
        return Identity("redis", "answer", printable(words))
    if words.startswith(b"ERROR\r\n"):
        return Identity("memcached", "answer", printable(words))
    return None


def _read_postgres(words: bytes, port: int) -> Optional[Identity]:
    del port
    return Identity("postgres", "answer", printable(words)) if words in (b"S", b"N") else None


def _read_ldap(words: bytes, port: int) -> Optional[Identity]:
    del port
    # A message of LDAP (RFC 4511 4.1.1): a sequence, the number we gave, an extended response.
    if re.match(rb"(?s)\x30[\x00-\x84].{0,4}\x02\x01\x01\x78", words):
        return Identity("ldap", "answer", printable(words))
    return None


Reader = Callable[[Any, int], Optional[Identity]]
_QUESTIONS: Tuple[Tuple[Callable[[], Conversation], Reader], ...] = (
    (_tls("TLSv1.2"), _read_tls),
    (_tls("TLSv1.3"), _read_tls),
    (_say(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), _read_http),
    (_say(SSL_REQUEST), _read_postgres),
    (_say(ldap.starttls()), _read_ldap),
    (_say(b"PING\r\n"), _read_line),
)


def facts(identity: Identity) -> Dict[str, Any]:
    """Return the identity as plain data."""
    return {"protocol": identity.protocol, "identified_by": identity.by, "words": identity.words}
