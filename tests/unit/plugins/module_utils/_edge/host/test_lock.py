# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lock is held by one process at a time, and by none that has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import lock

HOLDER = "import fcntl, sys, time; stream = open(sys.argv[1], 'w'); fcntl.flock(stream, 2); print('held', flush=True); time.sleep(60)"


def test_another_process_is_waited_for_and_no_longer_than_said(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with pytest.raises(TransactionError, match="Another run has held"), lock.hold_lock(path, 0.3):
            raise AssertionError("two processes hold the lock")
        holder.kill()
        holder.wait()
        with lock.hold_lock(path, 5):
            pass


def test_a_link_is_no_lock(tmp_path: Path) -> None:
    os.symlink("elsewhere", tmp_path / "lock")
    with pytest.raises(TransactionError, match="cannot be opened"), lock.hold_lock(str(tmp_path / "lock"), 1):
        raise AssertionError
    assert not (tmp_path / "elsewhere").exists()
