# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports become endpoints for the host itself and for others; certificates come in a service's own form."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import (
    ServicePort,
    list_local_endpoints,
    list_outside_endpoints,
    ports_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint

PORTS = (
    ServicePort(443, "https", "a.example.org"),
    ServicePort(8443, "https", None, "192.0.2.9"),
    ServicePort(143, "imap", "a.example.org", "127.0.0.1", says="^. CAPABILITY"),
    ServicePort(25, "smtp", "a.example.org", foreign=True),
)


def test_endpoints_as_the_host_itself_reaches_them() -> None:
    rows = list_local_endpoints(PORTS)
    assert [(row["address"], row["port"]) for row in rows] == [("127.0.0.1", 443), ("192.0.2.9", 8443), ("127.0.0.1", 143)]
    assert [row.get("says") for row in rows] == [None, None, "^. CAPABILITY"]


def test_endpoints_as_others_reach_them() -> None:
    rows = list_outside_endpoints(PORTS, "198.51.100.1")
    assert [(row["host"], row["address"], row["port"]) for row in rows] == [
        ("a.example.org", "198.51.100.1", 443), ("192.0.2.9", "192.0.2.9", 8443), ("a.example.org", "198.51.100.1", 25)]
    assert not any("says" in row for row in rows)


@pytest.mark.parametrize(("listen", "loopback"), [
    ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("", False), ("192.0.2.1", False), ("localhost", False),
])
def test_loopback(listen: str, loopback: bool) -> None:
    assert ServicePort(1, "tls", None, listen).loopback is loopback


def test_ports_of_rows() -> None:
    (port,) = ports_of([{"port": "25", "protocol": "smtp", "server_name": None, "overridden": True}])
    assert port == ServicePort(25, "smtp", None, "", True, "")


def test_a_host_that_is_reached_by_a_name_is_looked_up() -> None:
    """An ``address`` has to be one; and the name in SNI stays that of the service."""
    port = ServicePort(443, "https", "www.example.org")
    assert port.endpoint("web1.example.net") == {
        "host": "web1.example.net", "port": 443, "protocol": "https", "server_name": "www.example.org"}
    assert read_endpoint(port.endpoint("web1.example.net")).server_name == "www.example.org"
    assert port.endpoint("2001:db8::7")["address"] == "2001:db8::7"
