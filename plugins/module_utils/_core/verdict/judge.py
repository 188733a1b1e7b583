# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verdict: policy, observation, exceptions and a time in; findings out.

Nothing here opens a socket or reads a clock.  One control gives at most one finding per
endpoint, and only where it applies.  The order of statuses from good to bad is pass,
excepted, unprobed, error, fail:

* ``pass``      seen, and as the policy wants it;
* ``excepted``  seen to be wrong, and covered by an exception that still holds;
* ``unprobed``  nobody looked (the probe was not asked to go so deep);
* ``error``     somebody looked and could not tell, or nothing answered: never a pass;
* ``fail``      seen to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import show_error
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    FAIL,
    PASS,
    UNPROBED,
    Context,
    Outcome,
    illegible,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.plaintext import is_closed_http
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import (
    CONTROLS,
    Control,
    rank_severity,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.exceptions import (
    ExceptionRule,
    parse_exceptions,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import (
    STATUSES,
    Finding,
    make_finding,
    name_endpoint,
)

Exceptions = Sequence[Union[ExceptionRule, Mapping[str, Any]]]


def judge(
    policy: Policy,
    observation: Mapping[str, Any],
    exceptions: Exceptions = (),
    *,
    now: datetime,
    host: str,
    groups: Sequence[str] = (),
    expiry_days: int = 14,
) -> tuple[Finding, ...]:
    """Judge what was seen at one endpoint.

    Args:
        policy: a resolved policy.
        observation: one endpoint of ``endpoint_info``; a ``library`` (name, version)
            and a ``trust`` (trusted, reason) put beside its own keys are used.
        exceptions: as ``exceptions.py`` describes them.
        now: aware, UTC.
        host: the inventory's name of the host.
        groups: the inventory's groups of the host, for exceptions of a group.
        expiry_days: a certificate with fewer days left fails ``certificate_expiry``.

    Raises:
        PolicyError: an exception cannot be used as it is written.

    """
    rules = parse_exceptions(exceptions)
    context = Context(now=now, expiry_days=expiry_days)
    endpoint = name_endpoint(observation)
    findings: list[Finding] = []
    for control in CONTROLS.values():
        if control.id not in CHECKS or (control.id != "reachable" and not _can_be_judged(observation)):
            continue
        outcome = _outcome(control, policy, observation, context)
        if outcome is None:
            continue
        finding = _finding(control, outcome, observation, host, endpoint)
        findings.append(is_covered(finding, rules, groups, now))
    return tuple(findings)


def _outcome(
    control: Control, policy: Policy, observation: Mapping[str, Any], context: Context
) -> Optional[Outcome]:
    """Return what a check says; a check that ends in an exception is an error of its own control alone."""
    try:
        return CHECKS[control.id](policy, observation, context)
    except Exception as error:
        return illegible(f"This could not be judged: {show_error(error)}.")


def make_failed_judgement(host: str, endpoint: str, error: BaseException, control: str = "judged") -> Finding:
    """Return the finding about something that could not be judged at all."""
    words = f"What was seen here could not be judged: {show_error(error)}."
    return make_finding(control, "error", words, host=host, endpoint=endpoint)


def _can_be_judged(observation: Mapping[str, Any]) -> bool:
    return observation.get("reachable") is True or is_closed_http(observation)


def _finding(
    control: Control, outcome: Outcome, observation: Mapping[str, Any], host: str, endpoint: str
) -> Finding:
    return make_finding(
        control.id, _status(control, outcome, observation), outcome.sentence, host=host, endpoint=endpoint,
        evidence=outcome.evidence, severity=outcome.severity)


def _status(control: Control, outcome: Outcome, observation: Mapping[str, Any]) -> str:
    if outcome.status in (PASS, FAIL, UNPROBED):
        return outcome.status
    tried = control.depth == "policy" or observation.get("depth") == "full" or any(
        str(name).startswith(need) for name in observation.get("undecided") or () for need in control.needs
    )
    return "error" if tried or outcome.tried else UNPROBED


def is_covered(finding: Finding, rules: Sequence[ExceptionRule], groups: Sequence[str], now: datetime) -> Finding:
    """Lay an exception over a finding that is wrong or could not be told."""
    if finding.status not in ("fail", "error"):
        return finding
    about = [rule for rule in rules if rule.covers(finding.host, groups, finding.endpoint, finding.control)]
    for rule in about:
        if not rule.expired(now):
            return replace(finding, status="excepted", exception=rule.to_dict())
    if about:
        last = max(about, key=lambda rule: rule.expires)
        # Whoever let it run out owes an answer, however mild the failure itself is.
        least = CONTROLS["exception_unmatched"].severity
        return replace(
            finding,
            status="fail",
            severity=max(finding.severity, least, key=rank_severity),
            sentence=f"{finding.sentence} Its exception (owner {last.owner}) ran out on {last.expires}.",
            exception=last.to_dict(),
        )
    return finding


def find_unmatched_exceptions(
    exceptions: Exceptions,
    findings: Iterable[Mapping[str, Any]],
    hosts: Mapping[str, Sequence[str]],
    now: datetime,
) -> tuple[Finding, ...]:
    """Return a failure for every exception that covered nothing in this run.

    Args:
        exceptions: all exceptions of the run.
        findings: all findings of the run, as dictionaries.
        hosts: the hosts that this run judged, each with its groups.  An exception about
            none of them is left alone: a run over a part of the inventory proves nothing.
        now: aware, UTC.

    """
    rules = parse_exceptions(exceptions)
    rows = list(findings) if rules else []
    result = []
    for rule in rules:
        mine = {host: groups for host, groups in hosts.items() if rule.covers_host(host, groups)}
        if not mine or any(_used(rule, row, mine) for row in rows if row["host"] in mine):
            continue
        result.append(_unmatched(rule, rows, mine, now))
    return tuple(result)


def _used(rule: ExceptionRule, row: Mapping[str, Any], hosts: Mapping[str, Sequence[str]]) -> bool:
    """Return true if the row fell under the rule, or cannot tell because its endpoint never answered."""
    groups = hosts[row["host"]]
    if rule.covers(row["host"], groups, row["endpoint"], row["control"]):
        return bool(row["status"] != "pass")
    silent = row["control"] == "reachable" and row["status"] in ("error", "excepted")
    return silent and rule.covers_endpoint(row["host"], groups, row["endpoint"])


def _unmatched(
    rule: ExceptionRule, rows: Sequence[Mapping[str, Any]], hosts: Mapping[str, Sequence[str]], now: datetime
) -> Finding:
    passing = [
        row for row in rows
        if row["host"] in hosts and rule.covers(row["host"], hosts[row["host"]], row["endpoint"], row["control"])
    ]
    why = "what it covers passes now" if passing else "no such endpoint and control was judged"
    ended = f"; it ran out on {rule.expires}" if rule.expired(now) else ""
    title = rule.title[0].upper() + rule.title[1:]
    return make_finding(
        "exception_unmatched", "fail", f"{title} is not needed: {why}{ended}.",
        host=sorted(hosts)[0] if rule.group is None and len(hosts) == 1 else str(rule.group or rule.host),
        endpoint=rule.endpoint, evidence={"exception": rule.to_dict()}, exception=rule.to_dict())


def find_worst_status(findings: Iterable[Mapping[str, Any]]) -> str:
    """Return the worst status of the findings; ``unprobed`` for none at all: nothing was proven."""
    ranks = [STATUSES.index(str(finding["status"])) for finding in findings]
    return STATUSES[max(ranks)] if ranks else "unprobed"


def verdict_of(findings: Iterable[Mapping[str, Any]], fail_on: str = "low") -> str:
    """Return one word for all findings of an endpoint or a host.

    Returns:
        ``fail`` or ``error`` as soon as one finding makes the run red (see ``find_failing``),
        ``unprobed`` if what a ``policy`` probe answers was not looked at or nothing was
        judged, else ``warn`` for milder failures, ``excepted``, or ``pass``.
    """
    rows = list(findings)
    red = {str(finding["status"]) for finding in find_failing(rows, fail_on)}
    there = {str(finding["status"]) for finding in rows}
    for status in ("fail", "error", "unprobed"):
        if status in red:
            return status
    if "fail" in there:
        return "warn"
    if "excepted" in there:
        return "excepted"
    return "pass" if "pass" in there else "unprobed"


def find_failing(findings: Iterable[Mapping[str, Any]], fail_on: str = "low") -> list[Mapping[str, Any]]:
    """Return the findings that make a run red.

    These are failures of at least the severity ``fail_on``, every error, and every
    unprobed control that a probe of ``policy`` depth should have answered, unless the
    answer was out of the probe's reach (behind a client certificate that it has not).
    """
    least = rank_severity(fail_on)
    return [finding for finding in findings if _is_red(finding, least)]


def _is_red(finding: Mapping[str, Any], least: int) -> bool:
    status = finding["status"]
    if status == "fail":
        return rank_severity(str(finding["severity"])) >= least
    if status == "unprobed":
        control = CONTROLS.get(str(finding["control"]))
        asked = control is None or control.depth == "policy"
        return asked and not (finding.get("evidence") or {}).get("out_of_reach")
    return bool(status == "error")
