# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of nginx are read as nginx reads them."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.nginx import parse


def words(text: str) -> list[list[str]]:
    return [list(item.words) for item in parse(text, "f")]


@pytest.mark.parametrize(("text", "expected"), [
    ("a b;c d;", [["a", "b"], ["c", "d"]]),
    ("a # b;\n c;", [["a", "c"]]),
    ("a b#c;", [["a", "b#c"]]),
    ("a \"b;{}#\\\"\" 'c \" d';", [["a", 'b;{}#"', 'c " d']]),
    ("a ${b}c $d;", [["a", "${b}c", "$d"]]),
    ("a b\\;c \\\"d \\x\\.;", [["a", "b\\;c", '"d', "\\x\\."]]),
    ("a b\"c;", [["a", 'b"c']]),
    ("a b}c;", [["a", "b}c"]]),
    ("a\tb\r\n c;", [["a", "b", "c"]]),
    ("a b\u00a0c;", [["a", "b\u00a0c"]]),
    ("", []),
    ("# only this", []),
])
def test_words(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", [
    "a", "a {", "a }", "}", "a {}}", "{ }", ";", "a;;", "a \"b;", "a 'b;", "a \"b\"c;", "a { b }", "a {\n",
])
def test_what_nginx_does_not_take_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DialectError, match=r"^/etc/x:\d+ has .*Repair that first\.$"):
        parse(text, "/etc/x")


def test_places() -> None:
    server, = parse("server {\n  listen 80;\n  ssl_protocols\n    TLSv1; # old\n  a; b;\n}\n", "f")
    listen, protocols, first, second = server.children
    assert (server.line, server.last, server.opened, server.alone) == (1, 6, (1, 8), True)
    assert (protocols.line, protocols.last, protocols.alone, str(protocols)) == (3, 4, True, "f:3")
    assert (listen.alone, first.alone, second.alone) == (True, False, False)


def test_blocks_of_lua_are_passed_over() -> None:
    block, = parse("location / {\n content_by_lua_block { s = \"}\" -- }\n t = { 1 } }\n b c;\n}", "f")
    assert [item.words for item in block.children] == [("content_by_lua_block",), ("b", "c")]


def test_lines_can_be_shown_by_other_numbers() -> None:
    item, = parse("\na;", "f", lambda line: line + 10)
    assert (item.line, item.shown, str(item)) == (2, 12, "f:12")
    with pytest.raises(DialectError, match="^f:11 has"):
        parse("}", "f", lambda line: line + 10)
