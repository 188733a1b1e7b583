# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shares with keys that everybody knows still give the secret that a real peer computes."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.groups import by_iana
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import (
    can_share,
    public_share,
    shared_secret,
)

CURVES = {
    "secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1(), "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1tls13": ec.BrainpoolP256R1(), "brainpoolP384r1tls13": ec.BrainpoolP384R1(),
    "brainpoolP512r1tls13": ec.BrainpoolP512R1(), "brainpoolP256r1": ec.BrainpoolP256R1(),
}


@pytest.mark.parametrize("name", CURVES)
def test_elliptic_curves(name):
    group = by_iana(name).code_point
    ours = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[name], public_share(group))
    for _each in range(5):
        peer = ec.generate_private_key(CURVES[name])
        share = peer.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert shared_secret(group, share) == peer.exchange(ec.ECDH(), ours)


@pytest.mark.parametrize(("name", "private", "public"), [
    ("X25519", x25519.X25519PrivateKey, x25519.X25519PublicKey), ("X448", x448.X448PrivateKey, x448.X448PublicKey),
])
def test_montgomery_curves(name, private, public):
    group = by_iana(name).code_point
    ours = public.from_public_bytes(public_share(group))
    for _each in range(3):
        peer = private.generate()
        assert shared_secret(group, peer.public_key().public_bytes_raw()) == peer.exchange(ours)


@pytest.mark.parametrize(("name", "size"), [
    ("ffdhe2048", 256), ("ffdhe3072", 384), ("ffdhe4096", 512), ("ffdhe6144", 768), ("ffdhe8192", 1024)])
def test_finite_fields(name, size):
    group = by_iana(name).code_point
    assert int.from_bytes(public_share(group), "big") == 2
    assert len(public_share(group)) == size
    # The private key is 1, so the peer's secret is its own share.
    assert shared_secret(group, b"\x07") == (7).to_bytes(size, "big")


@pytest.mark.parametrize(("name", "size"), [("MLKEM768", "MLKEM768"), ("MLKEM1024", "MLKEM1024")])
def test_ml_kem(name, size):
    mlkem = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mlkem")
    group = by_iana(name).code_point
    key = getattr(mlkem, f"{size}PublicKey").from_public_bytes(public_share(group))
    for _each in range(5):
        secret, ciphertext = sorted(key.encapsulate(), key=len)
        assert shared_secret(group, ciphertext) == secret


@pytest.mark.parametrize(("name", "size"), [
    ("X25519MLKEM768", 1216), ("SecP256r1MLKEM768", 1249), ("SecP384r1MLKEM1024", 1665)])
def test_hybrids_have_the_size_of_rfc_10024(name, size):
    assert len(public_share(by_iana(name).code_point)) == size


@pytest.mark.parametrize("name", ["secp256r1", "X25519", "MLKEM768", "X25519MLKEM768"])
@pytest.mark.parametrize("share", [b"", b"\x04", b"\x04" * 64, b"\x02" + bytes(64), bytes(5000)])
def test_a_share_of_the_wrong_form(name, share):
    with pytest.raises(WireError):
        shared_secret(by_iana(name).code_point, share)


def test_what_cannot_be_shared():
    assert not can_share(by_iana("GC256A").code_point)
    with pytest.raises(WireError, match="no key share"):
        public_share(by_iana("GC256A").code_point)
