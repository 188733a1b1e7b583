# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a session is made of besides protocol and suites: compression, renegotiation and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    Check,
    Context,
    Outcome,
    accepted,
    accepted_versions,
    failed,
    is_plain_http,
    passed,
    speaks_tls12_or_older,
    unknown,
)


def _only_tls13(seen: Mapping[str, Any]) -> bool:
    """TLS 1.3 has neither compression nor renegotiation: nothing is left to ask."""
    return speaks_tls12_or_older(seen) is False


def _asks_tls12(seen: Mapping[str, Any]) -> bool:
    return not is_plain_http(seen) and bool(accepted_versions(seen)) and not _only_tls13(seen)


def compression(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the server does not take up an offer to compress."""
    del context
    if not _asks_tls12(seen) or policy.compression:
        return None
    answer = seen.get("compression")
    if answer is True:
        return failed("The server compresses inside TLS.", compression=True)
    if answer is False:
        return passed("Compression was offered and not taken.", compression=False)
    return unknown("Whether the server compresses was not looked for.")


def secure_renegotiation(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the server answers with renegotiation_info (RFC 5746)."""
    del policy, context
    if not _asks_tls12(seen):
        return None
    answer = (seen.get("renegotiation") or {}).get("secure")
    if answer is True:
        return passed("Renegotiation is bound to its connection.")
    if answer is False:
        return failed("The server does not answer with renegotiation_info.")
    return unknown("Secure renegotiation was not looked for.")


def client_renegotiation(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that a renegotiation that the client starts is refused."""
    del context
    if not _asks_tls12(seen) or policy.client_renegotiation:
        return None
    answer = (seen.get("renegotiation") or {}).get("client_initiated")
    if answer is True:
        return failed("A client can start a renegotiation.")
    if answer is False:
        return passed("A renegotiation that the client starts is refused.")
    return unknown("Client-initiated renegotiation was not tried.")


def extended_master_secret(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """TLS 1.2 sessions use the extended master secret where the policy wants it."""
    del context
    if not _asks_tls12(seen) or not policy.extended_master_secret_required:
        return None
    answer = seen.get("extended_master_secret")
    if answer is True:
        return passed("The extended master secret is used.")
    if answer is False:
        return failed("The server does not answer extended_master_secret.")
    return unknown("The extended master secret was not looked for.")


def early_data(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """No early data (0-RTT) is accepted."""
    del context
    if is_plain_http(seen) or policy.early_data or not accepted(seen, "TLSv1.3"):
        return None
    answer = seen.get("early_data")
    if isinstance(answer, Mapping):
        answer = answer.get("accepted")
    if answer is True:
        return failed("The server accepts early data.")
    if answer is False:
        return passed("The server accepts no early data.")
    return unknown("Early data was not tried.")


def client_certificate(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Clients are asked for a certificate, and turned away without one, as the policy says."""
    del context
    if is_plain_http(seen) or policy.client_certificate == "none" or not accepted_versions(seen):
        return None
    answer = seen.get("client_certificate") or {}
    requested, required = answer.get("requested"), answer.get("required")
    facts: dict[str, Any] = {"requested": requested, "required": required, "ca_names": answer.get("ca_names") or []}
    if policy.client_certificate == "optional":
        return _asked_for(requested, facts)
    if required is True:
        return passed("A client without a certificate is turned away.", **facts)
    if required is False or requested is False:
        return failed("A client without a certificate is let in.", **facts)
    return unknown("Whether a client certificate is required could not be told.", **facts)


_HOLES = {
    "heartbleed": "Heartbleed",
    "ccs_injection": "an early ChangeCipherSpec",
    "robot": "a Bleichenbacher oracle (ROBOT)",
}


def hole_closed(name: str) -> Check:
    """Make the check that a known hole is not there; only suites with static RSA could have the oracle."""

    def check(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
        del policy, context
        if not _asks_tls12(seen) or (name == "robot" and not _offers_static_rsa(seen)):
            return None
        answer = (seen.get("vulnerabilities") or {}).get(name)
        if answer is True:
            return failed(f"The server shows {_HOLES[name]}.")
        if answer is False:
            return passed(f"The server does not show {_HOLES[name]}.")
        return unknown(f"Whether the server shows {_HOLES[name]} was not tried.")

    return check


def _offers_static_rsa(seen: Mapping[str, Any]) -> bool:
    """Return true unless a complete enumeration found no suite with static RSA key exchange."""
    names = [str(name) for names in (seen.get("suites") or {}).values() for name in names]
    complete = seen.get("suites_complete") or {}
    all_known = all(complete.get(version) is True for version in accepted_versions(seen))
    return not all_known or any(name.startswith(("TLS_RSA_WITH_", "TLS_RSA_EXPORT")) for name in names)


def _asked_for(requested: Optional[bool], facts: dict[str, Any]) -> Outcome:
    if requested is None:
        return unknown("Whether a client certificate is asked for could not be told.", **facts)
    if requested:
        return passed("A client certificate is asked for.", **facts)
    return failed("No client certificate is asked for.", **facts)
