# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The standard library alone must see the same as the ``cryptography`` library does."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal, pem
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.parse import certificate

ROOT = Path(__file__).resolve().parents[6]
NETWORK = x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))
STORE = Path("/etc/ssl/certs/ca-certificates.crt")


def same(encoded: bytes) -> None:
    ours, theirs = minimal.certificate(encoded, "x", 3, True), certificate(encoded, "x", 3, True)[0]
    # how exotic characters and types of a name are written is the library's own affair
    assert replace(ours, subject="", issuer="") == replace(theirs, subject="", issuer="")


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
    blocks = pem.blocks(STORE.read_bytes())
    assert len(blocks) > 50
    for block in blocks:
        same(block.der)


@pytest.mark.parametrize("kind", ["ec", "p384", "rsa2048"])
@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_keys_that_carry_their_public_half(pki: Any, kind: str, form: str) -> None:
    encoded = pki.private(pki.key(kind), form, encoding="DER")
    (key,) = Reader().content(encoded, "x").keys
    assert minimal.private_key(encoded, key.form) == key.key


def test_keys_that_do_not(pki: Any) -> None:
    assert minimal.private_key(pki.private(pki.key("ed25519"), encoding="DER"), "pkcs8") is None
    with pytest.raises(CertificateError):
        minimal.private_key(b"\x30\x00", "pkcs1")


def test_names_are_written_as_rfc_4514_says(pki: Any) -> None:
    encoded = pki.der(pki.certificate("Smith, John+x"))
    assert minimal.certificate(encoded, "x").subject == "CN=Smith\\, John\\+x"
    assert minimal.certificate(encoded, "x").subject == certificate(encoded, "x")[0].subject


@settings(max_examples=300, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.floats(0, 1))
def test_damage_raises_one_thing(pki: Any, place: float, value: int, cut: float) -> None:
    data = bytearray(_sample(pki))
    data[int(place * len(data))] = value
    for hostile in (bytes(data), bytes(data[: int(cut * len(data))])):
        for call, form in ((minimal.certificate, "x"), (minimal.private_key, "pkcs8"), (minimal.private_key, "sec1")):
            try:
                call(hostile, form)
            except CertificateError:
                pass


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
