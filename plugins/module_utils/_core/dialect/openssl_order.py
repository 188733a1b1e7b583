# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list that OpenSSL works on while it reads a cipher string: an order, and who is in.

Every suite of the build is in the list all the time, active or not; rules move suites
and switch them on and off.  Suites that were taken out last come back first, which is why
the order of inactive suites matters too.  ciphers(1), "CIPHER LIST FORMAT".
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cache

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import (
    AEAD,
    WORDS,
    Mask,
    Release,
    list_built_in,
    make_masks,
)

Suites = frozenset[int]
"""Code points."""


class Order:
    """Suites in their present order, with those that are in."""

    def __init__(self, listed: list[int], active: set[int], strength: Mapping[int, int]) -> None:
        self.listed = listed
        self.active = active
        self._strength = strength

    def add(self, meant: Set[int]) -> bool:
        """Switch on what is off, at the end.  Every verb returns whether it changed anything."""
        return self._to_end((meant - self.active) & set(self.listed), switch_on=True)

    def move_to_end(self, meant: Set[int]) -> bool:
        """Move what is on to the end."""
        return self._to_end(meant & self.active)

    def move_to_front(self, meant: Set[int]) -> bool:
        """Move what is on to the front."""
        return self._to_front(meant & self.active)

    def remove(self, meant: Set[int]) -> bool:
        """Switch off what is on; it may come back, and then in front of older ones."""
        chosen = meant & self.active
        changed = self._to_front(chosen)
        self.active -= chosen
        return changed or bool(chosen)

    def kill(self, meant: Set[int]) -> bool:
        """Forget these suites, on or off: nothing brings them back."""
        kept = [suite for suite in self.listed if suite not in meant]
        changed = len(kept) != len(self.listed)
        self.listed = kept
        self.active -= meant
        return changed

    def sort_by_strength(self) -> bool:
        """Sort what is on by strength, strongest first, equal ones staying in their order."""
        before = self.chosen()
        for bits in sorted({self._strength[suite] for suite in self.active}, reverse=True):
            self._to_end({suite for suite in self.active if self._strength[suite] == bits})
        return before != self.chosen()

    def chosen(self) -> list[int]:
        """Return what is on, in order."""
        return [suite for suite in self.listed if suite in self.active]

    def _to_end(self, chosen: Set[int], switch_on: bool = False) -> bool:
        if not chosen:
            return False
        before = self.listed
        self.listed = [s for s in before if s not in chosen] + [s for s in before if s in chosen]
        if switch_on:
            self.active |= chosen
        return switch_on or before != self.listed

    def _to_front(self, chosen: Set[int]) -> bool:
        if not chosen:
            return False
        before = self.listed
        self.listed = [s for s in before if s in chosen] + [s for s in before if s not in chosen]
        return before != self.listed


def start(release: Release) -> Order:
    """Return the list as it is before the first word: OpenSSL's own preference, everything off."""
    return Order(list(_start(release)), set(), list_built_in(release))


@cache
def find_meant(release: Release, mask: Mask) -> Suites:
    """Return the suites that have a bit in every attribute the mask cares for."""
    return frozenset(code_point for code_point, has in make_masks(release).items() if _matches(mask, has))


def _matches(mask: Mask, has: Mask) -> bool:
    return (
        (not mask.code_point or mask.code_point == has.code_point)
        and (not mask.kx or bool(mask.kx & has.kx))
        and (not mask.auth or bool(mask.auth & has.auth))
        and (not mask.enc or bool(mask.enc & has.enc))
        and (not mask.mac or bool(mask.mac & has.mac))
        and (not mask.grade or bool(mask.grade & has.grade))
        and (not mask.default or bool(mask.default & has.default))
        and (not mask.min_protocol or mask.min_protocol == has.min_protocol)
    )


@cache
def _start(release: Release) -> tuple[int, ...]:
    """Return the order of preference that all else starts from.

    (EC)DHE with AEAD, (EC)DHE, the rest with AEAD, the rest; inside each by strength; at
    equal strength ECDHE before others, ECDSA before RSA, GCM before ChaCha20 before other
    AES, TLS 1.2 before older; MD5, anonymous, static RSA and PSK last.
    """
    words = {name: find_meant(release, mask) for name, mask in WORDS.items()}
    every = find_meant(release, Mask())
    aead = find_meant(release, AEAD)
    order = Order(sorted(every, reverse=True), set(), list_built_in(release))
    order.add(words["kECDHE"] & words["aECDSA"])
    order.add(words["kECDHE"])
    order.remove(words["kECDHE"])
    order.add(words["AESGCM"])
    order.add(words["CHACHA20"])
    order.add(words["AES"] - words["AESGCM"])
    order.add(every)
    for late in ("MD5", "aNULL", "kRSA", "kPSK"):
        order.move_to_end(words[late])
    order.sort_by_strength()
    order.move_to_front(words["TLSv1.2"])
    order.move_to_front(aead)
    order.move_to_front(words["kDHE"] | words["kECDHE"])
    order.move_to_front((words["kDHE"] | words["kECDHE"]) & aead)
    order.remove(every)
    return tuple(order.listed)
