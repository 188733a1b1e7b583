# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Root loads only what nobody else could have put there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host.guarded import distrust


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose parents are all root's; pytest's own is below /tmp, which everybody may write."""
    if os.geteuid() != 0:
        pytest.skip("only root can make files of root's")
    folder = Path(tempfile.mkdtemp(dir="/var/lib"))
    folder.chmod(0o755)
    (folder / "bin").mkdir()
    (folder / "bin" / "prog").write_text("")
    yield folder
    shutil.rmtree(folder)


def test_what_the_system_brought_is_trusted() -> None:
    assert distrust("/bin/sh") is None
    assert distrust("/usr/bin/../bin/./env") is None


@pytest.mark.parametrize(("path", "words"), [
    ("bin/sh", "not an absolute path"), ("/bin/sh\0x", "not an absolute path"), ("/no/such", "cannot be read"),
    ("/bin", "is not a file"), ("/dev/null", "can be written"), ("/tmp", "can be written"), ("/", "is not a file"),
])
def test_what_is_not(path: str, words: str) -> None:
    assert words in str(distrust(path))


def test_a_file_of_root_in_a_folder_of_root(place: Path) -> None:
    assert distrust(str(place / "bin" / "prog")) is None
    (place / "link").symlink_to("bin/../bin/prog")
    (place / "way").symlink_to(place / "bin")
    assert distrust(str(place / "link")) is None
    assert distrust(str(place / "way" / "prog")) is None


@pytest.mark.parametrize("what", ["bin", "bin/prog", "link", "way"])
def test_one_step_of_another_account_is_enough(place: Path, what: str) -> None:
    (place / "link").symlink_to("way/prog")
    (place / "way").symlink_to(place / "bin")
    assert distrust(str(place / "link")) is None
    os.lchown(place / what, 65534, 65534)
    assert "belongs to uid 65534" in str(distrust(str(place / "link")))


@pytest.mark.parametrize(("what", "mode", "group"), [
    ("bin", 0o757, 0), ("bin", 0o1777, 0), ("bin/prog", 0o757, 0), ("bin", 0o775, 65534), ("bin/prog", 0o775, 65534),
])
def test_one_step_that_others_may_write_is_enough(place: Path, what: str, mode: int, group: int) -> None:
    os.chown(place / what, 0, group)
    (place / what).chmod(mode)
    assert "can be written by accounts other than root" in str(distrust(str(place / "bin" / "prog")))


def test_a_circle_of_links_ends(place: Path) -> None:
    (place / "a").symlink_to("b")
    (place / "b").symlink_to("a")
    assert "Too many levels of symbolic links" in str(distrust(str(place / "a")))
