# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many connections an endpoint is given: a budget that no daemon blocks a host for."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import (
    PARTS,
    Endpoint,
    Options,
    budget_of,
    count_usual_connections,
)


def endpoint(protocol="https", host="db.example", **rest):
    return Endpoint(host, 1, protocol, **rest)


@pytest.mark.parametrize(("protocol", "depth", "most"), [
    ("https", "policy", 200), ("https", "full", 1000), ("mysql", "policy", 50), ("mysql", "full", 50),
])
def test_mysql_is_asked_less_because_it_blocks_hosts(protocol, depth, most):
    assert budget_of(endpoint(protocol), Options(depth=depth)) == most


@pytest.mark.parametrize(("host", "address", "most"), [
    ("127.0.0.1", None, 1000), ("::1", None, 1000), ("localhost", None, 1000), ("db.example", "127.0.0.1", 1000),
    ("localhost", "192.0.2.1", 50), ("192.0.2.127", None, 50),
])
def test_loopback_never_blocks_and_the_address_decides(host, address, most):
    assert budget_of(endpoint("mysql", host, address=address), Options(depth="full")) == most


def test_a_budget_that_is_given_counts_everywhere():
    assert budget_of(endpoint("mysql"), Options(budget=60)) == 60
    assert budget_of(endpoint(), Options(budget=0)) == 0


@pytest.mark.parametrize("depth", ["policy", "full"])
@pytest.mark.parametrize("protocol", ["https", "imap", "http"])
def test_what_is_usual_stays_within_the_budget(protocol, depth):
    options = Options(depth=depth)
    assert 0 < count_usual_connections(endpoint(protocol), options) <= budget_of(endpoint(protocol), options)


def test_each_part_of_full_depth_costs_connections():
    every = count_usual_connections(endpoint(), Options(depth="full"))
    for part in PARTS:
        fewer = tuple(other for other in PARTS if other != part)
        assert count_usual_connections(endpoint(), Options(depth="full", parts=fewer)) < every
