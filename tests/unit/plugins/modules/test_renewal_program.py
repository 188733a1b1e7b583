# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it: out of the zip that Ansible sends."""

from __future__ import annotations

import hashlib
import subprocess
import sys


def test_it_installs_a_program_that_runs_alone(run_module, tmp_path):
    path = tmp_path / "renew"
    assert run_module("renewal_program", path=str(path), _ansible_check_mode=True)["changed"] and not path.exists()
    result = run_module("renewal_program", path=str(path))
    assert result["changed"] and result["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    subprocess.run([sys.executable, "-I", str(path), "--help"], check=True, capture_output=True)
    assert run_module("renewal_program", path=str(path))["changed"] is False


def test_a_folder_that_is_missing_is_named(run_module, tmp_path):
    result = run_module("renewal_program", path=str(tmp_path / "nowhere" / "renew"))
    assert result["failed"] and "does not exist" in result["msg"]
