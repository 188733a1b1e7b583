# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What changed between two runs: better, worse, new, gone; certificates and grades that are others now.

Only hosts that both runs judged are compared.  A host that this run did not look at is
named and nothing is said about it: a run over a slice is no sign of a change.  Listening
sockets that can be reached from outside are compared where both runs looked for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.caps import GRADES
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import chain
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import STATUSES

Place = tuple[str, str, str]
"""Host, endpoint, vantage (or what kind of socket)."""

_ORDER = (*GRADES, "M", "T")
_SHOWN = ("error", "fail")
"""Statuses that somebody has to do something about."""


def find_drift(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two evidence documents.

    Returns:
        ``since`` (when the earlier one was generated), ``better``, ``worse`` (findings,
        with ``was`` and ``status``), ``new``, ``gone`` (endpoints), ``certificates`` and
        ``grades`` (``was`` and ``is``), ``hosts_not_in_this_run``.  Every entry has
        ``host`` and ``endpoint``.
    """
    heard = _heard(before) & _heard(after)
    old, new = dict(_rows(before, heard)), dict(_rows(after, heard))
    hosts = {place[0] for place in new}
    found: dict[str, Any] = {
        "since": before["generated"],
        "better": [], "worse": [], "certificates": [], "grades": [],
        "new": [_at(place, verdict=new[place]["verdict"]) for place in new if place not in old],
        "gone": [_at(place, verdict=old[place]["verdict"]) for place in old if place not in new and place[0] in hosts],
        "hosts_not_in_this_run": sorted({place[0] for place in old} - hosts),
    }
    for place, row in new.items():
        if place in old:
            _compare(place, old[place], row, found)
    return found


def _heard(made: Mapping[str, Any]) -> set[str]:
    """Return the hosts where somebody looked for listening sockets."""
    return {str(host["host"]) for host in made["hosts"] if host.get("listeners")}


def _rows(made: Mapping[str, Any], heard: set[str]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for host in made["hosts"]:
        name = str(host["host"])
        for row in host["endpoints"]:
            yield (name, str(row["endpoint"]), str(row.get("vantage"))), row
        for row in host.get("listeners") or [] if name in heard else []:
            # Sockets on loopback are not judged, and come and go.
            if row["findings"]:
                yield (name, str(row["endpoint"]), f"{row.get('transport')} socket"), row


def _at(place: Place, **more: Any) -> dict[str, Any]:
    return {"host": place[0], "endpoint": place[1], **more}


def _compare(place: Place, old: Mapping[str, Any], new: Mapping[str, Any], found: dict[str, Any]) -> None:
    was = {str(item["control"]): item for item in old["findings"]}
    for item in new["findings"]:
        before = was.pop(str(item["control"]), None)
        _finding(place, before, item, found)
    for control, item in was.items():
        # A control that does not apply any more: a port that is closed now has no redirect.
        if item["status"] in _SHOWN:
            found["better"].append(_at(place, control=control, was=item["status"], status="not applicable"))
    _changed(place, "certificates", _leaf(old), _leaf(new), found)
    _changed(place, "grades", _grade(old), _grade(new), found)


def _finding(
    place: Place, before: Optional[Mapping[str, Any]], after: Mapping[str, Any], found: dict[str, Any]
) -> None:
    was = str(before["status"]) if before else "not applicable"
    now = str(after["status"])
    rank = STATUSES.index(now) - (STATUSES.index(was) if before else 0)
    entry = _at(place, control=after["control"], was=was, status=now, severity=after["severity"],
                sentence=after["sentence"])
    if rank > 0 and now in _SHOWN:
        found["worse"].append(entry)
    elif rank < 0 and was in _SHOWN:
        found["better"].append(entry)


def _changed(place: Place, what: str, was: Any, now: Any, found: dict[str, Any]) -> None:
    if was != now and was is not None and now is not None:
        entry = _at(place, was=was, **{"is": now})
        if what == "grades":
            entry["better"] = _ORDER.index(now) < _ORDER.index(was)
        found[what].append(entry)


def _leaf(row: Mapping[str, Any]) -> Optional[dict[str, Any]]:
    served = chain(row.get("observation") or {})
    if not served:
        return None
    return {key: served[0].get(key) for key in ("sha256", "subject", "issuer", "not_after")}


def _grade(row: Mapping[str, Any]) -> Optional[str]:
    return (row.get("grade") or {}).get("grade")


def write_sentences(found: Mapping[str, Any]) -> list[str]:
    """Say a drift in a few sentences, the bad news first."""
    words = (
        ("worse", "{} finding(s) got worse"), ("better", "{} finding(s) got better"),
        ("new", "{} endpoint(s) are new"), ("gone", "{} endpoint(s) are gone"),
        ("certificates", "{} certificate(s) changed"), ("grades", "{} grade(s) changed"),
    )
    said = [text.format(len(found[key])) for key, text in words if found[key]]
    since = f"Since {found['since']}: "
    return [since + (", ".join(said) if said else "nothing changed") + "."]
