# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program as one file: complete, the same each time, and started by Python alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal import main, program


def test_it_is_the_same_each_time_and_holds_what_it_needs() -> None:
    content = program.build_program(main.__name__)
    assert content == program.build_program(main.__name__) and content.startswith(b"#!/usr/bin/python3 -I\n")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names == sorted(names) and "__main__.py" in names
    inside = "ansible_collections/intransit/tls/plugins/module_utils/"
    assert inside + "_edge/change/transaction.py" in names and inside + "__init__.py" in names
    assert not [name for name in names if "_ansible" in name or "/report/" in name or (name.endswith("/plan.py") and "/service/" in name)]


def test_it_runs_without_ansible(tmp_path: Path) -> None:
    path = tmp_path / "renew"
    done = program.write_program(str(path), main.__name__)
    assert done["changed"] and os.stat(path).st_mode & 0o777 == 0o755
    run = subprocess.run([sys.executable, "-I", str(path), "--help"], capture_output=True, text=True, check=True, cwd="/")
    assert "Renews certificates that are due" in run.stdout


def test_it_is_written_once_and_not_in_check_mode(tmp_path: Path) -> None:
    path = tmp_path / "renew"
    assert program.write_program(str(path), main.__name__, dry=True)["changed"] and not path.exists()
    program.write_program(str(path), main.__name__)
    assert not program.write_program(str(path), main.__name__)["changed"]
    path.write_bytes(b"x")
    assert program.write_program(str(path), main.__name__)["changed"]


def test_a_module_without_a_source_is_refused() -> None:
    with pytest.raises(TransactionError, match="nowhere"):
        program.list_sources("ansible_collections.intransit.tls.plugins.module_utils.nowhere")
