# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of the inventory that HSTS with includeSubDomains covers, and that still answer in plaintext.

Browsers refuse plain http of every name below the one that sends the header (RFC 6797 section 8.3), so these hosts are
asked on port 80 before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address

PORT = 80
CONTROL = "plaintext_refused"

Row = dict[str, Any]


def list_covered(names: Sequence[str], hosts: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Return endpoints of plain http for the hosts of an inventory below some names.

    Args:
        names: those that send the header.
        hosts: ``address`` and ``names`` of each host.
    """
    rows = []
    for _host, facts in sorted(hosts.items()):
        for name in dict.fromkeys(str(name).lower().rstrip(".") for name in facts["names"]):
            if any(name.endswith("." + above.lower()) for above in names):
                address = str(facts["address"])
                where = {"host": name, "address": address} if is_address(address) else {"host": address}
                rows.append({**where, "port": PORT, "protocol": "http", "server_name": name})
    return rows


def list_plain(observed: Sequence[Mapping[str, Any]], policy: Policy, now: datetime) -> list[str]:
    """Return a sentence for each host that answers in plaintext; one that redirects to https does not count."""
    found = []
    for seen in observed:
        rows = [item for item in judge(policy, seen, exceptions=(), now=now, host="") if item.control == CONTROL]
        found += [
            f"HSTS with includeSubDomains covers {seen.get('server_name') or seen['host']} too, which still answers on "
            f"port {PORT} in plaintext; browsers will refuse that. {item.sentence}"
            for item in rows if item.status == "fail"]
    return found
