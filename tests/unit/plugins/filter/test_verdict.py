# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters, called as Jinja calls them; and that each has documentation of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.verdict import FilterModule

ROOT = Path(__file__).resolve().parents[4]
NOW = "2026-11-22T12:00:00Z"
FILTERS = FilterModule().filters()


def sample(name):
    return json.loads((ROOT / "tests" / "data" / "observations" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def records():
    before = sample("http_good")
    before["plaintext"] = {"refused": False, "how": "served", "detail": "200 OK"}
    before["http"]["status"] = 200
    seen = [sample("http_good"), sample("https_good")]
    good = FILTERS["record"](seen, "intermediate", host="www.example.test", before=[before], now=NOW)
    bad = FILTERS["record"]({"endpoints": [sample("submission_good")]}, "secret", host="mail1", now=NOW)
    return [good, bad]


def test_every_filter_is_documented():
    for name in FILTERS:
        assert (ROOT / "plugins" / "filter" / f"{name}.yml").is_file(), name


def test_verdict_takes_one_endpoint_a_list_and_a_module_result():
    seen = sample("https_good")
    one = FILTERS["verdict"](seen, "intermediate", now=NOW)
    assert one == FILTERS["verdict"]([seen], "intermediate", now=NOW)
    assert one == FILTERS["verdict"]({"endpoints": [seen], "changed": False}, "intermediate", now=NOW)
    assert FILTERS["worst"](one) == "pass"
    assert FILTERS["worst"](FILTERS["verdict"](seen, "modern", now=NOW)) == "fail"


def test_records_say_what_makes_a_run_red(records):
    assert [record["verdict"] for record in records] == ["pass", "fail"]
    assert FILTERS["failing"](records[0]) == []
    assert {row["control"] for row in FILTERS["failing"](records, "medium")} >= {"implicit_tls_only"}
    assert [row["control"] for row in FILTERS["failing"](records, "critical")] == []


def test_a_failure_below_the_threshold_is_a_warning():
    seen = sample("http_good")
    seen["plaintext"]["how"] = "redirect_temporary"
    for fail_on, word in (("low", "fail"), ("medium", "warn")):
        assert FILTERS["record"]([seen], "intermediate", fail_on=fail_on, now=NOW)["verdict"] == word


def test_an_exception_without_a_hole_to_cover_fails(records):
    rule = {"host": "mail1", "endpoint": "*", "control": "hsts", "reason": "r", "owner": "o", "expires": "2027-01-01"}
    found = FILTERS["unmatched_exceptions"]([rule], records, now=NOW)
    assert [row["control"] for row in found] == ["exception_unmatched"]


def test_the_table_fits_80_columns_and_is_ascii(records):
    table = FILTERS["verdict_table"](records, now=NOW)
    lines = table.split("\n")
    assert max(len(line) for line in lines) <= 80
    assert table.isascii() and table.isprintable() is False and "\x1b" not in table
    assert any("200 in clear -> 301 to https" in line and line.endswith("PASS") for line in lines)
    assert any("EC 256, 67 d left, www.example.test" in line for line in lines)
    assert "3 endpoint(s) on 2 host(s): 2 pass, 1 fail." in table


def test_a_hostile_server_cannot_draw_in_the_table():
    seen = sample("submission_good")
    seen["plaintext"]["detail"] = "530 \x1b[2J\r\nFAKE  443/https  PASS \u202e<script>"
    seen["host"] = "mail\x1b]0;title\x07.example"
    table = FILTERS["verdict_table"](FILTERS["record"]([seen], "modern", host="mail\n1", now=NOW), now=NOW)
    assert set(table) <= {chr(code) for code in range(32, 127)} | {"\n"}
    assert not any(line.startswith("FAKE") for line in table.split("\n"))


def test_served_certificates_are_read_and_judged():
    seen = sample("https_good")
    seen["trust"] = None
    anchors = [str(ROOT / "tests" / "data" / "observations" / "ca.pem")]
    by_control = {row["control"]: row for row in FILTERS["verdict"](seen, "intermediate", now=NOW, anchors=anchors)}
    assert {by_control[control]["status"] for control in by_control if control.startswith("certificate")} == {"pass"}
    alone = {row["control"]: row for row in FILTERS["verdict"](seen, "intermediate", now=NOW)}
    assert alone["certificate_trust"]["status"] == "unprobed"
    later = {row["control"]: row for row in FILTERS["verdict"](seen, "intermediate", now="2027-01-20T00:00:00Z")}
    assert later["certificate_expiry"]["status"] == "fail"
    gone = {row["control"]: row for row in FILTERS["verdict"](seen, "intermediate", now="2027-02-20T00:00:00Z")}
    assert gone["certificate_valid"]["status"] == "fail" and gone["certificate_valid"]["severity"] == "critical"
    seen["server_name"] = "other.example.test"
    assert "certificate_name" in {row["control"] for row in FILTERS["failing"](
        FILTERS["verdict"](seen, "intermediate", now=NOW))}
    with pytest.raises(AnsibleFilterError):
        FILTERS["verdict"](seen, anchors=["/nowhere/ca.pem"], now=NOW)


def test_errors_of_the_core_end_the_task_with_their_sentence():
    for arguments in ({"policy": "nobody"}, {"now": "yesterday"}, {"exceptions": [{"host": "x"}]}):
        with pytest.raises(AnsibleFilterError):
            FILTERS["verdict"](sample("https_good"), **arguments)


def test_endpoints_of_records_can_be_looked_at_again(records):
    assert FILTERS["endpoints_of"](records[1]) == [
        {"host": "mail.example.test", "port": 587, "protocol": "submission", "server_name": "mail.example.test"}
    ]
    assert FILTERS["endpoints_of"](records, addresses=True)[0]["address"] == "192.0.2.7"


def test_listeners_are_judged_and_proposed():
    heard = {"listeners": [{
        "transport": "tcp", "address": "0.0.0.0", "port": 143, "reach": "outside", "protocol": "imap",
        "classification": "starttls_optional", "detail": "It goes on without TLS.", "process": "imapd",
    }]}
    judged = FILTERS["listeners"](heard, host="mail1", now=NOW)
    assert {row["control"] for row in FILTERS["failing"](judged)} == {"listener_declared", "listener_plaintext"}
    assert FILTERS["listeners"](heard, [{"port": 143}], host="mail1", now=NOW)[0]["verdict"] == "pass"
    assert FILTERS["proposed_endpoints"](heard, "mail1", address="192.0.2.9") == [
        {"host": "mail1", "port": 143, "protocol": "imap", "address": "192.0.2.9"}
    ]
    whole = FILTERS["record"]([], host="mail1", listeners=judged, now=NOW)
    assert whole["verdict"] == "fail" and "listener_declared" in FILTERS["verdict_table"](whole, now=NOW)


def test_a_grade_without_a_policy():
    assert FILTERS["grade"](sample("https_good"), now=NOW)["grade"] == "A+"
