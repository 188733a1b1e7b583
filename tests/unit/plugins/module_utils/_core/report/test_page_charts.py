# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pictures of the page: their numbers are true, they are well formed, and a name in them stays text."""

from __future__ import annotations

import datetime
import itertools
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.grade import caps
from ansible_collections.intransit.tls.plugins.module_utils._core.report import page_charts
from ansible_collections.intransit.tls.plugins.module_utils._core.report.page_charts import Bar

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
EVIL = '"><script>alert(1)</script>&<'


def tree(markup):
    return ElementTree.fromstring(f"<div>{markup}</div>")


def drawn(markup):
    """Title, height of the bar and filter of every bar that has a filter or a count."""
    return {
        group.find("title").text: (float(group.findall("rect")[1].get("height")), group.get("data-filter"))
        for group in tree(markup).iter("g")
    }


def test_bars_are_as_high_as_their_part_and_none_is_invisible():
    shown = [Bar("a", 200, "good", "A", "k:a"), Bar("b", 100, "bad", "B", "k:b"), Bar("c", 1, "bad", "C", "k:c"),
             Bar("d", 0, "bad", "D", "k:d")]
    found = drawn(page_charts.draw_bars("Chart", shown, 40))
    heights = {title: height for title, (height, _filter) in found.items()}
    assert heights["A: 200"] == 2 * heights["B: 100"] and heights["C: 1"] >= 2 and heights["D: 0"] == 0
    assert found["A: 200"][1] == "k:a" and found["D: 0"][1] is None, "nothing to filter by"


@given(st.lists(st.integers(min_value=0, max_value=10**6), max_size=12))
def test_bars_stay_within_the_picture(counts):
    picture = tree(page_charts.draw_bars("Chart", [Bar(str(at), count, "good", "T") for at, count in enumerate(counts)], 18))[0]
    width, height = (float(picture.get(key)) for key in ("width", "height"))
    for drawing in picture.iter("rect"):
        x, y, wide, high = (float(drawing.get(key)) for key in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and x + wide <= width and y + high <= height
    numbers = [text.text for text in picture.iter("text") if float(text.get("y")) < height - 20]
    assert numbers == [str(count) for count in counts if count], "every bar carries its number"


def test_names_in_pictures_are_text():
    for markup in (page_charts.draw_bars(EVIL, [Bar(EVIL, 1, "good", EVIL, EVIL)], 40),
                   page_charts.draw_heat_map(document(row(suites={"TLSv1.2": [EVIL]})))):
        assert not list(tree(markup).iter("script"))
        assert EVIL in "".join(tree(markup).itertext())


def row(policy="p", suites=None, ends=None, versions=("TLSv1.2",)):
    leaf = [{"position": 0, "sha256": str(ends), "not_after": ends}] if ends else []
    return {"endpoint": "e", "policy": policy, "observation": {
        "suites": suites or {}, "protocols": {version: {"accepted": True} for version in versions}, "certificates": leaf}}


def document(*rows, **more):
    return {"generated": NOW.isoformat(), "hosts": [{"host": "web1", "endpoints": list(rows)}],
            "policies": {"p": {"tls12_suites": ["GOOD"], "tls13_suites": [], "protocols": ["TLSv1.2"]}}, **more}


def test_every_grade_has_a_bar_and_a_colour():
    counts = {"A+": 3, "F": 2, "T": 1}
    found = drawn(page_charts.draw_grades({"summary": {"grades": counts}}))
    assert {title.split()[1].rstrip(":"): filter_ for title, (_height, filter_) in found.items() if filter_} == {
        grade: f"grade:{grade}" for grade in counts}
    assert len(found) == len(page_charts.GRADES)
    colours = {group.find("title").text.split()[1].rstrip(":"): group.get("class") for group in
               tree(page_charts.draw_grades({"summary": {"grades": {}}})).iter("g")}
    assert {grade for grade, colour in colours.items() if colour == "bar good"} == {"A+", "A", "A-"}
    assert {grade for grade, colour in colours.items() if colour == "bar bad"} == {"C", "D", "E", "F"}


def test_every_grade_that_can_be_given_is_drawn():
    assert set(page_charts.GRADES) == {*caps.GRADES, "T", "M"}, "T: not trusted, M: another name"


@pytest.mark.parametrize(("days", "key"), [
    (-1, "days:ended"), (0, "days:0-6"), (6, "days:0-6"), (7, "days:7-13"), (181, "days:175-181"), (182, "days:182-"),
    (4000, "days:182-"),
])
def test_a_certificate_is_in_the_week_of_its_end(days, key):
    ends = (NOW + datetime.timedelta(days=days, hours=1)).isoformat()
    counted = {filter_ for _height, filter_ in drawn(page_charts.draw_expiry(document(row(ends=ends)))).values() if filter_}
    assert counted == {key}


def test_the_weeks_follow_each_other_without_a_gap():
    titles = list(drawn(page_charts.draw_expiry(document())))
    weeks = [tuple(map(int, (words[2], words[4]))) for words in (title.split() for title in titles) if words[:2] == ["Ends", "in"]]
    assert weeks[0][0] == 0 and all(before[1] + 1 == after[0] for before, after in itertools.pairwise(weeks))
    assert titles[-1].startswith(f"Ends after {len(weeks)} weeks")


@given(st.dictionaries(st.sampled_from(["pass", "fail", "error"]), st.integers(min_value=0, max_value=5000)))
def test_the_parts_of_a_share_are_the_whole(counts):
    markup = page_charts.draw_share(counts, ("fail", "error", "pass"))
    parts = list(tree(markup).iter("rect"))
    total = sum(counts.values())
    assert bool(markup) is (total > 0)
    if total:
        assert sum(float(part.get("width")) for part in parts) == pytest.approx(1000, abs=0.02)
        for before, after in itertools.pairwise(parts):
            assert float(after.get("x")) == pytest.approx(float(before.get("x")) + float(before.get("width")), abs=0.02)


def cells(markup):
    return {line.get("data-filter"): [(cell.get("class"), cell.text) for cell in line.findall("td")]
            for line in tree(markup).iter("tr") if line.get("data-filter")}


def test_the_heat_map_counts_and_colours_by_the_policies():
    rows = [row(suites={"TLSv1.2": ["GOOD"]})] * 4 + [row(suites={"TLSv1.2": ["GOOD", "BAD"]})]
    loose = row(policy="loose", suites={"TLSv1.2": ["MIXED"]})
    made = document(*rows, loose, row(suites={"TLSv1.2": ["MIXED"]}))
    made["policies"]["loose"] = {"tls12_suites": ["MIXED"], "tls13_suites": [], "protocols": ["TLSv1.2"]}
    markup = page_charts.draw_heat_map(made)
    assert cells(markup) == {"suite:BAD": [("no1", "1")], "suite:MIXED": [("some2", "2")], "suite:GOOD": [("yes5", "5")]}
    assert list(cells(markup))[-1] == "suite:GOOD", "what is not allowed comes first"
    assert "not allowed at 1" in markup
    assert [cell.text for cell in tree(markup).iter("td")][-1] == "7", "seven endpoints speak TLS 1.2"


def test_a_heat_map_of_very_many_suites_is_cut_and_says_so():
    markup = page_charts.draw_heat_map(document(row(suites={"TLSv1.2": [f"S{number:03}" for number in range(45)]})))
    assert len(cells(markup)) == 40 and "And 5 more suites" in markup
    assert "more suites" not in page_charts.draw_heat_map(document(row(suites={"TLSv1.2": [f"S{number}" for number in range(40)]})))


def test_versions_of_a_heat_map_are_columns_in_order():
    made = document(row(suites={"TLSv1.3": ["B"], "TLSv1": ["A"]}, versions=("TLSv1", "TLSv1.3")))
    assert [head.text for head in tree(page_charts.draw_heat_map(made)).find(".//thead").iter("th")] == ["Suite", "TLSv1", "TLSv1.3"]
    assert cells(page_charts.draw_heat_map(made))["suite:A"][1] == (None, None)


def test_no_suites_no_map():
    assert page_charts.draw_heat_map(document(row())) == "<p>No suite was seen.</p>"
