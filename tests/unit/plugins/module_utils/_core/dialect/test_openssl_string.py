# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traps of OpenSSL's cipher strings, word by word.  Whole expansions: test_cipher_strings.py and tests/equivalence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import (
    EFFECTIVE,
    IGNORED,
    NO_OP,
    UNKNOWN,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import (
    INVALID,
    NO_MATCH,
    expand_openssl,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import WORDS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_openssl

OLD, NEW = (3, 0), (3, 5)


def effects(text: str, version: tuple[int, int] = NEW) -> list[tuple[str, int, int, str]]:
    return [(t.text, t.position, t.offset, t.effect) for t in expand_openssl(text, version).tokens]


def names(text: str, version: tuple[int, int] = NEW) -> list[str]:
    return [suite.openssl for suite in expand_openssl(text, version).suites if suite.kx != "any"]


def test_each_word_has_its_position() -> None:
    assert effects("HIGH:BOGUS:!NOPE:!aNULL") == [
        ("HIGH", 1, 0, EFFECTIVE), ("BOGUS", 2, 5, UNKNOWN), ("!NOPE", 3, 11, UNKNOWN), ("!aNULL", 4, 17, EFFECTIVE),
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("HIGH:@STRENGTH@SECLEVEL=0", 2),
        ("HIGH:@STRENGTH:@SECLEVEL=0", 0),
        ("HIGH@SECLEVEL=0", 0),
        ("BOGUS@SECLEVEL=0:HIGH", 2),
        ("@SECLEVEL=0:HIGH", 0),
        ("HIGH:@SECLEVEL=1:@SECLEVEL=3", 3),
        ("DEFAULT@SECLEVEL=1", 1),
    ],
)
def test_a_security_level_can_get_lost(text: str, level: int) -> None:
    assert expand_openssl(text, NEW).seclevel == level


def test_what_hangs_on_a_lost_word_is_named() -> None:
    assert effects("HIGH:@STRENGTH@SECLEVEL=0")[-1] == ("@SECLEVEL=0", 3, 14, IGNORED)
    assert effects("BOGUS@SECLEVEL=0:HIGH")[:2] == [("BOGUS", 1, 0, UNKNOWN), ("@SECLEVEL=0", 2, 5, IGNORED)]


@pytest.mark.parametrize(
    ("text", "effect", "words"),
    [
        ("HIGH:TLSv1.1", UNKNOWN, "does not know the word TLSv1.1"),
        ("HIGH:high", UNKNOWN, "Did you mean HIGH?"),
        ("HIGH:TLS_AES_256_GCM_SHA384", IGNORED, "does not choose TLS 1.3 suites"),
        ("HIGH:RC4", IGNORED, "has no such suite"),
        ("HIGH:!RC4", NO_OP, "has no such suite"),
        ("HIGH:DES-CBC3-SHA", IGNORED, "has no such suite"),
        ("HIGH:!LOW", NO_OP, "None of its suites is in the list."),
        ("HIGH:HIGH", NO_OP, "are in the list already"),
        ("HIGH:+NULL", NO_OP, "at its end already"),
        ("HIGH:kRSA+kECDHE", NO_OP, "all of these at once"),
    ],
)
def test_words_that_do_not_do_what_they_say(text: str, effect: str, words: str) -> None:
    last = expand_openssl(text, NEW).tokens[-1]
    assert last.effect == effect and words in last.detail


def test_standard_names_are_younger() -> None:
    text = "TLS_RSA_WITH_AES_128_GCM_SHA256:HIGH"
    assert names(text, NEW)[0] == "AES128-GCM-SHA256"
    assert names(text, OLD) == names("HIGH", OLD)
    token = expand_openssl(text, OLD).tokens[0]
    assert (token.text, token.effect) == ("TLS_RSA_WITH_AES_128_GCM_SHA256", IGNORED)
    assert "AES128-GCM-SHA256" in token.detail


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NO_MATCH),
        (":::", NO_MATCH),
        ("BOGUS", NO_MATCH),
        ("TLS_AES_256_GCM_SHA384", NO_MATCH),
        ("HIGH:!ALL", NO_MATCH),
        ("HIGH:@SECLEVEL=9", INVALID),
        ("HIGH:@FOO", INVALID),
        ("HIGH:@", INVALID),
        ("HIGH:~", INVALID),
        ("HIGH:-", INVALID),
        ("HIGH:AES+", INVALID),
        ("NORMAL:%SERVER_PRECEDENCE", INVALID),
    ],
)
def test_refused_strings(text: str, error: str) -> None:
    found = expand_openssl(text, NEW)
    assert (found.error, found.suites) == (error, ())


def test_taken_out_first_comes_back_last() -> None:
    assert names("ALL:-ALL:CHACHA20:AESGCM")[0].endswith("CHACHA20-POLY1305")
    assert names("AES128-SHA:AES256-SHA:-AES128-SHA:ALL")[0] != "AES128-SHA"
    assert names("AES128-SHA:AES256-SHA:+AES128-SHA") == ["AES256-SHA", "AES128-SHA"]
    assert names("AES128-SHA:AES256-SHA:@STRENGTH") == ["AES256-SHA", "AES128-SHA"]
    assert "AES128-SHA" not in names("!AES128-SHA:ALL")


def test_suite_b_drops_the_rest() -> None:
    assert names("SUITEB128:HIGH") == ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"]
    assert effects("SUITEB192:HIGH")[-1][-1] == IGNORED


def test_a_daemon_may_begin_at_another_level() -> None:
    assert "ADH-AES128-SHA" in [suite.openssl for suite in expand_openssl("ALL", NEW, seclevel=0).suites]
    assert expand_openssl("ALL:@SECLEVEL=2", NEW, seclevel=0).suites == expand_openssl("ALL", NEW).suites


@given(st.lists(st.sampled_from([*WORDS, "BOGUS", "@STRENGTH", "@SECLEVEL=0", "+", "!", ":", "AES128-SHA", "é~"])))
def test_tokens_are_cut_from_the_text_itself(parts: list[str]) -> None:
    text = ":".join(parts)
    for number, token in enumerate(expand_openssl(text, NEW).tokens, 1):
        assert token.position == number
        assert text[token.offset : token.offset + len(token.text)] == token.text
        assert bool(token.detail) == (token.effect != EFFECTIVE)


def test_every_name_of_a_suite_is_a_word() -> None:
    for name in names("ALL:COMPLEMENTOFALL:@SECLEVEL=0"):
        assert by_openssl(name) is not None
        assert names(f"{name}:@SECLEVEL=0") == [name]
