# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A transaction on real files: complete, or as if it had never been, whoever kills it.

Units and the wire belong to real hosts (molecule); everything up to there is real here.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import struct
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.phases import UNDOABLE
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    IntransitError,
    TransactionError,
    ValidationError,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.file import FileKind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import Request, execute
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files

UID, GID = str(os.geteuid()), str(os.getegid())


def changes(folder: Path) -> list[dict[str, Any]]:
    return [
        {"kind": "file", "path": str(folder / "a.conf"), "content": "new a\n", "owner": UID, "group": GID},
        {"kind": "edited_file", "format": "assignments", "path": str(folder / "b.env"), "values": {"KEY": "new b"}},
        {"kind": "file", "path": str(folder / "c.conf"), "state": "absent"},
        {"kind": "file", "path": str(folder / "d.conf"), "state": "link", "target": "a.conf"},
    ]


def prepare(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    (folder / "a.conf").write_text("old a\n")
    (folder / "b.env").write_text("# kept\nKEY=old\nOTHER=1\n")
    (folder / "c.conf").write_text("old c\n")
    return picture(folder)


def picture(folder: Path) -> dict[str, bytes]:
    return {path.name: (os.readlink(path).encode() if path.is_symlink() else path.read_bytes()) for path in folder.iterdir()}


def request(folder: Path, **more: Any) -> Request:
    grep = ["grep", "-q", "new", f"{{staged:{folder / 'a.conf'}}}"]
    return Request(service="x", changes=tuple(changes(folder)), validation={"command": grep}, settle=0.0, **more)


def test_all_is_changed_once_and_then_nothing(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    prepare(folder)
    result = execute(request(folder), journal)
    assert result["changed"] and len(result["changes"]) == 4
    assert picture(folder) == {"a.conf": b"new a\n", "b.env": b"# kept\nKEY=\"new b\"\nOTHER=1\n", "d.conf": b"a.conf"}
    inodes = {path.name: path.lstat().st_ino for path in folder.iterdir()}
    again = execute(request(folder), journal)
    assert not again["changed"] and again["diff"] == []
    assert inodes == {path.name: path.lstat().st_ino for path in folder.iterdir()}, "a file was written for no change"
    assert not journal.open


def test_check_mode_validates_and_touches_nothing(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    result = execute(request(folder, check_mode=True), journal)
    assert result["changed"] and result["validated"] and "+new a" in result["diff"][0]["prepared"]
    assert picture(folder) == before


def test_what_the_validator_refuses_is_never_swapped(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    bad = Request("x", tuple(changes(folder)), {"command": ["sh", "-c", "echo line 7 is wrong; exit 1"]})
    with pytest.raises(ValidationError, match="line 7 is wrong"):
        execute(bad, journal)
    lying = Request("x", tuple(changes(folder)), {"command": ["echo", "fatal: no"], "forbid": "fatal:"})
    with pytest.raises(ValidationError, match="fatal: no"):
        execute(lying, journal)
    assert picture(folder) == before


def test_without_a_file_that_the_settings_name_nothing_happens(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    how = {"command": ["true"], "requires": [str(folder / "a.conf"), str(folder / "ca.pem")]}
    with pytest.raises(ValidationError, match="ca.pem, which is not there. Nothing was changed"):
        execute(Request("x", tuple(changes(folder)), how), journal)
    checked = execute(Request("x", tuple(changes(folder)), how, check_mode=True), journal)
    assert "only be there after a real run" in checked["validated"]
    assert picture(folder) == before


def test_without_a_validator_nothing_happens(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    before = prepare(folder)
    with pytest.raises(TransactionError, match="names no validator"):
        execute(Request("x", tuple(changes(folder)), {}), Journal("x", str(tmp_path / "var")))
    assert picture(folder) == before


def test_a_file_that_the_settings_name_and_nobody_brought_stops_the_run(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    validation = {"command": ["true"], "requires": [str(folder / "a.conf"), "/nowhere/ca.pem"]}
    wanted = Request(service="x", changes=tuple(changes(folder)), validation=validation, settle=0.0)
    with pytest.raises(ValidationError, match="/nowhere/ca.pem, which is not there"):
        execute(wanted, journal)
    assert picture(folder) == before and not journal.open
    looked = execute(dataclasses.replace(wanted, check_mode=True), journal)
    assert looked["changed"] and "only be there after a real run" in looked["validated"]


def test_authorities_that_are_none_stop_the_run(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    validation = {"command": ["true"], "authorities": [str(folder / "a.conf")]}
    with pytest.raises(ValidationError, match="a.conf should name authorities to trust and holds no certificate"):
        execute(Request(service="x", changes=tuple(changes(folder)), validation=validation, settle=0.0), journal)
    assert picture(folder) == before and not journal.open


def test_a_failed_activation_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)

    def dead(*_: Any) -> list[str]:
        raise transaction.TransactionError("the daemon is dead")

    monkeypatch.setattr(transaction.unit, "activate", dead)
    with pytest.raises(TransactionError, match="as it was before") as caught:
        execute(request(folder), journal)
    assert caught.value.details["phase"] == "activate" and len(caught.value.details["restored"]) == 4
    assert picture(folder) == before and not journal.open


def test_what_the_daemons_own_check_refuses_is_put_back_before_a_unit_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    touched: list[Any] = []
    monkeypatch.setattr(transaction.unit, "activate", lambda *given: touched.append(given))
    wanted = request(folder)
    refusing = dict(wanted.validation, own_check=["grep", "-q", "old a", str(folder / "a.conf")])
    with pytest.raises(ValidationError, match="as it was before; the change failed at the step `check`"):
        execute(dataclasses.replace(wanted, validation=refusing), journal)
    assert picture(folder) == before and not journal.open and not touched


def test_an_edit_between_reading_and_swapping_stops_the_run(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    prepare(folder)
    sneaky = ["sh", "-c", f"echo somebody >> {folder / 'b.env'}"]
    with pytest.raises(TransactionError, match="changed by another program or person"):
        execute(Request("x", tuple(changes(folder)), {"command": sneaky}), journal)
    assert (folder / "a.conf").read_text() == "old a\n"
    kept = [name for name in os.listdir(journal.folder) if name.startswith("kept-")]
    assert len(kept) == 1 and "somebody" in (Path(journal.folder) / kept[0]).read_text()


def killed(folder: Path, var: Path, number: int, after_swaps: int) -> None:
    """Run the transaction in a process of its own and have it killed between two swaps."""
    script = """
        import os, signal, sys
        sys.path[:0] = {path!r}
        sys.path.insert(0, {here!r})
        from test_transaction import request, Journal, transaction, Path
        swaps = []
        real = transaction._swap
        def swap(step):
            real(step)
            swaps.append(step)
            if len(swaps) == {after}:
                os.kill(os.getpid(), {number})
        transaction._swap = swap
        transaction.execute(request(Path({folder!r})), Journal("x", {var!r}))
    """
    text = textwrap.dedent(script).format(
        path=sys.path, here=os.path.dirname(__file__), after=after_swaps, number=number, folder=str(folder), var=str(var))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0, done.stderr


@pytest.mark.parametrize("after_swaps", [1, 2, 3, 4])
def test_after_kill_9_in_the_middle_the_next_run_puts_back_first(tmp_path: Path, after_swaps: int) -> None:
    folder, var = tmp_path / "etc", tmp_path / "var"
    prepare(folder)
    killed(folder, var, signal.SIGKILL, after_swaps)
    journal = Journal("x", str(var))
    assert journal.open
    waiting = execute(request(folder, check_mode=True), journal)
    assert waiting["changed"] and len(waiting["recovery_pending"]) == 4 and journal.open
    result = execute(request(folder), journal)
    assert len(result["recovered"]["restored"]) == after_swaps
    assert picture(folder)["a.conf"] == b"new a\n" and not journal.open


def test_after_kill_9_the_old_state_really_comes_back(tmp_path: Path) -> None:
    folder, var = tmp_path / "etc", tmp_path / "var"
    before = prepare(folder)
    killed(folder, var, signal.SIGKILL, 3)
    assert picture(folder) != before
    journal = Journal("x", str(var))
    with pytest.raises(ValidationError):
        execute(Request("x", tuple(changes(folder)), {"command": ["false"]}), journal)
    assert picture(folder) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_request_to_end_leads_through_the_undoing(tmp_path: Path, number: int) -> None:
    folder, var = tmp_path / "etc", tmp_path / "var"
    before = prepare(folder)
    killed(folder, var, number, 2)
    assert picture(folder) == before
    assert not Journal("x", str(var)).open


def test_an_edit_made_after_a_crash_is_kept(tmp_path: Path) -> None:
    folder, var = tmp_path / "etc", tmp_path / "var"
    prepare(folder)
    killed(folder, var, signal.SIGKILL, 2)
    (folder / "a.conf").write_text("repaired by hand\n")
    result = execute(request(folder), Journal("x", str(var)))
    (kept,) = result["recovered"]["kept"]
    assert Path(kept).read_text() == "repaired by hand\n"


def test_changes_that_make_no_sense_are_refused_before_anything(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    path = str(folder / "a.conf")
    for bad, words in (
        ([{"kind": "file", "path": path, "content": "1"}, {"kind": "edited_file", "format": "assignments", "path": path, "values": {}}], "Two changes"),
        ([{"kind": "sorcery", "path": path}], "the kinds are"),
        ([{"kind": "file", "path": path}], "has no `content`"),
        ([{"kind": "file", "path": "a.conf", "content": ""}], "absolute"),
        ([{"kind": "file", "path": path + "/../b", "content": ""}], "absolute"),
        ([{"kind": "edited_file", "format": "assignments", "path": path}], "lacks values"),
        ([{"kind": "file", "path": path, "content": "", "values": {}}], "unknown key values"),
        ([{"kind": "edited_file", "format": "assignments", "path": str(folder / "none"), "values": {"A": "1"}}], "does not exist"),
        ([{"kind": "file", "path": path, "content": "", "owner": "no-such-user"}], "no user"),
        ([{"kind": "file", "path": path, "content": "", "mode": "rw"}], "octal"),
    ):
        with pytest.raises(IntransitError, match=words):
            execute(Request("x", tuple(bad), {"command": ["false"]}), journal)
    assert picture(folder) == before


@pytest.mark.parametrize("more", [
    {"path": "/etc/a\0b", "content": ""}, {"path": "/etc/a\x1b[2J", "content": ""}, {"state": "link"},
    {"state": "link", "target": "a\0b"}, {"content": "", "owner": "\0"}, {"content": "", "owner": "²"},
    {"content": "", "owner": str(2**32 - 1)}, {"content": "", "group": "9" * 5000}, {"content": "", "mode": 640},
])
def test_odd_values_are_sentences(tmp_path: Path, more: dict[str, Any]) -> None:
    change = {"kind": "file", "path": str(tmp_path / "a"), **more}
    with pytest.raises(IntransitError):
        execute(Request("x", (change,), {"command": ["true"]}), Journal("x", str(tmp_path / "var")))
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize("how", ["activation", "killed"])
def test_undoing_brings_back_access_lists_attributes_owners_and_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    folder, var = tmp_path / "etc", tmp_path / "var"
    prepare(folder)
    (folder / "d.conf").write_text("a file that a link replaces\n")
    entries = [(1, 6, -1), (2, 4, 65534), (4, 4, -1), (16, 4, -1), (32, 0, -1)]
    access_list = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    for name in ("a.conf", "b.env", "c.conf", "d.conf"):
        try:
            os.setxattr(folder / name, "system.posix_acl_access", access_list)
            os.setxattr(folder / name, "user.mark", name.encode())
        except OSError:
            pytest.skip("this file system has no attributes")
    before = {path.name: files.read_state(str(path)) for path in folder.iterdir()}
    if how == "killed":
        killed(folder, var, signal.SIGTERM, 4)
    else:
        def dead(*_: Any) -> list[str]:
            assert "user.mark" in os.listxattr(folder / "b.env") and len(os.listxattr(folder / "b.env")) == 2
            raise TransactionError("the daemon is dead")

        monkeypatch.setattr(transaction.unit, "activate", dead)
        with pytest.raises(TransactionError, match="as it was before"):
            execute(request(folder), Journal("x", str(var)))
    assert {path.name: files.read_state(str(path)) for path in folder.iterdir()} == before
    assert all(len(state.facts["attributes"]) == 2 for state in before.values())


def test_a_mode_that_is_asked_for_beats_an_access_list(tmp_path: Path) -> None:
    path = tmp_path / "secret.conf"
    path.write_text("old\n")
    entries = [(1, 6, -1), (2, 4, 65534), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
    try:
        os.setxattr(path, "system.posix_acl_access",
                    struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries))
    except OSError:
        pytest.skip("this file system has no access lists")
    change = {"kind": "file", "path": str(path), "content": "new\n", "mode": "0600"}
    result = execute(Request("x", (change,), {"command": ["true"]}, settle=0.0), Journal("x", str(tmp_path / "var")))
    assert result["changed"] and path.stat().st_mode & 0o777 == 0o600 and os.listxattr(path) == []
    assert "-# access list or attributes: system.posix_acl_access" in result["diff"][0]["prepared"]


def test_disabled_lines_keep_their_words_and_notice_an_edit(tmp_path: Path) -> None:
    path = tmp_path / "site.conf"
    path.write_text("<VirtualHost *:443>\n  SSLProtocol \\\n    all\n  ServerName a\n</VirtualHost>\n")
    change = {"kind": "edited_file", "format": "disabled_lines", "path": str(path), "lines": [{"number": 3, "text": "SSLProtocol     all"}]}
    journal = Journal("x", str(tmp_path / "var"))
    execute(Request("x", (change,), {"command": ["grep", "-q", "ServerName", (
        f"{{staged:{path}}}")]}, settle=0.0), journal)
    lines = path.read_text().splitlines()
    assert lines[1].startswith("# disabled by intransit.tls") and lines[1].rstrip().endswith("SSLProtocol")
    assert lines[2].startswith("# disabled by intransit.tls") and lines[2].endswith("all")
    assert lines[3] == "  ServerName a"
    with pytest.raises(TransactionError, match="has changed since it was read"):
        execute(Request("x", (change,), {"command": ["false"]}), journal)


def test_every_step_that_is_undone_is_a_method_and_they_run_in_the_order_of_the_table(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    prepare(tmp_path / "etc")
    for name in UNDOABLE:
        method = getattr(transaction._Run, name)
        monkeypatch.setattr(transaction._Run, name, lambda run, name=name, method=method: ran.append(name) or method(run))
    execute(request(tmp_path / "etc"), Journal("x", str(tmp_path / "var")))
    assert ran == list(UNDOABLE) == ["journal", "swap", "check", "activate", "confirm", "continuity", "commit"]


def test_a_client_that_does_not_answer_as_before_puts_everything_back(tmp_path: Path) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    asked = ("cat", str(folder / "a.conf"))
    with pytest.raises(TransactionError, match=r"(?s)everything is as it was before.*`continuity`.*a client on this host") as caught:
        execute(request(folder, continuity={"answers": [asked]}), journal)
    assert picture(folder) == before and len(caught.value.details["lost"]) == 1
    assert execute(request(folder, continuity={"answers": [["true"]]}), journal)["changed"]


def test_settings_that_the_daemon_never_took_are_validated_and_taken_and_the_result_can_be_sent(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    prepare(folder)
    execute(request(folder), journal)
    answers = iter([TransactionError("the wire shows old settings"), {"endpoints": [], "findings": []}])

    def confirm(*_given: Any) -> dict[str, Any]:
        answer = next(answers)
        if isinstance(answer, TransactionError):
            raise answer
        return answer

    monkeypatch.setattr(transaction.confirm, "confirm", confirm)
    monkeypatch.setattr(transaction.unit, "activate", lambda *_given: ["reload x"])
    wire = {"endpoints": [{"host": "127.0.0.1", "port": 1, "protocol": "tls"}]}
    result = execute(request(folder, confirmation=wire, continuity={"checks": [{"command": ["false"]}]}), journal)
    assert result["changed"] and result["activated"] == ["reload x"] and isinstance(result["validated"], str)
    json.dumps(result)


def test_what_a_kind_knows_to_be_lost_puts_everything_back_and_remarks_are_kept(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, journal = tmp_path / "etc", Journal("x", str(tmp_path / "var"))
    before = prepare(folder)
    monkeypatch.setattr(FileKind, "remarks", lambda _kind, change, after: [f"left out of {change['path']}"])
    monkeypatch.setattr(FileKind, "find_lost", lambda _kind, identity, old, new: ["the replica of x"])
    with pytest.raises(TransactionError, match=r"(?s)everything is as it was before.*`continuity`.*- the replica of x"):
        execute(request(folder), journal)
    assert picture(folder) == before
    monkeypatch.setattr(FileKind, "find_lost", lambda _kind, identity, old, new: [])
    assert f"left out of {folder / 'a.conf'}" in execute(request(folder), journal)["remarks"]
