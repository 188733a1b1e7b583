# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports that do not fit a plan: those that another program holds, and those that the same daemon opens besides.

A daemon that cannot bind its port ends as it is restarted, and its clients with it.  Plain http is left out there,
because no plan opens it.  A daemon's further port may be another instance's, which has settings of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort

EVERY = ("", "0.0.0.0", "::", "*")
"""Addresses that stand for all of a host."""


def find_taken(
    ports: Sequence[ServicePort], listeners: Sequence[Mapping[str, Any]], processes: Sequence[str], title: str,
    prefix: str,
) -> list[str]:
    """Return a sentence for each port that the service cannot open.

    Args:
        ports: what the plan opens.
        listeners: every listening socket of the host: ``address``, ``port``, ``pid`` and ``process``.
        processes: names of the service's own processes.
        title: the service's name, for sentences.
        prefix: what the names of the role's variables begin with.
    """
    found: dict[tuple[int, Any], str] = {}
    for port in ports:
        holders = [row for row in listeners if row["port"] == port.port and _meet(str(row["address"]), port.listen)]
        # If the service itself holds one of the sockets, another program's is on another address.
        if port.protocol == "http" or not holders or any(row["process"] in processes for row in holders):
            continue
        row = holders[0]
        who = f"{row['process']} (pid {row['pid']})" if row["process"] else "another program"
        found.setdefault((port.port, row["pid"]), (
            f"Port {port.port} is held by {who}, so {title} cannot open it. If that program serves it on purpose, take "
            f"{title} out of tls_services, or change the ports of {title} ({prefix}*). Otherwise stop the program."))
    return list(found.values())


def find_further(
    ports: Sequence[ServicePort], listeners: Sequence[Mapping[str, Any]], processes: Sequence[str], title: str
) -> list[str]:
    """Return a sentence for each port that the daemon's program opens for other hosts and the plan does not know.

    The arguments are those of ``find_taken``; ``ports`` holds those that the plan closes, too.
    """
    known = {port.port for port in ports}
    found = {
        int(row["port"]): row["pid"] for row in listeners
        if row["process"] in processes and row["port"] not in known and not _is_loopback(row)}
    return [
        f"{title} also listens on port {port} (pid {pid}), which is not part of this plan. If a further instance or a "
        "unit of another name opens it, its settings stay as they are. verify with tls_discover: true judges the port."
        for port, pid in sorted(found.items())]


def _is_loopback(row: Mapping[str, Any]) -> bool:
    return ServicePort(int(row["port"]), "", None, str(row["address"])).loopback


def _meet(held: str, wanted: str) -> bool:
    """Return whether two sockets of one port cannot both be open."""
    return held in EVERY or wanted in EVERY or held.strip("[]") == wanted.strip("[]")
