# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan for one listening socket: find out its protocol, then try that protocol without TLS and with every version.

Discovery names sockets and judges no policy, so it asks one hello for each version instead of
one for each rule: about 7 connections to a socket instead of up to 60.  And it waits only for so long:
a socket that counts connections, or is too busy to answer, stays undecided here.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.identify import Identity, identify
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import AlsoAllowed
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.groups import GROUPS
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS, Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint_plan import plan_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Observation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import Offers
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome, Request

SECONDS = 10.0
"""For one connection, from connecting to the end."""
WAIT_SECONDS = 15.0
"""For one socket, in all, on waiting for a server that says it is busy or turns connections away."""
CONNECTIONS = 40
"""The most to one socket after its protocol is known."""
OPTIONS = Options(seconds=SECONDS, budget=CONNECTIONS, max_wait=WAIT_SECONDS)


def ask_everything() -> Offers:
    """Offers of a policy that allows all there is, so that no rule has to be tested."""
    policy = replace(
        resolve(policy="intermediate"), protocols=("TLSv1.2", "TLSv1.3"), also_allowed=AlsoAllowed(),
        tls12_suites=tuple(suite.iana for suite in SUITES if suite.min_protocol != "TLSv1.3"),
        tls13_suites=tuple(suite.iana for suite in SUITES if suite.min_protocol == "TLSv1.3"),
        groups=tuple(group.iana for group in GROUPS),
    )
    return Offers(policy)


def plan_socket(
    address: str, port: int, offers: Offers,
) -> Generator[Request, "list[Outcome]", tuple[Identity, Optional[Observation]]]:
    """Make the plan for one TCP socket.  Returns its identity, and the observation if the protocol has a dialogue."""
    identity = yield from identify(port)
    if not identity.reachable or identity.protocol not in DEFAULT_PORTS:
        return identity, None
    endpoint = Endpoint(host=address, port=port, protocol=identity.protocol, address=address)
    return identity, (yield from plan_endpoint(endpoint, offers, OPTIONS))
