# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CSV (RFC 4180) for spreadsheets: endpoints, certificates, protocols with suites, findings.

A spreadsheet runs a cell that begins with one of ``= + - @`` (or their wide forms) as a
formula, and what a server calls itself may begin so: such a cell gets an apostrophe in
front.  So does what follows a semicolon: where the decimal point is a comma, spreadsheets
take semicolons to part the cells.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import holdings, inventory
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import place_findings
from ansible_collections.intransit.tls.plugins.module_utils._core.report.phrases import (
    show_protocols,
    show_refusal,
    show_state,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import (
    chain,
    days_left,
    moment,
)

_FORMULA = re.compile("(^|;)([\\s\"']*)([=+\\-@\uff1d\uff0b\uff0d\uff20])")


def escape_cell(value: Any) -> str:
    """Return a cell without control characters that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        value = " ".join(str(item) for item in value)
    return _unarmed(str(value))


@lru_cache(maxsize=4096)
def _unarmed(text: str) -> str:
    """Text of a cell; sentences, remedies and references come again on every host."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return _FORMULA.sub(r"\1'\2\3", text)


def _sheet(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([escape_cell(value) for value in row])
    return stream.getvalue()


def list_endpoints(made: Mapping[str, Any]) -> str:
    """One row for every endpoint."""
    now = moment(made["generated"])
    head = ("host", "groups", "endpoint", "vantage", "policy", "verdict", "grade", "score", "before", "after",
            "plaintext refused by", "protocols", "certificate sha256", "certificate ends", "days left", "failures",
            "judged")
    rows = []
    for host in made["hosts"]:
        for row in host["endpoints"]:
            seen, grade = row["observation"], row.get("grade") or {}
            leaf: Mapping[str, Any] = next(iter(chain(seen)), {})
            rows.append((
                host["host"], host["groups"], row["endpoint"], row.get("vantage"), row.get("policy"), row["verdict"],
                grade.get("grade"), grade.get("score"), show_state(row.get("before")), show_state(seen),
                show_refusal(seen), show_protocols(seen), leaf.get("sha256"), leaf.get("not_after"),
                days_left(leaf, now) if now else None,
                [finding["control"] for finding in row["findings"] if finding["status"] == "fail"], row.get("judged"),
            ))
    return _sheet(head, rows)


def list_certificates(made: Mapping[str, Any]) -> str:
    """One row for every leaf that is served somewhere (PCI DSS 4.0.1 4.2.1.1)."""
    head = ("sha256", "subject", "issuer", "serial", "names", "key_type", "key_bits", "key_curve", "spki_sha256",
            "signature_algorithm", "not_before", "not_after", "days_left", "places")
    rows = [
        [entry[key] for key in head[:-1]] + [[f"{place['host']} {place['endpoint']}" for place in entry["places"]]]
        for entry in inventory.list_certificates(made)
    ]
    return _sheet(head, rows)


def list_ciphers(made: Mapping[str, Any]) -> str:
    """One row for every place that accepts a suite in a version (PCI DSS 4.0.1 12.3.3)."""
    rows = [
        (entry["version"], entry["suite"], place["host"], place["endpoint"], place["allowed"])
        for entry in inventory.list_ciphers(made) for place in entry["places"]
    ]
    return _sheet(("version", "suite", "host", "endpoint", "allowed"), rows)


def list_findings(made: Mapping[str, Any]) -> str:
    """One row for every finding."""
    head = ("host", "endpoint", "control", "title", "status", "severity", "sentence", "remedy", "references",
            "exception owner", "exception ticket", "exception expires")
    every = itertools.chain(place_findings(made), made["findings"])
    return _sheet(head, (_finding(made, finding["host"], finding["endpoint"], finding) for finding in every))


def list_listeners(made: Mapping[str, Any]) -> str:
    """One row for every listening socket, where somebody looked."""
    keys = ("transport", "address", "port", "reach", "process", "executable", "package", "user", "unit", "protocol",
            "classification", "declared", "verdict", "detail")
    rows = [
        [host["host"], *(row.get(key) for key in keys)]
        for host in made["hosts"] for row in host.get("listeners") or []
    ]
    return _sheet(("host", *keys), rows)


def list_files(made: Mapping[str, Any]) -> str:
    """One row for every certificate in a file of a host or on the wire, and what is odd about it."""
    rows = [
        [*(entry[key] for key in ("sha256", "subject", "names", "issuer", "not_before", "not_after")),
         [f"{host} {path}" for host, path in entry["files"]], [f"{host} {place}" for host, place in entry["places"]],
         entry["keepers"], entry["next"], entry["key_hosts"], entry["notes"]]
        for entry in holdings.list_holdings(made)
    ]
    return _sheet(("sha256", "subject", "names", "issuer", "not_before", "not_after", "files", "served at",
                   "renewed by", "renewed from", "key on hosts", "notes"), rows)


def _finding(made: Mapping[str, Any], host: str, endpoint: str, finding: Mapping[str, Any]) -> Sequence[Any]:
    control = made["controls"].get(finding["control"]) or {}
    exception = finding.get("exception") or {}
    return (
        host, endpoint, finding["control"], control.get("title"), finding["status"], finding["severity"],
        finding["sentence"], "" if finding["status"] == "pass" else control.get("remedy"),
        "; ".join(control.get("references") or []), exception.get("owner"), exception.get("ticket"),
        exception.get("expires"),
    )
