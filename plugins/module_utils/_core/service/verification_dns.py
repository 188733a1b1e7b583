# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a verification asks the DNS about the endpoints of its hosts, and how the answers come to the observations.

Hosts with the same resolvers are asked about together, in one call of ``dns_info`` on their vantage.  A call without a
result is an error of each of its endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import name_of

CONTROLLER = "localhost"
MAIL = "smtp"
PLAIN = "http"
_PLACE = ("host", "port", "protocol", "server_name")
_HOW = ("vantage", "resolvers", "trust_resolvers", "ca_file")

Plain = dict[str, Any]


def is_true(value: Any) -> bool:
    """Return a switch, which is text if it was given on the command line."""
    return str(value).lower() in ("true", "yes", "on", "1")


def read_wish(get: Callable[[str, Any], Any]) -> Optional[Plain]:
    """Return what a host wants to be asked, from its variables; None: nothing."""
    if not is_true(get("tls_dns", False)):
        return None
    trusted = get("tls_dns_trust_resolvers", None)
    return {
        "vantage": str(get("tls_dns_vantage", "") or CONTROLLER),
        "resolvers": _words(get("tls_dns_resolvers", None)),
        "trust_resolvers": None if trusted in (None, "") else is_true(trusted),
        "ca_file": str(get("tls_dns_ca_file", "") or ""),
        "issuers": _words(get("tls_caa_issuers", None)),
        "domains": [name_of(name) for name in _words(get("tls_mail_domains", None))],
    }


def list_questions(plan: Mapping[str, Any]) -> list[Plain]:
    """Return the calls of ``dns_info`` for a plan: ``vantage``, and what it takes."""
    groups: dict[str, Plain] = {}
    for part in plan["parts"]:
        wish = plan["hosts"][part["host"]].get("dns")
        if not wish:
            continue
        group = groups.setdefault(_key(wish), {**{key: wish[key] for key in _HOW}, "endpoints": [], "domains": []})
        for row in part["endpoints"]:
            question = {key: row[key] for key in _PLACE if row.get(key) is not None}
            if row["protocol"] != PLAIN and question not in group["endpoints"]:
                group["endpoints"].append(question)
            if row["protocol"] == MAIL:
                group["domains"] += [name for name in wish["domains"] if name not in group["domains"]]
    return list(groups.values())


def add_dns(hosts: Mapping[str, Mapping[str, Any]], items: list[Plain], results: Sequence[Mapping[str, Any]]
            ) -> list[Plain]:
    """Return the items of a report, in which each observation of a host that wants it has what the DNS says.

    Args:
        hosts: those of the plan.
        items: each with ``host`` and ``observations``.
        results: of the calls, each with its question as ``item``.
    """
    endpoints: dict[tuple[str, str, int, str], Mapping[str, Any]] = {}
    domains: dict[tuple[str, str], Mapping[str, Any]] = {}
    problems: dict[str, str] = {}
    for result in results:
        group = _key(result["item"])
        if "endpoints" not in result:
            problems[group] = str(result.get("msg") or "no reason given")
            continue
        endpoints.update({(group, *_place(asked)): row
                          for asked, row in zip(result["item"]["endpoints"], result["endpoints"])})
        domains.update({(group, str(row["domain"])): row for row in result["domains"]})

    def facts(wish: Mapping[str, Any], row: Mapping[str, Any]) -> Plain:
        group = _key(wish)
        missing = f"{wish['vantage']} could not ask the DNS: {problems.get(group, 'it was not asked about this')}"
        answer = endpoints.get((group, *_place(row))) or {"name": _place(row)[0], "error": missing}
        mail = [domains.get((group, name)) or {"domain": name, "error": missing} for name in wish["domains"]]
        return {**{key: value for key, value in answer.items() if key not in _PLACE},
                "issuers": list(wish["issuers"]), "domains": mail if row.get("protocol") == MAIL else []}

    def with_dns(item: Plain) -> Plain:
        wish = hosts[item["host"]].get("dns")
        if not wish:
            return item
        rows = [row if row.get("protocol") == PLAIN else {**row, "dns": facts(wish, row)}
                for row in item["observations"]]
        return {**item, "observations": rows}

    return [with_dns(item) for item in items]


def _place(row: Mapping[str, Any]) -> tuple[str, int, str]:
    return name_of(str(row.get("server_name") or row.get("host"))), int(row.get("port") or 0), str(row.get("protocol"))


def _key(wish: Mapping[str, Any]) -> str:
    return repr([wish[key] for key in _HOW])


def _words(value: Any) -> list[str]:
    """Return a list of words, which is text with commas if it was given on the command line."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return [str(word) for word in value or []]
