# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where to look, and how far: the frozen input of a plan."""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

DEFAULT_PORTS = {
    "https": 443, "http": 80, "smtp": 25, "submission": 587, "smtps": 465, "lmtp": 24, "imap": 143, "imaps": 993,
    "pop3": 110, "pop3s": 995, "ldap": 389, "ldaps": 636, "ftp": 21, "ftps": 990, "postgres": 5432, "mysql": 3306,
    "xmpp": 5222, "sieve": 4190, "nntp": 119, "redis": 6379, "mongodb": 27017, "tls": 443,
}
"""Protocol to the port it has where nobody says otherwise."""
PROTOCOLS = tuple(DEFAULT_PORTS)
PROXY_PROTOCOLS = ("v1",)
"""Versions of the PROXY protocol that can be spoken."""


@dataclass(frozen=True)
class WantedPage:
    """A page of a web server to look at.

    Attributes:
        path: with the query, if there is one.
        login: people log in there.
        preset: the application that it was named by.
        session_cookies: names of the cookies that hold a session, with ``*`` and ``?``.
    """

    path: str
    login: bool = True
    preset: Optional[str] = None
    session_cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """One endpoint to look at.

    Attributes:
        server_name: the name for SNI and for the name check; None: neither.
        address: connect there instead of resolving ``host``.
        path: what to ask of http and https.
        proxy_protocol: begin each connection with a PROXY line of this version, as a load balancer does.
        unprobed: why no connection is made; empty: connect.
        pages: of http and https, the pages to look at.
    """

    host: str
    port: int
    protocol: str
    server_name: Optional[str] = None
    address: Optional[str] = None
    path: str = "/"
    proxy_protocol: Optional[str] = None
    unprobed: str = ""
    pages: tuple[WantedPage, ...] = ()


PARTS = ("plaintext", "suites", "groups", "schemes", "details", "flaws")
"""What a full look is made of; ``suites`` is always part of it."""


@dataclass(frozen=True)
class Options:
    """How to look.

    Attributes:
        seconds: deadline for one connection.
        check_trust: verify chain and name against the trust store as well (one more handshake
            where that fails).
        ca_file: PEM file with the roots for that; None: the machine's own store.
        budget: the most connections to one endpoint, None: as ``budget_of`` says; what is left undone
            then is undecided.
        depth: ``policy`` or ``full``.
        parts: of depth ``full``, those that are wanted.
        max_wait: seconds to spend, in all, on waiting for an endpoint that says it is busy, and again on
            the distance between connections to one that turns some away.
    """

    seconds: float = 10.0
    check_trust: bool = False
    ca_file: Optional[str] = None
    budget: Optional[int] = None
    max_wait: float = 300.0
    depth: str = "policy"
    parts: tuple[str, ...] = PARTS


PART_CONNECTIONS = {"plaintext": 1, "suites": 30, "groups": 5, "schemes": 12, "details": 14, "flaws": 7}
BUDGETS = {"policy": 200, "full": 1000}
"""The most connections to one endpoint, where nobody says otherwise."""
SMALL_BUDGET = {"mysql": 50}
"""MariaDB and MySQL block a host after 100 handshakes that it did not finish (max_connect_errors)."""


def count_usual_connections(endpoint: Endpoint, options: Options) -> int:
    """How many connections a look takes as a rule, by what was counted on real daemons."""
    pages = len(endpoint.pages)
    if endpoint.protocol == "http":
        return 3 + pages
    if options.depth == "policy":
        return pages + (13 if endpoint.protocol == "https" else 12)
    return pages + 9 + sum(PART_CONNECTIONS[part] for part in options.parts)


def budget_of(endpoint: Endpoint, options: Options) -> int:
    """The most connections to an endpoint.  Connections over loopback never block a host."""
    if options.budget is not None:
        return options.budget
    most = BUDGETS[options.depth]
    if (endpoint.address or endpoint.host).startswith(("127.", "::1", "localhost")):
        return most
    return min(most, SMALL_BUDGET.get(endpoint.protocol, most))
