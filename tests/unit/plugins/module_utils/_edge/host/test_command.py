# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs end, or are ended with everything they started."""

from __future__ import annotations

import sys
import time

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command


def test_words_and_code_are_kept() -> None:
    result = command.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (result.returncode, result.words, result.ok, result.timed_out) == (3, "err\nout", False, False)


def test_a_program_beyond_its_time_is_killed_with_its_children() -> None:
    result = command.run(["sh", "-c", "sleep 300 & echo $!; wait"], timeout=0.5)
    assert result.timed_out and "did not end" in result.describe()
    child = int(result.stdout)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = open(f"/proc/{child}/stat").read().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child still runs")


def test_one_that_made_a_group_of_its_own_is_found_too() -> None:
    own = "import os, time; os.setpgrp(); print(os.getpid(), flush=True); time.sleep(300)"
    result = command.run(["sh", "-c", f'"{sys.executable}" -c "{own}" & wait'], timeout=0.8)
    assert result.timed_out
    with pytest.raises(FileNotFoundError):
        if open(f"/proc/{int(result.stdout)}/stat").read().split()[2] == "Z":
            raise FileNotFoundError


def test_a_daemon_left_behind_does_not_hold_the_call() -> None:
    started = time.monotonic()
    result = command.run(["sh", "-c", "sleep 3 & exit 0"], timeout=20)
    assert result.ok and time.monotonic() - started < 2.5


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(TransactionError, match="no-such-program"):
        command.run(["no-such-program"])


def test_output_is_bounded_and_the_end_is_kept() -> None:
    result = command.run(["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; echo END"])
    assert len(result.stdout) == command.OUTPUT_LIMIT and result.stdout.endswith("END\n")
    assert result.truncated and not command.run(["echo", "x"]).truncated


def test_an_answer_is_whole() -> None:
    script = "echo BEGIN; head -c 300000 /dev/zero | tr '\\0' x; echo END"
    result = command.ask(["sh", "-c", script])
    assert result.stdout.startswith("BEGIN\n") and result.stdout.endswith("END\n") and len(result.stdout) == 300010


@pytest.mark.parametrize("redirect", ["", ">&2"])
def test_an_answer_that_is_too_long_is_an_error(redirect: str) -> None:
    with pytest.raises(TransactionError, match="printed more than 1000 bytes"):
        command.ask(["sh", "-c", f"head -c 1001 /dev/zero {redirect}"], keep=1000)
    assert len(command.ask(["sh", "-c", f"head -c 1000 /dev/zero {redirect}"], keep=1000).words) == 1000
