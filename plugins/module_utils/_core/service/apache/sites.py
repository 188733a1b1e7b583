# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of each plain site of an Apache: it has a TLS site, it is given one, or it is left alone and named.

A visitor is only redirected to a TLS site that answers for the name that he asked for.  A site that has none and is
given none (its name is another site's on the TLS port, or it cannot be told what its TLS site would serve) stays as
it is; its endpoints are judged like all others and fail, so that a verdict never passes over it.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service.web import is_left_to_front, write_front

# What may stand in a quoted Apache argument without ending it or starting an expression.
HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9-]+)*\.?\Z|\[[0-9A-Fa-f:.]+\]\Z|[0-9A-Fa-f:.]+\Z"
)
_LOCAL = "tolower(%{SERVER_NAME}) in { 'localhost', '127.0.0.1', '::1', '[::1]' } && (-R '127.0.0.0/8' || -R '::1')"


@dataclass
class Sites:
    """The decision for every plain site."""

    made: list[dict[str, Any]] = field(default_factory=list)
    """Sites that are given a TLS site: ``key``, ``server_name``, ``addresses``, ``names`` (of the certificate),
    ``plain_port`` and ``address`` to reach it now."""
    redirected: list[str] = field(default_factory=list)
    """Names, in lower case, that a TLS site answers for; a wildcard is written with ``*``."""
    left: list[dict[str, Any]] = field(default_factory=list)
    """What stays in clear text: ``key``, ``name``, ``ports`` and ``sentence``."""
    others_redirected: bool = True
    """Whether a name that no site has is redirected to the fixed name."""
    template: bool = False
    """Whether the role's own site is made, because there is none to make it from or a folder was asked for."""
    answered: set[str] = field(default_factory=set)
    """All names of TLS sites on the TLS port, those that are made included."""
    local: set[str] = field(default_factory=set)
    """Keys of sites that can only be reached from the host itself."""


def decide(seen: Mapping[str, Any], options: Mapping[str, Any], make: bool) -> Sites:
    """Return what becomes of the plain sites.

    Args:
        seen: ``vhosts`` and ``listens`` of ``service_info``.
        options: the role's options without their prefix.
        make: whether sites without TLS are given a TLS site.
    """
    port, http_port = int(options["port"]), int(options["http_port"])
    tls = [host for host in seen["vhosts"] if host["tls"] and port in host["ports"]]
    sites = Sites(answered={name for host in tls for name in _names(host, options)})
    sites.local = {host["key"] for host in seen["vhosts"] if _only_local(host, seen)}
    exposed = [host for host in seen["vhosts"] if not host["tls"] and host["key"] not in sites.local]
    # The port of plain http comes first: a name that two ports share is that port's on the TLS port.
    for host in sorted(exposed, key=lambda host: http_port not in host["ports"]):
        _decide_host(sites, host, options, make, mirror=not tls)
    no_plain_site = all(host["tls"] for host in seen["vhosts"])
    sites.template = make and not sites.made and (no_plain_site or bool(options.get("document_root")))
    if sites.template:
        sites.answered.add(options["server_name"].lower())
    left = {row["name"] for row in sites.left if http_port in row["ports"]}
    sites.redirected = [name for name in sorted(sites.answered) if HOST.match(_bare(name)) and name not in left]
    first = next((host for host in exposed if http_port in host["ports"]), None)
    default_left = first is not None and first["key"] in {row["key"] for row in sites.left}
    target = options["server_name"].lower()
    sites.others_redirected = not default_left and (bool(options.get("redirect_host")) or _answers(sites, target))
    return sites


def _decide_host(
    sites: Sites, host: Mapping[str, Any], options: Mapping[str, Any], make: bool, mirror: bool
) -> None:
    name, *aliases = _names(host, options)
    on_http_port = int(options["http_port"]) in host["ports"]

    def leave(which: str, why: str) -> None:
        sites.left.append({
            "key": host["key"], "name": which, "ports": list(host["ports"]),
            "sentence": (
                f"{host['file']}:{host['line']}: {which} (port {', '.join(str(port) for port in host['ports'])}) "
                f"stays in clear text: {why}")})

    if is_left_to_front(host["front"], options):
        for which in (name, *aliases):
            leave(which, write_front("apache", host["front"]))
    elif _answers(sites, name):
        if on_http_port:
            for alias in aliases:
                if not _answers(sites, alias):
                    leave(alias, f"the TLS site of {name} does not have this name. Add it there as a ServerAlias.")
        else:
            leave(name, (
                f"another site has this name on port {options['port']}, so that its visitors would see other "
                "content. Give it a name of its own, or close the port."))
    elif host["unclear"]:
        leave(name, (
            f"it cannot be told what a TLS site made from it would serve. {' '.join(host['unclear'])} Change that "
            "line, or give it a TLS site."))
    elif not HOST.match(name):
        leave(name, "its name cannot be written into a TLS site.")
    elif not make:
        leave(name, "it has no TLS site. Give it one, or set apache_tls_vhost to always.")
    elif options.get("document_root"):
        if name != options["server_name"].lower():
            leave(name, f"apache_tls_document_root makes one TLS site, for {options['server_name']}.")
    else:
        own = [alias for alias in aliases if HOST.match(_bare(alias)) and not _answers(sites, alias)]
        sites.made.append({
            "key": host["key"], "server_name": host["server_name"] or options["server_name"],
            "names": [host["server_name"] or options["server_name"], *own],
            "addresses": _addresses(host, int(options["port"]), mirror),
            "plain_port": int(options["http_port"]) if on_http_port else (host["ports"] or [80])[0],
            "address": _reached_at(host),
        })
        sites.answered |= {name, *own}


def _names(host: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    return [str(name).lower() for name in (host["server_name"] or options["server_name"], *host["aliases"])]


def _answers(sites: Sites, name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, known) for known in sites.answered)


def _bare(name: str) -> str:
    return name.replace("*.", "", 1)


def _addresses(host: Mapping[str, Any], port: int, mirror: bool) -> list[str]:
    """Return the addresses of its TLS site: the same ones, unless that would hide TLS sites that are there."""
    if not mirror:
        return [f"*:{port}"]
    bare = [re.sub(r":(?:\d+|\*)\Z", "", address) for address in host["addresses"]]
    return list(dict.fromkeys(f"{address or '*'}:{port}" for address in bare)) or [f"*:{port}"]


def _reached_at(host: Mapping[str, Any]) -> str:
    """Return an address of this host at which the site answers."""
    for address in host["addresses"]:
        bare = re.sub(r":(?:\d+|\*)\Z", "", address).strip("[]")
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError:
            continue
    return "127.0.0.1"


def _only_local(host: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    """Return whether a site can only be reached from the host itself."""
    addresses = [re.sub(r":(?:\d+|\*)\Z", "", address) for address in host["addresses"]]
    if addresses and all(_loopback(address) for address in addresses):
        return True
    bound = [row["address"] for row in seen["listens"] if int(row["port"]) in host["ports"]]
    return bool(bound) and all(_loopback(address) for address in bound)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address.lower() == "localhost"


def list_comparisons(sites: Sites, seen: Mapping[str, Any], options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return which pages the test instance has to serve as a visitor knows them: see ``_core/change/comparison.py``.

    Those are all TLS sites that are made, and each name of a TLS site that plain http is redirected to.
    """
    port, http_port = int(options["port"]), int(options["http_port"])
    found = {
        site["server_name"].lower(): {"address": site["address"], "plain_port": site["plain_port"], "made": True}
        for site in sites.made
    }
    for host in seen["vhosts"]:
        for name in _names(host, options):
            if host["tls"] and port in host["ports"] and name in sites.redirected and "*" not in name and http_port:
                found.setdefault(name, {"address": _reached_at(host), "plain_port": http_port, "made": False})
    return [dict(row, name=name, path="/", port=port) for name, row in found.items()]


def list_redirects(sites: Sites, options: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the redirects of plain http: ``condition`` (of ``<If>``) and ``target``, in Apache's language."""
    suffix = "" if int(options["port"]) == 443 else f":{int(options['port'])}"
    plain = ["%{HTTPS} != 'on'"]
    exempt = [re.escape(str(path)).replace("#", r"\#") for path in options["redirect_exempt"]]
    plain += [f"%{{REQUEST_URI}} !~ m#^{path}#" for path in exempt]
    trusted = [f"%{{CONN_REMOTE_ADDR}} -ipmatch '{network}'" for network in options["trusted_proxies"]]
    if trusted:
        plain.append(f"! (tolower(%{{HTTP:X-Forwarded-Proto}}) == 'https' && ({' || '.join(trusted)}))")
    ports = sorted({port for row in sites.left for port in row["ports"]} - {int(options["http_port"])})
    # Not SERVER_PORT: in a request that Apache makes of another one (DirectoryIndex) it forgets what the client asked.
    plain += [f"%{{HTTP_HOST}} !~ m#:{port}$#" for port in ports]
    fixed = options.get("redirect_host") or ""
    known = _has_name(sites.redirected)
    found = [([*plain, known], fixed or "%{SERVER_NAME}")] if known else []
    if sites.others_redirected:
        left = _has_name([row["name"] for row in sites.left])
        rest = [f"! ({names})" for names in (known, left, _LOCAL) if names]
        found.append(([*plain, *rest], fixed or options["server_name"]))
    return [
        {"condition": " && ".join(terms), "target": f"https://{target}{suffix}%{{REQUEST_URI}}"}
        for terms, target in found
    ]


def _has_name(names: Sequence[str]) -> str:
    """Return an expression that holds for these names; empty if there are none."""
    exact = [name for name in names if "*" not in name and HOST.match(name)]
    wild = [name for name in names if "*" in name and HOST.match(_bare(name))]
    terms = ["tolower(%{{SERVER_NAME}}) in {{ '{}' }}".format("', '".join(exact))] if exact else []
    terms += [f"tolower(%{{SERVER_NAME}}) =~ m#^[^/]+{re.escape(name[1:])}$#" for name in wild]
    return terms[0] if len(terms) == 1 else f"({' || '.join(terms)})" if terms else ""
