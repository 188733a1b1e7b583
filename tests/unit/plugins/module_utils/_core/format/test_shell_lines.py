# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A line that a shell certainly carries out is told from one within quotes, conditions or here-documents."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format.shell_lines import split_pieces


def certain(text):
    return [piece.text for piece in split_pieces(text) if piece.certain and "A=" in piece.text]


@pytest.mark.parametrize("text", [
    "A=1", "export A=1", "# if\nA=1", "B='if'\nA=1", 'echo "case"\nA=1', "f() {\n B=2\n}\nA=1", "if x; then\n B=1\nfi\nA=1",
    "for i in 1 2; do\n B=1\ndone\nA=1", "cat <<EOF\nif\nEOF\nA=1", "( B=1\n)\nA=1", "echo if\nA=1",
])
def test_at_the_top_of_a_file(text):
    assert certain(text)[-1].endswith("A=1")


@pytest.mark.parametrize("text", [
    "if x; then\n A=1\nfi", "f() {\n A=1\n}", "while x; do\n A=1\ndone", "case x in\n y)\n A=1;;\nesac", "( \nA=1\n)",
    "cat <<EOF\nA=1\nEOF", "cat <<'E F'\nA=1\nE F", "cat <<-EOF\n\tA=1\n\tEOF", "if x; then A=1; fi", "cat <<EOF\nA=1",
    "if x\nthen if y\nthen B=1\nfi\nA=1\nfi",
])
def test_where_only_a_run_could_tell(text):
    assert certain(text) == []


@pytest.mark.parametrize(("text", "lines"), [
    ("A='x\ny'\nB=1", [1, 3]), ("A=x\\\ny\nB=1", [1, 3]), ("A=1\n\nB=1\n", [1, 2, 3]), ("", []), ("A='never closed\nB=1", [1]),
])
def test_what_a_shell_reads_as_one_is_one_piece(text, lines):
    assert [piece.line for piece in split_pieces(text)] == lines


@pytest.mark.parametrize("text", ["A='x\ny'\nB=1", "cat <<E\na\nE\nB=1", "if x\nthen\ny\nfi", "\n\nA=1 # x"])
def test_the_pieces_are_the_text(text):
    assert "\n".join(piece.text for piece in split_pieces(text)) == text


@pytest.mark.parametrize(("text", "bare"), [
    ("A=1 # 'comment'", "A=1 "), ("A='x # y'", "A=_"), ("A=x#y", "A=x#y"), ("A=\\#b", "A=_b"), ('A="x"y', "A=_y"),
])
def test_comments_and_quotes_are_left_out_of_the_bare_text(text, bare):
    assert split_pieces(text)[0].bare == bare
