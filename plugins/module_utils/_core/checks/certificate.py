# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The served chain, judged from the facts that the observation carries.

Facts are those of ``certificate_info`` (``_core/cert/model.py``), times as ISO 8601
text.  Without the ``cryptography`` library the prober only has the bytes: then nothing
here is told, and nothing passes.  ``certificate_info`` judges deeper than this.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import (
    public_evidence,
    public_limit_days,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.names import covers
from ansible_collections.intransit.tls.plugins.module_utils._core.checks.outcome import (
    Context,
    Outcome,
    accepted_versions,
    failed,
    is_plain_http,
    listed,
    passed,
    unknown,
    unprobed,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy

_BROKEN_HASHES = ("md2", "md5", "sha1")
_SECONDS_PER_DAY = 86400


def chain(seen: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """Return the served certificates, leaf first."""
    return [item for item in seen.get("certificates") or [] if isinstance(item, Mapping)]


def moment(value: Any) -> Optional[datetime]:
    """Read an ISO 8601 time, UTC where it names no zone; None for anything else."""
    if isinstance(value, datetime):
        found = value
    else:
        try:
            found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def days_left(certificate: Mapping[str, Any], now: datetime) -> Optional[int]:
    """Whole days until the certificate ends, negative after its end; None: not known."""
    end = moment(certificate.get("not_after"))
    return None if end is None else int((end - now).total_seconds() // _SECONDS_PER_DAY)


def _applies(seen: Mapping[str, Any]) -> bool:
    return not is_plain_http(seen) and bool(accepted_versions(seen))


def _leaf(seen: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
    served = chain(seen)
    return served[0] if _applies(seen) and served else None


def _unread(what: str) -> Outcome:
    return unprobed(f"{what} could not be read: the probing host has no cryptography library for Python, or the "
                    "certificate is broken.")


def _names(certificates: Sequence[Mapping[str, Any]]) -> str:
    return listed(str(item.get("subject") or item.get("sha256") or "?") for item in certificates)


def certificate_present(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that some certificate comes with the handshake."""
    del policy, context
    if not _applies(seen):
        return None
    served = chain(seen)
    if served:
        return passed(f"{len(served)} certificate(s) are served.", sha256=[item.get("sha256") for item in served])
    if seen.get("certificates") is None:
        return unknown("TLS is spoken, but no certificate was looked at.")
    return failed("A handshake succeeds without any certificate.")


def certificate_valid(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Every certificate of the chain has begun and not ended."""
    del policy
    if _leaf(seen) is None:
        return None
    served = chain(seen)
    spans = [(item, moment(item.get("not_before")), moment(item.get("not_after"))) for item in served]
    ended = [item for item, _begin, end in spans if end is not None and end < context.now]
    early = [item for item, begin, _end in spans if begin is not None and begin > context.now]
    if ended:
        return failed(f"Ended on {ended[0].get('not_after')}: {_names(ended)}.", not_after=ended[0].get("not_after"))
    if early:
        return failed(f"Begins on {early[0].get('not_before')}: {_names(early)}.",
                      not_before=early[0].get("not_before"))
    if any(begin is None or end is None for _item, begin, end in spans):
        return _unread("The validity of the chain")
    return passed(f"Valid until {served[0].get('not_after')}.", not_after=served[0].get("not_after"))


def certificate_expiry(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Enough days are left; of a short-lived certificate, a third of its life."""
    del policy
    leaf = _leaf(seen)
    if leaf is None:
        return None
    begin, left = moment(leaf.get("not_before")), days_left(leaf, context.now)
    if begin is None or left is None:
        return _unread("The end of the certificate")
    if left < 0:
        return None
    life = (moment(leaf.get("not_after")) or begin) - begin
    least = min(context.expiry_days, life.days // 3)
    facts: Dict[str, Any] = {"days_left": left, "threshold": least, "not_after": leaf.get("not_after")}
    if left < least:
        return failed(f"The certificate ends in {left} day(s); at least {least} should be left.", **facts)
    return passed(f"{left} day(s) are left.", **facts)


def certificate_name(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the leaf names what clients connect to (RFC 9525: alternative names only)."""
    del policy, context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    if leaf.get("dns_names") is None and leaf.get("ip_addresses") is None:
        return _unread("The names of the certificate")
    wanted = str(seen.get("server_name") or seen.get("host") or "")
    dns, addresses = leaf.get("dns_names") or [], leaf.get("ip_addresses") or []
    facts: Dict[str, Any] = {"expected": wanted, "names": list(dns) + list(addresses)}
    if covers(dns, addresses, wanted):
        return passed(f"The certificate names {wanted}.", **facts)
    return failed(f"The certificate does not name {wanted} (it names {listed(facts['names']) or 'nothing'}).", **facts)


def _key_problem(policy: Policy, certificate: Mapping[str, Any], leaf: bool) -> Optional[str]:
    """Say what is wrong with a key.  Of a chain above the leaf only the size is asked."""
    key = certificate.get("key") or {}
    kind, bits, curve = str(key.get("type")), key.get("bits") or 0, key.get("curve")
    known = kind in ("rsa", "ecdsa", "ed25519", "ed448")
    if kind not in policy.certificate.types and (leaf or not known):
        return f"a key of type {kind}, and the policy allows {listed(policy.certificate.types)}"
    if leaf and kind == "ecdsa" and curve not in policy.certificate.curves:
        return f"an EC key on {curve}, and the policy allows {listed(policy.certificate.curves)}"
    least = {"rsa": policy.min_key.rsa or 2048, "ecdsa": policy.min_key.ec or 224}.get(kind, 0)
    return f"a key of type {kind} and {bits} bit, below {least}" if bits < least else None


def _key_facts(certificate: Mapping[str, Any]) -> Dict[str, Any]:
    key = certificate.get("key") or {}
    return {name: key.get(name) for name in ("type", "bits", "curve")}


def certificate_key(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Type, size and curve of the leaf are the policy's; the chain's keys are no smaller."""
    del context
    if _leaf(seen) is None:
        return None
    served = chain(seen)
    if any(not (item.get("key") or {}).get("type") for item in served):
        return _unread("The keys of the chain")
    problems = [
        f"{item.get('subject')} has {problem}"
        for position, item in enumerate(served)
        for problem in [_key_problem(policy, item, position == 0)] if problem
    ]
    facts: Dict[str, Any] = {"keys": [_key_facts(item) for item in served]}
    if problems:
        small = any(
            (item.get("key") or {}).get("type") == "rsa" and (item["key"].get("bits") or 0) < 1024 for item in served
        )
        return failed(f"{problems[0]}.", severity="critical" if small else None, problems=problems, **facts)
    return passed("Type and size of every key in the chain are within the policy.", **facts)


def _signature_problem(policy: Policy, certificate: Mapping[str, Any]) -> Optional[str]:
    if certificate.get("subject_id") == certificate.get("issuer_id") and certificate.get("ca"):
        return None
    used = certificate.get("signature_hash")
    if used is None and str(certificate.get("signature_algorithm")).lower().startswith("ed"):
        return None
    if used in _BROKEN_HASHES or used not in policy.certificate.signature_hashes:
        return f"{certificate.get('subject')} is signed with {certificate.get('signature_algorithm')}"
    return None


def certificate_signature(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """No certificate below the root is signed with a hash outside the policy."""
    del context
    if _leaf(seen) is None:
        return None
    served = chain(seen)
    if any(not item.get("signature_algorithm") for item in served):
        return _unread("The signatures of the chain")
    problems = [problem for item in served for problem in [_signature_problem(policy, item)] if problem]
    if problems:
        return failed(f"{problems[0]}, and the policy allows {listed(policy.certificate.signature_hashes)}.",
                      problems=problems)
    return passed(f"Signed with {listed(sorted({str(item.get('signature_algorithm')) for item in served}))}.")


def certificate_lifetime(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Hold the life of the leaf against the policy and, for public authorities, the Baseline Requirements."""
    del context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    begin, end = moment(leaf.get("not_before")), moment(leaf.get("not_after"))
    if begin is None or end is None:
        return _unread("The lifetime of the certificate")
    days = ((end - begin).total_seconds() + 1) / _SECONDS_PER_DAY
    limits = [policy.certificate.max_lifetime_days] if policy.certificate.max_lifetime_days else []
    public = public_evidence(tuple(leaf.get("policies") or ()), int(leaf.get("scts") or 0))
    if public:
        limits.append(public_limit_days(begin))
    if not limits:
        return None
    facts: Dict[str, Any] = {"days": round(days, 2), "limit": min(limits), "public": public}
    # A whole second over is what "notAfter = notBefore + N days" gives; the limit is meant in days.
    if days > min(limits) + 1 / 24:
        return failed(f"The certificate lives {days:.0f} days; at most {min(limits)} are allowed.", **facts)
    return passed(f"The certificate lives {days:.0f} days (at most {min(limits)}).", **facts)


def certificate_usage(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the leaf may be used by a TLS server, and is no CA."""
    del policy, context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    if not leaf.get("signature_algorithm") or leaf.get("extensions_error"):
        return _unread("The usage of the certificate")
    extended, usage = leaf.get("extended_key_usage"), leaf.get("key_usage")
    facts: Dict[str, Any] = {"extended_key_usage": extended, "key_usage": usage, "ca": leaf.get("ca")}
    if extended is not None and not {"serverAuth", "anyExtendedKeyUsage"} & set(extended):
        return failed(f"The certificate is not for servers (extended key usage {listed(extended)}).", **facts)
    if usage is not None and not {"digitalSignature", "keyEncipherment", "keyAgreement"} & set(usage):
        return failed(f"The key may not be used for TLS (key usage {listed(usage)}).", **facts)
    if leaf.get("ca") is True and leaf.get("subject_id") != leaf.get("issuer_id"):
        return failed("The leaf is itself a certificate authority.", **facts)
    return passed("The certificate may be used by a server.", **facts)


def certificate_chain(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Leaf first, each followed by its issuer."""
    del policy, context
    if _leaf(seen) is None:
        return None
    served = chain(seen)
    if any(not item.get("subject_id") or not item.get("issuer_id") for item in served):
        return _unread("The order of the chain")
    for below, above in zip(served, served[1:]):
        if below["issuer_id"] != above["subject_id"]:
            return failed(f"{below.get('subject')} is followed by {above.get('subject')}, which did not issue it.",
                          subjects=[item.get("subject") for item in served])
    return passed(f"{len(served)} certificate(s), in order.", subjects=[item.get("subject") for item in served])


def certificate_trust(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Check that the chain ends at a root that the probing host trusts for this endpoint."""
    del policy, context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    trust = seen.get("trust") or {}
    if trust.get("trusted") is True:
        return passed("The chain ends at a trusted root.", **dict(trust))
    if trust.get("trusted") is False:
        return failed(f"The chain is not trusted: {str(trust.get('reason') or 'no reason given').rstrip('.')}.",
                      **dict(trust))
    if leaf.get("subject_id") and leaf.get("subject_id") == leaf.get("issuer_id"):
        return failed("The certificate is signed by itself.")
    return unknown("Trust was not examined: the probe was given no trust anchors.")


def stapling(policy: Policy, seen: Mapping[str, Any], context: Context) -> Optional[Outcome]:
    """Where the certificate names a responder (or demands stapling), the answer is stapled and good."""
    del policy, context
    leaf = _leaf(seen)
    if leaf is None:
        return None
    staple = seen.get("stapling") or {}
    stapled, status = staple.get("stapled"), staple.get("status")
    facts: Dict[str, Any] = {"stapled": stapled, "status": status, "must_staple": leaf.get("must_staple")}
    if status == "revoked":
        return failed("The stapled answer says that the certificate is revoked.", severity="critical", **facts)
    if stapled is True:
        return passed(f"The certificate's status is stapled ({status or 'not read'}).", **facts)
    if not leaf.get("signature_algorithm"):
        return _unread("Whether the certificate names a responder")
    return _not_stapled(leaf, facts)


def _not_stapled(leaf: Mapping[str, Any], facts: Dict[str, Any]) -> Optional[Outcome]:
    if not leaf.get("must_staple") and not leaf.get("ocsp_urls"):
        return None
    if facts["stapled"] is None:
        return unknown("Whether the status is stapled was not looked for.", **facts)
    if leaf.get("must_staple"):
        return failed("The certificate demands stapling and none is stapled: clients will refuse it.",
                      severity="high", **facts)
    return failed("The certificate names an OCSP responder, and no status is stapled.", **facts)
