# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenSSL of a given release knows: suites with their attributes, and the words for sets of them.

Source: ``openssl ciphers -V -stdname`` and ``openssl ciphers -s`` of 3.0.20 and 3.5.7 as
Debian builds them (no RC4, 3DES, SEED, IDEA, GOST), ciphers(1); collected 2026-11-22.
The equivalence tests hold every word and thousands of combinations against the
installed library.

Attributes are bit masks, as in the library: a word of a cipher string is a mask per
attribute, and a suite is meant if it has a bit in every mask that is not empty.
"""

from __future__ import annotations

from functools import cache
from typing import Mapping, Tuple

from ansible_collections.intransit.tls.plugins.module_utils._core.suites import SUITES, Suite

Release = Tuple[int, int]

WEAK_CCM8_SINCE: Release = (3, 2)
"""Since then a suite with a tag of 64 bits has that strength and left HIGH for MEDIUM."""
STANDARD_NAMES_SINCE: Release = (3, 2)
"""Since then a cipher string may spell a suite with its IANA name."""
INTEGRITY_ONLY_SINCE: Release = (3, 4)
"""Since then TLS_SHA256_SHA256 and TLS_SHA384_SHA384 can be configured for TLS 1.3."""

TLS13_DEFAULT: Tuple[int, ...] = (0x1302, 0x1303, 0x1301)
"""The TLS 1.3 suites that stay whatever the cipher string says, in OpenSSL's order."""

_CIPHERS = ("AES_", "CAMELLIA_", "ARIA_", "CHACHA20", "NULL")
_EXCHANGES = ("ECDHE", "DHE", "RSA", "PSK", "DHE_PSK", "ECDHE_PSK", "RSA_PSK", "SRP")


def _has(suite: Suite, release: Release) -> bool:
    """Whether OpenSSL of this release, as Debian builds it, has the suite."""
    if suite.openssl is None:
        return False
    if suite.kx == "any":
        return not suite.null or release >= INTEGRITY_ONLY_SINCE
    return suite.kx in _EXCHANGES and suite.cipher.startswith(_CIPHERS) and suite.max_protocol != "SSLv2"


@cache
def built_in(release: Release) -> Mapping[int, int]:
    """Return strength in bits by code point of every suite that this release has."""
    return {suite.code_point: strength(suite, release) for suite in SUITES if _has(suite, release)}


def strength(suite: Suite, release: Release) -> int:
    """Return the strength in bits that OpenSSL's security levels and @STRENGTH go by."""
    if suite.tag_bits is not None and release >= WEAK_CCM8_SINCE:
        return suite.tag_bits
    return suite.bits
