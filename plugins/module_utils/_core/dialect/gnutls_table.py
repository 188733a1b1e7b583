# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How GnuTLS takes a suite apart: key exchange, cipher, MAC and version, each with its own word.

Source: ``gnutls-cli --list`` of 3.7.9 and 3.8.9 as Debian builds them; collected
2026-11-22.  The equivalence tests hold the table against the installed library.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES, Suite

Release = tuple[int, int]

SRP_UNTIL: Release = (3, 8)
"""First release that Debian builds without SRP."""

PROTOCOL_TOKENS = {"TLSv1": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3"}
"""Protocol versions as they are written after ``VERS-``."""

_EXCHANGES = {
    ("ECDHE", "ECDSA"): "ECDHE-ECDSA", ("ECDHE", "RSA"): "ECDHE-RSA", ("RSA", "RSA"): "RSA",
    ("DHE", "RSA"): "DHE-RSA", ("DHE", "DSS"): "DHE-DSS", ("PSK", "PSK"): "PSK", ("RSA_PSK", "PSK"): "RSA-PSK",
    ("DHE_PSK", "PSK"): "DHE-PSK", ("ECDHE_PSK", "PSK"): "ECDHE-PSK", ("SRP", "DSS"): "SRP-DSS",
    ("SRP", "RSA"): "SRP-RSA", ("SRP", "SRP"): "SRP", ("DHE", "anonymous"): "ANON-DH",
    ("ECDHE", "anonymous"): "ANON-ECDH", ("GOST", "GOST"): "VKO-GOST-12",
}  # fmt: skip
_CIPHERS = {"RC4_128": "ARCFOUR-128", "3DES_EDE_CBC": "3DES-CBC", "28147_CNT": "GOST28147-TC26Z-CNT"}
_OLDER_THAN_THEIR_MAC = ("TLS_ECDHE_PSK_WITH_NULL_SHA384",)
"""GnuTLS allows it from TLS 1.0 on, unlike its siblings."""
_MACS = {"SHA": "SHA1", "IMIT": "GOST28147-TC26Z-IMIT"}


@dataclass(frozen=True)
class Parts:
    """One suite as GnuTLS puts it together; the words as they stand after ``+``."""

    suite: Suite
    kx: Optional[str]
    """``None``: TLS 1.3, any."""
    cipher: str
    mac: str
    min_protocol: str
    """TLSv1, TLSv1.2 or TLSv1.3."""

    @property
    def tls13(self) -> bool:
        """A suite of TLS 1.3, which has no key exchange of its own."""
        return self.kx is None


def _parts(suite: Suite) -> Parts:
    tls13 = suite.kx == "any"
    if tls13:
        oldest = "TLSv1.3"
    elif suite.mac in ("SHA", "MD5") or suite.iana in _OLDER_THAN_THEIR_MAC:
        oldest = "TLSv1"
    else:
        oldest = "TLSv1.2"
    return Parts(
        suite=suite,
        kx=None if tls13 else _EXCHANGES[suite.kx, suite.auth],
        cipher=_CIPHERS.get(suite.cipher, suite.cipher.replace("_", "-")),
        mac=_MACS.get(suite.mac, suite.mac),
        min_protocol=oldest,
    )


@cache
def list_built_in(release: Release) -> tuple[Parts, ...]:
    """Return every suite that GnuTLS of this release, as Debian builds it, can be told to use."""
    return tuple(
        _parts(suite) for suite in SUITES if suite.gnutls is not None and (suite.kx != "SRP" or release < SRP_UNTIL)
    )
