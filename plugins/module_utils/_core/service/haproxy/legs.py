# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way from HAProxy to the servers behind it: which of it is in clear text or not verified, and how it becomes TLS.

(HAProxy 2.6 and 3.0: configuration manual, 5.2: ssl, verify, ca-file, sni, verifyhost, check-sni.)
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import Row, is_local
from ansible_collections.intransit.tls.plugins.module_utils._core.service.options import Option, read_options
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import Wanted

OPTIONS = (
    Option(
        name="backends", type="dicts", default=(),
        description=(
            "Servers behind that are reached over verified TLS: C(name) of the backend (or listen), C(ca_file) on the "
            "host, C(server_name) in their certificate, and C(port) if it is not the one that is written now.",
            "Each server is asked before HAProxy uses it; if one does not show a certificate for that name, nothing is "
            "changed.")),
    Option(
        name="private_networks", type="list", default=(), elements="network",
        description=("Networks to servers behind on which plaintext is accepted. Plaintext to other addresses but the "
                     "host's own is a warning, and stops the run if the policy allows no plaintext.",)),
)
_ENTRY = (
    Option(name="name", type="str", pattern=r"[A-Za-z0-9_.:-]+", expected="the name of a backend"),
    Option(name="ca_file", type="path"), Option(name="server_name", type="host"),
    Option(name="port", type="int", default=0, minimum=0, maximum=65535),
)
_REPLACED = ("ssl", "no-ssl", "verify", "ca-file", "sni", "verifyhost", "check-sni", "no-verifyhost")


def decide(wanted: Wanted) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Return the ``server`` lines to replace, and two lists of sentences.

    The first is about servers that are not reached over verified TLS, the second about entries of haproxy_tls_backends
    without a server.

    Raises:
        OptionError: haproxy_tls_backends has an entry that cannot be used.
    """
    entries = {entry["name"]: entry for entry in map(_read_entry, wanted.options["backends"])}
    proxies = [proxy for proxy in wanted.seen["proxies"] if proxy["servers"]]
    missing = [f"haproxy_tls_backends names {name}, and HAProxy has no backend or listen of that name with a server. "
               "Correct the name." for name in sorted(set(entries) - {proxy["name"] for proxy in proxies})
               if not wanted.seen["problems"]]
    changed: list[dict[str, Any]] = []
    found: list[str] = []
    for proxy in proxies:
        for server in proxy["servers"]:
            if proxy["name"] in entries and not is_local_socket(server["host"]):
                changed.append(_replace(server, entries[proxy["name"]]))
            else:
                found += _judge(proxy, server, wanted)
    return changed, found, missing


def is_local_socket(host: str) -> bool:
    """Return whether a server is reached by something else than TCP."""
    return bool(re.match(r"/|unix@|abns@|fd@|sockpair@", host))


def _read_entry(entry: Row) -> dict[str, Any]:
    unknown = sorted(set(entry) - {option.name for option in _ENTRY})
    lacking = [option.name for option in _ENTRY[:3] if not entry.get(option.name)]
    if unknown or lacking:
        raise OptionError("haproxy_tls_backends: an entry takes name, ca_file, server_name and port; this one "
                          + (f"has {', '.join(unknown)}." if unknown else f"lacks {', '.join(lacking)}."))
    return read_options(_ENTRY, entry, "haproxy_tls_backends: ")


def _replace(server: Row, entry: Row) -> dict[str, Any]:
    name = entry["server_name"]
    kept = [raw for option, _value, raw in server["options"] if option not in _REPLACED]
    port = str(entry["port"] or server["port"] or 443)
    address = f"[{server['host']}]" if ":" in server["host"] else server["host"]
    check = f" check-sni {name}" if "check" in server["said"] else ""
    text = " ".join([*server["head"][:-1], f"{address}:{port}", *kept])
    return {**server, "target": [f"{address}:{port}", entry["ca_file"], name], "instead": (
        f"{text} ssl verify required ca-file {entry['ca_file']} sni str({name}) verifyhost {name}{check}")}


def _judge(proxy: Row, server: Row, wanted: Wanted) -> Iterator[str]:
    said, host = server["said"], server["host"]
    place = f"{server['file']}:{server['shown']}: {proxy['kind']} {proxy['name']}"
    if is_local(host) or is_local_socket(host) or not host or _is_private(host, wanted.options["private_networks"]):
        return
    remedy = f"Add {proxy['name']} to haproxy_tls_backends, with the CA file and the name of its certificate"
    if "ssl" not in said:
        if proxy["http"] or _ends_tls(proxy, wanted.seen["proxies"]):
            yield (f"{place} sends to {host} in clear text. {remedy}, or declare its network in "
                   "haproxy_tls_private_networks.")
    elif said.get("verify") == "none":
        yield (f"{place} takes any certificate from {host} (verify none), so that another machine can answer in its "
               f"place. {remedy}.")
    elif "sni" not in said and "verifyhost" not in said:
        yield f"{place} takes from {host} a certificate for any name (no sni, no verifyhost). {remedy}."


def _is_private(host: str, networks: Sequence[str]) -> bool:
    try:
        return any(ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False


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
    targets = [word for row in changed if "disabled" not in row["said"] for word in row["target"]]
    if not targets:
        return own
    script = (
        f"{shlex.join(own) + ' || exit 1' if own else ''}\n"
        'while [ $# -gt 0 ]; do\n'
        '  said=$(timeout 20 openssl s_client -connect "$1" -CAfile "$2" -servername "$3" -verify_hostname "$3" '
        '-verify_return_error </dev/null 2>&1) || {\n'
        '    echo "The server $1 shows no certificate for $3 by $2: '
        '$(echo "$said" | grep -ai "error\\|refused" | head -n 1)" >&2; exit 1; }\n'
        '  shift 3\ndone')
    return ("/bin/sh", "-c", script, "sh", *targets)
