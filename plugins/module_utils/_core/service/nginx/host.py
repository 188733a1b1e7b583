# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of nginx on a host, and the facts made of it: plain data, nothing secret in them.

The files are read as nginx reads them, by their ``include`` lines.  ``nginx -T`` prints the same files, but only with
the rights of root and after it made log files, folders and sockets; a scenario compares the two.
(nginx: core, http_core, http_ssl, http_rewrite, http_map, http_realip and http_headers modules.)
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.format.nginx import Directive, parse
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.behind import find_legs, list_all

ROOT = "/etc/nginx"
HTTP_CONF = ROOT + "/conf.d/zz-intransit-tls.conf"
"""The file that the role writes; what it holds is not reported."""
SCRIPT = ROOT + "/intransit-tls.js"
"""What adds Secure to cookies of FastCGI, if nginx has njs."""
HEADERS = ("add_header", "proxy_hide_header", "fastcgi_hide_header", "grpc_hide_header", "scgi_hide_header",
           "uwsgi_hide_header")
"""Directives that a block inherits only if it has none of its own."""
FORWARDS = ("proxy_set_header", "fastcgi_param")
"""Directives that tell the servers behind about a request, inherited in the same way."""
_PROTO = {"proxy_set_header": "x-forwarded-proto", "fastcgi_param": "http_x_forwarded_proto"}
_NO_COOKIE_FLAGS = ("fastcgi_pass", "uwsgi_pass", "scgi_pass")
"""Ways to a server behind on which nginx itself cannot change cookies."""
_JUDGED = ("ssl_protocols", "ssl_ciphers", "ssl_ecdh_curve", "ssl_conf_command", "ssl_verify_client")
_FRONT = re.compile(r"\$\{?http_(?:x_forwarded_(?:proto\w*|ssl|scheme|port)|x_scheme|front_end_https|cf_visitor)\b")
_URL = re.compile(r"(https?|\$scheme)://([^/?#:]*)", re.IGNORECASE)
_ANY_PATH = re.compile(r"\^?/?(?:\(?\.\*\)?)?\$?\Z")
_BY_SCHEME = re.compile(r"\$\{?(?:scheme|https|server_port)\b")
_DEEPEST = 16
Tree = tuple[Directive, ...]


@dataclass
class Configuration:
    """Every directive, with what it includes behind each ``include``."""

    as_it_is: bool = False
    directives: Tree = ()
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Path of each file to ``digest``, the checksum of its text without our edits, and ``edited``, if it has some."""
    problems: list[str] = field(default_factory=list)

    def below(self, *names: str) -> list[Directive]:
        """Return the directives below these names, such as ``http``, ``server``."""
        found = [item for item in self.directives if item.name == names[0]]
        for name in names[1:]:
            found = [child for item in found for child in item.children if child.name == name]
        return found


def read_configuration(as_it_is: bool = False) -> Steps[Configuration]:
    """Read the configuration; without our edits and our own file, unless it is wanted ``as_it_is``."""
    found = Configuration(as_it_is)
    try:
        found.directives = yield from _file(ROOT + "/nginx.conf", found, _DEEPEST)
    except DialectError as error:
        found.problems.append(error.message)
    return found


def _file(path: str, found: Configuration, depth: int) -> Steps[Tree]:
    file = (yield from model.read_text(path)) if depth else model.Text(problem=f"{path} cannot be read")
    if file.problem:
        raise DialectError(f"{file.problem.rstrip('.')}, and nginx reads it. Repair that first.")
    found.files[path] = {"digest": marks.hash_original(file.text), "edited": bool(marks.find_marked(file.text))}
    items = parse(file.text, path) if found.as_it_is else parse(
        marks.remove_marks(file.text), path, partial(marks.find_line, file.text))
    return (yield from _included(items, found, depth))


def _included(items: Tree, found: Configuration, depth: int) -> Steps[Tree]:
    made: list[Directive] = []
    for item in items:
        made.append(replace(item, children=(yield from _included(item.children, found, depth))))
        if item.name == "include" and len(item.words) == 2:
            path = posixpath.join(ROOT, item.words[1])
            for name in (yield from model.find_paths(path)) if re.search(r"[*?[]", path) else (path,):
                made += (yield from _file(name, found, depth - 1)) if name != HTTP_CONF or found.as_it_is else ()
    return tuple(made)


def read() -> Steps[dict[str, Any]]:
    """Return what ``describe_seen`` makes of the configuration, and ``present_hsts``, the value that the role wrote."""
    hosts = yield from model.read_text("/etc/hosts")
    own = yield from model.read_text(HTTP_CONF)
    return {**describe_seen((yield from read_configuration()), hosts.text), "present_hsts": model.find_hsts(own.text),
            "present_redirect": "$intransit_tls_redirect {" in own.text}


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return every ssl_ciphers that is in force."""
    config = yield from read_configuration(as_it_is=True)
    if config.problems:
        raise DialectError(config.problems[0])
    found = [Setting(item.name, item.words[-1], str(item)) for item in list_all(config.directives)
             if item.name == "ssl_ciphers"]
    return tuple(dict.fromkeys(found)) or (Setting("ssl_ciphers", "HIGH:!aNULL:!MD5", BUILT_IN),)


def describe_seen(config: Configuration, hosts: str = "") -> dict[str, Any]:
    """Return ``servers``, ``settings`` about TLS, ``headers`` (blocks that inherit none), ``files`` and more.

    Settings and headers of servers that only the host itself reaches are left out.
    """
    servers = [(item, _server(item, config)) for item in config.below("http", "server")]
    blocks = [(block, None) for block in config.below("http")] + [
        (block, number) for number, (server, facts) in enumerate(servers) if facts["plain"] or facts["tls"]
        for block in list_all((server,)) if block.opened]
    proxies = [item for item in config.directives if item.name in ("stream", "mail")]
    legs = list(find_legs([*config.below("http"), *proxies], _place))
    through = [(leg["around"]["file"], leg["around"]["shown"]) for leg in legs if leg["through"]]
    main = {item.name: item.words[1] for item in config.directives if len(item.words) > 1}
    return {
        "servers": [facts for _item, facts in servers],
        "settings": [
            *(_setting(item, number, " ".join(block.words)) for block, number in blocks for item in block.children
              if _about_tls(item, number is None)),
            *(_setting(item, block.name, f"server of {block.name}") for block in proxies for server in block.children
              if server.name == "server" for item in server.children if item.name in _JUDGED)],
        "proxies": [
            {**_place(block), "name": block.name, "servers": list(_proxies(block, through)), "settings": [
                _setting(item, block.name, block.name) for item in block.children if item.name.startswith("ssl_")]}
            for block in proxies],
        "headers": [
            {**_place(block), "server": number, "hsts": [child.line for child in block.children if _is_hsts(child)],
             "names": sorted({child.name for child in block.children if child.name in HEADERS})}
            for block, number in blocks
            if number is not None and any(child.name in HEADERS for child in block.children)],
        "legs": legs,
        "forwards": [row for block, number in blocks for row in _forwards(block, number)],
        "cookies": [
            {**_place(block), "at": str(child), "own": any(item.name == "js_header_filter" for item in block.children)}
            for block, number in blocks if number is not None for child in block.children
            if child.name in _NO_COOKIE_FLAGS],
        "scripts": any(item.name == "load_module" and "ngx_http_js_module" in item.words[-1]
                       for item in config.directives),
        "cookie_flags": [str(child) for block, _number in blocks for child in block.children
                         if child.name == "proxy_cookie_flags" and "secure" not in child.words],
        "included": any(fnmatch.fnmatchcase(HTTP_CONF, posixpath.join(ROOT, item.words[-1]))
                        for item in config.below("http", "include")),
        "upstreams": sorted(set(_upstreams(config))), "hosts": hosts,
        "pid": main.get("pid", "/run/nginx.pid"), "error_log": main.get("error_log", "/var/log/nginx/error.log"),
        "files": config.files, "problems": config.problems,
    }


def _place(item: Directive) -> dict[str, Any]:
    """Return where a directive stands: for sentences (``shown``), and for edits."""
    lines = [] if item.opened else list(range(item.line, item.last + 1))
    return {"file": item.file, "shown": item.shown, "lines": lines, "alone": item.alone, "opened": item.opened}


def _setting(item: Directive, server: Any, where: str) -> dict[str, Any]:
    """Return a setting; ``server`` is the number of its server, the word ``stream`` or ``mail``, or None at http."""
    return {**_place(item), "name": item.name, "arguments": list(item.words[1:]), "server": server, "where": where}


def _proxies(block: Directive, through: Sequence[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """Yield the servers of ``stream`` or ``mail``; ``clear`` are the ports that other hosts reach without TLS."""
    for item in [item for item in block.children if item.name == "server"]:
        said = {child.name: child.words[1] for child in (*block.children, *item.children) if len(child.words) > 1}
        rows = [_listen(child, said.get("ssl") == "on") for child in item.children
                if child.name == "listen" and not {"udp", "quic"} & set(child.words)]
        starttls = said.get("starttls", "off") if block.name == "mail" else "off"
        passed = starttls == "only" or (item.file, item.shown) in through
        yield {**_place(item), "listens": rows, "starttls": starttls, "name": said.get("server_name", ""),
               "protocol": said.get("protocol", ""), "ends_tls": starttls != "off" or any(row["tls"] for row in rows),
               "clear": [row["port"] for row in rows if row["exposed"] and not row["tls"] and not passed]}


def _forwards(block: Directive, number: Optional[int]) -> Iterator[dict[str, Any]]:
    """Yield a block that tells the servers behind something of its own; ``said``: what it says of the protocol."""
    names = sorted({child.name for child in block.children if child.name in FORWARDS})
    said = [child for child in block.children
            if child.name in FORWARDS and len(child.words) > 2 and child.words[1].lower() == _PROTO[child.name]]
    if names:
        yield {**_place(block), "server": number, "names": names, "said": sorted({child.name for child in said}),
               "passed_on": [str(child) for child in said if _FRONT.search(child.words[2])]}


def _about_tls(item: Directive, at_http: bool) -> bool:
    return item.name in _JUDGED or _is_hsts(item) or (
        at_http and (item.name.startswith("ssl_") or item.name == "server_tokens"))


def _is_hsts(item: Directive) -> bool:
    return item.name == "add_header" and len(item.words) > 2 and item.words[1].lower() == "strict-transport-security"


def _server(item: Directive, config: Configuration) -> dict[str, Any]:
    names = [word.lower() for child in item.children if child.name == "server_name" for word in child.words[1:]]
    around = [child for block in (*config.below("http"), item) for child in block.children]
    all_tls = any(child.words == ("ssl", "on") for child in around)
    listens = [child for child in item.children if child.name == "listen" and "quic" not in child.words]
    # Without a listen of its own it listens on port 80.
    rows = [_listen(child, all_tls) for child in listens or [replace(item, words=("listen", "80"))]]
    return {**_place(item), "names": names, "empty": _empty(item), "unclear": list(_unclear(item, names)),
            "listens": rows, "plain": [row for row in rows if row["exposed"] and not row["tls"]],
            "tls": [row for row in rows if row["exposed"] and row["tls"]], "implicit": not listens,
            "front": next(_in_front(item, config, around), "")}


def _listen(item: Directive, all_tls: bool) -> dict[str, Any]:
    where, flags = item.words[1], item.words[2:]
    match = re.fullmatch(r"(?:(\[[^]]*\]|[^:\[\]]*):)?([0-9]+)", where)
    address, port = (match[1] or "", int(match[2])) if match else (where, 80)
    local = re.match(r"unix:|127\.|localhost\Z|\[::1\]", address)
    return {**_place(item), "name": "listen", "words": list(item.words),
            "address": "" if address == "*" else address, "port": port,
            "socket": where[5:] if where.startswith("unix:") else "", "exposed": not local,
            "tls": "ssl" in flags or all_tls, "default": "default_server" in flags or "default" in flags,
            "proxy": "proxy_protocol" in flags,
            "more": " ".join(flag for flag in flags if flag.startswith("ipv6only="))}


def _in_front(server: Directive, config: Configuration, around: Sequence[Directive]) -> Iterator[str]:
    """Yield lines that show that TLS may end in front of the server."""
    maps = [item.words[-1] for item in config.below("http", "map") if _FRONT.search(item.words[1])]
    for item in list_all((server,)):
        text = " ".join(item.words)
        proxied = item.name == "listen" and "proxy_protocol" in item.words and "ssl" not in item.words
        if proxied or _FRONT.search(text) or any(re.search(re.escape(name) + r"\b", text) for name in maps):
            yield f"{item} `{'proxy_protocol' if proxied else item.name}`"
    yield from (f"{item} `{item.name}`" for item in around if item.name == "real_ip_header")


def _empty(server: Directive) -> bool:
    """Return whether a server has no content, since it sends every visitor elsewhere or refuses."""
    locations = [item for item in server.children if item.name == "location"]
    rest = [item for item in locations if not any(_ends(child) for child in item.children)]
    return any(_ends(item) for item in server.children) or (
        any(item.words[-1] == "/" for item in locations)
        and all(item.words[-1].startswith("/.well-known/") for item in rest))


def _ends(item: Directive) -> bool:
    """Return whether a directive redirects or refuses every request that reaches it."""
    words = item.words
    if item.name == "rewrite" and len(words) > 2:
        return bool(_ANY_PATH.match(words[1]) and _URL.match(words[2]))
    return item.name == "return" and bool(re.match(r"30[12378]\Z|[4-9]\d\d\Z|\D", words[1]))


def _unclear(server: Directive, names: Sequence[str], guard: str = "") -> Iterator[str]:
    """Yield sentences about redirects that would lead back for ever in a TLS half of the server."""
    for item in server.children:
        yield from _unclear(item, names, guard + (" ".join(item.words) if item.name == "if" else ""))
        target = {"return": item.words[-1], "rewrite": item.words[min(2, len(item.words) - 1)]}.get(item.name, "")
        match = _URL.match(target)
        back = match and match[2].lower() in ("$host", "$http_host", "$server_name", "$hostname", *names)
        if match and back and (match[1] == "http" or (match[1] == "https" and not _BY_SCHEME.search(guard))):
            yield f"{item} `{item.name}` leads back to the site, so that over TLS it would not end."


def _upstreams(config: Configuration) -> Iterator[str]:
    """Yield host names that nginx looks up when it starts."""
    passes = [item for item in list_all(config.directives)
              if (item.name.endswith("_pass") or item.name == "auth_http") and len(item.words) > 1]
    ups = [child for name in ("http", "stream") for child in config.below(name, "upstream", "server")]
    for item in (*ups, *passes):
        host = re.sub(r"\A\w+://", "", item.words[1]).partition("/")[0].partition(":")[0]
        if re.fullmatch(r"[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*", host) and host != "unix":
            yield host


HOST = Host(
    name="nginx", package="nginx", tls_objects=("/usr/sbin/nginx",), units=("nginx.service",), processes=("nginx",),
    configuration=(ROOT + "/nginx.conf", ROOT), read=read, cipher_settings=read_cipher_settings,
)
