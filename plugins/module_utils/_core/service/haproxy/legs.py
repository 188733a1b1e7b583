# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ``server`` lines of HAProxy as legs, and how one becomes TLS.

(HAProxy 2.6 and 3.0: configuration manual, 5.2: ssl, verify, ca-file, sni, verifyhost, check-sni.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.service import legs
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import Row
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import is_local_socket
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

OPTIONS = legs.list_options("HAProxy", "of the backend (or listen)")
_REPLACED = ("ssl", "no-ssl", "verify", "ca-file", "sni", "verifyhost", "check-sni", "no-verifyhost")


def decide(wanted: Wanted) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Return the ``server`` lines to replace, and two lists of sentences.

    The first is about servers that are not reached over verified TLS, the second about entries of haproxy_tls_backends
    without a server.

    Raises:
        OptionError: haproxy_tls_backends has an entry that cannot be used.
    """
    entries = legs.read_entries(wanted)
    proxies = [proxy for proxy in wanted.seen["proxies"] if proxy["servers"]]
    missing = legs.list_missing(
        wanted, entries, [proxy["name"] for proxy in proxies], "backend or listen of that name with a server")
    changed: list[dict[str, Any]] = []
    found: list[str] = []
    for proxy in proxies:
        for server in proxy["servers"]:
            if proxy["name"] in entries and not is_local_socket(server["host"]):
                changed.append(_replace(server, entries[proxy["name"]]))
            else:
                found += _judge(proxy, server, wanted)
    return changed, found, missing


def _replace(server: Row, entry: Row) -> dict[str, Any]:
    name = entry["server_name"]
    kept = [raw for option, _value, raw in server["options"] if option not in _REPLACED]
    port = str(entry["port"] or server["port"] or 443)
    address = f"[{server['host']}]" if ":" in server["host"] else server["host"]
    check = f" check-sni {name}" if "check" in server["said"] else ""
    text = " ".join([*server["head"][:-1], f"{address}:{port}", *kept])
    return {**server, "target": (f"{address}:{port}", entry["ca_file"], name, ""), "instead": (
        f"{text} ssl verify required ca-file {entry['ca_file']} sni str({name}) verifyhost {name}{check}")}


def _judge(proxy: Row, server: Row, wanted: Wanted) -> Iterator[str]:
    said, tls = server["said"], "ssl" in server["said"]
    if not server["host"] or not (tls or proxy["http"] or _ends_tls(proxy, wanted.seen["proxies"])):
        return
    yield from legs.judge(legs.Leg(
        f"{server['file']}:{server['shown']}: {proxy['kind']} {proxy['name']}", proxy["name"], server["host"], tls,
        "verify none" if said.get("verify") == "none" else "",
        "" if "sni" in said or "verifyhost" in said else "no sni, no verifyhost"), wanted)


def _ends_tls(proxy: Row, proxies: Sequence[Row]) -> bool:
    """Return whether TLS of clients ends in front of a backend in TCP mode; if not, it may be passed on to it."""
    return any(bind["tls"] for front in proxies for bind in front["binds"]
               if front is proxy or proxy["name"] in front["leads_to"])


def make_check(seen: Row, changed: Sequence[Row]) -> tuple[str, ...]:
    """Return the check between swap and reload: haproxy -c, and a verified handshake with each changed server.

    Without the variables of its unit, haproxy -c would refuse a configuration that uses some.  The test instance has
    them.
    """
    own = () if seen["variables"] else ("/usr/sbin/haproxy", "-c", *seen["arguments"])
    return legs.make_check(own, [row["target"] for row in changed if "disabled" not in row["said"]])
