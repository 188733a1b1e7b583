# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is looked up for an endpoint, a name and a mail domain, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts, tls_rpt
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.caa import look_caa
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import (
    ERROR,
    FOUND,
    NONE,
    Answer,
    Fetch,
    Fetched,
    Look,
    Question,
    describe_answer,
    name_of,
)


def look_name(name: str) -> Look:
    """Look up CAA and DNSSEC of a name."""
    name = name_of(name)
    caa = yield from look_caa(name)
    address = yield from _address(name)
    return {"name": name, "caa": caa, "dnssec": address}


def look_endpoint(name: str, port: int, protocol: str) -> Look:
    """Look up CAA, DNSSEC and TLSA of an endpoint that clients know by this name."""
    found = yield from look_name(name)
    tlsa = yield from _tlsa(found["name"], port, found["dnssec"])
    return {**found, "port": port, "protocol": protocol, "tlsa": tlsa}


def _address(name: str) -> Look:
    """Addresses: their answer tells whether the zone is signed, and what the name is an alias of."""
    answer: Answer = yield Question(name, "A")
    if answer.status == NONE:
        answer = yield Question(name, "AAAA")
    return {**describe_answer(answer), "canonical": name_of(answer.canonical or name)}


def _tlsa(name: str, port: int, address: Mapping[str, Any]) -> Look:
    """TLSA below the name at the end of the aliases, else below the name itself (RFC 7671 7, RFC 7672 2.2.2)."""
    bases = list(dict.fromkeys([address["canonical"], name]))
    answer, asked = Answer(NONE), ""
    for base in bases:
        asked = f"_{port}._tcp.{base}"
        answer = yield Question(asked, "TLSA")
        if answer.status != NONE:
            break
    return {**describe_answer(answer), "name": asked}


def look_domain(domain: str) -> Look:
    """Look up what concerns mail to a domain: MX, MTA-STS with its policy, TLS-RPT."""
    domain = name_of(domain)
    mx: Answer = yield Question(domain, "MX")
    hosts = sorted(mx.records, key=lambda record: (record["preference"], record["host"]))
    announced = yield from _texts(mta_sts.name_record(domain), mta_sts.read_record)
    # Fetched in any case: a record is only to be published once its policy can be fetched.
    fetched: Fetched = yield Fetch(domain)
    reports = yield from _texts(tls_rpt.name_record(domain), tls_rpt.read_record)
    return {
        "domain": domain,
        "mx": {"status": mx.status, "reason": mx.reason, "authentic": mx.authentic,
               "hosts": [name_of(record["host"]) for record in hosts if name_of(record["host"])]},
        "mta_sts": {**announced, "policy": describe_policy(fetched)},
        "tls_rpt": reports,
    }


def _texts(name: str, read: Any) -> Look:
    answer: Answer = yield Question(name, "TXT")
    read_ = read(record["text"] for record in answer.records)
    # Another text under the name is no such record.
    status = NONE if answer.status == FOUND and not any(read_.values()) else answer.status
    return {**describe_answer(answer), "name": name, "status": status, **read_}


def describe_policy(fetched: Fetched) -> dict[str, Any]:
    """Return what a policy host sent; ``status`` is found, invalid (senders may not use it) or error."""
    empty: dict[str, Any] = {"mode": None, "max_age": None, "mx": [], "text": ""}
    if fetched.status is None and not fetched.refused:
        return {"status": ERROR, "problem": fetched.problem or "there was no answer", **empty}
    problem = fetched.problem
    if not problem and fetched.status != 200:
        problem = f"the policy host answered with status {fetched.status}"
    if not problem and fetched.kind.partition(";")[0].strip().lower() != "text/plain":
        problem = f"its media type is {fetched.kind[:80]!r} and not text/plain"
    read = {} if problem else mta_sts.read_policy(fetched.text)
    problem = problem or read["problem"]
    return {**empty, **read, "problem": problem, "status": "invalid" if problem else FOUND,
            "text": "" if problem else fetched.text}


def decide_authentic(value: Any, trusted: bool, validating: bool) -> Any:
    """Return rows in which ``authentic`` says what is known.

    Args:
        value: what a look returned.
        trusted: whether the way to the resolver is safe, so that its AD flag counts at all (RFC 6840 section 5.7).
        validating: whether the resolver was seen to set it, so that its absence means something.
    """
    if isinstance(value, dict):
        return {key: (_known if key == "authentic" else decide_authentic)(item, trusted, validating)
                for key, item in value.items()}
    return [decide_authentic(item, trusted, validating) for item in value] if isinstance(value, list) else value


def _known(flag: Optional[bool], trusted: bool, validating: bool) -> Optional[bool]:
    if not trusted or flag is None:
        return None
    return True if flag else False if validating else None
