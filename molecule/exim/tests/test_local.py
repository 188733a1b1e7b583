# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host whose Exim serves its own programs alone: the role ran there, and nothing was touched."""

from __future__ import annotations

from typing import Any

testinfra_hosts = ["ansible://local"]


def test_nothing_was_touched(root: Any, wire: Any) -> None:
    assert root.run("find /etc/exim4 -type f -exec sha256sum {} + | sort -k 2 | diff /root/at-first -").stdout == ""
    assert not root.file("/etc/ssl/intransit").exists
    entered = root.check_output("systemctl show -p ActiveEnterTimestampMonotonic --value exim4")
    assert entered == root.check_output("cat /root/entered") and not root.file("/var/log/exim4/paniclog").exists


def test_it_serves_its_own_host(root: Any, wire: Any) -> None:
    assert wire.curl("http://{name}:25/").code == 7
    sockets = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    rows = [row for row in sockets if row["process"] == "exim4"]
    assert rows and {row["address"] for row in rows} <= {"127.0.0.1", "::1"}, rows
