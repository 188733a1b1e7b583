# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the DNS says about an endpoint and its mail domains, judged together with the certificate that is served.

``dns_info`` observes; what it saw of an endpoint is the key ``dns`` of its observation, with ``issuers`` (names in CAA
records of the authority in use, if an administrator gave them) and ``domains`` (its mail domains).  Without that key
no control here applies.  A question that had no answer is an error, never a missing record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts, tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.caa import read_rules
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.issuers import find_issuers
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import ERROR, NONE, name_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import certificate
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    FAIL,
    PASS,
    UNKNOWN,
    UNPROBED,
    Check,
    Context,
    Outcome,
    failed,
    illegible,
    is_plain_http,
    listed,
    passed,
    unprobed,
)

_SEVERITIES = ("info", "low", "medium", "high", "critical")
SHORTEST = 86400
"""Seconds: a policy that holds for less protects hardly any sender (RFC 8461 section 10.2)."""
_OF_PKIX = ("certificate_valid", "certificate_name")
"""Controls whose failure also keeps a client from using an authority's TLSA record (RFC 7671 section 5.2)."""

Facts = Mapping[str, Any]


def _about(part: str, judge: Callable[[Facts, Facts, Facts], Optional[Outcome]]) -> Check:
    """Make a check of one part of what was asked about the endpoint's name."""

    def check(policy: Policy, seen: Facts, context: Context) -> Optional[Outcome]:
        del policy, context
        facts = seen.get("dns")
        if not isinstance(facts, Mapping) or is_plain_http(seen) or not facts.get("name"):
            return None
        if facts.get("error"):
            return illegible(str(facts["error"]))
        found = facts.get(part) or {}
        if found.get("status") in (ERROR, None):
            return illegible(str(found.get("reason") or "The resolver was not asked."))
        return judge(seen, facts, found)

    return check


def _caa(seen: Facts, facts: Facts, found: Facts) -> Optional[Outcome]:
    leaf: Facts = next(iter(certificate.chain(seen)), {})
    rules = read_rules(found.get("records") or [])
    allowed = rules.allowed(_is_wildcard(str(facts["name"]), leaf))
    place = found.get("found_at")
    evidence: dict[str, Any] = {"found_at": place, "records": list(found.get("records") or [])}
    if rules.unknown:
        return failed(f"CAA at {place} has the critical tag {rules.unknown[0]!r}, which no authority has to know: none "
                      "may issue a certificate.", **evidence)
    if allowed is None:
        words = f"No CAA record restricts who may issue certificates for {facts['name']}."
        return failed(words, severity="info", **evidence)
    known = [str(name).lower() for name in facts.get("issuers") or find_issuers(leaf.get("issuer"))]
    if not known:
        return unprobed("It is not known by which name the authority in use calls itself in CAA records. Set "
                        "tls_caa_issuers.", out_of_reach=True, issuer=leaf.get("issuer"), **evidence)
    evidence["issuers"] = known
    if set(known) & set(allowed):
        return passed(f"CAA at {place} allows the authority in use.", **evidence)
    return failed(f"CAA at {place} allows {listed(allowed) or 'no authority'}, and the certificate in use comes from "
                  f"{listed(known)}: it cannot be renewed.", **evidence)


def _is_wildcard(name: str, leaf: Facts) -> bool:
    """Whether the leaf names this host by a wildcard only."""
    names = [name_of(str(item)) for item in leaf.get("dns_names") or []]
    return name not in names and "*." + name.partition(".")[2] in names


def dns_tlsa(policy: Policy, seen: Facts, context: Context) -> Optional[Outcome]:
    """Check that published TLSA records match what is served, as a client that uses DANE would find it."""

    def judge(seen: Facts, facts: Facts, found: Facts) -> Optional[Outcome]:
        records = list(found.get("records") or [])
        protocol, name = str(seen.get("protocol")), found.get("name")
        if found.get("status") == NONE:
            words = f"There is no TLSA record at {name}, so that senders cannot verify this server by DANE."
            return failed(words, severity="info", name=name) if protocol in tlsa.MAIL else None
        evidence: dict[str, Any] = {"name": name, "records": records, "authentic": found.get("authentic")}
        # Clients that find an address that is not signed do not even ask for TLSA (RFC 7672 section 2.2.2).
        if False in (found.get("authentic"), (facts.get("dnssec") or {}).get("authentic")):
            return failed(f"The TLSA records at {name} or its addresses are not signed by DNSSEC: clients ignore them.",
                          severity="medium", **evidence)
        obstacles = {tlsa.show_record(record): tlsa.find_obstacle(record, protocol) for record in records}
        usable = [record for record in records if not obstacles[tlsa.show_record(record)]]
        evidence["unusable"] = {shown: why for shown, why in obstacles.items() if why}
        if not usable:
            shown, why = next(iter(obstacles.items()))
            return failed(f"No TLSA record at {name} can be used. {shown}: {why}.", severity="medium", **evidence)
        return _compared(usable, evidence, policy, seen, context)

    return _about("tlsa", judge)(policy, seen, context)


def _compared(
    usable: Sequence[Facts], evidence: dict[str, Any], policy: Policy, seen: Facts, context: Context
) -> Outcome:
    try:
        chains = [[tlsa.read_served(str(item.get("pem") or "")) for item in chain] for chain in _chains(seen)]
    except CertificateError as error:
        return illegible(f"What is served cannot be compared with the TLSA records: {error.message}")
    if not chains:
        return illegible("No certificate was seen that the TLSA records could be compared with.")
    broken = [name for name in _OF_PKIX if _status(name, policy, seen, context) == FAIL]
    good = [record for record in usable if not broken or record.get("usage") == tlsa.DANE_EE]
    for chain in chains:
        if not any(tlsa.find_match(record, chain) is not None for record in good):
            return _mismatch(usable, chain, broken, evidence, str(seen.get("protocol")))
    stale = [tlsa.show_record(record) for record in usable
             if not any(tlsa.find_match(record, chain) is not None for chain in chains)]
    evidence["not_served"] = stale
    if evidence["unusable"]:
        shown, why = next(iter(evidence["unusable"].items()))
        words = f"Another record at {evidence['name']} matches, but clients cannot use this one. {shown}: {why}."
        return failed(words, severity="info", **evidence)
    known = "" if evidence["authentic"] else " Whether they are signed is not known."
    return passed(f"The TLSA records at {evidence['name']} match what is served.{known}", **evidence)


def _mismatch(
    usable: Sequence[Facts], chain: Any, broken: Sequence[str], evidence: dict[str, Any], protocol: str
) -> Outcome:
    severity, who, name = "high", "Clients that use DANE refuse it.", evidence["name"]
    if protocol in tlsa.MAIL:
        severity, who = "critical", "Senders that use DANE defer their mail."
    if broken and any(tlsa.find_match(record, chain) is not None for record in usable):
        words = f"The TLSA records at {name} match the authority, but its certificate fails {listed(broken)}"
    else:
        words = f"No TLSA record at {name} matches the certificate that is served ({len(usable)} can be used)"
    return failed(f"{words}. {who}", severity=severity, served=tlsa.make_record(chain[0]), **evidence)


def _chains(seen: Facts) -> list[list[Facts]]:
    """Return every chain that is served: the usual one, and those for other kinds of key."""
    chains = [certificate.chain(seen), *(list(chain) for chain in (seen.get("certificates_by_type") or {}).values())]
    return [chain for chain in chains if chain]


def _status(control: str, policy: Policy, seen: Facts, context: Context) -> Optional[str]:
    check = certificate.certificate_trust if control == "certificate_trust" else certificate.joined(control)
    outcome = check(policy, seen, context)
    return outcome.status if outcome else None


def _dnssec(seen: Facts, facts: Facts, found: Facts) -> Optional[Outcome]:
    del seen
    authentic, name = found.get("authentic"), facts["name"]
    if authentic is None:
        return unprobed(f"Whether {name} is signed is not known: the resolver that was asked is not trusted to say so, "
                        "or does not validate.", out_of_reach=True)
    if authentic:
        return passed(f"The addresses of {name} are signed and were validated.")
    return failed(f"{name} is in a zone that is not signed.")


def _of_domains(judge: Callable[[Facts, Policy, Facts, Context], Outcome]) -> Check:
    """Make a check of the mail domains of a mail exchanger: the worst of them counts."""

    def check(policy: Policy, seen: Facts, context: Context) -> Optional[Outcome]:
        facts = seen.get("dns")
        domains = facts.get("domains") if isinstance(facts, Mapping) else None
        if not domains or seen.get("protocol") not in tlsa.MAIL:
            return None
        outcomes = [illegible(str(domain["error"])) if domain.get("error") else judge(domain, policy, seen, context)
                    for domain in domains]
        return max(outcomes, key=_rank)

    return check


def _rank(outcome: Outcome) -> tuple[int, int]:
    order = (PASS, UNPROBED, UNKNOWN, FAIL)
    return order.index(outcome.status), _SEVERITIES.index(outcome.severity or "medium")


def _mta_sts(domain: Facts, policy: Policy, seen: Facts, context: Context) -> Outcome:
    name, record, mx = domain["domain"], domain["mta_sts"], domain["mx"]
    for part in (record, mx):
        if part["status"] == ERROR:
            return illegible(str(part["reason"]))
    evidence: dict[str, Any] = {"domain": name, "mta_sts": dict(record), "mx": dict(mx)}
    if record["problem"]:
        return failed(f"Senders do not take the MTA-STS record of {name}: {record['problem']}.", **evidence)
    if not record["id"]:
        return failed(f"{name} announces no MTA-STS policy.", severity="low", **evidence)
    found = record["policy"] or {"status": ERROR, "problem": "it was not asked for"}
    if found["status"] == ERROR:
        return illegible(f"The MTA-STS policy of {name} could not be asked for: {found['problem']}.")
    if found["problem"]:
        return failed(f"Senders do not take the MTA-STS policy of {name}: {found['problem']}.", **evidence)
    if found["mode"] == "none":
        words = f"The MTA-STS policy of {name} has the mode none, which protects no mail."
        return failed(words, severity="low", **evidence)
    return _of_policy(name, found, policy, seen, context, evidence)


def _of_policy(
    name: str, found: Facts, policy: Policy, seen: Facts, context: Context, evidence: dict[str, Any]
) -> Outcome:
    hosts = list(evidence["mx"]["hosts"])
    enforced = found["mode"] == "enforce"
    severity = "high" if enforced else "medium"
    effect = "Senders do not deliver there." if enforced else "With the mode enforce mail would be lost."
    missing = [host for host in hosts if not mta_sts.is_covered(host, found["mx"])]
    if missing:
        words = f"The MTA-STS policy of {name} does not name its MX {missing[0]}. {effect}"
        return failed(words, severity=severity, **evidence)
    mine = str((seen.get("dns") or {}).get("name") or "")
    if mine in hosts:
        states = {control: _status(control, policy, seen, context) for control in (*_OF_PKIX, "certificate_trust")}
        wrong = [control for control, status in states.items() if status == FAIL]
        if wrong:
            return failed(f"The certificate of the MX {mine} does not verify ({listed(wrong)}), and the MTA-STS policy "
                          f"of {name} asks for that. {effect}", severity=severity, certificate=states, **evidence)
        if set(states.values()) != {PASS}:
            return unprobed(f"Whether senders can verify the certificate of the MX {mine} is not known. Give its root "
                            "as tls_ca_file if it is a private one.", out_of_reach=True, certificate=states, **evidence)
    if not enforced:
        words = f"The MTA-STS policy of {name} is in testing: senders only report."
        return failed(words, severity="low", **evidence)
    if found["max_age"] < SHORTEST:
        return failed(f"The MTA-STS policy of {name} holds for only {found['max_age']} s.", severity="low", **evidence)
    return passed(f"The MTA-STS policy of {name} is enforced and names every MX host.", **evidence)


def _tls_rpt(domain: Facts, policy: Policy, seen: Facts, context: Context) -> Outcome:
    del policy, seen, context
    name, record = domain["domain"], domain["tls_rpt"]
    if record["status"] == ERROR:
        return illegible(str(record["reason"]))
    evidence: dict[str, Any] = {"domain": name, "tls_rpt": dict(record)}
    if record["problem"]:
        return failed(f"Senders do not take the TLS-RPT record of {name}: {record['problem']}.", **evidence)
    if not record["rua"]:
        return failed(f"{name} does not say where senders report failures of TLS.", severity="info", **evidence)
    return passed(f"Senders report to {listed(record['rua'])}.", **evidence)


def find_unverified(policy: Policy, seen: Facts, now: datetime) -> str:
    """Return why a sender could not verify what an endpoint serves; empty: it can."""
    context = Context(now=now)
    states = {control: _status(control, policy, seen, context) for control in (*_OF_PKIX, "certificate_trust")}
    return listed(f"{control} is {status or 'unknown'}" for control, status in states.items() if status != PASS)


CHECKS: dict[str, Check] = {
    "dns_caa": _about("caa", _caa),
    "dns_tlsa": dns_tlsa,
    "dns_dnssec": _about("dnssec", _dnssec),
    "dns_mta_sts": _of_domains(_mta_sts),
    "dns_tls_rpt": _of_domains(_tls_rpt),
}
