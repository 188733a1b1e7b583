# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a grade cannot be better than, and what costs an A its full mark: the guide's caps, one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.grade.score import (
    find_cipher_bits,
    is_anonymous,
    is_export,
    list_key_sizes,
    list_suites,
    suites_of,
)

GRADES: tuple[str, ...] = ("A+", "A", "A-", "B", "C", "D", "E", "F")
"""Best first; T and M stand beside them."""

PLUS_MAX_AGE = 15552000
"""Seconds (180 days) that HSTS has to last for a plus."""

_VULNERABILITIES = {
    "poodletls": ("F", "POODLE (TLS)"),
    "tlspoodle": ("F", "POODLE (TLS)"),
    "heartbleed": ("F", "Heartbleed"),
    "ccs": ("F", "OpenSSL CCS (CVE-2014-0224)"),
    "ccsinjection": ("F", "OpenSSL CCS (CVE-2014-0224)"),
    "opensslccs": ("F", "OpenSSL CCS (CVE-2014-0224)"),
    "ticketbleed": ("F", "Ticketbleed"),
    "drown": ("F", "DROWN"),
    "robot": ("F", "ROBOT"),
    "cve20162107": ("F", "CVE-2016-2107"),
    "zombiepoodle": ("F", "Zombie POODLE"),
    "goldendoodle": ("F", "GOLDENDOODLE"),
    "goldenpoodle": ("F", "GOLDENDOODLE"),
    "sleepingpoodle": ("F", "Sleeping POODLE"),
    "zerolength": ("F", "0-length padding oracle"),
    "0length": ("F", "0-length padding oracle"),
    "crime": ("C", "TLS compression (CRIME)"),
    "compression": ("C", "TLS compression (CRIME)"),
    "poodle": ("C", "POODLE (SSLv3 with CBC)"),
    "insecurerenegotiation": ("F", "insecure renegotiation"),
}
_NO_CAP = ("beast", "breach", "lucky13", "sweet32", "freak", "logjam", "rc4")
"""Names without a cap of their own: the suites and sizes behind them have theirs."""

KNOWN_CAPS: tuple[str, ...] = (
    "F: SSLv2 offered", "B: SSLv3 offered", "F: SSLv3 is the best protocol", "B: TLS 1.0/1.1 offered",
    "C: neither TLS 1.2 nor TLS 1.3", "F: suite weaker than 112 bit (NULL/EXPORT/DES)", "F: anonymous key exchange",
    "B: RC4 offered", "F: only RC4 offered", "C: RC4 with TLS 1.1+", "C: 64-bit block cipher with TLS 1.1+",
    "C: POODLE (SSLv3 with CBC)", "B: no forward secrecy with the reference clients", "B: no AEAD suite",
    "F: key < 1024 bit", "B: key < 2048 bit", "F: DH < 1024 bit", "B: DH < 2048 bit", "F: certificate revoked",
    "F: certificate signed with MD2", "F: certificate signed with MD5", "B: incomplete chain",
    "F: insecure renegotiation",
    *(f"{letter}: {reason}" for letter, reason in dict.fromkeys(_VULNERABILITIES.values())),
)
"""Every cap that this can give, holes without a row of their own aside."""

_NOT_OLD = ("TLSv1.2", "TLSv1.3")
_FROM_TLS11 = ("TLSv1.1", "TLSv1.2", "TLSv1.3")


def find_caps(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return ``letter: reason`` for every cap, in the order of their letters and reasons."""
    found = set(_protocol_caps(facts)) | set(_suite_caps(facts)) | set(_key_caps(facts))
    found |= set(_certificate_caps(facts.get("cert") or {})) | set(_vulnerability_caps(facts))
    return tuple(sorted(found))


def find_warnings(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what makes an A an A-."""
    found: list[str] = []
    hsts = facts.get("hsts") or {}
    if "TLSv1.3" not in facts["protocols"]:
        found.append("TLS 1.3 not supported")
    # A header without an age is no valid one (RFC 6797 6.1.1).
    if hsts.get("present") and (hsts.get("valid") is False or not hsts.get("max_age")):
        found.append("HSTS disabled or invalid")
    if facts.get("secure_renegotiation") is False:
        found.append("secure renegotiation not supported")
    enforced = any(
        facts.get(key) for key in ("starttls_enforced", "starttls_required", "downgrade_protected")
    )
    if facts.get("starttls") and not enforced:
        found.append("STARTTLS not enforced (project extension X1)")
    return tuple(found)


def _protocol_caps(facts: Mapping[str, Any]) -> Iterator[str]:
    there = set(facts["protocols"])
    if "SSLv2" in there:
        yield "F: SSLv2 offered"
    if "SSLv3" in there:
        yield "B: SSLv3 offered"
        if not there - {"SSLv2", "SSLv3"}:
            yield "F: SSLv3 is the best protocol"
    if there & {"TLSv1", "TLSv1.1"}:
        yield "B: TLS 1.0/1.1 offered"
    if not there & set(_NOT_OLD):
        yield "C: neither TLS 1.2 nor TLS 1.3"


def _suite_caps(facts: Mapping[str, Any]) -> Iterator[str]:
    every = list(list_suites(facts))
    if any(find_cipher_bits(suite) < 112 or is_export(suite) for suite in every):
        yield "F: suite weaker than 112 bit (NULL/EXPORT/DES)"
    if any(is_anonymous(suite) for suite in every):
        yield "F: anonymous key exchange"
    rc4 = [_is_rc4(suite) for suite in every]
    if any(rc4):
        yield "B: RC4 offered"
    if rc4 and all(rc4):
        yield "F: only RC4 offered"
    if any(_is_rc4(suite) for suite in suites_of(facts, _FROM_TLS11)):
        yield "C: RC4 with TLS 1.1+"
    block64 = any(_is_block64(suite) for suite in suites_of(facts, _FROM_TLS11))
    if block64 and not facts.get("block64_never_preferred"):
        yield "C: 64-bit block cipher with TLS 1.1+"
    if any(_is_cbc(suite) for suite in suites_of(facts, ("SSLv3",))):
        yield "C: POODLE (SSLv3 with CBC)"
    if every and not facts.get("forward_secrecy", any(suite.get("fs") for suite in every)):
        yield "B: no forward secrecy with the reference clients"
    if every and not any(suite.get("aead") for suite in every):
        yield "B: no AEAD suite"


def _key_caps(facts: Mapping[str, Any]) -> Iterator[str]:
    sizes = {"key": list_key_sizes(facts), "DH": [int(facts["dh_bits"])] if facts.get("dh_bits") else []}
    for what, found in sizes.items():
        if found and min(found) < 1024:
            yield f"F: {what} < 1024 bit"
        elif found and min(found) < 2048:
            yield f"B: {what} < 2048 bit"


def _certificate_caps(cert: Mapping[str, Any]) -> Iterator[str]:
    if cert.get("revoked"):
        yield "F: certificate revoked"
    weak = find_weak_hash(cert)
    if weak in ("MD2", "MD5"):
        yield f"F: certificate signed with {weak}"
    if _chain_incomplete(cert):
        yield "B: incomplete chain"


def find_weak_hash(cert: Mapping[str, Any]) -> Optional[str]:
    """Return MD2, MD5 or SHA-1 where the certificate is signed with it, however that is spelled."""
    said = re.sub(r"[^a-z0-9]", "", str(cert.get("signature_hash") or cert.get("signature_algorithm")).lower())
    return next((name for word, name in (("md2", "MD2"), ("md5", "MD5"), ("sha1", "SHA-1")) if word in said), None)


def _chain_incomplete(cert: Mapping[str, Any]) -> bool:
    if cert.get("chain_incomplete") or cert.get("incomplete_chain"):
        return True
    return cert.get("chain_complete") is False or cert.get("chain") == "incomplete"


def _vulnerability_caps(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts.get("insecure_renegotiation"):
        yield "F: insecure renegotiation"
    for name in facts.get("vulnerabilities") or []:
        key = re.sub(r"[^a-z0-9]", "", str(name).lower())
        if key in _NO_CAP:
            continue
        # A hole that this table has no row for must not leave the grade as it was.
        letter, reason = _VULNERABILITIES.get(key, ("F", str(name)))
        yield f"{letter}: {reason}"


def _is_rc4(suite: Mapping[str, Any]) -> bool:
    return bool(suite.get("rc4")) or "RC4" in str(suite.get("name")).upper()


def _is_cbc(suite: Mapping[str, Any]) -> bool:
    return bool(suite.get("cbc")) or "_CBC_" in str(suite.get("name")).upper()


def _is_block64(suite: Mapping[str, Any]) -> bool:
    name = str(suite.get("name")).upper()
    return bool(suite.get("block64")) or any(word in name for word in ("3DES", "_DES_", "_DES40_", "_IDEA_", "_RC2_"))
