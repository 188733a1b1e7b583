# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judge who would be cut off by a plan: sentences that stop it, warnings, and changes that move a client to TLS.

A client counts only if the plan really ends what it uses: plaintext on a port, or the port itself.  A client that asks
for STARTTLS is cut off by a closed port alone; one that follows redirects is not cut off by a redirect.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import fixes, places
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError

MODES = ("block", "warn", "ignore")
BY_OTHER_OPTIONS: Mapping[str, str] = {"saslauthd_rimap": "courier_imap"}
"""Kinds that the plan of a service blocks by an option of its own."""
PROXIES = ("apache_proxy", "haproxy", "nginx_proxy")
"""Kinds whose clients may have used TLS, which a web server can be told to believe."""

Row = Mapping[str, Any]


def judge(
    plan: Mapping[str, Any], seen: Mapping[str, Any], host: str, names: Sequence[str], mode: str = "block",
    fix: bool = False, replicas: Sequence[Row] = (), others: Sequence[Row] = (),
) -> dict[str, Any]:
    """Return what becomes of the clients of one service on one host.

    Args:
        plan: what ``plan_of`` returned; ``ending`` and ``service`` are read.
        seen: what ``dependent_info`` returned for its ports.
        host: the host's name in the inventory.
        names: names and addresses by which others know the host.
        mode: a word of ``MODES``.
        fix: whether clients are moved to TLS in the same transaction, if this collection knows their language.
        replicas: slapd's replicas on other hosts of the run: ``host``, ``dn``, ``provider`` and ``encrypted`` of each.
        others: settings on other hosts of the run that name this one (``between.find_between``).

    Returns:
        ``blocking`` and ``warnings`` (one line each), ``changes`` for the transaction, ``units`` to reload after it,
        ``requires`` (files that the changes name),
        and ``tries``: commands that have to answer after the change what they answered before, those of clients that
        use TLS already included.

    Raises:
        OptionError: the mode is none.
    """
    if mode not in MODES:
        raise OptionError(f"tls_dependents is {mode!r}. Allowed: {', '.join(MODES)}.")
    endings = {int(row["port"]): row for row in plan["ending"]}
    cut = [f"{host}: {sentence}" for sentence in plan.get("cut_off") or ()]
    warnings: list[str] = []
    fixed: list[tuple[Row, Row]] = []
    encrypted: list[list[str]] = []
    for row in seen.get("dependents") or ():
        ending = endings.get(int(row["port"]))
        if ending is None or BY_OTHER_OPTIONS.get(row["kind"]) == plan["service"]:
            continue
        if fix and fixes.is_known(row, ending, seen.get("resolved") or ()):
            fixed.append((row, ending))
        elif _redirected(row, ending):
            warnings.append(_sentence(host, row, ending, "It is redirected to https."))
        elif ending["trusts_proxies"] and row["kind"] in PROXIES:
            served = "It is served as before if it sends X-Forwarded-Proto: https."
            warnings.append(_sentence(host, row, ending, served))
        elif _cut_off(row, ending):
            cut.append(_sentence(host, row, ending, _name_in(str(row["remedy"]), ending)))
        elif row["encrypted"]:
            # It may trust another authority than the one whose certificate it will see.
            encrypted += fixes.list_tries(row)
    cut += [_replica(host, row, ending) for row in replicas for ending in endings.values()
            if _replicates(row, ending, host, names)]
    for row in others:
        words, stops = _other(host, row, endings.get(int(row["port"])))
        (cut if stops else warnings).extend(words)
    warnings += [_connected(row) for row in seen.get("connections") or ()
                 if endings.get(int(row["port"]), {}).get("now")]
    warnings += list(seen.get("problems") or ()) if endings else []
    found = fixes.make_fix(fixed)
    # The service's own connections to others, such as those of a replica to its provider.
    moves = list(plan.get("moves") or ()) if fix else []
    found["changes"] += moves
    found["requires"] = sorted({str(row["ca_file"]) for row in moves})
    found["tries"] += list(plan.get("answers") or ())
    found["tries"] += [command for command in encrypted if command not in found["tries"]]
    if mode == "ignore":
        return {**found, "blocking": [], "warnings": []}
    return {**found, "blocking": cut if mode == "block" else [],
            "warnings": warnings + (cut if mode == "warn" else [])}


def add_changes(changes: Sequence[Row], more: Sequence[Row]) -> list[Row]:
    """Return the changes of a plan with more of them; values for a file that is changed already go into that change."""
    found: list[Row] = list(changes)
    for change in more:
        same = [index for index, other in enumerate(found)
                if all(other.get(key) == change.get(key) for key in ("path", "kind", "format"))]
        if same:
            other = found[same[0]]
            found[same[0]] = {**other, "values": {**other["values"], **change["values"]}}
        else:
            found.append(change)
    return found


def _redirected(row: Row, ending: Row) -> bool:
    return bool(ending["redirected"] and row["follows"] and not row["encrypted"])


def _cut_off(row: Row, ending: Row) -> bool:
    return bool(ending["now"] and (ending["closed"] or not row["encrypted"]))


def _sentence(host: str, row: Row, ending: Row, remedy: str) -> str:
    how = "through STARTTLS on a port that is closed" if row["encrypted"] else "in plaintext"
    setting = f" ({row['setting']})" if row["setting"] else ""
    return f"{host}: {row['file']}:{row['line']}: {row['what']} at {row['target']} {how}{setting}. {remedy}"


def _name_in(remedy: str, ending: Row) -> str:
    return remedy.replace("{name}", str(ending["server_name"] or "NAME"))


def _replicates(row: Row, ending: Row, host: str, names: Sequence[str]) -> bool:
    """Return whether another host's slapd replicates from this one by what ends."""
    if row["host"] == host or ending["protocol"] != "ldap" or not ending["now"]:
        return False
    own = {name.lower() for name in names}
    return any(
        place.host in own and place.port == ending["port"] and (ending["closed"] or not row["encrypted"])
        for place in places.find_urls(str(row["provider"])))


def _replica(host: str, row: Row, ending: Row) -> str:
    name = ending["server_name"] or "NAME"
    return (
        f"{host}: the host {row['host']} of this run replicates from it at {row['provider']} in plaintext "
        f"({row['dn']}, olcSyncrepl). On {row['host']}, add starttls=critical and tls_cacert to olcSyncrepl, and name "
        f"the provider {name}.")


def _other(host: str, row: Row, ending: Optional[Row]) -> tuple[list[str], bool]:
    """Return what is said of a setting on another host of the run, and whether it stops this one."""
    if ending is None or not _cut_off(row, ending):
        return [], False
    said = _sentence(f"{host}: the host {row['on']} of this run", row, ending, _name_in(str(row["remedy"]), ending))
    if row["kind"] == "syncrepl" and row["setting"] == "olcupdateref":
        return [f"{said} It only refers clients that write to {row['on']}; they have to use TLS."], False
    if _redirected(row, ending):
        return [f"{said} It is redirected to https."], False
    if row["kind"] in PROXIES and _is_trusted(row, ending):
        return [f"{said} It is served as before if it sends X-Forwarded-Proto: https."], False
    if row["later"]:
        return [f"{said} A run without check mode changes it first, if {host} answers there with a certificate that "
                "verifies."], False
    return [said], True


def _is_trusted(row: Row, ending: Row) -> bool:
    networks = [ipaddress.ip_network(name) for name in ending["trusted_proxies"]]
    return any(ipaddress.ip_address(address) in network for address in row["addresses"] for network in networks)


def _connected(row: Row) -> str:
    who = f"the process {row['process']} of this host" if row["process"] else str(row["peer"])
    return (f"Port {row['port']} has {row['count']} connection(s) from {who} now. The kernel's table does not show "
            "whether they use TLS.")
