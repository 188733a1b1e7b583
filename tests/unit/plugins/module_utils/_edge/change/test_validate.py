# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is judged before the swap: a checker sees the staged copies, a test instance really runs, and both can say no."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import Step
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import plan_step
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.validate import (
    overlay_of,
    run_own_check,
    validate,
    wanted_of,
)
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import find_free_port

INSTANCE = {"command": ["/usr/sbin/x"], "settle": 0, "patience": 20}


@pytest.fixture
def steps(tmp_path: Path) -> list[Step]:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "a.conf").write_text("old\n")
    (folder / "b.conf").write_text("goes\n")
    ours = {"owner": str(os.geteuid()), "group": str(os.getegid())}
    return [plan_step({"kind": "file", "path": str(folder / "a.conf"), "content": "new\n", **ours}),
            plan_step({"kind": "file", "path": str(folder / "b.conf"), "state": "absent"})]


def command(*words: str, **more: Any) -> dict[str, Any]:
    return {"command": list(words), **more}


def test_a_checker_reads_the_staged_copy_and_the_file_itself_stays(steps: list[Step], tmp_path: Path) -> None:
    path = steps[0].label
    assert validate("x", command("grep", "-q", "new", f"{{staged:{path}}}"), steps).endswith("accepts the new settings")
    with pytest.raises(ValidationError, match="ended with 1. Nothing was changed"):
        validate("x", command("grep", "-q", "old", f"{{staged:{path}}}"), steps)
    assert validate("x", command("grep", "-q", "old", path), steps), "without the mark it is the present file"
    assert Path(path).read_text() == "old\n"


def test_a_staged_name_of_a_file_that_does_not_change_is_the_file_itself(steps: list[Step], tmp_path: Path) -> None:
    other = tmp_path / "other.conf"
    other.write_text("kept\n")
    assert validate("x", command("sh", "-c", "grep -q kept $0 && grep -q new $1", f"{{staged:{other}}}",
                                 f"{{staged:{steps[0].label}}}"), steps)


def test_a_file_that_goes_is_not_staged(steps: list[Step]) -> None:
    assert validate("x", command("sh", "-c", "test ! -e $0", f"{{staged:{steps[1].label}}}"), steps)


def test_nothing_staged_is_left_behind(steps: list[Step], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    validate("x", command("grep", "-q", "new", f"{{staged:{steps[0].label}}}"), steps)
    with pytest.raises(ValidationError):
        validate("x", command("false"), steps)
    with pytest.raises(TransactionError):
        validate("x", command("no-such-program"), steps)
    assert os.listdir(place) == []


def test_a_forbidden_word_is_a_refusal_though_the_checker_ends_with_0(steps: list[Step]) -> None:
    says = ("sh", "-c", "echo 'postfix: fatal: bad' >&2")
    assert validate("x", command(*says), steps)
    with pytest.raises(ValidationError, match="fatal: bad") as caught:
        validate("x", command(*says, forbid="fatal:"), steps)
    assert caught.value.details["broken_before"] is None
    long = "echo fatal: early; head -c 300000 /dev/zero | tr '\\0' x"
    with pytest.raises(ValidationError):
        validate("x", command("sh", "-c", long, forbid="fatal:"), steps)


def test_a_checker_that_does_not_end_is_a_refusal(steps: list[Step]) -> None:
    with pytest.raises(ValidationError, match="did not end within"):
        validate("x", command("sleep", "60", timeout=0.3), steps)


def test_no_validator_is_an_error(steps: list[Step]) -> None:
    with pytest.raises(TransactionError, match="transaction of x names no validator; nothing was changed"):
        validate("x", {}, steps)


def test_authorities_have_to_hold_a_certificate(steps: list[Step], tmp_path: Path) -> None:
    good, empty = tmp_path / "ca.pem", tmp_path / "empty.pem"
    good.write_text(ssl.DER_cert_to_PEM_cert(b"\x30\x03\x02\x01\x07"))
    empty.write_text("# none\n")
    assert validate("x", command("true", authorities=[str(good)]), steps)
    with pytest.raises(ValidationError, match="empty.pem, .*none.pem should name authorities") as caught:
        validate("x", command("true", authorities=[str(good), str(empty), str(tmp_path / "none.pem")]), steps)
    assert caught.value.details == {"missing": [str(empty), str(tmp_path / "none.pem")]}


def test_edits_of_the_test_instance_come_on_top_of_the_wanted_files(steps: list[Step], tmp_path: Path) -> None:
    env = tmp_path / "conf" / "env"
    env.write_text("DEBUG=0\nPIDFILE=/run/x.pid\n")
    wanted = [*steps, plan_step({"kind": "edited_file", "format": "assignments", "path": str(env), "values": {"DEBUG": "1"}})]
    edit = {"kind": "edited_file", "format": "assignments", "path": str(env), "values": {"PIDFILE": "/run/test.pid"}}
    spec = read_instance({**INSTANCE, "edits": [edit]})
    assert wanted_of(wanted, spec).files[str(env)].content == b"DEBUG=1\nPIDFILE=/run/test.pid\n"
    assert wanted_of((), spec).files[str(env)].content == b"DEBUG=0\nPIDFILE=/run/test.pid\n"
    assert overlay_of(wanted)[str(env)].content == b"DEBUG=1\nPIDFILE=/run/x.pid\n"
    assert env.read_text() == "DEBUG=0\nPIDFILE=/run/x.pid\n"
    with pytest.raises(TransactionError, match="A change has the kind 'nothing'; the kinds are"):
        wanted_of((), read_instance({**INSTANCE, "edits": [{"kind": "nothing"}]}))


def test_a_test_instance_that_starts_is_said_to_and_finds_the_new_file(systemd: Any, steps: list[Step]) -> None:
    systemd.daemon('grep -q new "$1/staged/0" && sleep 60')
    found = validate("x", {"instance": INSTANCE}, steps)
    assert found.startswith("a test instance of x started with the new settings (") and "wire" not in found


def test_new_settings_that_do_not_start_are_refused_in_the_daemons_words(systemd: Any, steps: list[Step]) -> None:
    systemd.daemon('grep -q new "$1/staged/0" && echo line 7 is wrong && exit 1; sleep 60')
    with pytest.raises(ValidationError, match="did not start with the new settings: it ended with exit status 1") as caught:
        validate("x", {"instance": INSTANCE}, steps)
    assert "line 7 is wrong" in caught.value.message and caught.value.details["broken_before"] is False


def test_settings_that_were_broken_before_are_not_blamed_on_the_change(systemd: Any, steps: list[Step]) -> None:
    systemd.daemon("echo disk full; exit 1")
    with pytest.raises(ValidationError, match="before any change of ours: it ended with exit status 1") as caught:
        validate("x", {"instance": INSTANCE}, steps)
    assert "disk full" in caught.value.message and caught.value.details["broken_before"] is True


def test_one_that_starts_and_speaks_no_tls_is_refused(systemd: Any, steps: list[Step]) -> None:
    port = find_free_port()
    systemd.listen(port)
    row = {"host": "127.0.0.1", "port": port, "protocol": "https"}
    with pytest.raises(ValidationError, match="started with the new settings but failed the TLS checks") as caught:
        validate("x", {"instance": INSTANCE}, steps, {"endpoints": [row], "policy": "intermediate"})
    assert caught.value.details["broken_before"] is False and str(port) in caught.value.details["reason"]


def test_a_host_that_cannot_run_one_is_judged_by_its_checker_or_says_that_it_was_not(
    systemd: Any, steps: list[Step]
) -> None:
    systemd.refuse("no bus")
    both = {"instance": INSTANCE, **command("grep", "-q", "new", f"{{staged:{steps[0].label}}}")}
    assert "accepts the new settings; this host cannot run a test instance" in validate("x", both, steps)
    with pytest.raises(ValidationError):
        validate("x", {**both, "command": ["false"]}, steps)
    alone = validate("x", {"instance": INSTANCE}, steps)
    assert alone.startswith("not judged before the swap") and "no bus" in alone
    own = validate("x", {"instance": INSTANCE, "own_check": ["sh", "-n"]}, steps)
    assert own.startswith("not judged before the swap") and "`sh -n` right after the swap" in own


def test_the_daemons_own_check_after_the_swap_speaks_in_its_own_words() -> None:
    run_own_check({})
    run_own_check({"own_check": ["true"]})
    with pytest.raises(ValidationError, match="ended with 3. Its own words:\nline 7 is wrong"):
        run_own_check({"own_check": ["sh", "-c", "echo line 7 is wrong; exit 3"]})
