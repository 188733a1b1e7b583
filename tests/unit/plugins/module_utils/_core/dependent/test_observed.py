# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report of who still uses plaintext: rows, reasons, and a table of 80 columns."""

from __future__ import annotations

from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import observed

ENDING = {"port": 389, "protocol": "ldap", "closed": False, "server_name": "ldap.example.org"}
USERS: dict[str, Any] = {
    "dependents": [
        {"file": "/etc/nslcd.conf", "line": 3, "port": 389, "encrypted": False, "remedy": "Set uri ldap://{name}/. " + "Long words. " * 20},
        {"file": "/etc/x", "line": 1, "port": 389, "encrypted": True, "remedy": "x"},
        {"file": "/etc/y", "line": 1, "port": 143, "encrypted": False, "remedy": "x"}],
    "clients": [{"port": 389, "peer": "192.0.2.9", "plain": 4, "tls": 2}, {"port": 389, "peer": "192.0.2.8", "plain": 0, "tls": 2}],
    "connections": [{"port": 389, "peer": "127.0.0.1", "process": "nslcd\x1b", "count": 1}],
}


def test_a_row_for_each_client_of_what_ends() -> None:
    made = observed.report({"mail1": {"endings": [ENDING], "users": USERS}}, "2026-11-30T09:00:00+00:00")
    assert [(row["client"], row["evidence"]) for row in made["rows"]] == [
        ("/etc/nslcd.conf:3", "configured"), ("192.0.2.9", "in the log: 4 without TLS, 2 with TLS"),
        ("127.0.0.1 (nslcd\x1b)", "connected now")]
    assert made["rows"][0]["remedy"].startswith("Set uri ldap://ldap.example.org/.") and not made["empty"]
    assert max(map(len, made["table"].split("\n"))) <= 80
    assert "\x1b" not in made["table"] and "mail1  port 389 (ldap)" in made["table"] and "3 clients." in made["table"]


def test_a_replica_on_another_host_of_the_run() -> None:
    replica = {"dn": "olcDatabase={1}mdb,cn=config", "provider": "ldap://192.0.2.7:389", "encrypted": False}
    hosts: dict[str, Any] = {
        "mail1": {"endings": [ENDING], "users": {}, "names": ["mail1", "192.0.2.7"]},
        "mail2": {"endings": [], "users": {}, "names": ["mail2"], "replication": [replica]}}
    (row,) = observed.report(hosts, "2026-11-30T09:00:00+00:00")["rows"]
    assert (row["host"], row["client"]) == ("mail1", "host mail2, olcDatabase={1}mdb,cn=config")
    hosts["mail2"]["replication"] = [{**replica, "encrypted": True}]
    assert observed.report(hosts, "2026-11-30T09:00:00+00:00")["empty"]


def test_a_host_that_was_not_asked_is_no_empty_list() -> None:
    made = observed.report({"mail1": {"reason": "Connection refused."}}, "2026-11-30T09:00:00+00:00")
    assert not made["empty"] and "mail1 was not asked: Connection refused." in made["table"]
    assert "No client was found." in observed.report({}, "2026-11-30T09:00:00+00:00")["table"]
