# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Listening sockets as the kernel lists them."""

from __future__ import annotations

import os
import socket

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import listeners


def test_a_socket_of_ours_is_found_with_its_owner() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (found,) = [row for row in listeners.list_owned_listening() if row.port == port]
        assert (found.address, found.transport, found.pid) == ("127.0.0.1", "tcp", os.getpid())
        assert found.uid == os.getuid() and found.process
    assert all(row.port != port for row in listeners.list_listening())


def test_ipv6_addresses_are_read_in_the_machines_byte_order() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        port = server.getsockname()[1]
        assert [row.address for row in listeners.list_listening() if row.port == port] == ["::1"]


def test_a_free_port_is_one_where_nobody_listens() -> None:
    port = listeners.find_free_port()
    assert 20000 <= port <= 29999
    with socket.create_server(("127.0.0.1", port)):
        assert listeners.find_free_port() != port


def test_a_connection_is_seen_from_the_side_of_the_server_with_the_process_of_the_client() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            (row,) = listeners.list_established([port])
            assert (row.address, row.peer, row.peer_port) == ("127.0.0.1", "127.0.0.1", client.getsockname()[1])
            assert row.pid == os.getpid() and row.process
