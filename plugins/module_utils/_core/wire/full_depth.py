# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of depth ``full``: everything that a server offers, part by part.

Parts can be left out, so that only what is wanted costs connections; ``suites`` is what all
others build upon and is always there.
"""

from __future__ import annotations

from typing import Any, Callable, Generator, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import flaws
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import full_session as fs
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full_details import ask_details, base_of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full_groups import (
    TRIED_SHARES,
    find_groups,
    find_schemes,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full_suites import Track, ask_versions, peel
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    ClientCertificate,
    Renegotiation,
    Starttls,
    Tickets,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Answer, Opening, Prober

Steps = Generator[Request, "list[Outcome]", Any]


class Full:
    """The parts of a full look at one endpoint, and what they hand to one another."""

    def __init__(self, endpoint: Endpoint, options: Options, opening: Opening, dialogue: Optional[Dialogue],
                 prober: Prober, notes: Notebook) -> None:
        self._endpoint = endpoint
        self._options = options
        self._opening = opening
        self._dialogue = dialogue
        self._prober = prober
        self._notes = notes
        self._first: "dict[str, Answer]" = {}
        self._tracks: "dict[str, Track]" = {}

    def run(self, first_beside: Sequence[Ask], then_beside: Sequence[Ask]) -> Steps:
        """Ask everything.  Returns the outcomes of the two others, both empty where nothing answered."""
        self._first = yield from ask_versions(self._prober, self._notes, self._endpoint, list(first_beside))
        if not self._prober.reached:
            return (), ()
        seen_first = self._prober.beside
        if not self._notes.any_accepted:
            return seen_first, ()
        self._tracks = yield from peel(self._prober, self._notes, self._first)
        if "groups" in self._options.parts:
            yield from find_groups(self._prober, self._notes, self._endpoint, self._tracks)
        if "schemes" in self._options.parts:
            yield from find_schemes(self._prober, self._notes, self._endpoint, self._tracks)
        seen_then: Sequence[Outcome] = ()
        if "details" in self._options.parts:
            seen_then = yield from self._details(list(then_beside))
        elif then_beside:
            yield from self._prober.ask([], then_beside)
            seen_then = self._prober.beside
        if "flaws" in self._options.parts:
            yield from self._flaws()
        return seen_first, seen_then

    def _ask(self, talk: Callable[[bytes], Conversation], nothing: Any) -> Ask:
        return Ask(lambda: fs.with_opening(self._opening, talk, nothing), self._prober.seconds)

    # -- details ---------------------------------------------------------------------------

    def _share(self) -> int:
        known = [group for group in TRIED_SHARES if self._notes.has_group(group)]
        return known[0] if known else TRIED_SHARES[0]

    def _details(self, beside: "list[Ask]") -> Steps:
        base = base_of(self._endpoint, self._tracks, tuple(g for g in TRIED_SHARES if self._notes.has_group(g)))
        if base is None:
            return ()
        asks, extra = list(beside), {}
        suites = fs.usable_suites(self._tracks.get("TLSv1.2"))
        hello12 = fs.session_hello(self._endpoint, suites) if suites else None
        if hello12 is not None:
            extra["session12"] = len(asks)
            asks.append(self._ask(lambda held: fs.session12(hello12, held), fs.Facts12()))
        if "TLSv1.3" in self._tracks:
            hello13 = fs.session13_hello(self._endpoint, self._tracks["TLSv1.3"], self._share())
            extra["session13"] = len(asks)
            asks.append(self._ask(lambda held: fs.session13(hello13, held), fs.Facts13()))
        dialogue = self._dialogue
        if dialogue is not None and dialogue.inject is not None:
            extra["injection"] = len(asks)
            asks.append(Ask(lambda: fs.injection(dialogue, self._endpoint), self._prober.seconds))
        outcomes = yield from ask_details(self._prober, self._notes, self._endpoint, base, asks)
        results = {name: outcomes[at].result for name, at in extra.items()}
        yield from self._note_sessions(results, hello12)
        if "injection" in results:
            self._notes.facts["starttls"] = Starttls(injection_refused=results["injection"])
        return outcomes[:len(beside)]

    def _note_sessions(self, results: "dict[str, Any]", hello12: Any) -> Steps:
        tickets = Tickets()
        facts12: fs.Facts12 = results.get("session12") or fs.Facts12()
        facts13: fs.Facts13 = results.get("session13") or fs.Facts13()
        if facts12.made:
            known = self._notes.facts.get("renegotiation") or Renegotiation()
            self._notes.facts["renegotiation"] = replace(known, client_initiated=facts12.renegotiation)
            questions = fs.resumption_questions(hello12, facts12)
            answers = dict(zip(questions, (yield from self._prober.ask(list(questions.values())))))
            tickets = Tickets(
                tls12_ticket=_resumed(answers.get("ticket"), bool(facts12.ticket)),
                tls12_session_id=_resumed(answers.get("session_id"), bool(facts12.session_id)),
                lifetime=facts12.lifetime,
            )
        elif "TLSv1.2" in self._tracks:
            self._notes.undecided("renegotiation.client_initiated")
        if facts13.made:
            tickets = replace(tickets, tls13_ticket=facts13.tickets > 0, count=facts13.tickets,
                              lifetime=facts13.lifetime if facts13.lifetime is not None else tickets.lifetime)
            self._notes.facts["early_data"] = facts13.early_data
            if facts13.turned_out:
                client = self._notes.facts.get("client_certificate") or ClientCertificate()
                self._notes.facts["client_certificate"] = replace(client, requested=True, required=True)
        elif "TLSv1.3" in self._tracks:
            self._notes.undecided("early_data")
        self._notes.facts["tickets"] = tickets

    # -- flaws -----------------------------------------------------------------------------

    def _flaws(self) -> Steps:
        found: "dict[str, Optional[bool]]" = {}
        old = next((version for version in ("TLSv1.2", "TLSv1.1", "TLSv1") if version in self._tracks), None)
        if old is None:
            # TLS 1.3 has no heartbeat in its handshake, no ChangeCipherSpec that matters, and no RSA key exchange.
            self._notes.facts["vulnerabilities"] = {"heartbleed": False, "ccs_injection": False, "robot": False}
            return
        hello = replace(self._first[old].question.hello or fs.session_hello(self._endpoint, ()),
                        suites=tuple(self._tracks[old].found), compression=False, ask_status=False,
                        extras=ext.extension(ext.HEARTBEAT, b"\x01"))
        asks = {"ccs_injection": self._ask(lambda held: flaws.ccs_injection(hello, held), None)}
        choice = self._first[old].look.choice
        if choice is not None and ext.HEARTBEAT in choice.extensions:
            asks["heartbleed"] = self._ask(lambda held: flaws.heartbleed(hello, held), None)
        else:
            found["heartbleed"] = False
        yield from self._prober.ask([], list(asks.values()))
        found.update(zip(asks, (outcome.result for outcome in self._prober.beside)))
        found["robot"] = yield from self._robot(hello)
        for name, answer in found.items():
            if answer is None:
                self._notes.undecided(f"vulnerabilities.{name}")
        self._notes.facts["vulnerabilities"] = dict(sorted(found.items()))

    def _robot(self, hello: Any) -> Steps:
        suites = tuple(code for code in hello.suites if _exchange(code) == "RSA")
        if not suites:
            return False
        rsa = replace(hello, suites=suites, extras=b"")

        def ask(variant: str) -> Ask:
            return self._ask(lambda held: flaws.robot_variant(rsa, variant, held), None)

        verdict: Optional[bool] = None
        # A difference is only believed when it shows twice.
        for _each in range(2):
            yield from self._prober.ask([], [ask(variant) for variant in flaws.ROBOT_VARIANTS])
            verdict = flaws.robot_verdict([outcome.result for outcome in self._prober.beside])
            if verdict is not True:
                return verdict
        return verdict


def _exchange(code: int) -> Optional[str]:
    suite = by_code_point(code)
    return suite.kx if suite is not None else None


def _resumed(answer: Optional[Answer], offered: bool) -> Optional[bool]:
    if answer is None:
        return None if offered else False
    if answer.accepted is None:
        return None
    return answer.look.end == "resumed"
