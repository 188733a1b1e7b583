# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each question of a pack, answered on whatever machine runs the tests."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Steps
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import answers
from ansible_collections.intransit.tls.plugins.module_utils._edge.service.answers import drive

Program = Callable[[str, str], Path]


def test_a_pack_is_driven_to_its_end_and_may_raise() -> None:
    def read(fails: bool) -> Steps[list[str]]:
        first = yield from model.kind_of("/")
        second = yield from model.kind_of("/no/such/path")
        if fails:
            raise DialectError("no")
        return [first, second]

    assert drive(read(False)) == ["folder", "absent"]
    with pytest.raises(DialectError, match="no"):
        drive(read(True))


def test_every_question_has_an_answer() -> None:
    assert set(answers._ANSWERS) == set(model.Question.__args__)


def test_a_text_keeps_every_byte_and_says_why_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"caf\xe9\r\n")
    assert drive(model.read_text(str(path))) == model.Text("caf\udce9\r\n")
    absent = drive(model.read_text(str(tmp_path / "b")))
    assert not absent.exists and absent.problem == f"{tmp_path}/b cannot be read: No such file or directory."
    folder = drive(model.read_text(str(tmp_path)))
    assert folder.exists and folder.text == "" and folder.problem.endswith("cannot be read: Is a directory.")
    monkeypatch.setattr(model, "FILE_LIMIT", 3)
    assert "longer than 3 characters" in drive(model.read_text(str(path))).problem


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = drive(model.read_text(str(tmp_path / "pipe")))
    assert found.exists and found.problem == f"{tmp_path}/pipe cannot be read: it is not a file."
    assert drive(model.read_text("a\0b")).problem.endswith("cannot be read: embedded null byte.")


def test_paths_are_sorted_and_a_literal_one_stands_for_itself(tmp_path: Path) -> None:
    for name in ("b*.x", "bc.x", "a.x"):
        (tmp_path / name).touch()
    assert drive(model.find_paths(f"{tmp_path}/*.x")) == tuple(f"{tmp_path}/{name}" for name in ("a.x", "b*.x", "bc.x"))
    assert drive(model.find_paths(model.escape_pattern(f"{tmp_path}/b*") + ".x")) == (f"{tmp_path}/b*.x",)


def test_what_a_path_leads_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "broken").symlink_to("none")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        names = ("file", "link", "broken", "pipe", "socket", "")
        assert [drive(model.kind_of(f"{tmp_path}/{name}")) for name in names] == [
            "file", "file", "absent", "other", "socket", "folder"]
    assert drive(model.kind_of("a\0b")) == "absent"


@pytest.mark.parametrize("mode", [0o666, 0o602])
def test_what_another_account_can_write_is_named(tmp_path: Path, mode: int) -> None:
    (tmp_path / "sites-enabled").mkdir(mode=0o755)
    site = tmp_path / "sites-enabled" / "a.conf"
    site.write_text("")
    site.chmod(0o644)
    # Everything belongs to root only if root runs the tests.
    expected = "" if os.geteuid() == 0 else str(tmp_path)
    assert drive(model.find_writable(str(tmp_path))) == expected
    site.chmod(mode)
    assert drive(model.find_writable(str(tmp_path))) == (expected or str(site))


def test_a_folder_of_another_account_counts_behind_a_link_too(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(elsewhere)
    elsewhere.chmod(0o777)
    expected = str(root / "linked") if os.geteuid() == 0 else str(root)
    assert drive(model.find_writable(str(root))) == expected


def test_a_program_and_how_it_ended(tmp_path: Path, program: Program) -> None:
    program("shows", 'printf "$X caf\\351"; echo sorry >&2; exit $1\n')
    good = drive(model.run(["shows", "0"], environment={"X": "y"}))
    assert (good.ok, good.stdout, good.stderr, good.problem) == (True, "y caf\udce9", "sorry\n", "")
    bad = drive(model.run(["shows", "3"]))
    assert not bad.ok and bad.problem == "`shows 3` ended with 3" and bad.words.startswith("sorry")


def test_a_program_that_cannot_be_run_is_a_problem(tmp_path: Path) -> None:
    absent = drive(model.run(["/no/such/program"]))
    assert not absent.ok and absent.problem.startswith("Cannot run `/no/such/program`") and absent.words == absent.problem
    nowhere = drive(model.run(["true"], as_owner_of=str(tmp_path / "none")))
    assert not nowhere.ok and "none" in nowhere.problem


def test_a_program_that_prints_too_much_is_a_problem_and_not_a_part(program: Program) -> None:
    program("shows", "head -c 2000 /dev/zero\n")
    found = drive(model.run(["shows"], keep=1000))
    assert not found.ok and found.stdout == "" and "more than 1000 bytes" in found.problem


def test_a_program_that_does_not_end_is_a_problem(program: Program) -> None:
    program("waits", "sleep 60\n")
    assert "did not end" in drive(model.run(["waits"], timeout=0.2)).problem


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_as_reader_it_is_nobody_with_one_right(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("read me")
    secret.chmod(0o600)
    assert drive(model.run(["cat", str(secret)], as_reader=True)).stdout == "read me"
    shown = drive(model.run(["id", "-un"], as_reader=True))
    assert shown.stdout == "nobody\n"
    assert not drive(model.run(["touch", str(secret)], as_reader=True)).ok


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_as_owner_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    assert drive(model.run(["id", "-u"], as_owner_of=str(folder))).stdout == "65534\n"


def test_the_library_of_a_program_that_root_alone_can_write(tmp_path: Path) -> None:
    found = drive(model.find_library("/no/such/file", "/usr/bin/openssl"))
    assert found.library is not None and found.library.name == "openssl" and found.problem == ""
    mine = tmp_path / "openssl"
    mine.write_bytes(Path("/usr/bin/openssl").read_bytes())
    mine.chmod(0o777)
    refused = drive(model.find_library(str(mine)))
    assert refused.library is None and refused.problem
    assert drive(model.find_library("/no/such/file")) == model.Linked()


def test_the_version_of_a_package() -> None:
    assert drive(model.version_of("dpkg"))
    assert drive(model.version_of("no-such-package-intransit")) is None
