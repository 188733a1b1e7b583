# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The largest product of words inside a set of suites: GnuTLS can allow nothing else.

Words are taken away while they still combine to a suite that is not wanted, each time the
one whose loss hurts least: a version hurts most, then a way to authenticate (a server has
the certificate it has), then single suites.  In the end whatever fits again is put back,
so no larger product contains the result.
"""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.gnutls_table import Parts

Word = tuple[str, str]
"""Kind (kx, cipher, mac, version) and the word itself; versions are TLSv1.3 and ``older``."""

_VERSION_LOST = 10000
_AUTHENTICATION_LOST = 100


def words_of(part: Parts) -> frozenset[Word]:
    """Return the words that together allow this suite."""
    words: set[Word] = {("cipher", part.cipher), ("mac", part.mac)}
    if part.kx is None:
        words.add(("version", "TLSv1.3"))
    else:
        words.update((("version", "older"), ("kx", part.kx)))
    return frozenset(words)


def find_largest_product(wanted: Sequence[Parts], reachable: Sequence[Parts]) -> frozenset[Word]:
    """Return words that combine to suites of ``wanted`` only.

    Args:
        wanted: the suites to allow, preferred first.
        reachable: every suite that some words could allow, with the wanted ones among them.
    """
    names = {part.suite.iana for part in wanted}
    good = [words_of(part) for part in wanted]
    bad = [words_of(part) for part in reachable if part.suite.iana not in names]
    everything = _in_order(good)
    words = set(everything)
    broken = _inside(bad, words)
    while broken:
        candidates = [word for word in everything if any(word in combination for combination in broken)]
        words.remove(min(reversed(candidates), key=lambda word: _loss(wanted, words - {word})))
        broken = _inside(bad, words)
    return _grown(words, everything, good, bad)


def _grown(
    words: set[Word], everything: Sequence[Word], good: Sequence[frozenset[Word]], bad: Sequence[frozenset[Word]]
) -> frozenset[Word]:
    """Return the words that are of use, with every other one that brings something back and does no harm."""
    while True:
        useful = {word for combination in _inside(good, words) for word in combination}
        more = next(
            (
                word
                for word in everything
                if word not in useful
                and len(_inside(good, useful | {word})) > len(_inside(good, useful))
                and not _inside(bad, useful | {word})
            ),
            None,
        )
        if more is None:
            return frozenset(useful)
        words = useful | {more}


def _in_order(combinations: Sequence[frozenset[Word]]) -> list[Word]:
    return list(dict.fromkeys(word for combination in combinations for word in sorted(combination)))


def _inside(combinations: Sequence[frozenset[Word]], words: set[Word]) -> list[frozenset[Word]]:
    return [combination for combination in combinations if combination <= words]


def _loss(wanted: Sequence[Parts], words: set[Word]) -> int:
    """Return how much of what is wanted these words no longer allow."""
    kept = [part for part in wanted if words_of(part) <= words]
    versions = {part.tls13 for part in wanted} - {part.tls13 for part in kept}
    authentications = {part.suite.auth for part in wanted} - {part.suite.auth for part in kept}
    return _VERSION_LOST * len(versions) + _AUTHENTICATION_LOST * len(authentications) + len(wanted) - len(kept)
