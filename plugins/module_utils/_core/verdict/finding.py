# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The finding: one judged fact, and the one place where it is made.

Title, severity, remedy and references come from the row of the control; who makes a
finding says only what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS

STATUSES: tuple[str, ...] = ("pass", "excepted", "unprobed", "error", "fail")
"""From good to bad."""


@dataclass(frozen=True)
class Finding:
    """One judged fact."""

    host: str
    """Name of the host in the inventory."""
    endpoint: str
    """``host:port/protocol`` as it was asked for."""
    control: str
    status: str
    """One of STATUSES."""
    severity: str
    """critical, high, medium, low or info: how bad it is where it failed."""
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    remedy: str = ""
    exception: Optional[Mapping[str, Any]] = None
    """The exception that covers it, or that covered it until it ran out."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a module's result, a filter or a report."""
        return {
            "host": self.host,
            "endpoint": self.endpoint,
            "control": self.control,
            "status": self.status,
            "severity": self.severity,
            "sentence": self.sentence,
            "evidence": dict(self.evidence),
            "references": list(self.references),
            "remedy": self.remedy,
            "exception": dict(self.exception) if self.exception is not None else None,
        }


def make_finding(
    control: str,
    status: str,
    sentence: str,
    *,
    host: str,
    endpoint: str,
    evidence: Optional[Mapping[str, Any]] = None,
    severity: Optional[str] = None,
    exception: Optional[Mapping[str, Any]] = None,
) -> Finding:
    """Make a finding of a control.

    Args:
        control: the id of a row in ``controls.py``.
        status: one of STATUSES.
        sentence: what was seen, for people.
        host: the inventory's name of the host.
        endpoint: see ``name_endpoint``.
        evidence: what the sentence rests on.
        severity: if it differs from that of the row.
        exception: the exception that it is about, as data.

    Raises:
        KeyError: there is no such control.
    """
    row = CONTROLS[control]
    return Finding(
        host=host, endpoint=endpoint, control=row.id, status=status, severity=severity or row.severity,
        sentence=sentence, evidence=evidence or {}, references=row.references,
        remedy="" if status == "pass" else row.remedy, exception=exception,
    )


def name_endpoint(observation: Mapping[str, Any]) -> str:
    """Return ``host:port/protocol``; an IPv6 address keeps its brackets."""
    host = str(observation.get("host"))
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{host}:{observation.get('port')}/{observation.get('protocol')}"
