# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every rule of the grade, on both sides of its line."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.caps import KNOWN_CAPS
from ansible_collections.intransit.tls.plugins.module_utils._core.grade.grade import _letter, grade

GCM = {"name": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "bits": 128, "fs": True, "aead": True}
GCM256 = {"name": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "bits": 256, "fs": True, "aead": True}
CBC = {"name": "TLS_RSA_WITH_AES_128_CBC_SHA", "bits": 128, "cbc": True}
RC4 = {"name": "TLS_RSA_WITH_RC4_128_SHA", "bits": 128}
DES3 = {"name": "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "bits": 112, "cbc": True}
EXPORT = {"name": "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "bits": 40}
TLS13 = {"name": "TLS_AES_256_GCM_SHA384", "bits": 256, "fs": True, "aead": True}


def facts(**changes):
    good = {
        "protocols": ["TLSv1.2", "TLSv1.3"],
        "suites": {"TLSv1.2": [GCM, GCM256], "TLSv1.3": [TLS13]},
        "keys": [{"type": "EC", "bits": 256}],
        "ecdh_bits": 256,
        "cert": {"signature_hash": "sha256"},
        "secure_renegotiation": True,
        "hsts": {"present": True, "valid": True, "max_age": 63072000},
    }
    return {**good, **changes}


def only(version, *suites, **changes):
    return facts(protocols=[version], suites={version: list(suites)}, **changes)


def cert(**flags):
    return facts(cert={"signature_hash": "sha256", **flags})


CASES = [
    ("A+", 93.0, [], [], facts()),
    ("A", 93.0, [], [], facts(hsts={"present": False})),
    ("A+", 93.0, [], [], facts(hsts={"present": True, "valid": True, "max_age": 15552000})),
    ("A", 93.0, [], [], facts(hsts={"present": True, "valid": True, "max_age": 15551999})),
    ("A-", 93.0, [], ["HSTS disabled or invalid"], facts(hsts={"present": True, "valid": False, "max_age": None})),
    ("A-", 93.0, [], ["TLS 1.3 not supported"], only("TLSv1.2", GCM, GCM256)),
    ("A-", 93.0, [], ["secure renegotiation not supported"], facts(secure_renegotiation=False)),
    ("A", 93.0, [], [], facts(secure_renegotiation=None, hsts=None)),
    ("A+", 93.0, [], [], facts(hsts=None, downgrade_protected=True)),
    ("A-", 93.0, [], ["STARTTLS not enforced (project extension X1)"], facts(hsts=None, starttls=True)),
    ("A", 93.0, [], [], facts(hsts=None, starttls=True, starttls_enforced=True)),
    ("A+", 93.0, [], [], facts(hsts=None, starttls=True, downgrade_protected=True)),
    ("F", 78.0, ["F: SSLv2 offered"], [], facts(protocols=["SSLv2", "TLSv1.2", "TLSv1.3"])),
    ("B", 91.5, ["B: TLS 1.0/1.1 offered"], [], facts(protocols=["TLSv1", "TLSv1.2", "TLSv1.3"])),
    ("B", 92.25, ["B: TLS 1.0/1.1 offered"], [], facts(protocols=["TLSv1.1", "TLSv1.2", "TLSv1.3"])),
    ("C", 90.0, ["B: TLS 1.0/1.1 offered", "C: neither TLS 1.2 nor TLS 1.3"], ["TLS 1.3 not supported"],
     only("TLSv1", GCM, GCM256)),
    ("F", 83.0, ["B: SSLv3 offered", "B: no AEAD suite", "B: no forward secrecy with the reference clients",
                 "C: POODLE (SSLv3 with CBC)", "C: neither TLS 1.2 nor TLS 1.3", "F: SSLv3 is the best protocol"],
     ["TLS 1.3 not supported"], only("SSLv3", CBC)),
    ("C", 89.0, ["B: RC4 offered", "C: RC4 with TLS 1.1+"], [],
     facts(suites={"TLSv1.2": [GCM, RC4], "TLSv1.3": [GCM]})),
    ("B", 87.5, ["B: RC4 offered", "B: TLS 1.0/1.1 offered"], [],
     facts(protocols=["TLSv1", "TLSv1.2", "TLSv1.3"], suites={"TLSv1": [RC4], "TLSv1.2": [GCM], "TLSv1.3": [GCM]})),
    ("F", 89.0, ["B: RC4 offered", "B: no AEAD suite", "B: no forward secrecy with the reference clients",
                 "C: RC4 with TLS 1.1+", "F: only RC4 offered"], ["TLS 1.3 not supported"], only("TLSv1.2", RC4)),
    ("C", 93.0, ["C: 64-bit block cipher with TLS 1.1+"], [],
     facts(suites={"TLSv1.2": [GCM256, DES3], "TLSv1.3": [TLS13]})),
    ("A+", 93.0, [], [], facts(suites={"TLSv1.2": [GCM256, DES3], "TLSv1.3": [TLS13]}, block64_never_preferred=True)),
    ("F", 66.0, ["B: RC4 offered", "C: RC4 with TLS 1.1+", "F: suite weaker than 112 bit (NULL/EXPORT/DES)"], [],
     facts(suites={"TLSv1.2": [GCM256, EXPORT], "TLSv1.3": [TLS13]})),
    ("F", 0.0, ["F: anonymous key exchange"], [],
     facts(suites={"TLSv1.2": [GCM256, dict(GCM, name="TLS_ECDH_anon_WITH_AES_128_CBC_SHA")], "TLSv1.3": [TLS13]})),
    ("B", 97.0, ["B: no forward secrecy with the reference clients"], ["TLS 1.3 not supported"],
     only("TLSv1.2", dict(GCM256, fs=False))),
    ("B", 89.0, ["B: no AEAD suite", "B: no forward secrecy with the reference clients"], ["TLS 1.3 not supported"],
     only("TLSv1.2", CBC)),
    ("B", 93.0, ["B: no forward secrecy with the reference clients"], [], facts(forward_secrecy=False)),
    ("F", 78.0, ["F: key < 1024 bit"], [], facts(keys=[{"type": "RSA", "bits": 1023}])),
    ("B", 90.0, ["B: key < 2048 bit"], [], facts(keys=[{"type": "RSA", "bits": 1024}])),
    ("B", 90.0, ["B: key < 2048 bit"], [], facts(keys=[{"type": "RSA", "bits": 2047}, {"type": "EC", "bits": 256}])),
    ("A+", 93.0, [], [], facts(keys=[{"type": "RSA", "bits": 2048}])),
    ("A+", 93.0, [], [], facts(keys=[{"type": "EC", "bits": 224}])),
    ("B", 90.0, ["B: key < 2048 bit"], [], facts(keys=[{"type": "EC", "bits": 192}])),
    ("F", 78.0, ["F: DH < 1024 bit"], [], facts(dh_bits=1023)),
    ("B", 90.0, ["B: DH < 2048 bit"], [], facts(dh_bits=1024)),
    ("A+", 93.0, [], [], facts(dh_bits=2048)),
    ("F", 0.0, [], [], facts(keys=[{"type": "RSA", "bits": 2048, "debian_weak": True}])),
    ("F", 93.0, ["F: certificate revoked"], [], cert(revoked=True)),
    ("F", 93.0, ["F: certificate signed with MD5"], [], cert(signature_hash="md5")),
    ("B", 93.0, ["B: incomplete chain"], [], cert(chain_incomplete=True)),
    ("F", 93.0, ["F: insecure renegotiation"], [], facts(insecure_renegotiation=True)),
    ("F", 93.0, ["F: Heartbleed"], [], facts(vulnerabilities=["heartbleed"])),
    ("F", 93.0, ["F: CVE-2016-2107"], [], facts(vulnerabilities=["CVE-2016-2107"])),
    ("F", 93.0, ["F: something new"], [], facts(vulnerabilities=["something new"])),
    ("C", 93.0, ["C: TLS compression (CRIME)"], [], facts(vulnerabilities=["crime"])),
    ("A+", 93.0, [], [], facts(vulnerabilities=["beast"])),
]


@pytest.mark.parametrize("letter, score, caps, warnings, given", CASES)
def test_rule(letter, score, caps, warnings, given):
    found = grade(given)
    assert (found.grade, found.score, list(found.caps), list(found.warnings)) == (letter, score, caps, warnings)
    assert found.grade_trust_ignored == found.grade


TRUST = [
    ("T", "A+", {"self_signed": True}), ("T", "A+", {"unknown_ca": True}), ("T", "A+", {"expired": True}),
    ("T", "A+", {"not_yet_valid": True}), ("M", "A+", {"name_mismatch": True}),
    ("T", "A+", {"name_mismatch": True, "expired": True}), ("F", "F", {"revoked": True, "expired": True}),
    ("T", "A", {"signature_hash": "sha1", "public": True}), ("A", "A", {"signature_hash": "sha1", "public": False}),
]


@pytest.mark.parametrize("letter, ignored, flags", TRUST)
def test_trust_comes_last(letter, ignored, flags):
    found = grade(cert(**flags))
    assert (found.grade, found.grade_trust_ignored) == (letter, ignored)
    assert bool(found.trust) is (letter in "TM" or "expired" in flags)


def test_trust_does_not_hide_a_worse_grade():
    found = grade(facts(cert={"signature_hash": "sha256", "expired": True}, vulnerabilities=["heartbleed"]))
    assert (found.grade, found.grade_trust_ignored) == ("T", "F")


def test_no_handshake_no_grade():
    assert grade({"protocols": []}).to_dict() == {
        "grade": None, "grade_trust_ignored": None, "score": None, "caps": [], "warnings": [], "trust": []
    }


@pytest.mark.parametrize("points, letter", [(80, "A"), (65, "B"), (50, "C"), (35, "D"), (20, "E"), (19.5, "F")])
def test_letters_of_the_score(points, letter):
    assert _letter(points) == letter
    assert _letter(100) == "A" and _letter(0) == "F"


def test_every_cap_that_is_given_is_known():
    given = {cap for case in CASES for cap in case[2] if "something new" not in cap}
    assert given <= set(KNOWN_CAPS)
