# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters of the playbooks ``verify`` and ``observe``: hosts to endpoint rows, what was seen to a report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Callable, Optional

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import observed
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.holdings import list_patterns
from ansible_collections.intransit.tls.plugins.module_utils._core.service import verification as core
from ansible_collections.intransit.tls.plugins.module_utils._core.service.verification_dns import list_questions
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.session import check_roots

Plain = dict[str, Any]
Results = Sequence[Mapping[str, Any]]


def verification(hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> Plain:
    """Plan what to observe; see verification.yml."""
    controller = core.Controller(lru_cache(maxsize=None)(_found), to_ascii)
    return core.plan_verification([_host(hostvars, str(name)) for name in sorted(hosts)], controller)


def _host(hostvars: Mapping[str, Mapping[str, Any]], name: str) -> core.Host:
    # Each look into hostvars works out all variables of the host, so there is one.
    host = hostvars[name]
    return core.Host(
        name, tuple(host["group_names"]), host.get("verify_variables"), host.get("verify_services"),
        host.get("verify_listeners"), host.get("verify_files"), date.today())


def _found(path: str) -> str:
    expanded = os.path.expanduser(path)
    if not os.path.isfile(expanded):
        return ""
    check_roots(expanded)
    return expanded


def certificate_patterns(services: Mapping[str, Any], root: str, further: Sequence[str] = ()) -> list[str]:
    """Return where certificates and keys are looked for on a host; see certificate_patterns.yml."""
    return list_patterns(str(root), services, further)


def plaintext_ends(services: Mapping[str, Any], host: str, variables: Mapping[str, Any], lenient: bool = False
                   ) -> list[Plain]:
    """Return where the plans of a host's services end plaintext; see plaintext_ends.yml."""
    try:
        return core.list_endings(core.Host(str(host), (), variables, services), lenient)
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def plaintext_report(hosts: Mapping[str, Mapping[str, Any]], generated: str) -> Plain:
    """Return who still uses plaintext, as data and as a table; see plaintext_report.yml."""
    return observed.report(hosts, generated)


def verification_rows(plan: Mapping[str, Any], vantage: str) -> list[Plain]:
    """Return the endpoints to observe on one vantage; see verification_rows.yml."""
    return core.rows_of(plan, str(vantage))


def verification_further(plan: Mapping[str, Any], results: Results) -> Plain:
    """Plan the observation from further vantages; see verification_further.yml."""
    return core.plan_further(plan, core.sort_rows(plan, _answers(results)))


def verification_observed(
    plan: Mapping[str, Any], results: Results, further: Optional[Mapping[str, Any]] = None, more: Results = (),
    dns: Results = (),
) -> Plain:
    """Return what ``report`` judges; see verification_observed.yml."""
    failures = _failures([*results, *more])
    return core.add_observed(plan, _answers(results), further or {"parts": []}, _answers(more), failures, dns)


def verification_dns(plan: Mapping[str, Any]) -> list[Plain]:
    """Return the calls of dns_info; see verification_dns.yml."""
    return list_questions(plan)


def _answers(results: Results) -> dict[str, Sequence[Mapping[str, Any]]]:
    return {str(row["item"]): row["endpoints"] for row in results if "endpoints" in row}


def _failures(results: Results) -> dict[str, str]:
    return {str(row["item"]): str(row.get("msg") or "no reason given") for row in results if "endpoints" not in row}


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {
            "certificate_patterns": certificate_patterns,
            "plaintext_ends": plaintext_ends,
            "plaintext_report": plaintext_report,
            "verification": verification,
            "verification_dns": verification_dns,
            "verification_names": lambda _value: core.list_names(),
            "verification_rows": verification_rows,
            "verification_further": verification_further,
            "verification_observed": verification_observed,
        }
