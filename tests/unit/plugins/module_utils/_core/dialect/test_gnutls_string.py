# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traps of GnuTLS's priority strings, word by word.  Whole expansions: test_cipher_strings.py and tests/equivalence."""

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
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import NOT_ENOUGH, expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_words import (
    BULKS,
    LEVELS,
    list_single_words,
)

OLD, NEW = (3, 7), (3, 8)


def last(text: str, version: tuple[int, int] = NEW) -> tuple[str, str]:
    token = expand_gnutls(text, version).tokens[-1]
    return token.text, token.effect


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("NORMAL:+BOGUS", "Syntax error at: +BOGUS"),
        ("NORMAL:-BOGUS:+RSA", "Syntax error at: -BOGUS:+RSA"),
        ("HIGH:!aNULL", "Syntax error at: HIGH:!aNULL"),
        ("NORMAL:%FOO", "Syntax error at: %FOO"),
        ("NORMAL:%compat", "Syntax error at: %compat"),
        ("", "Syntax error at: "),
        ("NORMAL:", "Syntax error at: "),
        ("NORMAL:RSA", "Syntax error at: RSA"),
        ("NORMAL:NONE", "Syntax error at: NONE"),
        ("NORMAL:-NORMAL", "Syntax error at: -NORMAL"),
        # The library counts on a copy without the blanks and points too far to the left.
        ("NORMAL: -RSA:+X", "Syntax error at: :+X"),
        ("NONE", NOT_ENOUGH),
        ("NORMAL:-VERS-ALL", NOT_ENOUGH),
        ("NORMAL:-CIPHER-ALL", NOT_ENOUGH),
        ("NORMAL:-VERS-ALL:+VERS-SSL3.0", NOT_ENOUGH),
    ],
)
def test_refused_strings(text: str, error: str) -> None:
    found = expand_gnutls(text, NEW)
    assert (found.error, found.suites, found.protocols, found.groups) == (error, (), (), ())


def test_an_unknown_word_is_named_with_its_place() -> None:
    found = [(t.text, t.position, t.offset) for t in expand_gnutls("NORMAL:+BOGUS:-NOPE", NEW).with_effect(UNKNOWN)]
    assert found == [("+BOGUS", 2, 7), ("-NOPE", 3, 14)]


def test_releases_differ() -> None:
    assert expand_gnutls("NORMAL:+SRP", OLD).error is None
    assert expand_gnutls("NORMAL:+SRP", NEW).error == "Syntax error at: +SRP"
    assert expand_gnutls("NORMAL:%FORCE_SESSION_HASH", OLD).error == "Syntax error at: %FORCE_SESSION_HASH"
    assert expand_gnutls("NORMAL:%FORCE_SESSION_HASH", NEW).error is None


@pytest.mark.parametrize(
    "text", ["NORMAL:-GROUP-ALL", "NORMAL:+NULL", "NORMAL:+RSA-PSK", "NORMAL:-VERS-TLS1.2", "NORMAL:%NO_EXTENSIONS"]
)
def test_what_quietly_takes_tls13_away(text: str) -> None:
    assert "TLS1.3" not in expand_gnutls(text, NEW).protocols


def test_datagram_versions_stay() -> None:
    assert expand_gnutls("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2", NEW).protocols == ("DTLS1.2", "DTLS1.0", "TLS1.2")
    assert expand_gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2", NEW).protocols == ("TLS1.2",)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("NORMAL:-DHE-DSS", NO_OP),
        ("NORMAL:-CAMELLIA-128-CBC", NO_OP),
        ("NORMAL:+RSA", NO_OP),
        ("NORMAL:+COMP-NULL", IGNORED),
        ("NORMAL:+COMP-DEFLATE", IGNORED),
        ("NORMAL:+VERS-SSL3.0", IGNORED),
        ("NORMAL:+CTYPE-OPENPGP", IGNORED),
        ("NORMAL:+CTYPE-X509", NO_OP),
        ("NORMAL:%NEW_PADDING", IGNORED),
        ("NORMAL:+ARCFOUR-128", EFFECTIVE),
        ("NORMAL:%SERVER_PRECEDENCE", EFFECTIVE),
        ("NORMAL:-vers-tls1.0", EFFECTIVE),
    ],
)
def test_words_that_change_nothing(text: str, effect: str) -> None:
    assert last(text) == (text.partition(":")[2], effect)


def test_the_first_level_replaces_and_later_ones_add() -> None:
    assert expand_gnutls("SECURE192:NORMAL", NEW).suites != expand_gnutls("SECURE192", NEW).suites
    assert expand_gnutls("+RSA:SECURE192", NEW).suites == expand_gnutls("SECURE192", NEW).suites
    assert set(expand_gnutls("SUITEB128:+NORMAL", NEW).protocols) == {"TLS1.2"}


@given(
    st.lists(
        st.sampled_from([f"{sign}{word}" for sign in "+-!" for word in list_single_words(NEW)]
                        + [f"{sign}{bulk.prefix}" for sign in "+-" for bulk in BULKS] + [*LEVELS, "%COMPAT", "+X", ""]),
        max_size=12,
    ),
    st.sampled_from([OLD, NEW]),
)
def test_tokens_are_cut_from_the_text_itself(words: list[str], version: tuple[int, int]) -> None:
    text = ":".join(["NORMAL", *words])
    tokens = expand_gnutls(text, version).tokens
    assert [token.text for token in tokens] == ["NORMAL", *words]
    for number, token in enumerate(tokens, 1):
        assert token.position == number
        assert text[token.offset : token.offset + len(token.text)] == token.text
        assert bool(token.detail) == (token.effect != EFFECTIVE)
