# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pictures of the page, as SVG and tables made here: they print, and need no script.

Colours are classes that the page's style knows in a light and a dark form; every bar
also carries its number, so that nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import inventory
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import accepted_versions

GRADES: tuple[str, ...] = ("A+", "A", "A-", "B", "C", "D", "E", "F", "T", "M")
_MOST_SUITES = 40
_WEEKS = 26
_HEIGHT = 130
_MARGIN = 14


Cells = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
"""Places that accept a suite in a version."""


class Bar:
    """One bar: its label, its count, its colour and what a click filters by."""

    def __init__(self, label: str, count: int, colour: str, title: str, key: Optional[str] = None) -> None:
        self.label, self.count, self.colour, self.title, self.key = label, count, colour, title, key


def draw_bars(name: str, entries: Sequence[Bar], width: int) -> str:
    """Draw a bar chart; a bar without a label has none below."""
    top = max([entry.count for entry in entries] + [1])
    parts = []
    for position, entry in enumerate(entries):
        height = round(entry.count / top * _HEIGHT, 1)
        left = _MARGIN + position * width
        least = max(height, 2 if entry.count else 0)
        clicks = f' data-filter="{escape(entry.key)}" tabindex="0" role="button"' if entry.key and entry.count else ""
        parts.append(
            f'<g class="bar {entry.colour}"{clicks}><title>{escape(entry.title)}: {entry.count}</title>'
            f'<rect class="hit" x="{left}" y="0" width="{width}" height="{_HEIGHT + 36}"/>'
            f'<rect x="{left + 2}" y="{18 + _HEIGHT - least}" width="{width - 4}" height="{least}" rx="2"/>'
        )
        if entry.count:
            parts.append(f'<text x="{left + width / 2}" y="{13 + _HEIGHT - least}">{entry.count}</text>')
        if entry.label:
            parts.append(f'<text x="{left + width / 2}" y="{_HEIGHT + 33}">{escape(entry.label)}</text>')
        parts.append("</g>")
    total = len(entries) * width + 2 * _MARGIN
    return (
        f'<svg class="chart" role="img" aria-label="{escape(name)}" viewBox="0 0 {total} {_HEIGHT + 38}" '
        f'width="{total}" height="{_HEIGHT + 38}"><line class="axis" x1="0" x2="{total}" y1="{_HEIGHT + 18.5}" '
        f'y2="{_HEIGHT + 18.5}"/>{"".join(parts)}</svg>'
    )


def draw_grades(made: Mapping[str, Any]) -> str:
    """Draw how many endpoints have which grade."""
    counts: Mapping[str, int] = made["summary"]["grades"]
    return draw_bars("Endpoints by grade", [
        Bar(grade, counts.get(grade, 0), _grade_colour(grade), f"Grade {grade}", f"grade:{grade}") for grade in GRADES
    ], width=44)


def _grade_colour(grade: str) -> str:
    if grade.startswith("A"):
        return "good"
    return {"B": "mild", "T": "odd", "M": "odd"}.get(grade, "bad")


def draw_expiry(made: Mapping[str, Any]) -> str:
    """Draw in which week from now on how many certificates end."""
    left = [entry["days_left"] for entry in inventory.list_certificates(made) if entry["days_left"] is not None]
    weeks: dict[int, int] = {}
    for days in left:
        week = -1 if days < 0 else min(days // 7, _WEEKS)
        weeks[week] = weeks.get(week, 0) + 1
    # The second bar is only room between what is over and what is to come.
    entries = [Bar("ended", weeks.get(-1, 0), "bad", "Ended already", "days:ended"), Bar("", 0, "good", "")]
    for week in range(_WEEKS):
        colour = "bad" if week < 2 else "mild" if week < 5 else "good"
        entries.append(Bar(
            _week_label(week), weeks.get(week, 0), colour, f"Ends in {week * 7} to {week * 7 + 6} days",
            f"days:{week * 7}-{week * 7 + 6}",
        ))
    entries.append(Bar("later", weeks.get(_WEEKS, 0), "good", f"Ends after {_WEEKS} weeks", f"days:{_WEEKS * 7}-"))
    legend = _legend(("bad", "fewer than 14 days"), ("mild", "fewer than 35 days"), ("good", "later"))
    return draw_bars("Certificates by the week of their end", entries, width=18) + legend


def _week_label(week: int) -> str:
    """Label every fourth week, and none beside the last bar."""
    if week % 4 or week > _WEEKS - 3:
        return ""
    return f"{week} wk" if week else "now"


def _legend(*entries: tuple[str, str]) -> str:
    return '<p class="legend">' + "".join(
        f'<span class="{colour}">{escape(text)}</span>' for colour, text in entries
    ) + "</p>"


def draw_share(counts: Mapping[str, int], words: Sequence[str]) -> str:
    """Draw one bar of verdicts, each as wide as its part of all."""
    total = sum(counts.get(word, 0) for word in words)
    parts, left = [], 0.0
    for word in words:
        width = round(counts.get(word, 0) / max(total, 1) * 1000, 2)
        if width:
            parts.append(f'<rect class="{word}" x="{left:g}" y="0" width="{width:g}" height="10">'
                         f"<title>{word}: {counts[word]} of {total}</title></rect>")
            left += width
    if not parts:
        return ""
    return (f'<svg class="chart share" role="img" aria-label="Endpoints by verdict" viewBox="0 0 1000 10" '
            f'preserveAspectRatio="none">{"".join(parts)}</svg>')


def draw_heat_map(made: Mapping[str, Any]) -> str:
    """Draw suites against versions: how many endpoints accept them, and whether their policy allows it."""
    cells = {(str(entry["suite"]), str(entry["version"])): entry["places"] for entry in inventory.list_ciphers(made)}
    if not cells:
        return "<p>No suite was seen.</p>"
    versions = [version for version in PROTOCOLS if any(key[1] == version for key in cells)]
    names = sorted({key[0] for key in cells}, key=lambda name: (-_outside(cells, name), -_total(cells, name), name))
    most = max(len(places) for places in cells.values())
    head = "".join(f'<th scope="col">{escape(version)}</th>' for version in versions)
    rows = "".join(_heat_row(name, versions, cells, most) for name in names[:_MOST_SUITES])
    rest = len(names) - _MOST_SUITES
    more = f"<p>And {rest} more suites, all in the spreadsheet of suites.</p>" if rest > 0 else ""
    counts = _speakers(made)
    sums = "".join(f"<td>{counts.get(version, 0)}</td>" for version in versions)
    legend = _legend(("good", "allowed by the policies of all of them"), ("mild", "of some"), ("bad", "of none"))
    return (
        '<div class="scroll"><table class="heat"><thead><tr><th scope="col">Suite</th>'
        f"{head}</tr></thead><tbody>{rows}"
        f'<tr class="sum"><th scope="row">endpoints that speak this version</th>{sums}</tr></tbody></table></div>'
        f"{legend}{more}"
    )


def _speakers(made: Mapping[str, Any]) -> dict[str, int]:
    """Count the endpoints that accept each version."""
    counts: dict[str, int] = {}
    for host in made["hosts"]:
        for row in host["endpoints"]:
            for version in accepted_versions(row["observation"]):
                counts[version] = counts.get(version, 0) + 1
    return counts


def _total(cells: Cells, name: str) -> int:
    return sum(len(places) for key, places in cells.items() if key[0] == name)


def _outside(cells: Cells, name: str) -> int:
    return sum(place["allowed"] == "no" for key, places in cells.items() if key[0] == name for place in places)


def _heat_row(name: str, versions: Sequence[str], cells: Cells, most: int) -> str:
    found = "".join(_heat_cell(cells.get((name, version), ()), most) for version in versions)
    outside = _outside(cells, name)
    note = f' <small class="fail">not allowed at {outside}</small>' if outside else ""
    return f'<tr data-filter="suite:{escape(name)}"><th scope="row">{escape(name)}{note}</th>{found}</tr>'


def _heat_cell(places: Sequence[Mapping[str, Any]], most: int) -> str:
    """Colour by whether the policies of these endpoints allow it, all, some or none; depth by how many they are."""
    if not places:
        return "<td></td>"
    outside = sum(place["allowed"] == "no" for place in places)
    kind = "no" if outside == len(places) else "some" if outside else "yes"
    level = max(1, round(len(places) / most * 5))
    return f'<td class="{kind}{level}">{len(places)}</td>'
