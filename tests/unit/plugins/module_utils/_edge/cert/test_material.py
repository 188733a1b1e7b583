# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every form in which keys and certificates lie around is read; nothing hostile raises."""

from __future__ import annotations

import base64
import os
import random
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs7, pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.pem import write_armour
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.material import Reader, expand, open_file


def read(data: bytes, passphrase: str | None = None) -> Any:
    return Reader(passphrase).content(data, "/x")


@pytest.mark.parametrize("kind", ["ec", "p384", "rsa2048", "ed25519", "ed448", "dsa"])
@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_keys(pki: Any, kind: str, form: str, encoding: str) -> None:
    if kind.startswith("ed") and form != "PKCS8":
        pytest.skip("these keys have one form only")
    private = pki.key(kind)
    material = read(pki.private(private, form, encoding=encoding))
    assert material.problems == () and material.form == encoding.lower()
    (key,) = material.keys
    assert not key.encrypted and key.error is None
    (facts,) = read(pki.pem(pki.certificate(private=private))).certificates
    assert key.key == facts.key


def test_certificates(pki: Any) -> None:
    root, signer = pki.authority()
    leaf = pki.certificate(sans=["a.example.org", "192.0.2.1"], issuer=(root, signer), ocsp="http://o/", policies=["1.2.3"])
    for data in (pki.pem(leaf), pki.der(leaf)):
        (facts,) = read(data).certificates
        assert (facts.dns_names, facts.ip_addresses) == (("a.example.org",), ("192.0.2.1",))
        assert facts.ca is False and facts.key.curve == "secp256r1" and facts.signature_hash == "sha256"
        assert facts.key_usage == ("digitalSignature",) and facts.extended_key_usage == ("serverAuth",)
        assert facts.ocsp_urls == ("http://o/",) and facts.policies == ("1.2.3",)
        assert facts.lifetime_days == 60 and facts.common_names == ("www.example.org",)
    (authority,) = read(pki.pem(root)).certificates
    assert authority.ca is True and "keyCertSign" in (authority.key_usage or ())
    assert authority.subject_id == facts.issuer_id


def test_bundles_in_any_order(pki: Any) -> None:
    root, signer = pki.authority()
    leaf = pki.certificate(issuer=(root, signer))
    for items in ((pki.key(), leaf, root), (leaf, root, pki.key())):
        material = read(b"some text\n" + pki.pem(*items))
        assert len(material.certificates) == 2 and len(material.keys) == 1 and material.problems == ()


def test_trusted_certificate_of_openssl(pki: Any) -> None:
    leaf = pki.certificate()
    text = write_armour(pki.der(leaf) + b"\x30\x05\x0c\x03abc", "TRUSTED CERTIFICATE")
    assert len(read(text.encode()).certificates) == 1


def test_containers(pki: Any) -> None:
    root, signer = pki.authority()
    leaf = pki.certificate(issuer=(root, signer))
    data = pkcs7.serialize_certificates([leaf, root], Encoding.DER)
    assert len(read(data).certificates) == 2 and read(data).form == "pkcs7"
    assert len(read(pkcs7.serialize_certificates([leaf, root], Encoding.PEM)).certificates) == 2
    under = pkcs7.serialize_certificates([leaf, root], Encoding.PEM).replace(b"PKCS7", b"CERTIFICATE")
    # `openssl x509` and every daemon refuse it.
    assert not read(under).certificates and "holds PKCS#7 and no certificate" in read(under).problems[0]
    sealed = pkcs12.serialize_key_and_certificates(b"n", pki.key(), leaf, [root], BestAvailableEncryption(b"geheim"))
    opened = read(sealed, "geheim")
    assert len(opened.certificates) == 2 and opened.keys[0].key == opened.certificates[0].key and opened.keys[0].encrypted
    for wrong in (None, "falsch"):
        (key,) = read(sealed, wrong).keys
        assert key.encrypted and key.key is None and key.error and "geheim" not in key.error
    plain = pkcs12.serialize_key_and_certificates(b"n", pki.key(), leaf, None, NoEncryption())
    assert len(read(plain).certificates) == 1


def test_a_password_function_that_never_ends_is_refused() -> None:
    salted = b"\x30\x10\x30\x00\x04\x04salt\x02\x04\x7f\xff\xff\xff" + b"\x05\x00"
    inside = b"\x02\x01\x03\x30\x00" + salted
    file = b"\x30" + bytes([len(inside)]) + inside
    assert der.classify(file) == "pkcs12"
    assert "is refused" in str(read(file, "x").keys[0].error)


def test_other_things_are_named(pki: Any) -> None:
    material = read(b"-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n" + pki.pem(pki.certificate()))
    assert material.others == ("DH PARAMETERS",) and material.dh_bits == 3
    assert "neither PEM nor" in read(b"hello").problems[0]
    assert "holds neither" in read(b"-----BEGIN \n").problems[0]


def test_patterns(pki: Any, tmp_path: Path) -> None:
    pki.write(tmp_path, a=b"x", b=b"y")
    (tmp_path / "link.pem").symlink_to(tmp_path / "a.pem")
    (tmp_path / "folder.pem").mkdir()
    (tmp_path / "odd[1].pem").write_bytes(b"z")
    found, unmatched = expand([f"{tmp_path}/*.pem", f"{tmp_path}/a.pem", f"{tmp_path}/*.key", f"{tmp_path}/odd[1].pem"])
    assert [Path(path).name for path in found] == ["a.pem", "b.pem", "odd[1].pem"]
    assert unmatched == (f"{tmp_path}/*.key",)


def test_hostile_file_names(pki: Any, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe\n\x1b[31m{{ 7 }}.pem"
    Path(os.fsdecode(name)).write_bytes(pki.pem(pki.certificate()))
    (path,) = expand([f"{tmp_path}/*.pem"])[0]
    material = Reader().file(path)
    assert material.certificates and material.source.endswith("/\\xff\\xfe\\x0a\\x1b[31m{{ 7 }}.pem")
    material.source.encode("utf-8")
    assert "\\x0a" in Reader().file(path + "gone").problems[0]


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path / "pipe", "not a regular file"), (tmp_path, "not a regular file"), (Path("/dev/zero"), "not a")):
        with pytest.raises(CertificateError, match=words):
            open_file(str(path))
    with pytest.raises(CertificateError, match="cannot be read"):
        open_file(str(tmp_path / "nul\0byte"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(CertificateError, match="symbolic links"):
        open_file(str(tmp_path / "loop"))


@pytest.fixture(scope="module")
def samples(pki: Any) -> list[bytes]:
    leaf = pki.certificate(sans=["a.example.org", "192.0.2.1"], ocsp="http://o/", policies=["1.2.3"])
    return [
        pki.der(leaf),
        pki.private(pki.key(), encoding="DER"),
        pki.private(pki.key("rsa2048"), "TraditionalOpenSSL", encoding="DER"),
        pki.pem(pki.key(), leaf),
        pkcs7.serialize_certificates([leaf], Encoding.DER),
        pkcs12.serialize_key_and_certificates(b"n", pki.key(), leaf, None, NoEncryption()),
    ]


@settings(max_examples=400, deadline=None)
@given(
    which=st.integers(0, 5),
    damage=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    cut=st.floats(0, 1),
)
def test_damaged_files_never_raise(samples: Any, which: int, damage: list[tuple[float, int]], cut: float) -> None:
    data = bytearray(samples[which])
    for place, value in damage:
        data[int(place * len(data))] = value
    for hostile in (bytes(data), bytes(data[: int(cut * len(data))])):
        reader = Reader("x")
        reader.signatures([reader.content(hostile, "/x")])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_noise_never_raises(noise: bytes) -> None:
    read(noise)
    read(b"-----BEGIN CERTIFICATE-----\n" + noise + b"\n-----END CERTIFICATE-----\n")


def openssl_takes(folder: Path, chain: bytes, key: bytes) -> bool:
    """Ask OpenSSL as Apache, nginx and Postfix do."""
    (folder / "chain.pem").write_bytes(chain)
    (folder / "key.pem").write_bytes(key)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(folder / "chain.pem", folder / "key.pem")
    except (ssl.SSLError, OSError):
        return False
    return True


def ours_takes(chain: bytes, key: bytes) -> bool:
    reader = Reader()
    served, keys = reader.content(chain, "/chain"), reader.content(key, "/key").keys
    fits = bool(served.certificates and keys and keys[0].key) and served.certificates[0].key.identity == keys[0].key.identity
    first = served.certificates[0] if served.certificates else None
    return bool(fits and not served.problems and first and first.key.bits is not None and not first.unread)


EDITS = ("", " ", "\t", "\n", "\n\n", "\r", "\r\n", "-", "=", "==", "#", ":", "A", "\u00fc", "\ufeff", "\0", "BEGIN", "-----",
         "-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----", "x: y\n\n", "Proc-Type: 4,ENCRYPTED\n")  # fmt: skip


def test_what_openssl_does_not_load_never_passes(pki: Any, tmp_path: Path) -> None:
    """Edits of a good file at every kind of place: OpenSSL is right about each."""
    root = pki.authority()
    good, key = pki.pem(pki.certificate(issuer=root), root[0]), pki.private(pki.key())
    assert openssl_takes(tmp_path, good, key) and ours_takes(good, key)
    chance = random.Random(20261130)
    lines = [place + 1 for place, byte in enumerate(good) if byte == 10]
    places = [0, 1, 5, 10, 11, 26, 27, len(good), len(good) - 1, *lines, *[line - 1 for line in lines]]
    places += [chance.randrange(len(good)) for _number in range(60)]
    refused = 0
    for place in places:
        for edit in EDITS:
            for cut in (0, 1):
                changed = good[:place] + edit.encode() + good[place + cut :]
                if not openssl_takes(tmp_path, changed, key):
                    refused += 1
                    assert not ours_takes(changed, key), (place, edit, cut)
    assert refused > 1000


def test_what_openssl_loads_is_no_false_alarm(pki: Any, tmp_path: Path) -> None:
    root = pki.authority()
    good, key = pki.pem(pki.certificate(issuer=root), root[0]).decode(), pki.private(pki.key())
    wide = "".join(write_armour(base64.b64decode("".join(part.split("-----")[0].split()))) for part in good.split("CERTIFICATE-----")[1::2])
    joined = wide.replace("-----\n", "-----\0").replace("\n-----", "\0-----").replace("\n", "").replace("\0", "\n")
    for changed in (good, wide, joined, good.replace("\n", "\r\n"), good[:-1], "text\n" + good + "text", "\ufeff" + good,
                    good.replace("\n", " \n"), good.replace("-----\nM", "-----\n\nM"), key.decode() + good, good + key.decode(),
                    good.replace("BEGIN CERT", "BEGIN X509 CERT").replace("END CERT", "END X509 CERT")):  # fmt: skip
        assert openssl_takes(tmp_path, changed.encode(), key), changed
        assert ours_takes(changed.encode(), key), changed


EXPLICIT = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit"]


def openssl(*command: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *command], input=given, capture_output=True, check=True).stdout


def test_a_curve_that_is_spelled_out() -> None:
    sec1 = subprocess.run(EXPLICIT, capture_output=True, check=True).stdout
    pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", given=sec1)
    for data in (sec1, pkcs8, openssl("ec", "-outform", "DER", given=sec1)):
        (key,) = read(data).keys
        assert key.error is None and key.key.curve == "explicit" and key.key.bits == 256
    named = openssl("ec", "-param_enc", "named_curve", given=sec1)
    (same,) = read(named).keys
    assert same.key.curve == "secp256r1" and same.key.identity == key.key.identity


def test_a_short_point_is_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    plain = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")
    path.write_bytes(openssl("ec", "-conv_form", "compressed", given=plain))
    (short,) = read(openssl("req", "-x509", "-new", "-key", str(path), "-subj", "/CN=x", "-days", "9")).certificates
    (key,) = read(plain).keys
    assert short.key.curve == key.key.curve == "secp256r1" and short.key.identity == key.key.identity
    der_point = read(path.read_bytes()).keys[0]
    assert der_point.key.identity == key.key.identity
