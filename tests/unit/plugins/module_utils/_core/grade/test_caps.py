# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each weakness caps the grade by itself, and a server without one is not capped."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.grade import caps

GOOD = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"


def facts(*protocols, suites=None, **rest):
    versions = protocols or ("TLSv1.2", "TLSv1.3")
    return {"protocols": list(versions), "suites": suites or {"TLSv1.2": [GOOD]},
            "keys": [{"type": "RSA", "bits": 2048}], **rest}


def test_a_good_server_is_not_capped():
    assert caps.find_caps(facts()) == ()
    assert caps.find_warnings(facts()) == ()


@pytest.mark.parametrize(("given", "cap"), [
    (facts("SSLv2", "TLSv1.2"), "F: SSLv2 offered"),
    (facts("SSLv3", "TLSv1.2"), "B: SSLv3 offered"),
    (facts("SSLv3"), "F: SSLv3 is the best protocol"),
    (facts("TLSv1.1", "TLSv1.2"), "B: TLS 1.0/1.1 offered"),
    (facts("TLSv1.1"), "C: neither TLS 1.2 nor TLS 1.3"),
    (facts(suites={"TLSv1.2": [GOOD, "TLS_RSA_WITH_NULL_SHA"]}), "F: suite weaker than 112 bit (NULL/EXPORT/DES)"),
    (facts(suites={"TLSv1.2": [GOOD, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"]}), "F: anonymous key exchange"),
    (facts(suites={"TLSv1": [GOOD, "TLS_RSA_WITH_RC4_128_SHA"]}), "B: RC4 offered"),
    (facts(suites={"TLSv1": ["TLS_RSA_WITH_RC4_128_SHA"]}), "F: only RC4 offered"),
    (facts(suites={"TLSv1.2": [GOOD, "TLS_RSA_WITH_RC4_128_SHA"]}), "C: RC4 with TLS 1.1+"),
    (facts(suites={"TLSv1.2": [GOOD, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"]}), "C: 64-bit block cipher with TLS 1.1+"),
    (facts(suites={"SSLv3": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}), "C: POODLE (SSLv3 with CBC)"),
    (facts(suites={"TLSv1.2": ["TLS_RSA_WITH_AES_128_GCM_SHA256"]}), "B: no forward secrecy with the reference clients"),
    (facts(suites={"TLSv1.2": ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"]}), "B: no AEAD suite"),
    (facts(keys=[{"type": "RSA", "bits": 2047}]), "B: key < 2048 bit"),
    (facts(keys=[{"type": "RSA", "bits": 1023}]), "F: key < 1024 bit"),
    (facts(dh_bits=1024), "B: DH < 2048 bit"),
    (facts(dh_bits=1023), "F: DH < 1024 bit"),
    (facts(cert={"revoked": True}), "F: certificate revoked"),
    (facts(cert={"signature_algorithm": "md5WithRSAEncryption"}), "F: certificate signed with MD5"),
    (facts(cert={"chain_complete": False}), "B: incomplete chain"),
    (facts(insecure_renegotiation=True), "F: insecure renegotiation"),
    (facts(vulnerabilities=["CCS-injection"]), "F: OpenSSL CCS (CVE-2014-0224)"),
    (facts(vulnerabilities=["CRIME"]), "C: TLS compression (CRIME)"),
    (facts(vulnerabilities=["a new hole"]), "F: a new hole"),
])
def test_a_weakness_has_its_cap(given, cap):
    assert cap in caps.find_caps(given)


@pytest.mark.parametrize("name", ["BEAST", "Lucky13", "sweet32", "LOGJAM"])
def test_a_name_whose_suites_have_caps_has_none_of_its_own(name):
    assert caps.find_caps(facts(vulnerabilities=[name])) == ()


def test_64_bit_blocks_that_no_client_would_get_are_not_capped():
    given = facts(suites={"TLSv1.2": [GOOD, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"]}, block64_never_preferred=True)
    assert caps.find_caps(given) == ()


@pytest.mark.parametrize(("given", "warning"), [
    (facts("TLSv1.2"), "TLS 1.3 not supported"),
    (facts(hsts={"present": True, "max_age": 0}), "HSTS disabled or invalid"),
    (facts(hsts={"present": True, "max_age": 1, "valid": False}), "HSTS disabled or invalid"),
    (facts(secure_renegotiation=False), "secure renegotiation not supported"),
    (facts(starttls=True), "STARTTLS not enforced (project extension X1)"),
])
def test_a_warning(given, warning):
    assert caps.find_warnings(given) == (warning,)


def test_starttls_that_is_enforced_warns_of_nothing():
    assert caps.find_warnings(facts(starttls=True, starttls_required=True)) == ()


@pytest.mark.parametrize(("cert", "expected"), [
    ({"signature_hash": "sha1"}, "SHA-1"), ({"signature_algorithm": "ecdsa-with-SHA1"}, "SHA-1"),
    ({"signature_hash": "SHA-1"}, "SHA-1"), ({"signature_hash": "md2"}, "MD2"), ({"signature_hash": "sha256"}, None),
    ({"signature_hash": "sha512"}, None), ({}, None),
])
def test_a_weak_hash_however_it_is_spelled(cert, expected):
    assert caps.find_weak_hash(cert) == expected
