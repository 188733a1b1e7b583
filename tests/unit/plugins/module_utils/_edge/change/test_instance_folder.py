# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folder of a test instance is the owner's alone, whatever the umask is, and holds what was staged as it shall be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.change.mounts import Mount
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_folder import Scratch


def test_every_level_is_closed_whatever_the_umask_is(tmp_path: Path) -> None:
    for umask in (0o000, 0o022, 0o077):
        previous = os.umask(umask)
        try:
            scratch = Scratch("apache", str(tmp_path / (f"{umask:o}")))
            scratch.make()
            scratch.write("start", "x")
        finally:
            os.umask(previous)
        for folder, names, leaves in os.walk(tmp_path / (f"{umask:o}")):
            assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
            assert all(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600 for name in leaves), names
        scratch.remove()
        assert not os.path.exists(scratch.path)


def test_a_folder_that_others_could_have_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "file").write_text("")
    for name in ("link", "open", "file"):
        with pytest.raises(TransactionError, match="Nothing|nothing was done"):
            Scratch("x", str(tmp_path / name)).make()


def test_staged_files_have_their_owner_and_mode(tmp_path: Path) -> None:
    scratch = Scratch("x", str(tmp_path / "r"))
    scratch.make()
    facts = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o640}
    placed = scratch.stage({"/etc/a": State(facts, b"a"), "/etc/b": ABSENT,
                            "/etc/c": State({"form": "link", "target": "../a"})})
    assert placed == (("0", "/etc/a"), ("", "/etc/b"), ("2", "/etc/c"))
    assert stat.S_IMODE(os.stat(scratch.of("staged", "0")).st_mode) == 0o640
    assert os.readlink(scratch.of("staged", "2")) == "../a"


def test_a_covered_folder_keeps_owner_and_mode(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir(mode=0o700)
    folder.chmod(0o1730)
    scratch = Scratch("x", str(tmp_path / "r"))
    scratch.make()
    (tmp_path / "hosts").write_text("")
    scratch.skeleton([Mount(str(tmp_path / "hosts"), False), Mount(str(folder), True)])
    assert os.path.isfile(scratch.of("skeleton", "0", "l")) and os.listdir(scratch.of("skeleton", "0")) == ["l"]
    assert sorted(os.listdir(scratch.of("skeleton", "1"))) == ["l", "u", "w"]
    assert stat.S_IMODE(os.stat(scratch.of("skeleton", "1", "u")).st_mode) == 0o1730
