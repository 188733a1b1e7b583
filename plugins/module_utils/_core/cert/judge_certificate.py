# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges one certificate by itself: key, signature, time, names, what it may be used for."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import lifetime, strength
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger, list_words
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge_encoding import REISSUE, judge_encoding
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import (
    EXPLICIT_CURVE,
    Certificate,
    PublicKey,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import (
    FLOOR_EC_BITS,
    FLOOR_RSA_BITS,
    Rules,
)

NEW_KEY = "Make a new key of an allowed type and size, and have a certificate issued for it."


def judge_public_key(key: PublicKey, who: str, rules: Rules, into: Ledger, leaf: bool = True) -> None:
    """Judge type, size, curve and arithmetic of one key.

    Members of the chain above the leaf are their authority's choice: they fail below
    the floor of RFC 9325, and get advice between that and the policy's own figure.
    """
    allowed = key.kind in rules.types
    if leaf and not allowed:
        into.failed(
            "certificate.key_type",
            "medium",
            f"{who} has a key of type {key.kind}; {rules.name} allows {list_words(rules.types)}.",
            NEW_KEY,
            type=key.kind,
            allowed=list(rules.types),
        )
    elif leaf:
        into.passed(
            "certificate.key_type", f"{who} has a key of type {key.kind}, which {rules.name} allows.", type=key.kind
        )
    _size(key, who, rules, into, leaf)
    if key.curve == EXPLICIT_CURVE:
        _explicit_curve(key, who, into)
    elif key.kind == "ecdsa" and key.bits is None:
        _unknown_curve(key, who, into)
    elif key.kind == "ecdsa" and leaf and rules.curves is not None:
        _curve(key, who, rules, into)
    _weak(key, who, rules, into)


def _size(key: PublicKey, who: str, rules: Rules, into: Ledger, leaf: bool) -> None:
    floor = {"rsa": FLOOR_RSA_BITS, "dsa": FLOOR_RSA_BITS, "ecdsa": FLOOR_EC_BITS}.get(key.kind)
    if floor is None:
        return
    if key.bits is None:
        into.untold("certificate.key_size", f"{who} has a key of unknown size.", type=key.kind)
        return
    wanted = max(floor, (rules.min_ec if key.kind == "ecdsa" else rules.min_rsa) or floor)
    facts = {"type": key.kind, "bits": key.bits, "expected": wanted}
    if key.bits >= wanted:
        into.passed(
            "certificate.key_size", f"{who} has a key of {key.bits} bits; at least {wanted} are asked for.", **facts
        )
        return
    if not leaf and key.bits >= floor:
        severity = "low"
    else:
        severity = "critical" if key.bits < floor // 2 else "high"
    into.failed(
        "certificate.key_size",
        severity,
        f"{who} has a key of type {key.kind} with {key.bits} bits; {rules.name} asks for at least {wanted}.",
        NEW_KEY,
        **facts,
    )


def _curve(key: PublicKey, who: str, rules: Rules, into: Ledger) -> None:
    allowed = rules.curves or ()
    if key.curve in allowed:
        into.passed("certificate.curve", f"{who} has a key on {key.curve}.", curve=key.curve)
        return
    into.failed(
        "certificate.curve",
        "medium",
        f"{who} has a key on the curve {key.curve or 'of unknown name'}; {rules.name} allows {list_words(allowed)}.",
        NEW_KEY,
        curve=key.curve,
        allowed=list(allowed),
    )


def _unknown_curve(key: PublicKey, who: str, into: Ledger) -> None:
    into.failed(
        "certificate.curve",
        "high",
        f"{who} has an EC key on the curve {key.curve or 'of no name'}, which has no number in TLS.",
        NEW_KEY,
        curve=key.curve,
    )


def _explicit_curve(key: PublicKey, who: str, into: Ledger) -> None:
    into.failed(
        "certificate.curve",
        "high",
        f"{who} has an EC key whose curve is spelled out in parameters instead of named; RFC 5480 2.1.1 forbids that "
        "in certificates, and GnuTLS, Go and browsers end the handshake.",
        "Make a new key on a named curve (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
        "-pkeyopt ec_param_enc:named_curve) and have a certificate issued for it.",
        curve=key.curve,
        bits=key.bits,
    )


def _weak(key: PublicKey, who: str, rules: Rules, into: Ledger) -> None:
    found = strength.find_weaknesses(key, rules.blocklist, rules.debian_blocklist)
    for weak in found:
        control = "certificate.exponent" if weak.test == "exponent" else "certificate.weak_key"
        into.failed(
            control,
            weak.severity,
            f"{who} has a weak key: {weak.sentence} ({weak.reference}).",
            "Replace the key at once and revoke what was issued for it: " + NEW_KEY.lower(),
            test=weak.test,
            spki_sha256=key.spki_sha256,
        )
    if not found:
        into.passed(
            "certificate.weak_key",
            f"{who} has a key in which no known weakness was found.",
            spki_sha256=key.spki_sha256,
        )


def judge_signature(item: Certificate, who: str, rules: Rules, into: Ledger) -> None:
    """Judge the hash that the issuer signed.  Not asked of self-signed ones: no client relies on that signature."""
    made = item.signature_hash
    facts = {"algorithm": item.signature_algorithm, "hash": made}
    if made is None and item.signature_algorithm in ("ed25519", "ed448", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87"):
        into.passed("certificate.signature_hash", f"{who} is signed with {item.signature_algorithm}.", **facts)
    elif made is None:
        into.failed(
            "certificate.signature_hash",
            "medium",
            f"{who} is signed with {item.signature_algorithm}, an algorithm that nothing here knows.",
            REISSUE + " with SHA-256 or better.",
            **facts,
        )
    elif made in rules.signature_hashes:
        into.passed("certificate.signature_hash", f"{who} is signed with {item.signature_algorithm}.", **facts)
    else:
        severity = "critical" if made in ("md2", "md4", "md5") else "high" if made == "sha1" else "medium"
        into.failed(
            "certificate.signature_hash",
            severity,
            f"{who} is signed with {item.signature_algorithm}; {rules.name} allows "
            f"{list_words(rules.signature_hashes)}.",
            REISSUE + " with SHA-256 or better.",
            allowed=list(rules.signature_hashes),
            **facts,
        )


def judge_validity(
    item: Certificate, who: str, rules: Rules, now: datetime, into: Ledger, leaf: bool = True, used: bool = True
) -> None:
    """Judge whether ``now`` lies within the validity, and how much of it is left.

    An authority that is not ``used`` by any leaf only lies in a store, where an old one does no harm.
    """
    begin, end = item.not_before.isoformat(), item.not_after.isoformat()
    facts = {"not_before": begin, "not_after": end, "now": now.isoformat()}
    if now < item.not_before:
        into.failed(
            "certificate.validity",
            "critical" if used else "low",
            f"{who} is not valid before {begin}.",
            "Wait, or check the clocks of this host and of the authority.",
            **facts,
        )
        return
    if now > item.not_after:
        into.failed(
            "certificate.validity",
            "critical" if used else "low",
            f"{who} expired on {end}.",
            "Renew it, and find out why that did not happen by itself.",
            **facts,
        )
        return
    left = (item.not_after - now).days
    into.passed("certificate.validity", f"{who} is valid until {end}, for {left} more days.", days_left=left, **facts)
    if not leaf:
        return
    if left < rules.min_days_left:
        into.failed(
            "certificate.expires_soon",
            "medium",
            f"{who} expires in {left} days; {rules.min_days_left} are wanted, so that a "
            "renewal can be repeated if it fails.",
            "Renew it now.",
            days_left=left,
            expected=rules.min_days_left,
        )
    else:
        into.passed("certificate.expires_soon", f"{who} has {left} days left.", days_left=left)


def judge_lifetime(item: Certificate, who: str, rules: Rules, into: Ledger) -> None:
    """Judge how long a leaf lives in all: by the policy, and by the Forum's schedule if its issuer is public."""
    days = round(item.lifetime_days, 2)
    limit, advised = rules.max_lifetime_days, rules.recommended_lifetime_days
    if limit is not None and days > limit:
        into.failed(
            "certificate.lifetime",
            "medium",
            f"{who} lives {days:g} days; {rules.name} allows {limit}.",
            REISSUE + f" for at most {limit} days and automate its renewal.",
            days=days,
            expected=limit,
        )
    elif advised is not None and days > advised:
        into.failed(
            "certificate.lifetime",
            "info",
            f"{who} lives {days:g} days; {rules.name} recommends {advised}.",
            "Automate the renewal, then have it issued for fewer days.",
            days=days,
            expected=advised,
        )
    elif limit is not None or advised is not None:
        into.passed("certificate.lifetime", f"{who} lives {days:g} days.", days=days)
    public = lifetime.find_public_evidence(item.policies, item.scts)
    if public is not None:
        _public_lifetime(item, who, days, public, into)


def _public_lifetime(item: Certificate, who: str, days: float, public: str, into: Ledger) -> None:
    schedule = lifetime.find_limit_days(item.not_before)
    facts = {"days": days, "expected": schedule, "public_because": public}
    if days > schedule:
        into.failed(
            "certificate.public_lifetime",
            "medium",
            f"{who} is of a public authority ({public}) and lives {days:g} days; one that begins on "
            f"{item.not_before.date().isoformat()} may live {schedule}, and browsers refuse it.",
            REISSUE + f" for at most {schedule} days.",
            **facts,
        )
    else:
        into.passed(
            "certificate.public_lifetime",
            f"{who} is of a public authority and lives {days:g} of {schedule} days.",
            **facts,
        )


def judge_usage(item: Certificate, who: str, rules: Rules, into: Ledger) -> None:
    """Judge whether a leaf may do what it is for."""
    judge_encoding(item, who, into)
    if item.critical_unknown:
        into.failed(
            "certificate.extensions",
            "medium",
            f"{who} has critical extensions that clients may not know: {list_words(item.critical_unknown)}.",
            REISSUE + " without them.",
            oids=list(item.critical_unknown),
        )
    _leaf_key_usage(item, who, into)
    _extended_key_usage(item, who, rules, into)
    if item.ca:
        into.failed(
            "certificate.basic_constraints",
            "medium",
            f"{who} is marked as a certificate authority, so its key could sign for any name.",
            REISSUE + " with CA:FALSE.",
            ca=True,
        )
    else:
        into.passed("certificate.basic_constraints", f"{who} is not a certificate authority.", ca=item.ca)


def _leaf_key_usage(item: Certificate, who: str, into: Ledger) -> None:
    if item.key_usage is None:
        into.passed("certificate.key_usage", f"{who} does not restrict its key's usage.")
    elif "digitalSignature" not in item.key_usage:
        into.failed(
            "certificate.key_usage",
            "medium",
            f"{who} may be used for {list_words(item.key_usage) or 'nothing'}, but not for digital signatures, "
            "which every key exchange with forward secrecy needs.",
            REISSUE + " with digitalSignature.",
            key_usage=list(item.key_usage),
        )
    else:
        into.passed(
            "certificate.key_usage", f"{who} may be used for digital signatures.", key_usage=list(item.key_usage)
        )


def _extended_key_usage(item: Certificate, who: str, rules: Rules, into: Ledger) -> None:
    wanted: Optional[str] = {"server": "serverAuth", "client": "clientAuth"}.get(rules.purpose)
    usage = item.extended_key_usage
    if wanted is None:
        return
    if usage is None:
        into.passed("certificate.extended_key_usage", f"{who} does not restrict its extended usage.")
    elif wanted in usage or (rules.purpose != "server" and "anyExtendedKeyUsage" in usage):
        into.passed(
            "certificate.extended_key_usage", f"{who} may be used for {wanted}.", extended_key_usage=list(usage)
        )
    else:
        into.failed(
            "certificate.extended_key_usage",
            "high",
            f"{who} may be used for {list_words(usage)}, but not for {wanted}.",
            REISSUE + f" with {wanted}.",
            extended_key_usage=list(usage),
            expected=wanted,
        )


def judge_revocation(item: Certificate, who: str, into: Ledger) -> None:
    """State how a client could learn that a leaf was revoked; only must-staple without a responder is wrong."""
    facts = {"ocsp_urls": list(item.ocsp_urls), "crl_urls": list(item.crl_urls)}
    if item.ocsp_urls or item.crl_urls:
        how = " and ".join(name for name, urls in (("OCSP", item.ocsp_urls), ("CRL", item.crl_urls)) if urls)
        into.passed("certificate.revocation", f"{who} names where its revocation is published ({how}).", **facts)
    elif lifetime.find_public_evidence(item.policies, item.scts) is not None and item.lifetime_days > 10:
        into.failed(
            "certificate.revocation",
            "low",
            f"{who} is of a public authority and names neither OCSP nor CRL.",
            REISSUE + ".",
            **facts,
        )
    else:
        into.passed(
            "certificate.revocation",
            f"{who} names neither OCSP nor CRL, as is usual for a private authority.",
            **facts,
        )
    if not item.must_staple:
        return
    if item.ocsp_urls:
        into.passed(
            "certificate.must_staple",
            f"{who} demands stapling and names a responder: the server has to staple.",
            **facts,
        )
    else:
        into.failed(
            "certificate.must_staple",
            "high",
            f"{who} demands stapling (must-staple) but names no OCSP responder, so clients will refuse it.",
            REISSUE + " without must-staple.",
            **facts,
        )
