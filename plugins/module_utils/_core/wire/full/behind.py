# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What shows behind a finished handshake, and the old flaws: the parts ``details`` and ``flaws`` of a full look."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import flaws
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full import session as fs
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.details import ask_details, base_of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.groups import TRIED_SHARES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    ClientCertificate,
    Renegotiation,
    Starttls,
    Tickets,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext

Steps = Generator[Request, list[Outcome], Any]


class Behind:
    """Asks what only a session tells.

    Args:
        endpoint, opening, dialogue, prober, notes: those of the whole look.
        first: the first answer of every version.
        tracks: the suites found, by version.
    """

    def __init__(self, endpoint: Endpoint, opening: Opening, dialogue: Optional[Dialogue], prober: Prober,
                 notes: Notebook, first: "dict[str, Answer]", tracks: "dict[str, Track]") -> None:
        self._endpoint = endpoint
        self._opening = opening
        self._dialogue = dialogue
        self._prober = prober
        self._notes = notes
        self._first = first
        self._tracks = tracks

    def _ask(self, talk: Callable[[bytes], Conversation], nothing: Any) -> Ask:
        return Ask(lambda: fs.follow_opening(self._opening, talk, nothing), self._prober.seconds)

    # -- details ---------------------------------------------------------------------------

    def _share(self) -> int:
        known = [group for group in TRIED_SHARES if self._notes.has_group(group)]
        return known[0] if known else TRIED_SHARES[0]

    def details(self, beside: "list[Ask]") -> Steps:
        base = base_of(self._endpoint, self._tracks, tuple(g for g in TRIED_SHARES if self._notes.has_group(g)))
        if base is None:
            return ()
        asks, extra = list(beside), {}
        suites = fs.list_usable_suites(self._tracks.get("TLSv1.2"))
        hello12 = fs.make_session_hello(self._endpoint, suites) if suites else None
        if hello12 is not None:
            extra["session12"] = len(asks)
            asks.append(self._ask(lambda held: fs.resume_tls12(hello12, held), fs.Facts12()))
        if "TLSv1.3" in self._tracks:
            hello13 = fs.make_tls13_hello(self._endpoint, self._tracks["TLSv1.3"], self._share())
            extra["session13"] = len(asks)
            asks.append(self._ask(lambda held: fs.resume_tls13(hello13, held), fs.Facts13()))
        dialogue = self._dialogue
        if dialogue is not None and dialogue.inject is not None:
            extra["injection"] = len(asks)
            asks.append(Ask(lambda: fs.probe_injection(dialogue, self._endpoint), self._prober.seconds))
        outcomes = yield from ask_details(self._prober, self._notes, self._endpoint, base, asks)
        results = {name: outcomes[at].result for name, at in extra.items()}
        yield from self._note_sessions(results, hello12)
        if "injection" in extra:
            at = extra["injection"]
            outcome = yield from self._prober.once_more(asks[at], lambda seen: seen.result is None, outcomes[at])
            self._notes.facts["starttls"] = Starttls(injection_refused=outcome.result)
        return outcomes[:len(beside)]

    def _note_sessions(self, results: "dict[str, Any]", hello12: Any) -> Steps:
        tickets = Tickets()
        facts12: fs.Facts12 = results.get("session12") or fs.Facts12()
        facts13: fs.Facts13 = results.get("session13") or fs.Facts13()
        if facts12.made:
            known = self._notes.facts.get("renegotiation") or Renegotiation()
            self._notes.facts["renegotiation"] = replace(known, client_initiated=facts12.renegotiation)
            questions = fs.make_resumption_questions(hello12, facts12)
            answers = dict(zip(questions, (yield from self._prober.ask(list(questions.values())))))
            tickets = Tickets(
                tls12_ticket=_resumed(answers.get("ticket"), bool(facts12.ticket)),
                tls12_session_id=_resumed(answers.get("session_id"), bool(facts12.session_id)),
                lifetime=facts12.lifetime,
            )
        elif any(version != "TLSv1.3" for version in self._tracks):
            self._notes.undecided("renegotiation.client_initiated")
            self._notes.undecided("tickets")
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

    def flaws(self) -> Steps:
        found: "dict[str, Optional[bool]]" = {}
        old = next((version for version in ("TLSv1.2", "TLSv1.1", "TLSv1") if version in self._tracks), None)
        if old is None:
            # TLS 1.3 has no heartbeat in its handshake, no ChangeCipherSpec that matters, and no RSA key exchange.
            self._notes.facts["vulnerabilities"] = {"heartbleed": False, "ccs_injection": False, "robot": False}
            return
        hello = replace(self._first[old].question.hello or fs.make_session_hello(self._endpoint, ()),
                        suites=tuple(self._tracks[old].found), compression=False, ask_status=False,
                        extras=ext.extension(ext.HEARTBEAT, b"\x01"))
        asks = {"ccs_injection": self._ask(lambda held: flaws.probe_ccs_injection(hello, held), None)}
        choice = self._first[old].look.choice
        if choice is not None and ext.HEARTBEAT in choice.extensions:
            asks["heartbleed"] = self._ask(lambda held: flaws.probe_heartbleed(hello, held), None)
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
            return self._ask(lambda held: flaws.make_robot_variant(rsa, variant, held), None)

        verdict: Optional[bool] = None
        # A difference is only believed when it shows twice.
        for _each in range(2):
            yield from self._prober.ask([], [ask(variant) for variant in flaws.ROBOT_VARIANTS])
            verdict = flaws.judge_robot([outcome.result for outcome in self._prober.beside])
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
