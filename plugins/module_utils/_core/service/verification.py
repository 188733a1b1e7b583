# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to observe of every host of a run, from which vantage and by which policy; no role is run for it.

A host is its variables and the answers of ``service_info`` and ``listener_info``.  What
comes out are *parts*: endpoints of one host that share policy, vantage and roots.  An error
of one host stays with that host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError, OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_policy_key
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.holdings import shorten_files
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.judge import propose
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.hsts_ramp import limit_hsts
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service import revocation
from ansible_collections.intransit.tls.plugins.module_utils._core.service.certificate_entry import DEFAULT_ROOT
from ansible_collections.intransit.tls.plugins.module_utils._core.service.page_places import place_of, place_pages
from ansible_collections.intransit.tls.plugins.module_utils._core.service.plans import PACKS, pack_of, plan_of
from ansible_collections.intransit.tls.plugins.module_utils._core.service.verification_dns import (
    add_dns,
    is_true,
    read_wish,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.exceptions import parse_exceptions
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address, read_endpoint

CONTROLLER = "localhost"
SSH_PORT = 22
DEPTHS = ("policy", "full")
GLOBALS = (
    "tls_ca_directory", "tls_ca_file", "tls_caa_issuers", "tls_certificate_root", "tls_certificates", "tls_crl",
    "tls_data_class",
    "tls_declared_listeners", "tls_depth", "tls_dns", "tls_dns_ca_file", "tls_dns_resolvers", "tls_dns_trust_resolvers",
    "tls_dns_vantage", "tls_endpoints", "tls_exceptions", "tls_expiry_days", "tls_hsts_ramp", "tls_mail_domains",
    "tls_pages", "tls_policy", "tls_profile", "tls_replace_certificate", "tls_revoked",
    "tls_services", "tls_vantage", "tls_vantages",
    "tls_vantages_use_addresses",
)
"""Variables of no single role that a host may have a value of its own for."""
OF_THE_HOST = ("ansible_host", "ansible_port", "inventory_dir", "playbook_dir")
ENDPOINT_KEYS = tuple(Endpoint.__annotations__)
_AS_ASKED = ("path", "proxy_protocol", "unprobed", "pages")
"""Keys of an endpoint that no observation repeats."""
DEFAULTS: Mapping[str, Callable[[Host], Any]] = {
    "{{ inventory_hostname }}": lambda host: host.name,
    "{{ tls_profile | default('') }}": lambda host: host.get("tls_profile", ""),
    "{{ tls_data_class | default('') }}": lambda host: host.get("tls_data_class", ""),
    "{{ tls_policy | default({}) }}": lambda host: host.get("tls_policy", {}),
    revocation.WANTED: lambda host: host.get("tls_crl", bool(host.get("tls_revoked", None))),
    "{{ tls_replace_certificate | default(false) }}": lambda host: host.get("tls_replace_certificate", False),
    "{{ tls_certificates | default([{}], true) }}": lambda host: host.get("tls_certificates", None) or [{}],
    "{{ tls_hsts_ramp | default('') }}": lambda host: host.get("tls_hsts_ramp", ""),
    # Only a change asks for it.
    "{{ tls_continuity | default([]) }}": lambda _host: [],
}
"""Defaults of roles that are Jinja, which is not evaluated here."""

Plain = dict[str, Any]
Answers = Mapping[str, Sequence[Mapping[str, Any]]]
"""For each vantage the observations of its rows, in their order."""


@dataclass(frozen=True)
class Host:
    """One host of the run.

    Attributes:
        name: its name in the inventory.
        groups: its groups in the inventory.
        variables: those of ``list_names()`` that it has; None: they could not be evaluated.
        services: what ``service_info`` returned, if it was asked.
        listeners: what ``listener_info`` returned, if it was asked.
        files: what ``certificate_info`` returned for the host's files, if it was asked.
        today: the day, for HSTS that grows over weeks (``tls_hsts_ramp``).
    """

    name: str
    groups: tuple[str, ...]
    variables: Optional[Mapping[str, Any]]
    services: Optional[Mapping[str, Any]] = None
    listeners: Optional[Mapping[str, Any]] = None
    files: Optional[Mapping[str, Any]] = None
    today: Optional[date] = None

    def get(self, name: str, default: Any) -> Any:
        """Return a variable."""
        return (self.variables or {}).get(name, default)


@dataclass(frozen=True)
class Controller:
    """What only the machine can tell on which a verification is planned."""

    find: Callable[[str], str]
    """Expands ``~`` in the path of a file with roots; returns it if there is such a file, else nothing.

    Raises IntransitError if no roots can be read from it.
    """
    to_ascii: Callable[[str], str]
    """See ``read_endpoint``."""

    def read(self, row: Mapping[str, Any]) -> Endpoint:
        """Return an endpoint as a user wrote it."""
        return read_endpoint(row, self.to_ascii)


@dataclass(frozen=True)
class Part:
    """Endpoints of one host that are observed and judged alike."""

    host: str
    name: str
    """The service, ``declared``, ``discovered`` or ``from VANTAGE``."""
    vantage: str
    policy: str
    """Its name among the policies of the run."""
    depth: str
    endpoints: list[Mapping[str, Any]]
    ca_file: str
    """The file of roots that the host names, on the controller; empty: none is named."""
    library: Optional[Mapping[str, Any]] = None
    """The TLS library behind the endpoints, if it is known."""


def list_names() -> list[str]:
    """Return the names of every variable that a verification depends on."""
    roles = [pack.prefix + option.name for pack in PACKS.values() for option in pack.all_options]
    return [*OF_THE_HOST, *GLOBALS, *roles]


def plan_verification(hosts: Sequence[Host], controller: Controller) -> Plain:
    """Plan the first observation of all hosts.

    Args:
        hosts: in the order in which they appear in the evidence.
        controller: see there.

    Returns:
        ``policies`` by name; ``parts`` (see ``Part``); ``hosts`` by name with what their verdicts depend on;
        ``reasons`` by host: why it cannot be judged, or not completely; ``vantages`` of the parts.
    """
    policies: dict[str, Plain] = {}
    parts: list[Part] = []
    judged: dict[str, Plain] = {}
    reasons: dict[str, str] = {}
    for host in hosts:
        problems = _not_asked(host)
        if host.variables is not None and not (host.services or {}).get("failed"):
            try:
                planned = _Planned(host, policies, controller)
                judged[host.name] = planned.facts()
            except _OF_VARIABLES as error:
                problems.append(_sentence(error))
            else:
                parts += planned.parts
                problems += planned.problems
        if problems:
            reasons[host.name] = " ".join(problems)
    return {"policies": policies, "hosts": judged, "reasons": reasons, **_with_vantages(parts)}


def plan_further(plan: Mapping[str, Any], seen: Sequence[Optional[Mapping[str, Any]]]) -> Plain:
    """Plan the observation from further vantages: what the first one saw, at the addresses that it reached.

    Args:
        plan: what ``plan_verification`` returned.
        seen: an observation for every endpoint of its parts, in their order; None if there is none.
    """
    # By policy too: whoever observes an endpoint, it is judged by the policy of its service.
    rows: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for part, found in split(plan["parts"], seen):
        keys = ("host", "port", "protocol", "server_name") + (
            ("address",) if plan["hosts"][part["host"]]["use_addresses"] else ())
        of_policy = rows.setdefault(part["host"], {}).setdefault(part["policy"], [])
        of_policy += [
            {**{key: asked[key] for key in _AS_ASKED if asked.get(key)},
             **{key: row[key] for key in keys if row.get(key)}}
            for asked, row in zip(part["endpoints"], found) if row
        ]
    parts = [
        Part(name, "from " + vantage, vantage, policy, host["depth"], wanted, host["ca_file"])
        for name, host in plan["hosts"].items() for vantage in host["vantages"]
        for policy, wanted in rows.get(name, {}).items() if wanted
    ]
    return {**plan, **_with_vantages(parts)}


def rows_of(plan: Mapping[str, Any], vantage: str) -> list[Plain]:
    """Return what ``endpoint_info`` takes on one vantage: every row with its policy, its depth and its roots."""
    rows = []
    for part in plan["parts"]:
        if part["vantage"] == vantage:
            # Roots are files of the controller, which judges what any vantage saw.
            roots = {"ca_file": part["ca_file"]} if part["ca_file"] and vantage == CONTROLLER else {}
            rows += [{**row, "policy": part["policy"], "depth": part["depth"], **roots} for row in part["endpoints"]]
    return rows


def sort_rows(
    plan: Mapping[str, Any], answers: Answers
) -> list[Optional[Mapping[str, Any]]]:
    """Return an observation for every endpoint of the parts, in their order; None if its vantage gave no answer.

    Args:
        plan: what ``plan_verification`` or ``plan_further`` returned.
        answers: for each vantage the observations of its ``rows_of``.
    """
    rows = {vantage: iter(found) for vantage, found in answers.items()}
    return [next(rows.get(part["vantage"], iter(())), None) for part in plan["parts"] for _row in part["endpoints"]]


def add_observed(
    plan: Mapping[str, Any], answers: Answers, more: Mapping[str, Any], more_answers: Answers,
    failures: Mapping[str, str], dns: Sequence[Mapping[str, Any]] = (),
) -> Plain:
    """Return what ``report`` judges.

    Args:
        plan: what ``plan_verification`` returned.
        answers: those to it.
        more: what ``plan_further`` returned.
        more_answers: those to that.
        failures: vantages that gave no answer, each with the reason.
        dns: results for the ``list_questions`` of the plan, each with its ``item``.

    Returns:
        ``policies`` by name; ``observed``: an item for each part, and for listeners and files of each host;
        ``reasons`` by host: why it cannot be judged completely; ``empty``: hosts with nothing to observe.
    """
    reasons = dict(plan["reasons"])
    found: dict[str, list[Plain]] = {name: [] for name in plan["hosts"]}
    for made, given in ((plan, answers), (more, more_answers)):
        for part, seen in split(made["parts"], sort_rows(made, given)):
            facts = plan["hosts"][part["host"]]
            rows = [row for row in seen if row is not None]
            if len(rows) < len(seen):
                words = f"{part['vantage']} could not observe it: {failures.get(part['vantage'], 'no answer')}"
                reasons[part["host"]] = " ".join([*([reasons[part["host"]]] if part["host"] in reasons else []), words])
            if rows:
                found[part["host"]].append({
                    **{key: part[key] for key in ("host", "policy", "vantage", "library", "ca_file")},
                    **{key: facts[key] for key in ("private_ca_file", "groups", "exceptions", "expiry_days")},
                    "observations": rows,
                })
        if made is plan:
            _add_read(plan, found)
    return {
        "policies": plan["policies"],
        "observed": add_dns(plan["hosts"], [item for name in sorted(found) for item in found[name]], dns),
        "reasons": reasons,
        "empty": sorted(name for name, items in found.items() if not items and name not in reasons),
    }


def _add_read(plan: Mapping[str, Any], found: dict[str, list[Plain]]) -> None:
    """Add what was read on the hosts themselves: sockets and files."""
    for name, facts in plan["hosts"].items():
        if facts["listeners"] is not None or facts["files"] is not None:
            found[name].append({
                "host": name, "observations": [],
                **{key: facts[key] for key in (
                    "policy", "groups", "exceptions", "expiry_days", "listeners", "declared", "files")},
            })


def split(parts: Sequence[Mapping[str, Any]], seen: Sequence[Any]) -> Iterator[tuple[Mapping[str, Any], Sequence[Any]]]:
    """Yield every part with its observations."""
    at = 0
    for part in parts:
        yield part, seen[at:at + len(part["endpoints"])]
        at += len(part["endpoints"])


def _with_vantages(parts: Sequence[Part]) -> Plain:
    return {"parts": [asdict(part) for part in parts], "vantages": list(dict.fromkeys(part.vantage for part in parts))}


def _not_asked(host: Host) -> list[str]:
    """Return why a host could not be asked, or not to the end."""
    if host.variables is None:
        return ["Its variables could not be evaluated."]
    for answer in (host.services or {}, host.listeners or {}, host.files or {}):
        if answer.get("unreachable") or answer.get("failed"):
            return [str(answer.get("msg") or "It could not be asked.")]
    return []


_OF_VARIABLES = (IntransitError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What variables of a host may raise, whatever is in them."""


def _sentence(error: Exception) -> str:
    if isinstance(error, IntransitError):
        return error.message
    return f"A variable of this host cannot be used ({type(error).__name__}: {error})."


def list_endings(host: Host, lenient: bool = False) -> list[Plain]:
    """Return where the plans of a host's services end plaintext that is possible now.

    Rows are those of ``Ending``, each with ``service``.

    Args:
        host: the host.
        lenient: a service that cannot be planned ends nothing.

    Raises:
        IntransitError: a service cannot be planned.
    """
    found: list[Plain] = []
    for name in _wanted(host):
        try:
            found += [{**row, "service": name} for row in plan_service(host, name)["ending"] if row["now"]]
        except IntransitError:
            if not lenient:
                raise
    return found


def plan_service(host: Host, name: str) -> Plain:
    """Return the plan of one service of a host, from its variables and what was read of it."""
    pack = pack_of(name)
    given = {pack.prefix + option.name: DEFAULTS[option.default_from](host)
             for option in pack.all_options if option.default_from}
    given.update({key: value for key, value in (host.variables or {}).items() if key.startswith(pack.prefix)})
    return plan_of(
        name, host.services or {}, given, host.name, str(host.get("ansible_host", "") or host.name),
        str(host.get("tls_certificate_root", "") or DEFAULT_ROOT), _lenient_day(host))


def _lenient_day(host: Host) -> Optional[date]:
    """Return the day a week ago: a host need not be changed on the very day on which HSTS grows."""
    return host.today - timedelta(days=7) if host.today else None


class _Planned:
    """The parts of one host, and what their verdicts depend on."""

    def __init__(self, host: Host, policies: dict[str, Plain], controller: Controller) -> None:
        self._host = host
        self._policies = policies
        self._controller = controller
        self._roots = _named_roots(host, controller)
        self._vantage = str(host.get("tls_vantage", "") or CONTROLLER)
        self._depth = str(host.get("tls_depth", "") or DEPTHS[0])
        if self._depth not in DEPTHS:
            raise OptionError(f"tls_depth is {self._depth!r}. Allowed: {', '.join(DEPTHS)}.")
        self._policy = make_policy_key(limit_hsts(resolve(
            profile=host.get("tls_profile", "") or None, data_class=host.get("tls_data_class", "") or None,
            policy=host.get("tls_policy", {}) or None,
        ), str(host.get("tls_hsts_ramp", "") or ""), _lenient_day(host)).to_dict(), policies)
        self.parts: list[Part] = []
        self.problems: list[str] = []
        for service in _wanted(host):
            self._try(partial(self._service, service))
        self._try(self._declared)
        self._try(self._pages)
        self._known = [*self._rows(), {"port": int(host.get("ansible_port", None) or SSH_PORT)}]
        self._try(self._discovered)

    def facts(self) -> Plain:
        """Return what the verdicts on this host depend on, besides the parts."""
        host = self._host
        # One that makes no sense is this host's error, before there is something to lose.
        exceptions = list(host.get("tls_exceptions", None) or [])
        parse_exceptions(exceptions)
        return {
            "groups": list(host.groups),
            "policy": self._policy,
            "depth": self._depth,
            "ca_file": self._roots,
            "private_ca_file": _private_roots(host, self._controller),
            "exceptions": exceptions,
            "expiry_days": int(host.get("tls_expiry_days", 14)),
            "vantages": [str(name) for name in host.get("tls_vantages", None) or []],
            "use_addresses": is_true(host.get("tls_vantages_use_addresses", True)),
            "dns": read_wish(host.get),
            "listeners": (host.listeners or {}).get("listeners"),
            "declared": [*self._known, *(host.get("tls_declared_listeners", None) or [])],
            "files": None if (host.files or {}).get("certificates") is None else shorten_files(
                host.files or {}, str(host.get("tls_certificate_root", "") or DEFAULT_ROOT)),
        }

    def _try(self, add: Callable[[], None]) -> None:
        """One service that cannot be planned does not hide the others, whatever the host's variables hold."""
        try:
            add()
        except _OF_VARIABLES as error:
            self.problems.append(_sentence(error))

    def _add(
        self, name: str, rows: Sequence[Mapping[str, Any]], policy: str = "",
        library: Optional[Mapping[str, Any]] = None,
    ) -> None:
        if rows:
            self.parts.append(Part(
                self._host.name, name, self._vantage, policy or self._policy, self._depth, list(rows), self._roots,
                library))

    def _rows(self) -> list[Mapping[str, Any]]:
        return [row for part in self.parts for row in part.endpoints]

    def _service(self, name: str) -> None:
        plan = plan_service(self._host, name)
        rows = [*plan["endpoints"], *plan["closing"]]
        self._add(name, rows, make_policy_key(plan["policy"], self._policies), plan["library"])

    def _declared(self) -> None:
        host = self._host
        known = {_place(self._controller.read(row)) for row in self._rows()}
        mine = str(host.get("ansible_host", ""))
        rows = []
        for row in host.get("tls_endpoints", None) or []:
            # Checked here, so that one row that makes no sense does not stop the observation of all hosts.
            unknown = sorted(set(row) - set(ENDPOINT_KEYS))
            if unknown:
                raise OptionError(
                    f"tls_endpoints: unknown key {', '.join(map(repr, unknown))}. Allowed keys: "
                    f"{', '.join(ENDPOINT_KEYS)}.")
            endpoint = self._controller.read(row)
            if _place(endpoint) in known:
                continue
            known.add(_place(endpoint))
            here = endpoint.host == host.name and endpoint.address is None and is_address(mine)
            place = {"port": endpoint.port, "protocol": endpoint.protocol, **({"address": mine} if here else {})}
            rows.append({**row, **place})
        self._add("declared", rows)

    def _pages(self) -> None:
        """Put the pages of the host to its web endpoints, and add the endpoints that they need."""
        host = self._host
        mine = str(host.get("ansible_host", ""))
        here = mine if is_address(mine) else ""
        places = place_pages(host.get("tls_pages", None) or [], self._rows(), host.name, here)
        for part in self.parts:
            for at, row in enumerate(part.endpoints):
                found = places.pop(place_of(row), None) if places else None
                if found is not None:
                    part.endpoints[at] = {**row, "pages": [*(row.get("pages") or []), *found["pages"]]}
        for row in places.values():
            self._controller.read(row)
        self._add("declared", list(places.values()))

    def _discovered(self) -> None:
        host = self._host
        listeners = (host.listeners or {}).get("listeners") or []
        self._add("discovered", propose(listeners, host.name, self._known, str(host.get("ansible_host", ""))))


def _wanted(host: Host) -> list[str]:
    """Return the services to verify: those that the host names, or all that are installed, in the registry's order."""
    if (host.services or {}).get("unreachable"):
        return []
    found = (host.services or {}).get("services") or {}
    asked = host.get("tls_services", None)
    if isinstance(asked, str):  # -e tls_services=apache,postfix
        asked = asked.replace(",", " ").split()
    chosen = [name for name, seen in found.items() if seen.get("installed")] if asked is None else list(asked)
    return [name for name in PACKS if name in chosen] + [name for name in chosen if name not in PACKS]


def _place(endpoint: Endpoint) -> tuple[str, int, str]:
    return endpoint.host, endpoint.port, endpoint.protocol


def _named_roots(host: Host, controller: Controller) -> str:
    """Return the file of roots that somebody named; one that is missing is an error, not a file without roots."""
    named = str(host.get("tls_ca_file", "") or "")
    if named and not controller.find(named):
        raise OptionError(f"tls_ca_file is {named}, and the controller has no such file.")
    return controller.find(named) if named else ""


def _private_roots(host: Host, controller: Controller) -> str:
    folder = str(host.get("tls_ca_directory", "") or "")
    beside = host.get("inventory_dir", "") or host.get("playbook_dir", "")
    return controller.find((folder or f"{beside}/.tls-ca") + "/ca.pem")
