# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shared prime factors among many RSA moduli: Bernstein's batch GCD, in the standard library.

Two keys made by starved random generators can share one prime; then anyone who has
both public keys has both private keys (Heninger et al., "Mining your Ps and Qs",
2012).  Comparing n moduli pairwise takes n*n/2 GCDs; a product tree takes one pass.

Python's integers multiply by Karatsuba and divide by the school method, which is too
slow at twenty million bits.  The ``decimal`` module multiplies by number theoretic
transforms, so the tree is built of Decimals, and divisions are avoided altogether:
with Z the product of all moduli and S = sum of Z/n, the fraction S/Z is computed once and
carried down a scaled remainder tree by multiplications only (Bernstein, "Scaled
remainder trees", 2004).  At a leaf it gives Z/n mod n, whose GCD with n is what the
key shares with all others.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence

Decimal = decimal.Decimal

GUARD_DIGITS = 24
"""Digits kept beyond a node's size: rounding adds less than one unit per level, and no tree is that deep."""


def _context(precision: int) -> decimal.Context:
    return decimal.Context(
        prec=precision, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, rounding=decimal.ROUND_DOWN, traps=[]
    )


def _grow(moduli: Sequence[int], context: decimal.Context) -> tuple[list[list[Decimal]], Decimal]:
    """Return the product tree, leaves first, and S = sum of Z/n."""
    levels = [[Decimal(modulus) for modulus in moduli]]
    sums = [Decimal(1)] * len(moduli)
    while len(levels[-1]) > 1:
        level = levels[-1]
        products, next_sums = [], []
        for left in range(0, len(level) - 1, 2):
            right = left + 1
            products.append(context.multiply(level[left], level[right]))
            crossed = context.multiply(sums[left], level[right])
            next_sums.append(context.add(crossed, context.multiply(sums[right], level[left])))
        if len(level) % 2:
            products.append(level[-1])
            next_sums.append(sums[-1])
        levels.append(products)
        sums = next_sums
    return levels, sums[0]


def _descend(levels: list[list[Decimal]], fraction: Decimal, context: decimal.Context) -> list[Decimal]:
    """Carry S/Z down: at each node the fraction (S mod node) / node, to the node's own precision."""
    fractions = [fraction]
    for level in reversed(levels[:-1]):
        below = []
        for index, node in enumerate(level):
            parent, sibling = fractions[index // 2], index ^ 1
            if sibling < len(level):
                scaled = context.multiply(parent, level[sibling])
                scaled = context.subtract(scaled, scaled.to_integral_value(decimal.ROUND_FLOOR, context))
                unit = Decimal((0, (1,), -(node.adjusted() + 1 + GUARD_DIGITS)))
                below.append(context.quantize(scaled, unit))
            else:
                below.append(parent)
        fractions = below
    return fractions


def find_shared_factors(moduli: Sequence[int]) -> dict[int, int]:
    """Return ``{modulus: what it shares with the others}`` for those that share something.

    Args:
        moduli: positive integers greater than 1; repeated ones count once (the same
            key in two places is another finding, not a broken key).

    The value is a divisor greater than 1.  It equals the modulus itself where both of
    its primes are shared with others.  10,000 moduli of 2048 bits take about half a
    minute of one core, 1,000 take two seconds.
    """
    unique = sorted({modulus for modulus in moduli if modulus > 1})
    if len(unique) < 2:
        return {}
    exact = _context(decimal.MAX_PREC)
    levels, total = _grow(unique, exact)
    root = levels[-1][0]
    fraction = _context(root.adjusted() + 1 + GUARD_DIGITS).divide(total, root)
    fraction = exact.subtract(fraction, fraction.to_integral_value(decimal.ROUND_FLOOR, exact))
    found: dict[int, int] = {}
    for modulus, leaf in zip(unique, _descend(levels, fraction, exact)):
        rest = exact.multiply(leaf, Decimal(modulus)).to_integral_value(decimal.ROUND_HALF_EVEN, exact)
        shared = math.gcd(int(rest), modulus)
        if shared > 1:
            found[modulus] = shared
    return found


def find_partners(moduli: Sequence[int], shared: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """Return for each affected modulus the others that it shares a factor with."""
    affected = sorted(shared)
    return {one: tuple(other for other in affected if other != one and math.gcd(one, other) > 1) for one in affected}
