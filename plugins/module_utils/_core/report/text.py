# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table at the end of a run: two lines per endpoint, ASCII, 80 columns by default.

::

    HOST   ENDPOINT   BEFORE -> AFTER                                      VERDICT
        plaintext refused by          protocols  certificate
    ================================================================================
    web12  80/http    200 in clear -> 301 to https                         PASS
        301 to https                  -          -
    web12  443/https  no answer -> TLS only                                PASS A+
        the TLS layer                 1.2 1.3    EC 256, 89 d left, web12.example.test

Below an endpoint that does not pass stands, a line each, what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any, NamedTuple

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.drift import write_sentences
from ansible_collections.intransit.tls.plugins.module_utils._core.report.phrases import (
    shorten_text,
    show_certificate,
    show_plain,
    show_protocols,
    show_refusal,
    show_state,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment

_VERDICT_WIDTH = 8
_MOST_HOST = 20
_CHANGE_WIDTH = 29
_LEAST_WIDTH = 72
_INDENT = "    "
# How sentences about a refusal begin; in a column with that heading only the answer is news.
_KNOWN = re.compile(r"Without TLS (?:the server answers )?|Bind and search without TLS are answered with ")


class _Widths(NamedTuple):
    """Columns of the first line, and of a whole line."""

    host: int
    endpoint: int
    change: int
    line: int


def write_verdict_table(records: Sequence[Mapping[str, Any]], now: datetime, width: int = 80) -> str:
    """Render the table.

    Args:
        records: one per host, as ``make_record`` makes them.
        now: aware, UTC; days left are counted from here.
        width: columns, at least 72.
    """
    width = max(width, _LEAST_WIDTH)
    rows = [(record, row) for record in records for row in record.get("endpoints") or []]
    widths = _widths(rows, width)
    heard = any(record.get("listeners") for record in records)
    # A run that only asked what listens has no table of endpoints to show.
    lines = [] if heard and not rows else list(_head(widths))
    several = len({row.get("vantage") for _record, row in rows}) > 1
    for record, row in rows:
        lines += _endpoint(record, row, now, widths, several)
    if not rows and not heard:
        lines.append("No endpoint was looked at.")
    for record in records:
        for listener in record.get("listeners") or []:
            lines += _listener(record, listener, width)
    lines += ["-" * width, *wrap(write_summary(records), width)]
    return "\n".join(_printable(line.rstrip()) for line in lines)


def _printable(line: str) -> str:
    """Return a line of the table with the same width: a merged document may hold anything in any place."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in line)


def write_document_table(made: Mapping[str, Any]) -> str:
    """Render the table of an evidence document, as of the time it was generated."""
    now = moment(made["generated"])
    if now is None:
        raise EvidenceError(f"This evidence was generated at {made['generated']!r}, which is not a time.")
    lines = [write_verdict_table(made["hosts"], now)]
    for finding in made["findings"]:
        # An exception's sentence names its place by itself.
        where = f"{finding['host']}: " if finding["control"] in ("host_asked", "judged") else ""
        lines += wrap(show_plain(f"! {finding['severity']}: {where}{finding['sentence']} [{finding['control']}]"), 80,
                      subsequent_indent="  ")
    if made.get("drift"):
        lines += _drift(made["drift"])
    return "\n".join(lines) + "\n"


def _drift(found: Mapping[str, Any]) -> list[str]:
    lines = [line for sentence in write_sentences(found) for line in wrap(show_plain(sentence), 80)]
    for entry in found["worse"]:
        worse = f"! worse: {entry['host']} {entry['endpoint']}: {entry['sentence']} [{entry['control']}]"
        lines += wrap(show_plain(worse), 80, subsequent_indent="  ")
    return lines


def write_summary(records: Sequence[Mapping[str, Any]]) -> str:
    """Count hosts, endpoints, sockets that can be reached, and verdicts in a sentence or two."""
    rows = [row for record in records for row in record.get("endpoints") or []]
    sockets = [row for record in records for row in record.get("listeners") or [] if row["findings"]]
    said = []
    if rows or not sockets:
        said.append(f"{len(rows)} endpoint(s) on {len(records)} host(s): {_counted(rows) or 'nothing judged'}.")
    if sockets:
        said.append(f"{len(sockets)} listening socket(s) that can be reached from outside: {_counted(sockets)}.")
    return " ".join(said)


def _counted(rows: Sequence[Mapping[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        counts[str(row["verdict"])] = counts.get(str(row["verdict"]), 0) + 1
    return ", ".join(
        f"{counts[word]} {word}" for word in ("pass", "excepted", "warn", "unprobed", "error", "fail") if word in counts
    )


def _label(record: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """``443/https`` where the endpoint's host is the inventory's, or its name with a domain; else the whole name."""
    endpoint = str(row["endpoint"])
    host, _colon, short = endpoint.rpartition(":")
    name = str(record.get("host"))
    return short if host == name or host.startswith(f"{name}.") else endpoint


def _widths(rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], width: int) -> _Widths:
    hosts = [len(show_plain(record.get("host"))) for record, _row in rows]
    labels = [len(show_plain(_label(record, row))) for record, row in rows]
    host = min(max([4, *hosts]), _MOST_HOST)
    endpoint = min(max([8, *labels]), width - host - _CHANGE_WIDTH - _VERDICT_WIDTH - 5)
    return _Widths(host, endpoint, width - host - endpoint - _VERDICT_WIDTH - 5, width)


def _head(widths: _Widths) -> Iterator[str]:
    yield _first(widths, "HOST", "ENDPOINT", "BEFORE -> AFTER", "VERDICT")
    yield _second(widths, "plaintext refused by", "protocols", "certificate")
    yield "=" * widths.line


def _first(widths: _Widths, host: Any, endpoint: str, change: str, verdict: str) -> str:
    return (
        f"{shorten_text(host, widths.host):{widths.host}}  {_tail(endpoint, widths.endpoint):{widths.endpoint}}  "
        f"{shorten_text(change, widths.change):{widths.change}} {verdict}"
    )


def _listener(record: Mapping[str, Any], row: Mapping[str, Any], width: int) -> list[str]:
    """Say what is wrong with a listening socket; nothing where nothing is."""
    lines = []
    for finding in row["findings"]:
        if finding["status"] in ("fail", "error", "excepted"):
            mark = finding["severity"] if finding["status"] == "fail" else finding["status"]
            owner = f" ({row['package']})" if row.get("package") else ""
            text = f"! {mark}: {record['host']} {row['endpoint']}{owner}: {finding['sentence']} [{finding['control']}]"
            lines += wrap(show_plain(text), width, subsequent_indent=_INDENT)
    return lines


def _verdict(row: Mapping[str, Any]) -> str:
    """Say the verdict, and the grade where both fit."""
    verdict = shorten_text(row["verdict"], _VERDICT_WIDTH).upper()
    words = show_plain(f"{verdict} {(row.get('grade') or {}).get('grade') or ''}")
    return words if len(words) <= _VERDICT_WIDTH else verdict


def _tail(value: Any, width: int) -> str:
    """Shorten from the left: port and protocol tell endpoints apart."""
    text = show_plain(value)
    return text if len(text) <= width else "..." + text[len(text) - width + 3 :]


def _second(widths: _Widths, refused: str, versions: str, leaf: str) -> str:
    rest = widths.line - len(_INDENT) - 4
    versions_width = max(9, len(versions))
    refused_width = (rest - versions_width) * 4 // 9
    return (
        f"{_INDENT}{shorten_text(refused, refused_width):{refused_width}}  {versions:{versions_width}}  "
        f"{shorten_text(leaf, rest - versions_width - refused_width)}"
    )


def _refusal(row: Mapping[str, Any]) -> str:
    """Say what refuses plaintext as shortly as it can be said."""
    seen = row["observation"]
    judged = {finding["control"]: finding["status"] for finding in row.get("findings") or []}
    fine = judged.get("plaintext_refused") == "pass"
    if fine and (seen.get("plaintext") or {}).get("refused") is False:
        return "nothing (opportunistic TLS)"
    return _KNOWN.sub("", show_refusal(seen), count=1).rstrip(".")


def _endpoint(
    record: Mapping[str, Any], row: Mapping[str, Any], now: datetime, widths: _Widths, several: bool
) -> list[str]:
    """Render one endpoint; where several hosts looked, with the one that saw this."""
    seen = row["observation"]
    change = f"{show_state(row['before'])} -> {show_state(seen)}" if row.get("before") else show_state(seen)
    if several and row.get("vantage"):
        change = f"{change} (from {row['vantage']})"
    lines = [
        _first(widths, record.get("host"), _label(record, row), change, _verdict(row)),
        _second(widths, _refusal(row), show_protocols(seen), show_certificate(seen, now)),
    ]
    for finding in row.get("findings") or []:
        if finding["status"] in ("fail", "error", "excepted"):
            mark = finding["severity"] if finding["status"] == "fail" else finding["status"]
            text = f"! {mark}: {show_plain(finding['sentence'])} [{finding['control']}]"
            lines += wrap(text, widths.line, initial_indent=_INDENT, subsequent_indent=_INDENT + "  ")
    return lines
