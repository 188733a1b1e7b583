# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to publish for what hosts really serve: sets of records, the lines of a zone, and policies.

One run adds or removes TLSA records of a name, never both: a record goes only if every chain of that name was seen, and
what is published already matches all of them and the next key (RFC 7671 section 8, RFC 6698 appendix A.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts, tls_rpt, tlsa
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.caa import read_rules
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import ERROR, FOUND, name_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, CertificateError

Plain = dict[str, Any]
_CHANGE = ("name", "type", "ttl", "add", "remove")
MAX_STRING = 255
"""Bytes of one character string in a TXT record (RFC 1035 section 3.3.14)."""


class Wishes(NamedTuple):
    """Options of the playbook ``dns``."""

    zone: str = ""
    """Where CAA records go if there are none."""
    ttl: int = 3600
    protocols: tuple[str, ...] = ("smtp",)
    """Protocols whose endpoints get TLSA records."""
    mode: str = "testing"
    max_age: int = 604800
    reports: tuple[str, ...] = ()
    iodef: str = ""


class Seen(NamedTuple):
    """One endpoint that was observed."""

    host: str
    """Name in the inventory."""
    protocol: str
    dns: Mapping[str, Any]
    chains: Sequence[Sequence[tlsa.Served]]
    """What is served; empty: nothing was seen."""
    unverified: str = ""
    """Why a sender could not verify the certificate; empty: it can."""


def check_wishes(wishes: Wishes) -> Wishes:
    """Return options that can be published.

    Raises:
        ArgumentError: one of them cannot.
    """
    if wishes.mode not in mta_sts.MODES:
        raise ArgumentError(f"tls_mta_sts_mode is {wishes.mode!r}. Allowed: {', '.join(mta_sts.MODES)}.")
    if not 0 < wishes.max_age <= mta_sts.MAX_AGE:
        raise ArgumentError(f"tls_mta_sts_max_age is {wishes.max_age}. Allowed: 1 to {mta_sts.MAX_AGE} seconds.")
    if not 0 < wishes.ttl < 2 ** 31:
        raise ArgumentError(f"tls_dns_ttl is {wishes.ttl}. Give a number of seconds.")
    places = (*wishes.reports, *([wishes.iodef] if wishes.iodef else []))
    wrong = [place for place in places if not tls_rpt.is_place(place)]
    if wrong:
        raise ArgumentError(f"Reports cannot be sent to {wrong[0]!r}. Give a mailto: or https: URL.")
    return wishes


def read_chains(observation: Mapping[str, Any]) -> list[list[tlsa.Served]]:
    """Return every chain of an observation; none if one of them cannot be read."""
    by_type = observation.get("certificates_by_type") or {}
    chains = [observation.get("certificates") or [], *by_type.values()]
    try:
        return [[tlsa.read_served(str(item.get("pem") or "")) for item in chain] for chain in chains if chain]
    except CertificateError:
        return []


def plan_records(seen: Sequence[Seen], following: Mapping[str, Iterable[str]], wishes: Wishes) -> Plain:
    """Plan what to publish.

    Args:
        seen: every endpoint that was observed.
        following: for each host of the inventory the SHA-256 of public keys that will be served next.
        wishes: see there.

    Returns:
        ``records``: a set each with ``name``, ``type``, ``ttl``, ``wanted``, ``published``, ``add``, ``remove``, and
        ``held``: why it is not to be published now; ``changes``: what ``dns_update`` takes of them; ``policies``:
        ``domain``, ``url``, ``text``; ``lines`` of a zone.
    """
    check_wishes(wishes)
    records = [*_tlsa(seen, following, wishes), *_caa(seen, wishes)]
    policies: list[Plain] = []
    for domain in {name_of(row["domain"]): row for one in seen for row in one.dns.get("domains") or []}.values():
        if not domain.get("error"):
            records += _mail(domain, seen, wishes, policies)
    changes = [{key: row[key] for key in _CHANGE} for row in records if row["add"] or row["remove"]]
    return {"records": records, "changes": changes, "policies": policies, "lines": write_lines(records)}


def write_lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a zone: every record that should be there, and in comments what should not or not yet."""
    lines = []
    for row in records:
        start = f"{row['name']}. {row['ttl']} IN {row['type']}"
        if row["held"]:
            lines.append(f"; not yet: {row['held']}")
        mark = "; " if row["held"] else ""
        lines += [f"{mark}{start} {value}" for value in [*row["wanted"], *_kept(row)]]
        lines += [f"; remove: {start} {value}" for value in row["remove"]]
    return lines


def _kept(row: Mapping[str, Any]) -> list[str]:
    return [value for value in row["published"] if value not in row["wanted"] and value not in row["remove"]]


def _set(name: str, kind: str, ttl: int, wanted: Iterable[str], published: Iterable[str], held: str = "",
         removable: Iterable[str] = ()) -> Plain:
    wanted, published = list(dict.fromkeys(wanted)), list(published)
    add = [value for value in wanted if value not in published]
    return {"name": name, "type": kind, "ttl": ttl, "wanted": wanted, "published": published, "held": held,
            "add": [] if held else add, "remove": [] if held or add else list(removable)}


def _tlsa(seen: Sequence[Seen], following: Mapping[str, Iterable[str]], wishes: Wishes) -> list[Plain]:
    groups: dict[str, list[Seen]] = {}
    for one in seen:
        found = one.dns.get("tlsa")
        if one.protocol in wishes.protocols and found and found.get("name"):
            groups.setdefault(str(found["name"]), []).append(one)
    rows = []
    for name, members in sorted(groups.items()):
        found = members[0].dns["tlsa"]
        served = [_shown(tlsa.make_record(chain[0])) for one in members for chain in one.chains]
        coming = [f"3 1 1 {digest.lower()}" for one in members for digest in following.get(one.host, ())]
        held = ""
        if found["status"] == ERROR:
            held = str(found["reason"])
        elif any(not one.chains for one in members):
            held = "not every endpoint of this name was seen"
        elif found.get("authentic") is False or (members[0].dns.get("dnssec") or {}).get("authentic") is False:
            held = "the zone is not signed, and clients ignore TLSA records that are not"
        published = [_shown(record) for record in found["records"]]
        wanted = [*served, *coming]
        stale = [value for value in published if value.startswith("3 1 1 ") and value not in wanted]
        rows.append(_set(name, "TLSA", wishes.ttl, wanted, published, held, stale))
    return rows


def _shown(record: Mapping[str, Any]) -> str:
    return f"{record['usage']} {record['selector']} {record['matching_type']} {str(record['data']).lower()}"


def _caa(seen: Sequence[Seen], wishes: Wishes) -> list[Plain]:
    rows: dict[str, Plain] = {}
    for one in seen:
        found, issuers = one.dns.get("caa"), [str(name).lower() for name in one.dns.get("issuers") or []]
        if not found or not issuers:
            continue
        name = str(found.get("found_at") or _within(str(one.dns.get("name")), wishes.zone))
        published = [f'{record["flags"]} {record["tag"]} {_quoted(record["value"])}' for record in found["records"]]
        allowed = read_rules(found["records"]).allowed(False) or ()
        wanted = [f'0 issue "{issuer}"' for issuer in issuers if issuer not in allowed]
        if found["status"] != FOUND and wishes.iodef:
            wanted.append(f'0 iodef "{wishes.iodef}"')
        held = str(found["reason"]) if found["status"] == ERROR else ""
        wanted = [value for value in published if value not in wanted] + wanted
        others = rows[name]["wanted"] if name in rows else []
        rows[name] = _set(name, "CAA", wishes.ttl, [*others, *wanted], published, held)
    return list(rows.values())


def _within(name: str, zone: str) -> str:
    zone = name_of(zone)
    return zone if zone and (name == zone or name.endswith("." + zone)) else name


def _mail(domain: Mapping[str, Any], seen: Sequence[Seen], wishes: Wishes, policies: list[Plain]) -> list[Plain]:
    name, mx, sts, rpt = domain["domain"], domain["mx"], domain["mta_sts"], domain["tls_rpt"]
    policy = mta_sts.write_policy(wishes.mode, mx["hosts"], wishes.max_age)
    policies.append({"domain": name, "url": f"https://{mta_sts.name_host(name)}{mta_sts.PATH}", "text": policy})
    rows = [_text(mta_sts.name_record(name), sts, mta_sts.write_record(policy), wishes, "v=STSv1",
                  _why_no_policy(domain, seen, policy))]
    if wishes.reports:
        rows.append(_text(tls_rpt.name_record(name), rpt, tls_rpt.write_record(wishes.reports), wishes, "v=TLSRPTv1"))
    return rows


def _text(name: str, found: Mapping[str, Any], text: str, wishes: Wishes, start: str, held: str = "") -> Plain:
    """A TXT record of which there may be one only: the old one goes as the new one comes."""
    texts = [str(record["text"]) for record in found["records"]]
    old = [_quoted(one) for one in texts if one.startswith(start) and one != text]
    row = _set(name, "TXT", wishes.ttl, [_quoted(text)], map(_quoted, texts),
               str(found["reason"]) if found["status"] == ERROR else held)
    return {**row, "remove": [] if row["held"] else old}


def _why_no_policy(domain: Mapping[str, Any], seen: Sequence[Seen], policy: str) -> str:
    """Return why a policy must not be announced yet: senders would refuse to deliver, or find no policy."""
    mx, served = domain["mx"], domain["mta_sts"]["policy"]
    if mx["status"] != FOUND:
        return str(mx["reason"] or f"{domain['domain']} has no MX records")
    for host in mx["hosts"]:
        mine = [one for one in seen if one.protocol == "smtp" and one.dns.get("name") == host]
        if not mine:
            return f"the certificate of the MX {host} was not seen"
        wrong = [one.unverified for one in mine if one.unverified]
        if wrong:
            return f"the certificate of the MX {host} does not verify: {wrong[0]}"
    if served["status"] != FOUND:
        return f"the policy cannot be fetched: {served['problem']}"
    if served["text"].replace("\r\n", "\n") != policy.replace("\r\n", "\n"):
        return f"{mta_sts.name_host(domain['domain'])} serves another policy"
    return ""


def _quoted(text: str) -> str:
    pieces = [text[at:at + MAX_STRING] for at in range(0, len(text), MAX_STRING)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)
