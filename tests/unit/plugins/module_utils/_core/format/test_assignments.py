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
    script = '%s\nprintf %%s "$%s"' % (text, name)
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
