# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys of TLS 1.2: the PRF by its published vector, and two ends that agree."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_iana
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aead import BadTag
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import KeyExchange
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls12 import (
    PREMASTER,
    Keys,
    client_share,
    pkcs1,
    prf,
    rsa_encrypt,
    usable,
)

NAMES = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CCM",
         "TLS_RSA_WITH_AES_128_CCM_8", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"]


def test_prf_sha256_vector():
    """The test vector of the IETF TLS list of 2009 that implementations share."""
    secret = bytes.fromhex("9bbe436ba940f017b17652849a71db35")
    seed = bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c")
    assert prf(secret, b"test label", seed, 100, "sha256").hex().startswith("e3f229ba727be17b8d122620557cd453c2aab21d")


@pytest.mark.parametrize("name", NAMES)
def test_two_ends_agree(name):
    suite = by_iana(name)
    assert usable(suite)
    near, far = Keys(suite, PREMASTER, bytes(64), None), Keys(suite, PREMASTER, bytes(64), None)
    write, read = near.directions()[0], far.directions()[0]
    for text in (b"", b"hello", b"x" * 1000):
        sealed = write.seal(22, text)
        assert read.open(22, sealed[5:]) == text
    with pytest.raises(BadTag):
        read.open(22, write.seal(22, b"x")[5:-1] + b"\x00")
    with pytest.raises(WireError):
        read.open(22, b"short")
    assert len(near.finished(b"transcript")) == 12


@pytest.mark.parametrize("name", ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_PSK_WITH_AES_128_GCM_SHA256",
                                  "TLS_AES_128_GCM_SHA256"])
def test_what_no_session_is_made_with(name):
    assert not usable(by_iana(name))


def test_rsa_is_what_the_library_decrypts():
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    assert key.decrypt(rsa_encrypt(pkcs1(PREMASTER, numbers.n), numbers.n, numbers.e), padding.PKCS1v15()) == PREMASTER
    assert len(PREMASTER) == 48


def test_a_share_of_a_finite_field_is_its_generator():
    suite = by_iana("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
    body, secret = client_share(suite, KeyExchange(dh_bits=2048, dh_generator=b"\x02", share=b"\x00\x07"))
    assert (body, secret) == (b"\x00\x01\x02", b"\x07")


@pytest.mark.parametrize(("name", "exchange"), [
    ("TLS_RSA_WITH_AES_128_GCM_SHA256", None), ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", None),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", KeyExchange(group=0x1234, share=b"x"))])
def test_what_cannot_be_shared(name, exchange):
    with pytest.raises(WireError):
        client_share(by_iana(name), exchange)
