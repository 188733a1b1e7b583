# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who uses plaintext ports of this host: what is configured here, and who is connected at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import logs
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.read import read, read_elsewhere
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import guarded, listeners
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive


def look(ports: Collection[int], names: Collection[str] = (), days: int = 0,
         servers: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return what ``_core/dependent/read.py`` and ``logs.py`` return (``clients``), ``elsewhere`` and ``connections``.

    Args:
        ports: plaintext ports of this host.
        names: names and addresses by which others know this host.
        days: of the daemons' logs that are read; 0: none.
        servers: other hosts with plaintext ports (``read_elsewhere``).

    Returns:
        ``connections`` has one row for each port and client: ``port``, ``peer`` (address), ``process`` (of a client
        on this host, else None) and ``count``.  Whether a connection uses TLS cannot be seen there.
    """
    found = drive(read(ports, names)) if ports else {"dependents": [], "resolved": [], "problems": []}
    # Root changes no file that another account could put in another place meanwhile.
    rows = [{**row, "trusted": guarded.distrust(row["file"]) is None} for row in found["dependents"]]
    return {**found, "dependents": rows, "connections": _connections(ports), "clients": drive(logs.read(ports, days)),
            "elsewhere": drive(read_elsewhere(servers)) if servers else []}


def _connections(ports: Collection[int]) -> list[dict[str, Any]]:
    counted: dict[tuple[Any, ...], int] = {}
    for row in listeners.list_established(ports):
        key = (row.port, row.peer, row.process)
        counted[key] = counted.get(key, 0) + 1
    return [{"port": port, "peer": peer, "process": process, "count": count}
            for (port, peer, process), count in counted.items()]
