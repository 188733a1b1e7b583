# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A file that asks for years of a password function is seen before a library obeys it, in DER and BER."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import rounds


def test_iterations_are_seen(pki: Any) -> None:
    data = pki.private(pki.key(), password=b"x", encoding="DER")
    seen = rounds.find_largest_count(data)
    assert 1000 < seen < rounds.MAX_ITERATIONS
    salt_and_rounds = b"\x30\x0c\x04\x04salt\x02\x04\x7f\xff\xff\xff"
    assert rounds.find_largest_count(salt_and_rounds) == 2**31 - 1
    assert rounds.find_largest_count(b"\x04\x0e" + salt_and_rounds) == 2**31 - 1


def test_deep_nesting_is_refused_not_followed() -> None:
    data = b""
    for _round in range(200):
        head = bytes([0x30, len(data)]) if len(data) < 128 else bytes([0x30, 0x82]) + len(data).to_bytes(2, "big")
        data = head + data
    assert rounds.find_largest_count(data) > rounds.MAX_ITERATIONS


def test_iterations_are_seen_in_ber() -> None:
    salt_and_rounds = b"\x30\x80\x04\x04salt\x02\x04\x7f\xff\xff\xff\0\0"
    assert rounds.find_largest_count(salt_and_rounds) == 2**31 - 1
    pieces = b"\x24\x80\x04\x05" + salt_and_rounds[:5] + b"\x04\x0b" + salt_and_rounds[5:] + b"\0\0"
    assert rounds.find_largest_count(b"\x30\x80" + pieces + b"\0\0") == 2**31 - 1


@given(st.binary(max_size=300))
def test_nonsense_raises_nothing(data: bytes) -> None:
    rounds.find_largest_count(data)
