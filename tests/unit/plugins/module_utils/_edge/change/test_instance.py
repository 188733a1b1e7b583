# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A test instance from its start to its end, with real processes and ports; only systemd is a script of the test's own.

Namespaces, overlays and the real systemd are tried in the scenarios.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import Folder, TestInstance
from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance_script import CANNOT, Account, Program
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import instance
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.instance import Wanted, try_out
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import find_free_port

NOTHING = Wanted({})


def spec(**more: Any) -> TestInstance:
    return TestInstance(**{"command": ("/usr/sbin/x", "-D"), "settle": 0.0, "patience": 20.0, **more})


def row(port: int) -> "dict[str, Any]":
    return {"host": "127.0.0.1", "port": port, "protocol": "https"}


def test_one_that_listens_is_good_and_nothing_is_left_of_it(systemd: Any) -> None:
    port = find_free_port()
    systemd.listen(port)
    trial = try_out("x", spec(), NOTHING, [row(port)], None)
    assert (trial.possible, trial.started, trial.ok, trial.reason) == (True, True, True, "") and trial.seconds > 0
    assert systemd.left() == []
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()


def test_it_finds_the_wanted_files_and_the_input_of_programs(systemd: Any, tmp_path: Path) -> None:
    systemd.daemon("sleep 60")
    wanted = State({"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": 0o640}, b"new\n")
    changed = Wanted({"/etc/x.conf": wanted, "/etc/old.conf": ABSENT}, (Program(("ldapmodify",), Account(0, 0), b"dn: \xff\n"),))
    assert try_out("x", spec(), changed, [], None).ok
    assert (systemd.seen / "staged" / "0").read_bytes() == b"new\n"
    assert (systemd.seen / "staged" / "input-0").read_bytes() == b"dn: \xff\n"
    start = (systemd.seen / "start").read_text()
    assert "../staged/0 /etc/x.conf" in start and "rm -f -- /etc/old.conf" in start
    assert start.rstrip().endswith("-- /usr/sbin/x -D") and str(tmp_path / "etc") in start
    assert os.readlink("/proc/self/ns/net") in start, "the script refuses to run in this network"


def test_one_that_ends_is_bad_with_its_own_words(systemd: Any) -> None:
    systemd.daemon("echo AH00526: Syntax error on line 7; exit 3")
    trial = try_out("x", spec(), NOTHING, [row(find_free_port())], None)
    assert (trial.possible, trial.started, trial.ok) == (True, False, False)
    assert trial.reason == "it ended with exit status 3" and "Syntax error on line 7" in trial.words
    assert systemd.left() == []


def test_one_without_a_port_gets_time_to_die(systemd: Any) -> None:
    systemd.daemon("sleep 0.1; exit 4")
    trial = try_out("x", spec(), NOTHING, [], None)
    assert (trial.ok, trial.reason) == (False, "it ended with exit status 4")
    systemd.daemon("sleep 60")
    assert try_out("x", spec(), NOTHING, [], None).ok


def test_a_host_that_cannot_run_one_says_nothing_about_the_settings(systemd: Any) -> None:
    systemd.daemon(f"echo first; echo /etc cannot be covered; exit {CANNOT}")
    trial = try_out("x", spec(), NOTHING, [row(find_free_port())], None)
    assert (trial.possible, trial.ok, trial.reason) == (False, False, "/etc cannot be covered")
    systemd.refuse("Failed to connect to bus")
    trial = try_out("x", spec(), NOTHING, [], None)
    assert (trial.possible, trial.ok) == (False, False)
    assert trial.reason == "systemd does not start it: Failed to connect to bus"


def test_one_that_says_that_it_gave_up_is_not_waited_for(systemd: Any) -> None:
    systemd.daemon("echo noise; echo fatal: no worker; sleep 60")
    trial = try_out("x", spec(fatal="^fatal:", telling="fatal"), NOTHING, [row(find_free_port())], None)
    assert (trial.ok, trial.words) == (False, "fatal: no worker") and "no worker" in trial.reason
    assert trial.seconds < 15


def test_patience_ends_and_names_the_port(systemd: Any) -> None:
    port = find_free_port()
    systemd.daemon("sleep 60")
    trial = try_out("x", spec(patience=0.3), NOTHING, [row(port)], None)
    assert not trial.ok and f"nothing listens on {port}" in trial.reason
    assert systemd.left() == []


def test_a_port_alone_is_not_ready_where_a_file_tells(systemd: Any, tmp_path: Path) -> None:
    mark = tmp_path / "ready"
    systemd.daemon("sleep 60")
    assert "not ready" in try_out("x", spec(patience=0.3, ready=str(mark)), NOTHING, [], None).reason
    systemd.daemon(f"sleep 0.2; : >{mark}; sleep 60")
    assert try_out("x", spec(ready=str(mark)), NOTHING, [], None).ok


def test_the_probe_has_the_last_word(systemd: Any) -> None:
    port = find_free_port()
    systemd.listen(port)

    def connects() -> str:
        socket.create_connection(("127.0.0.1", port), 5).close()
        return ""

    def refuses() -> str:
        raise TransactionError("no TLS on it")

    assert try_out("x", spec(), NOTHING, [row(port)], connects).ok
    for probe, reason in ((lambda: "no TLS", "no TLS"), (refuses, "no TLS on it")):
        trial = try_out("x", spec(), NOTHING, [row(port)], probe)
        assert (trial.possible, trial.started, trial.ok, trial.reason) == (True, True, False, reason)


def test_one_that_dies_while_it_is_probed_is_bad(systemd: Any) -> None:
    systemd.daemon("sleep 1; exit 5")
    trial = try_out("x", spec(), NOTHING, [], lambda: str(instance.time.sleep(50)))
    assert (trial.ok, trial.reason) == (False, "it ended with exit status 5") and trial.seconds < 40


def test_a_left_over_of_an_earlier_run_is_ended_first(systemd: Any, tmp_path: Path) -> None:
    systemd.scratch.mkdir(parents=True, mode=0o700)
    for folder in (systemd.scratch, systemd.scratch.parent, systemd.scratch.parent.parent):
        folder.chmod(0o700)
    (systemd.scratch / "ended").write_text("exit-code 9\n")
    (tmp_path / "pid").write_text("4194303\n")
    systemd.daemon("sleep 60")
    assert try_out("x", spec(), NOTHING, [], None).ok
    assert systemd.stops == 2 and systemd.left() == []


def test_a_description_that_this_host_cannot_give_is_an_error_and_leaves_nothing(systemd: Any) -> None:
    systemd.daemon("sleep 60")
    with pytest.raises(TransactionError, match="needs the user 'no-such-user'"):
        try_out("x", spec(temporary=(Folder("/run/x", "no-such-user"),)), NOTHING, [], None)
    assert systemd.left() == [] and not systemd.seen.exists()
