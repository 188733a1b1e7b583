# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files are swapped whole, keep their owner and mode, and leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files


def a_file(content: bytes, mode: int = 0o640) -> State:
    return State({"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": mode}, content)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "x.conf")
    for state in (a_file(b"one"), a_file(b"two", 0o600), State({"form": "link", "target": "../y"}), a_file(b""), ABSENT):
        files.write_state(path, state)
        assert files.read_state(path) == state
    assert os.listdir(tmp_path) == []


def test_the_old_content_is_there_until_the_new_one_is(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    inode = path.stat().st_ino
    with open(path, "rb") as reader:
        files.write_state(str(path), a_file(b"new"))
        assert reader.read() == b"old"
    assert path.stat().st_ino != inode


def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.label", b"kept")
    except OSError:
        pytest.skip("this file system has no user attributes")
    files.write_state(str(path), a_file(b"new"))
    assert os.getxattr(path, "user.label") == b"kept"


def test_a_neighbour_left_by_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    path = str(tmp_path / "x.conf")
    Path(files.neighbour(path)).write_bytes(b"half")
    files.write_state(path, a_file(b"whole"))
    assert os.listdir(tmp_path) == ["x.conf"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = str(tmp_path / "x.conf")
    os.symlink(victim, files.neighbour(path))
    files.write_state(path, a_file(b"new"))
    assert victim.read_bytes() == b"precious"


def test_what_cannot_be_handled_is_named(tmp_path: Path) -> None:
    with pytest.raises(TransactionError, match="neither a file nor a link"):
        files.read_state(str(tmp_path))
    with pytest.raises(TransactionError, match="does not exist"):
        files.write_state(str(tmp_path / "none" / "x"), a_file(b""))
