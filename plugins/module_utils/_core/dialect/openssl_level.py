# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What OpenSSL's security level leaves of a list of suites.

SSL_CTX_set_security_level(3): each level asks for a strength in bits; from level 1 on no
anonymous and no MD5 suite, at level 3 and above forward secrecy, at level 4 and above no
HMAC-SHA1.  Level 0 lets everything pass, suites without encryption included.
"""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_table import (
    TLS13_DEFAULT,
    Release,
    by_known_code_point,
    list_built_in,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

MIN_BITS: tuple[int, ...] = (0, 80, 112, 128, 192, 256)
"""Least strength by level."""


def list_supported(chosen: Sequence[int], level: int, release: Release) -> tuple[Suite, ...]:
    """Return the suites that stay usable, the TLS 1.3 ones in front; PSK and SRP need more than a list."""
    candidates = (by_known_code_point(code_point) for code_point in (*TLS13_DEFAULT, *chosen))
    return tuple(suite for suite in candidates if _passes(suite, list_built_in(release)[suite.code_point], level))


def _passes(suite: Suite, bits: int, level: int) -> bool:
    if "PSK" in suite.kx or suite.kx == "SRP":
        return False
    if level == 0:
        return True
    if suite.anonymous or suite.mac == "MD5" or bits < MIN_BITS[level]:
        return False
    if level >= 4 and suite.mac == "SHA":
        return False
    return level < 3 or suite.forward_secrecy
