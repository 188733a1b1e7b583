# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The link to a certificate set is moved by the transaction, comes back if it fails, and is not kept for later."""

from __future__ import annotations

import hashlib
import os
import ssl
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import Request, execute, recover

DERS = {"old": b"\x30\x03\x02\x01\x07", "new": b"\x30\x03\x02\x01\x08"}


def change_of(folder: Path, name: str = "new") -> dict[str, Any]:
    return {"kind": "certificate_set", "path": str(folder / "www"), "target": f".sets/{name}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, der in DERS.items():
        (tmp_path / ".sets" / name).mkdir(parents=True)
        (tmp_path / ".sets" / name / "fullchain.pem").write_text(ssl.DER_cert_to_PEM_cert(der))
    (tmp_path / "www").symlink_to(".sets/old")
    return tmp_path


def run(folder: Path, journal: Journal, **more: Any) -> dict[str, Any]:
    return execute(Request(
        service="x", changes=(change_of(folder), *more.pop("changes", ())), validation={"command": ["true"]}, settle=0.0,
        **more), journal)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal("x", str(tmp_path / "var"))


def test_the_link_is_moved_and_is_no_change_that_could_be_taken_back(folder: Path, journal: Journal) -> None:
    result = run(folder, journal)
    assert os.readlink(folder / "www") == ".sets/new" and result["changed"] and result["committed"] is None
    assert result["kept"] == [] and not run(folder, journal)["changed"]


def test_beside_other_changes_only_those_are_kept(folder: Path, journal: Journal) -> None:
    other = {"kind": "file", "path": str(folder / "a.conf"), "content": "a\n", "owner": str(os.geteuid()),
             "group": str(os.getegid())}
    (kept,) = run(folder, journal, changes=(other,))["kept"]
    assert kept["changes"] == [str(folder / "a.conf")]


def test_a_failure_brings_the_old_set_back(folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def activate(*_given: Any) -> list[str]:
        assert os.readlink(folder / "www") == ".sets/new"
        raise TransactionError("the unit is dead")

    monkeypatch.setattr(transaction.unit, "activate", activate)
    with pytest.raises(TransactionError, match="everything is as it was before"):
        run(folder, journal)
    assert os.readlink(folder / "www") == ".sets/old" and not journal.open


def test_no_endpoint_may_serve_the_replaced_certificate(
        folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    new = [{"position": 0, "sha256": hashlib.sha256(DERS["new"]).hexdigest()}]
    seen = {"endpoints": [{"certificates": new}], "findings": []}
    monkeypatch.setattr(transaction.confirm, "confirm", lambda _service, how: asked.append(how) or seen)
    monkeypatch.setattr(transaction.unit, "activate", lambda *_given: ["reload x"])
    wire = {"endpoints": [{"host": "127.0.0.1", "port": 1, "protocol": "tls"}]}
    result = run(folder, journal, confirmation=wire)
    assert {tuple(how["replaced"]) for how in asked} == {(hashlib.sha256(DERS["old"]).hexdigest(),)}
    assert result.get("activated") == [], "the wire shows it already, so that the daemon reads it for each connection"


def test_a_daemon_that_serves_a_third_certificate_is_activated(
        folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {"endpoints": [{"certificates": [{"position": 0, "sha256": "0" * 64}]}], "findings": []}
    monkeypatch.setattr(transaction.confirm, "confirm", lambda _service, _how: seen)
    monkeypatch.setattr(transaction.unit, "activate", lambda *_given: ["reload x"])
    wire = {"endpoints": [{"host": "127.0.0.1", "port": 1, "protocol": "tls"}]}
    assert run(folder, journal, confirmation=wire)["activated"] == ["reload x"]


def test_a_daemon_that_was_told_while_it_runs_is_restarted_for_the_way_back(
        folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs: list[str] = []
    monkeypatch.setattr(transaction.unit, "bring_back", lambda _up, verb, *_rest: verbs.append(verb) or ([], None))

    def fail(*_given: Any) -> None:
        raise TransactionError("no")

    monkeypatch.setattr(transaction.unit, "activate", fail)
    with pytest.raises(TransactionError):
        run(folder, journal, verb="live")
    assert verbs == ["restart"]


def test_after_a_crash_the_old_set_is_put_back(folder: Path, journal: Journal) -> None:
    with journal.locked(1.0):
        step = transaction.plan_step(change_of(folder))
        journal.begin([step], {"units": {}, "verb": "reload", "clients": []})
        os.replace(make_link(folder), folder / "www")
        assert recover(journal, "reload", 0.0)["restored"] == [str(folder / "www")]
    assert os.readlink(folder / "www") == ".sets/old"


def make_link(folder: Path) -> Path:
    (folder / "beside").symlink_to(".sets/new")
    return folder / "beside"


def test_what_is_no_link_or_no_set_is_refused(folder: Path, journal: Journal) -> None:
    with pytest.raises(TransactionError, match="which is not there"):
        execute(Request("x", (change_of(folder, "missing"),), {"command": ["true"]}), journal)
    (folder / "www").unlink()
    with pytest.raises(TransactionError, match="is not the link of a certificate set"):
        run(folder, journal)
