# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Join evidence of several slices, vantages or runs; the newest word on an endpoint stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import (
    SCHEMA,
    find_unneeded,
    judge_again,
    make_policy_key,
    summarise_records,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import rank_severity


def merge_documents(documents: Sequence[Mapping[str, Any]], title: Optional[str] = None) -> dict[str, Any]:
    """Join documents of several slices or runs into one.

    The same endpoint of the same host, seen from the same vantage, is kept once: the
    document that was generated last wins.  The strictest ``fail_on`` of all holds.

    Raises:
        EvidenceError: a document is none, or has a schema that this version does not read.
    """
    for item in documents:
        check_schema(item)
    ordered = sorted(documents, key=lambda item: str(item["generated"]))
    if not ordered:
        raise EvidenceError("There is no evidence to merge.")
    policies: dict[str, dict[str, Any]] = {}
    hosts: dict[str, dict[str, Any]] = {}
    for item in ordered:
        names = {key: make_policy_key(policy, policies) for key, policy in item["policies"].items()}
        for host in item["hosts"]:
            _add(hosts, host, names)
    fail_on = min((str(item["fail_on"]) for item in ordered), key=rank_severity)
    made: dict[str, Any] = {
        **ordered[-1],
        "title": title or ordered[-1]["title"],
        "fail_on": fail_on,
        "policies": policies,
        "hosts": [judge_again(host, fail_on) for host in hosts.values()],
        "exceptions": _once(item.get("exceptions") or [] for item in ordered),
    }
    # Exceptions that one slice had no use for may be needed by another.
    made["findings"] = _silent(ordered) + find_unneeded(made, _moment(ordered[-1]))
    made["summary"] = summarise_records(made)
    # What changed in one slice is not what changed in all of them.
    made.pop("drift", None)
    return made


def _add(hosts: dict[str, dict[str, Any]], host: Mapping[str, Any], names: Mapping[str, str]) -> None:
    rows = [dict(row, policy=names.get(row.get("policy"), row.get("policy"))) for row in host["endpoints"]]
    known = hosts.setdefault(str(host["host"]), {**host, "groups": [], "endpoints": [], "listeners": []})
    newer = {_place(row) for row in rows}
    known["endpoints"] = [row for row in known["endpoints"] if _place(row) not in newer] + rows
    known["groups"] = sorted({*known["groups"], *host["groups"]})
    if host.get("listeners"):
        known["listeners"] = list(host["listeners"])
    if host.get("files") is not None:
        known["files"] = list(host["files"])


def _silent(ordered: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the hosts that could not be asked when they were last tried: older evidence is no answer to that."""
    silent: dict[str, Mapping[str, Any]] = {}
    for item in ordered:
        for host in item["hosts"]:
            silent.pop(str(host["host"]), None)
        silent.update((str(found["host"]), found) for found in item["findings"]
                      if found["control"] in ("host_asked", "judged"))
    return list(silent.values())


def _moment(item: Mapping[str, Any]) -> datetime:
    found = moment(item["generated"])
    if found is None:
        raise EvidenceError(f"This evidence was generated at {item['generated']!r}, which is not a time.")
    return found


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["endpoint"]), str(row.get("vantage"))


def _once(lists: Iterable[Sequence[Any]]) -> list[Any]:
    found: list[Any] = []
    for items in lists:
        found += [item for item in items if item not in found]
    return found


def check_schema(candidate: Any) -> None:
    """Refuse what is no evidence document of this version.

    Raises:
        EvidenceError: with what was found instead.
    """
    if not isinstance(candidate, Mapping) or "schema" not in candidate:
        raise EvidenceError("The file is not evidence of this collection: it has no `schema`.")
    if candidate["schema"] != SCHEMA:
        raise EvidenceError(f"This evidence has the schema {candidate['schema']}; this version reads {SCHEMA}.")
    missing = [key for key in ("generated", "fail_on", "policies", "hosts", "findings") if key not in candidate]
    if missing:
        raise EvidenceError(f"This evidence is cut short: {', '.join(missing)} is missing.")
