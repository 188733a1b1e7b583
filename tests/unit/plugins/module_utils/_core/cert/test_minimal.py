# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our own reader sees what the ``cryptography`` library sees, and refuses what OpenSSL refuses.

The library is the judge for certificates in order, OpenSSL (through ``ssl``) for damaged ones: what it
does not load, no daemon serves, so it must not come out as read.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import EXTENDED_KEY_USAGE, KEY_USAGE
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader

ROOT = Path(__file__).resolve().parents[6]
NETWORK = x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))
STORE = Path("/etc/ssl/certs/ca-certificates.crt")


USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
          "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip


def theirs(encoded: bytes) -> dict[str, Any]:
    """The facts of a certificate as the library gives them."""
    parsed = x509.load_der_x509_certificate(encoded)
    found: dict[str, Any] = {
        "sha256": parsed.fingerprint(hashes.SHA256()).hex(),
        "serial": format(parsed.serial_number, "x"),
        "not_before": parsed.not_valid_before_utc,
        "not_after": parsed.not_valid_after_utc,
        "signature_hash": parsed.signature_hash_algorithm and parsed.signature_hash_algorithm.name,
        "common_names": tuple(item.value for item in parsed.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)),
        "subject_sha256": hashlib.sha256(parsed.subject.public_bytes()).hexdigest(),
        "issuer_sha256": hashlib.sha256(parsed.issuer.public_bytes()).hexdigest(),
        "key": parse.read_public_key(parsed.public_key()),
        "pem": parsed.public_bytes(Encoding.PEM).decode(),
    }
    unknown = []
    for extension in parsed.extensions:
        value = extension.value
        if isinstance(value, x509.UnrecognizedExtension) and extension.critical:
            unknown.append(extension.oid.dotted_string)
        found.update(_extension(value))
    return {**found, "critical_unknown": tuple(unknown)}


def _extension(value: Any) -> dict[str, Any]:
    if isinstance(value, x509.SubjectAlternativeName):
        addresses = tuple(str(item) for item in value.get_values_for_type(x509.IPAddress))
        return {"dns_names": tuple(value.get_values_for_type(x509.DNSName)), "ip_addresses": addresses}
    if isinstance(value, x509.BasicConstraints):
        return {"ca": value.ca, "path_length": value.path_length}
    if isinstance(value, x509.KeyUsage):
        return {"key_usage": tuple(KEY_USAGE[number] for number, name in enumerate(USAGES) if _used(value, name))}
    if isinstance(value, x509.ExtendedKeyUsage):
        return {"extended_key_usage": tuple(EXTENDED_KEY_USAGE.get(oid.dotted_string, oid.dotted_string) for oid in value)}
    if isinstance(value, x509.CertificatePolicies):
        return {"policies": tuple(item.policy_identifier.dotted_string for item in value)}
    if isinstance(value, x509.TLSFeature):
        return {"must_staple": True}
    if isinstance(value, x509.SubjectKeyIdentifier):
        return {"subject_key_id": value.digest.hex()}
    if isinstance(value, x509.AuthorityKeyIdentifier) and value.key_identifier:
        return {"authority_key_id": value.key_identifier.hex()}
    if isinstance(value, x509.CRLDistributionPoints):
        return {"crl_urls": tuple(name.value for point in value for name in point.full_name or () if "://" in str(name.value))}
    if isinstance(value, x509.NameConstraints):
        return {
            field: tuple(f"{'DNS' if isinstance(item, x509.DNSName) else 'IP'}:{item.value}" for item in trees or ()
                         if isinstance(item, (x509.DNSName, x509.IPAddress)))
            for field, trees in (("permitted_names", value.permitted_subtrees), ("excluded_names", value.excluded_subtrees))
        }  # fmt: skip
    return {}


def _used(value: x509.KeyUsage, name: str) -> bool:
    return bool((value.key_agreement or not name.endswith("cipher_only")) and getattr(value, name))


def same(encoded: bytes) -> None:
    ours, expected = minimal.encode_certificate(encoded, "x", 3, True), theirs(encoded)
    assert {field: getattr(ours, field) for field in expected} == expected
    assert ours.unread == ()


@pytest.mark.parametrize("kind", ["ec", "p384", "rsa2048", "ed25519", "ed448", "dsa"])
def test_every_kind_of_key(pki: Any, kind: str) -> None:
    same(pki.der(pki.certificate(private=pki.key(kind))))


@pytest.mark.parametrize(
    "changes",
    [
        {"sans": ["a.example.org", "*.example.org", "192.0.2.1", "2001:db8::1"]},
        {"sans": [], "ca": None, "usage": None, "extended": None},
        {"ca": True, "path_length": 2, "usage": ["key_cert_sign", "crl_sign"]},
        {"usage": ["digital_signature", "key_agreement", "decipher_only"]},
        {"ocsp": "http://ocsp.example.org/", "policies": ["2.23.140.1.2.1", "1.3.6.1.4.1.99999.1"]},
        {"extra": [(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]},
        {"extra": [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)]},
        {"begin": 365 * 30, "days": 40},
        {"extra": [(x509.NameConstraints([x509.DNSName("example.org"), NETWORK], [x509.DNSName("x.example.org")]), True)]},
        {"algorithm": hashes.SHA512},
    ],
)
def test_every_extension(pki: Any, changes: dict[str, Any]) -> None:
    root = pki.authority()
    point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://crl.example.org/1")], None, None, None)
    extra = [
        *changes.pop("extra", []),
        (x509.CRLDistributionPoints([point]), False),
        (x509.SubjectKeyIdentifier.from_public_key(pki.key().public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root[1].public_key()), False),
    ]
    same(pki.der(pki.certificate(issuer=root, extra=extra, **changes)))


@pytest.mark.skipif(not STORE.exists(), reason="this host has no trust store")
def test_every_trusted_root_of_this_host() -> None:
    blocks = pem.split_blocks(STORE.read_bytes())
    assert len(blocks) > 50
    for block in blocks:
        same(block.der)


@pytest.mark.parametrize("kind", ["ec", "p384", "rsa2048"])
@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_keys_that_carry_their_public_half(pki: Any, kind: str, form: str) -> None:
    encoded = pki.private(pki.key(kind), form, encoding="DER")
    (key,) = Reader().content(encoded, "x").keys
    assert minimal.encode_private_key(encoded, key.form) == key.key


def test_keys_that_do_not(pki: Any) -> None:
    assert minimal.encode_private_key(pki.private(pki.key("ed25519"), encoding="DER"), "pkcs8") is None
    with pytest.raises(CertificateError):
        minimal.encode_private_key(b"\x30\x00", "pkcs1")


def test_names_are_written_as_rfc_4514_says(pki: Any) -> None:
    encoded = pki.der(pki.certificate("Smith, John+x"))
    assert minimal.encode_certificate(encoded, "x").subject == "CN=Smith\\, John\\+x"
    assert minimal.encode_certificate(encoded, "x").subject == x509.load_der_x509_certificate(encoded).subject.rfc4514_string()


@settings(max_examples=300, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.floats(0, 1))
def test_damage_raises_one_thing(pki: Any, place: float, value: int, cut: float) -> None:
    data = bytearray(_sample(pki))
    data[int(place * len(data))] = value
    for hostile in (bytes(data), bytes(data[: int(cut * len(data))])):
        for call, form in ((minimal.encode_certificate, "x"), (minimal.encode_private_key, "pkcs8"), (minimal.encode_private_key, "sec1")):
            try:
                call(hostile, form)
            except CertificateError:
                pass


def openssl_loads(encoded: bytes) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=encoded)
    except ssl.SSLError:
        return False
    return True


def ours_loads(encoded: bytes) -> bool:
    try:
        minimal.encode_certificate(encoded, "x")
    except CertificateError:
        return False
    return True


def test_what_openssl_refuses_is_refused(pki: Any) -> None:
    sample = _sample(pki)
    assert openssl_loads(sample) and ours_loads(sample)
    refused = 0
    for place in range(len(sample)):
        for value in {0, 1, 0x7F, 0x80, 0xFF, sample[place] ^ 1, sample[place] ^ 0x20, (sample[place] + 1) % 256} - {sample[place]}:
            damaged = sample[:place] + bytes([value]) + sample[place + 1 :]
            if not openssl_loads(damaged):
                refused += 1
                assert not ours_loads(damaged), (place, value, damaged.hex())
    assert refused > 300


_SAMPLES: list[bytes] = []


def _sample(pki: Any) -> bytes:
    if not _SAMPLES:
        made = pki.certificate(sans=["a.example.org", "192.0.2.1"], ocsp="http://o/", policies=["1.2.3"])
        _SAMPLES.append(pki.der(made))
    return _SAMPLES[0]


def test_a_host_without_the_library(pki: Any, tmp_path: Path) -> None:
    root = pki.authority()
    paths = pki.write(
        tmp_path, chain=pki.pem(pki.certificate(issuer=root, days=20000), root[0]), key=pki.private(pki.key()),
        other=pki.private(pki.key("ec", 4)), sealed=pki.private(pki.key(), password=b"x"),
    )  # fmt: skip

    def run(**arguments: Any) -> dict[str, Any]:
        program = (
            "import runpy, sys; sys.modules['cryptography'] = None; "
            "runpy.run_module('ansible_collections.intransit.tls.plugins.modules.certificate_info', run_name='__main__')"
        )
        given = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
        done = subprocess.run(
            [sys.executable, "-c", program, given], capture_output=True, text=True, timeout=60, check=False,
            env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
        )  # fmt: skip
        assert done.stdout and "Traceback" not in done.stderr, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    good = run(paths=[paths["chain"], paths["key"]], names=["www.example.org"], key_owners=[tmp_path.owner()])
    assert good["compliant"] and good["parser"] == "standard library"
    said = [item["sentence"] for item in good["findings"] if item["status"] == "unprobed"]
    assert any("python3-cryptography" in sentence for sentence in said)
    wrong = run(paths=[paths["chain"], paths["other"]])
    assert "is not the key of" in " ".join(wrong["problems"])
    sealed = run(paths=[paths["chain"], paths["sealed"]], passphrase="x")
    assert "encrypted" in " ".join(sealed["problems"]) and "python3-cryptography" in " ".join(sealed["problems"])
