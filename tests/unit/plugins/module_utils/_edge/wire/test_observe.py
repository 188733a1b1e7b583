# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One call, many endpoints: order, addresses, budgets, and costs that are told before."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import observe as module
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import estimate, observe, observe_many


@pytest.fixture
def refuser():
    """A port that answers every hello with the alert handshake_failure; counts its connections."""
    seen = []
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve():
        while True:
            try:
                client, _peer = listener.accept()
            except OSError:
                return
            seen.append(client.fileno())
            threading.Thread(target=one, args=(client,), daemon=True).start()

    def one(client):
        with client, suppress(OSError):
            if client.recv(65536):
                client.sendall(b"\x15\x03\x01\x00\x02\x02\x28")
                client.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], seen
    listener.close()


@pytest.fixture
def closed():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def names(monkeypatch, **known):
    monkeypatch.setattr(module, "addresses_of", lambda hosts, seconds: {host: known.get(host, ()) for host in hosts})


def test_answers_come_in_the_order_of_the_questions(refuser, closed):
    ports = [closed, refuser[0], closed, refuser[0]]
    seen = observe([{"host": "127.0.0.1", "port": port, "protocol": "tls"} for port in ports], policy="modern", timeout=3)
    assert [item.port for item in seen] == ports
    assert [item.reachable for item in seen] == [False, True, False, True]
    assert "refuses every TLS handshake" in seen[1].error


def test_each_is_told_with_its_place_as_soon_as_it_is_known(monkeypatch, refuser):
    names(monkeypatch, **{"127.0.0.1": ("127.0.0.1",)})
    given = [{"host": host, "port": refuser[0], "protocol": "tls"} for host in ("127.0.0.1", "nobody.example.test", "127.0.0.1")]
    told = observe_many(given, policy="modern", timeout=3)
    place, seen = next(told)
    assert place == 1 and "cannot be resolved" in seen.error and not refuser[1], "nothing else was asked yet"
    rest = dict(told)
    assert sorted(rest) == [0, 2] and all(each.reachable for each in rest.values())


def test_mappings_and_endpoints_alike(refuser):
    port = refuser[0]
    given = [Endpoint("127.0.0.1", port, "tls"), {"host": "127.0.0.1", "port": port, "protocol": "tls"}]
    one, other = observe(given, "policy", policy="modern", timeout=3)
    assert one.protocols == other.protocols


def test_a_name_without_address_is_an_error_and_costs_nothing(monkeypatch):
    names(monkeypatch)
    (seen,) = observe([{"host": "nobody.example.test"}], policy="modern")
    assert seen.reachable is False and "cannot be resolved" in seen.error and seen.connections == 0
    assert not any(answer.accepted is False for answer in seen.protocols.values())


def test_the_first_address_that_answers_or_all_of_them(monkeypatch, refuser):
    names(monkeypatch, many=("127.0.0.2", "127.0.0.1"))
    endpoint = {"host": "many", "port": refuser[0], "protocol": "tls"}
    # Nothing listens on the first of the two.
    (first,) = observe([endpoint], policy="modern", timeout=3)
    assert first.address == "127.0.0.1" and first.reachable
    both = observe([endpoint], policy="modern", timeout=3, all_addresses=True)
    assert [(item.address, item.reachable) for item in both] == [("127.0.0.2", False), ("127.0.0.1", True)]


def test_a_budget_is_kept(refuser):
    (seen,) = observe([{"host": "127.0.0.1", "port": refuser[0], "protocol": "tls"}], policy="modern", timeout=3, budget=3)
    assert len(refuser[1]) <= 3 and seen.connections <= 3
    assert "budget" in seen.error and any(answer.accepted is None for answer in seen.protocols.values())


def test_what_makes_no_sense_raises():
    with pytest.raises(IntransitError):
        observe([{"host": "x", "protocol": "gopher"}], policy="modern")
    with pytest.raises(IntransitError):
        observe([], policy="nobody's")


def test_costs_are_told_and_nothing_is_spent():
    many = [{"host": f"h{number}.example.test"} for number in range(50)]
    policy, full = estimate(many), estimate(many, depth="full")
    assert 50 * 5 < policy["connections"] < full["connections"] <= full["most"]
    assert policy["seconds"] < full["seconds"]
    assert estimate(many, depth="full", budget=20)["most"] == 50 * 20
    assert estimate(many, depth="full", parts=("suites",))["connections"] < full["connections"]
    assert estimate([]) == {"connections": 0, "most": 0, "seconds": 0}


def test_a_database_elsewhere_costs_little():
    elsewhere = {"host": "db.example.test", "protocol": "mysql"}
    assert estimate([elsewhere], depth="full")["most"] == 50
    assert estimate([{**elsewhere, "host": "localhost"}], depth="full")["most"] > 50


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"timeout": 0}, {"budget": 0}])
def test_options_that_leave_nothing_to_do_are_said_at_once(options):
    with pytest.raises(IntransitError):
        observe([{"host": "127.0.0.1", "port": 9}], **options)


def test_roots_that_cannot_be_read_are_said_at_once(tmp_path):
    with pytest.raises(IntransitError, match="cannot be read"):
        observe([{"host": "127.0.0.1", "port": 9}], check_trust=True, ca_file=str(tmp_path / "none.pem"))


def test_each_endpoint_may_have_a_policy_and_a_depth_of_its_own(refuser):
    port, _seen = refuser
    row = {"host": "127.0.0.1", "port": port, "protocol": "tls"}
    rows = [row, {**row, "policy": "mine"}, {**row, "policy": "old"}, {**row, "depth": "full"}]
    mine = {"extends": "intermediate", "protocols": ["TLSv1.3"]}
    seen = observe(rows, policy="intermediate", policies={"mine": mine}, timeout=3)
    asked = [{rule.version for rule in item.rules} for item in seen]
    assert asked[0] == {"TLSv1.2", "TLSv1.3"} and asked[1] == {"TLSv1.3"} and "TLSv1.1" in asked[2]
    assert [item.depth for item in seen] == ["policy", "policy", "policy", "full"]
    assert estimate(rows)["connections"] > 2 * estimate(rows[:3])["connections"]


def test_a_policy_or_roots_of_one_endpoint_that_make_no_sense_are_said_at_once(refuser, tmp_path):
    row = {"host": "127.0.0.1", "port": refuser[0], "protocol": "https"}
    for wrong in ({"policy": "nothing"}, {"ca_file": str(tmp_path / "none.pem")}):
        with pytest.raises(IntransitError):
            observe([{**row, **wrong}])
    assert refuser[1] == []


def test_a_reason_not_to_connect_is_kept(refuser):
    port, seen = refuser
    rows = [{"host": "a.example.test", "port": port, "unprobed": "it is behind a load balancer"}, {"host": "127.0.0.1", "port": port}]
    told, _other = observe(rows, policy="modern", timeout=3)
    assert told.reachable is False and told.unprobed == "it is behind a load balancer" and told.connections == 0
    made = len(seen)
    observe(rows[:1], policy="modern", timeout=3)
    assert len(seen) == made


@pytest.mark.parametrize("protocol", ["tls", "http", "smtp"])
def test_every_connection_begins_with_the_proxy_line(protocol):
    begins, listener = [], socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve():
        with suppress(OSError):
            while True:
                client, peer = listener.accept()
                with client:
                    line = client.makefile("rb", buffering=0).readline()
                    begins.append(line == b"PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n" % (peer[1], listener.getsockname()[1]))
                    client.sendall(b"\x15\x03\x01\x00\x02\x02\x28" if protocol == "tls" else b"554 no\r\n")

    threading.Thread(target=serve, daemon=True).start()
    row = {"host": "127.0.0.1", "port": listener.getsockname()[1], "protocol": protocol, "proxy_protocol": "v1"}
    (seen,) = observe([row], policy="modern", timeout=3)
    listener.close()
    assert seen.proxy_protocol == "v1" and begins and all(begins) and len(begins) == seen.connections
