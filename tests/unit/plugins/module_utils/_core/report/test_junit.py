# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CI reads what was judged as JUnit XML: red for what fails, and nothing else, whatever a server called itself."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.junit import render_junit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RULE = {"host": "*", "endpoint": "*", "control": "compression", "reason": "old", "owner": "ops",
        "expires": "2027-01-01"}
LISTENERS = [
    {"endpoint": f"0.0.0.0:69/{name}", "transport": transport, "findings": [
        {"control": "listener_declared", "status": "fail", "severity": "medium", "sentence": "Nobody declared it."}],
     "classification": "plaintext", "verdict": "fail"}
    for name, transport in (("tftp", "udp"), ("69", "tcp"))
]


def cases(document_):
    parser = ElementTree.XMLPullParser(["end"])
    parser.feed(render_junit(document_).encode("utf-8"))
    tree = [node for _event, node in parser.read_events()][-1]
    return tree, {case.get("name"): [child.tag for child in case] for case in tree.iter("testcase")}


def test_junit_has_a_case_for_every_control_of_every_endpoint(sample, judged):
    document_ = judged(sample(compression=True, signature_schemes=[], depth="policy"), sample("http_good"))
    tree, found = cases(document_)
    assert found["compression"] == ["failure"] and found["reachable"] == []
    assert found["signature_schemes"] == ["skipped"] and found["certificate_valid"] == ["error"]
    assert len(list(tree)) == 2
    assert int(tree.get("tests")) == sum(len(row["findings"]) for row in document_["hosts"][0]["endpoints"])
    assert int(tree.get("failures")) == 1


def test_junit_is_not_red_for_what_the_run_tolerates(sample, judged):
    seen = sample("http_good")
    seen["plaintext"]["how"] = "redirect_temporary"
    assert cases(judged(seen))[1]["redirect_permanent"] == ["failure"]
    tree, found = cases(judged(seen, fail_on="medium"))
    assert found["redirect_permanent"] == ["skipped"] and tree.get("failures") == "0"


def test_junit_shows_exceptions_and_is_red_for_those_that_nobody_needs(sample, judged):
    _tree, found = cases(judged(sample(compression=True), exceptions=[RULE]))
    assert found["compression"] == ["skipped"]
    _tree, found = cases(judged(sample(), exceptions=[RULE, dict(RULE, ticket="T-9")]))
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


def test_a_strict_reader_takes_it(sample, hostile):
    records = [make_record(resolve(), [sample(compression=True), sample("http_good")], now=NOW, host="web1", vantage=vantage,
                           listeners=LISTENERS) for vantage in ("controller", "branch")]
    loose = [dict(RULE, control="robot"), dict(RULE, control="robot", ticket="T-2")]
    strictly_read(render_junit(make_document(records, now=NOW, exceptions=loose, silent=["gone1", "gone2"])))
    strictly_read(render_junit(hostile))


def test_the_strict_reader_is_strict(sample, judged):
    text = render_junit(judged(sample(compression=True)))
    for old, new in ((' failures="1"', ' failures="2"'), ("<testcase ", '<testcase odd="1" '), ('time="0"', 'time="x"'),
                     ('name="compression"', 'name="reachable"')):
        with pytest.raises((AssertionError, ValueError)):
            strictly_read(text.replace(old, new, 1))


def test_hostile_strings_stay_text_in_xml(hostile):
    tree, _found = cases(hostile)
    text = render_junit(hostile)
    assert "<script>" not in text and "\x1b" not in text and "\x00" not in text
    assert {node.tag for node in tree.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}


@settings(max_examples=50)
@given(st.text())
def test_any_sentence_is_text_for_a_reader_of_xml(sentence):
    finding = {"control": "compression", "status": "fail", "severity": "high", "sentence": sentence}
    row = {"endpoint": sentence, "findings": [finding]}
    text = render_junit({"title": sentence, "generated": "2026-11-22T12:00:00Z", "fail_on": "low", "controls": {}, "findings": [],
                         "hosts": [{"host": "web1", "endpoints": [row]}]})
    failure = next(ElementTree.fromstring(text.encode("utf-8")).iter("failure"))
    kept = "".join(letter for letter in sentence if letter.isascii() and letter.isprintable())
    assert "".join(letter for letter in failure.get("message") if letter.isascii() and letter.isprintable()) == kept


def test_the_time_is_in_utc_without_a_zone(judged, sample):
    document_ = {**judged(sample()), "generated": "2026-11-22T01:30:59.5+02:00"}
    assert [suite.get("timestamp") for suite in cases(document_)[0]] == ["2026-11-21T23:30:59"]


@pytest.mark.parametrize(("control", "status", "severity", "fail_on", "tag"), [
    ("hsts", "pass", "critical", "low", None), ("hsts", "fail", "low", "low", "failure"),
    ("hsts", "fail", "low", "medium", "skipped"), ("hsts", "fail", "critical", "critical", "failure"),
    ("hsts", "error", "high", "critical", "error"), ("hsts", "excepted", "critical", "low", "skipped"),
    # What a probe of depth policy should have answered is missing; compression is only seen at depth full.
    ("hsts", "unprobed", "low", "critical", "error"), ("compression", "unprobed", "high", "low", "skipped"),
])
def test_what_is_red(control, status, severity, fail_on, tag):
    rule = {"expires": "2027-01-01", "owner": "ops", "reason": "old"}
    finding = {"control": control, "status": status, "severity": severity, "sentence": "It is short.", "exception": rule}
    made = {"title": "t", "generated": "2026-11-22T12:00:00Z", "fail_on": fail_on, "controls": {}, "findings": [],
            "hosts": [{"host": "web1", "endpoints": [{"endpoint": "e", "findings": [finding]}]}]}
    tree, found = cases(made)
    assert found == {control: [tag] if tag else []}
    counted = {key: int(tree[0].get(key)) for key in ("failures", "errors", "skipped")}
    assert counted == {"failures": int(tag == "failure"), "errors": int(tag == "error"), "skipped": int(tag == "skipped")}
    if status == "excepted":
        assert "excepted until 2027-01-01 (ops: old)" in next(tree.iter("skipped")).get("message")


def test_a_failure_says_what_to_do_and_who_asks_for_it(judged, sample):
    failure = next(cases(judged(sample(compression=True)))[0].iter("failure"))
    assert failure.get("type") == "high" and failure.text.splitlines()[0] == failure.get("message")
    assert "Switch TLS compression off." in failure.text and "RFC 9325 3.3" in failure.text


def test_namesakes_are_told_apart(sample):
    rows = [make_record(resolve(), [sample(), sample()], now=NOW, host="web1")]
    names = [suite.get("name") for suite in cases(make_document(rows, now=NOW))[0]]
    assert len(names) == 2 and names[1] == f"{names[0]} #2"
