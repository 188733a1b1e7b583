# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The registry for modules: complete, and free of what would be a different service by a slip."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.hosts import HOSTS


@pytest.mark.parametrize("name", HOSTS)
def test_a_row_is_whole(name: str) -> None:
    host = HOSTS[name]
    assert host.name == name and host.package and host.units and host.processes and host.configuration
    assert all(path.startswith("/") for path in (*host.tls_objects, *host.configuration))
    assert all(unit.endswith(".service") for unit in host.units)
    assert host.package not in host.further_packages


def test_no_package_or_unit_belongs_to_two_services() -> None:
    for values in ([host.package for host in HOSTS.values()], [unit for host in HOSTS.values() for unit in host.units]):
        assert len(values) == len(set(values))
