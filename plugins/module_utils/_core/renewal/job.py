# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host has to know to renew the certificate of one service by itself: the job, as plain data.

The controller makes it of the service's plan, and the role ``renewal`` writes it to a file that only root can read.
It holds no secret: those of the directory stand in an environment file of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError

VERSION = 1
FOLDER = "/etc/intransit.tls/renew"
"""Where the jobs are on the host, one file for each service."""
SECRETS = FOLDER + "/secrets.env"
"""What the directory and the DNS server want to see: for the issuer alone, readable by root alone."""

_ENTRY = (
    "name", "source", "names", "dns_names", "ip_addresses", "owner", "group", "mode", "accept", "certificate", "chain",
    "fullchain", "private_key", "bundle_form", "directory", "staged_key", "key_type", "key_size", "curve", "renew_days",
    "reuse_key", "challenge", "webroot", "must_staple")
_NEEDED = ("service", "certificate", "entries", "endpoints", "policy", "transaction", "acme", "metrics")
_ACME = ("directory", "trust_anchor", "email", "terms_agreed", "challenge", "webroot", "dns", "external_account")


def make_job(plan: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], acme: Mapping[str, Any],
             metrics: str = "") -> dict[str, Any]:
    """Return the job of one service.

    Args:
        plan: of the service.
        entries: its certificate entries, completed (``service.certificate_entry``).
        acme: ``directory`` (URL), ``trust_anchor`` (a file on the host, or empty), ``email``, ``terms_agreed``,
            ``challenge``, ``webroot``, ``dns`` (``server``, ``port``, ``key_name``, ``key_algorithm``) and
            ``external_account`` (whether one is set).
        metrics: file for the textfile collector of node_exporter; empty: none.
    """
    served = plan["certificate"]
    how = plan["confirmation"]
    return {
        "version": VERSION, "service": plan["service"], "certificate": _cut(served, _ENTRY), "policy": plan["policy"],
        "entries": [_cut(entry, _ENTRY) for entry in entries], "endpoints": list(plan["endpoints"]),
        "acme": {**_cut(acme, _ACME), "dns": _cut(
            acme.get("dns") or {}, ("server", "port", "key_name", "key_algorithm"))},
        "metrics": metrics,
        "transaction": {
            # slapd reads its certificate again if it is told its settings again.
            "changes": [item for item in plan["changes"] if "olcTLSCertificateFile" in (item.get("attributes") or {})],
            "validation": dict(plan["validation"]), "activation": dict(plan["activation"]),
            # Whatever else differs from the policy must not prevent a renewal. Of a web server some sites may have
            # certificates of their own.
            "confirmation": {
                "certificate": served["fullchain"], **how, "only": ["certificate", "certificate_in_use", "inside_tls"],
                "certificate_scope": "all" if how.get("certificate") else "some"},
            "continuity": dict(plan["continuity"]),
        },
    }


def _cut(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def read_job(text: str, path: str) -> dict[str, Any]:
    """Return a job from the text of its file.

    Raises:
        OptionError: it is damaged, or of another version; the sentence says what to do.
    """
    try:
        job = json.loads(text)
    except ValueError as error:
        raise _refused(path, f"cannot be read as JSON ({error})") from None
    if not isinstance(job, dict) or job.get("version") != VERSION:
        raise _refused(path, "was written by another version of this collection")
    lacking = [key for key in _NEEDED if key not in job]
    if lacking:
        raise _refused(path, f"lacks {', '.join(lacking)}")
    return job


def _refused(path: str, why: str) -> OptionError:
    return OptionError(
        f"{path} {why}, so the certificate of that service is not renewed. Run intransit.tls.enforce for this host.")


def find_obstacles(entries: Sequence[Mapping[str, Any]], acme: Mapping[str, Any], profile: str = "") -> list[str]:
    """Return why a host cannot order these certificates by itself, in sentences that say what to do."""
    orders = [entry for entry in entries if entry["source"] == "acme"]
    found = []
    if orders and not acme.get("email"):
        found.append("lego, which orders on the host, needs a mail address for the account: set tls_acme_contact.")
    if orders and not acme.get("terms_agreed"):
        found.append("Read the directory's terms of service and set tls_acme_terms_agreed to true.")
    for entry in orders:
        challenge = entry.get("challenge") or acme.get("challenge")
        if entry.get("profile") or profile:
            found.append(f"{entry['name']}: lego of Debian cannot ask for a profile. Remove it, or let the controller "
                         "renew this host.")
        if entry["ip_addresses"]:
            found.append(f"{entry['name']}: lego of Debian orders for names only. Let the controller renew this host.")
        wild = [name for name in entry["dns_names"] if name.startswith("*.")]
        if challenge == "http-01" and wild:
            found.append(f"{entry['name']}: {', '.join(wild)} can only be proven with challenge dns-01.")
        if challenge == "dns-01" and not (acme.get("dns") or {}).get("server"):
            found.append(f"{entry['name']}: challenge dns-01 updates a DNS server: set tls_acme_dns.")
    return list(dict.fromkeys(found))
