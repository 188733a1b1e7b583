# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One shape for every language: what a string does not decide is None, and tokens are found by their effect."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.expansion import (
    EFFECTIVE,
    IGNORED,
    NO_OP,
    UNKNOWN,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_string import expand_gnutls
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_string import expand_openssl

OPENSSL = expand_openssl("HIGH:BOGUS:HIGH:RC4:!LOW:NOPE", (3, 5))
GNUTLS = expand_gnutls("NORMAL:-VERS-TLS1.0:+COMP-DEFLATE", (3, 8))


def texts(*effects):
    return [token.text for token in OPENSSL.with_effect(*effects)]


def test_tokens_are_found_by_their_effect_in_order():
    assert texts(UNKNOWN) == ["BOGUS", "NOPE"]
    assert texts(IGNORED) == ["RC4"]
    assert texts(NO_OP) == ["HIGH", "!LOW"]
    assert texts(IGNORED, UNKNOWN) == ["BOGUS", "RC4", "NOPE"]
    assert texts() == []


def test_every_token_has_one_effect():
    parts = [OPENSSL.with_effect(effect) for effect in (UNKNOWN, IGNORED, NO_OP, EFFECTIVE)]
    assert sorted((token for part in parts for token in part), key=lambda token: token.position) == list(OPENSSL.tokens)


@pytest.mark.parametrize("expansion", [OPENSSL, GNUTLS], ids=["openssl", "gnutls"])
@pytest.mark.parametrize("what", ["protocols", "groups", "signature_schemes"])
def test_what_a_string_does_not_decide_is_none(expansion, what):
    assert (getattr(expansion, what) is not None) == getattr(expansion.controls, what)


@pytest.mark.parametrize(("expansion", "decides"), [(OPENSSL, False), (GNUTLS, True)], ids=["openssl", "gnutls"])
def test_suites_of_tls13_are_there_though_openssl_decides_them_elsewhere(expansion, decides):
    assert expansion.controls.tls12_suites and expansion.controls.tls13_suites is decides
    assert {suite.min_protocol == "TLSv1.3" for suite in expansion.suites} == {True, False}


def test_a_refused_string_has_an_error_and_no_suites():
    refused = expand_openssl("BOGUS", (3, 5))
    assert refused.error and refused.suites == () and OPENSSL.error is None


def test_only_openssl_has_a_level():
    assert OPENSSL.seclevel == 2 and GNUTLS.seclevel is None


def test_an_expansion_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        OPENSSL.suites = ()
