# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page's script: it parses, it writes text and never markup, and it fits the page and its data.

What it does for a reader as a whole is in test_page.py.
"""

from __future__ import annotations

import datetime
import json
import re

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document
from ansible_collections.intransit.tls.plugins.module_utils._core.grade import caps
from ansible_collections.intransit.tls.plugins.module_utils._core.report import page
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_data import make_page_data
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_script import SCRIPT
from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import render

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


def array(name):
    return json.loads(re.search(rf"const {name} = (\[[^\]]*\]);", SCRIPT).group(1))


def test_it_parses_and_a_broken_one_does_not(chromium):
    made = "(() => {{ try {{ new Function({}); return true; }} catch (error) {{ return error.name; }} }})()"
    chromium.call("Page.navigate", url="about:blank")
    assert chromium.run(made.format(json.dumps(SCRIPT))) is True
    assert chromium.run(made.format(json.dumps(SCRIPT.replace("function draw(all) {", "function draw(all) ", 1)))) == "SyntaxError"


def test_it_makes_no_markup_and_asks_for_nothing():
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\b|new Function|setTimeout\(\s*[\"']"
        r"|fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(|\bimport\b|importScripts|https?:|localStorage|cookie",
        SCRIPT)
    assert "</" not in SCRIPT and "<!--" not in SCRIPT, "it stands within a script element"
    assert set(re.findall(r"\.on\w+\s*=", SCRIPT)) == set()


def test_every_element_that_it_takes_is_in_the_page():
    html = render("html", make_document([], now=NOW))
    wanted = set(re.findall(r'by\("([\w-]+)"\)', SCRIPT)) | set(re.findall(r'getElementById\("([\w-]+)"\)', SCRIPT))
    assert len(wanted) >= 8
    assert {name for name in wanted if f'id="{name}"' not in html} == set()


def test_every_key_that_it_reads_is_in_the_data(judged, sample):
    data = make_page_data(judged(sample(), parsed=True), NOW)
    row = data["rows"][0]
    read = set(re.findall(r"\brow\.([a-z])\b", SCRIPT)) | set(re.findall(r"\br\.([a-z])\b", SCRIPT))
    assert read - {"i", "q"} == set(row) - {"s"}, "index and searched text are its own; the score is in the detail"
    detail = set(re.findall(r"\brow\.x\.(\w+)", SCRIPT)) | set(re.findall(r"\bit\.(before|rules|rest|judged|plaintext|grade)\b", SCRIPT))
    assert detail - {"suites"} <= set(row["x"])
    assert set(re.findall(r"\bdata\.(\w+)", SCRIPT)) - {"textContent"} == set(data)


def test_words_and_grades_are_those_of_the_page():
    assert array("VERDICTS") == list(page._WORDS)
    assert set(array("GRADES")) == {*caps.GRADES, "T", "M", ""}
    assert [grade for grade in array("GRADES") if grade in caps.GRADES] == list(caps.GRADES), "best first"


@pytest.fixture
def opened(chromium, tmp_path, judged, sample):
    """A page with three certificates: one ended, one with 3 days left, one with 67."""
    seen = [sample(), sample("http_good"), sample(port=8443), sample(port=9443)]
    made = judged(*seen, parsed=True)
    for row, days in zip(made["hosts"][0]["endpoints"][2:], (-2, 3), strict=True):
        leaf = row["observation"]["certificates"][0]
        leaf.update(sha256=f"{days}", not_after=(NOW + datetime.timedelta(days=days, hours=1)).isoformat())
    path = tmp_path / "report.html"
    path.write_text(render("html", made), encoding="utf-8")
    chromium.open(path)
    return chromium


def shown(browser):
    return browser.run("[...document.querySelectorAll('tr.row')].map((row) => row.cells[1].textContent.split('/')[0])")


def filtered(browser, word):
    """Add a filter as a click on an element with it does, and take it away again."""
    browser.run(f"(() => {{ const it = document.createElement('i'); it.dataset.filter = {json.dumps(word)};"
                "document.body.append(it); it.click(); it.remove(); })()")
    found = shown(browser)
    browser.run("document.getElementById('clear').click()")
    return sorted(int(place.rpartition(":")[2]) for place in found)


def test_filters_by_days_certificate_suite_and_version(opened):
    digest = opened.run("JSON.parse(document.getElementById('data').textContent).certificates[0].sha256")
    assert {word: filtered(opened, word) for word in (
        "days:ended", "days:0-6", "days:3-3", "days:4-", "days:0-", "protocol:TLSv1.3", "protocol:TLSv1", f"certificate:{digest}",
        "suite:TLS_AES_128_GCM_SHA256", "suite:TLS_NULL", "verdict:nonsense", "odd:value")} == {
        "days:ended": [8443], "days:0-6": [9443], "days:3-3": [9443], "days:4-": [443], "days:0-": [443, 9443],
        "protocol:TLSv1.3": [443, 8443, 9443], "protocol:TLSv1": [], f"certificate:{digest}": [443],
        "suite:TLS_AES_128_GCM_SHA256": [443, 8443, 9443], "suite:TLS_NULL": [], "verdict:nonsense": [],
        # A filter of an unknown kind hides nothing.
        "odd:value": [80, 443, 8443, 9443],
    }
    assert opened.complaints() == []


def test_days_are_sorted_as_numbers_and_what_has_none_comes_last(opened):
    opened.run("document.querySelector('th[data-column=days] button').click()")
    days = "[...document.querySelectorAll('tr.row')].map((row) => row.cells[7].textContent)"
    assert opened.run(days) == ["-2", "3", "67", ""]
    classes = opened.run("[...document.querySelectorAll('tr.row')].map((row) => row.cells[7].className)")
    assert classes == ["number bad", "number bad", "number ", "number "]
    opened.run("document.querySelector('th[data-column=days] button').click()")
    assert opened.run(days) == ["", "67", "3", "-2"]
    opened.run("document.querySelector('th[data-column=endpoint] button').click()")
    assert [int(place.rpartition(":")[2]) for place in shown(opened)] == [80, 443, 8443, 9443], "ports as numbers"
