# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes into a file or a message is one line of visible characters."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format.printable import (
    join_printable,
    show_error,
    show_printable,
)


@pytest.mark.parametrize("text", ["", "a b", "Straße", "x" * 4096])
def test_one_line(text):
    assert join_printable(text)


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "a\0b", "a\x1b[0m", "a\u202eb", "a\u2028b", "x" * 4097])
def test_what_is_not_one_line(text):
    assert not join_printable(text)


@pytest.mark.parametrize(("value", "expected"), [
    ("a", "'a'"), ("a\nb", "'a\\nb'"), (None, "None"), (True, "True"), (5, "5"), (2**64 - 1, str(2**64 - 1)),
    (2**64, "a number of 65 bits"), ({"secret": 1}, "a value of type dict"), (b"x", "a value of type bytes"),
])
def test_a_value_in_a_message(value, expected):
    assert show_printable(value) == expected


def test_a_number_too_large_to_write_is_shown_by_its_size():
    assert show_printable(1 << 20000) == "a number of 20001 bits"


def test_a_long_value_is_cut_and_says_so():
    assert show_printable("x" * 81) == repr("x" * 80) + "..."
    assert show_printable("x" * 80) == repr("x" * 80)


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(("error", "expected"), [
    (ValueError("a\n  b\x1b[0m"), "ValueError: a b [0m"), (ValueError(), "ValueError"), (Mute(), "Mute"),
])
def test_an_exception_in_one_line(error, expected):
    assert show_error(error) == expected


def test_the_text_of_an_exception_is_cut():
    assert len(show_error(ValueError("x" * 100000))) < 1100
