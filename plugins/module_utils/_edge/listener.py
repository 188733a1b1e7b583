# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every listening socket of this host with its owner, each asked what it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.listener import identify
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.kind import (
    connect_to,
    find_udp_kind,
    kind_of,
    reach,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.socket_plan import (
    SECONDS,
    ask_everything,
    plan_socket,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import processes
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import list_owned_listening
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits

LIMITS = Limits(seconds=SECONDS, per_address=128, per_endpoint=3)
"""Different ports of one address are different servers here, so only each port has a small bound."""


def list_listeners(transports: Sequence[str], ask: bool = True, loopback: bool = True) -> dict[str, Any]:
    """Return ``listeners``, and ``complete``: every socket's process could be seen.

    Args:
        transports: ``tcp``, ``udp``.
        ask: connect to TCP sockets and find out what they speak; otherwise nothing is sent.
        loopback: also name sockets that only this host itself can reach.
    """
    found = [
        {**asdict(row), "reach": reach(row.address)}
        for row in list_owned_listening(tuple(transports))
    ]
    if not loopback:
        found = [row for row in found if row["reach"] != "loopback"]
    people = processes.describe(row["pid"] for row in found if row["pid"] is not None)
    for row in found:
        row.pop("inode")
        row.update(people.get(row["pid"]) or {"executable": None, "user": None, "unit": None, "package": None})
        row["user"] = row["user"] or processes.find_user_name(row["uid"])
        row.update(_unasked(row))
    if ask:
        _ask([row for row in found if row["transport"] == "tcp"])
    return {"listeners": found, "complete": all(row["pid"] is not None for row in found)}


def _unasked(row: Mapping[str, Any]) -> dict[str, Any]:
    kind, protocol = find_udp_kind(row["port"]) if row["transport"] == "udp" else ("not_tried", None)
    detail = f"Its port is that of {protocol}; nothing was sent." if protocol else "Nothing was sent there."
    return {"classification": kind, "protocol": protocol, "identified_by": "port" if protocol else "nothing",
            "words": "", "detail": detail, "plaintext": None, "protocols": []}


def _ask(rows: Sequence[dict[str, Any]]) -> None:
    """Fill in what each TCP socket speaks; the same address and port is asked once, all of them at the same time.

    A process that listens on all addresses of both families is asked over IPv4 alone (``connect_to`` says why).
    """
    both = {(row["port"], row["process"]) for row in rows if row["address"] == "0.0.0.0" and row.get("process")}
    places: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        twin = row["address"] == "::" and (row["port"], row.get("process")) in both
        places.setdefault((connect_to("0.0.0.0" if twin else row["address"]), row["port"]), []).append(row)
    offers = ask_everything()
    jobs = [Job(plan_socket(address, port, offers), (address,), port) for address, port in places]
    place_of = {id(job): place for job, place in zip(jobs, places)}
    for job in Engine(LIMITS).run(jobs):
        identity, seen = job.result
        for row in places[place_of[id(job)]]:
            row.update(_answered(identity, seen.to_dict() if seen is not None else None))


def _answered(identity: identify.Identity, seen: Optional[Mapping[str, Any]]) -> dict[str, Any]:
    kind, sentence = kind_of(identity, seen)
    versions = [version for version, answer in ((seen or {}).get("protocols") or {}).items() if answer["accepted"]]
    return {
        **identify.list_facts(identity), "classification": kind, "detail": sentence,
        "plaintext": (seen or {}).get("plaintext"), "protocols": versions,
    }
