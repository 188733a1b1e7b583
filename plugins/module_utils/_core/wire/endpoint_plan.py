# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole plan for one endpoint: which tests a protocol has, and how they become one observation."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    End,
    Secure,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    Dialogue,
    PlainFacts,
    plain_conversation,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import host_header
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.stay import certificate_wanted, stay
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    PARTS,
    Endpoint,
    Options,
    budget_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    ClientCertificate,
    Observation,
    Page,
    Plaintext,
    ProtocolAnswer,
    Starttls,
    Trust,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import ask_policy
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

PLAIN_SECONDS = 10.0
"""More patience with plaintext: failed logins are answered late on purpose."""
FAILURES = {
    "refused": "Nothing listens there: the connection was refused",
    "timeout": "No connection came about in time; a packet filter may be in between",
    "unreachable": "The address cannot be reached",
    "unresolved": "The name cannot be resolved",
    "local": "This machine has no socket left to connect with",
}
Steps = Generator[Request, "list[Outcome]", Any]


def plan_endpoint(endpoint: Endpoint, policy: Offers, options: Options) -> Steps:
    """The plan for one endpoint at depth ``policy``.  Returns an Observation."""
    seen = yield from _http_plan(endpoint, options) if endpoint.protocol == "http" else (
        _tls_plan(endpoint, policy, options))
    return replace(seen, proxy_protocol=endpoint.proxy_protocol)


def make_unreachable(endpoint: Endpoint, depth: str, outcome: Optional[Outcome], failure: str = "") -> Observation:
    """The observation of an endpoint that could not be connected to: an error, never a refusal.

    Only plain http is different: a closed port serves nothing.
    """
    failure = failure or (outcome.failure if outcome is not None and outcome.failure else "unreachable")
    sentence = FAILURES[failure]
    if outcome is not None and failure == "unreachable":
        sentence += f" ({outcome.detail.lower()})"
    plaintext = Plaintext(None, "undecided", "Nothing could be asked.")
    if endpoint.protocol == "http" and failure == "refused":
        plaintext = Plaintext(True, "tcp_refused", "Nothing listens on this port, so nothing is served in plaintext.")
    return Observation(
        host=endpoint.host, port=endpoint.port, protocol=endpoint.protocol, server_name=endpoint.server_name,
        address=outcome.address if outcome is not None else endpoint.address, depth=depth, reachable=False,
        error=sentence + ".", plaintext=plaintext, protocols={version: ProtocolAnswer() for version in PROTOCOLS},
        pages=_unread_pages(endpoint, sentence),
    )


def make_unprobed(endpoint: Endpoint, depth: str) -> Observation:
    """The observation of an endpoint that is not connected to, because it says why that is of no use."""
    plaintext = Plaintext(None, "undecided", "Nothing was asked.")
    return Observation(
        host=endpoint.host, port=endpoint.port, protocol=endpoint.protocol, server_name=endpoint.server_name,
        address=endpoint.address, depth=depth, error=endpoint.unprobed, unprobed=endpoint.unprobed, plaintext=plaintext,
        protocols={version: ProtocolAnswer() for version in PROTOCOLS},
        pages=_unread_pages(endpoint, endpoint.unprobed),
    )


def _vantage(outcome: Optional[Outcome]) -> Optional[str]:
    if outcome is None or outcome.same_host is None:
        return None
    return "same_host" if outcome.same_host else "remote"


# -- http ----------------------------------------------------------------------------------


def _http_plan(endpoint: Endpoint, options: Options) -> Steps:
    name = endpoint.server_name or endpoint.host
    header = host_header(name, endpoint.port, DEFAULT_PORTS["http"])
    asks = [
        Ask(lambda: web.plain_get(header, endpoint.path), options.seconds),
        Ask(lambda: web.plain_get(header, web.PROBE_PATH), options.seconds),
        Ask(lambda: web.plain_get(web.PROBE_HOST, "/"), options.seconds),
        *_plain_pages(endpoint, options),
    ]
    first = (yield Batch(asks[:1]))[0]
    if first.failure is not None:
        return make_unreachable(endpoint, options.depth, first)
    outcomes = [first, *(yield Batch(asks[1:]))]
    again = [at for at, outcome in enumerate(outcomes) if outcome.result is None or outcome.result.unanswered]
    if again:
        more = yield Batch([asks[at] for at in again], alone=True)
        outcomes = [dict(zip(again, more)).get(at, outcome) for at, outcome in enumerate(outcomes)]
    answers = [outcome.result or web.PlainAnswer() for outcome in outcomes]
    plaintext, facts = web.http_port(answers[:3], name)
    return Observation(
        host=endpoint.host, port=endpoint.port, protocol=endpoint.protocol, server_name=endpoint.server_name,
        address=first.address, vantage=_vantage(first), depth=options.depth, reachable=True,
        connections=len(asks) + len(again),
        plaintext=plaintext, http=facts, protocols={version: ProtocolAnswer() for version in PROTOCOLS},
        undecided=() if plaintext.refused is not None else ("plaintext",),
        pages=_plain_pages_seen(endpoint, outcomes[3:]),
    )


# -- everything that speaks TLS ------------------------------------------------------------


def _tls_plan(endpoint: Endpoint, policy: Offers, options: Options) -> Steps:
    dialogue = None if endpoint.protocol == "https" else _dialogue(endpoint.protocol)
    options = replace(options, budget=budget_of(endpoint, options))
    notes = Notebook(endpoint, options.depth)
    opening = converse_directly if dialogue is None else dialogue.opening(endpoint)
    prober = Prober(opening, options, dialogue.more_seconds if dialogue is not None else 0.0)
    plain, then = _others(endpoint, options, dialogue)
    if options.depth == "full":
        # Most looks need none of it, and it is half of everything there is to import.
        from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.depth import Full

        look = Full(endpoint, options, opening, dialogue, prober, notes)
        seen_plain, seen_then = yield from look.run(plain, then)
    else:
        stop = _never if dialogue is not None and dialogue.starttls else _speaks_plaintext
        seen = yield from ask_policy(prober, notes, policy, endpoint, plain + then, stop)
        seen_plain, seen_then = seen[:len(plain)], seen[len(plain):]
    if not prober.reached:
        return make_unreachable(endpoint, options.depth, prober.first)
    if plain:
        outcome = yield from prober.insist(plain[0], _turned_away, seen_plain[0])
        outcome = yield from prober.once_more(plain[0], _cut_off, outcome)
        _plain_facts(notes, endpoint, dialogue, outcome)
    if then and seen_then:
        outcome = yield from prober.insist(then[0], _went_away, seen_then[0])
        outcome = yield from prober.once_more(then[0], _late, outcome)
        yield from _web_facts(endpoint, options, notes, prober, outcome)
    elif dialogue is not None:
        yield from _stays(endpoint, options, dialogue, notes, prober)
    if endpoint.pages:
        notes.facts["pages"] = yield from _pages(endpoint, options, notes, prober)
    return finish(notes, prober)


def _dialogue(protocol: str) -> Dialogue:
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES

    return DIALOGUES[protocol]


def _others(endpoint: Endpoint, options: Options, dialogue: Optional[Dialogue]) -> "tuple[list[Ask], list[Ask]]":
    """The connections beside the hellos: the plaintext test, and for https the GET behind TLS."""
    wanted = PARTS if options.depth == "policy" else options.parts
    plain: "list[Ask]" = []
    if "plaintext" in wanted:
        patience = options.seconds
        if dialogue is not None:
            patience += dialogue.more_seconds + PLAIN_SECONDS
        plain = [Ask(lambda: _plain_talk(endpoint, dialogue), patience)]
    web_too = dialogue is None and "details" in wanted
    return plain, [_get(endpoint, options.check_trust, options)] if web_too else []


def _plain_talk(endpoint: Endpoint, dialogue: Optional[Dialogue]) -> Conversation:
    if dialogue is None:
        return web.plain_get(_host_header(endpoint), endpoint.path)
    return plain_conversation(dialogue, endpoint)


def _turned_away(outcome: Outcome) -> bool:
    return outcome.result is None or outcome.result.away


def _cut_off(outcome: Outcome) -> bool:
    """The plaintext test ended before it told anything: late, or by the server's doing."""
    facts = outcome.result
    return isinstance(facts, PlainFacts) and facts.cut and facts.plaintext.refused is None


def _never(_outcomes: Sequence[Outcome]) -> bool:
    """In front of an upgrade plaintext is what everybody speaks, so it says nothing about TLS."""
    return False


def _speaks_plaintext(outcomes: Sequence[Outcome]) -> bool:
    """Whether a port that should speak TLS from the first byte took no hello, but plaintext in its protocol."""
    return any(
        isinstance(outcome.result, PlainFacts) and outcome.result.offered is None
        and outcome.result.plaintext.refused is False for outcome in outcomes
    )


def _plain_facts(notes: Notebook, endpoint: Endpoint, dialogue: Optional[Dialogue], outcome: Outcome) -> None:
    """What the plaintext test told; silence is a refusal only on a port that does speak TLS."""
    if dialogue is None:
        answer = outcome.result or web.PlainAnswer()
        notes.facts["plaintext"] = web.tls_port(answer, endpoint.path, notes.speaks_tls)
        return
    facts = outcome.result or PlainFacts(Plaintext(None, "undecided", outcome.detail))
    plaintext = facts.plaintext
    empty = ("silent", "closed", "error_status") if endpoint.protocol == "tls" else ("silent", "closed")
    if plaintext.how in empty and not notes.speaks_tls:
        plaintext = replace(plaintext, refused=None, how="undecided")
    notes.facts["plaintext"] = plaintext
    if not dialogue.starttls:
        return
    denied = notes.denied
    offered = True if notes.any_accepted else False if denied is not None else facts.offered
    if offered and not notes.asked:
        # In words, and no hello ever got through: what is announced and not to be had is not offered.
        offered = None
    known = notes.facts.get("starttls") or Starttls()
    code = denied.code if denied is not None else facts.code
    notes.facts["starttls"] = replace(known, offered=offered, code=code)


def _stays(endpoint: Endpoint, options: Options, dialogue: Dialogue, notes: Notebook, prober: Prober) -> Steps:
    """Whether a server that asks for a client certificate goes on without one."""
    known = notes.facts.get("client_certificate")
    if known is None or not known.requested:
        return
    ask = Ask(lambda: stay(dialogue, endpoint), options.seconds + dialogue.more_seconds)
    yield from prober.ask([], [ask])
    outcome = yield from prober.insist(ask, _has_no_result, prober.beside[0])
    if outcome.result is not None:
        notes.facts["client_certificate"] = replace(known, required=outcome.result.turned_out)


def _has_no_result(outcome: Outcome) -> bool:
    return outcome.result is None or outcome.result.turned_out is None


# -- https ---------------------------------------------------------------------------------


def _host_header(endpoint: Endpoint) -> str:
    return host_header(endpoint.server_name or endpoint.host, endpoint.port, DEFAULT_PORTS["https"])


def _get(endpoint: Endpoint, verify: bool, options: Options) -> Ask:
    name = endpoint.server_name or (endpoint.host if verify else None)
    secure = Secure(name, verify=verify, ca_file=options.ca_file if verify else None)
    return Ask(lambda: web.secure_get(secure, _host_header(endpoint), endpoint.path), options.seconds)


def _went_away(outcome: Outcome) -> bool:
    """The connection ended before the handshake of the machine's own library had any result."""
    fetched = outcome.result
    return fetched is None or (not fetched.secured.done and fetched.secured.ended)


def _late(outcome: Outcome) -> bool:
    """Behind the handshake no answer came in time."""
    fetched = outcome.result
    return fetched is not None and fetched.secured.done and fetched.response is None and fetched.reason in (
        End.SILENT.value, End.DEADLINE.value)


def _web_facts(endpoint: Endpoint, options: Options, notes: Notebook, prober: Prober, outcome: Outcome) -> Steps:
    """HSTS, redirect, trust and client certificate out of one GET behind TLS."""
    fetched = outcome.result
    if options.check_trust and fetched is not None:
        secured = fetched.secured
        told = secured.trusted is not None or secured.name_matches is not None
        notes.facts["trust"] = Trust(told, secured.trusted, secured.name_matches, secured.reason)
        if not secured.done:
            yield from prober.ask([], [_get(endpoint, False, options)])
            fetched = prober.beside[0].result
    if fetched is None:
        notes.undecided("http")
        return
    if fetched.response is not None:
        notes.facts["http"] = web.http_facts(fetched.response, endpoint.server_name or endpoint.host)
    else:
        notes.undecided("http")
    _client_certificate(notes, fetched)


def _client_certificate(notes: Notebook, fetched: web.Fetched) -> None:
    """A server that wants a certificate ends the session without one, in TLS 1.3 only after the handshake."""
    known = notes.facts.get("client_certificate") or ClientCertificate()
    if fetched.response is not None:
        known = replace(known, required=web.certificate_missed(fetched) if known.requested else False)
    elif certificate_wanted(fetched.reason + " " + fetched.secured.reason, bool(known.requested)):
        known = replace(known, requested=True, required=True)
    notes.facts["client_certificate"] = known


# -- pages ---------------------------------------------------------------------------------

# Most looks are at none, and the parser of HTML takes its time to be imported.


def _plain_pages(endpoint: Endpoint, options: Options) -> "list[Ask]":
    if not endpoint.pages:
        return []
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.pages import make_plain_asks

    return make_plain_asks(endpoint, options)


def _plain_pages_seen(endpoint: Endpoint, outcomes: "list[Outcome]") -> "tuple[Page, ...]":
    if not endpoint.pages:
        return ()
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.pages import list_plain_pages

    return list_plain_pages(endpoint, outcomes)


def _unread_pages(endpoint: Endpoint, reason: str) -> "tuple[Page, ...]":
    if not endpoint.pages:
        return ()
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.pages import make_unread

    return make_unread(endpoint, reason)


def _pages(endpoint: Endpoint, options: Options, notes: Notebook, prober: Prober) -> Steps:
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.pages import observe_pages

    if not notes.any_accepted:
        return _unread_pages(endpoint, "no TLS handshake succeeded")
    return (yield from observe_pages(endpoint, options, prober))


# -- the end -------------------------------------------------------------------------------


def finish(notes: Notebook, prober: Prober) -> Observation:
    """The observation, with what the prober knows of the connection itself."""
    error = prober.shut
    if not notes.any_accepted and error is None:
        error = _no_handshake(notes)
    seen = notes.observation()
    undecided = list(seen.undecided)
    if seen.plaintext.refused is None and "plaintext" in notes.facts:
        undecided.append("plaintext")
    if seen.client_certificate.requested and seen.client_certificate.required is None:
        undecided.append("client_certificate.required")
    return replace(
        seen, reachable=True, error=error, connections=prober.connections, undecided=tuple(undecided),
        address=prober.first.address if prober.first is not None else None, vantage=_vantage(prober.first),
    )


def _no_handshake(notes: Notebook) -> str:
    if notes.denied is not None:
        return f"The server does not go over to TLS: {notes.denied.detail}"
    if all(notes.accepted(version) is False for version in PROTOCOLS):
        return "The server refuses every TLS handshake."
    plaintext = notes.facts.get("plaintext") or Plaintext()
    if plaintext.refused is False and plaintext.how in ("served", "offered", "accepted"):
        return "The port speaks plaintext, and no TLS handshake succeeded."
    words = ("No TLS handshake succeeded, and the answers do not tell why: TLS may be broken or missing on this port, "
             "or the server turns this client away.")
    details = notes.details
    return f"{words} What was seen: {details[0]}" if details else words
