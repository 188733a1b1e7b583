# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter of the playbook ``dns``: what was observed to what to publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Callable, Optional

from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import publish
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.dns import find_unverified
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates


def dns_records(
    observed: Mapping[str, Any], options: Optional[Mapping[str, Any]] = None,
    following: Optional[Mapping[str, Sequence[str]]] = None,
) -> dict[str, Any]:
    """Return what to publish for what was observed; see dns_records.yml."""
    try:
        return publish.plan_records(_seen(observed), following or {}, _wishes(options or {}))
    except IntransitError as error:
        raise AnsibleFilterError(error.message) from error


def _wishes(options: Mapping[str, Any]) -> publish.Wishes:
    given = {key: value for key, value in options.items() if value not in (None, "", [])}
    for name, make in (("ttl", int), ("max_age", int), ("reports", _words), ("protocols", _words)):
        if name in given:
            given[name] = make(given[name])
    return publish.Wishes(**given)


def _words(value: Any) -> tuple[str, ...]:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    return tuple(str(word) for word in words)


def _seen(observed: Mapping[str, Any]) -> list[publish.Seen]:
    now = datetime.now(timezone.utc)
    policies = {name: resolve(policy=policy) for name, policy in observed["policies"].items()}
    found = []
    for item in observed["observed"]:
        anchors, private = ([str(item[key])] if item.get(key) else [] for key in ("ca_file", "private_ca_file"))
        policy = policies[item["policy"]]
        for row in add_certificates(item["observations"], policy, now, anchors, 0, private):
            if isinstance(row.get("dns"), Mapping):
                found.append(publish.Seen(str(item["host"]), str(row["protocol"]), row["dns"], publish.read_chains(row),
                                          find_unverified(policy, row, now)))
    return found


class FilterModule:
    """Ansible's way in."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"dns_records": dns_records}
