# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Slices of verify, joined by the playbook merge, say what one run says; a missing slice is a failure.

The endpoints are closed ports of loopback: an error each, which has to survive the merge. What a merge makes of any findings
is tested in tests/unit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def play(folder: Path, playbook: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-i", folder / "hosts.yml", playbook, "-e", json.dumps(variables)],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1"})


def judged(path: Path) -> dict[str, Any]:
    """The document without times: of the run, and of each look."""
    document = json.loads(path.read_text())
    del document["generated"]
    for row in (row for host in document["hosts"] for row in host["endpoints"]):
        del row["judged"], row["observation"]
    return document


def test_slices_are_joined(tmp_path: Path) -> None:
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"vars": {"tls_services": []}, "hosts": {
        f"h{port}": {"tls_endpoints": [{"host": "127.0.0.1", "port": port, "protocol": "https"}]} for port in (1, 2)}}}))
    kept, whole = tmp_path / "kept", tmp_path / "whole"
    for number in (1, 2):
        answer = play(tmp_path, "intransit.tls.verify", tls_hosts=f"h{number}", tls_slices=2, awx_job_id=40 + number,
                      tls_evidence=str(kept), tls_evidence_formats=["json"])
        assert answer.returncode == 2, answer.stdout[-2000:]
    assert sorted(path.name for path in kept.iterdir()) == ["tls-slice-41.json", "tls-slice-42.json"]
    missing = play(tmp_path, "intransit.tls.merge", tls_slices=3, tls_evidence=str(kept))
    assert missing.returncode == 2 and "Nothing was judged." in missing.stdout + missing.stderr
    assert not (kept / "tls-evidence.json").exists()
    assert play(tmp_path, "intransit.tls.merge", tls_slices=2, tls_evidence=str(kept)).returncode == 2
    assert play(tmp_path, "intransit.tls.merge", tls_slices=2, tls_evidence=str(kept), tls_fail_on="never").returncode == 0
    assert play(tmp_path, "intransit.tls.verify", tls_evidence=str(whole)).returncode == 2
    assert judged(kept / "tls-evidence.json") == judged(whole / "tls-evidence.json")
    assert judged(whole / "tls-evidence.json")["summary"]["verdict"] == "error"
