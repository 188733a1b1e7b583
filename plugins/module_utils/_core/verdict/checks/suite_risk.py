# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How bad a suite is that nobody allowed, read off its IANA name alone.

Names tell enough to rank a failure, and reading them keeps the large suite table off
the hosts where ``service_config`` only needs a verdict; a test holds them to what
``_core/cipher_list/weakness.py`` says of every suite in that table.  Ranks follow the facts of the
policy page: critical NULL, anonymous, export, below 112 bit, RC4, MD5; high static RSA,
static DH, finite field DHE, DSS, 64-bit blocks; medium all other suites off the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CRITICAL = re.compile(
    r"_NULL|_anon_|_EXPORT|_RC4_|_RC2_|_DES40_|_DES_CBC_|_DES_64_|_FORTEZZA_|_MD5$|_WITH_SHA|^SSL_CK_"
    r"|^TLS_SHA(256|384)_"
)
_HIGH = re.compile(
    r"^TLS_(RSA|DH|DHE|ECDH|RSA_PSK|DHE_PSK|PSK_DHE|KRB5)_(?!.*EXPORT)|_DSS_|_3DES_|_IDEA_|_SEED_|_28147_|_MAGMA_"
)


def severity_of(suite: str) -> str:
    """Return critical, high or medium for a suite outside the policy's set."""
    if _CRITICAL.search(suite):
        return "critical"
    if _HIGH.search(suite):
        return "high"
    return "medium"


def worst_severity(suites: Iterable[str]) -> str:
    """Return the worst of the suites' severities; medium for none."""
    ranks = {severity_of(suite) for suite in suites}
    for severity in ("critical", "high"):
        if severity in ranks:
            return severity
    return "medium"
