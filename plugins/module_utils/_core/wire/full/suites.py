# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every suite of every version, in the server's order, with almost as few hellos as can be.

One ServerHello names one suite, so k suites of a version cost k hellos and one more whose
refusal proves that nothing is left.  Each hello offers everything not found so far:
then the proof does not depend on how the server chooses.  Versions are peeled beside
one another; whose order decides is told by one hello with the list reversed.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, field, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import CLEAR, NOT_ASKED, Answer, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.bare import ask_bare
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import USUAL_GROUPS, Prober, split_pieces
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext

Steps = Generator[Request, list[Outcome], Any]
LONG = ("TLSv1", "TLSv1.1", "TLSv1.2")
"""Versions with so many suites that some server may not read to their end."""
USUAL_SUITES = (0xC02F, 0xC02B, 0xC030, 0xC02C, 0xCCA8, 0xCCA9, 0x9E, 0x9F, 0xC027, 0xC023, 0xC013, 0xC009, 0xC014,
                0xC00A, 0x9C, 0x9D, 0x3C, 0x2F, 0x35, 0x33, 0x39, 0x0A, 0x05)
"""What nearly every server has one of, new or old."""
HEARTBEAT = ext.extension(ext.HEARTBEAT, b"\x01")


@dataclass
class Track:
    """The peeling of one version: what was found, and what is still on offer."""

    version: str
    question: Question
    found: "list[int]" = field(default_factory=list)
    complete: Optional[bool] = None
    """None while it goes on; False when it had to stop."""

    def take(self, answer: Answer) -> None:
        """Learn from an answer."""
        hello, choice = self.question.hello, answer.look.choice
        if not answer.accepted or hello is None or choice is None:
            self.complete = answer.accepted is False
            return
        if choice.suite not in hello.suites:
            self.complete = False
            return
        self.found.append(choice.suite)
        left = of.leave_out(hello.suites, (choice.suite,))
        if left:
            self.question = Question(replace(hello, suites=left))
        else:
            self.complete = True


def make_first_questions(endpoint: Endpoint) -> "list[Question]":
    """One hello for each version, with everything there is; it tells more than the suite."""
    questions = [Question(None)]
    for version in PROTOCOLS[1:]:
        hello = of.make_hello(version, of.list_suites(version), None, endpoint.server_name)
        if version == "TLSv1.3":
            questions.append(Question(hello))
            continue
        extras = HEARTBEAT if version in LONG else b""
        questions.append(Question(replace(hello, compression=True, ask_status=True, extras=extras), whole=True))
    return questions


def ask_versions(prober: Prober, notes: Notebook, endpoint: Endpoint, beside: "list[Ask]") -> Steps:
    """Ask for each version once.  Returns the answers by version."""
    *older, newest = make_first_questions(endpoint)
    hellos = [question.hello for question in older]
    long = newest if newest.hello is None else replace(newest, hello=of.as_long_as(newest.hello, hellos))
    first = (yield from prober.ask([long], beside))[0]
    if not prober.reached:
        return {}
    seen_beside = prober.beside
    if first.look.end == "silent" or first.late:
        prober.lose_patience()
    again = [] if first.accepted or first.cause in CLEAR or first.look.end in NOT_ASKED else [newest]
    answers = yield from prober.ask(older + again)
    if not again:
        answers.append(replace(first, question=newest))
    if not first.accepted:
        answers = yield from _shorter(prober, answers)
    answers = yield from prober.settle(answers)
    for answer in answers:
        notes.learn(answer)
    bare = yield from ask_bare(prober, notes)
    prober.beside = seen_beside
    return {**{answer.question.version: answer for answer in answers}, **bare}


def _shorter(prober: Prober, answers: "list[Answer]") -> Steps:
    """Where no hello of hundreds of suites was taken, try short ones: a server may stumble over the length alone."""
    if any(answer.accepted for answer in answers if answer.question.version in LONG):
        return answers
    for answer in answers[::-1]:
        hello = answer.question.hello
        if hello is None or answer.accepted or answer.cause in CLEAR or answer.look.end in NOT_ASKED:
            continue
        usual = tuple(code for code in USUAL_SUITES if code in hello.suites) or hello.suites
        groups = tuple(code for code in hello.groups if code in USUAL_GROUPS)
        short = split_pieces(replace(hello, suites=usual, groups=groups))[0]
        if (yield from prober.ask([Question(short, answer.question.whole)], settle=False))[0].accepted:
            prober.short = True
            again = yield from prober.ask([answer.question for answer in answers if not answer.accepted])
            by_version = {answer.question.version: answer for answer in again}
            return [by_version.get(answer.question.version, answer) for answer in answers]
    return answers


def peel(prober: Prober, notes: Notebook, first: "dict[str, Answer]") -> Steps:
    """Find every suite of the versions that were accepted.  Returns the tracks by version."""
    tracks = []
    for version, answer in first.items():
        if answer.accepted and answer.question.hello is not None:
            track = Track(version, Question(replace(answer.question.hello, compression=False, ask_status=False)))
            track.take(answer)
            tracks.append(track)
    yield from _preferences(prober, notes, tracks)
    waiting: "list[tuple[Track, Answer]]" = []
    while True:
        active = [track for track in tracks if track.complete is None and track not in [item[0] for item in waiting]]
        if active:
            answers = yield from prober.ask([track.question for track in active], settle=False)
            for track, answer in zip(active, answers):
                if answer.accepted is None:
                    waiting.append((track, answer))
                else:
                    _take(track, answer, notes)
            continue
        if not waiting:
            break
        settled = yield from prober.settle([answer for _track, answer in waiting])
        for (track, _answer), answer in zip(waiting, settled):
            _take(track, answer, notes)
        waiting = []
    for track in tracks:
        if track.complete and len(track.found) == 1:
            notes.forget_preference(track.version)
        notes.set_suites(track.version, [of.name_suite(code) for code in track.found], bool(track.complete))
    return {track.version: track for track in tracks}


def _take(track: Track, answer: Answer, notes: Notebook) -> None:
    notes.learn_about_choice(answer)
    track.take(answer)


def _preferences(prober: Prober, notes: Notebook, tracks: "list[Track]") -> Steps:
    """Ask each version again with the list reversed: the same answer means that the server decides."""
    asked = [track for track in tracks if track.question.hello is not None]
    if prober.short:
        # Whoever gets the list in pieces cannot show which of two pieces he prefers.
        for track in asked:
            notes.undecided(f"server_preference.{track.version}")
        return
    questions = []
    for track in asked:
        hello = track.question.hello
        if hello is not None:
            # The first find comes last: a client's order would choose anything else before it.
            questions.append(Question(replace(hello, suites=hello.suites[::-1] + tuple(track.found))))
    answers = yield from prober.ask(questions)
    for track, answer in zip(asked, answers):
        choice = answer.look.choice
        if not answer.accepted or choice is None:
            continue
        notes.learn_about_choice(answer)
        if choice.suite not in track.found:
            notes.set_preference(track.version, False)
            track.take(replace(answer, question=track.question))
        else:
            notes.set_preference(track.version, True)
