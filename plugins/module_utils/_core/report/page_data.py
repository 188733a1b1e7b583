# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page shows, as plain data: every endpoint once, every certificate once, nothing that is only bulk.

The page carries no PEM and no evidence of what passes; the JSON document has all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.report.phrases import show_refusal, show_state
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import chain, days_left
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import accepted_versions

_BULKY = ("pem", "path", "leaf", "modulus", "issuer_urls", "crl_urls", "policies", "days_left")
_SAID_ELSEWHERE = ("host", "port", "protocol", "certificates", "certificates_by_type", "plaintext", "protocols",
                   "suites", "rules", "anchors_named")


def make_page_data(made: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return ``rows`` (endpoints), ``certificates`` and ``controls``.

    A row has short keys, since there may be thousands: ``h`` host, ``e`` endpoint, ``v``
    verdict, ``g`` grade, ``s`` score, ``b`` before, ``a`` after, ``r`` what refuses
    plaintext, ``p`` accepted versions, ``l`` days left, ``k`` groups of the inventory,
    ``y`` policy, ``w`` who looked, ``f`` controls that are not as they should be, ``c`` indexes of its
    certificates, ``x`` everything else for its detail.
    """
    certificates: list[dict[str, Any]] = []
    known: dict[str, int] = {}
    rows = [
        _row(host, row, now, certificates, known) for host in made["hosts"] for row in host["endpoints"]
    ]
    return {
        "rows": rows,
        "certificates": certificates,
        "controls": made["controls"],
    }


def _row(
    host: Mapping[str, Any], row: Mapping[str, Any], now: datetime, certificates: list[dict[str, Any]],
    known: dict[str, int],
) -> dict[str, Any]:
    seen = row["observation"]
    served = chain(seen)
    grade = row.get("grade") or {}
    return {
        "h": host["host"],
        "e": row["endpoint"],
        "v": row["verdict"],
        "g": grade.get("grade") or "",
        "s": grade.get("score"),
        "b": show_state(row["before"]) if row.get("before") else "",
        "a": show_state(seen),
        "r": show_refusal(seen),
        "p": accepted_versions(seen),
        "l": days_left(served[0], now) if served else None,
        "k": host["groups"],
        "y": row.get("policy"),
        "w": row.get("vantage"),
        "f": [finding["control"] for finding in row["findings"] if finding["status"] not in ("pass", "unprobed")],
        "c": [_certificate(item, certificates, known) for item in served],
        "x": {
            "judged": row.get("judged"),
            "grade": grade,
            "findings": [_finding(finding) for finding in row["findings"]],
            "plaintext": seen.get("plaintext"),
            "before": (row["before"].get("plaintext") or {}) if row.get("before") else None,
            "protocols": seen.get("protocols") or {},
            "suites": seen.get("suites") or {},
            "rules": seen.get("rules") or [],
            "rest": {key: value for key, value in seen.items() if key not in _SAID_ELSEWHERE and value is not None},
        },
    }


def _certificate(item: Mapping[str, Any], certificates: list[dict[str, Any]], known: dict[str, int]) -> int:
    name = str(item.get("sha256"))
    if name not in known:
        known[name] = len(certificates)
        certificates.append(_without_bulk(item))
    return known[name]


def _without_bulk(item: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in item.items() if key not in _BULKY and value not in (None, [], "")}
    if isinstance(found.get("key"), Mapping):
        found["key"] = {key: value for key, value in found["key"].items() if key != "modulus" and value is not None}
    return found


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    short: dict[str, Any] = {key: finding[key] for key in ("control", "status", "severity", "sentence")}
    if finding["status"] != "pass":
        evidence: Optional[Mapping[str, Any]] = finding.get("evidence")
        if evidence:
            short["evidence"] = evidence
        if finding.get("exception"):
            short["exception"] = finding["exception"]
    return short
