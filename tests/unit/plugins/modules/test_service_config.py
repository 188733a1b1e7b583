# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""service_config as Ansible runs it, up to the point where a real daemon is needed (molecule has those)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the journal is below /var/lib and belongs to root")


def arguments(path: Path, **more: Any) -> dict[str, Any]:
    return {
        "name": "unit-test",
        "changes": [{"kind": "file", "path": str(path), "content": "new\n"}],
        "validation": {"command": ["grep", "-q", "new", "{staged:%s}" % path]},
        "activation": {"settle": 0.0},
        **more,
    }


def test_check_then_change_then_nothing(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    foreseen = run_module("service_config", **arguments(path, _ansible_check_mode=True))
    assert foreseen["changed"] and not path.exists()
    assert "+new" in foreseen["diff"][0]["prepared"]
    assert run_module("service_config", **arguments(path))["changed"] and path.read_text() == "new\n"
    assert not run_module("service_config", **arguments(path))["changed"]


def test_a_refusal_is_a_failure_with_the_validators_words(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    result = run_module("service_config", **arguments(path, validation={"command": ["sh", "-c", "echo no such thing; exit 1"]}))
    assert result["failed"] and result["error"] == "ValidationError" and "no such thing" in result["msg"]
    assert not path.exists()


def test_a_unit_that_is_not_there_undoes_everything(tmp_path: Path, run_module: Any) -> None:
    path = tmp_path / "a.conf"
    path.write_text("old\n")
    result = run_module("service_config", **arguments(path, activation={"units": ["no-such-unit.service"], "settle": 0.0}))
    assert result["failed"] and path.read_text() == "old\n", result


def test_an_empty_validation_is_refused(tmp_path: Path, run_module: Any) -> None:
    result = run_module("service_config", **arguments(tmp_path / "a.conf", validation={}))
    assert result["failed"] and "names no validator" in result["msg"]
