# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configuration and connections of this machine, with a server of the test."""

from __future__ import annotations

import socket

from ansible_collections.intransit.tls.plugins.module_utils._edge.dependent.look import look


def test_a_client_of_this_process_is_seen_with_its_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            (row,) = look([port])["connections"]
    assert (row["port"], row["peer"], row["count"]) == (port, "127.0.0.1", 2)
    assert row["process"]


def test_a_port_that_no_client_uses() -> None:
    found = look([1])
    assert found["connections"] == [] and found["dependents"] == []
