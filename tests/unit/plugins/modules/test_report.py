# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it: arguments on stdin, one JSON line out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
MODULE = "ansible_collections.intransit.tls.plugins.modules.report"


def run(**arguments):
    given = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
    done = subprocess.run(
        [sys.executable, "-m", MODULE, given],
        capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_nothing_to_report_is_no_pass(tmp_path):
    result = run(dest=str(tmp_path))
    assert result["verdict"] == "unprobed" and result["summary"]["endpoints"] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "tls-evidence.html", "tls-evidence.json", "tls-evidence.txt"
    ]


def test_check_mode_writes_nothing(tmp_path):
    result = run(dest=str(tmp_path), _ansible_check_mode=True)
    assert result["changed"] and not list(tmp_path.iterdir())


def test_an_error_is_a_sentence(tmp_path):
    result = run(merge=[str(tmp_path / "missing.json")])
    assert result["failed"] and "missing.json" in result["msg"] and result["error"] == "EvidenceError"
