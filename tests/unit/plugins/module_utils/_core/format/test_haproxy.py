# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of HAProxy are read as HAProxy reads them: quotes, backslashes, comments, sections."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.haproxy import (
    has_variable,
    parse,
    split_lines,
    unquote,
)


def test_sections_and_their_lines() -> None:
    text = "# first\nglobal\n  daemon\n\nfrontend www # why\n\tbind :80\t:81 # more\n# end\n.if x\nbackend 'a b'\n.endif\n"
    found = parse(text, "/x.cfg", lambda line: line + 10)
    assert [(str(section), [line.words for line in section.lines]) for section in found] == [
        ("global", [("daemon",)]), ("frontend www", [("bind", ":80", ":81"), (".if", "x")]), ("backend a b", [(".endif",)])]
    assert found[1].lines[0].place() == {"file": "/x.cfg", "shown": 16, "lines": [6], "alone": True, "end": [6, 20]}
    assert str(found[0].last) == "/x.cfg:13" and str(parse("listen a", "/x")[0].last) == "/x:1" and found[0].name == ""


@pytest.mark.parametrize(("text", "words"), [
    (r"a\ b c\#d", ("a b", "c#d")), ("a#b c", ("a",)), ("'a #b' \"c \\\" d\"", ("a #b", 'c " d')),
    (r"'\1; Secure'", (r"\1; Secure",)), (r'"a\1"', (r"a\1",)), ("x'y z'w", ("xy zw",)), (r'"\$a"', ("$a",)),
])
def test_words(text: str, words: tuple[str, ...]) -> None:
    (line,) = split_lines(text, "/x")
    assert line.words == words and " ".join(line.raw) in text


@pytest.mark.parametrize(("word", "has"), [
    ('"$a"', True), ('"${a}"', True), ("$a", False), ("'\"$a\"'", False), ('x"b$c"', True), (r'"\$a"', False), ('"a"', False)])
def test_variables_stand_in_double_quotes(word: str, has: bool) -> None:
    assert has_variable(word) is has


@pytest.mark.parametrize(("text", "words"), [
    ("a\nglobal", "/x:1 is in no section"), ("global\n 'a", "/x:2 has a quote"), ("global\n a\\", "/x:2 has a quote or backslash")])
def test_what_haproxy_refuses_is_named(text: str, words: str) -> None:
    with pytest.raises(DialectError, match=words):
        parse(text, "/x")
    assert parse(".if x\nglobal\n", "/x")[0].kind == "global" and unquote("") == ""
