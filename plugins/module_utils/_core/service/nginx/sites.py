# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of each plain server of nginx: it has TLS, it is given a TLS half, or it is left alone and named.

A TLS half is one line in the server's own block: it listens on the port of https as well, so that both halves have the
same content, also after later edits.  Visitors are only redirected to a name that a TLS server answers for.
(nginx: http_core module, listen and server_name; "How nginx processes a request".)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import web

_NAME = re.compile(r"(\*\.|\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*(\.\*)?\Z")
_OF_SOCKET = ("ssl_protocols", "ssl_ecdh_curve", "ssl_conf_command")
"""Settings that the default server of a socket decides for all its servers."""
Row = Mapping[str, Any]


@dataclass
class Sites:
    """The decision for every plain server; servers are known by their number."""

    made: dict[int, list[str]] = field(default_factory=dict)
    """Servers that are given a TLS half: the values of its ``listen`` directives."""
    redirected: list[int] = field(default_factory=list)
    """Servers whose plain half redirects, those that are made included."""
    answered: list[str] = field(default_factory=list)
    """Names that TLS servers answer for on the port of https, as nginx writes them."""
    left: list[dict[str, Any]] = field(default_factory=list)
    """What gets no redirect: ``server``, ``name``, ``ports`` and ``sentence``."""

    def answers(self, name: str) -> bool:
        """Return whether a TLS server answers for a name."""
        host = make_sample(name)
        return name in self.answered or (host != "" and any(_matches(known, host) for known in self.answered))


def decide(seen: Row, options: Row) -> Sites:
    """Return what becomes of the plain servers that ``service_info`` saw, by the role's options."""
    servers = dict(enumerate(seen["servers"]))
    tls = {number for number, server in servers.items() if any(row["port"] == options["port"] for row in server["tls"])}
    make = not tls if options["vhost"] == "auto" else options["vhost"] == "always"
    sites = Sites(answered=[name for number in sorted(tls) for name in servers[number]["names"]])
    # The port of plain http comes first: a name that two ports share is that port's on the port of https.
    for number in sorted(servers, key=lambda number: options["http_port"] not in ports_of(servers[number])):
        if servers[number]["plain"] and (number in tls or not servers[number]["empty"]):
            _decide(sites, seen, options, number, make, number in tls)
    return sites


def _decide(sites: Sites, seen: Row, options: Row, number: int, make: bool, has_tls: bool) -> None:
    server, names = seen["servers"][number], names_of(seen["servers"][number], options)
    ports = ", ".join(map(str, ports_of(server)))

    def leave(name: str, why: str) -> None:
        becomes = "is closed" if options["plain_http"] == "close" else "stays in clear text"
        sites.left.append({"server": number, "name": name, "ports": ports_of(server), "sentence": (
            f"{server['file']}:{server['shown']}: {name} (port {ports}) {becomes}: {why}")})

    missing = [name for name in names if not sites.answers(name)]
    if web.is_left_to_front(server["front"], options):
        leave(names[0], web.write_front("nginx", server["front"]))
    elif has_tls:
        sites.redirected.append(number)
    elif len(missing) < len(names) and options["http_port"] in ports_of(server):
        sites.redirected.append(number)
        for name in missing:
            leave(name, "no TLS server has this name. Add it to the one that has the other names.")
    elif len(missing) < len(names):
        leave(names[0], f"another server has this name on port {options['port']}, so that its visitors would see other "
                        "content. Give it a name of its own, or close the port.")
    elif server["unclear"]:
        leave(names[0], f"{' '.join(server['unclear'])} Change that line, or give it a TLS server.")
    elif not make:
        leave(names[0], "it has no TLS server. Give it one, or set nginx_tls_vhost to always.")
    else:
        sites.made[number] = _listens(seen, server, options)
        sites.redirected.append(number)
        sites.answered += names


def list_tls(seen: Row, port: int) -> list[Row]:
    """Return where other hosts reach any server over TLS on a port."""
    return [item for server in seen["servers"] for item in server["tls"] if item["port"] == port]


def ports_of(server: Row) -> list[int]:
    """Return the ports on which other hosts reach a server in clear text."""
    return sorted({item["port"] for item in server["plain"]})


def names_of(server: Row, options: Row) -> list[str]:
    """Return a server's names; one without a name answers for the name in the options."""
    return [name for name in server["names"] if name not in ("", "_")] or [options["server_name"].lower()]


def make_sample(name: str) -> str:
    """Return a host that a name of nginx stands for; empty if that cannot be told."""
    host = re.sub(r"\A\*\.", "sub.", name) if _NAME.match(name) else ""
    return re.sub(r"\.\*\Z", ".example", host.lstrip("."))


def write_pattern(name: str) -> str:
    """Return the regular expression of the hosts that a name stands for, as ``map`` takes it."""
    if name.startswith("~"):
        return name
    before = r"(?:.+\.)?" if name.startswith(".") else r".+\." if name.startswith("*") else ""
    return f"~^{before}{re.escape(name.strip('*').strip('.'))}{'[.].+' if name.endswith('*') else ''}$"


def _matches(known: str, host: str) -> bool:
    try:
        return re.search(write_pattern(known).lstrip("~*"), host) is not None
    except re.error:
        return False


def _listens(seen: Row, server: Row, options: Row) -> list[str]:
    """Return where a TLS half listens: at the addresses of the plain half.

    A server on one address hides those on all addresses from visitors of that address, so a half on all addresses
    listens at the addresses of other TLS servers as well.
    """
    there = list_tls(seen, options["port"])
    first = options["unknown_names"] == "serve" and not any(item["default"] for item in there)
    found: dict[str, str] = {}
    # The port of plain http comes last: it decides which server is the default one.
    for item in sorted(server["plain"], key=lambda item: bool(item["port"] == options["http_port"])):
        default = first and item["default"] and item["port"] == options["http_port"]
        found[item["address"]] = f"{' default_server' if default else ''} {item['more']}".rstrip()
    if {"", "[::]"} & set(found):
        found.update({item["address"]: "" for item in there if item["address"] not in found})
    return [f"{address + ':' if address else ''}{options['port']} ssl{more}" for address, more in found.items()]


def list_hidden_defaults(sites: Sites, seen: Row, port: int) -> list[tuple[int, Row]]:
    """Return the servers, with the line, that a TLS half before them would replace as the default of a socket.

    Without ``default_server`` the first server of a socket is the one for clients that ask for no name or for an
    unknown one.  A line that shares its place with other words cannot be written anew.
    """
    found = []
    for address in {item["address"] for item in list_tls(seen, port)}:
        rows = [(number, item) for number, server in enumerate(seen["servers"]) for item in server["tls"]
                if (item["address"], item["port"]) == (address, port)]
        own = f"{address}:{port}".lstrip(":")
        before = [number for number, listens in sites.made.items()
                  if own in [listen.partition(" ")[0] for listen in listens]]
        number, first = rows[0]
        declared = any(item["default"] for _number, item in rows)
        if first["alone"] and not declared and min(before, default=number) < number:
            found.append(rows[0])
    return found


def list_comparisons(sites: Sites, seen: Row, options: Row) -> list[dict[str, Any]]:
    """Return which pages the test instance has to serve as a visitor knows them: see ``_core/change/comparison.py``."""
    found: dict[str, dict[str, Any]] = {}
    for number in sites.redirected:
        at, names = seen["servers"][number]["plain"][0], names_of(seen["servers"][number], options)
        for name in filter(make_sample, filter(sites.answers, names if number in sites.made else names[:1])):
            found.setdefault(make_sample(name), {
                "name": make_sample(name), "path": "/", "address": find_bound(at["address"]) or "127.0.0.1",
                "plain_port": at["port"], "port": options["port"], "made": number in sites.made})
    return list(found.values())


def find_bound(address: str) -> str:
    """Return the address that a ``listen`` is bound to; empty for all addresses, or for a name."""
    bare = address.strip("[]")
    return bare if bare not in ("0.0.0.0", "::") and re.fullmatch(r"[0-9A-Fa-f.:]*", bare) else ""


def is_overridden(number: int, seen: Row, overrides: Sequence[Row]) -> bool:
    """Return whether settings of its own, or of the default server of one of its sockets, rule a TLS server."""
    sockets = {(item["address"], item["port"]) for item in seen["servers"][number]["listens"]}
    deciding = {min((not item["default"], index) for index, server in enumerate(seen["servers"])
                    for item in server["listens"] if (item["address"], item["port"]) == socket)[1]
                for socket in sockets}
    return any(row["server"] == number or (row["server"] in deciding and row["name"] in _OF_SOCKET)
               for row in overrides)
