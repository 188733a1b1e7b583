# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Known-bad moduli, made here, must be found; good ones must not."""

from __future__ import annotations

import hashlib
import math
import random
import secrets

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import strength
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.known_keys import PUBLISHED
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import PublicKey


def probable_prime(number: int) -> bool:
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7))


def next_prime(number: int) -> int:
    number |= 1
    while not probable_prime(number):
        number += 2
    return number


def a_prime(bits: int, seed: int) -> int:
    return next_prime(random.Random(seed).getrandbits(bits) | 1 << (bits - 1) | 1 << (bits - 2))


def roca_prime(bits: int, seed: int) -> int:
    """A prime of the broken generator's form: k*M + 65537^a mod M, with M the product of the first 39 primes."""
    product = math.prod(strength.list_small_primes()[:39])
    source = random.Random(seed)
    while True:
        number = source.getrandbits(bits - product.bit_length()) * product + pow(65537, source.getrandbits(200), product)
        if number.bit_length() >= bits - 1 and probable_prime(number):
            return number


GOOD = a_prime(512, 1) * a_prime(512, 2)


def found(modulus: int, exponent: int = 65537) -> set[str]:
    return {weak.test for weak in strength.find_weaknesses(PublicKey("rsa", modulus.bit_length(), None, modulus, exponent))}


def test_a_good_key_has_no_weakness() -> None:
    assert found(GOOD) == set()


def test_small_factors() -> None:
    assert strength.find_small_factor(3 * a_prime(600, 3)) == 3
    assert strength.find_small_factor(65521 * a_prime(600, 3)) == 65521
    assert strength.find_small_factor(65537 * a_prime(600, 3)) is None
    assert found(641 * a_prime(600, 4)) == {"small_factor"}


@pytest.mark.parametrize("modulus", [0, 1, 2, 3, 4, 15])
def test_numbers_that_are_no_modulus(modulus: int) -> None:
    strength.find_small_factor(modulus)
    strength.find_close_primes(modulus)
    strength.find_weaknesses(PublicKey("rsa", modulus.bit_length(), None, modulus, 65537))


def test_close_primes() -> None:
    first = a_prime(512, 5)
    second = next_prime(first + 2)
    assert strength.find_close_primes(first * second) in (first, second)
    assert found(first * second) == {"close_primes"}
    further = next_prime(first + (1 << 250))
    assert found(first * further) == {"close_primes"}
    assert strength.find_close_primes(first * first) == first


def test_close_by_the_published_shape() -> None:
    # CVE-2022-26320: both primes are neighbours, q = next_prime(p)
    first = a_prime(600, 6)
    assert "close_primes" in found(first * next_prime(first + 2))


def test_roca_fingerprint() -> None:
    assert found(roca_prime(256, 1) * roca_prime(256, 2)) == {"roca"}
    assert not any(strength.has_roca_fingerprint(secrets.randbits(1024) | 1) for _round in range(2000))


@pytest.mark.parametrize(("exponent", "severity"), [(1, "critical"), (2, "critical"), (65536, "critical"), (3, "low"), (17, "low")])
def test_exponents(exponent: int, severity: str) -> None:
    weak = strength.find_weaknesses(PublicKey("rsa", 1024, None, GOOD, exponent))
    assert [(item.test, item.severity) for item in weak] == [("exponent", severity)]


def test_even_modulus() -> None:
    assert found(GOOD + 1) == {"even_modulus"}


def test_block_lists() -> None:
    key = PublicKey("ecdsa", 256, "secp256r1", spki_sha256="ab" * 32)
    assert [weak.test for weak in strength.find_weaknesses(key, {"ab" * 32})] == ["blocklist"]
    assert strength.find_weaknesses(key, {"cd" * 32}) == ()
    rsa = PublicKey("rsa", 1024, None, GOOD, 65537)
    assert [weak.test for weak in strength.find_weaknesses(rsa, debian={strength.hash_as_debian(GOOD)})] == ["debian_blocklist"]


def test_keys_published_with_software() -> None:
    digest = next(iter(PUBLISHED))
    (weak,) = strength.find_weaknesses(PublicKey("ecdsa", 256, "secp256r1", spki_sha256=digest))
    assert weak.severity == "critical" and "published with the" in weak.sentence
    assert all(len(item) == 64 and item == item.lower() for item in PUBLISHED)


def test_debian_digest_is_that_of_the_package() -> None:
    # openssl rsa -noout -modulus | sha1sum | cut -b21-40, which is how openssl-vulnkey looks a key up
    line = b"Modulus=" + format(GOOD, "X").encode() + b"\n"
    assert strength.hash_as_debian(GOOD) == hashlib.sha1(line).hexdigest()[20:40]
