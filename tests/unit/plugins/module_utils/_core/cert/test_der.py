# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a key or certificate is by its shape, and nonsense that must only ever raise one thing."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs7, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.parse import read_public_key


def test_shapes(pki: Any) -> None:
    made = pki.certificate()
    assert der.classify(pki.der(made)) == "certificate"
    assert der.classify(pki.private(pki.key(), encoding="DER")) == "pkcs8"
    assert der.classify(pki.private(pki.key(), password=b"x", encoding="DER")) == "pkcs8_encrypted"
    assert der.classify(pki.private(pki.key("rsa2048"), "TraditionalOpenSSL", encoding="DER")) == "pkcs1"
    assert der.classify(pki.private(pki.key(), "TraditionalOpenSSL", encoding="DER")) == "sec1"
    assert der.classify(pki.private(pki.key("dsa"), "TraditionalOpenSSL", encoding="DER")) == "dsa"
    everything = pkcs12.serialize_key_and_certificates(b"a", pki.key(), made, None, BestAvailableEncryption(b"x"))
    assert der.classify(everything) == "pkcs12"
    assert der.classify(pkcs7.serialize_certificates([made], Encoding.DER)) == "pkcs7"
    for nothing in (b"", b"\x30", b"\x30\x00", b"hello world", b"\x30\x80\x00\x00", b"\x02\x01\x05", b"\x1f\x81\x01\x00"):
        assert der.classify(nothing) is None


@pytest.mark.parametrize("kind", ["rsa2048", "ec", "p384", "ed25519", "ed448", "dsa"])
def test_public_keys_without_the_library(pki: Any, kind: str) -> None:
    made = pki.certificate(private=pki.key(kind))
    assert der.find_subject_public_key(pki.der(made)) == read_public_key(made.public_key())


@given(st.binary(max_size=300))
def test_nonsense_raises_one_thing(data: bytes) -> None:
    der.classify(data)
    for call in (der.read, der.find_first_object, der.find_subject_public_key):
        try:
            call(data)
        except CertificateError:
            pass


def test_first_object_cuts_what_follows(pki: Any) -> None:
    encoded = pki.der(pki.certificate())
    assert der.find_first_object(encoded + b"trailing") == encoded


def test_object_identifiers() -> None:
    assert der.read(bytes.fromhex("06092a864886f70d010702")).oid() == "1.2.840.113549.1.7.2"
    assert der.read(bytes.fromhex("0603883703")).oid() == "2.999.3"
    with pytest.raises(CertificateError):
        der.read(bytes.fromhex("060180")).oid()
