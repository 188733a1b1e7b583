# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind syncrepl, as far as no slapd is needed; a real pair is in molecule/others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import lookup
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds import syncrepl as module
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.ldap import make_state
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.syncrepl import SyncreplKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.account import Account
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult

PLAIN = '{0}rid=001 provider=ldap://ldap1:389 bindmethod=simple binddn="cn=repl" credentials=hunter2 searchbase="dc=x"'
OTHER = "{1}rid=002 provider=ldaps://ldap2 credentials=hunter3"
US = Account(os.geteuid(), os.getegid())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Answers of providers by ``code`` and ``stderr``; what was asked comes into ``argv``, ``environment`` and ``secret``."""
    found: dict[str, Any] = {"code": 0, "stderr": "", "argv": None}

    def run(argv: list[str], **how: Any) -> CommandResult:
        found.update(argv=argv, environment=how["extra_environment"])
        found["secret"] = Path(argv[argv.index("-y") + 1]).read_text() if "-y" in argv else None
        return CommandResult(tuple(argv), found["code"], "", found["stderr"], 1.0)

    monkeypatch.setattr(lookup.command, "run", run)
    monkeypatch.setattr(module.account, "owner_of", lambda _folder: US)
    return found


def change(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "ca.pem").touch()
    return {"kind": "syncrepl", "dn": "olcDatabase={1}mdb,cn=config", "providers": ["ldap://ldap1:389"],
            "ca_file": str(tmp_path / "ca.pem")}


def before(wish: dict[str, Any], *values: str) -> State:
    return make_state(SyncreplKind().identity(wish), {"olcSyncrepl": values or (PLAIN, OTHER)})


def test_a_provider_that_answers_by_starttls_is_used_so(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish, kind = change(tmp_path), SyncreplKind()
    after = kind.plan(wish, before(wish))
    moved = f"{PLAIN} starttls=critical tls_reqcert=demand tls_cacert={wish['ca_file']}"
    assert after.facts["attributes"] == {"olcSyncrepl": [moved, OTHER]} and kind.remarks(wish, after) == []
    assert "-ZZ" in asked["argv"] and asked["secret"] == "hunter2" and "hunter2" not in " ".join(asked["argv"])
    assert asked["environment"] == {"LDAPTLS_CACERT": wish["ca_file"], "LDAPTLS_REQCERT": "demand"}
    assert kind.plan(wish, after) == after


def test_a_provider_that_does_not_stays_and_is_named(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish, kind = change(tmp_path), SyncreplKind()
    asked.update(code=1, stderr="ldap_start_tls: Connect error (-11)\n\tadditional info: hostname does not match\n")
    after = kind.plan(wish, before(wish))
    assert after == before(wish)
    (line,) = kind.remarks(wish, after)
    assert line.startswith("olcDatabase={1}mdb,cn=config still replicates from ldap://ldap1:389 without TLS: it does not answer by")
    assert "hostname does not match" in line and "hunter" not in line


def test_own_authorities_are_kept(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish = change(tmp_path)
    value = f"{PLAIN} tls_cacert={tmp_path}/ca.pem starttls=yes"
    (after,) = SyncreplKind().plan(wish, before(wish, value)).facts["attributes"]["olcSyncrepl"]
    assert after.count("tls_cacert=") == 1 and "starttls=critical" in after


def test_without_its_file_of_authorities_nothing_is_asked(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish = {**change(tmp_path), "ca_file": "/nowhere/ca.pem"}
    assert "starttls=critical" in SyncreplKind().plan(wish, before(wish)).facts["attributes"]["olcSyncrepl"][0]
    assert asked["argv"] is None


def test_no_password_is_shown_and_the_state_is_put_back_as_a_whole(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish, kind = change(tmp_path), SyncreplKind()
    old = before(wish)
    shown = kind.shown(wish, old, kind.plan(wish, old))
    assert shown[0][0] == "olcSyncrepl: provider=ldap://ldap1:389" and "starttls=critical" in shown[1][0]
    assert "hunter" not in str(shown)
    assert kind.identity(wish)["attributes"] == ["olcSyncrepl"] and kind.refresh(kind.identity(wish), old) is False


@pytest.mark.parametrize(("code", "simple", "fine"), [(0, True, True), (32, True, True), (49, True, False), (48, False, True),
                                                      (49, False, True), (None, True, False), (255, False, False)])
def test_what_counts_as_an_answer(asked: dict[str, Any], code: int | None, simple: bool, fine: bool) -> None:
    asked["code"] = code
    value = PLAIN if simple else "provider=ldap://ldap1:389 bindmethod=sasl saslmech=external"
    assert (module.find_problem(value, US) == "") is fine
    asked.update(code=49, stderr="ldap_start_tls: Protocol error (2)")
    assert module.find_problem(value, US)


def test_after_the_change_it_is_asked_again(tmp_path: Path, asked: dict[str, Any]) -> None:
    wish, kind = change(tmp_path), SyncreplKind()
    old = before(wish)
    new = kind.plan(wish, old)
    assert kind.find_lost(kind.identity(wish), old, new) == []
    asked.update(code=255, stderr="ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)")
    assert kind.find_lost(kind.identity(wish), old, new)[0].startswith(
        "the replica olcDatabase={1}mdb,cn=config of ldap://ldap1:389: it does not answer")
    assert kind.find_lost(kind.identity(wish), new, new) == []
