# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From rows to endpoints."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.service import endpoints as vantage

ROWS = [
    {"port": 443, "protocol": "https", "server_name": "a.org", "listen": "", "overridden": False},
    {"port": 8443, "protocol": "https", "server_name": None, "listen": "10.0.0.1", "overridden": True},
    {"port": 80, "protocol": "http", "server_name": "a.org", "listen": "127.0.0.1", "overridden": False},
]


def test_from_inside_what_others_rule_is_left_out() -> None:
    assert [(row["address"], row["port"]) for row in vantage.inside(ROWS)] == [("127.0.0.1", 443), ("127.0.0.1", 80)]


def test_from_outside_loopback_is_left_out() -> None:
    found = vantage.outside(ROWS, "192.0.2.7")
    assert [(row["host"], row["address"], row["port"]) for row in found] == [
        ("a.org", "192.0.2.7", 443), ("10.0.0.1", "10.0.0.1", 8443)]


def test_behind_a_load_balancer_only_the_host_itself_connects() -> None:
    rows = [{**ROWS[0], "proxy_protocol": "v1", "proxy_setting": "accept = proxy"}, ROWS[0]]
    near, plain = vantage.inside(rows)
    assert near["proxy_protocol"] == "v1" and "unprobed" not in near and "proxy_protocol" not in plain
    far, other = vantage.outside(rows, "192.0.2.7")
    assert "accept = proxy" in far["unprobed"] and "load balancer" in far["unprobed"] and "unprobed" not in other
