# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one hello brought, judged by itself: accepted, refused with a cause, or undecided.

A server that says nothing has not refused: it may count connections, be slow, or be
broken.  What is undecided here is settled by ``prober``, which asks again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Callable, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Ended,
    Inbox,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import ssl2
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look, look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello

LISTEN = 0.02
"""Seconds to listen before speaking: a server that turns connections away closes at once."""
CLEAR = ("protocol_version", "other_version")
"""Refusals that are of the version and of nothing else."""
NOT_ASKED = ("away", "failed", "opening")
"""Ends of a look at a server that has not seen the hello."""
BAD_HANDSHAKE = b"\xff\x13\x04"
"""Behind a packet's head: ERR_Packet with ER_HANDSHAKE_ERROR (1043), MariaDB's plain word for a TLS handshake that
its library turned down.  It overtakes the alert now and then, and each further question counts as an error there."""


class Opened(NamedTuple):
    """How the dialogue in front of the handshake ended.

    Attributes:
        ready: TLS may begin.
        busy: the server said that it is too much just now; ``wait`` after how many seconds to come back.
        code: the server's own code or word for its answer.
        denied: it said no to TLS as such, in a way that does not depend on its load.
        shut: it turns this host away for good, so every further connection would be wrong.
        late: it did not get to an end in time.
    """

    ready: bool
    busy: bool = False
    wait: float = 0.0
    code: Optional[str] = None
    detail: str = ""
    denied: bool = False
    shut: bool = False
    late: bool = False


class Heard(NamedTuple):
    """What one conversation brought: the dialogue's end, and the look behind it."""

    opened: Opened
    look: Look

    @property
    def wait(self) -> float:
        """Seconds after which to come back, when the server was busy."""
        return self.opened.wait if self.opened.busy else 0.0

    @property
    def words(self) -> str:
        """The last line of what the server said in front of TLS."""
        return self.opened.detail.strip().rpartition("\n")[2]

    @property
    def shut(self) -> bool:
        """Whether to stop for good."""
        return self.opened.shut


Opening = Callable[[Inbox], Generator[Step, Arrival, Opened]]


def converse_directly(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
    """No dialogue: the service speaks TLS from the first byte."""
    del inbox
    return READY
    yield  # an empty generator is still one


@dataclass(frozen=True)
class Question:
    """One hello to try.  ``hello`` None stands for SSL 2.0, which has only one."""

    hello: Optional[ClientHello]
    whole: bool = False

    @property
    def version(self) -> str:
        """The version asked for."""
        return "SSLv2" if self.hello is None else self.hello.version


READY = Opened(True)
"""TLS from the first byte: there is nothing to open."""


@dataclass(frozen=True)
class Answer:
    """What became of a question.  ``accepted`` None: could not be told."""

    question: Question
    accepted: Optional[bool]
    cause: str
    look: Look
    detail: str = ""
    seconds: float = 0.0
    opened: Opened = READY

    @property
    def late(self) -> bool:
        """The dialogue in front of TLS was not over in time."""
        return self.opened.late

    @property
    def alert(self) -> Optional[str]:
        """Name of the alert that refused; a close_notify refuses nothing."""
        found = self.look.alert
        if found is None or found.number == 0:
            found = self.look.warning
        return found.name if found is not None and self.accepted is False else None


_CUT = ("closed", "reset", "silent", "alert")
_GONE = ("closed", "reset", "alert")
HARMLESS = (90, 100)
"""Warnings that are no reason for anything here: user_canceled and no_renegotiation."""


def converse(question: Question, opening: Opening, quiet: Optional[float], listen: float = 0.0) -> Conversation:
    """The dialogue in front, then the hello.  Returns Heard."""
    inbox = Inbox()
    if listen and (yield from is_turned_away(inbox, listen)):
        return Heard(Opened(False, detail="The server closed before anything was said."), Look("away"))
    try:
        opened = yield from opening(inbox)
    except Ended as ended:
        words = f"The server ended the dialogue before TLS ({ended.end.value})."
        late = ended.end in (End.SILENT, End.DEADLINE)
        return Heard(Opened(False, detail=words, late=late), Look("opening", detail=words))
    if not opened.ready:
        return Heard(opened, Look("opening", detail=opened.detail))
    if question.hello is None:
        seen = yield from ssl2.look(inbox.rest(), quiet)
    else:
        seen = yield from look(question.hello, question.whole, inbox.rest(), quiet)
    return Heard(opened, seen)


def is_turned_away(inbox: Inbox, listen: float) -> Generator[Step, Arrival, bool]:
    """Whether the server closes by itself within ``listen`` seconds."""
    try:
        yield from inbox.more(listen)
    except Ended as ended:
        return ended.end in (End.CLOSED, End.RESET)
    return False


def read_answer(question: Question, outcome: Outcome) -> Answer:
    """Judge one outcome by itself; what is ambiguous stays undecided."""
    if outcome.failure is not None or outcome.result is None:
        return Answer(question, None, "undecided", Look("failed"), outcome.detail, outcome.seconds)
    opened, seen = outcome.result.opened, outcome.result.look
    chosen = seen.choice.version if seen.choice is not None else None
    if seen.end == "nonsense":
        # Whoever chooses and then makes no sense has not made a handshake possible.
        return Answer(question, None, "undecided", seen, seen.detail, outcome.seconds, opened)
    if seen.hello is not None and question.whole and seen.end in _CUT:
        return _cut_short(question, outcome, seen)
    if chosen == question.version:
        return Answer(question, True, "accepted", seen, seen.detail, outcome.seconds)
    if chosen is not None:
        return Answer(question, False, "other_version", seen, f"The server chose {chosen}.", outcome.seconds)
    if seen.end == "alert" and seen.alert is not None and seen.alert.number != 0:
        return Answer(question, False, seen.alert.cause, seen, "", outcome.seconds)
    if seen.end in _GONE and seen.warning is not None and seen.warning.number not in HARMLESS:
        words = f"The server says {seen.warning.name}, as a warning only, and ends the connection."
        return Answer(question, False, seen.warning.cause, seen, words, outcome.seconds)
    if seen.end == "not_tls" and seen.plain[4:7] == BAD_HANDSHAKE:
        words = "The database answers the hello with its own error, Bad handshake."
        return Answer(question, False, "application_refused", seen, words, outcome.seconds)
    # "220 ready" explains nothing; what came instead of TLS behind it does.
    words = _unexplained(seen) or opened.detail if opened.ready else opened.detail or _unexplained(seen)
    return Answer(question, None, "undecided", seen, words, outcome.seconds, opened)


def _cut_short(question: Question, outcome: Outcome, seen: Look) -> Answer:
    """A server that chose and never finished its flight: nobody shakes hands with it in that way."""
    opened = outcome.result.opened
    words = f"The server chose {seen.hello.version if seen.hello is not None else ''} and went no further"
    if seen.alert is not None and seen.alert.number != 0:
        return Answer(question, False, seen.alert.cause, seen, f"{words}: {seen.alert.name}.", outcome.seconds)
    return Answer(question, None, "undecided", seen, f"{words} ({seen.end}).", outcome.seconds, opened)


_UNEXPLAINED = {
    "closed": "The server closes the connection on a ClientHello without an alert.",
    "reset": "The server resets the connection on a ClientHello.",
    "silent": "The server takes the connection and does not answer a ClientHello.",
}


def _unexplained(seen: Look) -> str:
    """What the administrator reads where an answer tells nothing about TLS: what came instead."""
    line = seen.plain.split(b"\n", 1)[0].strip()
    if line.isascii() and line.decode("ascii", "replace").isprintable() and len(line) > 3:
        return f"The peer did not answer with TLS, but with '{line.decode('ascii')}'."
    return seen.detail or _UNEXPLAINED.get(seen.end, "")
