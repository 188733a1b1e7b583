# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fast way finds exactly what the slow, obvious way finds."""

from __future__ import annotations

import math
import random

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.batch_gcd import (
    find_partners,
    find_shared_factors,
)


def obvious(moduli: list[int]) -> dict[int, int]:
    unique = set(moduli)
    product = math.prod(unique)
    found = {one: math.gcd(one, product // one) for one in unique}
    return {one: factor for one, factor in found.items() if factor > 1}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100])
@pytest.mark.parametrize("bits", [16, 64, 512])
def test_like_the_obvious_way(count: int, bits: int) -> None:
    # odd random numbers share small factors all the time: a denser test than real keys are
    source = random.Random(count * 1000 + bits)
    moduli = [source.getrandbits(bits) | 1 | 1 << (bits - 1) for _round in range(count)]
    assert find_shared_factors(moduli) == obvious(moduli)


def test_sizes_may_differ() -> None:
    source = random.Random(7)
    moduli = [source.getrandbits(source.choice([8, 32, 300, 2048, 4096])) | 3 for _round in range(50)]
    assert find_shared_factors(moduli) == obvious(moduli)


def test_one_shared_prime_among_many() -> None:
    primes = [2**127 - 1, 2**521 - 1, 2**607 - 1, 2**1279 - 1, 2**2203 - 1]
    moduli = [primes[0] * primes[1], primes[0] * primes[2], primes[3] * primes[4]]
    shared = find_shared_factors(moduli)
    assert shared == {moduli[0]: primes[0], moduli[1]: primes[0]}
    assert find_partners(moduli, shared) == {moduli[0]: (moduli[1],), moduli[1]: (moduli[0],)}


def test_both_primes_shared() -> None:
    a, b, c = 2**127 - 1, 2**521 - 1, 2**607 - 1
    assert find_shared_factors([a * b, b * c, a * c]) == {a * b: a * b, b * c: b * c, a * c: a * c}


def test_the_same_key_twice_is_not_a_shared_factor() -> None:
    modulus = (2**127 - 1) * (2**521 - 1)
    assert find_shared_factors([modulus, modulus]) == {}
    assert find_shared_factors([1, 0, -5, modulus]) == {}
