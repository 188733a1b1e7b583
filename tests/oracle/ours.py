# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine's findings and the truth, in one shape: sets of IANA names, so that they can be held side by side."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemons import LATEST, TARGETS, Hosts, Target
from images import RELEASES

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups as group_table
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import suites as suite_table
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

NAME = "wire.example.test"
VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass
class Findings:
    """What one client found at one target; None where it does not look for such a thing."""

    suites: dict[str, set[str]] = field(default_factory=dict)
    groups: set[str] | None = None
    groups_of: dict[str, set[str]] = field(default_factory=dict)
    """The groups by version; the truth alone has them."""
    preference: dict[str, bool] | None = None
    note: str = ""
    connections: int = 0


def group_id(name: str) -> str:
    """A group's name in lower case as IANA writes it, from OpenSSL's."""
    known = group_table.by_openssl(name)
    return (known.iana if known is not None else name).lower()


def engine(address: str, target: Target, **options: Any) -> Findings:
    """Depth ``full`` of our engine."""
    endpoint = {"host": NAME, "address": address, "port": target.port, "protocol": target.protocol, "server_name": NAME}
    (seen,) = observe([endpoint], depth="full", policy="intermediate", parts=("suites", "groups"), **options)
    notes = [seen.error or "", ", ".join(seen.undecided)]
    return Findings(
        {version: set(seen.suites.get(version, ())) for version in VERSIONS}, {name.lower() for name in seen.groups},
        preference={version: bool(said) for version, said in seen.server_preference.items()},
        note=" ".join(filter(None, notes)), connections=seen.connections,
    )


def by_policy(hosts: Hosts, policies: Mapping[str, Policy]) -> dict[str, dict[tuple[str, str], Observation]]:
    """Depth ``policy`` of our engine on every port of both releases, one call for each policy: by release and target."""
    places = [(release, target) for release in RELEASES for target in TARGETS]
    endpoints = [{"host": NAME, "address": hosts.address[release], "port": target.port, "protocol": target.protocol,
                  "server_name": NAME} for release, target in places]
    with contextlib.ExitStack() as stack:
        for release in RELEASES:
            # One policy alone stays below MariaDB's limit; several in a row do not.
            stack.enter_context(hosts.patient(release))
        # A call is over when the last failed login is answered, so five wait together.
        pool = stack.enter_context(ThreadPoolExecutor(5))
        looks = list(pool.map(lambda policy: observe(endpoints, depth="policy", policy=policy), policies.values()))
    return {name: {(release, target.name): found for (release, target), found in zip(places, seen, strict=True)}
            for name, seen in zip(policies, looks, strict=True)}


def ask_truth(hosts: Hosts, release: str, targets: list[Target], each: bool) -> list[Findings]:
    """The truth about targets on the host of a release, by the newest clients."""
    script = Path(__file__).with_name("truth.py").read_text()
    request = {"each": each, "targets": [
        {"host": hosts.address[release], "port": target.port, "starttls": target.starttls,
         "gnutls": target.gnutls(release)} for target in targets]}
    answer = json.loads(hosts.run(LATEST, "python3", "-c", script, stdin=json.dumps(request)))
    return [_findings(facts) for facts in answer["facts"]]


def _findings(facts: dict[str, Any]) -> Findings:
    found = {version: {_openssl(name) for name in names} for version, names in facts["suites"].items()}
    for version, names in facts.get("gnutls", {}).items():
        found[version] |= {_gnutls(name) for name in names}
    preference = {version: said for version, said in facts["preference"].items() if said is not None}
    named = {version: {group_id(name) for name in names} for version, names in facts["groups"].items()}
    return Findings(found, set().union(*named.values()), named, preference)


def _openssl(name: str) -> str:
    suite = suite_table.by_openssl(name)
    return suite.iana if suite is not None else name


def _gnutls(name: str) -> str:
    suite = suite_table.by_gnutls(name)
    return suite.iana if suite is not None else name
