# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a replica keeps up, from answers that are given here; a real pair is in molecule/others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import ldif
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import continuity, replica
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.account import Account
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult

OLD, NEW = ("contextCSN: 20261130221012.000001Z#000000#000#000000\n", "contextCSN: 20261130221013.000001Z#000000#000#000000\n")
VALUE = ('rid=001 provider=ldap://ldap1 bindmethod=simple binddn="cn=r" credentials=hunter2 searchbase="dc=x" '
         'type=refreshAndPersist retry="1 +"')
ARGV = ("ldap-replica", "olcDatabase={1}mdb,cn=config", "/etc/ldap/slapd.d", "ldap://ldap1")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A replica that keeps up: ``provider`` and ``own`` are answers, ``connected`` tells whether it holds a connection."""
    found: dict[str, Any] = {"provider": OLD, "own": OLD, "connected": True, "value": VALUE, "code": 0}
    monkeypatch.setattr(replica.account, "owner_of", lambda _folder: Account(0, 0))
    monkeypatch.setattr(replica, "drive", lambda _steps: (ldif.Entry("x", (("olcSyncrepl", found["value"]),)),))
    monkeypatch.setattr(replica.lookup, "ask_directory", lambda asked, *_rest: found.update(asked=asked) or CommandResult(
        ("x",), found["code"], found["provider"], "Confidentiality required (13)" if found["code"] else "", 0.1))
    monkeypatch.setattr(replica, "_ask_own", lambda _base: found["own"])
    monkeypatch.setattr(replica, "_is_connected", lambda _provider: found["connected"])
    monkeypatch.setattr(replica, "_PAUSE", 0.001)
    return found


def ask() -> str:
    return continuity._ask(ARGV, 0.02).stderr


@pytest.mark.parametrize(("change", "words"), [
    ({}, ""),
    ({"own": NEW}, ""),
    ({"provider": NEW}, "does not follow it: the provider's contextCSN is 20261130221013"),
    ({"own": OLD + NEW.replace("#000#", "#001#"), "provider": OLD + OLD.replace("#000#", "#001#")}, ""),
    ({"provider": OLD + OLD.replace("#000#", "#001#")}, "does not follow it"),
    ({"connected": False}, "holds no connection to it"),
    ({"code": 13}, "gets no answer from it with its own settings: Confidentiality required"),
    # What cannot be compared is no reason; the connection counts all the same.
    ({"own": "", "provider": NEW}, ""),
    ({"connected": False, "value": VALUE.replace("refreshAndPersist", "refreshOnly")}, ""),
    ({"connected": False, "value": VALUE.replace("1 +", "600 +")}, ""),
    ({"connected": False, "value": VALUE.replace(' retry="1 +"', "")}, ""),
    ({"connected": False, "value": VALUE.replace("ldap1", "ldap2")}, ""),
])
def test_what_a_replica_does(seen: dict[str, Any], change: dict[str, Any], words: str) -> None:
    seen.update(change)
    said = ask()
    assert (words in said) if words else said == ""
    assert "hunter2" not in said


def test_a_replica_that_needs_a_moment(seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([OLD, OLD, NEW, NEW, NEW])
    seen["provider"] = NEW
    monkeypatch.setattr(replica, "_ask_own", lambda _base: next(answers))
    assert continuity._ask(ARGV, 5.0).returncode == 0


def test_it_asks_as_the_replica_does(seen: dict[str, Any]) -> None:
    ask()
    asked = seen["asked"]
    assert (asked.uri, asked.starttls, asked.base, asked.bind_dn, asked.password) == ("ldap://ldap1", False, "dc=x", "cn=r", "hunter2")
    seen["value"] = VALUE + " starttls=critical tls_cacert=/ca.pem"
    ask()
    assert seen["asked"].starttls and seen["asked"].ca_file == "/ca.pem"


def test_a_replica_that_stops_is_named_in_its_own_words(seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_AFTER", -0.98)
    worked = continuity.look_before("openldap", continuity.Continuity(answers=(ARGV,)), (), ())
    assert len(worked.answers) == 1
    seen["connected"] = False
    with pytest.raises(continuity.ConfirmationError, match=r"- The replica olcDatabase=\{1\}mdb,cn=config of ldap://ldap1 holds no"):
        continuity.confirm_after("openldap", worked, ())
    # One that did not keep up before is not compared.
    monkeypatch.setattr(replica, "BEFORE", 0.0)
    assert continuity.look_before("openldap", continuity.Continuity(answers=(ARGV,)), (), ()).answers == ()
