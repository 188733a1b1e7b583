# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of HAProxy on a host, and the facts made of it: plain data, nothing secret in them.

The files are those that its unit names (``-f``), read as HAProxy reads them: 2.6 prints no configuration.  Only lines
about sockets, TLS, servers behind and a few headers are reported, since others may hold passwords.
(HAProxy 2.6 and 3.0: configuration manual, 3.1, 4.2, 5.1, 5.2 and "crt-list".)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.format.haproxy import (
    Line,
    Section,
    has_variable,
    parse,
    split_lines,
    unquote,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Host, Setting, Steps

UNIT = "haproxy.service"
CONF = "/etc/haproxy/haproxy.cfg"
PROXIES = ("frontend", "listen", "backend")
Row = Mapping[str, Any]
WITH_VALUE = frozenset(re.findall(r"\S+", """
    accept-netscaler-cip addr agent-addr agent-inter agent-port agent-send alpn backlog ca-file ca-ignore-err
    ca-sign-file ca-sign-pass ca-verify-file check-alpn check-proto check-sni ciphers ciphersuites
    client-sigalgs cookie crl-file crt crt-ignore-err crt-list curves downinter ecdhe error-limit expose-fd fall
    fastinter gid group guid guid-prefix hash-key id init-addr inter interface level log-bufsize log-proto
    max-reuse maxconn maxqueue minconn mode mss name namespace nbconn nice npn observe ocsp-update on-error
    on-marked-down on-marked-up pool-conn-name pool-low-conn pool-max-conn pool-purge-delay port process proto
    proxy-v2-options quic-cc-algo quic-socket redir resolve-net resolve-opts resolve-prefer resolvers rise
    severity-output shard shards sigalgs slowstart sni socks4 source ssl-max-ver ssl-min-ver tcp-ut thread
    tls-ticket-keys track uid user verify verifyhost weight ws"""))
"""Options of ``bind``, ``server`` and crt-lists behind which a value stands."""
_HIDDEN = frozenset({"ca-sign-pass"})
_GLOBAL = re.compile(r"ssl-default-(?:bind|server)-(?!client)|ssl-(?:server-verify|security-level)\Z")
_FRONT = re.compile(
    r"hdr(?:_\w+)?\((?:x-forwarded-(?:proto\w*|ssl|scheme|port)|x-scheme|front-end-https|cf-visitor)\b", re.IGNORECASE)
_USUAL = "/usr/sbin/haproxy -Ws -f $CONFIG"
_ABOUT_LEG = ("ssl", "verify", "ca-file", "sni", "verifyhost", "check", "send-proxy", "disabled")
_REDIRECT = re.compile(
    r"(?:scheme https|(?:location|prefix) https://\S+)(?: (?:code \d+|drop-query|append-slash|set-cookie \S+))*\Z")


@dataclass
class Configuration:
    """Every section, in the order in which HAProxy reads them."""

    sections: list[Section] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    """The files, and the folder of relative paths if one is named, as arguments of the program."""
    lists: dict[str, list[Line]] = field(default_factory=dict)
    """Lines of each crt-list."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Path of each file to ``digest``, the checksum of its text without our edits, and ``edited``, if it has some."""
    ours: str = ""
    """The lines that our edits made."""
    problems: list[str] = field(default_factory=list)

    def find_global(self, name: str, usual: str) -> str:
        """Return the value of a global setting with one value."""
        rows = [line.words[1] for section in self.sections if section.kind == "global" for line in section.lines
                if line.words[0] == name and len(line.raw) > 1]
        return rows[-1] if rows else usual


def read_configuration(as_it_is: bool = False) -> Steps[Configuration]:
    """Read the files that the unit names; without our edits, unless they are wanted ``as_it_is``."""
    found = Configuration()
    try:
        for path in (yield from _arguments(found)):
            text = yield from _text(path, found, as_it_is)
            found.sections += parse(text, path, found.files[path]["line"])
        for name in list(dict.fromkeys(_values(found, "crt-list"))):
            path = posixpath.join(found.find_global("crt-base", "/"), name)
            text = yield from _text(path, found, as_it_is)
            found.lists[path] = split_lines(text, path, found.files[path]["line"])
    except DialectError as error:
        found.problems.append(error.message)
    for facts in found.files.values():
        facts.pop("line")
    return found


def _arguments(found: Configuration) -> Steps[list[str]]:
    """Find the files by the unit's command; a folder stands for its ``*.cfg`` files."""
    asked = ["systemctl", "show", "-p", "ExecStart,Environment,EnvironmentFiles", "--", UNIT]
    shown = yield from model.run(asked, timeout=20)
    said = re.search(r"^ExecStart=.*?argv\[\]=(.*?) ; ", shown.stdout, re.M)
    variables = {"CONFIG": CONF}
    for row in re.findall(r"^Environment=(.*)$", shown.stdout, re.M):
        words = [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', row)]
        variables.update(word.split("=", 1) for word in words if "=" in word)
    for path in re.findall(r"^EnvironmentFiles=(\S+)", shown.stdout, re.M) or ["/etc/default/haproxy"]:
        text = (yield from model.read_text(path)).text
        for name, value in re.findall(r"^\s*(\w+)=(.*)$", text, re.M):
            variables[name] = value.strip().strip("\"'")
    words = []
    for word in (said[1] if said else _USUAL).split():
        match = re.fullmatch(r"\$(\w+)", word)
        words += variables.get(match[1], "").split() if match else [
            re.sub(r"\$\{(\w+)\}", lambda name: variables.get(name[1], ""), word)]
    given = list(zip(words, words[1:]))
    folder = ["/", *(value for option, value in given if option == "-C")][-1]
    named = [value for option, value in given if option == "-f"]
    named += words[words.index("--") + 1:] if "--" in words else []
    files: list[str] = []
    for path in [posixpath.join(folder, name) for name in named]:
        is_folder = (yield from model.kind_of(path)) == "folder"
        files += (yield from model.find_paths(path.rstrip("/") + "/*.cfg")) if is_folder else (path,)
    found.arguments = (["-C", folder] if folder != "/" else []) + [word for path in files for word in ("-f", path)]
    return files


def _text(path: str, found: Configuration, as_it_is: bool) -> Steps[str]:
    file = yield from model.read_text(path)
    if file.problem:
        raise DialectError(f"{file.problem.rstrip('.')}, and HAProxy reads it. Repair that first.")
    marked = marks.find_marked(file.text)
    found.ours += "".join(line + "\n" for line in marked if not line.startswith(marks.DISABLED))
    found.files[path] = {"digest": marks.hash_original(file.text), "edited": bool(marked),
                         "line": int if as_it_is else partial(marks.find_line, file.text)}
    return file.text if as_it_is else marks.remove_marks(file.text)


def _values(found: Configuration, name: str) -> Iterator[str]:
    """Yield the values of an option of every ``bind``."""
    for section in found.sections:
        for line in section.lines:
            if line.words[0] == "bind" and section.kind in PROXIES:
                yield from (value for option, value, _raw in _options(line.raw[2:]) if option == name)


def _options(raw: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return name, value and both as they are written, of each option."""
    found, at = [], 0
    while at < len(raw):
        name = unquote(raw[at])
        step = 2 if name in WITH_VALUE and at + 1 < len(raw) else 1
        found.append((name, unquote(raw[at + 1]) if step == 2 else "", " ".join(raw[at:at + step])))
        at += step
    return found


def read() -> Steps[dict[str, Any]]:
    """Return what ``describe_seen`` makes of the configuration, its certificates, and what the role wrote."""
    hosts = yield from model.read_text("/etc/hosts")
    config = yield from read_configuration()
    return {**describe_seen(config, hosts.text), "present_certificates": (yield from _present(config)),
            "present_hsts": model.find_hsts(config.ours), "present_redirect": "http-request redirect" in config.ours}


def _present(config: Configuration) -> Steps[list[dict[str, str]]]:
    found = []
    listed = [line.words[0] for lines in config.lists.values() for line in lines]
    for name in dict.fromkeys([*_values(config, "crt"), *listed]):
        path = posixpath.join(config.find_global("crt-base", "/"), name)
        kind = yield from model.kind_of(path)
        inside: tuple[str, ...] = (path,) if kind == "file" else ()
        inside = (yield from model.find_paths(path.rstrip("/") + "/*")) if kind == "folder" else inside
        for file in [file for file in inside if not re.search(r"\.(?:key|ocsp|issuer|sctl)\Z", file)]:
            apart = (yield from model.kind_of(file + ".key")) == "file"
            found.append({"certificate": file, "private_key": file + (".key" if apart else ""), "chain": "",
                          "owner": "haproxy", "group": "haproxy"})
    return found


def read_cipher_settings(_library: str) -> Steps[tuple[Setting, ...]]:
    """Return every cipher list that is in force: the last global one, those of ``bind`` lines and of crt-lists."""
    config = yield from read_configuration(as_it_is=True)
    if config.problems:
        raise DialectError(config.problems[0])
    lines = [(section.kind, line) for section in config.sections for line in section.lines]
    found = [Setting(line.words[0], line.words[1], str(line)) for kind, line in lines
             if kind == "global" and line.words[0] == "ssl-default-bind-ciphers" and len(line.raw) > 1][-1:]
    own = [(line, line.raw[2:]) for kind, line in lines if line.words[0] == "bind" and kind in PROXIES]
    own += [(line, tuple(_listed(line))) for rows in config.lists.values() for line in rows]
    found += [Setting(name, value, str(line)) for line, raw in own for name, value, _raw in _options(raw)
              if name == "ciphers"]
    return tuple(dict.fromkeys(found)) or (Setting("ssl-default-bind-ciphers", "DEFAULT", BUILT_IN),)


def describe_seen(config: Configuration, hosts: str = "") -> dict[str, Any]:
    """Return ``proxies`` with sockets and servers, ``settings`` of ``global``, ``listed`` (crt-lists) and more."""
    shared: dict[str, Section] = {}
    before, bound = Section(Line(("defaults",), "", 0, 0, 0)), False
    proxies, settings, first, late = [], [], None, ""
    for section in config.sections:
        if section.kind == "defaults":
            before = shared[section.name] = section
        elif section.kind == "global":
            first = first or section
            late = str(section.header) if bound and first is section else late
            settings += [{**line.place(), "words": list(line.words)} for line in section.lines
                         if _GLOBAL.match(line.words[0])]
        elif section.kind in PROXIES:
            named = [*section.header.words[2:4], "", ""]
            proxies.append(_proxy(section, shared.get(named[1], before) if named[0] == "from" else before))
            bound = bound or bool(proxies[-1]["binds"])
    rows = [{**line.place(), "head": [line.raw[0]], "options": _options(_listed(line)), "rest": " ".join(line.raw)}
            for lines in config.lists.values() for line in lines]
    servers = [server["host"] for proxy in proxies for server in proxy["servers"]]
    return {
        "proxies": proxies, "settings": settings, "listed": [row for row in rows if row["options"]], "late": late,
        "global": first.header.place() if first else None, "arguments": config.arguments, "hosts": hosts,
        "upstreams": sorted({host for host in servers if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9_.-]+", host)}),
        "variables": any(has_variable(raw) for section in config.sections for line in section.lines
                         for raw in line.raw),
        "files": config.files, "problems": config.problems,
    }


def _listed(line: Line) -> list[str]:
    """Return the options of a line of a crt-list: those in square brackets."""
    match = re.search(r"\[(.*?)\]", " ".join(line.raw[1:]))
    return match[1].split() if match else []


def _proxy(section: Section, defaults: Section) -> dict[str, Any]:
    lines = [*defaults.lines, *section.lines]
    modes = [line.words[1] for line in lines if line.words[0] == "mode" and len(line.raw) > 1]
    usual = [option for line in lines if line.words[0] == "default-server" for option in _options(line.raw[1:])]
    rules = [(line, " ".join(line.words)) for line in section.lines]
    fronts = [f"{line} `{line.words[0]}`" for line, text in rules if _FRONT.search(text)]
    return {
        **section.header.place(), "kind": section.kind, "name": section.name, "last": section.last.place(),
        "http": (modes or ["tcp"])[-1] == "http", "front": next(iter(fronts), ""),
        "empty": any(_leads_away(text) for _line, text in rules),
        "leads_to": [word for _line, text in rules for word in re.findall(r"(?:default|use)_backend (\S+)", text)],
        "binds": [_bind(line) for line in section.lines if line.words[0] == "bind" and len(line.raw) > 1],
        "servers": [_server(line, usual) for line in section.lines if line.words[0] in ("server", "server-template")],
        "added": [{**line.place(), "name": line.words[0], "text": " ".join(line.raw)} for line, text in rules
                  if re.match(r"http-request add-header x-forwarded-proto ", text, re.I)],
    }


def _leads_away(text: str) -> bool:
    """Tell whether a line redirects every request to https, or refuses every request."""
    rule = re.sub(r"\Ahttp-request (?=redirect )", "", text)
    return bool((rule.startswith("redirect ") and _REDIRECT.match(rule[9:])) or re.fullmatch(
        r"http-request (?:deny|reject|tarpit)(?: (?:deny_)?status \d+)?", rule))


def _bind(line: Line) -> dict[str, Any]:
    options = _options(line.raw[2:])
    names = [name for name, _value, _raw in options]
    return {**line.place(), "head": list(line.raw[:2]), "options": [] if _HIDDEN & set(names) else options,
            "unclear": bool(_HIDDEN & set(names)) or any(map(has_variable, line.raw)), "tls": "ssl" in names,
            "proxy": "accept-proxy" in names, "sockets": [_socket(word) for word in line.words[1].split(",")],
            "extra": [name for name in names if name in ("v4v6", "v6only", "transparent")]}


def _socket(word: str) -> dict[str, Any]:
    bare = re.sub(r"\A(?:ipv4|ipv6|tcp4?6?|quic[46])@", "", word)
    match = re.fullmatch(r"(.*):(\d+)", bare)
    address = match[1].strip("[]") if match else ""
    address = "" if address in ("*", "0.0.0.0", "::") else address
    known = match is not None and not word.startswith("quic")
    return {"address": address, "shown": match[1] if match else "", "port": int(match[2]) if match and known else 0,
            "exposed": known and not model.is_local(address),
            # A range of ports, a variable or an inherited descriptor is no port that could be asked.
            "odd": not match and not re.match(r"/|unix@|abns@|sockpair@|quic", word)}


def _server(line: Line, usual: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    at = 3 if line.words[0] == "server-template" else 2
    address = line.words[at] if len(line.raw) > at else ""
    own = _options(line.raw[at + 1:])
    said: dict[str, str] = {}
    for name, value, _raw in (*usual, *own):
        # The later of two contrary options counts.
        said.pop("no-" + name, None)
        said.pop(name[3:] if name.startswith("no-") else "", None)
        said[name] = value
    bare = re.sub(r"\A(?:ipv4|ipv6|tcp4?6?)@", "", address)
    match = re.fullmatch(r"(.*):(\d*)", bare) if ":" in bare and not re.fullmatch(r"[^]]*:[^]]*:[^]]*", bare) else None
    return {**line.place(), "head": list(line.raw[:at + 1]), "options": own, "name": (*line.words, "")[1],
            "host": (match[1] if match else bare).strip("[]"), "port": match[2] if match else "",
            "said": {name: value for name, value in said.items() if name in _ABOUT_LEG}}


def to_option(options: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """Return options by name."""
    return {name: value for name, value, _raw in options}


HOST = Host(
    name="haproxy", package="haproxy", tls_objects=("/usr/sbin/haproxy",), units=(UNIT,), processes=("haproxy",),
    configuration=("/etc/haproxy",), read=read, cipher_settings=read_cipher_settings,
)
