# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reasons against suites: each of them on a suite that deserves it, none on the good ones."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list.weakness import (
    SEVERITIES,
    WEAKNESSES,
    find_weaknesses,
    severity_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites

SAMPLES = {
    "NULL": "TLS_RSA_WITH_NULL_SHA256",
    "ANON": "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
    "WEAK_CIPHER": "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
    "RC4": "TLS_RSA_WITH_RC4_128_SHA",
    "HMAC_MD5": "TLS_RSA_WITH_RC4_128_MD5",
    "STATIC_RSA": "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "STATIC_DH": "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256",
    "FFDHE": "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "DSS": "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256",
    "BLOCK64": "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "CBC": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "CCM8": "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
    "PSK": "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
    "SRP": "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA",
    "HMAC_SHA1": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "RARE_CIPHER": "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256",
}


def codes(name: str) -> list[str]:
    return [weakness.code for weakness in find_weaknesses(suites.by_iana(name))]


@pytest.mark.parametrize("code", WEAKNESSES)
def test_each_reason_has_a_suite_that_deserves_it(code: str) -> None:
    assert code in codes(SAMPLES[code])
    assert WEAKNESSES[code].severity in SEVERITIES[1:]
    assert WEAKNESSES[code].sentence.endswith(".") and WEAKNESSES[code].sources


def test_a_suite_is_as_bad_as_its_worst_reason() -> None:
    assert codes("TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA") == ["FFDHE", "DSS", "CBC", "HMAC_SHA1", "RARE_CIPHER"]
    assert severity_of(suites.by_iana("TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA")) == "high"
    assert severity_of(suites.by_iana(SAMPLES["CBC"])) == "medium"
    assert severity_of(suites.by_iana(SAMPLES["RARE_CIPHER"])) == "low"
    assert severity_of(suites.by_iana(SAMPLES["NULL"])) == "critical"


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "old"])
def test_no_profile_configures_a_suite_with_a_reason_against_it(profile: str) -> None:
    assert [name for name in PROFILES[profile].suites if codes(name)] == []
