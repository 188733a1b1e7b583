# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all dialogues in front of TLS share: talking, keeping a transcript, and saying what it meant.

A dialogue has up to four parts.  ``opening`` leads to the point where TLS may begin.
``plain`` tries what a careless client would do without TLS, with credentials made up
for the purpose; what a server says to them is the evidence.  ``knock`` is said inside
TLS to see whether the server stays.  ``inject`` is what must not survive the upgrade.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Callable, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, field, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import (
    LISTEN,
    Opened,
    Opening,
    is_turned_away,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Ended,
    Inbox,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Exchange, Plaintext

NAME = "intransit-tls-probe.invalid"
"""Who we say we are: a name that cannot exist (RFC 6761 section 6.4)."""
USER = "intransit-tls-probe"
SECRET = "not-a-password"
"""Both made up: whoever reads them learns nothing, and no account answers to them."""
MAX_LINES = 100
_TELNET = re.compile("\xff[\xfb-\xfe].")
"""WILL, WON'T, DO and DON'T of telnet, which the control connection of FTP is (RFC 959 section 2.3, RFC 854)."""
_HOST_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_TLS_WORDS = re.compile(
    r"starttls|\bstls|\btls|\bssl|encrypt|privacyrequired|clear.?text|plain.?text|\bsecure|confidential"
    r"|insecure (?:channel|connection|link|session|transport)")
MAX_SHOWN = 2000
BUSY_SECONDS = 61.0
"""Rate limits of mail servers count per minute."""


class PlainFacts(NamedTuple):
    """What a plaintext conversation brought to light.

    Attributes:
        offered: whether the upgrade to TLS is offered; None: this protocol has none, or it could not be told.
        wait: the server was busy: come back after so many seconds.
        away: it closed before anything was said.
        cut: the dialogue ended before it could be told; another try may tell.
    """

    plaintext: Plaintext
    offered: Optional[bool] = None
    code: Optional[str] = None
    wait: float = 0.0
    away: bool = False
    cut: bool = False

    @property
    def words(self) -> str:
        """The last line that the server said."""
        said = [exchange.received for exchange in self.plaintext.transcript if exchange.received]
        return said[-1].strip().rpartition("\n")[2] if said else ""


@dataclass
class Talk:
    """A dialogue in lines, with its transcript.

    Attributes:
        offered: whether the upgrade to TLS is offered, once that is known.
        so_far: what the server's words say by themselves, if no further word comes.
    """

    inbox: Inbox
    transcript: "list[Exchange]" = field(default_factory=list)
    offered: Optional[bool] = None
    so_far: Optional[Plaintext] = None
    _said: Optional[str] = None

    def stands(self, refused: bool, how: str, detail: str) -> None:
        """Keep what the last answer means, for the case that the server ends the dialogue now.

        What was accepted or served weighs more than what was offered, and that more than a refusal.
        """
        if self.so_far is None or self.so_far.refused or how in ("accepted", "served"):
            self.so_far = Plaintext(refused, how, detail)

    def say(self, line: str, shown: Optional[str] = None) -> Generator[Step, Arrival, None]:
        """Send one line; ``shown`` stands for it in the transcript."""
        yield from self.send((line + "\r\n").encode("ascii", "replace"), shown or line)

    def send(self, data: bytes, shown: str) -> Generator[Step, Arrival, None]:
        """Send bytes; ``shown`` stands for them in the transcript."""
        if self._said is not None:
            self.transcript.append(Exchange(self._said, None))
        self._said = shown
        yield Send(data)

    def heard(self, text: str) -> str:
        """Put an answer into the transcript, beside what was said last."""
        shown = "".join(char if char == "\n" or 32 <= ord(char) < 127 else "." for char in text[:MAX_SHOWN])
        self.transcript.append(Exchange(self._said, shown))
        self._said = None
        return shown

    def coded(self) -> Generator[Step, Arrival, "tuple[int, str]"]:
        """A reply of SMTP, FTP or NNTP: its code, and its text with all lines.

        Lines go on as long as a hyphen follows the code (RFC 5321 section 4.2.1, RFC 959 section 4.2).
        """
        lines: list[str] = []
        code = ""
        while len(lines) < MAX_LINES:
            line = _TELNET.sub("", (yield from self.inbox.line()).decode("latin-1"))
            lines.append(line)
            code = code or line[:3]
            if not (code.isascii() and code.isdigit() and len(code) == 3):
                self.heard("\n".join(lines))
                raise WireError("The server's reply does not begin with a code of three digits.")
            if line[:3] == code and line[3:4] != "-":
                return int(code), self.heard("\n".join(lines))
        raise WireError("The server's reply has no end.")

    def single(self) -> Generator[Step, Arrival, str]:
        """A reply of one line."""
        return self.heard((yield from self.inbox.line()).decode("latin-1"))

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The transcript, with what was said last even if nobody answered."""
        rest = (Exchange(self._said, None),) if self._said is not None else ()
        return (*self.transcript, *rest)


Verdict = Generator[Step, Arrival, PlainFacts]


@dataclass(frozen=True)
class Dialogue:
    """Everything a protocol says outside of TLS.

    Attributes:
        opening: makes the dialogue in front of each handshake.
        plain: the plaintext test, on a connection of its own.
        knock: bytes said inside TLS so that the server says something; empty: it speaks first.
        inject: asks for the upgrade and sends a command right behind it; None where the protocol has no such thing.
        injected: whether something heard inside TLS is an answer to that command.
        more_seconds: patience beyond the usual, for servers that make clients wait on purpose.
    """

    opening: Callable[[Endpoint], Opening]
    plain: Callable[[Endpoint, Talk], Verdict]
    knock: bytes = b""
    inject: "Optional[Callable[[Endpoint, Talk], Generator[Step, Arrival, Opened]]]" = None
    injected: "Callable[[bytes], bool]" = bool
    starttls: bool = True
    more_seconds: float = 0.0


def plain_conversation(dialogue: Dialogue, endpoint: Endpoint) -> Conversation:
    """The plaintext test as a conversation.  Returns PlainFacts, whatever the server does."""
    talk = Talk(Inbox())
    if (yield from is_turned_away(talk.inbox, LISTEN)):
        return PlainFacts(Plaintext(None, "undecided", "The server closed before anything was said."), away=True)
    try:
        return (yield from dialogue.plain(endpoint, talk))
    except Ended as ended:
        return _ended(ended, talk)
    except WireError as error:
        return as_it_stands(error.message, talk, talk.offered)


def _ended(ended: Ended, talk: Talk) -> PlainFacts:
    """The connection ended in the middle: a refusal only if the server had not answered one byte before."""
    said = [exchange.sent for exchange in talk.exchanges if exchange.sent]
    if talk.inbox.held:
        talk.heard(talk.inbox.rest().decode("latin-1"))
    where = f" on {said[-1]}" if said else ""
    if ended.end not in (End.CLOSED, End.RESET):
        words = "The server did not finish what it was saying in time."
        return as_it_stands(words, talk, talk.offered)._replace(cut=True)
    if talk.inbox.first:
        words = f"The server closed the connection{where}, which does not say why."
        return as_it_stands(words, talk, talk.offered)._replace(cut=True)
    if not said:
        return PlainFacts(Plaintext(None, "undecided", "The server closed before anything was said."), away=True)
    return refused("closed", f"The server closed the connection{where}.", talk, talk.offered)


def refused(how: str, detail: str, talk: Talk, offered: Optional[bool] = True) -> PlainFacts:
    """Plaintext is turned away."""
    return PlainFacts(Plaintext(True, how, detail, talk.exchanges), offered)


def taken(how: str, detail: str, talk: Talk, offered: Optional[bool] = True) -> PlainFacts:
    """Plaintext is taken, or credentials are asked for in it."""
    return PlainFacts(Plaintext(False, how, detail, talk.exchanges), offered)


def open_question(detail: str, talk: Talk, offered: Optional[bool] = None) -> PlainFacts:
    """It could not be told."""
    return PlainFacts(Plaintext(None, "undecided", detail, talk.exchanges), offered)


def as_it_stands(detail: str, talk: Talk, offered: Optional[bool] = None) -> PlainFacts:
    """The dialogue is over for the reason in ``detail``: what was said before decides, or it could not be told."""
    if talk.so_far is None:
        return open_question(detail, talk, offered)
    words = f"{talk.so_far.detail.rstrip('.')}. {detail}"
    return PlainFacts(replace(talk.so_far, detail=words, transcript=talk.exchanges), offered)


def mentions_tls(text: str) -> bool:
    """Whether a refusal gives the missing encryption as its reason, in the words that servers use.

    Our own name, which many a server repeats, is none of them, nor is a part of any host's name.
    """
    return _TLS_WORDS.search(_HOST_NAME.sub("", text.lower().replace(USER, ""))) is not None
