# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of Dovecot are read as Dovecot reads them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.dovecot import parse


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
    ("x {\n}", []),
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
