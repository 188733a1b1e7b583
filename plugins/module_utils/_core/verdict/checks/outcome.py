# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a check returns, and the questions that all checks put to an observation.

A check answers ``None`` where its control does not apply.  Otherwise it says pass,
fail, unprobed or unknown.  Unknown is never turned into a pass: ``verdict.py`` makes it
an error or, where the probe was not asked to look so deep, unprobed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS, Policy

PASS, FAIL, UNKNOWN, UNPROBED = "pass", "fail", "unknown", "unprobed"

IMPLICIT_SIBLING: Mapping[str, str] = {
    "submission": "smtps",
    "imap": "imaps",
    "pop3": "pop3s",
    "ldap": "ldaps",
    "ftp": "ftps",
    "nntp": "nntps",
    "xmpp": "xmpps",
}
"""STARTTLS protocols that have a sibling with TLS from the first byte."""

STARTTLS_PROTOCOLS: tuple[str, ...] = (
    "smtp", "submission", "lmtp", "imap", "pop3", "ldap", "ftp", "postgres", "mysql", "xmpp", "sieve", "nntp",
)
"""Protocols that begin in clear text and change over to TLS inside the conversation."""

_UNDECIDED_CAUSES = ("timeout", "not_tested", "undecided", "connect_failed", "unreachable")


@dataclass(frozen=True)
class Outcome:
    """What one check found: status is pass, fail, unprobed or unknown."""

    status: str
    sentence: str
    evidence: dict[str, Any] = field(default_factory=dict)
    severity: Optional[str] = None
    """Replaces the control's own severity where the facts are milder or worse."""
    tried: bool = False
    """Of ``unknown``: somebody did look, whatever the depth of the probe."""


@dataclass(frozen=True)
class Context:
    """What a check may know besides policy and observation."""

    now: datetime
    """Aware, UTC: the core reads no clock."""
    expiry_days: int = 14
    """Days before its end from which a certificate counts as ending soon."""


Check = Callable[[Policy, Mapping[str, Any], Context], Optional[Outcome]]


def passed(sentence: str, **evidence: Any) -> Outcome:
    """Say that the control is met, and this is the proof."""
    return Outcome(PASS, sentence, evidence)


def failed(sentence: str, severity: Optional[str] = None, **evidence: Any) -> Outcome:
    """Say that the control is broken; ``severity`` replaces the control's own where given."""
    return Outcome(FAIL, sentence, evidence, severity)


def unknown(sentence: str, **evidence: Any) -> Outcome:
    """Say that the observation does not tell."""
    return Outcome(UNKNOWN, sentence, evidence)


def illegible(sentence: str) -> Outcome:
    """Say that somebody looked and could not make sense of it: an error at every depth."""
    return Outcome(UNKNOWN, sentence, tried=True)


def unprobed(sentence: str, **evidence: Any) -> Outcome:
    """Nobody looked: the probing host could not, or was not asked to."""
    return Outcome(UNPROBED, sentence, evidence)


def is_plain_http(seen: Mapping[str, Any]) -> bool:
    """Return true for an ``http`` endpoint, where TLS itself is not expected."""
    return seen.get("protocol") == "http"


def accepted(seen: Mapping[str, Any], version: str) -> Optional[bool]:
    """Return whether a handshake of ``version`` succeeded; None: it could not be told.

    A "no" whose cause is a time-out or a test that was never made is no answer.
    """
    entry = (seen.get("protocols") or {}).get(version) or {}
    answer = entry.get("accepted")
    if answer is False and entry.get("cause") in _UNDECIDED_CAUSES:
        return None
    return answer if isinstance(answer, bool) else None


def accepted_versions(seen: Mapping[str, Any]) -> list[str]:
    """Versions with a successful handshake, oldest first."""
    return [version for version in PROTOCOLS if accepted(seen, version)]


def unsettled_versions(seen: Mapping[str, Any]) -> list[str]:
    """Versions of which nobody can say whether the server takes them, oldest first."""
    return [version for version in PROTOCOLS if accepted(seen, version) is None]


def speaks_tls12_or_older(seen: Mapping[str, Any]) -> Optional[bool]:
    """Return true if any version up to TLS 1.2 is accepted, None if that could not be told."""
    answers = [accepted(seen, version) for version in PROTOCOLS[2:5]]
    if any(answers):
        return True
    return None if None in answers else False


def listed(names: Any) -> str:
    """Join names for a sentence."""
    return ", ".join(str(name) for name in names)
