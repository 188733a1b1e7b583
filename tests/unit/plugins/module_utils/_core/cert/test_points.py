# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Points as OpenSSL writes them: short and long forms are one key, a point off its curve is none."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.points import CURVE_NUMBERS, expand_point

CURVES = [ec.SECP192R1, ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.SECP256K1, ec.BrainpoolP256R1, ec.BrainpoolP384R1,
          ec.BrainpoolP512R1]  # fmt: skip


@pytest.mark.parametrize("curve", CURVES)
def test_both_forms(curve: type[ec.EllipticCurve]) -> None:
    for _round in range(8):
        public = ec.generate_private_key(curve()).public_key()
        long = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        short = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        name = curve.name
        assert expand_point(name, short) == expand_point(name, long) == long
        assert expand_point(name, bytes([6 + (long[-1] & 1)]) + long[1:]) == long
        for wrong in (bytes([7 - (long[-1] & 1)]) + long[1:], long[:-1] + bytes([long[-1] ^ 2]), long[:-1], short[:-1], b"", b"\x04"):
            assert expand_point(name, wrong) is None
        assert expand_point(name, bytes([5 - short[0]]) + short[1:]) != long


def test_the_table_has_every_curve_that_is_tested() -> None:
    assert {curve.name for curve in CURVES} == set(CURVE_NUMBERS)
    assert expand_point("another", b"any") == b"any" and expand_point(None, b"any") == b"any"
