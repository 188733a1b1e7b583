# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Daemons that limit their clients: the whole truth all the same, or "could not tell" with its reason."""

from __future__ import annotations

import socket

import pytest
from daemons import TARGETS
from images import RELEASES
from ours import NAME, engine
from rules import POLICIES, expected, wrong

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import estimate, observe

POSTFIX = {2525: "connections a minute", 2526: "connections at once", 2527: "postscreen", 2528: "TLS sessions a minute"}
"""Ports of Postfix that have one limit each (see image/daemons.sh)."""
CHOICE = {target.name: target for target in TARGETS}


def look(hosts, wanted, **options):
    """Look at (release, port, protocol)s in one call."""
    options = {"depth": "full", "policy": "intermediate", "parts": ("suites", "groups"), **options}
    return observe([{"host": NAME, "address": hosts.address[release], "port": port, "protocol": protocol,
                     "server_name": NAME} for release, port, protocol in wanted], **options)


def facts(seen):
    """What must not depend on circumstances."""
    return ({name: answer.accepted for name, answer in seen.protocols.items()},
            {name: sorted(found) for name, found in seen.suites.items()}, sorted(seen.groups), seen.server_preference)


def test_postfix_that_counts_its_clients(hosts):
    """Five times as long is the price, and not one suite less."""
    wanted = [(release, port, "smtp") for release in RELEASES for port in (25, *POSTFIX)]
    seen = dict(zip(wanted, look(hosts, wanted), strict=True))
    for release in RELEASES:
        for port, limit in POSTFIX.items():
            found = seen[release, port, "smtp"]
            assert (found.error, found.undecided) == (None, ()), limit
            assert facts(found) == facts(seen[release, 25, "smtp"]), limit
    assert min(found.connections for found in seen.values()) > 60, "a limit that is not reached proves nothing"


def test_a_policy_on_postfix_that_counts_its_clients(hosts, truth):
    """The windows of the look before are over after a minute; until then the first connections wait too."""
    wanted = [(release, port, "smtp") for release in RELEASES for port in POSTFIX]
    for (release, port, _smtp), seen in zip(wanted, look(hosts, wanted, depth="policy", policy="old"), strict=True):
        assert wrong(seen, truth(release, CHOICE["postfix 25"]), POLICIES["old"]) == [], POSTFIX[port]
        assert seen.connections > 60, "a limit that is not reached proves nothing"


@pytest.fixture
def four_at_once(hosts):
    """Courier as its authors ship it: four connections for each address."""
    def most(number):
        for release in RELEASES:
            hosts.run(release, "sed", "-i", f"s/^MAXPERIP=.*/MAXPERIP={number}/", "/etc/courier/imapd")
            hosts.run(release, "systemctl", "restart", "courier-imap", "courier-imap-ssl")
            hosts.wait_for(release, 143, 993)

    most(4)
    yield
    most(20)


@pytest.mark.parametrize("concurrency", [1, 8, 64])
def test_courier_that_takes_four_connections(hosts, truth, four_at_once, concurrency):
    for release in RELEASES:
        for name in ("courier 143", "courier 993"):
            seen = engine(hosts.address[release], CHOICE[name], concurrency=concurrency)
            # Both ports have one setting.
            known = truth(release, CHOICE["courier 143"])
            assert seen.note == ""
            assert (seen.suites, seen.groups) == (known.suites, known.groups), (release, name)


@pytest.mark.parametrize("concurrency", [1, 64])
def test_a_policy_on_courier_that_takes_four_connections(hosts, truth, four_at_once, concurrency):
    wanted = [(release, port, protocol) for release in RELEASES for port, protocol in ((143, "imap"), (993, "imaps"))]
    for name in ("old", "bsi"):
        found = look(hosts, wanted, depth="policy", policy=name, concurrency=concurrency)
        for (release, port, _protocol), seen in zip(wanted, found, strict=True):
            assert wrong(seen, truth(release, CHOICE["courier 143"]), POLICIES[name]) == [], (release, port)


def test_results_do_not_depend_on_concurrency(hosts):
    wanted = [("debian12", target.port, target.protocol) for target in TARGETS if target.protocol != "mysql"]
    seen = {number: [facts(found) for found in look(hosts, wanted, concurrency=number)] for number in (1, 8, 64)}
    assert seen[1] == seen[8] == seen[64]


def greeting(hosts, release):
    """The first packet that MariaDB has for somebody from here: 10 is welcome, 255 an error."""
    with socket.create_connection((hosts.address[release], 3306), 5) as client:
        return client.recv(4096)[4]


@pytest.mark.parametrize("release", RELEASES)
def test_mariadb_never_locks_this_host_out(hosts, release):
    hosts.sql(release, "SET GLOBAL max_connect_errors = 100; FLUSH HOSTS")
    wanted = [(release, 3306, "mysql")]
    for options in ({"depth": "policy"}, {"parts": ("plaintext", "suites", "groups", "schemes", "details", "flaws")}):
        (seen,) = look(hosts, wanted, **options)
        assert seen.error is None or "budget" in seen.error
        assert seen.connections <= 50
        assert seen.protocols["TLSv1.2"].accepted and seen.protocols["TLSv1.3"].accepted
    assert greeting(hosts, release) == 10


def test_mariadb_that_has_locked_this_host_out(hosts):
    hosts.sql("debian13", "SET GLOBAL max_connect_errors = 6; FLUSH HOSTS")
    try:
        (seen,) = look(hosts, [("debian13", 3306, "mysql")])
        assert greeting(hosts, "debian13") == 255
    finally:
        hosts.sql("debian13", "SET GLOBAL max_connect_errors = 100; FLUSH HOSTS")
    assert "blocked" in seen.error
    assert seen.connections < 25, "it goes on knocking at a door that is shut"
    assert "TLSv1.2" not in [name for name, answer in seen.protocols.items() if answer.accepted is False]
    assert not any(seen.suites_complete.values())


GUARD = """
table inet guard {
  set shut { type ipv4_addr; flags dynamic, timeout; timeout 10m; }
  chain input {
    type filter hook input priority 0;
    tcp dport { 443, 993 } ip saddr @shut drop
    tcp dport { 443, 993 } ct state new limit rate over 20/minute burst 30 packets add @shut { ip saddr } drop
  }
}
"""


@pytest.fixture
def shut_out(hosts, truth):
    """sshguard's way: after some connections nothing comes back any more, not even for open ones."""
    truth("debian12", CHOICE["apache wide"])  # asked while everybody is let in
    hosts.run("debian12", "nft", "-f", "-", stdin=GUARD)
    yield
    hosts.run("debian12", "nft", "delete", "table", "inet", "guard")


@pytest.mark.parametrize("depth", ["full", "policy"])
def test_a_packet_filter_that_shuts_clients_out(hosts, truth, shut_out, depth):
    """What was not heard is not refused, and no rule is kept that is not."""
    wide, courier = look(hosts, [("debian12", 443, "https"), ("debian12", 993, "imaps")], timeout=2.0, depth=depth)
    taken = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}
    for seen, target in ((wide, CHOICE["apache wide"]), (courier, CHOICE["courier 143"])):
        assert seen.undecided or seen.error
        refused = {name for name, answer in seen.protocols.items() if answer.accepted is False}
        assert not refused & taken
        assert not all(seen.suites_complete.get(name) for name in taken)
        broken = {key for key, names in expected(POLICIES["intermediate"], truth("debian12", target)).items() if names}
        assert not broken & {(rule.id, rule.version) for rule in seen.rules if rule.refused}


def test_the_cost_is_told_before(hosts):
    endpoint = {"host": NAME, "address": hosts.address["debian13"], "port": 3306, "protocol": "mysql"}
    told = estimate([endpoint], depth="full", parts=("suites", "groups"))
    assert told["connections"] <= told["most"] <= 50
    assert told["seconds"] > 0
