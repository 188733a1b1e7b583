# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policies whose parts do not fit one another are refused, each with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    ContradictoryPolicy,
    EmptyPolicy,
    PolicyError,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.check import check
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve

GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
DHE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_fits(name: str) -> None:
    assert check(PROFILES[name]) is PROFILES[name]


@pytest.mark.parametrize(
    ("own", "error", "words"),
    [
        ({"protocols": ["SSLv3", "TLSv1"]}, ContradictoryPolicy, "SSLv3 cannot be allowed"),
        ({"extends": "old", "protocols": ["TLSv1", "TLSv1.2"]}, ContradictoryPolicy, "without TLSv1.1"),
        ({"protocols": ["TLSv1.3"], "tls12_suites": [GCM]}, ContradictoryPolicy, "no version that uses it"),
        ({"protocols": ["TLSv1.2"], "tls13_suites": ["TLS_AES_128_GCM_SHA256"]}, ContradictoryPolicy, "allow TLSv1.3"),
        ({"tls13_suites": []}, EmptyPolicy, "TLSv1.3 is allowed but tls13_suites is empty"),
        ({"tls12_suites": []}, EmptyPolicy, "TLSv1.2 is allowed but tls12_suites is empty"),
        ({"tls12_suites": ["TLS_AES_128_GCM_SHA256"]}, ContradictoryPolicy, "belongs into tls13_suites"),
        ({"tls13_suites": [GCM]}, ContradictoryPolicy, "belongs into tls12_suites"),
        ({"tls12_suites": ["TLS_RSA_WITH_NULL_SHA"]}, ContradictoryPolicy, "does not encrypt"),
        ({"tls13_suites": ["TLS_SHA256_SHA256"]}, ContradictoryPolicy, "does not encrypt"),
        ({"tls12_suites": ["TLS_DH_anon_WITH_AES_128_CBC_SHA"]}, ContradictoryPolicy, "does not authenticate"),
        ({"tls12_suites": ["TLS_RSA_WITH_DES_CBC_SHA"]}, ContradictoryPolicy, "has 56 bits only"),
        ({"tls12_suites": ["TLS_FALLBACK_SCSV"]}, ContradictoryPolicy, "is a signal, not a suite"),
        ({"tls12_suites": ["SSL_CK_RC4_128_WITH_MD5"]}, ContradictoryPolicy, "belongs to SSL 2.0"),
        ({"min_protocol": "TLSv1", "openssl_seclevel": 0}, ContradictoryPolicy, "every suite in tls12_suites needs"),
        ({"min_protocol": "TLSv1", "tls12_suites": [CBC]}, ContradictoryPolicy, "at security level 0 only"),
        ({"groups": []}, EmptyPolicy, "groups is empty"),
        ({"groups": ["secp224r1"]}, ContradictoryPolicy, "none of the groups may be used in it"),
        ({"groups": ["ffdhe3072"]}, ContradictoryPolicy, "no elliptic curve"),
        ({"groups": ["arbitrary_explicit_prime_curves"]}, ContradictoryPolicy, "names no group"),
        ({"tls12_suites": [GCM, DHE], "min_key": {"dh": None}}, ContradictoryPolicy, "DH is not used"),
        ({"signature_schemes": []}, EmptyPolicy, "signature_schemes is empty"),
        ({"signature_schemes": ["rsa_pkcs1_sha256"]}, ContradictoryPolicy, "none of the signature schemes"),
        ({"signature_schemes": ["rsa_pss_rsae_sha256"]}, ContradictoryPolicy, "no scheme for that kind of key"),
        ({"min_key": {"rsa": 512}}, ContradictoryPolicy, "a figure from 1024 to 16384"),
        ({"min_key": {"ec": 4096}}, ContradictoryPolicy, "a figure from 192 to 571"),
        ({"openssl_seclevel": 6}, ContradictoryPolicy, "OpenSSL knows 0 to 5"),
        ({"certificate": {"types": []}}, EmptyPolicy, "certificate.types is empty"),
        ({"certificate": {"signature_hashes": []}}, EmptyPolicy, "certificate.signature_hashes is empty"),
        ({"extends": "modern", "certificate": {"types": ["rsa"]}}, ContradictoryPolicy, "min_key.rsa says"),
        ({"min_key": {"ec": 500}}, ContradictoryPolicy, "no curve in certificate.curves"),
        ({"certificate": {"max_lifetime_days": 0}}, ContradictoryPolicy, "lifetimes make no sense"),
        ({"certificate": {"max_lifetime_days": 30}}, ContradictoryPolicy, "at most 30 days, recommended 90"),
        ({"hsts": {"min_max_age": 0}}, ContradictoryPolicy, "switches HSTS off"),
        ({"hsts": {"preload": True, "min_max_age": 300}}, ContradictoryPolicy, "hsts.preload needs"),
        ({"extends": "bsi", "hsts": {"preload": True}}, ContradictoryPolicy, "hsts.preload needs"),
    ],
)
def test_contradictions(own: dict[str, Any], error: type[PolicyError], words: str) -> None:
    with pytest.raises(error) as caught:
        resolve(policy=own)
    assert words in caught.value.message
    assert caught.value.message.startswith("Policy own: ")


@pytest.mark.parametrize(
    "own",
    [
        {"extends": "old", "protocols": ["TLSv1", "TLSv1.1"]},
        {"groups": ["X25519MLKEM768", "X25519"]},
        {"tls12_suites": [GCM, DHE]},
        {"extends": "bsi", "hsts": {"preload": True, "include_subdomains": True, "min_max_age": 31536000}},
        {"min_protocol": "TLSv1", "tls12_suites": [GCM, CBC], "openssl_seclevel": 0},
        {"tls12_suites": [GCM], "signature_schemes": ["rsa_pss_rsae_sha256"], "certificate": {"types": ["rsa"]}},
    ],
)
def test_what_fits_passes(own: dict[str, Any]) -> None:
    resolve(policy=own)
