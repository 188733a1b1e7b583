# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits of several files become one change for each, also for a file whose edits have to go."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.service.edits import Edits

FILES = {"/a": {"digest": "1", "edited": False}, "/b": {"digest": "2", "edited": True}, "/c": {"digest": "3", "edited": False}}


def test_each_file_gets_one_change() -> None:
    edits = Edits()
    edits.add({"file": "/a", "opened": [2, 8]}, ["x;", "y;"])
    edits.add({"file": "/a", "opened": [2, 8]}, ["y;", "z;"])
    edits.add({"file": "/c", "opened": [1, 1]}, [])
    assert edits.disable([{"name": "n", "file": "/a", "shown": 9, "lines": [5, 4], "alone": True}]) == []
    assert list(edits.changes(FILES)) == [
        {"kind": "edited_file", "format": "marked_lines", "path": "/a", "values": {"digest": "1", "added": [[2, 8, "x; y; z;"]], "disabled": [4, 5]}},
        {"kind": "edited_file", "format": "marked_lines", "path": "/b", "values": {"digest": "2", "added": [], "disabled": []}}]


def test_a_setting_that_shares_its_line_is_named_with_the_line_of_the_file() -> None:
    edits = Edits()
    assert edits.disable([{"name": "listen", "file": "/a", "shown": 9, "lines": [8], "alone": False}]) == [
        "/a:9: `listen` shares its line with other words, so that it cannot be turned into a comment. Put it on a line of its own."]
    assert len(list(edits.changes(FILES))) == 1


def test_lines_follow_a_line_or_stand_in_its_place() -> None:
    edits = Edits()
    edits.replace({"file": "/a", "lines": [7], "end": [7, 9]}, "other")
    edits.add_lines({"file": "/a", "end": [7, 9]}, ["x", "y"])
    assert next(edits.changes(FILES))["values"] == {
        "digest": "1", "added": [[7, 9, "other"], [7, 9, "x"], [7, 9, "y"]], "disabled": [7]}


def test_a_part_of_a_line_is_replaced_if_it_stands_alone() -> None:
    edits, row = Edits(), {"name": "proxy_pass", "file": "/a", "shown": 9, "lines": [8], "alone": True}
    assert edits.replace_part(row, "http://b", "https://b") == []
    assert next(edits.changes(FILES))["values"] == {"digest": "1", "added": [], "disabled": [], "replaced": [[8, "http://b", "https://b"]]}
    for odd in ({**row, "alone": False}, {**row, "lines": [8, 9]}):
        assert edits.replace_part(odd, "x", "y") == [
            "/a:9: `proxy_pass` stands on several lines or shares its line with other words, so that it cannot be replaced. "
            "Put it on a line of its own."]
