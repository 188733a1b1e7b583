# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AEADs against the vectors of their standards and against the cryptography library."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aead import (
    BadTag,
    aes_ccm,
    aes_gcm,
    chacha20_poly1305,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aes import block_cipher

LENGTHS = (0, 1, 15, 16, 17, 63, 64, 65, 1000)


def test_rfc_8439_section_2_8_2():
    key = bytes(range(0x80, 0xA0))
    nonce = bytes.fromhex("070000004041424344454647")
    extra = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    text = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            b"sunscreen would be it.")
    sealed = chacha20_poly1305(key).seal(nonce, text, extra)
    assert sealed.hex().startswith("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6")
    assert sealed.hex().endswith("1ae10b594f09e26a7e902ecbd0600691")
    assert chacha20_poly1305(key).open(nonce, sealed, extra) == text


def test_gcm_specification_case_4():
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308")
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    text = bytes.fromhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    extra = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = aes_gcm(block_cipher(key)).seal(nonce, text, extra)
    assert sealed.hex().startswith("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e")
    assert sealed.hex().endswith("5bc94fbc3221a5db94fae95ae7121a47")


PAIRS = [
    ("chacha", 32, chacha20_poly1305, ChaCha20Poly1305),
    ("gcm128", 16, lambda key: aes_gcm(block_cipher(key)), AESGCM),
    ("gcm256", 32, lambda key: aes_gcm(block_cipher(key)), AESGCM),
    ("ccm", 16, lambda key: aes_ccm(block_cipher(key), 16), AESCCM),
    ("ccm8", 16, lambda key: aes_ccm(block_cipher(key), 8), lambda key: AESCCM(key, 8)),
]


@pytest.mark.parametrize(("size", "ours", "theirs"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
@pytest.mark.parametrize("length", LENGTHS)
def test_equal_to_the_library(size, ours, theirs, length):
    key, nonce, text, extra = os.urandom(size), os.urandom(12), os.urandom(length), os.urandom(length % 29)
    sealed = theirs(key).encrypt(nonce, text, extra)
    assert ours(key).seal(nonce, text, extra) == sealed
    assert ours(key).open(nonce, sealed, extra) == text


@pytest.mark.parametrize(("size", "ours"), [pair[1:3] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_a_changed_byte_is_noticed(size, ours):
    cipher, nonce = ours(bytes(size)), bytes(12)
    sealed = cipher.seal(nonce, b"some text", b"extra")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(BadTag):
            cipher.open(nonce, bytes(changed), b"extra")
    with pytest.raises(BadTag):
        cipher.open(nonce, sealed, b"other")
    with pytest.raises(BadTag):
        cipher.open(nonce, b"short", b"extra")
