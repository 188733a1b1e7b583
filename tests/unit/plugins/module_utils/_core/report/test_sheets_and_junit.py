# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spreadsheets and CI read what was judged, whatever a server called itself."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import document, record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, render
from ansible_collections.intransit.tls.plugins.module_utils._core.report.sheets import cell

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOSTILE = "=cmd|'/C calc'!A1\r\n<script>alert(1)</script>]]>\x00\x1b[2J\ud800\ufffe&amp;\u202e"
RULE = {"host": "*", "endpoint": "*", "control": "compression", "reason": "old", "owner": "ops",
        "expires": "2027-01-01"}


def sample(name="https_good", **changes):
    return {**json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")), **changes}


def made(*seen, fail_on="low", exceptions=()):
    rows = [record(resolve(policy="intermediate"), list(seen), now=NOW, host="web1", exceptions=exceptions)]
    return document(rows, now=NOW, fail_on=fail_on, exceptions=exceptions)


def cases(document_):
    parser = ElementTree.XMLPullParser(["end"])
    parser.feed(render("junit", document_).encode("utf-8"))
    tree = [node for _event, node in parser.read_events()][-1]
    return tree, {case.get("name"): [child.tag for child in case] for case in tree.iter("testcase")}


def test_junit_has_a_case_for_every_control_of_every_endpoint():
    document_ = made(sample(compression=True, signature_schemes=[]), sample("http_good"))
    tree, found = cases(document_)
    assert found["compression"] == ["failure"] and found["reachable"] == []
    assert found["signature_schemes"] == ["skipped"] and found["certificate_valid"] == ["error"]
    assert len(list(tree)) == 2
    assert int(tree.get("tests")) == sum(len(row["findings"]) for row in document_["hosts"][0]["endpoints"])
    assert int(tree.get("failures")) == 1


def test_junit_is_not_red_for_what_the_run_tolerates():
    seen = sample("http_good")
    seen["plaintext"]["how"] = "redirect_temporary"
    assert cases(made(seen))[1]["redirect_permanent"] == ["failure"]
    tree, found = cases(made(seen, fail_on="medium"))
    assert found["redirect_permanent"] == ["skipped"] and tree.get("failures") == "0"


def test_junit_shows_exceptions_and_is_red_for_those_that_nobody_needs():
    _tree, found = cases(made(sample(compression=True), exceptions=[RULE]))
    assert found["compression"] == ["skipped"]
    _tree, found = cases(made(sample(), exceptions=[RULE]))
    assert found["exception_unmatched"] == ["failure"]


def hostile():
    seen = sample("submission_good")
    seen["plaintext"] = {"refused": False, "how": "accepted", "detail": HOSTILE, "transcript": []}
    seen["error"] = HOSTILE
    seen["certificates"][0] = {"position": 0, "sha256": HOSTILE, "subject": HOSTILE, "issuer": HOSTILE,
                               "dns_names": [HOSTILE], "not_after": HOSTILE}
    rows = [record(resolve(), [seen], now=NOW, host=HOSTILE)]
    return document(rows, now=NOW)


def test_hostile_strings_stay_text_in_xml():
    tree, _found = cases(hostile())
    text = render("junit", hostile())
    assert "<script>" not in text and "\x1b" not in text and "\x00" not in text
    assert {node.tag for node in tree.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}


@pytest.mark.parametrize("form", ["csv", "certificates", "ciphers", "findings"])
def test_hostile_strings_stay_cells_in_a_spreadsheet(form):
    text = render(form, hostile())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1 and len(rows) > 1
    for row in rows:
        for value in row:
            assert not value.startswith(("=", "+", "-", "@")) and value.isprintable()


@pytest.mark.parametrize("value, text", [
    ("=1+1", "'=1+1"), ("-1", "'-1"), ("@x", "'@x"), ("+x", "'+x"), (None, ""), (5, "5"), (["a", "b"], "a b"),
    ("a\tb\n", "a?b?"),
])
def test_cell(value, text):
    assert cell(value) == text


def test_every_format_renders_an_empty_run_and_can_be_written():
    for form in FORMATS:
        render(form, document([], now=NOW)).encode("utf-8")
        render(form, hostile()).encode("utf-8", "replace")


def test_drift_is_in_the_table():
    document_ = made(sample())
    document_["drift"] = {"since": "2026-11-01", "better": [], "new": [], "gone": [], "certificates": [], "grades": [],
                          "worse": [{"host": "web1", "endpoint": "e", "control": "hsts", "sentence": HOSTILE}]}
    table = render("text", document_)
    assert "1 finding(s) got worse" in table and "! worse: web1 e" in table and "\x1b" not in table
