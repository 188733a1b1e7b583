# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Protocol versions: what the policy leaves out is refused, what it lists is there."""

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
    listed,
    passed,
    unknown,
    unsettled_versions,
)

_DEPRECATED = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1")


def version_refused(version: str) -> Check:
    """Make the check that a forbidden version is refused; no finding where the policy lists it."""

    def check(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
        del context
        if is_plain_http(seen) or version in policy.protocols:
            return None
        entry = dict((seen.get("protocols") or {}).get(version) or {})
        cause = str(entry.get("cause") or "no cause recorded")
        answer = accepted(seen, version)
        if answer is None and not accepted_versions(seen):
            # Without any TLS the one open question is that of ``protocols_offered``.
            return None
        if answer is None:
            return unknown(f"Whether {version} is refused could not be told ({cause}).", **entry)
        if answer:
            return failed(f"{version} is accepted; the policy allows {listed(policy.protocols)}.", **entry)
        return passed(f"{version} is refused ({cause}).", **entry)

    return check


def protocols_offered(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the policy's versions can be negotiated; without any, there is no TLS here at all.

    A server that no longer takes a deprecated version the policy still lists is stricter,
    not wrong.  One that lacks TLS 1.2 where the policy lists it shuts clients out: low.
    """
    del context
    if is_plain_http(seen):
        return None
    there, open_questions = accepted_versions(seen), unsettled_versions(seen)
    facts: dict[str, Any] = {"accepted": there, "policy": list(policy.protocols)}
    if not there:
        if open_questions:
            return unknown(f"Whether the server speaks {listed(open_questions)} could not be told.", **facts)
        return failed("No TLS handshake succeeds with any version.", severity="critical", **facts)
    return _compared(policy, seen, facts)


def _compared(policy: Policy, seen: Mapping[str, Any], facts: dict[str, Any]) -> Outcome:
    """Hold the accepted versions against the policy's, where there is TLS at all."""
    there, open_questions = accepted_versions(seen), unsettled_versions(seen)
    missing = [version for version in policy.protocols if accepted(seen, version) is False]
    unsettled = [version for version in open_questions if version in policy.protocols]
    if policy.max_protocol in missing:
        return failed(f"{policy.max_protocol}, the newest version of the policy, is not accepted.", **facts)
    if unsettled:
        return unknown(f"Whether {listed(unsettled)} is accepted could not be told.", **facts)
    needed = [version for version in missing if version not in _DEPRECATED]
    if needed:
        return failed(f"{listed(needed)} is in the policy and is not accepted.", severity="low", **facts)
    if missing:
        return passed(f"Accepted: {listed(there)}. {listed(missing)}, which the policy tolerates, is not.", **facts)
    return passed(f"Accepted: {listed(there)}.", **facts)
