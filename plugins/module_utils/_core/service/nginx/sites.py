# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of each plain server of nginx: it has TLS, it is given a TLS half, or it is left alone and named.

A TLS half is one line in the server's own block: it listens on the port of https as well, so that both halves have the
same content, also after later edits.  Visitors are only redirected to a name that a TLS server answers for.
(nginx: http_core module, listen and server_name; "How nginx processes a request".)
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_NAME = re.compile(r"(\*\.|\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_-]+)*(\.\*)?\Z")
_OF_SOCKET = ("ssl_protocols", "ssl_ecdh_curve", "ssl_conf_command")
"""Settings that the default server of a socket decides for all its servers."""


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
    """What gets no redirect: ``server``, ``name`` and ``sentence``."""

    def answers(self, name: str) -> bool:
        """Return whether a TLS server answers for a name."""
        host = sample(name)
        return name in self.answered or (host != "" and any(_matches(known, host) for known in self.answered))


def decide(seen: Mapping[str, Any], options: Mapping[str, Any]) -> Sites:
    """Return what becomes of the plain servers that ``service_info`` saw, by the role's options."""
    port, http_port = options["port"], options["http_port"]
    tls = [number for number, server in enumerate(seen["servers"]) if has_tls(server, port)]
    make = not tls if options["vhost"] == "auto" else options["vhost"] == "always"
    sites = Sites(answered=[name for number in tls for name in seen["servers"][number]["names"]])
    # The port of plain http comes first: a name that two ports share is that port's on the port of https.
    for _other, number in sorted((http_port not in ports_of(server), number) for number, server in enumerate(seen["servers"])):
        if plain(seen["servers"][number]) and (number in tls or not seen["servers"][number]["empty"]):
            _decide(sites, seen, options, number, make)
    return sites


def _decide(sites: Sites, seen: Mapping[str, Any], options: Mapping[str, Any], number: int, make: bool) -> None:
    server, port = seen["servers"][number], options["port"]
    names, ports = names_of(server, options), ports_of(server)
    stays = "is closed" if options["plain_http"] == "close" else "stays in clear text"

    def leave(name: str, why: str) -> None:
        sites.left.append({"server": number, "name": name, "sentence": (
            f"{server['file']}:{server['shown']}: {name} (port {', '.join(map(str, ports))}) {stays}: {why}")})

    missing = [name for name in names if not sites.answers(name)]
    front = server["front"] or next(
        (f"{item['file']}:{item['shown']} `proxy_protocol`" for item in plain(server) if item["proxy"]), "")
    if front and options["plain_http"] == "policy":
        leave(names[0], f"TLS may end in front of it ({front}), so that a redirect would not end. Set nginx_tls_plain_http "
                        "to redirect if clients reach the port themselves.")
    elif has_tls(server, port):
        sites.redirected.append(number)
    elif len(missing) < len(names) and options["http_port"] in ports:
        sites.redirected.append(number)
        for name in missing:
            leave(name, "no TLS server has this name. Add it to the one that has the other names.")
    elif len(missing) < len(names):
        leave(names[0], f"another server has this name on port {port}, so that its visitors would see other content. "
                        "Give it a name of its own, or close the port.")
    elif server["unclear"]:
        leave(names[0], f"{' '.join(server['unclear'])} Change that line, or give it a TLS server.")
    elif not make:
        leave(names[0], "it has no TLS server. Give it one, or set nginx_tls_vhost to always.")
    else:
        sites.made[number] = _listens(seen, server, options)
        sites.redirected.append(number)
        sites.answered += names


def has_tls(server: Mapping[str, Any], port: int) -> bool:
    """Return whether other hosts reach a server over TLS on a port."""
    return any(item["tls"] and item["port"] == port and _exposed(item) for item in server["listens"])


def plain(server: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return where a server listens in clear text for other hosts."""
    return [item for item in server["listens"] if not item["tls"] and _exposed(item)]


def ports_of(server: Mapping[str, Any]) -> list[int]:
    """Return the ports on which a server listens in clear text for other hosts."""
    return sorted({item["port"] for item in plain(server)})


def exposed(server: Mapping[str, Any]) -> bool:
    """Return whether other hosts reach a server at all."""
    return any(_exposed(item) for item in server["listens"])


def _exposed(listen: Mapping[str, Any]) -> bool:
    try:
        return not listen["socket"] and not ipaddress.ip_address(listen["address"].strip("[]")).is_loopback
    except ValueError:
        return not listen["socket"] and listen["address"] != "localhost"


def names_of(server: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return a server's names; one without a name answers for the name in the options."""
    return [name for name in server["names"] if name not in ("", "_")] or [options["server_name"].lower()]


def sample(name: str) -> str:
    """Return a host that a name of nginx stands for; empty if that cannot be told."""
    host = re.sub(r"\A\*\.", "sub.", name) if _NAME.match(name) else ""
    return re.sub(r"\.\*\Z", ".example", host.lstrip("."))


def pattern(name: str) -> str:
    """Return the regular expression of the hosts that a name stands for, as ``map`` takes it."""
    if name.startswith("~"):
        return name
    before = r"(?:.+\.)?" if name.startswith(".") else r".+\." if name.startswith("*") else ""
    return f"~^{before}{re.escape(name.strip('*').strip('.'))}{'[.].+' if name.endswith('*') else ''}$"


def _matches(known: str, host: str) -> bool:
    try:
        return re.search(pattern(known).lstrip("~*"), host) is not None
    except re.error:
        return False


def _listens(seen: Mapping[str, Any], server: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return where a TLS half listens: at the addresses of the plain half.

    A server on one address hides those on all addresses from visitors of that address, so a half on all addresses
    listens at the addresses of other TLS servers as well.
    """
    port = options["port"]
    there = tls_sockets(seen, port)
    first = options["unknown_names"] == "serve" and not any(item["default"] for item in there)
    found = {item["address"]: f"{' default_server' if first and item['default'] else ''} {item['more']}".rstrip()
             for item in plain(server)}
    if {"", "[::]"} & set(found):
        found.update({item["address"]: "" for item in there if item["address"] not in found})
    return [f"{address + ':' if address else ''}{port} ssl{more}" for address, more in found.items()]


def tls_sockets(seen: Mapping[str, Any], port: int) -> list[Mapping[str, Any]]:
    """Return every ``listen`` with TLS on a port for other hosts."""
    return [item for server in seen["servers"] for item in server["listens"]
            if item["tls"] and item["port"] == port and _exposed(item)]


def comparisons(sites: Sites, seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return which pages the test instance has to serve as a visitor knows them: see ``_core/change/comparison.py``."""
    found: dict[str, dict[str, Any]] = {}
    for number in sites.redirected:
        server = seen["servers"][number]
        at, made = plain(server)[0], number in sites.made
        for name in names_of(server, options) if made else names_of(server, options)[:1]:
            if sample(name) and sites.answers(name):
                found.setdefault(sample(name), {
                    "address": bound(at["address"]) or "127.0.0.1", "plain_port": at["port"], "made": made,
                    "name": sample(name), "path": "/", "port": options["port"]})
    return list(found.values())


def bound(address: str) -> str:
    """Return the address that a ``listen`` is bound to; empty for all addresses, or for a name."""
    bare = address.strip("[]")
    return bare if bare not in ("0.0.0.0", "::") and re.fullmatch(r"[0-9A-Fa-f.:]*", bare) else ""


def is_overridden(number: int, seen: Mapping[str, Any], overrides: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether settings of its own, or of the default server of one of its sockets, rule a TLS server."""
    deciding = {number}
    for item in seen["servers"][number]["listens"]:
        deciding.add(min((not other["default"], index) for index, server in enumerate(seen["servers"]) for other in server["listens"]
                         if (other["address"], other["port"]) == (item["address"], item["port"]))[1])
    return any(row["server"] == number or (row["server"] in deciding and row["name"] in _OF_SOCKET) for row in overrides)
