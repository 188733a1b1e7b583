# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report of who still uses plaintext: a row for each host, port and client, and a table of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import places

WIDTH = 80
CONFIGURED, CONNECTED, LOGGED = "configured", "connected now", "in the log"

Row = dict[str, Any]


def report(hosts: Mapping[str, Mapping[str, Any]], generated: str) -> dict[str, Any]:
    """Return ``generated``, ``rows``, ``reasons``, ``empty`` and ``table``.

    Args:
        hosts: for each its ``endings`` and ``users`` (result of ``dependent_info``), or ``reason``; ``names`` by which
            others know it, and ``replication``, where its slapd replicates from.
        generated: the time, ISO 8601.
    """
    rows = [row for name in sorted(hosts) for row in (*rows_of(name, hosts[name]), *replicas_of(name, hosts))]
    rows.sort(key=lambda row: (row["host"], row["port"]))
    reasons = {name: str(host["reason"]) for name, host in sorted(hosts.items()) if host.get("reason")}
    made = {"generated": generated, "rows": rows, "reasons": reasons, "empty": not rows and not reasons}
    return {**made, "table": write_table(made)}


def rows_of(name: str, host: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the clients of one host: ``host``, ``port``, ``protocol``, ``client``, ``evidence`` and ``remedy``."""
    endings = {int(row["port"]): row for row in host.get("endings") or ()}
    users = host.get("users") or {}
    for row in users.get("dependents") or ():
        ending = endings.get(int(row["port"]))
        if ending and (ending["closed"] or not row["encrypted"]):
            yield _row(name, ending, f"{row['file']}:{row['line']}", CONFIGURED,
                       str(row["remedy"]).replace("{name}", ending["server_name"] or "NAME"))
    for row in users.get("clients") or ():
        if row["plain"] and int(row["port"]) in endings:
            yield _row(name, endings[int(row["port"])], str(row["peer"]),
                       f"{LOGGED}: {row['plain']} without TLS, {row['tls']} with TLS", "Set this client to TLS.")
    for row in users.get("connections") or ():
        if int(row["port"]) in endings:
            who = f"{row['peer']} ({row['process']})" if row["process"] else str(row["peer"])
            yield _row(name, endings[int(row["port"])], who, CONNECTED,
                       "Check whether it uses TLS; the kernel's table does not show it.")


def replicas_of(name: str, hosts: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    """Yield the other hosts of the run whose slapd replicates from this one without TLS."""
    own = {str(item).lower() for item in hosts[name].get("names") or ()}
    others = [(other, row) for other in sorted(set(hosts) - {name}) for row in hosts[other].get("replication") or ()]
    for ending in [row for row in hosts[name].get("endings") or () if row["protocol"] == "ldap"]:
        for consumer, row in others:
            servers = places.find_urls(str(row["provider"]))
            here = any(place.host in own and place.port == int(ending["port"]) for place in servers)
            if here and (ending["closed"] or not row["encrypted"]):
                yield _row(name, ending, f"host {consumer}, {row['dn']}", CONFIGURED,
                           f"On {consumer}, add starttls=critical and tls_cacert to olcSyncrepl.")


def _row(name: str, ending: Mapping[str, Any], client: str, evidence: str, remedy: str) -> Row:
    return {"host": name, "port": int(ending["port"]), "protocol": str(ending["protocol"]), "client": client,
            "evidence": evidence, "remedy": remedy}


def write_table(made: Mapping[str, Any]) -> str:
    """Return the report as text: a heading for each port of a host, below it its clients."""
    lines = [f"Who still uses plaintext, {made['generated'][:16].replace('T', ' ')} UTC"]
    place = None
    for row in made["rows"]:
        if (row["host"], row["port"]) != place:
            place = (row["host"], row["port"])
            lines += ["", f"{row['host']}  port {row['port']} ({row['protocol']})"]
        lines += _wrapped(f"{row['client']}  {row['evidence']}", "  ") + _wrapped(row["remedy"], "      ")
    for name, reason in made["reasons"].items():
        lines += ["", *_wrapped(f"{name} was not asked: {reason}", "")]
    lines += ["", "No client was found." if made["empty"] else f"{len(made['rows'])} clients."]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, indent: str) -> list[str]:
    clean = "".join(sign if sign.isprintable() else "?" for sign in text)
    return textwrap.wrap(clean, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
