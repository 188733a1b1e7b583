# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of one run that depend on each other, and the order in which replicas and their providers come to TLS.

First the providers offer TLS and refuse nothing; then their replicas begin to use it; only then do providers refuse
plaintext.  At no moment is a replica without a provider that answers it.  If a step fails, hosts are as they were,
or offer TLS and still take plaintext.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]
SERVICE = "openldap"


def find_between(hosts: Mapping[str, Mapping[str, Any]], check_mode: bool = False) -> dict[str, Any]:
    """Return who depends on whom.

    Args:
        hosts: for each host of the run ``elsewhere`` (what ``dependent_info`` returned), ``addresses``, ``fix``
            (whether its clients are moved to TLS), and ``services`` that the run works on.
        check_mode: nothing is changed, so that what would be changed first still uses plaintext.

    Returns:
        ``others``: for each server the rows of hosts that use it, with ``on`` (the host), its ``addresses``, and
        ``later`` (a run without check mode changes it first); ``providers`` and ``consumers`` of replicas that are
        moved to TLS in this run; ``lines``: the order, in words.
    """
    others: dict[str, list[Row]] = {}
    providers: list[str] = []
    consumers: list[str] = []
    lines: list[str] = []
    for name, host in sorted(hosts.items()):
        for row in host.get("elsewhere") or ():
            server = str(row["server"])
            moved = _is_moved(row, host, hosts.get(server) or {})
            others.setdefault(server, []).append(
                {**row, "on": name, "addresses": list(host.get("addresses") or ()), "later": moved and check_mode})
            # A referral names the server to clients only.
            if not row["encrypted"] and row["setting"] != "olcupdateref":
                lines.append(_say(name, row, server, moved))
            if moved:
                providers.append(server)
                consumers.append(name)
    return {"others": others, "providers": sorted(set(providers)), "consumers": sorted(set(consumers)), "lines": lines}


def _is_moved(row: Mapping[str, Any], host: Mapping[str, Any], server: Mapping[str, Any]) -> bool:
    """Return whether the run moves a replica to TLS before its provider refuses plaintext."""
    both = SERVICE in (host.get("services") or ()) and SERVICE in (server.get("services") or ())
    replica = row["kind"] == "syncrepl" and row["setting"] == "olcsyncrepl" and row["target"].startswith("ldap://")
    return bool(host.get("fix") and both and replica and not row["encrypted"])


def _say(name: str, row: Mapping[str, Any], server: str, moved: bool) -> str:
    where = f"{name} uses {server} at {row['target']} in plaintext ({row['file']}:{row['line']})."
    if moved:
        return f"{where} First {server} offers TLS, then {name} uses it, then {server} refuses plaintext."
    return f"{where} Change {name} first, then {server}."
