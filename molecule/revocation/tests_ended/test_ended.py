# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an ended list does: everybody is locked out, but slapd with GnuTLS goes on. The revoked client stays out."""

from __future__ import annotations

from typing import Any

import pytest
from clients import PORTS, find_folder, is_served

testinfra_hosts = ["ansible://good"]


@pytest.mark.parametrize("service", PORTS)
def test_an_ended_list_locks_clients_out(wire: Any, host: Any, service: str) -> None:
    folder = find_folder(host)
    gnutls = service == "openldap" and wire.name == "debian12"
    assert is_served(wire, host, service, "good", folder) is gnutls
    assert not is_served(wire, host, service, "bad", folder)
