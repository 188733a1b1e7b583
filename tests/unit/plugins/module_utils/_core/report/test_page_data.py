# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page carries: every endpoint and certificate once, and no bulk."""

from __future__ import annotations

import datetime
import json

from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_data import make_page_data

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def test_every_endpoint_is_one_row_with_its_state_before_and_after(judged, sample):
    served = sample("http_good", plaintext={"refused": False, "how": "served", "detail": "200 OK", "transcript": []})
    served["http"]["status"] = 200
    made = judged(sample(compression=True), sample("http_good"), parsed=True, before=[served], groups=["web"], vantage="branch")
    https, http = make_page_data(made, NOW)["rows"]
    assert [https[key] for key in "hevypw"] == [
        "web1", "www.example.test:443/https", "fail", "intermediate", ["TLSv1.2", "TLSv1.3"], "branch"]
    assert (https["b"], https["a"], https["r"], https["l"]) == ("", "TLS only", "the TLS layer", 67)
    assert https["f"] == ["compression"] and https["k"] == ["web"] and https["g"] and https["s"] is not None
    assert (http["b"], http["a"], http["l"], http["c"]) == ("200 in clear", "301 to https", None, [])


def test_what_nobody_probed_is_no_fault_and_an_exception_is_one(judged, sample):
    rule = {"host": "*", "endpoint": "*", "control": "compression", "reason": "old", "owner": "ops", "expires": "2027-01-01"}
    made = judged(sample(compression=True), sample(port=8443, depth="policy", compression=None), exceptions=[rule], parsed=True)
    excepted, unprobed = make_page_data(made, NOW)["rows"]
    assert "compression" in excepted["f"] and "compression" not in unprobed["f"]
    told = {finding["control"]: finding for finding in excepted["x"]["findings"]}
    assert told["compression"]["exception"]["owner"] == "ops" and "exception" not in told["reachable"]


def test_a_certificate_is_there_once_and_rows_point_at_it(judged, sample):
    other = sample("submission_good")
    data = make_page_data(judged(sample(), sample(port=8443), other, parsed=True), NOW)
    places = [row["c"] for row in data["rows"]]
    assert places[0] == places[1] and places[0] != places[2]
    digests = [item["sha256"] for item in data["certificates"]]
    assert len(digests) == len(set(digests)) == len({index for row in places for index in row})
    assert data["certificates"][places[0][0]]["dns_names"] == ["www.example.test"]


def test_nothing_that_is_only_bulk(judged, sample):
    made = judged(sample(compression=True), parsed=True)
    assert "BEGIN CERTIFICATE" in json.dumps(made), "the weak sample: the document itself has it"
    data = make_page_data(made, NOW)
    text = json.dumps([data["rows"], data["certificates"]])
    assert "BEGIN CERTIFICATE" not in text and "modulus" not in text
    assert not any(value in (None, "", []) for item in data["certificates"] for value in item.values())
    findings = data["rows"][0]["x"]["findings"]
    assert {finding["status"] for finding in findings if "evidence" in finding} == {"fail"}
    rest = data["rows"][0]["x"]["rest"]
    assert rest["compression"] is True and not {"protocols", "suites", "certificates", "host", "dh_bits"} & set(rest)


def test_controls_are_those_of_the_document(judged, sample):
    made = judged(sample())
    assert make_page_data(made, NOW)["controls"] is made["controls"]


def test_an_empty_run(judged):
    assert make_page_data({"hosts": [], "controls": {}}, NOW) == {"rows": [], "certificates": [], "controls": {}}


def test_a_row_of_a_server_that_did_not_answer(judged, sample):
    row = make_page_data(judged(sample(reachable=False, error="timed out", protocols={}, certificates=[])), NOW)["rows"][0]
    assert (row["a"], row["p"], row["c"], row["l"]) == ("no answer", [], [], None)
    json.dumps(row)
