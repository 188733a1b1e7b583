# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of Dovecot are read as Dovecot reads them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.dovecot import edit, parse


@pytest.mark.parametrize(("text", "expected"), [
    ("a = b", [((), "a", "b")]),
    ("a=b c # d", [((), "a", "b c")]),
    ("a = b#c", [((), "a", "b#c")]),
    ("# a = b", []),
    ("  # a = b \\\n c = d", [((), "c", "d")]),
    ('a = "b # c"', [((), "a", "b # c")]),
    (r'a = "b\"c"', [((), "a", 'b"c')]),
    ("a = 'b", [((), "a", "'b")]),
    ("a =", [((), "a", "")]),
    ("a = </etc/key # hidden", [((), "a", "</etc/key")]),
    ("a = b \\\n  c", [((), "a", "b c")]),
    ("protocol  imap {\n a = b\n}\nc = d", [(("protocol imap",), "a", "b"), ((), "c", "d")]),
    ("local 192.0.2.1 {\n protocol imap {\n a = b\n }\n}", [(("local 192.0.2.1", "protocol imap"), "a", "b")]),
    ("a = b {", [((), "a", "b {")]),
    ("!include conf.d/*.conf", [((), "!include", "conf.d/*.conf")]),
    ("!include_try local.conf", [((), "!include_try", "local.conf")]),
    ("x {\n}", [(("x",), "", "")]),
    ("x {\ny {\n}\n}", [(("x", "y"), "", "")]),
    ("x {\na = b\ny {\n}\nz {\nc = d\n}\n}", [(("x",), "a", "b"), (("x", "y"), "", ""), (("x", "z"), "c", "d")]),
    ("words without a sign", []),
])
def test_lines(text: str, expected: Any) -> None:
    assert [(line.blocks, line.name, line.value) for line in parse(text, "f")] == expected


@pytest.mark.parametrize(("text", "words"), [
    ("a = b\n}", "/etc/x:2 has a `}` that no block begins"), ("x {\n a = secret\n", "/etc/x: the block `x` has no end"),
])
def test_blocks_that_do_not_match_are_named_without_a_value(text: str, words: str) -> None:
    with pytest.raises(DialectError, match=r"Repair that first\.$") as caught:
        parse(text, "/etc/x")
    assert words in caught.value.message and "secret" not in caught.value.message


def test_places() -> None:
    first, second = parse("a = b \\\n  c\nd = e", "f", lambda number: number + 10)
    assert (first.numbers, first.shown, str(first)) == ((1, 2), 11, "f:11")
    assert (second.numbers, second.shown) == ((3,), 13)


@pytest.mark.parametrize(("text", "values", "wanted"), [
    ("a = b # c\nx {\n  u = 1\n  y {\n  u = 2\n  }\n}\n", {"x": {"u": "3", "v": "4"}},
     "a = b # c\nx {\n  u = 3\n  v = 4\n  y {\n  u = 2\n  }\n}\n"),
    ("x {\n  y {\n    u = 2\n  }\n}\n", {"x > y": {"u": "3"}}, "x {\n  y {\n    u = 3\n  }\n}\n"),
    ("u = 1\nu = 2\n", {"": {"v": "yes", "u": "3"}}, "u = 1\nu = 3\nv = yes\n"),
    ("u = 1 \\\n 2\nw = 3\n", {"": {"u": "3"}}, "u = 3\n\nw = 3\n"),
])
def test_settings_of_blocks(text: str, values: dict[str, dict[str, str]], wanted: str) -> None:
    assert edit(text, values) == wanted == edit(wanted, values)


@pytest.mark.parametrize(("text", "value", "words"), [
    ("x {\n}\n", "3", "x has none of u"), ("x {\nu = 1\n}\n", "a b", "has to be one word"), ("x {\n", "3", "has no end")])
def test_settings_that_cannot_be_written(text: str, value: str, words: str) -> None:
    with pytest.raises(TransactionError, match=words):
        edit(text, {"x": {"u": value}})
