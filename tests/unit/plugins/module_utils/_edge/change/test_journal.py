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
    with pytest.raises(RestoreError, match="before-00-x is not what was written"):
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
