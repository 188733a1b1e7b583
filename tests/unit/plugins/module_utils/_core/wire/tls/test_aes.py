# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AES against FIPS 197 appendix C and the cryptography library."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aes import block_cipher

PLAIN = bytes.fromhex("00112233445566778899aabbccddeeff")


@pytest.mark.parametrize(("key", "encrypted"), [
    (bytes(range(16)), "69c4e0d86a7b0430d8cdb78070b4c55a"),
    (bytes(range(32)), "8ea2b7ca516745bfeafc49904b496089"),
])
def test_fips_197_appendix_c(key, encrypted):
    assert block_cipher(key)(PLAIN).hex() == encrypted


@pytest.mark.parametrize("size", [16, 32])
def test_random_blocks(size):
    for _each in range(50):
        key, block = os.urandom(size), os.urandom(16)
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # one block: the mode has no meaning
        assert block_cipher(key)(block) == encryptor.update(block)
