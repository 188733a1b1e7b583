# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges how a certificate is written: extensions that cannot be read, fields that break the rules of their type."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.oids import EXTENSIONS

REISSUE = "Have the certificate issued again"


def judge_encoding(item: Certificate, who: str, into: Ledger) -> None:
    """Judge what of a certificate is not written as RFC 5280 asks for, extension by extension."""
    for lost in item.unread:
        title = EXTENSIONS.get(lost.oid, lost.oid)
        essential = lost.critical or title in ESSENTIAL_EXTENSIONS
        into.failed(
            "certificate.extensions",
            "high" if essential else "medium" if title == "tlsFeature" else "low",
            f"{who} has the extension {title}, which cannot be read: {lost.reason}."
            + (" Clients refuse the certificate." if essential else ""),
            REISSUE + ".",
            extension=title,
            oid=lost.oid,
            reason=lost.reason,
        )
    if item.oddities:
        into.failed(
            "certificate.encoding",
            "low",
            f"{who} is not written as RFC 5280 asks for: {list_words(item.oddities)}. OpenSSL and GnuTLS read it, "
            "other clients may not.",
            REISSUE + " by software that writes these fields correctly.",
            fields=list(item.oddities),
        )


ESSENTIAL_EXTENSIONS = (
    "subjectAltName",
    "basicConstraints",
    "keyUsage",
    "extKeyUsage",
    "nameConstraints",
    "subjectKeyIdentifier",
    "authorityKeyIdentifier",
    "cRLDistributionPoints",
)
"""OpenSSL refuses a certificate in which one of these is damaged (EXFLAG_INVALID)."""
