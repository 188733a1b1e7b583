# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters around keys and certificates: each is one call into the core, and its error a sentence of the play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Callable, Optional

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import authorised, csr, fleet, revoked
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import job as jobs
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import rows as renewal
from ansible_collections.intransit.tls.plugins.module_utils._core.service import certificate_entry as entries
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii


def certificate_entry(
    value: Optional[Mapping[str, Any]], policy: Any, host: str, root: str = entries.DEFAULT_ROOT
) -> dict[str, Any]:
    """Return an item of tls_certificates with every key filled in."""
    try:
        return entries.complete_entry(value or {}, resolve(policy=policy or None), host, root, to_ascii)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def csr_problems(
    value: Mapping[str, Any], wanted: Mapping[str, Any], said: Sequence[str] = (), allowed: Sequence[str] = (),
    content: str = "",
) -> list[str]:
    """Return why a signing request is not signed; see csr_problems.yml."""
    try:
        return list(csr.find_problems(value, wanted, said, allowed, to_ascii, content))
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def unauthorised_names(
    value: Mapping[str, Any], said: Sequence[str] = (), allowed: Sequence[str] = ()
) -> list[str]:
    """Return the names of an entry that the private authority must not sign; see unauthorised_names.yml."""
    try:
        known = [*authorised.list_said_names(value), *said]
        return list(authorised.find_unauthorised(value["names"], known, allowed, to_ascii))
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def shared_keys(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return findings about keys and prime factors that hosts have in common."""
    try:
        return [finding.to_dict() for finding in fleet.find_shared_keys(value)]
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def revocation_list(value: Sequence[Mapping[str, Any]], present: str = "", life: str = "7d") -> dict[str, Any]:
    """Return what the revocation list of the private CA should be; see revocation_list.yml."""
    try:
        wish = revoked.read_revoked(value, present, life, datetime.now(timezone.utc))
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error
    return {"entries": [dict(item) for item in wish.entries], "serials": list(wish.serials), "due": wish.due}


def renewal_row(
    plan: Mapping[str, Any], gate: Mapping[str, Any], transaction: Mapping[str, Any],
    present: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return what is known of one service's certificate after its renewal; see renewal_row.yml."""
    return renewal.make_row(plan, gate, transaction, present)


def renewal_endpoints(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the endpoints at which renewed certificates are looked at; see renewal_endpoints.yml."""
    return renewal.list_endpoints(rows)


def renewal_report(
    rows: Sequence[Mapping[str, Any]], host: str, observed: Sequence[Mapping[str, Any]],
    refused: Mapping[str, Sequence[str]],
) -> dict[str, list[str]]:
    """Return what to say of the certificates of one host; see renewal_report.yml."""
    return renewal.describe(host, rows, observed, refused)


def renewal_metrics(rows: Sequence[Mapping[str, Any]], failing: Sequence[str]) -> str:
    """Return what became of the certificates of a host in the text format of Prometheus; see renewal_metrics.yml."""
    return renewal.write_metrics(rows, failing, datetime.now(timezone.utc))


def renewal_job(
    plan: Mapping[str, Any], host: str, root: str, acme: Mapping[str, Any], metrics: str = "",
) -> dict[str, Any]:
    """Return the job by which a host renews the certificate of a service by itself; see renewal_job.yml."""
    policy = resolve(policy=plan["policy"])
    try:
        completed = [
            entries.complete_entry(entry, policy, host, root, to_ascii) for entry in plan["certificate_entries"]]
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error
    return {
        "job": jobs.make_job(plan, completed, acme, metrics),
        "obstacles": jobs.find_obstacles(completed, acme, acme.get("profile") or ""),
        "orders": any(entry["source"] == "acme" for entry in completed),
    }


class FilterModule:
    """Hands the filters to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {
            "certificate_entry": certificate_entry,
            "csr_problems": csr_problems,
            "renewal_job": renewal_job,
            "renewal_endpoints": renewal_endpoints,
            "renewal_metrics": renewal_metrics,
            "renewal_report": renewal_report,
            "renewal_row": renewal_row,
            "revocation_list": revocation_list,
            "shared_keys": shared_keys,
            "unauthorised_names": unauthorised_names,
        }
