# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The largest product inside a set: never a suite more, and nothing that would still fit is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_product import (
    find_largest_product,
    words_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_table import list_built_in

TABLE = list_built_in((3, 8))


def allowed(words: frozenset[tuple[str, str]]) -> set[str]:
    return {part.suite.iana for part in TABLE if words_of(part) <= words}


@given(st.lists(st.sampled_from(TABLE), min_size=1, max_size=30, unique_by=lambda part: part.suite.iana))
def test_inside_and_maximal(wanted: list) -> None:
    words = find_largest_product(wanted, TABLE)
    names = {part.suite.iana for part in wanted}
    assert allowed(words) <= names
    useful = [words_of(part) for part in wanted]
    for word in set().union(*useful) - words:
        more = words | {word}
        gained = [one for one in useful if one <= more and not one <= words]
        assert not gained or not allowed(more) <= names


def test_authentication_outlives_a_cipher() -> None:
    """A server has the certificate it has: losing ECDHE-RSA would silence it, losing a cipher does not."""
    chosen = {
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    }
    wanted = [part for part in TABLE if part.suite.iana in chosen]
    older = [part for part in TABLE if not part.tls13]
    assert allowed(find_largest_product(wanted, older)) & chosen == {
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    }
