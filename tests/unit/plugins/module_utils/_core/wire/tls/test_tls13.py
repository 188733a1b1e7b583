# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key schedule of TLS 1.3 against RFC 8448, and every AEAD that its suites name."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.aead import BadTag
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import HANDSHAKE
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls13 import (
    SUITES,
    Direction,
    KeySchedule,
    expand_label,
    retry_digest,
)

HANDSHAKE_SECRET = bytes.fromhex("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
SHARED = bytes.fromhex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
HELLOS_DIGEST = bytes.fromhex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
SERVER_SECRET = bytes.fromhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")


def test_rfc_8448_section_3():
    schedule = KeySchedule(0x1301, SHARED)
    assert schedule._handshake == HANDSHAKE_SECRET
    assert expand_label(HANDSHAKE_SECRET, "s hs traffic", HELLOS_DIGEST, 32, "sha256") == SERVER_SECRET
    assert expand_label(SERVER_SECRET, "key", b"", 16, "sha256").hex() == "3fce516009c21727d0f2e4e86ee403bc"
    assert expand_label(SERVER_SECRET, "iv", b"", 12, "sha256").hex() == "5d313eb2671276ee13000b30"


@pytest.mark.parametrize("suite", SUITES)
def test_two_ends_understand_one_another(suite):
    schedule = KeySchedule(suite, b"shared")
    near, far = schedule.handshake(b"hellos")[0], KeySchedule(suite, b"shared").handshake(b"hellos")[0]
    for text in (b"", b"one", b"two" * 100):
        sealed = near.seal(HANDSHAKE, text)
        assert sealed[:3] == b"\x17\x03\x03" and int.from_bytes(sealed[3:5], "big") == len(sealed) - 5
        assert far.open(sealed[5:]) == (HANDSHAKE, text)


def test_a_record_out_of_order_does_not_open():
    near, far = Direction(0x1301, bytes(32)), Direction(0x1301, bytes(32))
    near.seal(HANDSHAKE, b"lost")
    with pytest.raises(BadTag):
        far.open(near.seal(HANDSHAKE, b"second")[5:])


def test_a_record_of_nothing_but_padding():
    near, far = Direction(0x1303, bytes(32)), Direction(0x1303, bytes(32))
    sealed = near.seal(0, b"\x00\x00")
    with pytest.raises(WireError, match="content type"):
        far.open(sealed[5:])


def test_a_retry_replaces_the_first_hello():
    assert retry_digest(0x1301, b"hello").hex().startswith("fe0000202cf24dba5fb0a30e26e83b2ac5b9e29e")
