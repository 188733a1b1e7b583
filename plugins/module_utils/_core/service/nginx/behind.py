# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind nginx, as ``service_info`` reports them: by which directive, how they are reached and verified.

Of an address only scheme, host and port are reported: a path may hold a secret.
(nginx: http_proxy, http_grpc, http_uwsgi, http_fastcgi, http_scgi, http_memcached and http_upstream modules;
stream_proxy, stream_ssl_preread and mail_auth_http modules.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.format.nginx import Directive

PASSES = {"proxy_pass": ("http", "https"), "grpc_pass": ("grpc", "grpcs"), "uwsgi_pass": ("uwsgi", "suwsgi"),
          "fastcgi_pass": (), "scgi_pass": (), "memcached_pass": (), "auth_http": ()}
"""Ways to a server behind, with their schemes in clear text and over TLS, if there is such; in stream none has one."""
_TLS_PORTS = {"443", "465", "563", "636", "853", "989", "990", "993", "995", "5061", "5671", "6697", "8443", "8883"}
_OWN = re.compile(
    r"(?:proxy|grpc|uwsgi)_ssl(?:_(?:verify|verify_depth|trusted_certificate|name|server_name|protocols))?\Z")
_ADDRESS = re.compile(r"(?:(\w+)://)?(unix:[^:]*|[^/?#]*)")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_WITH_SSL = ("http", "stream", "server", "location")
"""Blocks that take settings about TLS of the servers behind; in others they are inherited."""
Tree = Sequence[Directive]


def find_legs(tops: Tree, place: Any) -> Iterator[dict[str, Any]]:
    """Yield every way to servers behind; ``through``: a server of stream passes on what is TLS already.

    Args:
        tops: the blocks ``http``, ``stream`` and ``mail``.
        place: returns where a directive stands, as plain data.
    """
    for http in tops:
        upstreams = {child.words[1]: child for child in http.children
                     if child.name == "upstream" and len(child.words) > 1}
        said: dict[str, list[str]] = {}
        for item in list_all(http.children):
            if item.name == "set" and len(item.words) > 2:
                said.setdefault(item.words[1].lstrip("$"), []).append(item.words[2])
        for row in _walk(http, {}, http, place):
            value, inside = row.pop("value"), row.pop("inside")
            for address in _resolve(value, said):
                leg = {**row, **_address(row["name"], address), "written": address == value, "servers": [], **_upstream(
                    upstreams, address, place), "stream": http.name == "stream", "through": False}
                if leg["stream"]:
                    known = inside.get("ssl_preread") == "on" or all(
                        server["port"] in _TLS_PORTS for server in leg["servers"] or [leg])
                    leg.update(tls=inside.get("proxy_ssl") == "on", through=known and not inside["ends_tls"])
                yield leg


def list_all(items: Tree) -> Iterator[Directive]:
    """Yield directives and all that stands in them."""
    for item in items:
        yield item
        yield from list_all(item.children)


def _walk(block: Directive, inherited: Mapping[str, Any], around: Directive, place: Any) -> Iterator[dict[str, Any]]:
    around = block if block.name in _WITH_SSL else around
    known = {**inherited, **{child.name: child.words[1] for child in block.children if len(child.words) > 1}}
    known["ends_tls"] = any(child.name == "listen" and "ssl" in child.words for child in block.children)
    for child in block.children:
        if child.name in PASSES and len(child.words) > 1:
            verify = known.get(child.name.replace("_pass", "_ssl_verify"), "off")
            yield {**place(child), "name": child.name, "value": child.words[1], "where": " ".join(block.words),
                   "inside": known, "verify": verify, "around": place(around), "own": [
                       {**place(item), "name": item.name} for item in around.children if _OWN.match(item.name)]}
        elif child.opened:
            yield from _walk(child, known, around, place)


def _resolve(value: str, said: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what an address is with variables that ``set`` gives a value."""
    name = next((name for name in _VARIABLE.findall(value) if name in said), "")
    if not name:
        return [value]
    parts = re.split(r"\$\{?" + name + r"\b\}?", value)
    return list(dict.fromkeys(text.join(parts) for text in said[name]))


def _address(name: str, value: str) -> dict[str, Any]:
    match = _ADDRESS.match(value)
    scheme, authority = (match[1] or "", match[2]) if match else ("", "")
    known = PASSES[name]
    return {"scheme": scheme, "authority": authority.rpartition("@")[2], "tls": bool(known) and scheme == known[1],
            "odd": "@" in authority, **_split(authority, 443 if known and scheme == known[1] else 80)}


def _split(authority: str, usual: int) -> dict[str, Any]:
    """Return host and port; no host if only a request decides it."""
    match = re.fullmatch(r"(\[[^]]*\]|[^:\[\]]*)(?::(\S+))?", authority)
    host = authority if authority.startswith("unix:") or not match else match[1]
    return {"host": "" if "$" in host else host, "port": match[2] or str(usual) if match else ""}


def _upstream(upstreams: Mapping[str, Directive], value: str, place: Any) -> dict[str, Any]:
    match = _ADDRESS.match(value)
    block = upstreams.get(match[2]) if match else None
    return {} if block is None else {"servers": [
        {**place(item), "name": "server", "authority": item.words[1], "down": "down" in item.words,
         **_split(item.words[1], 80)}
        for item in block.children if item.name == "server" and len(item.words) > 1]}
