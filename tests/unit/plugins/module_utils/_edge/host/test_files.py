# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files are swapped whole, keep their owner and mode, and leave nothing behind."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files


def a_file(content: bytes, mode: int = 0o640) -> State:
    return State({"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": mode}, content)


def a_link(target: str) -> State:
    return State({"form": "link", "target": target, "uid": os.geteuid(), "gid": os.getegid()})


def access_list(*named: "tuple[int, int]", mask: int = 7) -> bytes:
    """An access list as setfacl writes it (acl(5), linux/posix_acl_xattr.h): rw owner, r group, none for others."""
    none = 0xFFFFFFFF
    rows = [(1, 6, none), *((2, rights, uid) for uid, rights in named), (4, 4, none), (16, mask, none), (32, 0, none)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


def with_attributes(path: Path, **values: bytes) -> State:
    for name, value in values.items():
        try:
            os.setxattr(path, {"acl": files.ACCESS_LIST}.get(name, "user." + name), value)
        except OSError as error:
            pytest.skip(f"this file system has no attributes: {error}")
    return files.read_state(str(path))


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "x.conf")
    for state in (a_file(b"one"), a_file(b"two", 0o600), a_link("../y"), a_file(b""), ABSENT):
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


def test_attributes_access_list_and_mode_are_kept_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    before = with_attributes(path, label=b"kept \x00\xff", acl=access_list((65534, 6), (65533, 4), mask=6))
    assert before.facts["mode"] == 0o660 and set(before.facts["attributes"]) == {"user.label", files.ACCESS_LIST}
    for after in (State(before.facts, b"new"), ABSENT, a_link("elsewhere"), a_file(b"other", 0o600)):
        files.write_state(str(path), after)
        assert files.read_state(str(path)) == after
        files.write_state(str(path), before)
        assert files.read_state(str(path)) == before, after
        assert os.getxattr(path, files.ACCESS_LIST) == access_list((65534, 6), (65533, 4), mask=6)


def test_a_mode_without_an_access_list_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    before = with_attributes(path, label=b"kept", acl=access_list((65534, 4)))
    kept = files.drop_access_list(before.facts["attributes"])
    files.write_state(str(path), State({**before.facts, "mode": 0o600, "attributes": kept}, b"secret"))
    assert os.listxattr(path) == ["user.label"] and path.stat().st_mode & 0o777 == 0o600


def test_a_file_inherits_nothing_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    try:
        os.setxattr(folder, "system.posix_acl_default", access_list((65534, 6)))
    except OSError:
        pytest.skip("this file system has no access lists")
    path = folder / "x.conf"
    path.write_bytes(b"old")
    assert files.ACCESS_LIST in os.listxattr(path), "the folder does not hand its access list on"
    files.write_state(str(path), a_file(b"secret", 0o600))
    assert os.listxattr(path) == [] and path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="gives links to another account")
def test_a_link_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.symlink_to("y")
    os.chown(path, 65534, 65533, follow_symlinks=False)
    before = files.read_state(str(path))
    files.write_state(str(path), a_file(b"new"))
    files.write_state(str(path), before)
    assert (path.lstat().st_uid, path.lstat().st_gid, os.readlink(path)) == (65534, 65533, "y")


def test_a_file_that_is_not_what_was_asked_for_never_takes_the_name(tmp_path: Path) -> None:
    # Debian's /proc/sys and such aside, this is how a file system without attributes behaves.
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    wanted = State({**a_file(b"").facts, "attributes": {"system.no_such_thing": "eA=="}}, b"new")
    with pytest.raises(TransactionError, match="does not keep the access list or extended attributes"):
        files.write_state(str(path), wanted)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["x.conf"]


def test_setuid_bits_and_owner_survive(tmp_path: Path) -> None:
    path = tmp_path / "x.conf"
    path.write_bytes(b"old")
    path.chmod(0o2750)
    before = files.read_state(str(path))
    files.write_state(str(path), ABSENT)
    files.write_state(str(path), before)
    assert path.stat().st_mode & 0o7777 == 0o2750


def test_a_neighbour_left_by_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    path = str(tmp_path / "x.conf")
    Path(files.name_neighbour(path)).write_bytes(b"half")
    files.write_state(path, a_file(b"whole"))
    assert os.listdir(tmp_path) == ["x.conf"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = str(tmp_path / "x.conf")
    os.symlink(victim, files.name_neighbour(path))
    files.write_state(path, a_file(b"new"))
    assert victim.read_bytes() == b"precious"


def test_what_cannot_be_handled_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(TransactionError, match="neither a file nor a link"):
        files.read_state(str(tmp_path / "fifo"))
    with pytest.raises(TransactionError, match="neither a file nor a link"):
        files.read_state(str(tmp_path))
    with pytest.raises(TransactionError, match="does not exist"):
        files.write_state(str(tmp_path / "none" / "x"), a_file(b""))
