# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The service packs, for the role ``service``: each filter is one call, and its error a sentence of the play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any, Callable, TypeVar

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import between, judge
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service import (
    applications,
    hsts_below,
    plans,
    refused,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.certificate_entry import DEFAULT_ROOT

T = TypeVar("T")


def service_variables(service: str) -> list[str]:
    """Return the names of a service role's variables; see service_variables.yml."""
    return _said(lambda: plans.variables_of(service))


def service_needs(variables: Mapping[str, Any], service: str) -> dict[str, Any]:
    """Return what has to be known and installed before a plan can be made; see service_needs.yml."""
    return _said(lambda: plans.needs_of(service, variables))


def service_plan(
    look: Mapping[str, Any], service: str, variables: Mapping[str, Any], host: str, address: str,
    root: str = DEFAULT_ROOT, offering: bool = False,
) -> dict[str, Any]:
    """Return everything that a service needs on a host; see service_plan.yml."""
    return _said(lambda: plans.plan_of(service, look, variables, host, address, root, date.today(), offering))


def service_certificates(
    look: Mapping[str, Any], service: str, variables: Mapping[str, Any], host: str, root: str = DEFAULT_ROOT
) -> dict[str, Any]:
    """Return what has to be asked about the certificates that a service has; see service_certificates.yml."""
    return _said(lambda: plans.find_present_certificates(service, look, variables, host, root))


def refusal_reasons(result: Mapping[str, Any], task: str = "") -> list[str]:
    """Return why a service was refused, one line for each problem; see refusal_reasons.yml."""
    return refused.reasons_of(result, task)


def application_files(entry: Mapping[str, Any]) -> list[str]:
    """Return the paths at which the settings files of an application may be; see application_files.yml."""
    return _said(lambda: applications.list_candidates(entry))


def application_plan(entry: Mapping[str, Any], seen: Sequence[str]) -> dict[str, Any]:
    """Return what sets the switches of an application; see application_plan.yml."""
    return _said(lambda: applications.plan_application(entry, seen))


def dependents(
    plan: Mapping[str, Any], seen: Mapping[str, Any], host: str, names: Sequence[str], mode: str = "block",
    fix: bool = False, replicas: Sequence[Mapping[str, Any]] = (), others: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return who would be cut off by a plan, and what moves them to TLS; see dependents.yml."""
    def judged() -> dict[str, Any]:
        found = judge.judge(plan, seen, host, names, mode, fix, replicas, others)
        return {**found, "changes": judge.add_changes(plan["changes"], found["changes"])}

    return _said(judged)


def dependents_between(hosts: Mapping[str, Mapping[str, Any]], check_mode: bool = False) -> dict[str, Any]:
    """Return which hosts of a run depend on each other; see dependents_between.yml."""
    return between.find_between(hosts, check_mode)


def hsts_covered(names: Sequence[str], hosts: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return plain http of the hosts of an inventory below some names; see hsts_covered.yml."""
    return hsts_below.list_covered(names, hosts)


def hsts_plain(observed: Sequence[Mapping[str, Any]], policy: Mapping[str, Any]) -> list[str]:
    """Return which of them answer in plaintext; see hsts_plain.yml."""
    return _said(lambda: hsts_below.list_plain(observed, resolve(policy=policy), datetime.now(timezone.utc)))


def _said(call: Callable[[], T]) -> T:
    try:
        return call()
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"service_variables": service_variables, "service_needs": service_needs,
                "service_certificates": service_certificates, "service_plan": service_plan,
                "refusal_reasons": refusal_reasons, "dependents": dependents,
                "application_files": application_files, "application_plan": application_plan,
                "dependents_between": dependents_between, "hsts_covered": hsts_covered, "hsts_plain": hsts_plain}
