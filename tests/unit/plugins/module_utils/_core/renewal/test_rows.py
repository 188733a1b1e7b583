# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a renewed certificate, and what another host has to see of it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import rows as renewal

OLD, NEW = "0" * 64, "a" * 64
ENTRY = {"name": "www", "names": ["www.example.org"], "source": "local_ca", "fullchain": "/etc/ssl/intransit/www/fullchain.pem",
         "renew_days": 30}
PORT = {"host": "www.example.org", "address": "192.0.2.7", "port": 443, "protocol": "https", "server_name": "www.example.org"}
PLAN = {"service": "apache", "certificate": ENTRY, "endpoints": [PORT]}
GATE = {"certificates": [{"leaf": False}, {
    "leaf": True, "issuer": "CN=Private", "not_before": "2026-11-30T10:00:00+00:00", "not_after": "2027-02-28T10:00:00+00:00",
    "days_left": 89}]}


def seen(sha256: str, **more: Any) -> dict[str, Any]:
    return {**PORT, "host": "127.0.0.1", "certificates": [{"position": 0, "sha256": sha256}, {"position": 1, "sha256": "f"}], **more}


def row(**more: Any) -> dict[str, Any]:
    transaction = {"changes": ["/etc/ssl/intransit/www"], "activated": ["reload"], "endpoints": [seen(NEW)], **more}
    return renewal.make_row(PLAN, GATE, transaction)


def test_a_row_says_what_happened_and_what_the_host_saw() -> None:
    made = row()
    assert (made["renewed"], made["deployed"], made["next"], made["days_left"]) == (True, False, "2027-01-29", 89)
    assert made["endpoints"] == [{**PORT, "served": NEW}]


@pytest.mark.parametrize(("transaction", "words"), [
    ({}, "www: renewed, 89 days left, next renewal from 2027-01-29 on; served on https 443"),
    ({"changes": []}, "www: the daemon served another certificate than its file"),
    ({"changes": [], "activated": []}, "www: not due, 89 days left"),
    ({"endpoints": []}, "served on no port that other hosts reach"),
])
def test_a_line_says_it(transaction: dict[str, Any], words: str) -> None:
    made = renewal.describe("web1", [row(**transaction)], [seen(NEW, host="www.example.org")], {})
    assert made["failing"] == [] and made["lines"][0].startswith("web1 apache: ") and words in made["lines"][0]


def test_a_new_revocation_list_is_no_renewed_certificate() -> None:
    path = "/etc/ssl/intransit/apache.crl.pem"
    plan = {**PLAN, "changes": [{"kind": "revocation_list", "path": path}, {"kind": "file", "path": "/x"}]}
    made = renewal.make_row(plan, GATE, {"changes": [path], "activated": ["reload"], "endpoints": [seen(NEW)]})
    assert (made["renewed"], made["deployed"], made["list_renewed"]) == (False, False, True)
    (line,) = renewal.describe("web1", [made], [seen(NEW, host="www.example.org")], {})["lines"]
    assert "www: not due" in line and line.endswith("; new revocation list")
    assert renewal.make_row(plan, GATE, {"changes": [path, "/etc/ssl/intransit/www"]})["renewed"]


def test_supplied_files_are_renewed_by_another_program() -> None:
    made = renewal.make_row({**PLAN, "certificate": {**ENTRY, "source": "files"}}, GATE, {"changes": []})
    assert made["next"] is None and "renewed by another program" in renewal.describe("web1", [made], [], {})["lines"][0]


def test_a_set_that_another_service_of_the_host_renewed_counts_as_renewed() -> None:
    again = renewal.make_row({**PLAN, "service": "nginx"}, GATE, {"changes": [], "activated": ["reload"]}, [row()])
    assert again["renewed"] and renewal.describe("web1", [row(), again], [seen(NEW, host="www.example.org")], {})["renewed"] == ["www"]


@pytest.mark.parametrize(("observed", "words"), [
    ([seen(OLD, host="www.example.org")], "Another program answers at this name"),
    ([{**PORT, "error": "timed out", "certificates": []}], "could not be proven from outside (timed out)"),
    ([], "no certificate was seen"),
])
def test_what_others_see_has_to_be_what_the_host_serves(observed: list[Any], words: str) -> None:
    (sentence,) = renewal.describe("web1", [row()], observed, {})["failing"]
    assert sentence.startswith("web1: apache: www.example.org:443/https ") or "www.example.org:443/https:" in sentence
    assert words in sentence


@pytest.mark.parametrize(("begin", "end", "day"), [
    ("2026-12-01T00:00:00Z", "2027-03-01T00:00:00Z", "2027-01-30"), ("2026-12-01T00:00:00Z", "2026-12-07T00:00:00Z", "2026-12-04")])
def test_without_days_the_life_says_when_the_next_is_due(begin: str, end: str, day: str) -> None:
    gate = {"certificates": [{"leaf": True, "not_before": begin, "not_after": end, "days_left": 5}]}
    made = renewal.make_row({**PLAN, "certificate": {**ENTRY, "source": "acme", "renew_days": None}}, gate, {"changes": []})
    assert made["next"] == day


def test_metrics_are_lines_that_prometheus_reads() -> None:
    text = renewal.write_metrics([row(), {**row(), "certificate": 'a"b\\c', "not_after": None}], ["x"], datetime(2026, 12, 1, tzinfo=timezone.utc))
    labels = 'service="apache",certificate="www",source="local_ca"'
    assert f"intransit_tls_certificate_not_after_seconds{{{labels}}} 1803808800\n" in text
    assert "intransit_tls_renewal_problems 1\n" in text and text.endswith("intransit_tls_renewal_run_seconds 1796083200\n")
    odd = renewal.write_metrics([{**row(), "certificate": 'a"b\\c'}], [], datetime(2026, 12, 1, tzinfo=timezone.utc))
    assert 'certificate="a\\"b\\\\c"' in odd


def test_two_hosts_of_one_name_are_told_apart_by_their_addresses() -> None:
    others = [seen(NEW, host="www.example.org"), seen(OLD, host="www.example.org", address="192.0.2.8")]
    assert renewal.describe("web1", [row()], others, {})["failing"] == []
    assert renewal.describe("web1", [row()], others[::-1], {})["failing"] == []
    named = {**row(), "endpoints": [{key: value for key, value in row()["endpoints"][0].items() if key != "address"}]}
    assert renewal.describe("web1", [named], others[:1], {})["failing"] == []


def test_refusals_are_failures_and_endpoints_are_looked_at_once() -> None:
    made = renewal.describe("web1", [], [], {"postfix": ["The CA is gone.", "Bring it back."]})
    assert made["failing"] == ["web1: postfix: The CA is gone.", "web1: postfix: Bring it back."]
    assert renewal.list_endpoints([row(), row()]) == [PORT]
