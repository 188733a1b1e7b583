# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What takes the library: signatures are checked for real, keys open with their passphrase only, hostile bytes are errors."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_der_x509_certificate

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert import parse

KINDS = ["ec", "p384", "p521", "ed25519", "ed448", "dsa", "rsa2048"]
FORMS = [(kind, form) for kind in KINDS for form in ("PKCS8", "TraditionalOpenSSL")
         if form == "PKCS8" or not kind.startswith("ed")]


def signed(item: Any, pki: Any) -> minimal.Signed:
    return minimal.sign_body(pki.der(item))


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_IMPORT_PROBLEM", "No module named 'cryptography'")


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_is_the_issuers_and_no_other_keys(pki: Any, kind: str) -> None:
    issuer = pki.authority("Issuer", private=pki.key(kind, 1))
    same_name = pki.authority("Issuer", private=pki.key(kind, 2) if not kind.startswith("rsa") else pki.key("rsa3072", 2))
    leaf = signed(pki.certificate(issuer=issuer), pki)
    assert parse.is_signed_by(leaf, signed(issuer[0], pki)) is True
    assert parse.is_signed_by(leaf, signed(same_name[0], pki)) is False
    other = pki.authority("Issuer", private=pki.key("ec" if kind != "ec" else "ed25519", 3))
    assert parse.is_signed_by(leaf, signed(other[0], pki)) is False, "a key of another type cannot have made it"


@pytest.mark.parametrize("algorithm", [hashes.SHA384, hashes.SHA512, hashes.SHA3_256])
def test_other_hashes_are_checked_too(pki: Any, algorithm: Any) -> None:
    issuer = pki.authority("Issuer", private=pki.key("p384", 1))
    leaf = signed(pki.certificate(issuer=issuer, algorithm=algorithm), pki)
    assert parse.is_signed_by(leaf, signed(issuer[0], pki)) is True


def test_one_changed_bit_is_no_signature(pki: Any) -> None:
    issuer = pki.authority("Issuer", private=pki.key("ed25519", 1))
    data = bytearray(pki.der(pki.certificate(issuer=issuer)))
    assert parse.is_signed_by(minimal.sign_body(bytes(data)), signed(issuer[0], pki)) is True
    data[-1] ^= 1
    assert parse.is_signed_by(minimal.sign_body(bytes(data)), signed(issuer[0], pki)) is False


def test_what_cannot_be_checked_is_neither_good_nor_bad(pki: Any, without_library: None) -> None:
    issuer = pki.authority("Issuer", private=pki.key("p384", 1))
    assert parse.is_signed_by(signed(pki.certificate(issuer=issuer), pki), signed(issuer[0], pki)) is None


@pytest.mark.parametrize(("kind", "form"), FORMS)
def test_a_key_that_needs_no_passphrase(pki: Any, kind: str, form: str) -> None:
    key = pki.key(kind, 1)
    name = "pkcs8" if form == "PKCS8" else {"r": "pkcs1", "d": "dsa"}.get(kind[0], "sec1")
    found = parse.read_private_key(pki.private(key, form, encoding="DER"), name, "x.pem", 2)
    assert found.key == parse.read_public_key(key.public_key())
    assert (found.source, found.position, found.encrypted) == ("x.pem", 2, False)


@pytest.mark.parametrize("armoured", [True, False])
def test_a_key_opens_with_its_passphrase_only(pki: Any, armoured: bool) -> None:
    data = pki.private(pki.key("ec", 1), "PKCS8", b"right", "PEM" if armoured else "DER")
    found = parse.read_private_key(data, "pkcs8_encrypted", "x", password=b"right", armoured=armoured)
    assert found.encrypted and found.key == parse.read_public_key(pki.key("ec", 1).public_key())
    for wrong in (b"wrong", b"", None):
        with pytest.raises(CertificateError, match="The private key cannot be read") as caught:
            parse.read_private_key(data, "pkcs8_encrypted", "x", password=wrong, armoured=armoured)
        assert "right" not in caught.value.message


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80" * 500, b"\xff" * 4096, b"\x30\x03\x02\x01\x07", b"no key"])
def test_hostile_bytes_are_an_error_and_never_another_exception(data: bytes) -> None:
    for armoured in (False, True):
        with pytest.raises(CertificateError):
            parse.read_private_key(data, "pkcs8", "x", password=b"p", armoured=armoured)
    with pytest.raises(CertificateError):
        parse.read_private_key(data, "pkcs8", "x")
    with pytest.raises(CertificateError):
        parse.read_pkcs12(data, b"p")
    assert parse.read_dh_bits(data) in (None, 3)


def test_whatever_the_library_raises_is_an_error_but_an_interrupt_is_not() -> None:
    class Panic(BaseException):
        """As the library's Rust half raises it."""

    def raising(error: BaseException) -> Any:
        def call() -> None:
            raise error

        return call

    with pytest.raises(CertificateError, match="The key cannot be read: Panic"):
        parse._guarded("The key", raising(Panic()))
    with pytest.raises(CertificateError, match="The key cannot be read: a b"):
        parse._guarded("The key", raising(ValueError("a\n  b")))
    for ending in (KeyboardInterrupt, SystemExit):
        with pytest.raises(ending):
            parse._guarded("The key", raising(ending()))


def test_without_the_library_plain_keys_are_read_and_the_rest_says_what_to_install(pki: Any, without_library: None) -> None:
    assert (parse.is_available(), parse.load_parser()) == (False, "standard library")
    found = parse.read_private_key(pki.private(pki.key("ec", 1), encoding="DER"), "pkcs8", "x")
    assert found.key is not None and found.key.curve == "secp256r1"
    with pytest.raises(CertificateError, match="install python3-cryptography"):
        parse.read_private_key(pki.private(pki.key("ec", 1), password=b"p"), "pkcs8_encrypted", "x", password=b"p")
    with pytest.raises(CertificateError, match="install python3-cryptography"):
        parse.read_pkcs12(b"", None)


def test_with_the_library_its_release_is_named() -> None:
    assert parse.is_available() and parse.load_parser() == "cryptography " + sys.modules["cryptography"].__version__


def test_pkcs12_gives_the_key_and_the_leaf_first(pki: Any) -> None:
    root = pki.authority("Root")
    leaf = pki.certificate(private=pki.key("ec", 1), issuer=root)
    protect = serialization.BestAvailableEncryption(b"right")
    data = pkcs12.serialize_key_and_certificates(b"x", pki.key("ec", 1), leaf, [root[0]], protect)
    key, found = parse.read_pkcs12(data, b"right")
    assert key == parse.read_public_key(pki.key("ec", 1).public_key())
    assert [load_der_x509_certificate(item) for item in found] == [leaf, root[0]]
    for wrong in (b"wrong", None):
        with pytest.raises(CertificateError, match="The PKCS#12 file cannot be read"):
            parse.read_pkcs12(data, wrong)


def test_pkcs12_without_a_key_has_none(pki: Any) -> None:
    data = pkcs12.serialize_key_and_certificates(None, None, None, [pki.certificate()], serialization.NoEncryption())
    key, found = parse.read_pkcs12(data, None)
    assert key is None and len(found) == 1


def test_too_many_rounds_are_refused_before_they_are_counted(monkeypatch: pytest.MonkeyPatch, pki: Any) -> None:
    sealed = pki.private(pki.key("ec", 1), password=b"p", encoding="DER")
    protect = serialization.BestAvailableEncryption(b"p")
    packed = pkcs12.serialize_key_and_certificates(b"x", pki.key("ec", 1), pki.certificate(private=pki.key("ec", 1)), None, protect)
    assert parse.read_private_key(sealed, "pkcs8_encrypted", "x", password=b"p").encrypted
    monkeypatch.setattr(parse.rounds, "MAX_ITERATIONS", 100)
    with pytest.raises(CertificateError, match="The private key asks for so many rounds"):
        parse.read_private_key(sealed, "pkcs8_encrypted", "x", password=b"p")
    with pytest.raises(CertificateError, match="PKCS#12 file asks for so many rounds"):
        parse.read_pkcs12(packed, b"p")


def test_the_first_certificate_of_a_text_counts(pki: Any) -> None:
    first, second = pki.certificate("first.example"), pki.certificate("second.example")
    text = "a comment\n" + pki.pem(pki.key(), first, second).decode()
    assert parse.read_pem(text, "x.pem").dns_names == ("first.example",)
    assert parse.hash_pem(text) == first.fingerprint(hashes.SHA256()).hex()
    for none in ("", "text", pki.pem(pki.key()).decode()):
        with pytest.raises(CertificateError, match="There is no certificate in x.pem"):
            parse.read_pem(none, "x.pem")
        with pytest.raises(CertificateError, match="contains no certificate"):
            parse.hash_pem(none)


@pytest.mark.parametrize("bits", [512, 1024, 2048, 4096])
def test_the_size_of_diffie_hellman_parameters(bits: int) -> None:
    number = ((1 << bits - 1) + 1).to_bytes(bits // 8 + 1, "big")
    body = b"\x02\x82" + len(number).to_bytes(2, "big") + number + b"\x02\x01\x02"
    data = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    assert parse.read_dh_bits(data) == bits
    assert parse.read_dh_bits(data[:-20]) is None
    negative = data.replace(b"\x00\x80", b"\xff\x80", 1)
    assert parse.read_dh_bits(negative) is None
