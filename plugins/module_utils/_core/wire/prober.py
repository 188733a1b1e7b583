# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers out of looks: accepted, refused with a cause, or "could not tell".

A server that says nothing has not refused: it may count connections, be slow, or be
broken.  So a close, a reset, silence or nonsense is a refusal only when the same hello
gets the same answer again, alone, between two control hellos that succeed at once.  And
a connection that ends before the hello was sent was turned away at the door: whoever
counts connections does that, and it says nothing about TLS.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import (
    LISTEN,
    Answer,
    Opening,
    Question,
    converse,
    read_answer,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import BUDGETS, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import (
    Ask,
    Batch,
    Narrow,
    Outcome,
    Pause,
    Request,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello

LEAST_PATIENCE = 2.0
PATIENCE_FACTOR = 20.0
SHORT_SUITES, SHORT_GROUPS, SHORT_SCHEMES = 24, 12, 12
"""The most of each in a hello to a server that takes no long one (some stop at 256 or 512 bytes, some at 64 suites)."""
USUAL_GROUPS = (29, 23, 24, 25, 30, *range(256, 261))
SPACINGS = (0.0, 0.05, 0.2, 1.0, 3.0, 10.0)
"""Seconds between connections, tried one after the other: places at a busy server become free late."""
REST_SECONDS = 300.0
"""The most to spend on those, in all."""
MINUTE = 61.0
VAIN_SECONDS = 60.0
"""Limits count by the minute: a server that lets nothing in for so long is not busy, whatever it says."""
_AMBIGUOUS = {"closed": "closed_without_alert", "alert": "closed_without_alert", "reset": "reset", "silent": "silent",
              "nonsense": "nonsense", "not_tls": "not_tls"}
"""Ends of a look that alone prove nothing, and the cause they are once they are proven.

The alert is close_notify, which is no reason: Courier's couriertls says nothing else before it closes.
"""


def split_pieces(hello: ClientHello) -> "list[ClientHello]":
    """Short hellos that offer together what a long one does.

    With a name of usual length they stay below 256 bytes, where the lowest limit of old servers
    and of boxes in front of them is.  Many suites go with the usual groups alone.
    """
    hello = replace(hello, schemes=hello.schemes[:SHORT_SCHEMES])
    suites, groups = hello.suites, hello.groups
    if len(suites) > SHORT_SUITES:
        if len(groups) > SHORT_GROUPS:
            hello = replace(hello, groups=tuple(code for code in groups if code in USUAL_GROUPS))
        return [replace(hello, suites=suites[at:at + SHORT_SUITES]) for at in range(0, len(suites), SHORT_SUITES)]
    if len(groups) > SHORT_GROUPS:
        return [replace(hello, groups=groups[at:at + SHORT_GROUPS]) for at in range(0, len(groups), SHORT_GROUPS)]
    return [hello]


_NOT_MADE = Outcome("not_made", "No further connection was made.", None, None, None, 0.0)


class Prober:
    """Asks questions of one endpoint and does not take silence for an answer.

    Args:
        opening: the dialogue in front of every handshake.
        options: deadline, budget and patience.
        more_seconds: patience with the dialogue, beyond the deadline.
    """

    def __init__(self, opening: Opening, options: Options, more_seconds: float = 0.0) -> None:
        self._opening = opening
        self.seconds = options.seconds + more_seconds
        self._budget = options.budget if options.budget is not None else BUDGETS[options.depth]
        self._waits_left = options.max_wait
        self._waited_in_vain = 0.0
        """Seconds of waiting for a busy server that let nothing in meanwhile."""
        self._rests_left = min(REST_SECONDS, options.max_wait)
        self.shut: Optional[str] = None
        """Why no more connections are made, if none are."""
        self._patience: Optional[float] = None
        self._listen = 0.0
        self._spacing = 0
        self._careful = False
        """The server was seen to turn connections away: from then on one at a time."""
        self.control: Optional[Question] = None
        """A question that was accepted before."""
        self.connections = 0
        self.reached = False
        """Whether any connection stood."""
        self.first: Optional[Outcome] = None
        """The first connection that stood, or the first that failed."""
        self.beside: Sequence[Outcome] = ()
        self.short = False
        """The server takes no long hello, so none of its refusals of one means anything."""
        self._refused: dict[ClientHello, dict[int, Answer]] = {}

    def _ask(self, question: Question) -> Ask:
        quiet, listen = self._patience, self._listen
        return Ask(lambda: converse(question, self._opening, quiet, listen), self.seconds)

    def ask(self, questions: Sequence[Question], beside: Sequence[Ask] = (),
            settle: bool = True) -> Generator[Request, "list[Outcome]", "list[Answer]"]:
        """Answers in the order of the questions; outcomes of ``beside`` are in ``beside`` afterwards.

        Without ``settle`` what is undecided stays so, to be settled together with others.
        """
        if not self.short:
            return (yield from self._ask_whole(questions, beside, settle))
        yield from self._ask_whole([], beside)
        seen_beside, answers = self.beside, []
        for question in questions:
            answers.append((yield from self._ask_in_pieces(question)))
        self.beside = seen_beside
        return answers

    def _ask_in_pieces(self, question: Question) -> Generator[Request, "list[Outcome]", Answer]:
        """The same question to a server that takes no long hello: as many short ones as it needs.

        What one piece has shown to be refused is not asked again.
        """
        hello = question.hello
        if hello is None:
            return (yield from self._ask_whole([question]))[0]
        refused = self._refused.setdefault(replace(hello, suites=()), {})
        left = tuple(code for code in hello.suites if code not in refused)
        answer = refused[hello.suites[-1]] if hello.suites and not left else None
        for piece in split_pieces(replace(hello, suites=left)) if left else ():
            answer = (yield from self._ask_whole([Question(piece, question.whole)]))[0]
            if answer.accepted is not False:
                break
            if piece.suites != hello.suites:
                refused.update(dict.fromkeys(piece.suites, answer))
        if answer is None:
            answer = (yield from self._ask_whole([question]))[0]
        return replace(answer, question=question)

    def _ask_whole(self, questions: Sequence[Question], beside: Sequence[Ask] = (),
                   settle: bool = True) -> Generator[Request, "list[Outcome]", "list[Answer]"]:
        if self._careful and not beside:
            answers = []
            for question in questions:
                answers.append((yield from self._alone(question)))
        else:
            answers = yield from self._round(questions, beside=beside)
        seen_beside = self.beside
        for answer in answers:
            self.learn(answer)
        if self.reached and settle:
            answers = yield from self.settle(answers)
        self.beside = seen_beside
        return answers

    def _round(self, questions: Sequence[Question], alone: bool = False,
               beside: Sequence[Ask] = ()) -> Generator[Request, "list[Outcome]", "list[Answer]"]:
        asks = [self._ask(question) for question in questions] + list(beside)
        outcomes = yield from self._connect(asks, alone)
        self.beside = outcomes[len(questions):]
        return [read_answer(question, outcome) for question, outcome in zip(questions, outcomes)]

    def _connect(self, asks: "list[Ask]", alone: bool) -> Generator[Request, "list[Outcome]", "list[Outcome]"]:
        """Make the connections; where the server says that it is busy, wait as it wants and make them again."""
        outcomes: list[Outcome] = [_NOT_MADE] * len(asks)
        todo = list(range(len(asks)))
        while todo and self.shut is None:
            affordable = max(0, self._budget - self.connections)
            spent, todo = len(todo) > affordable, todo[:affordable]
            if spent:
                self.shut = f"The budget of {self._budget} connections is spent."
            if not todo:
                break
            got = yield Batch([asks[at] for at in todo], alone)
            self.connections += len(got)
            self._account(got)
            for at, outcome in zip(todo, got):
                outcomes[at] = outcome
            waits = {at: getattr(outcomes[at].result, "wait", 0.0) for at in todo}
            if not all(waits.values()):
                self._waited_in_vain = 0.0
            todo = [at for at in todo if waits[at]]
            if todo:
                pause = max(waits.values())
                if pause > self._waits_left or self._waited_in_vain >= VAIN_SECONDS:
                    self._give_up_on_busy(outcomes[todo[0]])
                    break
                self._waits_left -= pause
                self._waited_in_vain += pause
                yield Narrow(1)
                yield Pause(pause)
        return outcomes

    def _give_up_on_busy(self, outcome: Outcome) -> None:
        said = getattr(outcome.result, "words", "") or "it is busy"
        self.shut = (f"The server turns connections away ('{said}'), and did so again after {self._waited_in_vain:.0f} "
                     "seconds. It may expect a PROXY line first (proxy_protocol), or have no resources left.")

    def _account(self, outcomes: "list[Outcome]") -> None:
        for outcome in outcomes:
            if outcome.failure is None:
                self.reached = True
            if self.first is None or (self.first.failure is not None and outcome.failure is None):
                self.first = outcome
            if getattr(outcome.result, "shut", False):
                self.shut = f"The server turns this host away: {outcome.result.opened.detail}"

    def learn(self, answer: Answer) -> None:
        """Take an accepted answer for a control, and its time for a measure of patience."""
        if not answer.accepted:
            return
        if self.control is None or self.control.version not in ("TLSv1.2", "TLSv1.3"):
            self.control = replace(answer.question, whole=False)
        if self._patience is None or answer.seconds * PATIENCE_FACTOR > self._patience:
            self._patience = min(self.seconds, max(LEAST_PATIENCE, answer.seconds * PATIENCE_FACTOR))

    def lose_patience(self) -> None:
        """Nothing came in all the time there was, so less is given to what follows."""
        self.seconds = max(1.0, self.seconds / 4)

    def settle(self, answers: "list[Answer]") -> Generator[Request, "list[Outcome]", "list[Answer]"]:
        """Ask what is undecided again, alone, each time between two controls that succeed.

        Without a control nothing can be settled, and the answers stay as they are.
        """
        settled = list(answers)
        open_ = [at for at, answer in enumerate(answers) if answer.accepted is None]
        if not open_ or self.shut is not None or not (yield from self._control_works()):
            return settled
        for at in open_:
            settled[at] = yield from self._settle_one(answers[at])
            if settled[at].accepted is None:
                break
        return settled

    def _settle_one(self, answer: Answer) -> Generator[Request, "list[Outcome]", Answer]:
        while True:
            # On a busy machine an answer takes longer than a quick one promised: silence has all the time there is.
            patient = answer.look.end == "silent"
            answer = (yield from self._alone(answer.question, patient))
            if answer.accepted is not None:
                return answer
            if answer.look.end == "silent" and not patient:
                continue
            if answer.look.end not in ("away", "failed", "opening") and (yield from self._control_once()):
                return replace(answer, accepted=False, cause=_AMBIGUOUS.get(answer.look.end, "undecided"))
            # The control did not get through either, so the question may not have: more distance.
            if self._spacing + 1 >= len(SPACINGS):
                return answer
            self._spacing += 1
            self._careful = True
            if not (yield from self._control_works()):
                return answer

    def _control_works(self) -> Generator[Request, "list[Outcome]", bool]:
        """Widen the spacing until a control gets through."""
        if self.control is None:
            return False
        while self.shut is None:
            if (yield from self._control_once()):
                return True
            if self._spacing + 1 >= len(SPACINGS):
                return (yield from self._after_a_minute())
            self._spacing += 1
            self._careful = True
        return False

    def _after_a_minute(self) -> Generator[Request, "list[Outcome]", bool]:
        """The last try with a server that lets nothing in any more: most limits count by the minute."""
        if self._waits_left >= MINUTE:
            self._waits_left -= MINUTE
            yield Pause(MINUTE)
            if (yield from self._control_once()):
                return True
        self.shut = ("The server stopped answering this host, even what it had answered before; a limit or a packet "
                     "filter may count connections. What was not asked by then could not be told.")
        return False

    def _control_once(self) -> Generator[Request, "list[Outcome]", bool]:
        if self.control is None:
            return False
        return bool((yield from self._alone(self.control)).accepted)

    def _alone(self, question: Question, patient: bool = False) -> Generator[Request, "list[Outcome]", Answer]:
        """One question with nothing beside it and the spacing before it, listening first.

        ``patient``: wait for the answer as long as the connection may last.
        """
        yield Narrow(1)
        yield from self._rest()
        self._listen, patience = LISTEN, self._patience
        self._patience = None if patient else patience
        answers = yield from self._round([question], alone=True)
        self._listen, self._patience = 0.0, patience
        self._careful = self._careful or answers[0].look.end == "away"
        return answers[0]

    def _rest(self) -> Generator[Request, "list[Outcome]", None]:
        """Keep the distance that the server seems to want, but not for ever."""
        seconds = SPACINGS[self._spacing]
        if seconds > self._rests_left:
            self.shut = ("The server answered so rarely that the time allowed between connections is used up. "
                         "What was not asked by then could not be told.")
        elif seconds:
            self._rests_left -= seconds
            yield Pause(seconds)

    def once_more(self, ask: Ask, open_: Callable[[Outcome], bool],
                  outcome: Outcome) -> Generator[Request, "list[Outcome]", Outcome]:
        """Make another connection, alone, if the first left the question open; the second outcome stands then."""
        if not open_(outcome) or self.shut is not None:
            return outcome
        yield from self._round([], alone=True, beside=[ask])
        return self.beside[0] if self.beside[0].result is not None else outcome

    def insist(self, ask: Ask, away: Callable[[Outcome], bool],
               outcome: Outcome) -> Generator[Request, "list[Outcome]", Outcome]:
        """Make another connection as long as the last one was turned away and controls get through."""
        while away(outcome) and (yield from self._control_works()):
            yield from self._rest()
            yield from self._round([], alone=True, beside=[ask])
            outcome = self.beside[0]
            if away(outcome) and self._spacing + 1 < len(SPACINGS):
                self._spacing += 1
            elif away(outcome):
                break
        return outcome
