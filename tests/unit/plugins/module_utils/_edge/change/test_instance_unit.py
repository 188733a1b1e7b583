# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a test instance takes over from the daemon's unit, and what systemd is told of it; its last script really runs."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import Folder, TestInstance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import Account
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_folder import Scratch
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance_unit import (
    Ended,
    Unit,
    account_of,
    read_memory,
)

Program = Callable[[str, str], Path]
DAEMON = pwd.getpwnam("daemon")
INIT = "CapabilityBoundingSet=cap_chown cap_kill cap_net_bind_service cap_sys_admin\n"


@pytest.fixture
def shows(program: Program, tmp_path: Path) -> Callable[[str], None]:
    """Let systemctl show this of the daemon's unit."""

    def set_to(text: str) -> None:
        (tmp_path / "init").write_text(INIT)
        (tmp_path / "unit").write_text(text)
        program("systemctl", (
            f"for last; do :; done; case $last in init.scope) cat {shlex.quote(str(tmp_path))}/init;; *) cat "
            f"{shlex.quote(str(tmp_path))}/unit;; esac\n"))

    return set_to


def started(program: Program, tmp_path: Path, spec: TestInstance) -> "tuple[str, list[str], Scratch]":
    program("systemd-run", f"printf \"%s\\n\" \"$@\" >{shlex.quote(str(tmp_path / 'asked'))}\n")
    scratch = Scratch("x", str(tmp_path / "run"))
    scratch.make()
    said = Unit("x").start(scratch, spec)
    return said, (tmp_path / "asked").read_text().splitlines(), scratch


def test_the_account_of_the_unit_with_all_its_groups(shows: Callable[[str], None]) -> None:
    shows("User=daemon\nGroup=\nSupplementaryGroups=0\nAmbientCapabilities=cap_net_bind_service\nNoNewPrivileges=yes\n"
          "CapabilityBoundingSet=cap_net_bind_service cap_kill\n")
    account, without = account_of("x.service")
    assert (account.uid, account.gid, account.ambient) == (DAEMON.pw_uid, DAEMON.pw_gid, ("net_bind_service",))
    assert set(account.groups or ()) >= {DAEMON.pw_gid, 0} and account.no_new_privileges
    assert without == ("chown", "sys_admin")


def test_numbers_and_a_group_of_its_own(shows: Callable[[str], None]) -> None:
    shows(f"User={DAEMON.pw_uid}\nGroup=0\nNoNewPrivileges=no\n")
    account, without = account_of("x.service")
    assert (account.uid, account.gid, account.no_new_privileges, without) == (DAEMON.pw_uid, 0, False, ())


def test_without_a_unit_or_an_account_it_is_root_with_everything(shows: Callable[[str], None], program: Program) -> None:
    shows("User=\nNoNewPrivileges=yes\n")
    assert account_of("x.service") == (Account(0, 0, no_new_privileges=True), ())
    program("systemctl", "echo User=daemon\n")
    assert account_of("") == (Account(0, 0), ())


@pytest.mark.parametrize("facts", ["User=no-such-user\n", "User=daemon\nGroup=no-such-group\n", "User=4000000\n"])
def test_an_account_that_does_not_exist_is_named_and_never_root(shows: Callable[[str], None], facts: str) -> None:
    shows(facts)
    with pytest.raises(TransactionError, match="The test instance needs the (user|group) '(no-such-|4000000)"):
        account_of("x.service")


def test_a_folder_in_memory_has_its_owner_as_numbers() -> None:
    found = read_memory(Folder("/run/x", "daemon", "root", 0o750))
    assert (found.path, found.uid, found.gid, found.mode) == ("/run/x", DAEMON.pw_uid, 0, 0o750)
    with pytest.raises(TransactionError, match="needs the group 'no-such-group'"):
        read_memory(Folder("/run/x", "daemon", "no-such-group"))


def test_systemd_is_told_to_cut_it_off_and_to_end_it(
    program: Program, tmp_path: Path, shows: Callable[[str], None]
) -> None:
    shows("LimitNOFILE=1024\nLimitNOFILESoft=512\nLimitNPROC=9\nUMask=0027\n"
          'Environment=APACHE_RUN_DIR=/run/apache2 "NOTE=a b"\n')
    said, asked, scratch = started(program, tmp_path, TestInstance(("/x",), "x.service", {"NOTE": "ours"}, patience=30.0))
    assert said == ""
    properties = {asked[place + 1] for place, word in enumerate(asked) if word == "-p"}
    assert {"PrivateNetwork=yes", "PrivateMounts=yes", "ProtectSystem=strict", "RuntimeMaxSec=120",
            "LimitNOFILE=512:1024", "UMask=0027", "ReadWritePaths=" + scratch.path} <= properties
    assert not [item for item in properties if item.startswith("LimitNPROC")], "half of a limit is none"
    assert {"--unit=intransit-test-x.service", "--setenv=LC_ALL=C.UTF-8", "--setenv=APACHE_RUN_DIR=/run/apache2",
            "--setenv=NOTE=ours"} <= set(asked)
    assert asked[-2:] == ["/bin/sh", scratch.of("start")]


def test_a_systemd_that_refuses_is_quoted(program: Program, tmp_path: Path) -> None:
    scratch = Scratch("x", str(tmp_path / "run"))
    scratch.make()
    program("systemd-run", "echo Failed to connect to bus >&2; exit 1\n")
    assert Unit("x").start(scratch, TestInstance(("/x",))) == "systemd does not start it: Failed to connect to bus"


@pytest.mark.parametrize(("result", "status", "sentence", "number"), [
    ("exit-code", "3", "exit status 3", 3), ("success", "0", "exit status 0", 0),
    ("signal", "KILL", "signal KILL", -1), ("timeout", "", "timeout ", -1),
])
def test_its_last_script_tells_how_it_ended(
    program: Program, tmp_path: Path, result: str, status: str, sentence: str, number: int
) -> None:
    _said, _asked, scratch = started(program, tmp_path, TestInstance(("/x",)))
    unit = Unit("x")
    assert unit.ended(scratch) is None
    facts = {**os.environ, "SERVICE_RESULT": result, "EXIT_STATUS": status}
    subprocess.run(["/bin/sh", scratch.of("at-the-end")], env=facts, check=True, capture_output=True)
    ended = unit.ended(scratch)
    assert ended == Ended(result, status) and (ended.describe(), ended.status) == (sentence, number)


def test_its_last_script_removes_the_folder_if_its_starter_is_gone(program: Program, tmp_path: Path) -> None:
    _said, _asked, scratch = started(program, tmp_path, TestInstance(("/x",)))
    path = Path(scratch.of("at-the-end"))
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    path.write_text(path.read_text().replace(f"/proc/{os.getpid()}/", f"/proc/{gone.pid}/"))
    subprocess.run(["/bin/sh", str(path)], check=True, capture_output=True)
    assert not os.path.exists(scratch.path)


def test_only_one_that_is_loaded_is_ended(program: Program, tmp_path: Path) -> None:
    verbs = tmp_path / "verbs"
    script = f'case "$*" in *LoadState*) echo %s;; *MainPID*) echo %s;; *) echo "$1" >>{verbs};; esac\n'
    program("systemctl", script % ("not-found", "0"))
    Unit("x").end()
    assert not verbs.exists() and Unit("x").main_pid() == 0
    program("systemctl", script % ("loaded", "4711"))
    Unit("x").end()
    assert verbs.read_text().split() == ["stop", "reset-failed"] and Unit("x").main_pid() == 4711
    program("systemctl", "echo 'no bus' >&2; exit 1\n")
    assert Unit("x").main_pid() == 0


def test_environment_without_a_unit_is_only_its_own(program: Program, tmp_path: Path) -> None:
    _said, asked, _scratch = started(program, tmp_path, TestInstance(("/x",), environment={"A": "b=c d"}))
    given: list[Any] = [word for word in asked if word.startswith("--setenv=")]
    assert given == ["--setenv=LC_ALL=C.UTF-8", "--setenv=A=b=c d"]
