# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge what is served, or taken, before TLS.

Plain http may redirect to https where the policy says so; a port that nobody listens on
is the best answer there.  Port 25 of a public mail exchanger is opportunistic by its
nature (RFC 7435, RFC 3207 5): mail in clear text passes and is said so, authentication
in clear text fails.  Everything else is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    IMPLICIT_SIBLING,
    STARTTLS_PROTOCOLS,
    Context,
    Outcome,
    failed,
    is_plain_http,
    passed,
    unknown,
    unprobed,
)

_REDIRECTS = ("redirect_permanent", "redirect_temporary")


def _plaintext(seen: Mapping[str, Any]) -> Mapping[str, Any]:
    return seen.get("plaintext") or {}


def _detail(plaintext: Mapping[str, Any]) -> str:
    return str(plaintext.get("detail") or plaintext.get("how") or "no detail was recorded").rstrip(".")


def is_closed_http(seen: Mapping[str, Any]) -> bool:
    """Return true for a plain http endpoint where nobody listens: nothing can leak there."""
    plaintext = _plaintext(seen)
    return is_plain_http(seen) and plaintext.get("how") == "tcp_refused" and plaintext.get("refused") is True


def reachable(policy: Policy, seen: Mapping[str, Any], context: Context) -> Outcome:
    """Check that the endpoint answers, or is a plain http port that nobody serves any more."""
    del policy, context
    if seen.get("reachable") is True:
        return passed("The endpoint answers.", address=seen.get("address"))
    if is_closed_http(seen):
        return passed("Nothing listens on this plain http port, so nothing can be served from it.")
    if seen.get("unprobed"):
        words = str(seen["unprobed"]).rstrip(".")
        return unprobed(f"The endpoint was not connected to: {words}.", out_of_reach=True)
    reason = str(seen.get("error") or "no reason was recorded").rstrip(".")
    return unknown(f"The endpoint could not be examined: {reason}.", error=seen.get("error"))


def plaintext_refused(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Before TLS nothing is served, and no authentication is offered or taken."""
    del context
    plaintext = _plaintext(seen)
    how = plaintext.get("how")
    facts: dict[str, Any] = {
        "how": how, "detail": plaintext.get("detail"), "transcript": plaintext.get("transcript") or [],
    }
    if how == "not_applicable":
        return None
    if is_plain_http(seen) and how in _REDIRECTS:
        return _redirected(policy, plaintext, facts)
    refused = plaintext.get("refused")
    if refused is True:
        return passed(f"Plaintext is refused: {_detail(plaintext)}.", **facts)
    if refused is False:
        return _taken(policy, seen, plaintext, facts)
    return unknown(f"Whether plaintext is refused could not be told: {_detail(plaintext)}.", **facts)


def _redirected(policy: Policy, plaintext: Mapping[str, Any], facts: Mapping[str, Any]) -> Outcome:
    if policy.plaintext == "none":
        return failed(
            "The policy allows nothing at all in clear text, and this port answers with a redirect: close it.",
            severity="medium", **facts,
        )
    return passed(f"Plain http only leads to https: {_detail(plaintext)}.", **facts)


def _taken(
    policy: Policy, seen: Mapping[str, Any], plaintext: Mapping[str, Any], facts: Mapping[str, Any]
) -> Outcome:
    """Judge an endpoint that did talk in clear text."""
    how = plaintext.get("how")
    if seen.get("protocol") == "smtp" and how != "offered" and not _authentication_in_clear(plaintext):
        if policy.plaintext == "none" or policy.starttls == "forbidden":
            return failed(f"Mail is taken in clear text, and the policy allows none: {_detail(plaintext)}.", **facts)
        return passed(
            "Mail is taken in clear text, as any public exchanger does (opportunistic TLS, RFC 7435); "
            "no authentication is offered before TLS.", **facts,
        )
    severity = "critical" if how == "accepted" else None
    return failed(f"Plaintext is not refused: {_detail(plaintext)}.", severity=severity, **facts)


def _authentication_in_clear(plaintext: Mapping[str, Any]) -> bool:
    """Return true if a reply of the SMTP transcript offers AUTH, or goes along with it."""
    for line in plaintext.get("transcript") or []:
        sent = str(line.get("sent") or "").upper()
        received = str(line.get("received") or "").upper()
        if sent.startswith("EHLO") and any(
            reply[4:].startswith(("AUTH ", "AUTH=")) for reply in received.splitlines()
        ):
            return True
        if sent.startswith("AUTH") and received.startswith(("235", "334", "535")):
            return True
    return False


def redirect_permanent(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a redirect from plain http is one that clients remember."""
    del policy, context
    if not is_plain_http(seen):
        return None
    how = _plaintext(seen).get("how")
    redirect = (seen.get("http") or {}).get("redirect") or {}
    if how not in _REDIRECTS:
        return None
    facts: dict[str, Any] = {"status": redirect.get("status"), "location": redirect.get("location")}
    if how == "redirect_permanent":
        return passed(f"The redirect to https is permanent ({_detail(_plaintext(seen))}).", **facts)
    return failed(f"The redirect to https is only temporary ({_detail(_plaintext(seen))}).", **facts)


def redirect_same_host(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a redirect from plain http leads to https on the same host first."""
    del policy, context
    redirect = (seen.get("http") or {}).get("redirect") or {}
    if not is_plain_http(seen) or _plaintext(seen).get("how") not in _REDIRECTS:
        return None
    location = redirect.get("location")
    if redirect.get("same_host") is True:
        return passed(f"The redirect stays on its host: {location}.", location=location)
    if redirect.get("same_host") is False:
        return failed(f"The redirect leads to another host: {location}.", location=location)
    return unknown("Where the redirect leads was not recorded.", location=location)


def implicit_tls_only(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Where the policy wants TLS from the first byte, a STARTTLS port is wrong by itself."""
    del context
    protocol = str(seen.get("protocol"))
    if policy.starttls not in ("implicit_only", "forbidden") or is_plain_http(seen):
        return None
    if protocol not in STARTTLS_PROTOCOLS:
        return passed("TLS is spoken from the first byte on.")
    if policy.starttls == "implicit_only" and protocol not in IMPLICIT_SIBLING:
        return passed(f"{protocol} has no port with TLS from the first byte: STARTTLS is the only way.")
    sibling = IMPLICIT_SIBLING.get(protocol)
    advice = f"use {sibling} instead" if sibling else "close it"
    return failed(f"The policy does not allow STARTTLS, and {protocol} begins in clear text: {advice}.")


def starttls_offered(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a port that begins in clear text offers the way into TLS."""
    del policy, context
    if seen.get("protocol") not in STARTTLS_PROTOCOLS:
        return None
    offered = (seen.get("starttls") or {}).get("offered")
    if offered is True:
        return passed("The change to TLS is offered.")
    if offered is False:
        return failed("The change to TLS is not offered: everything on this port goes in clear text.")
    return unknown("Whether the change to TLS is offered could not be told.")


def starttls_injection(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that what was sent in clear text behind STARTTLS is thrown away."""
    del policy, context
    starttls = seen.get("starttls") or {}
    if seen.get("protocol") not in STARTTLS_PROTOCOLS or starttls.get("offered") is False:
        return None
    refused = starttls.get("injection_refused")
    if refused is True:
        return passed("A command sent in the same packet as STARTTLS was thrown away.")
    if refused is False:
        return failed("A command sent in clear text behind STARTTLS was carried out inside TLS.")
    return unknown("Whether commands behind STARTTLS are thrown away was not tested.")
