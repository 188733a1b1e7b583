# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evidence: what was seen and what was judged, as one document an auditor keeps.

A *record* is one host of a run; a *document* is a run, or several merged.  Both are
plain JSON data in the form that ``docs/evidence.schema.json`` describes; every report
is made from a document alone, so that it can be made again years later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.alone import copy_alone, copy_json
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.facts import find_graded
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.exceptions import parse_exceptions
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import make_finding, name_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import (
    Exceptions,
    find_failing,
    find_unmatched_exceptions,
    judge,
    make_failed_judgement,
    verdict_of,
)

SCHEMA = "intransit.tls/evidence/1"
"""Changes when a reader of older documents would misread newer ones."""


def make_record(
    policy: Policy,
    observations: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    host: str,
    groups: Sequence[str] = (),
    exceptions: Exceptions = (),
    before: Sequence[Mapping[str, Any]] = (),
    fail_on: str = "low",
    expiry_days: int = 14,
    library: Optional[Mapping[str, Any]] = None,
    listeners: Sequence[Mapping[str, Any]] = (),
    vantage: Optional[str] = None,
    files: Optional[Sequence[Mapping[str, Any]]] = None,
) -> dict[str, Any]:
    """Judge everything that was seen of one host.

    Args:
        policy: a resolved policy.
        observations: endpoints of ``endpoint_info``.
        now: aware, UTC.
        host: the inventory's name of the host.
        groups: the inventory's groups of the host.
        exceptions: as ``exceptions.py`` describes them.
        before: observations of the same endpoints from before a change.
        fail_on: the mildest severity that makes an endpoint's verdict ``fail``.
        expiry_days: see ``judge``.
        library: name and version of the TLS library behind these endpoints, if known.
        listeners: judged listeners of the host (``listener/judge.py``), if somebody looked.
        vantage: name of the host that looked.  What several saw stays apart.
        files: certificates and keys in files of the host (``holdings.shorten_files``); None: they were not read.

    Returns:
        ``host``, ``groups``, ``policy`` (the whole of it), ``verdict``, ``listeners`` and
        ``endpoints``, each of these with ``endpoint``, ``observation``, ``before``, ``findings``, ``grade``
        (None for plain http and for what does not answer) and ``verdict``; and ``files``, if they were read.
    """
    earlier = {name_endpoint(item): dict(item) for item in before if isinstance(item, Mapping)}
    # What the user wrote stops the run with a sentence; what was seen is an error of its own endpoint alone.
    rules = parse_exceptions(exceptions)

    def row(seen: Mapping[str, Any]) -> dict[str, Any]:
        subject = dict(seen, library=dict(library)) if library else dict(seen)
        findings = judge(policy, subject, rules, now=now, host=host, groups=groups, expiry_days=expiry_days)
        plain = [finding.to_dict() for finding in findings]
        name = name_endpoint(seen)
        return {
            "endpoint": name,
            "vantage": vantage or seen.get("vantage"),
            "observation": {key: value for key, value in subject.items() if key != "certificate_findings"},
            "before": earlier.get(name),
            "findings": plain,
            "grade": find_graded(subject, plain, now),
            "verdict": verdict_of(plain, fail_on),
        }

    rows = [copy_alone(row, seen, host, vantage) for seen in observations]
    return {
        "host": host,
        "groups": list(groups),
        "policy": policy.to_dict(),
        "verdict": verdict_of((finding for row in [*rows, *listeners] for finding in row["findings"]), fail_on),
        "endpoints": rows,
        "listeners": [dict(row) for row in listeners],
        **({} if files is None else {"files": [dict(row) for row in files]}),
    }


def make_document(
    records: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    title: str = "TLS in transit",
    exceptions: Exceptions = (),
    fail_on: str = "low",
    silent: Sequence[str] = (),
    partial: bool = False,
) -> dict[str, Any]:
    """Make one document out of the records of a run.

    What is the same for many hosts (policies, controls) is written once.  The document
    holds everything that a report shows, so it can be rendered again at any later time.

    Args:
        records: as ``make_record`` makes them, one per host.
        now: aware, UTC: when the run was judged.
        title: for people.
        exceptions: all exceptions of the run, for the list of them and for unmatched ones.
        fail_on: the mildest severity that makes a verdict ``fail``.
        silent: hosts of the run that could not be asked: an error each.
        partial: these are not all hosts of the run: the merge of its slices judges which exceptions are unneeded.
    """
    policies: dict[str, dict[str, Any]] = {}
    hosts: dict[str, dict[str, Any]] = {}
    lost: list[dict[str, Any]] = []
    for item in records:
        try:
            _add(hosts, copy_json(item), policies, now)
        except Exception as error:
            host = str(item.get("host")) if isinstance(item, Mapping) else "unknown host"
            lost.append(_compact(make_failed_judgement(host, "the host itself", error).to_dict(), keep_place=True))
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "title": title,
        "generated": now.isoformat(),
        "fail_on": fail_on,
        "policies": policies,
        "controls": {key: _control(key) for key in CONTROLS},
        "hosts": [judge_again(host, fail_on) for host in hosts.values()],
        "exceptions": [rule.to_dict() for rule in parse_exceptions(exceptions)],
    }
    made["findings"] = lost + [_silent(str(host)) for host in silent]
    made["findings"] += [] if partial else find_unneeded(made, now)
    made["summary"] = summarise_records(made)
    return made


def _silent(host: str) -> dict[str, Any]:
    words = "The host could not be asked, or not to the end, so not everything is known of it."
    made = make_finding("host_asked", "error", words, host=host, endpoint="the host itself")
    return _compact(made.to_dict(), keep_place=True)


def find_unneeded(made: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Return a failure for each exception of a document that covered nothing in it."""
    groups = {host["host"]: host["groups"] for host in made["hosts"]}
    loose = find_unmatched_exceptions(made["exceptions"], place_findings(made), groups, now)
    return [_compact(finding.to_dict(), keep_place=True) for finding in loose]


def _add(hosts: dict[str, dict[str, Any]], item: Mapping[str, Any], policies: dict[str, dict[str, Any]],
         now: datetime) -> None:
    """Add one record; a host may have several, judged by different policies."""
    empty: dict[str, Any] = {"host": str(item["host"]), "groups": [], "endpoints": [], "listeners": []}
    host = hosts.setdefault(str(item["host"]), empty)
    host["groups"] = sorted({*host["groups"], *(str(group) for group in item.get("groups") or [])})
    policy = make_policy_key(item.get("policy") or {}, policies)
    endpoints = [
        {**row, "policy": policy, "judged": now.isoformat(), "findings": [_compact(item) for item in row["findings"]]}
        for row in item["endpoints"]
    ]
    listeners = [
        {**row, "findings": [_compact(item) for item in row["findings"]]} for row in item.get("listeners") or []
    ]
    # What cannot be judged again would stop the whole document later.
    again = judge_again({"host": host["host"], "endpoints": endpoints, "listeners": listeners}, "low")
    find_failing(place_findings({"hosts": [again]}))
    host["endpoints"] += endpoints
    host["listeners"] += listeners
    if item.get("files") is not None:
        host["files"] = [*(host.get("files") or ()), *item["files"]]


def place_findings(made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every finding of a document about endpoints and listeners, each with its host and endpoint."""
    return (
        {**finding, "host": host["host"], "endpoint": row["endpoint"]}
        for host in made["hosts"] for row in [*host["endpoints"], *(host.get("listeners") or [])]
        for finding in row["findings"]
    )


def make_policy_key(policy: Mapping[str, Any], known: dict[str, dict[str, Any]]) -> str:
    """Return the name that the document knows this policy by; equal policies share one."""
    name = str(policy.get("name") or "unnamed")
    if policy.get("data_class") and policy["data_class"] != name:
        name = f"{name} ({policy['data_class']})"
    for number in range(1, len(known) + 2):
        key = name if number == 1 else f"{name} #{number}"
        if key not in known:
            known[key] = dict(policy)
        if known[key] == policy:
            return key
    raise AssertionError("one of the names above is always free")


def _control(key: str) -> dict[str, Any]:
    control = CONTROLS[key]
    return {
        "title": control.title,
        "severity": control.severity,
        "sentence": control.sentence,
        "remedy": control.remedy,
        "references": list(control.references),
        "depth": control.depth,
    }


def _compact(finding: Mapping[str, Any], keep_place: bool = False) -> dict[str, Any]:
    """Leave out of a finding what its place and its control already say."""
    dropped = {"references", "remedy"} | (set() if keep_place else {"host", "endpoint"})
    return {
        key: value for key, value in finding.items()
        if key not in dropped and not (key == "exception" and value is None)
    }


def summarise_records(made: Mapping[str, Any]) -> dict[str, Any]:
    """Count what a document holds: endpoints by verdict, findings by status, failures by severity and control."""
    rows = [row for host in made["hosts"] for row in host["endpoints"]]
    listeners = [row for host in made["hosts"] for row in host.get("listeners") or []]
    findings = [finding for row in rows + listeners for finding in row["findings"]] + list(made["findings"])
    failed = [finding for finding in findings if finding["status"] == "fail"]
    verdict = verdict_of(findings, made["fail_on"])
    return {
        "verdict": verdict,
        "hosts": len(made["hosts"]),
        "endpoints": len(rows),
        "verdicts": _counted(row["verdict"] for row in rows),
        "grades": _counted(row["grade"]["grade"] for row in rows if (row.get("grade") or {}).get("grade")),
        "listeners": _counted(row["classification"] for row in listeners),
        "findings": _counted(finding["status"] for finding in findings),
        "failures": _counted(finding["severity"] for finding in failed),
        "failed_controls": _counted(finding["control"] for finding in failed),
    }


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def judge_again(host: Mapping[str, Any], fail_on: str) -> dict[str, Any]:
    """Return the host with the verdicts that ``fail_on`` gives it and its endpoints."""
    rows = [dict(row, verdict=verdict_of(row["findings"], fail_on)) for row in host["endpoints"]]
    listeners = [
        dict(row, verdict=verdict_of(row["findings"], fail_on) if row["findings"] else "pass")
        for row in host.get("listeners") or []
    ]
    verdict = verdict_of((finding for row in rows + listeners for finding in row["findings"]), fail_on)
    return {**host, "endpoints": rows, "listeners": listeners, "verdict": verdict}
