# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""BER containers are read as OpenSSL reads them; nonsense raises one thing and stays bounded."""

from __future__ import annotations

import subprocess
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs7, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import ber, der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader


def indefinite(data: bytes, keep: int = 0) -> bytes:
    """Write DER with lengths that are not told beforehand and strings in two pieces, below ``keep`` levels of certificates."""
    node = der.read(data)
    if der.classify(data) == "certificate":
        return data
    if node.tag & 0x20:
        inside = b"".join(indefinite(der.encode_node(child)) for child in node.children())
        return bytes([node.tag, 0x80]) + inside + b"\0\0"
    if node.tag == der.OCTET_STRING and len(node.content) > 8:
        half = len(node.content) // 2
        pieces = [der.encode_tagged(der.OCTET_STRING, piece) for piece in (node.content[:half], node.content[half:])]
        return b"\x24\x80" + b"".join(pieces) + b"\0\0"
    return data


def test_der_stays_what_it_is(pki: Any) -> None:
    for data in (pki.der(pki.certificate()), pkcs7.serialize_certificates([pki.certificate()], Encoding.DER)):
        assert ber.to_der(data) == data and ber.to_der(indefinite(data)) == data


def test_pkcs7_in_ber(pki: Any) -> None:
    root, signer = pki.authority()
    leaf = pki.certificate(issuer=(root, signer))
    plain = pkcs7.serialize_certificates([leaf, root], Encoding.DER)
    odd = indefinite(plain)
    shown = subprocess.run(["openssl", "pkcs7", "-inform", "DER", "-print_certs"], input=odd, capture_output=True, check=True)
    assert shown.stdout.count(b"BEGIN CERTIFICATE") == 2
    expected = {item.sha256 for item in Reader().content(plain, "/x").certificates}
    forms = [odd] + [write_armour(data, label).encode() for data in (plain, odd)
                     for label in ("PKCS7", "PKCS #7 SIGNED DATA", "CMS")]
    for data in forms:
        material = Reader().content(data, "/x")
        assert {item.sha256 for item in material.certificates} == expected and material.problems == ()
    for data in (plain, odd):
        under = Reader().content(write_armour(data, "CERTIFICATE").encode(), "/x")
        assert under.certificates == () and "holds PKCS#7 and no certificate" in under.problems[0]
    wrong = Reader().content(write_armour(pki.der(leaf), "PKCS7").encode(), "/x")
    assert "is not PKCS#7" in wrong.problems[0]


def test_pkcs12_in_ber(pki: Any) -> None:
    leaf = pki.certificate()
    odd = indefinite(pkcs12.serialize_key_and_certificates(b"n", pki.key(), leaf, None, NoEncryption()))
    asked = ["openssl", "pkcs12", "-nodes", "-passin", "pass:"]
    shown = subprocess.run(asked, input=odd, capture_output=True, check=True)
    assert b"BEGIN CERTIFICATE" in shown.stdout
    material = Reader().content(odd, "/x")
    assert material.form == "pkcs12" and len(material.certificates) == 1 and material.problems == ()
    assert material.keys[0].key == material.certificates[0].key


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x30\x80" * 5000,
        b"\x30\x80" + b"\x05\x00" * 200000 + b"\0\0",
        b"\x24\x80\x02\x01\x00\0\0",
        b"\x04\x80\x00\x00",
        b"\x30\x80\x04\x84\xff\xff\xff\xff",
        b"\x30\x03\x04\x05",
        b"\x30\x03\x02\x02\x00\x00",
    ],
)
def test_nonsense_is_refused_soon(nonsense: bytes) -> None:
    begin = time.monotonic()
    with pytest.raises(CertificateError):
        ber.to_der(nonsense)
    assert ber.classify(nonsense)[0] is None and time.monotonic() - begin < 5


@given(st.binary(max_size=300))
def test_noise_raises_one_thing(noise: bytes) -> None:
    for call in (ber.to_der, ber.read_pkcs7):
        for data in (noise, b"\x30\x80" + noise, b"\x30\x82\x01\x2c" + noise):
            try:
                call(data)
            except CertificateError:
                pass
