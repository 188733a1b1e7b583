# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Processes as the kernel lists them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import proc


def test_this_process_is_there_with_its_parent_and_what_it_has_open(tmp_path: Path) -> None:
    pids = proc.list_pids()
    assert os.getpid() in pids and pids == sorted(pids)
    assert proc.read_stat(os.getpid())[1:4] == [str(os.getppid()), str(os.getpgrp()), str(os.getsid(0))]
    path = tmp_path / "held"
    with path.open("w"):
        assert str(path) in proc.list_opened(os.getpid())
    assert str(path) not in proc.list_opened(os.getpid())


def test_of_one_that_is_gone_nothing_is_said() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert proc.read_stat(gone.pid) == [] and proc.list_opened(gone.pid) == set()


def test_a_name_with_brackets_and_blanks_is_no_field(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([str(program), "30"]) as odd:
        try:
            assert proc.read_stat(odd.pid)[1] == str(os.getpid())
        finally:
            odd.kill()
