# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What root acts on is refused as soon as another account could have changed it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import guarded

OTHER = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to another account")


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077, 0o177])
def test_every_level_has_the_mode_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert guarded.make_folder(str(tmp_path / "a" / "b" / "c"), 0o750)
    finally:
        os.umask(before)
    for folder in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o750
    assert not guarded.make_folder(str(tmp_path / "a" / "b" / "c"), 0o750)


def writable(folder: Path) -> None:
    folder.mkdir(0o700)
    folder.chmod(0o777)


def writable_to_group(folder: Path) -> None:
    folder.mkdir(0o700)
    folder.chmod(0o775)


def sticky(folder: Path) -> None:
    folder.mkdir(0o700)
    folder.chmod(0o1777)


def anothers(folder: Path) -> None:
    folder.mkdir(0o700)
    os.chown(folder, OTHER, 0)


def a_link(folder: Path) -> None:
    folder.parent.joinpath("elsewhere").mkdir(0o700)
    folder.symlink_to("elsewhere")


def a_file(folder: Path) -> None:
    folder.write_text("")


@needs_root
@pytest.mark.parametrize(("make", "words"), [
    (writable, "0777.*chmod go-w"), (writable_to_group, "0775.*chmod go-w"), (sticky, "1777.*chmod go-w"),
    (anothers, "belongs to uid 65534.*chown root"), (a_link, "is a link.*Replace the link"), (a_file, "is no folder"),
])
def test_a_folder_that_another_could_have_filled_is_refused(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "state")
    with pytest.raises(TransactionError, match=words):
        guarded.make_folder(str(tmp_path / "state"), 0o700)
    assert "state" in [path.name for path in tmp_path.iterdir()]


@needs_root
@pytest.mark.parametrize("make", [writable, writable_to_group, anothers])
def test_so_is_one_below_it(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "above")
    (tmp_path / "above" / "state").mkdir(0o700)
    for name in ("state", "new"):
        with pytest.raises(TransactionError, match="above"):
            guarded.make_folder(str(tmp_path / "above" / name), 0o700)
    assert [path.name for path in (tmp_path / "above").iterdir()] == ["state"]


@needs_root
def test_what_a_link_above_leads_through_counts(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to("open/./real/../real")
    assert guarded.make_folder(str(tmp_path / "link" / "state"), 0o700)
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(TransactionError, match="open has the mode 0777"):
        guarded.make_folder(str(tmp_path / "link" / "state"), 0o700)
    (tmp_path / "open").chmod(0o755)
    os.chown(tmp_path / "link", OTHER, 0, follow_symlinks=False)
    with pytest.raises(TransactionError, match="link belongs to uid 65534"):
        guarded.make_folder(str(tmp_path / "link" / "state"), 0o700)


def test_links_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(TransactionError):
        guarded.make_folder(str(tmp_path / "a" / "state"), 0o700)


def test_a_file_of_roots_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"content")
    path.chmod(0o644)
    assert guarded.read_file(str(path)) == b"content"


@needs_root
@pytest.mark.parametrize(("damage", "words"), [
    (lambda path: path.chmod(0o666), "0666"), (lambda path: path.chmod(0o620), "0620"),
    (lambda path: os.chown(path, OTHER, OTHER), "belongs to uid 65534"),
    (lambda path: (path.rename(path.with_name("real")), path.symlink_to("real")), "is a link"),
    (lambda path: (path.unlink(), os.mkfifo(path)), "is no file"),
])
def test_a_file_that_another_could_have_written_is_refused(
    tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"content")
    damage(path)
    with pytest.raises(TransactionError, match=words):
        guarded.read_file(str(path))
