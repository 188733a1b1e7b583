# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is cut off by a plan: only users of what really ends, each in one line."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import judge
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError

ENDING: dict[str, Any] = {
    "port": 389, "protocol": "ldap", "closed": False, "redirected": False, "now": True, "server_name": "ldap.example.org",
    "ca_file": "/etc/ssl/ca.pem", "trusts_proxies": False, "trusted_proxies": ["192.0.2.16/28"]}
ROW: dict[str, Any] = {
    "kind": "postfix_ldap", "what": "Postfix looks up addresses", "file": "/etc/postfix/u.cf", "line": 3, "setting": "server_host",
    "target": "ldap://127.0.0.1:389", "host": "127.0.0.1", "port": 389, "encrypted": False, "follows": False, "alone": True,
    "proxied": True, "trusted": True, "remedy": "Set start_tls = yes, and server_host = ldap://{name}."}


def judged(ending: dict[str, Any] | None = None, row: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
    plan = {"service": how.pop("service", "openldap"), "ending": [{**ENDING, **(ending or {})}]}
    seen = how.pop("seen", {"dependents": [{**ROW, **(row or {})}], "resolved": ["ldap.example.org"]})
    return judge.judge(plan, seen, "mail1", ["mail1", "192.0.2.7"], **how)


def test_a_client_is_one_line_with_file_and_remedy() -> None:
    assert judged()["blocking"] == [
        "mail1: /etc/postfix/u.cf:3: Postfix looks up addresses at ldap://127.0.0.1:389 in plaintext (server_host). Set "
        "start_tls = yes, and server_host = ldap://ldap.example.org."]


@pytest.mark.parametrize(("ending", "row", "cut"), [
    ({}, {}, True),
    ({"now": False}, {}, False),
    ({"port": 3389}, {}, False),
    ({}, {"encrypted": True}, False),
    ({"closed": True}, {"encrypted": True}, True),
    ({"redirected": True, "protocol": "http"}, {"follows": True}, False),
    ({"redirected": True, "protocol": "http"}, {"follows": False}, True),
])
def test_only_what_ends_counts(ending: dict[str, Any], row: dict[str, Any], cut: bool) -> None:
    assert bool(judged(ending, row)["blocking"]) is cut


def test_a_redirect_that_is_followed_is_a_warning() -> None:
    assert "redirected to https" in judged({"redirected": True}, {"follows": True})["warnings"][0]


def test_modes() -> None:
    assert judged(mode="warn")["blocking"] == [] and len(judged(mode="warn")["warnings"]) == 1
    assert judged(mode="ignore")["blocking"] == judged(mode="ignore")["warnings"] == []
    with pytest.raises(OptionError, match="tls_dependents is 'maybe'. Allowed: block, warn, ignore."):
        judged(mode="maybe")


def test_rimap_is_a_matter_of_couriers_own_option() -> None:
    assert judged(row={"kind": "saslauthd_rimap"}, service="courier_imap")["blocking"] == []
    assert judged(row={"kind": "saslauthd_rimap"}, service="postfix")["blocking"]


def test_what_is_fixed_does_not_block() -> None:
    found = judged(fix=True)
    assert found["blocking"] == [] and found["changes"][0]["path"] == "/etc/postfix/u.cf"
    assert judged(row={"kind": "pam_ldap"}, fix=True)["blocking"]


def test_a_replica_on_another_host_is_named() -> None:
    replica = {"host": "mail2", "dn": "olcDatabase={1}mdb,cn=config", "provider": "ldap://192.0.2.7:389", "encrypted": False}
    (line,) = judged(seen={}, replicas=[replica])["blocking"]
    assert line.startswith("mail1: the host mail2 of this run replicates from it at ldap://192.0.2.7:389 in plaintext")
    for other in ({"encrypted": True}, {"provider": "ldap://192.0.2.8:389"}, {"host": "mail1"}, {"provider": "ldaps://192.0.2.7"}):
        assert judged(seen={}, replicas=[{**replica, **other}])["blocking"] == []


def test_connections_are_warnings() -> None:
    seen = {"connections": [{"port": 389, "peer": "192.0.2.9", "process": None, "count": 2},
                            {"port": 389, "peer": "127.0.0.1", "process": "nslcd", "count": 1}]}
    found = judged(seen=seen)
    assert found["blocking"] == [] and "from 192.0.2.9 now" in found["warnings"][0] and "nslcd" in found["warnings"][1]


def test_changes_of_one_file_become_one() -> None:
    ours = {"kind": "edited_file", "format": "keywords", "path": "/etc/ldap/ldap.conf", "values": {"TLS_REQCERT": "demand"}}
    more = {"kind": "edited_file", "format": "keywords", "path": "/etc/ldap/ldap.conf", "values": {"URI": "ldaps://x"}}
    assert judge.add_changes([ours], [more]) == [{**ours, "values": {"TLS_REQCERT": "demand", "URI": "ldaps://x"}}]
    assert judge.add_changes([ours], [{**more, "path": "/x"}]) == [ours, {**more, "path": "/x"}]
    # Two formats of one file stay two changes, which the transaction refuses, instead of one in the wrong format.
    assert judge.add_changes([ours], [{**more, "format": "assignments"}]) == [ours, {**more, "format": "assignments"}]


@pytest.mark.parametrize(("kind", "cut"), [("nginx_proxy", False), ("haproxy", False), ("cron", True)])
def test_a_proxy_that_is_trusted_is_not_cut_off(kind: str, cut: bool) -> None:
    found = judged({"redirected": True, "protocol": "http", "trusts_proxies": True}, {"kind": kind})
    assert bool(found["blocking"]) is cut
    assert cut or "served as before if it sends X-Forwarded-Proto: https." in found["warnings"][0]


def test_a_client_that_uses_tls_is_tried_too() -> None:
    assert judged(row={"encrypted": True})["tries"] == [
        ["postmap", "-q", "intransit-tls@example.invalid", "ldap:/etc/postfix/u.cf"]]
    assert judged()["tries"] == [] and judged(row={"encrypted": True, "kind": "pam_ldap"})["tries"] == []


OTHER: dict[str, Any] = {**ROW, "on": "mail2", "later": False, "addresses": ["192.0.2.9"], "target": "ldap://192.0.2.7:389"}


def test_a_client_on_another_host_of_the_run_stops_this_one() -> None:
    assert judged(seen={}, others=[OTHER])["blocking"] == [
        "mail1: the host mail2 of this run: /etc/postfix/u.cf:3: Postfix looks up addresses at ldap://192.0.2.7:389 in plaintext "
        "(server_host). Set start_tls = yes, and server_host = ldap://ldap.example.org."]
    # This run cannot change it there.
    assert judged(seen={}, others=[OTHER], fix=True)["blocking"] and judged(seen={}, others=[OTHER], fix=True)["changes"] == []


@pytest.mark.parametrize(("row", "ending", "warns"), [
    ({"encrypted": True}, {}, False),
    ({"port": 3389}, {}, False),
    ({}, {"now": False}, False),
    ({"later": True}, {}, True),
    ({"kind": "syncrepl", "setting": "olcupdateref"}, {}, True),
    ({"follows": True}, {"redirected": True}, True),
    ({"kind": "nginx_proxy", "addresses": ["192.0.2.17"]}, {}, True),
])
def test_what_is_not_cut_off_on_another_host(row: dict[str, Any], ending: dict[str, Any], warns: bool) -> None:
    found = judged(ending, seen={}, others=[{**OTHER, **row}])
    assert found["blocking"] == [] and bool(found["warnings"]) is warns


def test_a_proxy_on_another_host_counts_unless_its_address_is_trusted() -> None:
    assert judged(seen={}, others=[{**OTHER, "kind": "nginx_proxy"}])["blocking"]


def test_a_services_own_connections_are_moved_on_request() -> None:
    move = {"kind": "syncrepl", "dn": "x", "providers": ["ldap://y"], "ca_file": "/ca.pem"}
    plan = {"service": "openldap", "ending": [], "moves": [move]}
    found = judge.judge(plan, {}, "mail1", [], fix=True)
    assert found["changes"] == [move] and found["requires"] == ["/ca.pem"]
    assert judge.judge(plan, {}, "mail1", [])["changes"] == judge.judge(plan, {}, "mail1", [])["requires"] == []


@pytest.mark.parametrize(("mode", "blocking", "warnings"), [
    ("block", ["mail1: bert would be refused"], []), ("warn", [], ["mail1: bert would be refused"]), ("ignore", [], [])])
def test_clients_that_the_plan_itself_knows_of(mode: str, blocking: list[str], warnings: list[str]) -> None:
    found = judge.judge({"service": "postfix", "ending": [], "cut_off": ["bert would be refused"]}, {}, "mail1", [], mode)
    assert (found["blocking"], found["warnings"]) == (blocking, warnings)
