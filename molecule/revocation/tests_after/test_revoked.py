# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After the rotation: the new certificate of the client gets in, the old one does not; on the weak host both do."""

from __future__ import annotations

from typing import Any

import pytest
from clients import PORTS, find_folder, is_served

testinfra_hosts = ["ansible://all"]


@pytest.mark.parametrize("service", PORTS)
def test_the_old_certificate_is_out_and_the_new_one_in(wire: Any, host: Any, service: str) -> None:
    folder = find_folder(host)
    seen = {client: is_served(wire, host, service, client, folder)
            for client in ("good", "rotated", ".rotated.first", ".bad.first", "none")}
    weak = wire.name == "weak"
    assert seen == {"good": True, "rotated": True, ".rotated.first": weak, ".bad.first": weak, "none": False}
