# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Literals, arrays and statements that run in any case."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import php_code
from ansible_collections.intransit.tls.plugins.module_utils._core.format.php_tokens import split_tokens


@pytest.mark.parametrize(("written", "value"), [
    ("TRUE", True), ("false", False), ("Null", None), ("12", 12), ("0", 0), ("'x'", "x"),
])
def test_literals(written: str, value: Any) -> None:
    literal = php_code.literal_of(split_tokens("<?php " + written), 1, 2)
    assert literal is not None and literal.value == value and type(literal.value) is type(value)


@pytest.mark.parametrize("written", ["getenv", "1.5", "010", "$a", '"$a"', "-1", "1 + 1"])
def test_expressions_are_no_literals(written: str) -> None:
    tokens = split_tokens("<?php " + written)
    assert php_code.literal_of(tokens, 1, len(tokens)) is None


@pytest.mark.parametrize(("written", "keys"), [
    ("[]", []),
    ("['a' => 1, 'b' => [1, 2], ]", [("a", True), ("b", True)]),
    ("array('a' => f(1, 2), 3)", [("a", True), (None, True)]),
    ("[...$x, A => 1, 7 => 2, \"$b\" => 3]", [(None, False), (None, False), (None, True), (None, False)]),
])
def test_arrays_in_either_notation(written: str, keys: list[Any]) -> None:
    tokens = split_tokens(f"<?php {written};")
    array = php_code.read_array(tokens, 1)
    assert array is not None and array.close == len(tokens) - 2
    assert [(item.key, item.plain) for item in array.items] == keys


@pytest.mark.parametrize("written", ["array_merge([], [])", "[1", "(1)", "array"])
def test_what_is_no_array(written: str) -> None:
    tokens = split_tokens("<?php " + written)
    assert php_code.read_array(tokens, 1) is None
    assert php_code.find_close(split_tokens("<?php (["), 1) == 3


@pytest.mark.parametrize(("source", "certain"), [
    ("X;", True),
    ("f(); X;", True),
    ("if (a) { f(); } X;", True),
    ("$f = function () { return 1; }; X;", True),
    ("defined('A') or die(); X;", True),
    ("if (a) { X; }", False),
    ("if (a) X;", False),
    ("if (a) { return; } X;", False),
    ("if (a) return; X;", False),
    ("if (a): f(); X; endif;", False),
    ("if (a): f(); endif; X;", True),
    ("f(X);", False),
])
def test_a_statement_that_runs_in_any_case(source: str, certain: bool) -> None:
    tokens = split_tokens("<?php " + source)
    assert [place.certain for place in php_code.list_places(tokens) if tokens[place.number].written == "X"] == [certain]


@pytest.mark.parametrize("source", ["return 1; X;", "exit; X;", "die(); X;"])
def test_what_never_runs_is_left_out(source: str) -> None:
    tokens = split_tokens("<?php " + source)
    assert not [place for place in php_code.list_places(tokens) if tokens[place.number].written == "X"]
