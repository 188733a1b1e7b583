# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a suite in itself, whatever a policy says: reason codes with their sources.

Worst first.  A suite is as bad as the worst of its reasons, and ``ok`` without any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Callable

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import Suite

SEVERITIES: tuple[str, ...] = ("ok", "low", "medium", "high", "critical")
"""Mildest first."""


@dataclass(frozen=True)
class Weakness:
    """One reason why a suite is worse than it should be."""

    code: str
    severity: str
    sentence: str
    sources: tuple[str, ...]


_Test = Callable[[Suite], bool]

_RULES: tuple[tuple[Weakness, _Test], ...] = (
    (
        Weakness("NULL", "critical", "It does not encrypt.", ("RFC 9325 4.1",)),
        lambda suite: suite.null,
    ),
    (
        Weakness(
            "ANON",
            "critical",
            "It does not authenticate the server, so an attacker in between can read and change everything.",
            ("RFC 5246 F.1.1.1", "RFC 9325 4.1"),
        ),
        lambda suite: suite.anonymous,
    ),
    (
        Weakness("WEAK_CIPHER", "critical", "Its cipher has less than 112 bits.", ("RFC 9325 4.1",)),
        lambda suite: not suite.null and suite.bits < 112,
    ),
    (
        Weakness("RC4", "critical", "RC4 is broken.", ("RFC 7465 2", "RFC 9325 4.1")),
        lambda suite: suite.cipher.startswith("RC4"),
    ),
    (
        Weakness("HMAC_MD5", "critical", "It relies on MD5.", ("RFC 6151 2.3", "RFC 9155")),
        lambda suite: suite.mac == "MD5",
    ),
    (
        Weakness(
            "STATIC_RSA",
            "high",
            "Static RSA has no forward secrecy: the key, once lost, opens all that was recorded.",
            ("RFC 10015 2-4", "RFC 9325 4.1"),
        ),
        lambda suite: suite.kx in ("RSA", "RSA_PSK"),
    ),
    (
        Weakness(
            "STATIC_DH",
            "high",
            "Static (EC)DH has no forward secrecy.",
            ("RFC 10015 2-4", "RFC 9325 4.1"),
        ),
        lambda suite: suite.kx in ("DH", "ECDH"),
    ),
    (
        Weakness(
            "FFDHE",
            "high",
            "Finite field DHE in TLS 1.2 lets the server choose groups that a client cannot check.",
            ("RFC 10015 2-4", "RFC 9325 4.1", "NCSC-NL 2025-05 3.3.2"),
        ),
        lambda suite: suite.kx in ("DHE", "DHE_PSK"),
    ),
    (
        Weakness(
            "DSS", "high", "No current list allows DSA certificates.", ("FIPS 186-5", "NCSC-NL 2025-05")
        ),
        lambda suite: suite.auth == "DSS",
    ),
    (
        Weakness(
            "BLOCK64", "high", "Blocks of 64 bits repeat within one long connection (Sweet32).", ("CVE-2016-2183",)
        ),
        lambda suite: suite.block64,
    ),
    (
        Weakness(
            "CBC",
            "medium",
            "CBC is safe against padding oracles with encrypt-then-MAC only.",
            ("RFC 9325 4.2", "BSI TR-02102-2 3.3.1"),
        ),
        lambda suite: suite.cbc,
    ),
    (
        Weakness("CCM8", "medium", "A tag of 64 bits is easier to forge.", ("NCSC-NL 2025-05 3.3.1",)),
        lambda suite: suite.tag_bits is not None,
    ),
    (
        Weakness("PSK", "medium", "It needs a secret that both sides were given before.", ("RFC 9257",)),
        lambda suite: "PSK" in suite.kx,
    ),
    (
        Weakness("SRP", "medium", "SRP is bound to SHA-1, and TLS 1.3 has no SRP.", ("RFC 5054",)),
        lambda suite: suite.kx == "SRP",
    ),
    (
        Weakness("HMAC_SHA1", "low", "HMAC-SHA1 is not broken, but no current list allows it.",
                 ("NCSC-NL 2025-05 3.3.1",)),
        lambda suite: suite.mac == "SHA",
    ),
    (
        Weakness(
            "RARE_CIPHER",
            "low",
            "Camellia and ARIA are hardly used and so hardly reviewed.",
            ("NCSC-NL 2025-05 3.3.1",),
        ),
        lambda suite: suite.cipher.startswith(("CAMELLIA", "ARIA")),
    ),
)

WEAKNESSES: Mapping[str, Weakness] = {weakness.code: weakness for weakness, _test in _RULES}
"""Every reason by its code, worst first."""


@cache
def find_weaknesses(suite: Suite) -> tuple[Weakness, ...]:
    """Return every reason against this suite, worst first."""
    return tuple(weakness for weakness, applies in _RULES if applies(suite))


def severity_of(suite: Suite) -> str:
    """Return the suite's severity: one of SEVERITIES."""
    reasons = find_weaknesses(suite)
    return max((reason.severity for reason in reasons), key=SEVERITIES.index, default="ok")
