# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters around the verdict: they read a clock where no time is given, and files where anchors are named."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Callable, Optional, Union

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError, PolicyError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import document as evidence
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.judge import judge_listeners, propose
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report import text
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict import judge as core
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

Plain = dict[str, Any]
Seen = Union[Mapping[str, Any], Sequence[Mapping[str, Any]]]


def _speaks(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let an error of the core end the task with its own sentence."""

    @functools.wraps(call)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except IntransitError as error:
            raise AnsibleFilterError(error.message) from error

    return filtered


def _now(value: Any) -> datetime:
    if value is None:
        return datetime.now(timezone.utc)
    found = moment(value)
    if found is None:
        raise PolicyError(f"now={value!r} is not a time like 2026-11-22T12:00:00+00:00.")
    return found.astimezone(timezone.utc)


def _observations(value: Seen) -> list[Mapping[str, Any]]:
    """Take one endpoint, a list of them, or what ``endpoint_info`` returned."""
    if isinstance(value, Mapping):
        inner = value.get("endpoints")
        return list(inner) if isinstance(inner, (list, tuple)) else [value]
    return list(value)


def _records(value: Seen) -> list[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else list(value)


def _findings_of(record_: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = [*record_["endpoints"], *(record_.get("listeners") or [])]
    return [finding for row in rows for finding in row["findings"]]


@_speaks
def verdict(
    seen: Seen,
    policy: Any = None,
    host: str = "localhost",
    exceptions: Sequence[Mapping[str, Any]] = (),
    groups: Sequence[str] = (),
    now: Any = None,
    expiry_days: int = 14,
    library: Optional[Mapping[str, Any]] = None,
    anchors: Sequence[str] = (),
) -> list[Plain]:
    """Judge observations; see verdict.yml."""
    found = record(
        seen, policy, host, exceptions, groups, now=now, expiry_days=int(expiry_days), library=library, anchors=anchors
    )
    return [finding for row in found["endpoints"] for finding in row["findings"]]


@_speaks
def record(
    seen: Seen,
    policy: Any = None,
    host: str = "localhost",
    exceptions: Sequence[Mapping[str, Any]] = (),
    groups: Sequence[str] = (),
    before: Optional[Seen] = None,
    fail_on: str = "low",
    now: Any = None,
    expiry_days: int = 14,
    library: Optional[Mapping[str, Any]] = None,
    anchors: Sequence[str] = (),
    listeners: Sequence[Mapping[str, Any]] = (),
    vantage: Optional[str] = None,
    private_anchors: Sequence[str] = (),
) -> Plain:
    """Judge all endpoints of one host into one record; see record.yml."""
    asked, at = resolve(policy=policy), _now(now)
    return evidence.make_record(
        asked,
        add_certificates(_observations(seen), asked, at, tuple(anchors or ()), int(expiry_days),
                         tuple(private_anchors or ())),
        now=at,
        host=str(host),
        groups=groups,
        exceptions=exceptions or (),
        before=_observations(before) if before else (),
        fail_on=fail_on,
        expiry_days=int(expiry_days),
        library=library,
        listeners=listeners or (),
        vantage=vantage,
    )


@_speaks
def listeners(
    seen: Seen,
    declared: Sequence[Mapping[str, Any]] = (),
    host: str = "localhost",
    exceptions: Sequence[Mapping[str, Any]] = (),
    groups: Sequence[str] = (),
    fail_on: str = "low",
    now: Any = None,
) -> list[Plain]:
    """Judge what listener_info found; see listeners.yml."""
    rows = seen.get("listeners") or [] if isinstance(seen, Mapping) else list(seen)
    return judge_listeners(
        rows, declared or (), exceptions or (), now=_now(now), host=str(host), groups=groups, fail_on=fail_on
    )


@_speaks
def proposed_endpoints(
    seen: Seen, host: str = "localhost", known: Sequence[Mapping[str, Any]] = (), address: Optional[str] = None
) -> list[Plain]:
    """Turn listeners into endpoints that can be looked at; see proposed_endpoints.yml."""
    rows = seen.get("listeners") or [] if isinstance(seen, Mapping) else list(seen)
    return propose(rows, str(host), known or (), address)


def endpoints_of(records: Seen, addresses: bool = False) -> list[Plain]:
    """Return the endpoints that records are about; see endpoints_of.yml."""
    keys = ("host", "port", "protocol", "server_name", "proxy_protocol", "unprobed") + (
        ("address",) if addresses else ())
    return [
        {key: row["observation"][key] for key in keys if row["observation"].get(key) is not None}
        for item in _records(records) for row in item["endpoints"]
    ]


@_speaks
def grade(seen: Mapping[str, Any], now: Any = None, anchors: Sequence[str] = ()) -> Optional[Plain]:
    """Grade one endpoint, whatever its policy; see grade.yml."""
    row = record(seen, now=now, anchors=anchors)["endpoints"][0]
    found: Optional[Plain] = row["grade"]
    return found


def worst(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the worst status; see worst.yml."""
    return core.find_worst_status(findings)


def failing(findings: Any, fail_on: str = "low") -> list[Mapping[str, Any]]:
    """Return what makes a run red; see failing.yml."""
    rows: list[Mapping[str, Any]] = []
    for item in _records(findings):
        rows += _findings_of(item) if "endpoints" in item else item.get("findings", [item])
    return core.find_failing(rows, fail_on)


@_speaks
def unmatched_exceptions(
    exceptions: Sequence[Mapping[str, Any]], records: Seen, now: Any = None
) -> list[Plain]:
    """Return a failure for each exception that covered nothing; see unmatched_exceptions.yml."""
    hosts = _records(records)
    rows = [finding for item in hosts for finding in _findings_of(item)]
    groups = {str(item["host"]): list(item.get("groups") or []) for item in hosts}
    return [item.to_dict() for item in core.find_unmatched_exceptions(exceptions, rows, groups, _now(now))]


@_speaks
def verdict_table(records: Seen, width: int = 80, now: Any = None) -> str:
    """Return the table at the end of a run; see verdict_table.yml."""
    return text.write_verdict_table(_records(records), _now(now), width)


class FilterModule:
    """Filters around the verdict."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name them."""
        return {
            "verdict": verdict,
            "record": record,
            "grade": grade,
            "listeners": listeners,
            "proposed_endpoints": proposed_endpoints,
            "endpoints_of": endpoints_of,
            "worst": worst,
            "failing": failing,
            "unmatched_exceptions": unmatched_exceptions,
            "verdict_table": verdict_table,
        }
