# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole plan for one endpoint: which tests a protocol has, and how they become one observation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generator, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import web
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Secure
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    DEFAULT_PORTS,
    Endpoint,
    Options,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.http import host_header
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import (
    ClientCertificate,
    Observation,
    Plaintext,
    ProtocolAnswer,
    Trust,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Outcome, Request
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import ask_policy
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober, direct

FAILURES = {
    "refused": "Nothing listens there: the connection was refused",
    "timeout": "No connection came about in time; a packet filter may be in between",
    "unreachable": "The address cannot be reached",
    "unresolved": "The name cannot be resolved",
    "local": "This machine has no socket left to connect with",
}
Steps = Generator[Request, "list[Outcome]", Any]


def endpoint_plan(endpoint: Endpoint, policy: Offers, options: Options) -> Steps:
    """The plan for one endpoint at depth ``policy``.  Returns an Observation."""
    if endpoint.protocol == "http":
        return (yield from _http_plan(endpoint, options))
    return (yield from _https_plan(endpoint, policy, options))


def unreachable(endpoint: Endpoint, depth: str, outcome: Optional[Outcome], failure: str = "") -> Observation:
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
    )


def _vantage(outcome: Optional[Outcome]) -> Optional[str]:
    if outcome is None or outcome.same_host is None:
        return None
    return "same_host" if outcome.same_host else "remote"


# -- http ----------------------------------------------------------------------------------


def _http_plan(endpoint: Endpoint, options: Options) -> Steps:
    name = endpoint.server_name or endpoint.host
    header = host_header(name, endpoint.port, DEFAULT_PORTS["http"])
    first = (yield Batch([Ask(lambda: web.plain_get(header, endpoint.path), options.seconds)]))[0]
    if first.failure is not None:
        return unreachable(endpoint, "policy", first)
    rest = yield Batch([
        Ask(lambda: web.plain_get(header, web.PROBE_PATH), options.seconds),
        Ask(lambda: web.plain_get(web.PROBE_HOST, "/"), options.seconds),
    ])
    answers = [outcome.result or web.PlainAnswer() for outcome in [first, *rest]]
    plaintext, facts = web.http_port(answers, name)
    return Observation(
        host=endpoint.host, port=endpoint.port, protocol=endpoint.protocol, server_name=endpoint.server_name,
        address=first.address, vantage=_vantage(first), reachable=True, connections=3,
        plaintext=plaintext, http=facts, protocols={version: ProtocolAnswer() for version in PROTOCOLS},
        undecided=() if plaintext.refused is not None else ("plaintext",),
    )


# -- https ---------------------------------------------------------------------------------


def _https_plan(endpoint: Endpoint, policy: Offers, options: Options) -> Steps:
    notes, prober = Notebook(endpoint, "policy"), Prober(direct, options.seconds)
    name = endpoint.server_name or endpoint.host
    web_asks = endpoint.protocol == "https"
    header = host_header(name, endpoint.port, DEFAULT_PORTS["https"])
    plain = [Ask(lambda: web.plain_get(header, endpoint.path), options.seconds)] if web_asks else []
    get = [Ask(lambda: web.secure_get(_secure(endpoint, options.check_trust), header, endpoint.path), options.seconds)]
    seen_plain, seen_get = yield from ask_policy(prober, notes, policy, endpoint, plain, get if web_asks else [])
    if not prober.reached:
        return unreachable(endpoint, "policy", prober.first)
    if web_asks:
        outcome = yield from prober.insist(plain[0], _turned_away, seen_plain[0])
        answer = outcome.result or web.PlainAnswer()
        notes.facts["plaintext"] = web.tls_port(answer, endpoint.path, notes.any_accepted)
        outcome = yield from prober.insist(get[0], _went_away, seen_get[0])
        yield from _web_facts(endpoint, options, notes, prober, outcome, header)
    return finish(notes, prober)


def _turned_away(outcome: Outcome) -> bool:
    return outcome.result is None or outcome.result.away


def _went_away(outcome: Outcome) -> bool:
    """The connection ended before the handshake of the machine's own library had any result."""
    fetched = outcome.result
    return fetched is None or (not fetched.secured.done and fetched.secured.ended)


def _secure(endpoint: Endpoint, verify: bool) -> Secure:
    return Secure(endpoint.server_name or (endpoint.host if verify else None), verify=verify)


def _web_facts(endpoint: Endpoint, options: Options, notes: Notebook, prober: Prober, outcome: Outcome,
               header: str) -> Steps:
    """HSTS, redirect, trust and client certificate out of one GET behind TLS."""
    fetched = outcome.result
    if options.check_trust and fetched is not None:
        secured = fetched.secured
        told = secured.trusted is not None or secured.name_matches is not None
        notes.facts["trust"] = Trust(told, secured.trusted, secured.name_matches, secured.reason)
        if not secured.done:
            ask = Ask(lambda: web.secure_get(_secure(endpoint, False), header, endpoint.path), options.seconds)
            yield from prober.ask([], [ask])
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
    words = (fetched.reason + " " + fetched.secured.reason).lower().replace("_", " ")
    if fetched.response is not None:
        known = replace(known, required=False)
    elif "certificate required" in words or (known.requested and "alert" in words):
        known = replace(known, requested=True, required=True)
    notes.facts["client_certificate"] = known


# -- the end -------------------------------------------------------------------------------


def finish(notes: Notebook, prober: Prober) -> Observation:
    """The observation, with what the prober knows of the connection itself."""
    error = None
    if not notes.any_accepted:
        error = _no_handshake(notes)
    seen = notes.observation()
    client = seen.client_certificate
    if client.requested and client.required is None:
        seen = replace(seen, undecided=(*seen.undecided, "client_certificate.required"))
    return replace(
        seen, reachable=True, error=error, connections=prober.connections,
        address=prober.first.address if prober.first is not None else None, vantage=_vantage(prober.first),
    )


def _no_handshake(notes: Notebook) -> str:
    if all(notes.accepted(version) is False for version in PROTOCOLS):
        return "The server refuses every TLS handshake."
    return ("No TLS handshake succeeded, and the answers do not tell why: TLS may be broken or missing on this port, "
            "or the server turns this client away.")
