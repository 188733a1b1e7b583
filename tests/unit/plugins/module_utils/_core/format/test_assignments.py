# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""KEY=value files: what is written is what a real shell reads back."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments

COURIER = """##VERSION: $Id$
# TLS_PRIORITY="NORMAL"

IMAPDSSLSTART=YES
TLS_PROTOCOL="TLSv1"
export TLS_PROTOCOL="TLSv1.1"
MAXDAEMONS=40
"""


def shell_reads(text: str, name: str) -> str:
    script = f'{text}\nprintf %s "${name}"'
    return subprocess.run(["sh", "-c", script], check=True, capture_output=True, timeout=10).stdout.decode()


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40))
def test_a_shell_reads_back_exactly_what_was_asked_for(value: str) -> None:
    edited = assignments.edit(COURIER, {"TLS_PRIORITY": value})
    assert shell_reads(edited, "TLS_PRIORITY") == value
    assert assignments.read(edited)["TLS_PRIORITY"] == value
    assert assignments.edit(edited, {"TLS_PRIORITY": value}) == edited


def test_a_new_key_goes_behind_its_commented_example() -> None:
    lines = assignments.edit(COURIER, {"TLS_PRIORITY": "NONE:+VERS-TLS1.3"}).splitlines()
    assert lines[lines.index('# TLS_PRIORITY="NORMAL"') + 1] == 'TLS_PRIORITY="NONE:+VERS-TLS1.3"'


def test_only_one_assignment_stays_and_it_is_the_last() -> None:
    edited = assignments.edit(COURIER, {"TLS_PROTOCOL": "TLSv1.2++"})
    assert '#TLS_PROTOCOL="TLSv1"' in edited.splitlines()
    assert shell_reads(edited, "TLS_PROTOCOL") == "TLSv1.2++"


def test_an_assignment_that_is_right_is_left_as_it_is_written() -> None:
    text = "A='x y'\nB=1\n"
    assert assignments.edit(text, {"A": "x y"}) == text


def test_none_takes_a_key_out_and_keeps_its_words() -> None:
    edited = assignments.edit(COURIER, {"MAXDAEMONS": None})
    assert shell_reads(edited, "MAXDAEMONS") == ""
    assert "#MAXDAEMONS=40" in edited


@pytest.mark.parametrize("name", ["A B", "1A", "", "A-B", "A\nB"])
def test_a_name_that_no_shell_takes_is_refused(name: str) -> None:
    with pytest.raises(TransactionError):
        assignments.edit("", {name: "x"})


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\rb"])
def test_a_value_that_no_line_carries_is_refused(value: str) -> None:
    with pytest.raises(TransactionError):
        assignments.edit("", {"A": value})


@pytest.mark.parametrize("line", ['A="one', "A=one \\", "A='one"])
def test_an_assignment_over_several_lines_is_refused(line: str) -> None:
    with pytest.raises(TransactionError, match="several lines"):
        assignments.edit(line + '\ntwo"\n', {"A": "x"})


@pytest.mark.parametrize("text", ["$HOME", "`id`", "a b", "a;b", "$(id)", '"$X"'])
def test_what_only_a_shell_could_tell_is_none(text: str) -> None:
    assert assignments.unquote(text) is None


def test_the_unquoted_value_that_loses_a_setting_is_not_mistaken_for_it() -> None:
    # `sh` runs "extra" here and TLS_PRIORITY is lost; it must not count as set.
    text = "TLS_PRIORITY=NORMAL extra\n"
    assert assignments.edit(text, {"TLS_PRIORITY": "NORMAL extra"}) == 'TLS_PRIORITY="NORMAL extra"\n'


# Characters at which Python's splitlines() cuts and a shell does not; a lone CR among them.
ODD = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r"
PIECES = [
    *(f"# see{char}touch BROKEN" for char in ODD),
    *(f"A='one{char}B=stolen'" for char in ODD),
    *(f'C="x{char}KEY=stolen" # and{char}more' for char in ODD),
    *(f"{char}#" for char in "\t "),
    "B='two\nKEY=within quotes\n'", 'D="a\\\nKEY=b"', "D=a\\\nKEY=b", "# a comment \\", "", "  # 'open", "A=1 # 'open", "C=it\\'s",
    "KEY=old", "  KEY='old'", "export KEY=old", "# KEY=example", "B=~/x", "C=a:~", "A=${B:-'}'}", "D=`echo 'x\ny'`",
    "if false; then\n  KEY=never\nfi", "if true; then KEY=always; fi", "for E in 1 2; do\n KEY=$E\ndone",
    "case $A in\n  1) KEY=c;;\n  *) KEY=d\nesac", "f() {\n  KEY=function\n}", "cat >/dev/null <<EOF\nKEY=text\n'\nEOF",
    "cat >/dev/null <<-'E F'\n\tKEY=text\n\tE F", "(\n  KEY=subshell\n)", "{ KEY=group; }", "B=x;", "A=#x", "D=a#b'c'",
]


def shell_knows(text: str) -> "list[bytes]":
    """Return what a shell has in its variables after it read the file, and what it said."""
    script = text + '\nprintf "%s\\0" "$A" "$B" "$C" "$D" "$KEY"'
    done = subprocess.run(["sh", "-c", script], check=False, capture_output=True, timeout=10,
                          env={"HOME": "/home/x", "PATH": "/usr/bin:/bin"})
    return [*done.stdout.split(b"\0"), done.stderr]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.booleans(), st.sampled_from(["new", "a b", "$HOME", "it's", ""]))
def test_whatever_the_file_held_a_shell_reads_what_was_asked_for_and_else_the_same(
    pieces: "list[str]", complete: bool, value: str
) -> None:
    text = "\n".join(pieces) + ("\n" if complete else "")
    try:
        edited = assignments.edit(text, {"KEY": value})
    except TransactionError:
        # An assignment over several lines, of which there is none alone at the top here.
        raise AssertionError(text) from None
    *others, _key, said = shell_knows(text)
    assert shell_knows(edited) == [*others[:-1], value.encode(), b"", said] or text == ""
    assert edited.endswith("\n") == (text.endswith("\n") or not text)
    read = assignments.read(edited)
    assert read["KEY"] == value
    for name, seen in zip("ABCD", others[:4], strict=True):
        assert read.get(name) in (None, seen.decode()), (name, edited)
    assert assignments.edit(edited, {"KEY": value}) == edited


def test_splitting_as_python_does_would_fail_here() -> None:
    """The weak sample: what the file says after an edit that cuts at every one of Python's line ends."""
    text = "# see\x0ctouch BROKEN\nKEY=old\n"
    assert "touch BROKEN" in text.splitlines() and assignments.edit(text, {"KEY": "new"}).startswith(text[:20])


@pytest.mark.parametrize("line", ["KEY=a; B=b", "KEY=a B=b", "KEY=a && B=b", "B=b; KEY=a", "KEY=a | cat"])
def test_a_line_that_holds_more_is_refused_or_left(line: str) -> None:
    try:
        edited = assignments.edit(line + "\n", {"KEY": "new"})
    except TransactionError as error:
        assert "Line 1 holds more" in error.message
    else:
        assert edited.startswith(line) and shell_reads(edited, "KEY") == "new" and shell_reads(edited, "B") == "b"


def test_an_assignment_that_a_condition_decides_is_not_taken_out() -> None:
    with pytest.raises(TransactionError, match="line 2 depends on a condition"):
        assignments.edit("if true; then\n  KEY=x\nfi\n", {"KEY": None})


def test_a_secret_in_an_open_quote_is_not_in_the_message() -> None:
    with pytest.raises(TransactionError) as caught:
        assignments.edit("KEY='hunter2\nmore'\n", {"KEY": "x"})
    assert "hunter2" not in caught.value.message + str(caught.value.details)
