# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grades worked out by hand from the guide's text (docs/grades.md), both sides of every edge.

The good endpoint: protocols 1.2 and 1.3 (100), key and group EC 256 = RSA 3072 (90), ciphers of
128 and 256 bits ((80 + 100) / 2 = 90): 0.3 * 100 + 0.3 * 90 + 0.4 * 90 = 30 + 27 + 36 = 93.
Each row says in its title what differs and stands for itself; the sums are in its comment.
"""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.grade import grade

YEARS = {"present": True, "valid": True, "max_age": 63072000}


def suite(bits, name="TLS_ECDHE_RSA_WITH_AES_GCM", fs=True, aead=True, **flags):
    return {"name": name, "bits": bits, "fs": fs, "aead": aead, **flags}


A128, A256 = suite(128), suite(256)
CBC = suite(256, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", aead=False, cbc=True)
STATIC = suite(256, "TLS_RSA_WITH_AES_256_GCM_SHA384", fs=False)
RC4 = suite(128, "TLS_RSA_WITH_RC4_128_SHA", fs=False, aead=False, rc4=True)
DES3 = suite(168, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", fs=False, aead=False, cbc=True, block64=True)
DES = suite(56, "TLS_RSA_WITH_DES_CBC_SHA", fs=False, aead=False, cbc=True, block64=True)
IDEA = suite(128, "TLS_RSA_WITH_IDEA_CBC_SHA", fs=False, aead=False, cbc=True, block64=True)
NULL = suite(0, "TLS_RSA_WITH_NULL_SHA256", fs=False, aead=False)
EXPORT = suite(40, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", fs=False, aead=False, cbc=True, block64=True, export=True)
ANON = suite(128, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", anon=True)
OLD = suite(128, "TLS_RSA_WITH_AES_128_CBC_SHA", fs=False, aead=False, cbc=True)

B_OLD, C_OLD = "B: TLS 1.0/1.1 offered", "C: neither TLS 1.2 nor TLS 1.3"
B_SSL3, F_SSL3, C_POODLE = "B: SSLv3 offered", "F: SSLv3 is the best protocol", "C: POODLE (SSLv3 with CBC)"
B_RC4, C_RC4, F_RC4 = "B: RC4 offered", "C: RC4 with TLS 1.1+", "F: only RC4 offered"
B_FS, B_AEAD = "B: no forward secrecy with the reference clients", "B: no AEAD suite"
C_64, F_112 = "C: 64-bit block cipher with TLS 1.1+", "F: suite weaker than 112 bit (NULL/EXPORT/DES)"
F_ANON = "F: anonymous key exchange"
B_KEY, F_KEY, B_DH, F_DH = "B: key < 2048 bit", "F: key < 1024 bit", "B: DH < 2048 bit", "F: DH < 1024 bit"
NO_13, HSTS = "TLS 1.3 not supported", "HSTS disabled or invalid"
RENEGOTIATION, X1 = "secure renegotiation not supported", "STARTTLS not enforced (project extension X1)"


def good(**changes):
    return {
        "protocols": ["TLSv1.2", "TLSv1.3"],
        "suites": {"TLSv1.2": [A128, A256], "TLSv1.3": [A128, A256]},
        "keys": [{"type": "EC", "bits": 256}], "ecdh_bits": 256, "cert": {"signature_hash": "sha256"},
        "secure_renegotiation": True, "hsts": YEARS, **changes,
    }


def speaks(*versions, **changes):
    return good(protocols=list(versions), suites={version: [A128, A256] for version in versions}, **changes)


def only(version, *suites, **changes):
    return good(protocols=[version], suites={version: list(suites)}, **changes)


def besides(*more, version="TLSv1.2", **changes):
    """Return the good endpoint, with more suites in one version."""
    versions = sorted({"TLSv1.2", "TLSv1.3", version})
    suites = {"TLSv1.2": [A128, A256], "TLSv1.3": [A128, A256]}
    suites[version] = [*suites.get(version, []), *more]
    return good(protocols=versions, suites=suites, **changes)


def rsa(bits, **changes):
    return good(keys=[{"type": "RSA", "bits": bits}], **changes)


def ec(bits, **changes):
    return good(keys=[{"type": "EC", "bits": bits}], **changes)


def hsts(**header):
    return good(hsts=header)


def cert(**flags):
    return good(cert={"signature_hash": "sha256", **flags})


def mail(**changes):
    return {key: value for key, value in good(starttls=True, **changes).items() if key != "hsts"}


PROTOCOLS = [
    ("TLS 1.2 and 1.3", "A+", 93.0, (), (), good()),
    ("TLS 1.3 alone", "A+", 93.0, (), (), speaks("TLSv1.3")),
    ("TLS 1.2 alone", "A-", 93.0, (), (NO_13,), speaks("TLSv1.2")),
    # (100 + 95) / 2 = 97.5: 29.25 + 27 + 36
    ("TLS 1.1 to 1.3", "B", 92.25, (B_OLD,), (), speaks("TLSv1.1", "TLSv1.2", "TLSv1.3")),
    # (100 + 90) / 2 = 95: 28.5 + 27 + 36
    ("TLS 1.0 to 1.3", "B", 91.5, (B_OLD,), (), speaks("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
    ("TLS 1.0 and 1.2", "B", 91.5, (B_OLD,), (NO_13,), speaks("TLSv1", "TLSv1.2")),
    # 95: 28.5 + 27 + 36
    ("TLS 1.1 alone", "C", 91.5, (B_OLD, C_OLD), (NO_13,), speaks("TLSv1.1")),
    ("TLS 1.0 alone", "C", 90.0, (B_OLD, C_OLD), (NO_13,), speaks("TLSv1")),
    # (80 + 90) / 2 = 85: 25.5 + 27 + 36; TLS 1.0 is best, so SSL 3 is not
    ("SSL 3 and TLS 1.0", "C", 88.5, (B_SSL3, B_OLD, C_OLD), (NO_13,), speaks("SSLv3", "TLSv1")),
    # 80: 24 + 27 + 36
    ("SSL 3 alone", "F", 87.0, (B_SSL3, C_OLD, F_SSL3), (NO_13,), speaks("SSLv3")),
    # (80 + 100) / 2 = 90: 27 + 27 + 36
    ("SSL 3 with CBC beside the new ones", "C", 90.0, (B_SSL3, C_POODLE), (), besides(OLD, version="SSLv3")),
    ("SSL 3 with RC4 only beside the new ones", "B", 90.0, (B_RC4, B_SSL3), (), besides(RC4, version="SSLv3")),
    # (0 + 100) / 2 = 50: 15 + 27 + 36
    ("SSL 2 beside the new ones", "F", 78.0, ("F: SSLv2 offered",), (), speaks("SSLv2", "TLSv1.2", "TLSv1.3")),
    ("SSL 2 alone is worth nothing", "F", 0.0, (C_OLD, "F: SSLv2 offered"), (NO_13,), speaks("SSLv2")),
    # (0 + 80) / 2 = 40: 12 + 27 + 36
    ("SSL 2 and 3", "F", 75.0, (B_SSL3, C_OLD, "F: SSLv2 offered", F_SSL3), (NO_13,), speaks("SSLv2", "SSLv3")),
]

KEYS = [
    # 20: 30 + 6 + 36; 40: 30 + 12 + 36; 80: 30 + 24 + 36; 100: 30 + 30 + 36
    ("RSA 511", "F", 72.0, (F_KEY,), (), rsa(511)),
    ("RSA 512", "F", 78.0, (F_KEY,), (), rsa(512)),
    ("RSA 1023", "F", 78.0, (F_KEY,), (), rsa(1023)),
    ("RSA 1024", "B", 90.0, (B_KEY,), (), rsa(1024)),
    ("RSA 2047", "B", 90.0, (B_KEY,), (), rsa(2047)),
    ("RSA 2048", "A+", 93.0, (), (), rsa(2048)),
    ("RSA 4095 and ECDH 384", "A+", 93.0, (), (), rsa(4095, ecdh_bits=384)),
    ("RSA 4096 and ECDH 384", "A+", 96.0, (), (), rsa(4096, ecdh_bits=384)),
    ("RSA 4096 held down by ECDH 256", "A+", 93.0, (), (), rsa(4096)),
    ("EC 223 is less than RSA 2048", "B", 90.0, (B_KEY,), (), ec(223)),
    ("EC 224 = RSA 2048", "A+", 93.0, (), (), ec(224)),
    ("EC 383 is less than RSA 4096", "A+", 93.0, (), (), ec(383, ecdh_bits=384)),
    ("EC 384 = RSA 7680", "A+", 96.0, (), (), ec(384, ecdh_bits=384)),
    ("EC 521 = RSA 15360", "A+", 96.0, (), (), ec(521, ecdh_bits=521)),
    ("the weaker of two keys counts", "B", 90.0, (B_KEY,), (),
     good(keys=[{"type": "EC", "bits": 384}, {"type": "RSA", "bits": 1024}])),
    ("DSA is counted like RSA", "B", 90.0, (B_KEY,), (), good(keys=[{"type": "DSA", "bits": 1024}])),
    ("DH 511", "F", 72.0, (F_DH,), (), good(dh_bits=511)),
    ("DH 1023", "F", 78.0, (F_DH,), (), good(dh_bits=1023)),
    ("DH 1024", "B", 90.0, (B_DH,), (), good(dh_bits=1024)),
    ("DH 2047", "B", 90.0, (B_DH,), (), good(dh_bits=2047)),
    ("DH 2048", "A+", 93.0, (), (), good(dh_bits=2048)),
    ("DH 4096 with larger all round", "A+", 96.0, (), (), ec(384, ecdh_bits=384, dh_bits=4096)),
    ("DH 4095 is the smallest", "A+", 93.0, (), (), ec(384, ecdh_bits=384, dh_bits=4095)),
    ("short key and short DH", "F", 78.0, (B_KEY, F_DH), (), rsa(1024, dh_bits=768)),
    ("a Debian-weak key is worth nothing", "F", 0.0, (), (),
     good(keys=[{"type": "RSA", "bits": 2048, "debian_weak": True}])),
]

CIPHERS = [
    ("all 256", "A+", 97.0, (), (), good(suites={"TLSv1.2": [A256], "TLSv1.3": [A256]})),  # 100: 40
    ("all 128", "A+", 89.0, (), (), good(suites={"TLSv1.2": [A128], "TLSv1.3": [A128]})),  # 80: 32
    ("255 is less than 256", "A+", 89.0, (), (), good(suites={"TLSv1.2": [A128], "TLSv1.3": [suite(255)]})),
    # (20 + 100) / 2 = 60: 24
    ("127 is less than 128", "A+", 81.0, (), (), besides(suite(127))),
    ("112 is the least without a cap", "A+", 81.0, (), (), besides(suite(112))),
    ("111 is too little", "F", 81.0, (F_112,), (), besides(suite(111))),
    # (20 + 80) / 2 = 50: 20
    ("77 points are a B, A's warning or not", "B", 77.0, (), (NO_13,), only("TLSv1.2", suite(112), A128)),
    # 20: 8
    ("65 points are just a B", "B", 65.0, (), (NO_13,), only("TLSv1.2", suite(112))),
    # 30 + 24 + 8: the points are worse than the cap
    ("62 points are a C behind a cap of B", "C", 62.0, (B_KEY,), (NO_13,),
     only("TLSv1.2", suite(112), keys=[{"type": "RSA", "bits": 1024}])),
    # (0 + 100) / 2 = 50: 20
    ("NULL", "F", 77.0, (F_112,), (), besides(NULL)),
    ("NULL alone is worth nothing", "F", 0.0, (B_AEAD, B_FS, F_112), (NO_13,), only("TLSv1.2", NULL)),
    # (20 + 100) / 2 = 60: 24, and the exchange is 40: 12
    ("export", "F", 66.0, (C_64, F_112), (), besides(EXPORT)),
    ("DES", "F", 81.0, (C_64, F_112), (), besides(DES)),
    ("anonymous", "F", 0.0, (F_ANON,), (), besides(ANON)),
    ("RC4 in TLS 1.2", "C", 93.0, (B_RC4, C_RC4), (), besides(RC4)),
    ("RC4 in TLS 1.1", "C", 92.25, (B_RC4, B_OLD, C_RC4), (), besides(RC4, version="TLSv1.1")),
    ("RC4 in TLS 1.0 only", "B", 91.5, (B_RC4, B_OLD), (), besides(RC4, version="TLSv1")),
    # 30 + 27 + 32
    ("RC4 and nothing else", "F", 89.0, (B_RC4, B_AEAD, B_FS, C_RC4, F_RC4), (NO_13,), only("TLSv1.2", RC4)),
    ("3DES in TLS 1.2", "C", 93.0, (C_64,), (), besides(DES3)),
    ("3DES in TLS 1.1", "C", 92.25, (B_OLD, C_64), (), besides(DES3, version="TLSv1.1")),
    ("3DES in TLS 1.0 only", "B", 91.5, (B_OLD,), (), besides(DES3, version="TLSv1")),
    ("3DES that no reference client chooses", "A+", 93.0, (), (), besides(DES3, block64_never_preferred=True)),
    ("3DES counts 168 whatever it is given", "C", 93.0, (C_64,), (), besides({**DES3, "bits": 112})),
    ("IDEA has short blocks, too", "C", 93.0, (C_64,), (), besides(IDEA)),
    ("CBC alone in 1.2, and 1.3", "A+", 97.0, (), (), good(suites={"TLSv1.2": [CBC], "TLSv1.3": [A256]})),
    ("CBC alone", "B", 97.0, (B_AEAD,), (NO_13,), only("TLSv1.2", CBC)),
    ("static RSA alone", "B", 97.0, (B_FS,), (NO_13,), only("TLSv1.2", STATIC)),
    ("static RSA in 1.2, and 1.3", "A+", 97.0, (), (), good(suites={"TLSv1.2": [STATIC], "TLSv1.3": [A256]})),
    ("forward secrecy that no reference client gets", "B", 93.0, (B_FS,), (), good(forward_secrecy=False)),
    ("neither forward secrecy nor AEAD", "B", 89.0, (B_AEAD, B_FS), (NO_13,), only("TLSv1.2", OLD)),
]

HEADERS = [
    ("HSTS of 180 days", "A+", 93.0, (), (), hsts(present=True, valid=True, max_age=15552000)),
    ("HSTS of a second less", "A", 93.0, (), (), hsts(present=True, valid=True, max_age=15551999)),
    ("HSTS of a second", "A", 93.0, (), (), hsts(present=True, valid=True, max_age=1)),
    ("HSTS switched off", "A-", 93.0, (), (HSTS,), hsts(present=True, valid=True, max_age=0)),
    ("HSTS invalid", "A-", 93.0, (), (HSTS,), hsts(present=True, valid=False, max_age=63072000)),
    ("HSTS without an age is invalid", "A-", 93.0, (), (HSTS,), hsts(present=True)),
    ("no HSTS", "A", 93.0, (), (), hsts(present=False)),
    ("no HSTS, its other keys as they come", "A", 93.0, (), (), hsts(present=False, valid=False, max_age=None)),
    ("two warnings", "A-", 93.0, (), (NO_13, HSTS), speaks("TLSv1.2", hsts={"present": True, "valid": False})),
    ("three warnings", "A-", 93.0, (), (NO_13, HSTS, RENEGOTIATION),
     speaks("TLSv1.2", hsts={"present": True, "valid": True, "max_age": 0}, secure_renegotiation=False)),
    ("a warning does not soften a cap", "B", 91.5, (B_OLD,), (HSTS,),
     speaks("TLSv1", "TLSv1.2", "TLSv1.3", hsts={"present": True, "valid": False})),
    ("no secure renegotiation", "A-", 93.0, (), (RENEGOTIATION,), good(secure_renegotiation=False)),
    ("renegotiation that nobody looked at", "A+", 93.0, (), (), good(secure_renegotiation=None)),
    ("insecure renegotiation", "F", 93.0, ("F: insecure renegotiation",), (), good(insecure_renegotiation=True)),
    ("TLS from the first byte", "A+", 93.0, (), (), good(hsts=None, downgrade_protected=True)),
    ("not https, nothing proven", "A", 93.0, (), (), good(hsts=None)),
    ("STARTTLS that is not enforced", "A-", 93.0, (), (X1,), mail()),
    ("STARTTLS that is enforced", "A", 93.0, (), (), mail(starttls_enforced=True)),
    ("STARTTLS enforced and protected", "A+", 93.0, (), (), mail(starttls_enforced=True, downgrade_protected=True)),
    ("STARTTLS behind DANE", "A+", 93.0, (), (), mail(downgrade_protected=True)),
    ("STARTTLS not enforced and no TLS 1.3", "A-", 93.0, (), (NO_13, X1),
     mail(protocols=["TLSv1.2"], suites={"TLSv1.2": [A128, A256]})),
]

CERTIFICATES = [
    ("MD5", "F", 93.0, ("F: certificate signed with MD5",), (), cert(signature_hash="md5")),
    ("MD2", "F", 93.0, ("F: certificate signed with MD2",), (), cert(signature_hash="MD2")),
    ("MD5, by its long name", "F", 93.0, ("F: certificate signed with MD5",), (),
     cert(signature_hash="md5WithRSAEncryption")),
    ("SHA-1 from a private authority costs the plus", "A", 93.0, (), (), cert(signature_hash="sha1", public=False)),
    ("incomplete chain", "B", 93.0, ("B: incomplete chain",), (), cert(chain_incomplete=True)),
    ("revoked", "F", 93.0, ("F: certificate revoked",), (), cert(revoked=True)),
    ("compression", "C", 93.0, ("C: TLS compression (CRIME)",), (), good(vulnerabilities=["crime"])),
    ("POODLE by its name", "C", 93.0, (C_POODLE,), (), good(vulnerabilities=["poodle"])),
    ("B and C are a C", "C", 93.0, ("B: incomplete chain", "C: TLS compression (CRIME)"), (),
     good(cert={"chain_incomplete": True}, vulnerabilities=["crime"])),
    ("C and F are an F", "F", 93.0, ("C: TLS compression (CRIME)", "F: ROBOT"), (),
     good(vulnerabilities=["robot", "crime"])),
]

ROWS = PROTOCOLS + KEYS + CIPHERS + HEADERS + CERTIFICATES


@pytest.mark.parametrize("letter, points, caps, warnings, facts", [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_worked_out_by_hand(letter, points, caps, warnings, facts):
    found = grade(facts)
    assert (found.grade, found.score, found.caps, found.warnings) == (letter, points, caps, warnings)
    assert (found.grade_trust_ignored, found.trust) == (letter, ())


TRUST = [
    ("self-signed", "T", "A+", cert(self_signed=True)),
    ("unknown authority", "T", "A+", cert(unknown_ca=True)),
    ("expired", "T", "A+", cert(expired=True)),
    ("not yet valid", "T", "A+", cert(not_yet_valid=True)),
    ("SHA-1 from a public authority", "T", "A", cert(signature_hash="sha1", public=True)),
    ("SHA-1 by another spelling", "T", "A", cert(signature_hash="sha1WithRSAEncryption", public=True)),
    ("another host's name", "M", "A+", cert(name_mismatch=True)),
    ("another host's name and expired", "T", "A+", cert(name_mismatch=True, expired=True)),
    ("another host's name with a cap", "M", "B", {**speaks("TLSv1.1", "TLSv1.2", "TLSv1.3"), "cert": {"name_mismatch": True}}),
    ("another host's name with a warning", "M", "A-", speaks("TLSv1.2", cert={"name_mismatch": True})),
    ("untrusted with Heartbleed", "T", "F", good(cert={"unknown_ca": True}, vulnerabilities=["heartbleed"])),
    ("another host's name with Heartbleed", "M", "F", good(cert={"name_mismatch": True}, vulnerabilities=["heartbleed"])),
    ("untrusted and worth nothing", "T", "F", besides(ANON, cert={"self_signed": True})),
    ("revoked and expired stays F", "F", "F", cert(revoked=True, expired=True)),
    ("revoked and another host's name stays F", "F", "F", cert(revoked=True, name_mismatch=True)),
    ("nothing is wrong", "A+", "A+", cert(self_signed=False, expired=False, name_mismatch=False, revoked=False)),
]


@pytest.mark.parametrize("letter, ignored, facts", [row[1:] for row in TRUST], ids=[row[0] for row in TRUST])
def test_trust_comes_last(letter, ignored, facts):
    found = grade(facts)
    assert (found.grade, found.grade_trust_ignored) == (letter, ignored)


@pytest.mark.parametrize("hole", [
    "poodle_tls", "POODLE-TLS", "heartbleed", "ccs", "ticketbleed", "DROWN", "ROBOT", "CVE-2016-2107", "zombie_poodle",
    "golden_poodle", "GOLDENDOODLE", "sleeping_poodle", "0-length", "zero_length",
])
def test_every_hole_of_the_guide_is_an_f(hole):
    found = grade(good(vulnerabilities=[hole]))
    assert (found.grade, found.score, len(found.caps)) == ("F", 93.0, 1)


def test_a_suite_may_be_its_name_alone():
    names = {"TLSv1.2": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], "TLSv1.3": [{"name": "TLS_AES_256_GCM_SHA384"}]}
    assert (grade(good(suites=names)).grade, grade(good(suites=names)).score) == ("A+", 93.0)
    assert grade(good(suites={"TLSv1.3": ["TLS_RSA_WITH_NULL_SHA"]})).caps[-1] == F_112
    assert grade(good(suites={"TLSv1.3": ["TLS_NOBODY_KNOWS"]})).caps == (B_AEAD, B_FS)


@pytest.mark.parametrize("facts", [{}, {"protocols": []}, {"protocols": None}, {"protocols": [], "cert": {"expired": True}}])
def test_without_a_handshake_there_is_no_grade(facts):
    found = grade(facts)
    assert (found.grade, found.grade_trust_ignored, found.score) == (None, None, None)
