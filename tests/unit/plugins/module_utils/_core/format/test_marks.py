# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every edit can be taken back byte for byte, and is made once however often it is asked for."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks

TEXT = "a {\n  b {  # why\n    c 1;\n    d\n      2;\n  }\n}\nx { y { z; } }\n"
ADDED = [(1, 3, "one;"), (2, 5, "two;"), (8, 3, "three;"), (8, 7, "four;")]


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n"), TEXT.rstrip("\n"), TEXT.replace("why", "caf\udce9 \u2028")])
def test_edits_are_made_once_and_go_without_a_trace(text: str) -> None:
    edited = marks.add_marks(text, ADDED, [4, 5])
    assert marks.remove_marks(edited) == text and marks.hash_original(edited) == marks.hash_original(text)
    assert marks.add_marks(edited, ADDED, [4, 5]) == edited
    assert marks.add_marks(edited, [], []) == text
    assert marks.add_marks(marks.add_marks(text, ADDED[1:], [3]), ADDED, [4, 5]) == edited
    assert edited.replace("\r", "").startswith(
        "a {\n    one; # added by intransit.tls\n  b {  # why\n" if "why" in text else "a {\n    one; #")


def test_a_line_is_split_if_words_follow_the_place() -> None:
    assert marks.add_marks("x { y; }\n", [(1, 3, "one;")], []) == (
        "x {\n    one; # added by intransit.tls, the line above goes on below\n y; }\n")


def test_words_for_one_place_are_lines_in_their_order_also_behind_a_line_that_becomes_a_comment() -> None:
    edited = marks.add_marks("a\n b\nc", [(2, 2, "z;"), (2, 2, "y;"), (3, 1, "x;")], [2])
    assert edited.split("\n") == [
        "a", "# disabled by intransit.tls:  b", "     z; # added by intransit.tls", "     y; # added by intransit.tls", "c",
        "    x; # added by intransit.tls"]
    assert marks.remove_marks(edited) == "a\n b\nc" and marks.find_line(edited, 3) == 5
    split = marks.add_marks("x { y; }", [(1, 3, "one;"), (1, 3, "two;")], [])
    assert split.split("\n")[1:] == [
        "    one; # added by intransit.tls", "    two; # added by intransit.tls, the line above goes on below", " y; }"]
    assert marks.remove_marks(split) == "x { y; }"


def test_only_lines_that_were_made_here_are_shown() -> None:
    assert marks.find_marked(marks.add_marks(TEXT, ADDED[:1], [3])) == [
        "    one; # added by intransit.tls", "# disabled by intransit.tls:     c 1;"]


def test_lines_keep_the_numbers_that_an_editor_shows() -> None:
    edited = marks.add_marks(TEXT, ADDED, [3])
    numbers = [marks.find_line(edited, line) for line in range(1, 9)]
    assert numbers == [1, 3, 5, 6, 7, 8, 9, 10]
    assert edited.split("\n")[numbers[4] - 1] == "      2;"
    assert [marks.find_line(TEXT, line) for line in (1, 8)] == [1, 8]


@pytest.mark.parametrize(("added", "disabled"), [
    ([(0, 0, "x")], []), ([(99, 0, "x")], []), ([(1, 4, "x")], []), ([(1, -1, "x")], []), ([(1, 3, "x\ny")], []),
    ([(3, 0, "x")], [3]), ([], [0]), ([], [99]),
])
def test_a_place_that_is_not_there_is_refused(added: list[tuple[int, int, str]], disabled: list[int]) -> None:
    with pytest.raises(TransactionError):
        marks.add_marks(TEXT, added, disabled)


def test_a_part_of_a_line_is_replaced_and_comes_back() -> None:
    edited = marks.add_marks(TEXT, [], [], [(3, "c 1", "c 2"), (8, "z", "w")])
    assert f"{marks.DISABLED}    c 1;\n    c 2; {marks.ADDED}\n" in edited and marks.remove_marks(edited) == TEXT
    assert marks.edit(edited, {"digest": marks.hash_original(TEXT), "replaced": [[3, "c 1", "c 2"], [8, "z", "w"]]}) == edited


@pytest.mark.parametrize(("line", "part", "instead"), [(3, "x", "y"), (0, "c", "y"), (99, "c", "y"), (6, " ", "y"), (3, "c 1", "y\nz")])
def test_a_part_that_is_not_there_once_stops_the_edit(line: int, part: str, instead: str) -> None:
    with pytest.raises(TransactionError, match=f"Line {line} does not hold"):
        marks.add_marks(TEXT, [], [], [(line, part, instead)])


def test_a_line_is_not_replaced_and_turned_into_a_comment() -> None:
    with pytest.raises(TransactionError, match="Line 3 does not hold"):
        marks.add_marks(TEXT, [], [3], [(3, "c", "d")])


def test_a_diff_has_no_path_of_a_server_behind() -> None:
    edited = marks.add_marks("proxy_pass  http://b:1/secret?secret; # x\n", [], [], [(1, "http://b:1", "https://b:2")])
    assert "secret" in edited and marks.show_edits(edited) == [
        f"{marks.DISABLED}proxy_pass  http://b:1; # x", f"proxy_pass  https://b:2; # x {marks.ADDED}"]
