# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind file on real files: content, links, absence, owner and mode; what makes no sense is refused before anything."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind, find_ownership
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import plan_step

KIND = FileKind()
OURS = {"owner": str(os.geteuid()), "group": str(os.getegid())}
NEW: dict[str, Any] = {"form": "file", "uid": 0, "gid": 0, "mode": 0o644}


def apply(change: dict[str, Any]) -> None:
    step = plan_step({"kind": "file", **change})
    KIND.apply(step.identity, step.after)


def test_content_link_and_absence_come_and_are_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "tls.conf"
    path.write_text("theirs\n")
    path.chmod(0o600)
    for wish in ({"content": "ours\n"}, {"state": "link", "target": "elsewhere"}, {"state": "absent"}):
        step = plan_step({"kind": "file", "path": str(path), **wish})
        KIND.apply(step.identity, step.after)
        assert KIND.read(step.identity) == step.after and KIND.files(step.identity, step.after) == {str(path): step.after}
        assert not plan_step({"kind": "file", "path": str(path), **wish}).differs
        KIND.restore(step.identity, step.before)
        assert path.read_text() == "theirs\n" and stat.S_IMODE(path.lstat().st_mode) == 0o600


def test_a_restore_of_what_is_there_already_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tls.conf"
    path.write_text("theirs\n")
    step = plan_step({"kind": "file", "path": str(path), "content": "ours\n"})
    inode = path.stat().st_ino
    KIND.restore(step.identity, step.before)
    assert path.stat().st_ino == inode


def test_a_mode_that_is_asked_for_holds_and_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    apply({"path": str(path), "content": "a", "mode": "0600", **OURS})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    apply({"path": str(path), "content": "b"})
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("b", 0o600)


def test_new_files_are_roots_and_of_a_link_nothing_is_taken_over() -> None:
    assert find_ownership({}, ABSENT) == NEW
    assert find_ownership({}, State({"form": "link", "target": "x", "uid": 7, "gid": 7})) == NEW


def test_accounts_go_by_name_or_number() -> None:
    me, mine = pwd.getpwuid(os.geteuid()), grp.getgrgid(os.getegid())
    assert find_ownership({"owner": me.pw_name, "group": mine.gr_name}, ABSENT) == {**NEW, "uid": me.pw_uid, "gid": mine.gr_gid}
    assert find_ownership({"owner": 12345, "group": "54321"}, ABSENT) == {**NEW, "uid": 12345, "gid": 54321}


@pytest.mark.parametrize(("wish", "words"), [
    ({"owner": "no-such-user"}, "There is no user 'no-such-user'"),
    ({"group": "no-such-group"}, "There is no group 'no-such-group'"),
    ({"owner": "-1"}, "There is no user '-1'"), ({"owner": ""}, "There is no user ''"),
    ({"owner": str(2**32 - 1)}, "beyond the largest number"), ({"group": "9" * 40}, "beyond the largest number"),
    ({"mode": "0666666"}, "mode"), ({"mode": 416}, "mode"),
])
def test_an_owner_or_mode_that_means_nothing_is_refused(wish: dict[str, Any], words: str) -> None:
    with pytest.raises(IntransitError, match=words):
        find_ownership(wish, ABSENT)


def test_an_access_list_goes_only_if_a_mode_is_asked_for() -> None:
    before = State({**NEW, "attributes": {"system.posix_acl_access": "AgAA", "user.note": "eA=="}}, b"")
    assert find_ownership({}, before)["attributes"] == before.facts["attributes"]
    assert find_ownership({"mode": "0640"}, before)["attributes"] == {"user.note": "eA=="}


@pytest.mark.parametrize("path", ["relative", "/etc/../passwd", "/etc//a", "/etc/a/", "", "/etc/a\nb"])
def test_a_path_that_could_mean_another_file_is_refused(path: str) -> None:
    with pytest.raises(IntransitError, match="path"):
        KIND.identity({"path": path})


def test_a_change_has_to_say_what_it_wants(tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    with pytest.raises(TransactionError, match="has no `content`"):
        plan_step({"kind": "file", "path": path})
    with pytest.raises(TransactionError, match="has no `target`"):
        plan_step({"kind": "file", "path": path, "state": "link"})
    assert plan_step({"kind": "file", "path": path, "content": ""}).after.content == b""


def test_of_a_file_of_others_only_a_summary_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("bind secret-word\n")
    shown = plan_step({"kind": "file", "path": str(path), "content": "# intransit.tls\n"}).shown
    assert shown is not None and "secret-word" not in str(shown[0]) and "1 lines, sha256" in str(shown[0])
    path.write_text("# intransit.tls\nfirst\n")
    assert plan_step({"kind": "file", "path": str(path), "content": "second"}).shown is None
