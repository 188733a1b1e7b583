# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind Apache as legs, and how one becomes TLS.

Apache checks the certificate for the name in the address, so the address is replaced where it stands; the settings of
TLS are a section <Proxy> at server level.
(Apache HTTP Server 2.4: mod_proxy, ProxyPass, ProxyPreserveHost; mod_ssl, SSLProxyVerify, SSLProxyCheckPeerName.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.behind import SECURE
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

OPTIONS = legs.list_options("Apache", "as ProxyPass, BalancerMember or RewriteRule names it (host and port)")
_LANGUAGES = {"ajp": "AJP", "fcgi": "FastCGI", "scgi": "SCGI", "uwsgi": "uwsgi", "ftp": "FTP"}
Row = Mapping[str, Any]


@dataclass
class Moved:
    """What becomes of the legs."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    """``file``, ``line``, ``text`` (a part of it) and ``instead``."""
    sections: dict[str, str] = field(default_factory=dict)
    """Address of each section <Proxy>, and its CA file."""
    targets: list[tuple[str, ...]] = field(default_factory=list)
    """The servers to ask, see ``legs.make_check``."""
    found: list[str] = field(default_factory=list)
    """Sentences about servers that are not reached over verified TLS."""
    blocking: list[str] = field(default_factory=list)
    """Why declared servers cannot be moved."""


def decide(wanted: Wanted) -> Moved:
    """Return what becomes of the legs; those that an earlier run moved and that are not declared any more go back.

    Raises:
        OptionError: apache_tls_backends has an entry that cannot be used.
    """
    entries, moved = legs.read_entries(wanted), Moved()
    rows = [{**row, **_first(row)} for row in wanted.seen["legs"]]
    moved.blocking += legs.list_missing(
        wanted, entries, [row["authority"] for row in rows], "server behind of that name")
    for row in rows:
        if row["authority"] in entries and (row["scheme"] in SECURE or row["scheme"] in SECURE.values()):
            moved.blocking += _move(moved, row, entries[row["authority"]])
            continue
        _replace(moved, row, row["old"])
        if not (row["reverse"] or row["socket"]):
            moved.found += legs.judge(_leg(row), wanted)
    moved.found, moved.blocking = list(dict.fromkeys(moved.found)), list(dict.fromkeys(moved.blocking))
    return moved


def _leg(row: Row) -> legs.Leg:
    return legs.Leg(
        f"{row['file']}:{row['line']}: {row['where']}", row["authority"], row["host"], row["scheme"] in SECURE.values(),
        "" if row["verify"] == "require" else f"SSLProxyVerify {row['verify']}",
        "" if row["peer_name"] == "on" else "SSLProxyCheckPeerName off", _LANGUAGES.get(row["scheme"], ""))


def _first(row: Row) -> dict[str, str]:
    """Return the address as the administrator wrote it."""
    if not row["was"]:
        return {"old": row["url"]}
    scheme, _sign, authority = row["was"].partition("://")
    host, _colon, port = authority.rpartition(":") if authority.rpartition(":")[2].isdigit() else (authority, "", "")
    return {"old": row["was"], "scheme": scheme, "authority": authority, "host": host, "port": port}


def _replace(moved: Moved, row: Row, wanted: str) -> None:
    if row["url"] != wanted:
        moved.lines.append({"file": row["file"], "line": row["line"], "text": row["url"], "instead": wanted})


def _move(moved: Moved, row: Row, entry: Row) -> Iterator[str]:
    place, name = f"{row['file']}:{row['line']}: `{row['name']}`", entry["server_name"]
    if row["macro"] or row["odd"] or row["socket"]:
        why = ("it is a line of a macro. Change the macro or this Use." if row["macro"] else
               "its address has a password or a socket. Write host and port alone there.")
        yield f"{place} cannot be moved to TLS: {why}"
        return
    if row["keeps_host"] and name.lower() not in [known.lower() for known in row["names"]]:
        yield (
            f"{place} cannot be moved to TLS: ProxyPreserveHost is on, so that Apache asks {row['host']} for a "
            f"certificate of the name that the client wants, not of {name}. Turn it off there, or give the server a "
            "certificate for that name.")
        return
    port = str(entry["port"] or row["port"] or 443)
    scheme = SECURE.get(row["scheme"], row["scheme"])
    address = f"{scheme}://{name}" + ("" if port == "443" else f":{port}")
    _replace(moved, row, address)
    moved.sections[row["balancer"] or address + "/"] = entry["ca_file"]
    if not row["reverse"]:
        place_taken = "" if row["host"].lower() == name.lower() else row["host"].strip("[]")
        moved.targets.append((f"{name}:{port}", entry["ca_file"], name, place_taken))
