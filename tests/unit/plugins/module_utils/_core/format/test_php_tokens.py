# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Words and signs of PHP files: strings, comments and HTML are told apart, and what has no end is refused by its line."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.php_tokens import split_tokens


@pytest.mark.parametrize(("source", "expected"), [
    ("html 'x <?php $a", ["<?php", "$a"]),
    ("<?php /* ' */ // ' ?>' <?= 1 # '", ["<?php", "?>", "<?=", "1"]),
    ("<?php #[A('b')]\nf();", ["<?php", "#", "[", "A", "(", "'b'", ")", "]", "f", "(", ")", ";"]),
    ("<?php 'a\\'b' \"c\\\"d\"", ["<?php", "'a\\'b'", '"c\\"d"']),
    ('<?php "x {$b["c"]} y" 1', ["<?php", '"x {$b["c"]} y"', "1"]),
    ("<?php <<<'A'\n  ' B\n  A; <<<B\nB", ["<?php", "<<<'A'\n  ' B\n  A", ";", "<<<B\nB"]),
    ("<?PHP \\a\\b::c->d ?? $e <=> 1.5", ["<?PHP", "\\a\\b", "::", "c", "->", "d", "??", "$e", "<=>", "1.5"]),
    ("<?phpx 1", []),
])
def test_words_and_signs(source: str, expected: list[str]) -> None:
    assert [token.written for token in split_tokens(source)] == expected


@pytest.mark.parametrize(("written", "value"), [
    ("'a'", "a"), ("'a\\\\\\'\\n'", "a\\'\\n"), ('"a$ b"', "a$ b"), ('"a\\n"', None), ('"$a"', None), ('"${a}"', None), ("`a`", None), ("a", None),
])
def test_the_value_of_a_string(written: str, value: str | None) -> None:
    assert split_tokens("<?php " + written)[1].text == value


def test_lines_are_counted_and_places_are_those_of_the_file() -> None:
    source = "x\n<?php\n/* a\nb */ 'c\nd' e"
    word = split_tokens(source)[-1]
    assert (word.line, source[word.start:word.end], word.lower) == (5, "e", "e")


@pytest.mark.parametrize("rest", ["'hunter2", '"hunter2', "/* hunter2", "`hunter2", "<<<A\nhunter2\n"])
def test_what_has_no_end_is_refused_without_its_content(rest: str) -> None:
    with pytest.raises(TransactionError, match="in line 2 has no end") as refused:
        split_tokens("<?php\n" + rest)
    assert "hunter2" not in refused.value.message
