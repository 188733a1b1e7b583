# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Modules as Ansible runs them: arguments in, one JSON document out, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def run_module() -> Callable[..., dict[str, Any]]:
    """Return a function that runs a module of ours by name in a process of its own."""

    def run(module: str, /, **arguments: Any) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", f"ansible_collections.intransit.tls.plugins.modules.{module}",
             json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
            capture_output=True, text=True, timeout=60, check=False,
            env={"PYTHONPATH": str(ROOT / ".cache" / "collections"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
        )
        assert done.stdout and "Traceback" not in done.stderr, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        assert not result.get("deprecations"), result["deprecations"]
        return hide(result)

    return run


def hide(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result as the controller shows it: from ansible-core 2.22 on it is the controller that hides secrets."""
    secrets, text = result.pop("_ansible_new_secrets", []), json.dumps(result)
    for secret in secrets:
        text = text.replace(json.dumps(secret)[1:-1], "********")
    shown: dict[str, Any] = json.loads(text)
    return shown
