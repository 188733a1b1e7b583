# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The journal holds all that undoing needs, and nobody but its owner reads it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import RestoreError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal

BEFORE = State({"form": "file", "uid": 0, "gid": 0, "mode": 0o644}, b"old\n")
AFTER = State({"form": "file", "uid": 0, "gid": 0, "mode": 0o644}, b"new\n")
STEP = Step({"kind": "file", "path": "/etc/x", "content": "new\n"}, {"kind": "file", "path": "/etc/x"}, "/etc/x", BEFORE, AFTER)


def begun(tmp_path: Path) -> Journal:
    journal = Journal("apache", str(tmp_path))
    with journal.locked(1):
        journal.begin([STEP], {"units": {"apache2.service": True}})
    return journal


def test_it_brings_back_what_was_there(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    assert journal.open
    body = Journal("apache", str(tmp_path)).load()
    assert body["entries"][0]["before_state"] == BEFORE
    assert body["extra"] == {"units": {"apache2.service": True}}
    journal.close()
    assert not journal.open
    assert os.listdir(journal.folder) == ["lock"]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    assert stat.S_IMODE(os.stat(journal.folder).st_mode) == 0o700
    for name in os.listdir(journal.folder):
        assert stat.S_IMODE(os.stat(os.path.join(journal.folder, name)).st_mode) == 0o600, name


def test_a_damaged_backup_or_journal_is_loud(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    (Path(journal.folder) / "before-00-x").write_bytes(b"other")
    with pytest.raises(RestoreError, match="before-00-x is corrupt"):
        journal.load()
    Path(journal.path).write_bytes(b"{")
    with pytest.raises(RestoreError, match="cannot be used"):
        journal.load()


def test_two_runs_wait_for_each_other(tmp_path: Path) -> None:
    first, second = Journal("apache", str(tmp_path)), Journal("apache", str(tmp_path))
    with first.locked(1):
        with pytest.raises(TransactionError, match="Another run"):
            with second.locked(0.3):
                raise AssertionError("both hold the lock")
    with second.locked(0.3):
        second.begin([STEP], {})
    assert second.open


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_no_umask_opens_any_level(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Journal("apache", str(tmp_path / "state")).locked(1):
            pass
    finally:
        os.umask(before)
    for folder in (tmp_path / "state", tmp_path / "state" / "apache"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to another account")
@pytest.mark.parametrize("planted", ["root", "service"])
def test_a_folder_that_another_account_could_fill_is_not_believed(tmp_path: Path, planted: str) -> None:
    journal = begun(tmp_path / "state")
    (tmp_path / "state" if planted == "root" else Path(journal.folder)).chmod(0o777)
    with pytest.raises(TransactionError, match="mode 0777.*chmod go-w"):
        with Journal("apache", str(tmp_path / "state")).locked(1):
            raise AssertionError("a planted journal would be used")


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files to another account")
@pytest.mark.parametrize("name", ["journal.json", "before-00-x"])
def test_a_file_that_another_account_could_have_written_is_not_believed(tmp_path: Path, name: str) -> None:
    journal = begun(tmp_path)
    path = Path(journal.folder) / name
    assert journal.load()
    path.chmod(0o666)
    with pytest.raises(TransactionError, match=f"{name} has the mode 0666"):
        journal.load()
    path.chmod(0o600)
    os.chown(path, 65534, 65534)
    with pytest.raises(TransactionError, match="belongs to uid 65534"):
        journal.load()
    os.chown(path, 0, 0)
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(TransactionError, match="is a link"):
        journal.load()


def test_a_journal_that_leads_nowhere_is_no_closed_one(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    os.unlink(journal.path)
    os.symlink("nowhere", journal.path)
    assert journal.open
    with pytest.raises(TransactionError, match="is a link"):
        journal.load()


def test_attributes_and_labels_survive(tmp_path: Path) -> None:
    facts = {**BEFORE.facts, "attributes": {"user.x": "AA=="}}
    step = Step(STEP.change, STEP.identity, STEP.label, State(facts, b"old", {"security.y": "eA=="}), AFTER)
    journal = Journal("apache", str(tmp_path))
    with journal.locked(1):
        journal.begin([step], {})
        found = journal.load()["entries"][0]["before_state"]
    assert found == step.before and found.labels == step.before.labels
