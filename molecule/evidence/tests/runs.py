# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the playbooks as a person would, and read what they left."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILES = Path(__file__).resolve().parent / "files"
ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "evidence"


@dataclass(frozen=True)
class Run:
    """How a playbook ended, and the evidence it wrote."""

    code: int
    said: str
    document: dict[str, Any]

    def hosts(self) -> dict[str, dict[str, Any]]:
        """Hosts of the document by name."""
        return {host["host"]: host for host in self.document["hosts"]}

    def endpoint(self, host: str, short: str) -> dict[str, Any]:
        """One endpoint by ``port/protocol``."""
        return next(row for row in self.hosts()[host]["endpoints"] if row["endpoint"].endswith(":" + short))

    def wrong(self, host: str, short: str, *statuses: str) -> set[str]:
        """Controls of one endpoint that have one of these statuses; failures where none is named."""
        wanted = statuses or ("fail",)
        return {item["control"] for item in self.endpoint(host, short)["findings"] if item["status"] in wanted}


def play(playbook: str, *options: str, silent: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of the collection's playbooks over the fleet."""
    inventories = ["--inventory", os.environ["MOLECULE_INVENTORY_FILE"]]
    if silent:
        inventories += ["--inventory", str(FILES / "silent.yml")]
    command = ["ansible-playbook", *inventories, "--extra-vars", f"@{FILES / 'vars.yml'}",
               "--extra-vars", json.dumps({"tls_evidence": str(FOLDER)}), *options, playbook]
    plain = {**os.environ, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, cwd=ROOT, env=plain,
                          stdin=subprocess.DEVNULL)


@cache
def run(playbook: str, name: str, *options: str) -> Run:
    """Run a playbook once and keep its evidence under ``name``."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.unlink(missing_ok=True)
    done = play(playbook, "--extra-vars", json.dumps({"tls_evidence_name": name}), *options)
    assert path.is_file(), done.stdout[-4000:] + done.stderr[-4000:]
    # Ansible breaks long messages into lines, and some releases tell a failure on standard error.
    return Run(done.returncode, " ".join((done.stdout + done.stderr).split()), json.loads(path.read_text(encoding="utf-8")))
