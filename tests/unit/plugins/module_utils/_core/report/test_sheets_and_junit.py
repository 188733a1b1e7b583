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

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import document, record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import FORMATS, render
from ansible_collections.intransit.tls.plugins.module_utils._core.report.sheets import cell

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOSTILE = "=cmd|'/C calc'!A1\r\n<script>alert(1)</script>]]>\x00\x1b[2J\ud800\ufffe&amp;\u202e"
RULE = {"host": "*", "endpoint": "*", "control": "compression", "reason": "old", "owner": "ops",
        "expires": "2027-01-01"}


LISTENERS = [
    {"endpoint": f"0.0.0.0:69/{name}", "transport": transport, "findings": [
        {"control": "listener_declared", "status": "fail", "severity": "medium", "sentence": "Nobody declared it."}],
     "classification": "plaintext", "verdict": "fail"}
    for name, transport in (("tftp", "udp"), ("69", "tcp"))
]


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
    document_ = made(sample(compression=True, signature_schemes=[], depth="policy"), sample("http_good"))
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
    _tree, found = cases(made(sample(), exceptions=[RULE, dict(RULE, ticket="T-9")]))
    assert found["exception_unmatched: web1 * compression"] == ["failure"]
    assert found["exception_unmatched: web1 * compression (T-9)"] == ["failure"]


SHAPE = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "timestamp", "time"}, {"testcase"}),
    "testcase": ({"classname", "name", "time"}, {"failure", "error", "skipped"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"message"}, set()),
}
"""Attributes, all of which have to be there, and children that the schemas of Jenkins and Surefire both allow."""


def strictly_read(text):
    """Read as a reader does that trusts nothing: shape, types, counts, names."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    for node in root.iter():
        attributes, children = SHAPE[node.tag]
        assert set(node.attrib) == attributes and {child.tag for child in node} <= children
        assert all(int(node.get(key)) >= 0 for key in ("tests", "failures", "errors", "skipped") if key in node.attrib)
        assert (float(node.get("time", "0")) >= 0 and len(node) <= 1) or node.tag.startswith("testsuite")
    for suite in root:
        assert suite.get("timestamp") == datetime.fromisoformat(suite.get("timestamp")).isoformat(timespec="seconds")
        assert int(suite.get("tests")) == len(suite)
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(key)) == len(suite.findall(f"testcase/{tag}"))
    for key in ("tests", "failures", "errors"):
        assert int(root.get(key)) == sum(int(suite.get(key)) for suite in root)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert names and len(names) == len(set(names))


def test_a_strict_reader_takes_it():
    records = [record(resolve(), [sample(compression=True), sample("http_good")], now=NOW, host="web1", vantage=vantage,
                      listeners=LISTENERS) for vantage in ("controller", "branch")]
    loose = [dict(RULE, control="robot"), dict(RULE, control="robot", ticket="T-2")]
    strictly_read(render("junit", document(records, now=NOW, exceptions=loose, silent=["gone1", "gone2"])))
    strictly_read(render("junit", hostile()))


def test_the_strict_reader_is_strict():
    text = render("junit", made(sample(compression=True)))
    for old, new in ((' failures="1"', ' failures="2"'), ("<testcase ", '<testcase odd="1" '), ('time="0"', 'time="x"'),
                     ('name="compression"', 'name="reachable"')):
        with pytest.raises((AssertionError, ValueError)):
            strictly_read(text.replace(old, new, 1))


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
            for part in value.split(";"):
                assert not part.strip(" \"'").startswith(("=", "+", "-", "@")) or "'" in part
            assert not value.startswith(("=", "+", "-", "@")) and value.isprintable()


@pytest.mark.parametrize("value, text", [
    ("=1+1", "'=1+1"), ("-1", "'-1"), ("@x", "'@x"), ("+x", "'+x"), (None, ""), (5, "5"), (["a", "b"], "a b"),
    ("a\tb\n", "a?b?"), (-5, "-5"), (0.5, "0.5"), ("\uff1d1+1", "'\uff1d1+1"), ("a;=1+1", "a;'=1+1"),
    ("a; =1+1;x", "a;' =1+1;x"), ('a;"=1+1', "a;'\"=1+1"), ("a;b=1", "a;b=1"), ("2027-01-31", "2027-01-31"), (" =1", "' =1"),
])
def test_cell(value, text):
    assert cell(value) == text


def test_every_format_renders_an_empty_run_and_can_be_written():
    for form in FORMATS:
        render(form, document([], now=NOW)).encode("utf-8")
        render(form, hostile()).encode("utf-8", "replace")


def test_the_table_names_the_vantage_where_there_are_several():
    rows = [record(resolve(), [sample()], now=NOW, host="web1", vantage=name) for name in ("controller", "branch")]
    assert "(from branch)" in render("text", document(rows, now=NOW))
    assert "(from" not in render("text", document(rows[:1], now=NOW))


def test_a_run_that_only_asked_what_listens_has_a_sentence_of_its_own():
    text = render("text", document([record(resolve(), [], now=NOW, host="web1", listeners=LISTENERS)], now=NOW))
    assert "2 listening socket(s) that can be reached from outside: 2 fail." in text and "endpoint(s)" not in text


def test_a_host_that_was_silent_is_named_in_the_table():
    assert "web9: The host could not be asked" in render("text", document([], now=NOW, silent=["web9"]))


def test_drift_is_in_the_table():
    document_ = made(sample())
    document_["drift"] = {"since": "2026-11-01", "better": [], "new": [], "gone": [], "certificates": [], "grades": [],
                          "worse": [{"host": "web1", "endpoint": "e", "control": "hsts", "sentence": HOSTILE}]}
    table = render("text", document_)
    assert "1 finding(s) got worse" in table and "! worse: web1 e" in table and "\x1b" not in table
