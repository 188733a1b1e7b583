# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind ldap, as far as no slapd is needed; the real one is in molecule/openldap."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds import ldap
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import LdapKind

CHANGE: dict[str, Any] = {"kind": "ldap", "dn": "cn=config", "attributes": {
    "olcSecurity": "ssf=128 simple_bind=64", "olcTLSCertificateFile": "/new.pem", "olcTLSVerifyClient": None}}


def found(**attributes: list[str]) -> State:
    kind = LdapKind()
    empty: dict[str, list[str]] = {name: [] for name in CHANGE["attributes"]}
    return ldap.make_state(kind.identity(CHANGE), {**empty, **attributes})


def test_it_is_planned_as_one_modify() -> None:
    after = LdapKind().plan(CHANGE, found(olcTLSVerifyClient=["try"]))
    assert after.facts["attributes"] == {
        "olcSecurity": ["ssf=128 simple_bind=64"], "olcTLSCertificateFile": ["/new.pem"], "olcTLSVerifyClient": []}
    assert (after.content or b"").decode().count("changetype") == 1
    assert b"replace: olcTLSVerifyClient\n-\n" in (after.content or b"")


def test_what_means_the_same_is_no_change() -> None:
    before = found(olcSecurity=["simple_bind=64", "SSF=128"], olcTLSCertificateFile=["/new.pem"])
    assert LdapKind().plan(CHANGE, before) == before
    assert LdapKind().plan(CHANGE, found(olcTLSCertificateFile=["/new.pem"])) != before


def test_case_counts_in_paths() -> None:
    before = found(olcSecurity=["ssf=128 simple_bind=64"], olcTLSCertificateFile=["/NEW.pem"])
    assert LdapKind().plan(CHANGE, before) != before


def test_its_identity_is_enough_for_a_later_process() -> None:
    kind = LdapKind()
    assert kind.identity(CHANGE) == {
        "kind": "ldap", "dn": "cn=config", "attributes": ["olcSecurity", "olcTLSCertificateFile", "olcTLSVerifyClient"],
        "path": "/etc/ldap/slapd.d", "unit": "slapd.service"}
    assert kind.label(kind.identity(CHANGE)) == "cn=config"


def test_where_slapd_keeps_its_entries() -> None:
    assert ldap.file_of("/f", "cn=config") == "/f/cn=config.ldif"
    assert ldap.file_of("/f", "olcDatabase={1}mdb,cn=config") == "/f/cn=config/olcDatabase={1}mdb.ldif"
    for bad in ("cn=../x,cn=config", "cn=a/b", "x"):
        with pytest.raises(TransactionError):
            ldap.file_of("/f", bad)


def test_a_test_instance_gets_the_modification_as_the_owner_of_the_folder(tmp_path: Path) -> None:
    kind = LdapKind()
    after = kind.plan(CHANGE, found())
    identity = {**kind.identity(CHANGE), "path": str(tmp_path)}
    (program,) = kind.programs(identity, after)
    assert program.argv == ("slapmodify", "-n", "0", "-F", str(tmp_path)) and program.text == after.content
    assert (program.account.uid, program.account.gid) == (os.geteuid(), os.getegid())
    assert program.account.groups == () and kind.files(identity, after) == {}


def test_a_diff_shows_no_key_and_no_password() -> None:
    names = ("olcRootPW", "olcSyncrepl", "olcTLSCertificateKey;binary", "olcTLSCertificateKeyFile", "olcSecurity", "olcAccess")
    change = {"kind": "ldap", "dn": "cn=config", "attributes": dict.fromkeys(names)}
    kind = LdapKind()
    before = ldap.make_state(kind.identity(change), {name: [f"{name} hunter2"] for name in names[:3]} | {
        "olcTLSCertificateKeyFile": ["/etc/key.pem"], "olcSecurity": ["ssf=1"], "olcAccess": ["one hunter2", "two"]})
    shown, empty = kind.shown(change, before, kind.plan(change, before))
    assert "hunter2" not in str(shown) and list(empty) == []
    assert {"olcSecurity: ssf=1", "olcTLSCertificateKeyFile: /etc/key.pem"} < set(shown)
    assert "olcAccess: 2 value(s), not shown (the old ones)" in shown
