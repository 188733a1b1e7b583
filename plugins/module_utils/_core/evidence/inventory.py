# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventories that PCI DSS 4.0.1 asks for (4.2.1.1, 12.3.3): certificates, and protocols with their suites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import (
    chain,
    days_left,
    moment,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import accepted_versions


def list_certificates(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every served leaf once, with all places that serve it, the first to end first."""
    now = moment(made["generated"])
    found: dict[str, dict[str, Any]] = {}
    for host in made["hosts"]:
        for row in host["endpoints"]:
            for leaf in chain(row["observation"])[:1]:
                entry = found.setdefault(str(leaf.get("sha256")), _entry(leaf, now))
                entry["places"].append({"host": host["host"], "endpoint": row["endpoint"]})
    return sorted(found.values(), key=lambda entry: (entry["not_after"] is None, str(entry["not_after"])))


def _entry(leaf: Mapping[str, Any], now: Any) -> dict[str, Any]:
    key = leaf.get("key") or {}
    return {
        "sha256": leaf.get("sha256"),
        "subject": leaf.get("subject"),
        "issuer": leaf.get("issuer"),
        "serial": leaf.get("serial"),
        "names": list(leaf.get("dns_names") or []) + list(leaf.get("ip_addresses") or []),
        "key_type": key.get("type"),
        "key_bits": key.get("bits"),
        "key_curve": key.get("curve"),
        "spki_sha256": key.get("spki_sha256"),
        "signature_algorithm": leaf.get("signature_algorithm"),
        "not_before": leaf.get("not_before"),
        "not_after": leaf.get("not_after"),
        "days_left": days_left(leaf, now) if now else None,
        "places": [],
    }


def list_ciphers(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every (version, suite) that was accepted, with all places and whether it is allowed there."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for host in made["hosts"]:
        for row in host["endpoints"]:
            seen = row["observation"]
            allowed = _allowed(made["policies"].get(row.get("policy")) or {})
            for version in accepted_versions(seen):
                for name in (seen.get("suites") or {}).get(version) or []:
                    entry = found.setdefault((version, name), {"version": version, "suite": name, "places": []})
                    entry["places"].append({
                        "host": host["host"], "endpoint": row["endpoint"], "allowed": allowed.get(name, "no"),
                    })
    return [found[key] for key in sorted(found)]


def _allowed(policy: Mapping[str, Any]) -> dict[str, str]:
    also = policy.get("also_allowed") or {}
    words: dict[str, str] = dict.fromkeys(also.get("phase_out") or [], "phase out")
    for names in (also.get("ok"), policy.get("tls12_suites"), policy.get("tls13_suites")):
        words.update(dict.fromkeys(names or [], "yes"))
    return words
