# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run of ``renew`` did to the certificate of a service, and whether other hosts see the same one.

The host has looked at its own ports within the transaction.  What it saw there is what another
host has to see, port by port: so a balancer or a second daemon that still serves the old certificate
shows, whichever certificate each port has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.finding import name_endpoint

Row = Mapping[str, Any]


def make_row(plan: Row, gate: Row, transaction: Row, present: Sequence[Row] = ()) -> dict[str, Any]:
    """Return what is known of one service's certificate after its renewal.

    Args:
        plan: the service's plan.
        gate: what the role ``certificate`` returned.
        transaction: what ``service_config`` returned.
        present: rows of other services of the host, of this run.

    Returns:
        ``service``, ``certificate`` (name of the entry), ``names``, ``source``, ``issuer``, ``not_after`` (ISO 8601),
        ``days_left``, ``renewed`` (a new certificate is in use), ``deployed`` (the daemon served another certificate
        than its file, and was made to read it), ``list_renewed`` (the service got a new revocation list), ``next``
        (first day on which the certificate is renewed, or None), and
        ``endpoints``: as another host reaches them, each with ``served``, the SHA-256 of the leaf that the host itself
        saw there.
    """
    entry = plan["certificate"]
    leaf: Row = next((item for item in gate.get("certificates") or () if item["leaf"]), {})
    lists = {row.get("path") for row in plan.get("changes") or () if row["kind"] == "revocation_list"}
    changes = set(transaction.get("changes") or ())
    renewed = bool(changes - lists) or any(
        row["path"] == entry["fullchain"] and row["renewed"] for row in present)
    seen = {_port(item): _leaf_of(item) for item in transaction.get("endpoints") or ()}
    return {
        "service": plan["service"], "certificate": str(entry["name"]), "path": entry["fullchain"],
        "names": list(entry["names"]), "source": entry["source"], "issuer": leaf.get("issuer"),
        "not_after": leaf.get("not_after"), "days_left": leaf.get("days_left"), "renewed": renewed,
        "deployed": bool(transaction.get("activated")) and not changes, "list_renewed": bool(changes & lists),
        "next": None if entry["source"] == "files" or not leaf else _next(leaf, entry.get("renew_days")),
        "endpoints": [{**row, "served": seen[_port(row)]} for row in plan["endpoints"] if seen.get(_port(row))],
    }


def list_endpoints(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the endpoints of rows of ``make_row`` as ``endpoint_info`` takes them, each once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        for endpoint in row["endpoints"]:
            given = {key: value for key, value in endpoint.items() if key != "served"}
            found.setdefault((given["host"], given.get("address"), *_port(given)), given)
    return list(found.values())


def describe(host: str, rows: Sequence[Row], observed: Sequence[Row], refused: Mapping[str, Sequence[str]]
             ) -> dict[str, list[str]]:
    """Return what to say of one host.

    Args:
        host: its name in the inventory.
        rows: of ``make_row``.
        observed: what ``endpoint_info`` saw of the endpoints of all hosts.
        refused: services whose renewal failed, with the reasons.

    Returns:
        ``lines`` (one for each service), ``failing`` (sentences) and ``renewed`` (names of certificates).
    """
    # Two hosts may be known by one name, each at its own address.
    seen = {(item["host"], address, *_port(item)): item for item in observed for address in (None, item.get("address"))}
    lines: list[str] = []
    failing = [f"{host}: {service}: {reason}" for service, reasons in refused.items() for reason in reasons]
    for row in rows:
        problems = [sentence for sentence in (_compared(endpoint, seen) for endpoint in row["endpoints"]) if sentence]
        failing += [f"{host}: {row['service']}: {sentence}" for sentence in problems]
        lines.append(f"{host} {row['service']}: {describe_row(row)}")
    return {"lines": lines, "failing": failing,
            "renewed": sorted({row["certificate"] for row in rows if row["renewed"]})}


def write_metrics(rows: Sequence[Row], failing: Sequence[str], now: datetime) -> str:
    """Return what became of the certificates of a host in the text format of Prometheus.

    Args:
        rows: of ``make_row``.
        failing: sentences of ``describe``.
        now: time of the run, with its zone.
    """
    lines = ["# HELP intransit_tls_certificate_not_after_seconds End of the certificate, seconds since 1970.",
             "# TYPE intransit_tls_certificate_not_after_seconds gauge"]
    for row in rows:
        if row["not_after"]:
            labels = ",".join(f'{key}="{_escape(str(row[key]))}"' for key in ("service", "certificate", "source"))
            end = _read_time(row["not_after"]).timestamp()
            lines.append(f"intransit_tls_certificate_not_after_seconds{{{labels}}} {end:.0f}")
    for name, meaning, value in (
            ("problems", "Problems of the last run: certificates not renewed or not served.", len(failing)),
            ("run_seconds", "Time of the last run, seconds since 1970.", int(now.timestamp()))):
        lines += [f"# HELP intransit_tls_renewal_{name} {meaning}", f"# TYPE intransit_tls_renewal_{name} gauge",
                  f"intransit_tls_renewal_{name} {value}"]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def describe_row(row: Row) -> str:
    """Return one line: what became of the certificate of a service, and where it is served."""
    if row["renewed"]:
        what = "renewed"
    elif row["deployed"]:
        what = "the daemon served another certificate than its file, and was made to read it"
    else:
        what = "not due"
    left = f", {row['days_left']} days left" if row["days_left"] is not None else ""
    after = f", next renewal from {row['next']} on" if row["next"] else ""
    after = ", renewed by another program" if row["source"] == "files" else after
    ports = ", ".join(f"{item['protocol']} {item['port']}" for item in row["endpoints"])
    lists = "; new revocation list" if row.get("list_renewed") else ""
    return f"{row['certificate']}: {what}{left}{after}; served on {ports or 'no port that other hosts reach'}{lists}"


def _compared(endpoint: Row, seen: Mapping[Any, Row]) -> Optional[str]:
    """Return why another host does not see the certificate that the host itself serves; None if it does."""
    name = name_endpoint(endpoint)
    observation = seen.get((endpoint["host"], endpoint.get("address"), *_port(endpoint)))
    served = _leaf_of(observation) if observation is not None else None
    if served == endpoint["served"]:
        return None
    if served is None:
        why = str((observation or {}).get("error") or "no certificate was seen")
        return (f"{name}: the new certificate could not be proven from outside ({why}). Look at the way from the "
                "controller to this port, then run again.")
    return (f"{name} shows from outside the certificate with SHA-256 {served[:16]}..., on the host itself "
            f"{endpoint['served'][:16]}.... Another program answers at this name: a balancer, or another host. Renew "
            "its certificate too.")


def _port(row: Row) -> tuple[int, str, str]:
    return int(row["port"]), str(row["protocol"]), str(row.get("server_name") or "")


def _leaf_of(observation: Row) -> Optional[str]:
    return next((str(row["sha256"]) for row in observation.get("certificates") or () if row.get("position") == 0), None)


def _next(leaf: Row, renew_days: Optional[int]) -> str:
    """Return the first day on which a certificate is due; without ``renew_days`` by its life, as ``cert.due`` does."""
    begin, end = _read_time(leaf["not_before"]), _read_time(leaf["not_after"])
    left = timedelta(days=renew_days) if renew_days else (end - begin) / (2 if end - begin < timedelta(days=10) else 3)
    return (end - left).date().isoformat()


def _read_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
