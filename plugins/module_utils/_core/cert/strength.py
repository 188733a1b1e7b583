# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keys that are weak whatever their size: arithmetic on public numbers, nothing else.

Every test here is one-sided.  A hit is a proof (the factor is there, the fingerprint
is there), except for the ROCA fingerprint, which a good key shows by chance once in
many millions; no hit means only that this test found nothing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.known_keys import PUBLISHED
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import MAX_PLAIN_BITS, PublicKey

SMALL_PRIME_LIMIT = 1 << 16
"""Trial division goes up to here: 6542 primes in one GCD."""

FERMAT_ROUNDS = 128
"""Steps of Fermat's method: finds primes of 1024 bits whose first 500 or so bits agree."""

LONGEST_EXPONENT = 256
"""Bits of a public exponent."""

ROCA_GENERATOR = 65537
ROCA_PRIME_LIMIT = 167
"""The fingerprint looks at the primes up to here (Nemec et al., "The Return of Coppersmith's Attack", 2017)."""


@dataclass(frozen=True)
class Weakness:
    """One weakness that a test found in a key."""

    test: str
    """One of ``even_modulus``, ``exponent``, ``small_factor``, ``close_primes``, ``roca``, ``blocklist``,
    ``debian_blocklist``."""
    severity: str
    sentence: str
    reference: str


@lru_cache(maxsize=1)
def list_small_primes() -> tuple[int, ...]:
    """Return all primes below SMALL_PRIME_LIMIT."""
    sieve = bytearray([1]) * SMALL_PRIME_LIMIT
    sieve[0:2] = b"\0\0"
    for number in range(2, math.isqrt(SMALL_PRIME_LIMIT) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, SMALL_PRIME_LIMIT, number)))
    return tuple(number for number in range(SMALL_PRIME_LIMIT) if sieve[number])


@lru_cache(maxsize=1)
def _primorial() -> int:
    factors: list[int] = list(list_small_primes())
    while len(factors) > 1:
        factors = [math.prod(factors[start : start + 2]) for start in range(0, len(factors), 2)]
    return factors[0]


def find_small_factor(modulus: int) -> Optional[int]:
    """Return the smallest prime factor below SMALL_PRIME_LIMIT, if there is one."""
    common = math.gcd(_primorial() % modulus, modulus) if modulus > 1 else 1
    if common == 1:
        return None
    return next(prime for prime in list_small_primes() if common % prime == 0)


def find_close_primes(modulus: int, rounds: int = FERMAT_ROUNDS) -> Optional[int]:
    """Return a factor if Fermat's method finds one in ``rounds`` steps (CVE-2022-26320).

    A square (both primes equal) is found in the first step.
    """
    if modulus < 4 or modulus % 2 == 0:
        return None
    middle = math.isqrt(modulus)
    if middle * middle == modulus:
        return middle
    for candidate in range(middle + 1, middle + 1 + rounds):
        rest = candidate * candidate - modulus
        root = math.isqrt(rest)
        if root * root == rest:
            return candidate - root if candidate - root > 1 else None
    return None


@lru_cache(maxsize=1)
def _roca_residues() -> tuple[tuple[int, frozenset[int]], ...]:
    """Return (prime, residues a ROCA modulus can have), only where that excludes something."""
    table = []
    for prime in list_small_primes():
        if prime > ROCA_PRIME_LIMIT:
            break
        residues, power = set(), 1
        while power not in residues:
            residues.add(power)
            power = power * ROCA_GENERATOR % prime
        if prime > 2 and len(residues) < prime - 1:
            table.append((prime, frozenset(residues)))
    return tuple(table)


def has_roca_fingerprint(modulus: int) -> bool:
    """Tell whether the modulus is a power of 65537 modulo every prime that tells (CVE-2017-15361)."""
    return all(modulus % prime in residues for prime, residues in _roca_residues())


def hash_as_debian(modulus: int) -> str:
    """Return the 20 hex digits by which Debian's openssl-blacklist knows a modulus (DSA-1571-1)."""
    line = f"Modulus={modulus:X}\n".encode("ascii")
    return hashlib.sha1(line, usedforsecurity=False).hexdigest()[20:]


def _exponent(exponent: int) -> Optional[Weakness]:
    if exponent < 3 or exponent % 2 == 0:
        bits = exponent.bit_length()
        shown = str(exponent) if bits <= MAX_PLAIN_BITS else f"a number of {bits} bits"
        return Weakness(
            "exponent",
            "critical",
            f"its public exponent is {shown}, with which RSA protects nothing",
            "RFC 8017 3.1",
        )
    if exponent < 65537:
        return Weakness(
            "exponent",
            "low",
            f"its public exponent is {exponent}; 65537 is the smallest that is recommended",
            "NIST SP 800-56B r2 6.2; CA/B BR 6.1.6",
        )
    if exponent.bit_length() > MAX_EXPONENT_BITS:
        return Weakness(
            "exponent",
            "medium",
            f"its public exponent has {exponent.bit_length()} bits; more than {MAX_EXPONENT_BITS} are not allowed, and "
            "OpenSSL refuses larger ones with long keys",
            "NIST SP 800-56B r2 6.2; CA/B BR 6.1.6",
        )
    return None


MAX_EXPONENT_BITS = 256
"""An exponent has to be below 2^256 (FIPS 186-5 A.1.1)."""


def _rsa(modulus: int, exponent: Optional[int]) -> Iterable[Weakness]:
    if exponent is not None:
        weak = _exponent(exponent)
        if weak is not None:
            yield weak
    if modulus % 2 == 0:
        yield Weakness("even_modulus", "critical", "its modulus is even, so anyone can factor it", "RFC 8017 3.1")
        return
    factor = find_small_factor(modulus)
    if factor is not None:
        yield Weakness("small_factor", "critical", f"its modulus is divisible by {factor}", "CA/B BR 6.1.6")
    elif find_close_primes(modulus) is not None:
        yield Weakness(
            "close_primes",
            "critical",
            "its two primes are so close that Fermat's method finds them at once",
            "CVE-2022-26320; CA/B BR 6.1.1.3",
        )
    if has_roca_fingerprint(modulus):
        yield Weakness(
            "roca",
            "critical",
            "its modulus has the fingerprint of the broken Infineon generator (ROCA)",
            "CVE-2017-15361; CA/B BR 6.1.1.3",
        )


def find_weaknesses(
    key: PublicKey, blocklist: Set[str] = frozenset(), debian: Set[str] = frozenset()
) -> tuple[Weakness, ...]:
    """Run every test that fits the key.

    Args:
        key: the public half.
        blocklist: SHA-256 of SubjectPublicKeyInfos in lower-case hex whose private
            keys are known to the public.
        debian: entries of Debian's openssl-blacklist (20 hex digits each).
    """
    found: list[Weakness] = []
    published = PUBLISHED.get(key.spki_sha256 or "")
    if published is not None:
        sentence = f"its private key is published with the {published}"
        found.append(Weakness("blocklist", "critical", sentence, "CA/B BR 6.1.1.3"))
    elif key.spki_sha256 is not None and key.spki_sha256 in blocklist:
        found.append(Weakness("blocklist", "critical", "its private key is public knowledge", "CA/B BR 6.1.1.3"))
    if key.kind == "rsa" and key.modulus is not None and key.modulus > 1:
        found.extend(_rsa(key.modulus, key.exponent))
        if debian and hash_as_debian(key.modulus) in debian:
            found.append(
                Weakness(
                    "debian_blocklist",
                    "critical",
                    "it is one of the few keys of Debian's broken generator of 2008",
                    "DSA-1571-1; CVE-2008-0166",
                )
            )
    return tuple(found)
