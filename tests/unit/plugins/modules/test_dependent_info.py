# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""dependent_info on this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest


@pytest.mark.parametrize("check", [False, True])
def test_a_connection_is_reported(check: bool, run_module: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            result = run_module("dependent_info", ports=[port], names=["x.example"], _ansible_check_mode=check)
    assert not result["changed"] and result["dependents"] == []
    assert [row["port"] for row in result["connections"]] == [port]


def test_a_port_that_is_none_is_refused(run_module: Any) -> None:
    assert run_module("dependent_info", ports=["ldap"])["failed"]
