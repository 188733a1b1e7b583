# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The climb of RFC 8659 and what records say."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.caa import list_parents, look_caa, read_rules
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import ERROR, FOUND, NONE, Answer, Question


def run(look, answers):
    asked, arrival = [], None
    try:
        while True:
            question = look.send(arrival)
            asked.append(question)
            arrival = answers.get(question.name, Answer(NONE))
    except StopIteration as stop:
        return stop.value, asked


def caa(tag, value, flags=0):
    return {"flags": flags, "tag": tag, "value": value}


@pytest.mark.parametrize("name, parents", [
    ("www.example.org", ["www.example.org", "example.org", "org"]), ("*.example.org.", ["example.org", "org"]),
    ("host", ["host"]),
])
def test_the_climb_ends_below_the_root(name, parents):
    assert list(list_parents(name)) == parents


def test_the_nearest_parent_with_records_counts():
    answers = {"example.org": Answer(FOUND, (caa("issue", "ca.example"),)), "org": Answer(FOUND, (caa("issue", ";"),))}
    found, asked = run(look_caa("a.b.example.org"), answers)
    assert found["found_at"] == "example.org" and found["records"] == [caa("issue", "ca.example")]
    assert asked == [Question(name, "CAA") for name in ("a.b.example.org", "b.example.org", "example.org")]


def test_an_error_on_the_way_ends_the_climb_and_is_no_missing_record():
    answers = {"b.example.org": Answer(ERROR, reason="SERVFAIL"), "example.org": Answer(FOUND, (caa("issue", "ca.example"),))}
    found, _asked = run(look_caa("a.b.example.org"), answers)
    assert (found["status"], found["reason"], found["found_at"]) == ("error", "SERVFAIL", "b.example.org")


def test_no_record_up_to_the_top():
    found, asked = run(look_caa("a.example.org"), {})
    assert found["status"] == "none" and found["asked"] == ["a.example.org", "example.org", "org"] and len(asked) == 3


@pytest.mark.parametrize("records, wildcard, allowed", [
    ([], False, None),
    ([caa("iodef", "mailto:a@example.org")], False, None),
    ([caa("issue", "CA.example; account=1"), caa("ISSUE", "other.example")], False, ("ca.example", "other.example")),
    ([caa("issue", ";")], False, ()),
    ([caa("issue", "")], False, ()),
    ([caa("issue", "%%%")], False, ()),
    ([caa("issue", "not a name")], False, ()),
    ([caa("issue", "ca.example"), caa("issuewild", ";")], True, ()),
    ([caa("issue", "ca.example"), caa("issuewild", ";")], False, ("ca.example",)),
    ([caa("issue", "ca.example")], True, ("ca.example",)),
    ([caa("issuewild", "ca.example")], False, None),
])
def test_who_may_issue(records, wildcard, allowed):
    assert read_rules(records).allowed(wildcard) == allowed


@pytest.mark.parametrize("tag, flags, unknown", [
    ("tbs", 128, ("tbs",)), ("tbs", 0, ()), ("tbs", 127, ()), ("issue", 128, ()), ("ContactEmail", 128, ()), ("", 255, ("",)),
])
def test_only_an_unknown_tag_with_the_critical_flag_forbids_everything(tag, flags, unknown):
    assert read_rules([caa(tag, "x", flags)]).unknown == unknown
