# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read which configuration on a host names a plaintext port of the same host.

What is returned has a file, a line, the setting's name, and host and port: no value of a setting as it is written, so
no password.  Files are bounded in size by the answer to ``text``, in number here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import dovecot_blocks, places
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.forms import FORMS, Setting
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.kinds import (
    DOVECOT,
    DOVECOT_BLOCKS,
    KINDS,
    URLS,
    Kind,
    Server,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.places import Place
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Steps

MOST_FILES = 500
"""Files of one kind that are read."""
MOST_CHARACTERS = 32 * 1024 * 1024
"""Characters of all files of one kind together."""
MOST_NAMES = 8
"""Names that are looked up."""
_LEFTOVERS = (".dpkg-old", ".dpkg-new", ".dpkg-dist", ".dpkg-bak", ".ucf-old", ".ucf-dist", ".bak", ".orig", "~")


def read(ports: Collection[int], names: Collection[str] = ()) -> Steps[dict[str, Any]]:
    """Return ``dependents``, ``resolved`` and ``problems``.

    Args:
        ports: plaintext ports of this host.
        names: names and addresses by which others know this host, besides those that it knows itself.

    Returns:
        ``dependents`` with ``kind``, ``what``, ``file``, ``line``, ``setting``, ``target`` (a URL), ``host``, ``port``,
        ``encrypted`` (TLS is asked for), ``follows`` (redirects), ``remedy``, ``alone`` (the setting names no other
        server) and ``proxied`` (only Postfix's proxymap reads the table); ``resolved``: those of
        the names that lead to this host if it looks them up itself; ``problems``: sentences about files that
        could not be read.
    """
    own = yield from list_own_names(names)
    found, problems = yield from _scan(lambda row: row["port"] in ports and places.is_here(row["host"], own))
    resolved = (yield from _resolved(names, own)) if found else []
    return {"dependents": found, "resolved": resolved, "problems": problems}


def read_elsewhere(servers: Sequence[Mapping[str, Any]]) -> Steps[list[dict[str, Any]]]:
    """Return the settings of this host that name a plaintext port of other hosts, as rows of ``dependents``.

    Args:
        servers: other hosts, each with ``host``, ``names`` (names and addresses) and ``ports``.

    Returns:
        Rows with ``server``, the ``host`` of the server.  A name that no server has is looked up on this host.
    """
    own = yield from list_own_names(())
    ports = {int(port) for row in servers for port in row["ports"]}
    found, _problems = yield from _scan(lambda row: row["port"] in ports and not places.is_here(row["host"], own))
    known = {str(name).lower() for row in servers for name in row["names"]}
    unknown = list(dict.fromkeys(row["host"] for row in found if row["host"] not in known))
    looked_up = {}
    for name in unknown[:MOST_NAMES]:
        looked_up[name] = yield from _addresses(name)
    rows = []
    for row in found:
        meant = {row["host"], *looked_up.get(row["host"], ())}
        named = [server for server in servers if row["port"] in server["ports"]
                 and meant & {str(name).lower() for name in server["names"]}]
        rows += [{**row, "server": str(server["host"])} for server in named[:1]]
    return rows


def _scan(is_wanted: Callable[[dict[str, Any]], bool]) -> Steps[tuple[list[dict[str, Any]], list[str]]]:
    """Return the wanted uses of servers in all files of all kinds, and sentences about files that cannot be read."""
    found: list[dict[str, Any]] = []
    problems: list[str] = []
    for kind in KINDS:
        paths = yield from _paths(kind.paths)
        if len(paths) > MOST_FILES:
            problems.append(f"There are more than {MOST_FILES} files such as {kind.paths[0]}; the rest was not read.")
        left = MOST_CHARACTERS
        texts: dict[str, str] = {}
        for path in paths[:MOST_FILES]:
            file = yield from model.read_text(path)
            left -= len(file.text)
            if left < 0:
                problems.append(
                    f"Files such as {kind.paths[0]} are too long to be read all; {path} and further ones were not.")
                break
            if file.problem and file.exists:
                if not file.problem.endswith("it is not a file."):
                    problems.append(file.problem)
                continue
            texts[path] = file.text
        more = _merge(kind, texts)
        in_tls = bool(texts and kind.tls_since[0]) and model.is_since(
            (yield from model.version_of(kind.tls_since[0])) or "", kind.tls_since[1])
        for path, text in texts.items():
            rows = [row for row in find_uses(kind, path, text, more, in_tls) if is_wanted(row)]
            if rows:
                found += (yield from _in_use(kind, path, rows))
    for path, item, in_tls, alone in (yield from dovecot_blocks.read_uses()):
        there = places.list_places(item.value, "ldap")
        rows = [_row(DOVECOT_BLOCKS, path, item, place, in_tls, alone and len(there) == 1) for place in there]
        found += [row for row in rows if is_wanted(row)]
    return found, problems


def _merge(kind: Kind, texts: Mapping[str, str]) -> Optional[tuple[Setting, ...]]:
    """Return the settings that count of a kind whose files are one configuration, None of any other kind."""
    every = {(item.scope, item.key): item for text in texts.values() for item in FORMS[kind.form](text)}
    return tuple(every.values()) if kind.spread else None


def list_own_names(names: Collection[str]) -> Steps[frozenset[str]]:
    """Return the names and addresses of this host, in small letters, besides loopback."""
    own = {name.lower().rstrip(".") for name in names if name}
    for argv in (["uname", "-n"], ["hostname", "--fqdn"], ["hostname", "-I"]):
        shown = yield from model.run(argv, timeout=10)
        own |= {word.lower() for word in shown.stdout.split()} if shown.ok else set()
    hosts = yield from model.read_text("/etc/hosts")
    return frozenset(own | places.list_names(hosts.text, own))


def _resolved(names: Collection[str], own: Collection[str]) -> Steps[list[str]]:
    found = []
    for name in list(dict.fromkeys(names))[:MOST_NAMES]:
        addresses = yield from _addresses(name)
        if addresses and all(places.is_here(address, own) for address in addresses):
            found.append(name)
    return found


def _addresses(name: str) -> Steps[set[str]]:
    shown = yield from model.run(["getent", "ahosts", "--", name], timeout=10)
    return {line.split()[0].lower() for line in shown.stdout.split("\n") if line.strip()} if shown.ok else set()


def find_uses(
        kind: Kind, path: str, text: str, merged: Optional[Sequence[Setting]] = None, by_default: bool = False
) -> list[dict[str, Any]]:
    """Return every server that a file of a kind names, whatever host it is on.

    Args:
        kind: what the file is.
        path: of the file.
        text: its text.
        merged: the settings of all files, if they are one configuration.
        by_default: TLS is used unless a setting says otherwise.
    """
    settings = list(FORMS[kind.form](text))
    needed = next((item for item in settings if re.fullmatch(kind.needs, item.key)), None) if kind.needs else None
    if kind.needs and needed is None:
        return []
    rows = []
    for server in kind.servers:
        named = [item for item in settings if re.fullmatch(server.key, item.key)]
        if not named and server.default and needed:
            named = [Setting(needed.line, re.sub(r"\W", "", server.key), server.default, needed.scope)]
        for item in named:
            there = list(_places(kind, server, item, settings))
            in_tls = _in_tls(kind, server, item, settings if merged is None else merged, by_default)
            # What another file says of the section could count in place of what is written here.
            alone = len(there) == 1 and all(
                other in settings for other in merged or () if other.scope == item.scope)
            rows += [_row(kind, path, item, place, in_tls, alone) for place in there]
    return rows


def _places(kind: Kind, server: Server, item: Setting, settings: Sequence[Setting]) -> Iterator[Place]:
    if server.form == URLS:
        yield from places.find_urls(item.value)
        return
    port = _value(server.port_key, item.scope, settings) if server.port_key else None
    # Of a line of HAProxy the server is the third word.
    value = [*item.value.split(), "", "", ""][2] if kind.form == "plain" else item.value
    yield from places.list_places(value, server.scheme, port or "")


def _value(key: str, scope: str, settings: Sequence[Setting]) -> Optional[str]:
    found = [item.value for item in settings if item.key == key and item.scope == scope]
    return found[-1] if found else None


def _in_tls(kind: Kind, server: Server, item: Setting, settings: Sequence[Setting], by_default: bool) -> bool:
    """Return whether settings of the same section, or words of the setting itself, ask for TLS."""
    near = [other for other in settings if other.scope == item.scope]
    asking = (*kind.encrypted, *server.encrypted)
    said = any(re.fullmatch(key, other.key) for key, _value in asking for other in near)
    return bool(re.search(kind.flags, item.value)) or _has_one(asking, near) or (by_default and not said) or (
        bool(kind.in_clear) and not _has_one(kind.in_clear, near))


def _has_one(wanted: Sequence[tuple[str, str]], settings: Sequence[Setting]) -> bool:
    return any(re.fullmatch(key, item.key) and re.fullmatch(value, item.value, re.IGNORECASE)
               for key, value in wanted for item in settings)


def _row(kind: Kind, path: str, item: Setting, place: Place, in_tls: bool, alone: bool) -> dict[str, Any]:
    return {
        "kind": kind.name, "what": kind.what, "file": path, "line": item.line,
        "setting": item.key if re.fullmatch(r"[a-z][\w.-]*", item.key) else "", "target": place.url,
        "host": place.host, "port": place.port, "follows": kind.follows, "remedy": kind.remedy, "alone": alone,
        "encrypted": place.encrypted or in_tls, "proxied": False, "scope": item.scope,
    }


def _in_use(kind: Kind, path: str, rows: Sequence[dict[str, Any]]) -> Steps[list[dict[str, Any]]]:
    """Return the rows if another file puts theirs to use."""
    word, where = kind.named
    if not word:
        return list(rows)
    name = path.rpartition("/")[2]
    if DOVECOT in where:
        said = yield from dovecot_blocks.list_values()
        return list(rows) if any(word.replace("{name}", name) in value for value in said) else []
    for place in where:
        for other in (yield from _paths((place.replace("{path}", model.escape_pattern(path)),))):
            file = yield from model.read_text(other)
            lines = [line for line in file.text.split("\n") if not line.lstrip().startswith(("#", "!"))]
            naming = [line for line in lines if word.replace("{name}", name) in line]
            if naming:
                tables = re.findall(rf"(\w+:)?ldap:[^\s,]*{re.escape(name)}", " ".join(lines))
                return [{**row, "proxied": bool(tables) and set(tables) == {"proxy:"}} for row in rows]
    return []


def _paths(patterns: Sequence[str]) -> Steps[list[str]]:
    found: list[str] = []
    for pattern in patterns:
        matching = yield from model.find_paths(pattern)
        found += [path for path in matching if not path.endswith(_LEFTOVERS) and path not in found]
    return found
