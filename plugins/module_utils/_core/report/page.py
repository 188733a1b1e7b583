# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report as one page: no network, no foreign code, everything a server said is text.

What servers, inventories and people wrote is escaped where it goes into markup, and
reaches the script only as JSON in a block that no browser runs.  The page forbids
itself everything else by a content security policy that names its own style and script
by their digests: markup that slipped through could neither run nor fetch.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from html import escape
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import holdings, inventory
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.drift import write_sentences
from ansible_collections.intransit.tls.plugins.module_utils._core.report import page_charts
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_data import make_page_data
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_script import SCRIPT
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_style import STYLE
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import moment

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would move a terminal or turn the direction of text."""
_WORDS = ("fail", "error", "unprobed", "warn", "excepted", "pass")
_MOST_CERTIFICATES = 500
_MOST_PLACES = 5
_MOST_LISTENERS = 1000
_MOST_SHOWN = 15


def render_page(made: Mapping[str, Any]) -> str:
    """Render the document.

    Raises:
        EvidenceError: the time it was generated is none.
    """
    now = moment(made["generated"])
    if now is None:
        raise EvidenceError(f"This evidence was generated at {made['generated']!r}, which is not a time.")
    explorer = _explorer(shown=bool(made["summary"]["endpoints"]))
    body = _CONTROL.sub("\ufffd", "\n".join([
        _head(made, now), _tiles(made), _pictures(made), _run_findings(made), _drift(made), _failed_controls(made),
        explorer, _listeners(made), _certificates(made), _files(made), _exceptions(made, now), _policies(made),
        _controls(made),
    ]))
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(_CONTROL.sub(" ", str(made["title"])))}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_security_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<style>{STYLE}</style></head><body>\n{body}\n"
        f'<script type="application/json" id="data">{embed_data(make_page_data(made, now))}</script>\n'
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def embed_data(data: Any) -> str:
    """Return JSON that can stand inside a script element: nothing in it can end the element."""
    text = json.dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _security_policy() -> str:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"

    return (
        f"default-src 'none'; style-src {digest(STYLE)}; script-src {digest(SCRIPT)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _tag(word: Any) -> str:
    return f'<span class="tag {escape(str(word))}">{escape(str(word))}</span>'


def _cells(values: Iterable[Any]) -> str:
    return "".join(f"<td>{escape('' if value is None else str(value))}</td>" for value in values)


def _table(head: Sequence[str], rows: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    return f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _folded(title: str, inner: str, count: int, shown: bool = False) -> str:
    state = " open" if shown else ""
    return f"<details{state}><summary>{escape(title)} ({count})</summary>{inner}</details>"


def _head(made: Mapping[str, Any], now: datetime) -> str:
    summary = made["summary"]
    sockets = sum(len(host.get("listeners") or []) for host in made["hosts"])
    counted = [_many(summary["endpoints"], "endpoint")] if summary["endpoints"] or not sockets else []
    counted += [_many(sockets, "listening socket")] if sockets else []
    places = [("endpoints-at", "Endpoints")] if summary["endpoints"] else []
    places += [("listeners-at", "Sockets")] if sockets else []
    places += [("certificates-at", "Certificates")] if inventory.list_certificates(made) else []
    places += [("files-at", "Files")] if holdings.has_files(made) else []
    places += [("exceptions-at", "Exceptions")] if made["exceptions"] else []
    places.append(("controls-at", "Controls"))
    jumps = "".join(f'<button type="button" data-goto="{place}">{word}</button>' for place, word in places)
    return (
        f"<header><h1>{escape(str(made['title']))} {_tag(summary['verdict'])}</h1>"
        f'<p class="soft">{" and ".join(counted)} on {_many(summary["hosts"], "host")}, judged '
        f"{now.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC. A failure of severity {escape(str(made['fail_on']))} or "
        f'worse makes a verdict fail.</p><nav class="jump" aria-label="Parts of this page">{jumps}</nav></header>'
    )


def _many(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def _tiles(made: Mapping[str, Any]) -> str:
    counts = made["summary"]["verdicts"]
    tiles = "".join(
        f'<li><button type="button" class="{word}" data-filter="verdict:{word}"><b>{counts[word]}</b> '
        f"<span>{word}</span></button></li>"
        for word in _WORDS if counts.get(word)
    )
    return f'<ul class="tiles">{tiles}</ul>{page_charts.draw_share(counts, _WORDS)}'


def _drift(made: Mapping[str, Any]) -> str:
    found = made.get("drift")
    if not found:
        return ""
    parts = [f"<h2>Since the last run</h2><p>{escape(' '.join(write_sentences(found)))}</p>"]
    for key, title in (("worse", "Worse"), ("better", "Better")):
        if found[key]:
            rows = [
                f"<tr>{_cells(entry[name] for name in ('host', 'endpoint', 'control', 'was', 'status'))}</tr>"
                for entry in found[key]
            ]
            shown = key == "worse" and len(rows) <= _MOST_SHOWN
            parts.append(_folded(title, _table(("Host", "Endpoint", "Control", "Was", "Is"), rows), len(rows), shown))
    for key, title in (("new", "New endpoints"), ("gone", "Endpoints that are gone")):
        if found[key]:
            rows = [f"<tr>{_cells((entry['host'], entry['endpoint']))}<td>{_tag(entry['verdict'])}</td></tr>"
                    for entry in found[key]]
            parts.append(_folded(title, _table(("Host", "Endpoint", "Verdict"), rows), len(rows)))
    parts += _changes(found)
    return "<section>" + "".join(parts) + "</section>"


def _changes(found: Mapping[str, Any]) -> list[str]:
    parts = []
    if found["grades"]:
        rows = [f"<tr>{_cells((entry['host'], entry['endpoint'], entry['was'], entry['is']))}</tr>"
                for entry in found["grades"]]
        parts.append(_folded("Other grades", _table(("Host", "Endpoint", "Was", "Is"), rows), len(rows)))
    if found["certificates"]:
        rows = [
            f"<tr>{_cells((entry['host'], entry['endpoint'], entry['was']['subject'], entry['was']['not_after']))}"
            f"{_cells((entry['is']['subject'], entry['is']['not_after']))}</tr>"
            for entry in found["certificates"]
        ]
        head = ("Host", "Endpoint", "Was", "until", "Is", "until")
        parts.append(_folded("Other certificates", _table(head, rows), len(rows)))
    return parts


def _pictures(made: Mapping[str, Any]) -> str:
    if not made["summary"]["endpoints"]:
        return ""
    return (
        '<div class="panels">'
        f'<section class="panel"><h2>Grades</h2>{page_charts.draw_grades(made)}</section>'
        f'<section class="panel"><h2>When certificates end</h2>{page_charts.draw_expiry(made)}</section>'
        "</div>"
        f'<section class="panel"><h2>Suites by protocol version (endpoints that accept them)</h2>'
        f"{page_charts.draw_heat_map(made)}</section>"
    )


def _run_findings(made: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><td>{_tag(finding['severity'])}</td>"
        f"{_cells(finding[name] for name in ('host', 'sentence'))}"
        f'<td class="mono">{escape(str(finding["control"]))}</td></tr>'
        for finding in made["findings"]
    ]
    return f"<h2>About the run as a whole</h2>{_table(('Severity', 'Host', 'What', 'Control'), rows)}" if rows else ""


def _failed_controls(made: Mapping[str, Any]) -> str:
    rows = []
    # Files keep their keys sorted by name.
    for name, count in sorted(made["summary"]["failed_controls"].items(), key=lambda item: (-item[1], item[0])):
        control = made["controls"].get(name) or {}
        # What is no endpoint's finding cannot be looked for among endpoints.
        leads = {"listener_declared": 'data-goto="listeners-at"', "listener_plaintext": 'data-goto="listeners-at"',
                 "exception_unmatched": 'data-goto="exceptions-at"'}.get(name, f'data-filter="control:{escape(name)}"')
        rows.append(
            f'<tr {leads} tabindex="0"><td class="number">{count}</td>'
            f"<td>{_tag(control.get('severity', 'info'))}</td><td>{escape(str(control.get('title', name)))}<br>"
            f'<small class="mono">{escape(name)}</small></td><td>{escape(str(control.get("remedy", "")))}</td>'
            f"<td><small>{escape('; '.join(control.get('references') or []))}</small></td></tr>"
        )
    if not rows:
        return ""
    return "<h2>What fails, most often first</h2>" + _table(
        ("Times", "Severity", "Control", "What to do", "Asked by"), rows
    )


def _explorer(shown: bool) -> str:
    return (
        f'<section{"" if shown else " hidden"}>'
        '<h2 id="endpoints-at">Endpoints</h2><div class="tools" role="search">'
        '<input id="search" type="search" aria-label="Search" placeholder="Search host, endpoint, name, control, ...">'
        '<select id="verdict" aria-label="Verdict"><option value="">any verdict</option></select>'
        '<select id="policy" aria-label="Policy"><option value="">any policy</option></select>'
        '<select id="group" aria-label="Group"><option value="">any group</option></select>'
        '<span id="chips"></span><button type="button" id="clear">Clear</button></div>'
        '<p class="soft"><span id="count"></span> '
        '<span class="screen">- a click on a row shows its evidence</span></p>'
        '<div class="scroll"><table id="endpoints"></table></div>'
        '<div class="tools"><button type="button" id="back">Back</button><span id="page"></span>'
        '<button type="button" id="next">Next</button></div>'
        "<noscript><p>This table needs scripts. The files beside this one say the same.</p></noscript>"
        "</section>"
    )


def _listeners(made: Mapping[str, Any]) -> str:
    every = [(host["host"], row) for host in made["hosts"] for row in host.get("listeners") or []]
    if not every:
        return ""
    ranked = sorted(every, key=lambda item: (_WORDS.index(item[1]["verdict"]), item[0], item[1]["port"]))
    keys = ("process", "package", "user", "classification")
    rows = [
        f"<tr>{_cells((host, row['endpoint'], row['reach']))}<td>{_tag(row['verdict'])}</td>"
        f"{_cells(row.get(key) for key in keys)}{_cells(('yes' if row['declared'] else 'no', row['detail']))}</tr>"
        for host, row in ranked[:_MOST_LISTENERS]
    ]
    head = ("Host", "Socket", "Reached from", "Verdict", "Process", "Package", "User", "Speaks", "Declared", "Why")
    rest = len(every) - len(rows)
    more = f"<p>And {rest} more, all in the spreadsheet of listeners.</p>" if rest else ""
    bad = any(row["verdict"] in ("fail", "error") for _host, row in every)
    folded = _folded("By verdict", _table(head, rows) + more, len(every), bad)
    return f'<h2 id="listeners-at">Listening sockets</h2>{folded}'


def _certificates(made: Mapping[str, Any]) -> str:
    every = inventory.list_certificates(made)
    rows = []
    for entry in every[:_MOST_CERTIFICATES]:
        places = _few(f"{place['host']} {place['endpoint']}" for place in entry["places"])
        key = " ".join(str(entry[name]) for name in ("key_type", "key_bits", "key_curve") if entry[name])
        rows.append(
            f'<tr data-filter="certificate:{escape(str(entry["sha256"]))}"><td class="number">'
            f"{'' if entry['days_left'] is None else entry['days_left']}</td>"
            + _cells((entry["subject"], ", ".join(map(str, entry["names"])), entry["issuer"], key,
                      entry["not_after"], places)) + "</tr>"
        )
    if not rows:
        return ""
    more = f"<p>And {len(every) - len(rows)} more, all in the spreadsheet.</p>" if len(every) > len(rows) else ""
    table = _table(("Days left", "Subject", "Names", "Issuer", "Key", "Ends", "Served at"), rows)
    return '<h2 id="certificates-at">Certificates in use</h2>' + _folded("Inventory", table + more, len(every))


def _files(made: Mapping[str, Any]) -> str:
    if not holdings.has_files(made):
        return ""
    every = holdings.list_holdings(made)
    noted = sorted(every, key=lambda entry: not entry["notes"])
    rows = [
        "<tr>" + _cells((
            ", ".join(map(str, entry["names"])) or entry["subject"], str(entry["not_after"] or "")[:10],
            ", ".join(entry["keepers"]), entry["next"], _few(f"{host} {path}" for host, path in entry["files"]),
            _few(f"{host} {place}" for host, place in entry["places"]), "; ".join(entry["notes"]))) + "</tr>"
        for entry in noted[:_MOST_CERTIFICATES]
    ]
    head = ("Names", "Ends", "Renewed by", "Renewed from", "Files", "Served at", "To know")
    rest = len(every) - len(rows)
    more = f"<p>And {rest} more, all in the spreadsheet of files.</p>" if rest else ""
    steps = [f"<tr>{_cells(step)}</tr>" for step in holdings.list_steps(made)]
    shown = any(entry["notes"] for entry in every)
    return (
        '<h2 id="files-at">Certificates in files and on the wire</h2>'
        + _folded("What to know comes first", _table(head, rows) + more, len(every), shown)
        + "<h3>Shorter lives of public certificates</h3><p>Public authorities issue shorter certificates from these "
        "days on (CA/Browser Forum, ballot SC-081v3). Private authorities are free.</p>"
        + _table(("From", "Longest life in days", "Certificates in use that live longer", "Renewals a year"), steps))


def _few(places: Iterable[str]) -> str:
    every = list(places)
    more = f" and {len(every) - _MOST_PLACES} more" if len(every) > _MOST_PLACES else ""
    return ", ".join(every[:_MOST_PLACES]) + more


def _exceptions(made: Mapping[str, Any], now: datetime) -> str:
    if not made["exceptions"]:
        return ""
    rows = []
    for rule in made["exceptions"]:
        over = str(rule["expires"]) < now.date().isoformat()
        last = escape(str(rule["expires"]))
        expires = f'<td class="fail">{last} (ran out)</td>' if over else f"<td>{last}</td>"
        place = (rule.get("host") or f"group {rule.get('group')}", rule["endpoint"], rule["control"])
        rows.append(f"<tr>{_cells((*place, rule['reason'], rule['owner'], rule.get('ticket')))}{expires}</tr>")
    head = ("Host", "Endpoint", "Control", "Reason", "Owner", "Ticket", "Last day")
    return f'<h2 id="exceptions-at">Exceptions ({len(rows)})</h2>{_table(head, rows)}'


def _policies(made: Mapping[str, Any]) -> str:
    parts = []
    for name, policy in made["policies"].items():
        parts.append(
            f"<details><summary>{escape(str(name))}: {escape(str(policy.get('title', '')))}</summary>"
            f"<p>{escape(str(policy.get('source', '')))} ({escape(str(policy.get('version', '')))})</p>"
            f"<pre>{escape(json.dumps(policy, indent=1))}</pre></details>"
        )
    return f"<h2>Policies</h2>{''.join(parts)}" if parts else ""


def _controls(made: Mapping[str, Any]) -> str:
    rows = [
        f'<tr><td class="mono">{escape(name)}</td><td>{_tag(control["severity"])}</td>'
        + _cells((control["title"], control["sentence"], "; ".join(control["references"]))) + "</tr>"
        for name, control in made["controls"].items()
    ]
    table = _table(("Control", "Severity", "Title", "What it asks", "Asked by"), rows)
    return '<h2 id="controls-at">Controls</h2>' + _folded("What each control asks", table, len(rows))
