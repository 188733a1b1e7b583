# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of one run that depend on each other: who is moved to TLS first, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.between import find_between

ROW: dict[str, Any] = {
    "kind": "syncrepl", "setting": "olcsyncrepl", "target": "ldap://dir1:389", "encrypted": False, "server": "dir1",
    "file": "/etc/ldap/slapd.d/x.ldif", "line": 7}


def between(row: dict[str, Any] | None = None, check_mode: bool = False, **consumer: Any) -> dict[str, Any]:
    given = {"elsewhere": [{**ROW, **(row or {})}], "addresses": ["192.0.2.2"], "fix": True, "services": ["openldap"]}
    return find_between({"dir1": {"services": ["openldap"]}, "dir2": {**given, **consumer}}, check_mode)


def test_a_replica_is_moved_between_two_steps_of_its_provider() -> None:
    found = between()
    assert (found["providers"], found["consumers"]) == (["dir1"], ["dir2"])
    (row,) = found["others"]["dir1"]
    assert (row["on"], row["addresses"], row["later"]) == ("dir2", ["192.0.2.2"], False)
    assert found["lines"] == [
        "dir2 uses dir1 at ldap://dir1:389 in plaintext (/etc/ldap/slapd.d/x.ldif:7). First dir1 offers TLS, then dir2 uses it, "
        "then dir1 refuses plaintext."]


def test_two_providers_of_each_other_are_both() -> None:
    host = {"elsewhere": [ROW], "fix": True, "services": ["openldap"]}
    found = find_between({"dir1": {**host, "elsewhere": [{**ROW, "server": "dir2"}]}, "dir2": host})
    assert found["providers"] == found["consumers"] == ["dir1", "dir2"]


@pytest.mark.parametrize(("row", "consumer"), [
    ({"kind": "nslcd"}, {}),
    ({}, {"fix": False}),
    ({}, {"services": ["apache"]}),
])
def test_what_is_not_moved_comes_first_by_hand(row: dict[str, Any], consumer: dict[str, Any]) -> None:
    found = between(row, **consumer)
    assert found["providers"] == found["consumers"] == [] and len(found["others"]["dir1"]) == 1
    assert found["lines"][0].endswith("Change dir2 first, then dir1.")


def test_a_referral_needs_no_order() -> None:
    found = between({"setting": "olcupdateref"})
    assert found["lines"] == found["consumers"] == [] and len(found["others"]["dir1"]) == 1


def test_what_uses_tls_already_needs_no_order() -> None:
    found = between({"encrypted": True})
    assert found["lines"] == found["consumers"] == [] and len(found["others"]["dir1"]) == 1


def test_in_check_mode_a_replica_is_moved_later() -> None:
    assert between(check_mode=True)["others"]["dir1"][0]["later"] is True
    assert between(check_mode=True, fix=False)["others"]["dir1"][0]["later"] is False
