# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turn a service's endpoint rows into endpoints to probe, from inside or from outside.

A row is what a dialect returns: ``port``, ``protocol``, ``server_name`` (or None),
``listen`` (the address it is bound to, empty for all), ``overridden``, ``says``
(what it has to say within TLS, only asked by the host itself) if there is any, and ``proxy_protocol``
with ``proxy_setting`` if it expects a PROXY line from a load balancer.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Dict, Iterable, List, Mapping

Rows = Iterable[Mapping[str, Any]]


def inside(rows: Rows) -> List[Dict[str, Any]]:
    """Return endpoints for the host itself; what others rule (``overridden``) is not ours to confirm."""
    return [
        {**_endpoint(row, row.get("listen") or "127.0.0.1"), **_given(row, "says", "proxy_protocol")}
        for row in rows if not row.get("overridden")
    ]


def outside(rows: Rows, address: str) -> List[Dict[str, Any]]:
    """Return endpoints as another machine reaches them at ``address``; loopback sockets are left out."""
    return [
        {**_endpoint(row, row.get("listen") or address), **_unprobed(row)}
        for row in rows if not _loopback(str(row.get("listen") or ""))
    ]


def _given(row: Mapping[str, Any], *keys: str) -> Dict[str, Any]:
    return {key: row[key] for key in keys if row.get(key)}


def _unprobed(row: Mapping[str, Any]) -> Dict[str, Any]:
    """Why another machine does not connect: clients of this port come through a load balancer."""
    if not row.get("proxy_protocol"):
        return {}
    setting = row.get("proxy_setting") or "PROXY protocol"
    return {"unprobed": "it expects a PROXY line from a load balancer (%s), and clients reach it only through that; "
                        "verify the load balancer's own address" % setting}


def _endpoint(row: Mapping[str, Any], address: str) -> Dict[str, Any]:
    name = row.get("server_name")
    return {
        "host": name or address,
        "address": address,
        "port": int(row["port"]),
        "protocol": row["protocol"],
        "server_name": name,
    }


def _loopback(listen: str) -> bool:
    try:
        return ipaddress.ip_address(listen).is_loopback
    except ValueError:
        return False
