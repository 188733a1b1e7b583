# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JUnit XML: one suite per endpoint, one case per control, so that any CI shows what is red.

A failure below the run's threshold, an exception and what nobody looked at are skipped
cases with their reason: visible, and not red.  There is no standard: used is what the
schemas of Jenkins and of Surefire both know, and no name of a case comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timezone
from typing import Any, Optional
from xml.sax.saxutils import escape, quoteattr

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import find_failing

Case = tuple[str, Mapping[str, Any]]
"""A name that is the only one of its kind in its suite, and the finding."""

_UNFIT = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(value: Any) -> str:
    """Leave only characters that XML 1.0 can hold (section 2.2), without those that move a terminal or turn text."""
    return _UNFIT.sub("\ufffd", str(value))


def _attributes(**values: Any) -> str:
    return "".join(f" {name.rstrip('_')}={quoteattr(_clean(value))}" for name, value in values.items())


def render_junit(made: Mapping[str, Any]) -> str:
    """Render the document."""
    suites: list[str] = []
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for name, findings in _suites(made):
        counts = {"tests": len(findings), "failures": 0, "errors": 0, "skipped": 0}
        cases = [_case(made, name, case, finding, counts) for case, finding in findings]
        head = _attributes(name=name, timestamp=_timestamp(made), time="0", **counts)
        suites.append(f"<testsuite{head}>\n{''.join(cases)}</testsuite>\n")
        totals = {key: total + counts[key] for key, total in totals.items()}
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites{_attributes(name=made['title'], time='0', **totals)}>\n{''.join(suites)}</testsuites>\n"
    )


def _timestamp(made: Mapping[str, Any]) -> str:
    """Return the time in UTC without a zone, to the second: the only form that all readers take."""
    found = moment(made["generated"])
    return "" if found is None else found.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def _suites(made: Mapping[str, Any]) -> list[tuple[str, list[Case]]]:
    found: list[tuple[str, list[Case]]] = []
    for host in made["hosts"]:
        for row in [*host["endpoints"], *(host.get("listeners") or [])]:
            if row["findings"]:
                found.append((_place(host, row), [(finding["control"], finding) for finding in row["findings"]]))
    if made["findings"]:
        found.append(("the run as a whole", [
            (f"{finding['control']}: {finding['host']} {_subject(finding)}", finding) for finding in made["findings"]
        ]))
    seen: dict[str, int] = {}
    return [(_numbered(name, seen), cases) for name, cases in found]


def _numbered(name: str, seen: dict[str, int]) -> str:
    """Tell namesakes apart: one socket that two processes share, one endpoint that two policies judged."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name} #{seen[name]}"


def _place(host: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Name a suite; what several vantages saw of one endpoint stays apart."""
    vantage = row.get("vantage")
    socket = f" ({row['transport']} socket)" if row.get("transport") else ""
    return f"{host['host']} {row['endpoint']}{socket}" + (f" from {vantage}" if vantage else "")


def _subject(finding: Mapping[str, Any]) -> str:
    exception = finding.get("exception") or {}
    ticket = f" ({exception['ticket']})" if exception.get("ticket") else ""
    return f"{finding['endpoint']} {exception.get('control', '')}{ticket}".strip()


def _case(
    made: Mapping[str, Any], suite: str, name: str, finding: Mapping[str, Any], counts: dict[str, int]
) -> str:
    control = made["controls"].get(finding["control"]) or {}
    head = f"<testcase{_attributes(classname=suite, name=name, time='0')}"
    kind, inner = _inner(made, finding, control)
    if kind is None:
        return f"{head}/>\n"
    counts[{"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]] += 1
    return f"{head}>{inner}</testcase>\n"


def _inner(
    made: Mapping[str, Any], finding: Mapping[str, Any], control: Mapping[str, Any]
) -> tuple[Optional[str], str]:
    if finding["status"] == "pass":
        return None, ""
    sentence = str(finding["sentence"])
    if find_failing([finding], made["fail_on"]):
        kind = "failure" if finding["status"] == "fail" else "error"
        text = "\n".join([
            sentence, str(control.get("remedy") or ""), "; ".join(control.get("references") or []),
        ])
        marked = _attributes(type=finding["severity"], message=sentence)
        return kind, f"<{kind}{marked}>{escape(_clean(text))}</{kind}>"
    exception = finding.get("exception") or {}
    reason = {
        "excepted": f"excepted until {exception.get('expires')} ({exception.get('owner')}: {exception.get('reason')})",
        "fail": f"{finding['severity']}, below the threshold {made['fail_on']}",
    }.get(str(finding["status"]), "not looked at")
    return "skipped", f"<skipped{_attributes(message=f'{reason}: {sentence}')}/>"
