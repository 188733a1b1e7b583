# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it; what it does is tested with ``_edge/cert/set.py``."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
MODULE = "ansible_collections.intransit.tls.plugins.modules.certificate_set"


def run(**arguments: Any) -> dict[str, Any]:
    given = json.dumps({"ANSIBLE_MODULE_ARGS": arguments})
    done = subprocess.run(
        [sys.executable, "-m", MODULE, given], capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/bin:/bin", "HOME": "/root"},
    )  # fmt: skip
    assert done.stdout and "Traceback" not in done.stderr, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_due_install_and_refusal(pki: Any, tmp_path: Path) -> None:
    path = tmp_path / "tls" / "www"
    account = {"owner": tmp_path.owner(), "group": tmp_path.group()}
    common = {"path": str(path), "names": ["www.example.org"], "policy": "intermediate", "renew_days": 10, **account}
    first = run(**common)
    assert first["changed"] and first["due"] and first["files"]["fullchain"] == f"{path}/fullchain.pem"

    root = pki.authority()
    shift = (datetime.datetime.now(datetime.UTC) - pki.NOW).total_seconds() / 86400
    leaf = pki.certificate(issuer=root, begin=shift - 1, days=40)
    staged = tmp_path / "tls" / ".sets" / "www.key"
    staged.write_bytes(pki.private(pki.key()))
    staged.chmod(0o600)
    new = {"certificate": pki.pem(leaf).decode(), "chain": pki.pem(root[0]).decode(), "private_key": str(staged)}
    dry = run(**common, **new, _ansible_check_mode=True, _ansible_diff=True)
    assert dry["changed"] and not path.exists()
    done = run(**common, **new)
    assert done["changed"] and done["compliant"] and path.is_symlink()
    again = run(**common)
    assert not again["changed"] and again["due"] == []

    broken = run(**{**common, "names": ["other.example.org"]}, certificate=new["certificate"] + "\n", chain=new["chain"] + " x")
    assert broken["failed"] and "does not cover other.example.org" in broken["msg"] and broken["problems"]
    assert run(**common)["due"] == []
