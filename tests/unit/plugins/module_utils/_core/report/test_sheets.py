# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spreadsheets read what was judged, whatever a server called itself; nothing in a cell is run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.report import sheets
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import render
from ansible_collections.intransit.tls.plugins.module_utils._core.report.sheets import escape_cell


@pytest.mark.parametrize("form", ["csv", "certificates", "ciphers", "findings"])
def test_hostile_strings_stay_cells_in_a_spreadsheet(form, hostile):
    text = render(form, hostile)
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
    ('a;" =1', "a;'\" =1"), ("\"' =1", "'\"' =1"),
])
def test_cell(value, text):
    assert escape_cell(value) == text


def table(text):
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    return [dict(zip(head, row, strict=True)) for row in rows]


@given(st.text() | st.text(alphabet="=+-@\uff1d;,\"' \t\r\na1"), st.sampled_from([",", ";"]))
def test_no_cell_begins_a_formula_whichever_sign_parts_the_cells(value, sign):
    text = escape_cell(value)
    assert text.isprintable()
    stream = io.StringIO()
    csv.writer(stream).writerow(["before", text, "behind"])
    for row in csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=sign):
        for part in row:
            assert not part.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d"))


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="=+-@;", categories=("L", "N", "P", "S"))))
def test_harmless_text_stays_as_it_is(value):
    assert escape_cell(value) == value


def test_lines_end_as_the_standard_says(judged, sample):
    text = sheets.list_endpoints(judged(sample()))
    assert text.count("\r\n") == text.count("\n") == 2, "RFC 4180 section 2: one head, one row"


def test_an_endpoint_in_a_row(judged, sample):
    served = sample("http_good", plaintext={"refused": False, "how": "served", "detail": "200 OK", "transcript": []})
    served["http"]["status"] = 200
    rows = table(sheets.list_endpoints(judged(sample(compression=True), sample("http_good"), parsed=True,
                                              before=[sample(), served], groups=["web", "old"])))
    https, http = rows
    assert https["host"] == "web1" and https["endpoint"] == "www.example.test:443/https" and https["groups"] == "old web"
    assert https["verdict"] == "fail" and https["failures"] == "compression" and https["policy"] == "intermediate"
    assert (https["protocols"], https["days left"], https["after"]) == ("1.2 1.3", "67", "TLS only")
    assert https["plaintext refused by"] == "the TLS layer"
    assert (http["before"], http["after"]) == ("200 in clear", "301 to https") and http["certificate sha256"] == ""


def test_a_leaf_is_one_row_with_all_its_places(judged, sample):
    rows = table(sheets.list_certificates(judged(sample(), sample(port=8443), parsed=True)))
    assert len(rows) == 1 and rows[0]["places"].split() == [
        "web1", "www.example.test:443/https", "web1", "www.example.test:8443/https"]
    assert rows[0]["key_type"] == "ecdsa" and rows[0]["days_left"] == "67" and len(rows[0]["sha256"]) == 64


def test_a_suite_outside_the_policy_is_marked(judged, sample):
    weak = "TLS_RSA_WITH_AES_128_CBC_SHA"
    seen = sample(suites={"TLSv1.2": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", weak], "TLSv1.3": []})
    rows = table(sheets.list_ciphers(judged(seen)))
    assert {row["suite"]: row["allowed"] for row in rows} == {
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "yes", weak: "no"}
    assert {row["version"] for row in rows} == {"TLSv1.2"}


def test_only_what_is_wrong_has_a_remedy(judged, sample):
    rows = {row["control"]: row for row in table(sheets.list_findings(judged(sample(compression=True))))}
    assert rows["compression"]["status"] == "fail" and "off" in rows["compression"]["remedy"]
    assert rows["reachable"]["status"] == "pass" and rows["reachable"]["remedy"] == ""
    assert "RFC 9325 3.3" in rows["compression"]["references"]


def test_an_exception_is_in_the_row_of_its_finding(judged, sample):
    rule = {"host": "*", "endpoint": "*", "control": "compression", "reason": "old", "owner": "ops", "ticket": "T-1",
            "expires": "2027-01-01"}
    rows = {row["control"]: row for row in table(sheets.list_findings(judged(sample(compression=True), exceptions=[rule])))}
    assert rows["compression"]["status"] == "excepted"
    assert [rows["compression"][f"exception {key}"] for key in ("owner", "ticket", "expires")] == ["ops", "T-1", "2027-01-01"]


def test_a_socket_in_a_row(judged):
    row = {"endpoint": "0.0.0.0:69/tftp", "transport": "udp", "address": "0.0.0.0", "port": 69, "declared": False,
           "classification": "plaintext", "verdict": "fail", "findings": []}
    found = table(sheets.list_listeners(judged(listeners=[row])))
    assert [(one["host"], one["port"], one["declared"], one["process"]) for one in found] == [("web1", "69", "False", "")]
    assert table(sheets.list_listeners(judged())) == []
