# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way back: committed changes are kept, and taken back as a transaction on real files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import (
    RestoreError,
    TransactionError,
    ValidationError,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.history import History, make_validation_back
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import FORMATS_NOW
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import Request, execute, take_back

OWNER = {"owner": str(os.geteuid()), "group": str(os.getegid())}


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The moments at which the next changes are committed."""
    coming = [f"20261130T0500{second:02d}Z" for second in range(60)]
    monkeypatch.setattr(transaction, "name_moment", lambda: coming.pop(0))
    return coming


class Host:
    """A folder of settings and the journal of one service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "etc"
        self.folder.mkdir()
        self.journal = Journal("x", str(folder / "var"))
        self.validator = ["true"]

    def write(self, content: str, name: str = "a.conf", **more: Any) -> dict[str, Any]:
        change = {"kind": "file", "path": str(self.folder / name), "content": content, **OWNER, **more}
        return execute(Request("x", (change,), {"command": self.validator}, settle=0.0), self.journal)

    def back(self, name: str = "last", **more: Any) -> dict[str, Any]:
        return take_back("x", name, journal=self.journal, **more)

    def read(self, name: str = "a.conf") -> str:
        return (self.folder / name).read_text()

    def kept(self) -> list[str]:
        return [change.name for change in History(self.journal.folder).changes()]


@pytest.fixture
def host(tmp_path: Path, moments: list[str]) -> Host:
    del moments
    return Host(tmp_path)


def test_the_last_change_is_taken_back_and_that_can_be_taken_back_too(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    os.chmod(host.folder / "a.conf", 0o640)
    host.write("new\n")
    result = host.back()
    assert result["changed"] and result["restores"] == "20261130T050000Z" and result["changes"] == [
        str(host.folder / "a.conf")]
    assert host.read() == "old\n" and (host.folder / "a.conf").stat().st_mode & 0o777 == 0o640
    assert [change["restores"] for change in result["kept"]] == [None, "20261130T050000Z"]
    host.back()
    assert host.read() == "new\n"


def test_a_file_that_was_made_is_removed_again(host: Host) -> None:
    host.write("new\n")
    host.back()
    assert not (host.folder / "a.conf").exists()


def test_an_earlier_change_takes_all_later_ones_with_it(host: Host) -> None:
    (host.folder / "a.conf").write_text("0\n")
    for content in ("1\n", "2\n", "3\n"):
        host.write(content)
    host.write("b\n", "b.conf")
    host.back(host.kept()[1])
    assert host.read() == "1\n" and not (host.folder / "b.conf").exists()


def test_only_the_last_five_are_kept(host: Host) -> None:
    for number in range(8):
        host.write(f"{number}\n")
    assert len(host.kept()) == 5 and len(os.listdir(Path(host.journal.folder) / "kept")) == 5
    host.back(host.kept()[0])
    assert host.read() == "2\n"


def test_two_changes_of_one_second_have_two_names(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "name_moment", lambda: "20261130T060000Z")
    for content in ("1\n", "2\n", "3\n"):
        host.write(content)
    assert host.kept() == ["20261130T060000Z", "20261130T060000Z-2", "20261130T060000Z-3"]
    host.back()
    assert host.read() == "2\n"


def test_an_edit_made_since_is_not_lost(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.write("new\n")
    (host.folder / "a.conf").write_text("edited by hand\n")
    with pytest.raises(TransactionError, match=r"a\.conf was edited .* tls_restore_overwrite=true"):
        host.back()
    assert host.read() == "edited by hand\n"
    host.back(overwrite=True)
    assert host.read() == "old\n"


def test_a_mode_changed_since_is_an_edit_too(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.write("new\n")
    os.chmod(host.folder / "a.conf", 0o600)
    with pytest.raises(TransactionError, match="edited"):
        host.back()


def test_who_put_the_old_state_back_by_hand_has_nothing_to_do(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.write("new\n")
    (host.folder / "a.conf").write_text("old\n")
    result = host.back()
    assert not result["changed"] and len(result["kept"]) == 1


def test_old_settings_that_the_validator_refuses_are_not_put_back(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.validator = ["grep", "-q", "new", f"{{staged:{host.folder / 'a.conf'}}}"]
    host.write("new\n")
    with pytest.raises(ValidationError):
        host.back()
    assert host.read() == "new\n" and len(host.kept()) == 1


def test_check_mode_says_what_would_be_taken_back_and_touches_nothing(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.write("new\n")
    result = host.back(check_mode=True)
    assert result["changed"] and result["diff"] and host.read() == "new\n" and len(host.kept()) == 1


def test_check_mode_leaves_even_the_rest_of_a_run_that_was_cut_off(host: Host) -> None:
    host.write("new\n")
    rest = Path(host.journal.folder) / "kept" / "20261130T070000Z.part"
    rest.mkdir(mode=0o700)
    host.back(check_mode=True)
    assert rest.exists()
    host.back()
    assert not rest.exists()


def test_secrets_of_a_whole_file_are_not_shown(host: Host) -> None:
    (host.folder / "a.conf").write_text("DB_PWD canary-1\n")
    host.write("canary-2\n")
    assert "canary" not in str(host.back())


@pytest.mark.parametrize(("name", "sentence"), [
    ("last", "No change of x is kept on this host"), ("20200101T000000Z", "No change of x is kept"),
])
def test_without_a_kept_change_there_is_a_sentence(host: Host, name: str, sentence: str) -> None:
    with pytest.raises(TransactionError, match=sentence):
        host.back(name)


def test_a_name_that_is_not_kept_is_a_sentence_with_those_that_are(host: Host) -> None:
    host.write("new\n")
    with pytest.raises(TransactionError, match=r"has the name \.\./x\. Kept on this host: 20261130T050000Z\."):
        host.back("../x")


def test_a_change_that_was_undone_is_not_kept(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    (host.folder / "a.conf").write_text("old\n")

    def dead(*_: Any) -> list[str]:
        raise TransactionError("dead")

    with monkeypatch.context() as patched:
        patched.setattr(transaction.unit, "activate", dead)
        with pytest.raises(TransactionError, match="as it was before"):
            host.write("new\n")
    assert host.read() == "old\n" and host.kept() == []


def _end_at(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, calls: int) -> None:
    """End this process in place of the call of ``owner.name`` after so many calls."""
    original, left = getattr(owner, name), [calls]

    def call(*args: Any, **more: Any) -> Any:
        left[0] -= 1
        return original(*args, **more) if left[0] >= 0 else os._exit(9)

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize("cut_off", ["close", "settle"])
def test_a_run_that_is_cut_off_at_the_commit_leaves_one_truth(
    host: Host, monkeypatch: pytest.MonkeyPatch, cut_off: str
) -> None:
    (host.folder / "a.conf").write_text("old\n")
    if os.fork() == 0:
        _end_at(monkeypatch, *((Journal, "close", 0) if cut_off == "close" else (History, "settle", 1)))
        host.write("new\n")
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 9
    result = host.write("newer\n")
    assert (result["recovered"] is not None) is (cut_off == "close")
    assert len(host.kept()) == (1 if cut_off == "close" else 2)
    host.back(host.kept()[0])
    assert host.read() == "old\n"


def test_a_damaged_or_foreign_record_is_not_used(host: Host) -> None:
    (host.folder / "a.conf").write_text("old\n")
    host.write("new\n")
    folder = Path(host.journal.folder) / "kept" / host.kept()[0]
    backup = next(folder.glob("before-*"))
    assert folder.stat().st_mode & 0o777 == 0o700 and backup.stat().st_mode & 0o777 == 0o600
    backup.write_text("other\n")
    with pytest.raises(RestoreError, match="corrupt"):
        host.back()
    with pytest.raises(RestoreError, match="Move that folder away"):
        host.write("newer\n")
    assert host.read() == "new\n"
    backup.write_text("old\n")
    os.chmod(folder / "change.json", 0o666)
    with pytest.raises(TransactionError, match="other accounts than root"):
        host.back()
    assert host.read() == "new\n"


def test_old_settings_are_started_but_not_judged() -> None:
    how = {"instance": {"command": ["x"], "endpoints": [{"port": 443}], "comparisons": [{"a": 1}], "log": "/x"},
           "requires": ["/new.pem"], "authorities": ["/ca.pem"], "command": ["check"]}
    assert make_validation_back(how) == {
        "instance": {"command": ["x"], "endpoints": [], "comparisons": [], "log": "/x"},
        "requires": [], "authorities": [], "command": ["check"]}
    assert make_validation_back({"command": ["check"], "instance": None})["command"] == ["check"]


EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "assignments": ("A=1\nPASS=hunter2\n", {"values": {"A": "2"}}),
    "keywords": ("BINDPW hunter2\n", {"values": {"TLS_REQCERT": "demand"}}),
    "postfix_main": ("a = 1\nb = hunter2\n", {"values": {"a": "2"}}),
    "postfix_master": ("smtp inet n - y - - smtpd\n", {"services": [{"service": "smtp", "command": "smtpd", "options": {"o": "x"}}]}),
    "php_settings": ("<?php\n$config['a'] = 'x';\n", {"values": {"a": "y"}}),
    "disabled_lines": ("A on\nPASS hunter2\n", {"lines": [{"number": 1, "text": "A on"}]}),
    "marked_lines": ("a { password hunter2; }\n", {"values": {
        "digest": marks.hash_original("a { password hunter2; }\n"), "added": [[1, 3, "b;"]]}}),
}


@pytest.mark.parametrize(("form", "earlier"), [(form, False) for form in EDITS] + [(form, True) for form in FORMATS_NOW])
def test_an_edited_file_is_taken_back_whatever_its_format(host: Host, form: str, earlier: bool) -> None:
    text, more = EDITS[form]
    (host.folder / "a.conf").write_text(text)
    change = {"kind": "edited_file", "format": form, "path": str(host.folder / "a.conf"), **more}
    assert execute(Request("x", (change,), {"command": ["true"]}, settle=0.0), host.journal)["changed"]
    if earlier:
        # As a version before kept it: the format was the kind.
        for record in (Path(host.journal.folder) / "kept").rglob("*.json"):
            mode, body = record.stat().st_mode, record.read_text()
            record.write_text(body.replace('"kind": "edited_file"', f'"kind": "{form}"').replace(f', "format": "{form}"', ""))
            record.chmod(mode)
    result = host.back()
    assert result["changed"] and host.read() == text
    assert "hunter2" not in str(result["diff"]) or form not in ("marked_lines",)
