# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One call for many endpoints: names to addresses, plans to observations, in the order asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    PARTS,
    Endpoint,
    Options,
    budget_of,
    count_usual_connections,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint_plan import (
    make_unprobed,
    make_unreachable,
    plan_endpoint,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import check_options, read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.proxy_line import write_proxy_line
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.resolver import addresses_of

AnyPolicy = Union[Policy, str, Mapping[str, Any], None]
View = tuple[Offers, Options]
SECONDS_EACH = 0.05
"""For each connection to one endpoint, server and network together (measured: 1 to 50 ms)."""
SECONDS_ALL = 0.001
"""For each connection over all, on this side (measured: 0.3 ms)."""


def observe(
    endpoints: Sequence[Union[Endpoint, Mapping[str, Any]]], depth: str = "policy", **how: Any,
) -> tuple[Observation, ...]:
    """Look at endpoints and return what was seen, in the same order; takes and raises what ``observe_many`` does."""
    seen = dict(observe_many(endpoints, depth=depth, **how))
    return tuple(seen[place] for place in sorted(seen))


def observe_many(
    endpoints: Sequence[Union[Endpoint, Mapping[str, Any]]],
    *,
    depth: str = "policy",
    policy: AnyPolicy = None,
    policies: Optional[Mapping[str, Mapping[str, Any]]] = None,
    timeout: float = 10.0,
    concurrency: int = 128,
    check_trust: bool = False,
    ca_file: Optional[str] = None,
    all_addresses: bool = False,
    parts: Sequence[str] = PARTS,
    budget: Optional[int] = None,
) -> Iterator[tuple[int, Observation]]:
    """Look at endpoints; yield the place of each and what was seen there as soon as it is known, and keep nothing.

    Args:
        endpoints: ``Endpoint`` values, or mappings with ``host``, ``protocol`` and, where the
            defaults do not fit, ``port``, ``server_name``, ``address``, ``path``.  A mapping may also have a ``policy``
            (a name), a ``depth`` and a ``ca_file`` of its own; with a ``ca_file`` its trust is checked.
        depth: ``policy`` or ``full``.
        parts: of depth ``full``, those that are wanted (see ``PARTS``); all where not given.
        budget: the most connections to one endpoint; what is usual for its protocol where not given.
        policy: the policy whose rules are tested; a ``Policy``, or whatever ``resolve`` takes.
        policies: policies by the names that endpoints give; other names are those of profiles.
        timeout: seconds for one connection, from connecting to the end.
        concurrency: connections at once, over all endpoints.
        check_trust: verify chain and name as well, against ``ca_file`` or the machine's own store.
        ca_file: PEM file with the roots for ``check_trust``.
        all_addresses: one observation for every address of a name instead of the first that answers.

    Raises:
        IntransitError: an endpoint or the policy makes no sense.  What is found never raises.
    """
    check_options(timeout, concurrency, budget)
    views = _Views(policy, policies or {}, Options(
        seconds=timeout, check_trust=check_trust, ca_file=ca_file if check_trust else None, budget=budget, depth=depth,
        parts=tuple(parts)))
    asked = [views.of(item) for item in endpoints]
    wanted = [item if isinstance(item, Endpoint) else read_endpoint(item, to_ascii) for item in endpoints]
    known = addresses_of(
        [endpoint.host for endpoint in wanted if endpoint.address is None and not endpoint.unprobed], timeout)
    tasks = list(_tasks(wanted, asked, known, all_addresses))
    places: dict[int, int] = {}

    def jobs() -> Iterator[Job]:
        for place, (endpoint, (offers, options), addresses) in enumerate(tasks):
            if addresses and not endpoint.unprobed:
                begin = write_proxy_line if endpoint.proxy_protocol else None
                job = Job(plan_endpoint(endpoint, offers, options), addresses, endpoint.port, begin=begin)
                places[id(job)] = place
                yield job

    for place, (endpoint, (_offers, options), addresses) in enumerate(tasks):
        if endpoint.unprobed:
            yield place, make_unprobed(endpoint, options.depth)
        elif not addresses:
            yield place, make_unreachable(endpoint, options.depth, None, "unresolved")
    engine = Engine(Limits(seconds=timeout, at_once=concurrency))
    for job in engine.run(jobs()):
        place = places.pop(id(job))
        yield place, _failed(tasks[place][0], depth, job.error) if job.error else job.result


def _failed(endpoint: Endpoint, depth: str, error: str) -> Observation:
    """Return the observation of an endpoint whose plan ended in an exception: an error, never a refusal."""
    return replace(make_unreachable(endpoint, depth, None, "unreachable"),
                   error=f"Not observed to the end because of a defect in this collection: {error}.")


class _Views:
    """How each endpoint is observed: equal wishes share their offers and options, whatever the number of endpoints."""

    def __init__(self, policy: AnyPolicy, policies: Mapping[str, Mapping[str, Any]], options: Options) -> None:
        self._policy = policy
        self._policies = policies
        self._options = options
        self._offers: dict[str, Offers] = {}
        self._views: dict[tuple[str, str, str], View] = {}
        self._offers_of("")
        if options.ca_file is not None:
            self._check(options.ca_file)

    def of(self, endpoint: Union[Endpoint, Mapping[str, Any]]) -> View:
        """Return the offers and the options of one endpoint."""
        own = {} if isinstance(endpoint, Endpoint) else endpoint
        name, depth, ca_file = (str(own.get(key) or "") for key in ("policy", "depth", "ca_file"))
        key = (name, depth, ca_file)
        if key not in self._views:
            options = replace(self._options, depth=depth or self._options.depth)
            if ca_file:
                self._check(ca_file)
                options = replace(options, check_trust=True, ca_file=ca_file)
            self._views[key] = self._offers_of(name), options
        return self._views[key]

    def _offers_of(self, name: str) -> Offers:
        if name not in self._offers:
            wanted = self._policies.get(name, name) if name else self._policy
            self._offers[name] = Offers(wanted if isinstance(wanted, Policy) else resolve(policy=wanted))
        return self._offers[name]

    @staticmethod
    def _check(ca_file: str) -> None:
        from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.session import check_roots

        check_roots(ca_file)


def estimate(endpoints: Sequence[Union[Endpoint, Mapping[str, Any]]], depth: str = "policy",
             parts: Sequence[str] = PARTS, budget: Optional[int] = None) -> "dict[str, Any]":
    """What a look will cost, before any of it is spent.

    Returns:
        ``connections`` as a rule, the ``most`` it may be, and ``seconds`` on a near network: one
        endpoint after the other is asked by four connections at once, endpoints beside one another.
    """
    options = Options(depth=depth, budget=budget, parts=tuple(parts))
    usual, most = [], []
    for item in endpoints:
        own = str(item.get("depth") or depth) if isinstance(item, Mapping) else depth
        endpoint = item if isinstance(item, Endpoint) else read_endpoint(item, to_ascii)
        wanted = replace(options, depth=own)
        most.append(budget_of(endpoint, wanted))
        usual.append(min(count_usual_connections(endpoint, wanted), most[-1]))
    busiest = max(usual, default=0)
    return {
        "connections": sum(usual), "most": sum(most),
        "seconds": round(max(busiest * SECONDS_EACH, sum(usual) * SECONDS_ALL), 1),
    }


def _tasks(endpoints: Sequence[Endpoint], views: Sequence[View], known: Mapping[str, Sequence[str]],
           all_addresses: bool) -> Iterator[tuple[Endpoint, View, Sequence[str]]]:
    for endpoint, view in zip(endpoints, views):
        if endpoint.unprobed:
            yield endpoint, view, ()
        elif endpoint.address is not None:
            yield endpoint, view, (endpoint.address,)
        elif all_addresses and len(known[endpoint.host]) > 1:
            for address in known[endpoint.host]:
                yield replace(endpoint, address=address), view, (address,)
        else:
            yield endpoint, view, known[endpoint.host]
