# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind nginx as legs, and how one becomes TLS.

The scheme and the port are replaced where they stand, and the settings of TLS are added to the block around.
(nginx: http_proxy module, proxy_ssl_verify and those with it; http_grpc and http_uwsgi have the same.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.edits import Edits
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import is_local_socket
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.behind import PASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

OPTIONS = legs.list_options(
    "nginx", "as proxy_pass, grpc_pass or uwsgi_pass names it (an upstream, or host and port)")
_LANGUAGES = {"fastcgi_pass": "FastCGI", "scgi_pass": "SCGI", "memcached_pass": "memcached", "auth_http": "auth_http"}
Row = Mapping[str, Any]


def decide(edits: Edits, wanted: Wanted) -> tuple[list[tuple[str, ...]], list[str], list[str]]:
    """Edit the legs that are declared; return the servers to ask (see ``legs.make_check``), and two lists of sentences.

    The first is about servers that are not reached over verified TLS, the second says why declared ones cannot move.

    Raises:
        OptionError: nginx_tls_backends has an entry that cannot be used.
    """
    entries, seen = legs.read_entries(wanted), wanted.seen["legs"]
    blocking = legs.list_missing(wanted, entries, [row["authority"] for row in seen], "server behind of that name")
    targets: list[tuple[str, ...]] = []
    found: list[str] = []
    for row in seen:
        if row["authority"] in entries and PASSES[row["name"]]:
            blocking += _move(edits, row, entries[row["authority"]], wanted)
            targets += _targets(row, entries[row["authority"]])
        elif not row["through"]:
            found += [sentence for leg in _legs(row) for sentence in legs.judge(leg, wanted)]
    return list(dict.fromkeys(targets)), list(dict.fromkeys(found)), list(dict.fromkeys(blocking))


def _legs(row: Row) -> Iterator[legs.Leg]:
    place = f"{row['file']}:{row['shown']}: {row['where']}"
    for host in dict.fromkeys(server["host"] for server in row["servers"] or [row]):
        yield legs.Leg(place, row["authority"], host, row["tls"], "" if row["verify"] == "on" else row["name"].replace(
            "_pass", "_ssl_verify off"), "", _LANGUAGES.get(row["name"], ""))


def _targets(row: Row, entry: Row) -> Iterator[tuple[str, ...]]:
    for server in [server for server in row["servers"] or [row] if not server.get("down")]:
        yield (_authority(server, entry), entry["ca_file"], entry["server_name"], "")


def _authority(server: Row, entry: Row) -> str:
    written = server["port"] if server["authority"].endswith(f":{server['port']}") else ""
    return f"{server['host']}:{entry['port'] or written or 443}"


def _move(edits: Edits, row: Row, entry: Row, wanted: Wanted) -> Iterator[str]:
    place, prefix = f"{row['file']}:{row['shown']}: `{row['name']}`", row["name"].replace("_pass", "_ssl_")
    unusual = [server["host"] for server in row["servers"] if is_local_socket(server["host"])]
    if unusual or not row["written"] or row["odd"]:
        why = (f"{row['authority']} has the server {unusual[0]}, to which nginx would use TLS as well. Take it out."
               if unusual else "it names its server by a variable or with a password. Write the address there.")
        yield f"{place} cannot be moved to TLS: {why}"
        return
    old = f"{row['scheme']}://{row['authority']}" if row["scheme"] else row["authority"]
    authority = row["authority"] if row["servers"] else _authority(row, entry)
    rows = [(row, old, authority if row["stream"] else f"{PASSES[row['name']][1]}://{authority}")]
    rows += [(server, server["authority"], _authority(server, entry)) for server in row["servers"]]
    for item, part, instead in rows:
        yield from edits.replace_part(item, part, instead) if part != instead else ()
    yield from edits.disable(row["own"])
    edits.add(row["around"], [
        *(["proxy_ssl on;"] if row["stream"] else []), f"{prefix}verify on;", f"{prefix}verify_depth {legs.DEPTH};",
        f"{prefix}trusted_certificate {entry['ca_file']};", f"{prefix}server_name on;",
        f"{prefix}name {entry['server_name']};",
        f"{prefix}protocols {' '.join(wanted.policy.protocols)};"])
