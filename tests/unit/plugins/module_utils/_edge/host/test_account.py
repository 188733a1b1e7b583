# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Root does as the owner of a folder what is done in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")
NOBODY, NOGROUP, OTHER = 65534, 65534, 65533


@pytest.fixture
def tree() -> Iterator[Path]:
    """A folder below /var/tmp that another account can enter; pytest's own is closed to it."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "cn=config").mkdir()
    (folder / "cn=config" / "a.ldif").write_text("a")
    yield folder
    shutil.rmtree(folder)


def give(folder: Path, uid: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.lchown(path, uid, NOGROUP)


@root_only
def test_a_folder_of_roots_changes_nothing(tree: Path) -> None:
    assert account.owner_of(str(tree)) == account.Account(0, 0)
    assert command.run(["id", "-u"], user=account.Account(0, 0)).stdout.strip() == "0"


@root_only
def test_one_file_of_another_account_is_enough(tree: Path) -> None:
    os.chown(tree / "cn=config" / "a.ldif", NOBODY, NOGROUP)
    assert account.owner_of(str(tree)).uid == NOBODY


@root_only
def test_a_link_to_the_folder_is_judged_by_where_it_leads(tree: Path) -> None:
    give(tree / "cn=config", NOBODY)
    (tree / "link").symlink_to(tree / "cn=config")
    assert account.owner_of(str(tree / "link")).uid == NOBODY


@root_only
def test_what_two_accounts_own_is_refused(tree: Path) -> None:
    give(tree, NOBODY)
    os.chown(tree / "cn=config" / "a.ldif", OTHER, NOGROUP)
    with pytest.raises(TransactionError, match="belongs to several accounts .uid 65533, 65534."):
        account.owner_of(str(tree))


@root_only
@pytest.mark.parametrize(("mode", "group", "fits"), [(0o775, 65534, False), (0o757, 0, False), (0o775, 0, True)])
def test_a_folder_of_roots_that_others_may_write_is_refused(tree: Path, mode: int, group: int, fits: bool) -> None:
    os.chown(tree / "cn=config", 0, group)
    (tree / "cn=config").chmod(mode)
    if fits:
        assert account.owner_of(str(tree)).uid == 0
    else:
        with pytest.raises(TransactionError, match="other accounts may write it"):
            account.owner_of(str(tree))


def test_no_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TransactionError, match="Cannot read"):
        account.owner_of(str(tmp_path / "gone"))
    (tmp_path / "file").write_text("")
    with pytest.raises(TransactionError, match="is not a folder"):
        account.owner_of(str(tmp_path / "file"))


@root_only
def test_a_program_runs_as_the_account_and_with_nothing_of_roots() -> None:
    shown = "id -u; id -g; id -G; umask; pwd; echo $HOME; grep ^Cap[EP] /proc/self/status"
    lines = command.run(["sh", "-c", shown], user=account.Account(NOBODY, NOGROUP)).stdout.split("\n")
    assert lines[:6] == ["65534", "65534", "65534", "0077", "/", "/"]
    assert [line.split()[1] for line in lines[6:8]] == ["0" * 16, "0" * 16]


@root_only
def test_a_block_acts_as_the_account_and_root_comes_back(tree: Path) -> None:
    secret = tree / "secret"
    secret.write_text("of root")
    secret.chmod(0o600)
    give(tree / "cn=config", NOBODY)
    before = (os.geteuid(), os.getegid(), os.getgroups())
    with pytest.raises(RuntimeError), account.act_as(account.Account(NOBODY, NOGROUP)):
        with pytest.raises(PermissionError):
            secret.read_text()
        (tree / "cn=config" / "new").write_text("x")
        raise RuntimeError
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before
    assert (tree / "cn=config" / "new").stat().st_uid == NOBODY


def test_who_is_not_root_cannot_become_another() -> None:
    """Run in a process of its own, which gives root away first."""
    script = (
        "import os, sys; sys.path[:] = %r\n"
        "from ansible_collections.intransit.tls.plugins.module_utils._edge.host import account, command\n"
        "from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: command.run(['id'], user=account.Account(0, 0))\n"
        "except TransactionError as error: print(error.message)\n"
    )
    import sys

    result = command.run([sys.executable, "-c", script % sys.path])
    assert "cannot become it; run the task with become" in result.stdout, result.words
