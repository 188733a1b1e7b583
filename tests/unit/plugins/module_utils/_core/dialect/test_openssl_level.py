# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each security level drops what is too weak for it; level 0 lets everything pass."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_level import list_supported
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_iana

RELEASE = (3, 0)


def passes(name, level):
    suite = by_iana(name)
    return suite in list_supported([suite.code_point], level, RELEASE)


@pytest.mark.parametrize(("name", "highest"), [
    ("TLS_RSA_WITH_NULL_SHA256", 0),
    ("TLS_ECDH_anon_WITH_AES_256_CBC_SHA", 0),
    ("TLS_RSA_WITH_AES_256_GCM_SHA384", 2),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 3),
    ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 3),
    ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 5),
])
def test_the_highest_level_at_which_a_suite_stays(name, highest):
    assert [level for level in range(6) if passes(name, level)] == list(range(highest + 1))


@pytest.mark.parametrize("level", range(6))
def test_a_list_alone_never_makes_psk_usable(level):
    assert not passes("TLS_PSK_WITH_AES_256_GCM_SHA384", level)


def test_the_suites_of_tls13_stand_in_front_whatever_the_list_says():
    chosen = by_iana("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
    found = list_supported([chosen.code_point], 1, RELEASE)
    assert found[-1] is chosen
    assert [suite.iana for suite in found[:-1]] == [
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
    ]
    assert [suite.iana for suite in list_supported([], 5, RELEASE)] == [
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ]
