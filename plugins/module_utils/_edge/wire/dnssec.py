# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the name servers that this host asks validate DNSSEC.

Without that DANE is decoration: no TLSA record is ever believed, and mail leaves as
if there were none.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.dnssec import Validation, ask
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask, Batch, Plan
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.engine import Engine, Job, Limits

RESOLV_CONF = "/etc/resolv.conf"
PORT = 53
SECONDS = 3.0
_SERVER = re.compile(r"^[ \t]*nameserver[ \t]+([0-9A-Fa-f:.]+)", re.MULTILINE)


def ask_resolver(paths: Sequence[str] = (RESOLV_CONF,), port: int = PORT) -> dict[str, Any]:
    """Return ``validating``, ``local`` and ``servers`` (``address``, ``file``, ``validating``, ``reason``).

    ``validating`` is True where every server does: a program may ask any of them.
    ``local`` is False where one is not on this host, so that somebody on the way could
    take its place.

    Args:
        paths: files that name the servers; what several of them name belongs to the first.
        port: where name servers listen.
    """
    named: dict[str, str] = {}
    for path in paths:
        for address in list_servers(path):
            named.setdefault(address, path)
    answers = _ask_all(list(named), port)
    rows = [
        {"address": address, "file": path, "validating": answers[address].validated, "reason": answers[address].reason}
        for address, path in named.items()
    ]
    return {
        "validating": bool(rows) and all(row["validating"] is True for row in rows),
        "local": bool(rows) and all(ipaddress.ip_address(address).is_loopback for address in named),
        "servers": rows,
    }


def list_servers(path: str) -> list[str]:
    """Return the name servers that a file names: at most three, as the C library; none means the one on this host."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            found = [word for word in _SERVER.findall(stream.read(65536)) if is_address(word)]
    except OSError:
        found = []
    return (list(dict.fromkeys(found)) or ["127.0.0.1"])[:3]


def _ask_all(addresses: list[str], port: int) -> dict[str, Validation]:
    identities = {address: int.from_bytes(os.urandom(2), "big") for address in addresses}
    jobs = {address: Job(_plan(identities[address]), (address,), port) for address in addresses}
    for job in Engine(Limits(seconds=SECONDS)).run(iter(jobs.values())):
        del job
    return {address: job.result for address, job in jobs.items()}


def _plan(identity: int) -> Plan:
    (outcome,) = yield Batch([Ask(lambda: ask(identity))])
    reason = outcome.failure or outcome.detail
    return outcome.result or Validation(None, f"it could not be asked over TCP ({reason})")
