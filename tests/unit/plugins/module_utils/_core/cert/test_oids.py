# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every object identifier against OpenSSL and the cryptography library, which name them independently."""

from __future__ import annotations

import re
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import oid as known

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import oids

# OpenSSL's spelling where it is not ours without signs.
OPENSSL = {
    "RSASSA-PSS": "rsassaPss", "dsa-with-SHA1": "dsaWithSHA1",
    **{f"rsassa-pkcs1-v1_5-with-sha3-{size}": f"RSA-SHA3-{size}" for size in (224, 256, 384, 512)},
    "serverAuth": "TLS Web Server Authentication", "clientAuth": "TLS Web Client Authentication",
    "codeSigning": "Code Signing", "emailProtection": "E-mail Protection", "timeStamping": "Time Stamping",
    "OCSPSigning": "OCSP Signing", "anyExtendedKeyUsage": "Any Extended Key Usage",
    "signed certificate timestamps": "CT Precertificate SCTs", "cRLDistributionPoints": "X509v3 CRL Distribution Points",
    "extKeyUsage": "X509v3 Extended Key Usage", "authorityInfoAccess": "Authority Information Access",
    "subjectAltName": "X509v3 Subject Alternative Name", "tlsFeature": "TLS Feature", "certificatePolicies": "X509v3 Certificate Policies",
    "secp192r1": "prime192v1", "secp256r1": "prime256v1",
    "CN": "commonName", "C": "countryName", "L": "localityName", "ST": "stateOrProvinceName", "STREET": "streetAddress",
    "O": "organizationName", "OU": "organizationalUnitName", "UID": "userId", "DC": "domainComponent",
}  # fmt: skip
HASH = re.compile(r"MD[25]|SHA3?_?\d+")
TABLES = (oids.SIGNATURE_ALGORITHMS, oids.EXTENDED_KEY_USAGE, oids.EXTENSIONS, oids.ATTRIBUTES,
          {oid: name for oid, (name, _bits) in oids.CURVES.items()})


def letters(text):
    return re.sub("x509v3|encryption$|[^a-z0-9]", "", text.lower())


@pytest.fixture(scope="module")
def openssl():
    """OpenSSL's long name of every identifier, its own dotted form for one that this release does not know."""
    every = sorted({oid for table in (*TABLES, oids.KEY_ALGORITHMS) for oid in table})
    rows = [f"f{at}=OID:{oid}" for at, oid in enumerate(every)]
    ask = "asn1=SEQUENCE:all\n[all]\n" + "\n".join(rows)
    done = subprocess.run(["openssl", "asn1parse", "-genconf", "/dev/stdin"], input=ask, capture_output=True, text=True, check=True)
    said = re.findall(r"OBJECT\s*:(.*)", done.stdout)
    assert len(said) == len(every)
    return dict(zip(every, said, strict=True))


@pytest.mark.parametrize("table", TABLES, ids=["signatures", "usages", "extensions", "attributes", "curves"])
def test_names_are_those_of_openssl(table, openssl):
    recognised = {oid: name for oid, name in table.items() if openssl[oid] != oid}
    assert len(recognised) >= len(table) - 3, "only ML-DSA is unknown to OpenSSL 3.0"
    wrong = {oid: (name, openssl[oid]) for oid, name in recognised.items()
             if letters(OPENSSL.get(name, name)) != letters(openssl[oid])}
    assert wrong == {}


def test_kinds_of_keys_are_those_of_openssl(openssl):
    names = {"rsaEncryption": "rsa", "rsassaPss": "rsa", "dsaEncryption": "dsa", "id-ecPublicKey": "ecdsa",
             "ED25519": "ed25519", "ED448": "ed448", "ML-DSA-44": "ml-dsa-44", "ML-DSA-65": "ml-dsa-65",
             "ML-DSA-87": "ml-dsa-87"}
    recognised = {oid: kind for oid, kind in oids.KEY_ALGORITHMS.items() if openssl[oid] != oid}
    assert recognised and recognised == {oid: names[openssl[oid]] for oid in recognised}


def test_hashes_are_those_that_the_library_names():
    told = {
        value.dotted_string: HASH.search(name).group().lower().replace("sha3_", "sha3-")
        for name, value in vars(known.SignatureAlgorithmOID).items()
        if isinstance(value, x509.ObjectIdentifier) and HASH.search(name) and not name.startswith("GOST")
    }
    assert len(told) >= 18
    assert {oid: oids.SIGNATURE_HASHES.get(oid) for oid in told} == told


def test_every_hash_is_part_of_its_signature_algorithm():
    for oid, name in oids.SIGNATURE_HASHES.items():
        assert letters(name) in letters(oids.SIGNATURE_ALGORITHMS[oid]), oid
    # PSS keeps its hash in its parameters; the signatures of Edwards curves and of ML-DSA have none of their own.
    assert {oids.SIGNATURE_ALGORITHMS[oid] for oid in set(oids.SIGNATURE_ALGORITHMS) - set(oids.SIGNATURE_HASHES)} == {
        "RSASSA-PSS", "ed25519", "ed448", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87"}


def test_curves_are_those_of_the_library():
    every = [value for value in vars(ec.EllipticCurveOID).values() if isinstance(value, x509.ObjectIdentifier)]
    assert len(every) >= 9 and {oid.dotted_string for oid in every} <= set(oids.CURVES)
    for oid in every:
        curve = ec.get_curve_for_oid(oid)()
        if curve.name.startswith("sect"):
            continue  # the library counts the order of binary curves, the table their field: below
        name, bits = oids.CURVES[oid.dotted_string]
        assert (name, bits) == (curve.name, curve.key_size)


def test_the_size_of_a_curve_is_the_one_in_its_name():
    assert {oid: bits for oid, (_name, bits) in oids.CURVES.items()} == {
        oid: int(re.search(r"\d+", name).group()) for oid, (name, _bits) in oids.CURVES.items()}


def test_the_bits_of_key_usage_are_in_order():
    attributes = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                  "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    for wanted in attributes:
        # The library takes the last two only together with key agreement.
        together = {wanted, "key_agreement"} if wanted.endswith("only") else {wanted}
        made = x509.KeyUsage(**{name: name in together for name in attributes}).public_bytes()
        content = made[3:]  # behind tag, length and the number of unused bits
        bits = f"{int.from_bytes(content, 'big'):0{8 * len(content)}b}"
        found = {oids.KEY_USAGE[at] for at, bit in enumerate(bits) if bit == "1"}
        assert {letters(name) for name in found} == {letters(name) for name in together}


def test_attributes_are_written_as_rfc_4514_says():
    for oid, short in oids.ATTRIBUTES.items():
        if short != "STREET":
            assert x509.NameAttribute(x509.ObjectIdentifier(oid), "XX").rfc4514_attribute_name == short
    # The library does not know this short name of RFC 4514 section 3.
    assert oids.ATTRIBUTES["2.5.4.9"] == "STREET"
