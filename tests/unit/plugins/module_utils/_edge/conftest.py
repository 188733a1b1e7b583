# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs of a test's own, in front of those of the machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Write a shell script that is found under a program's name; returns its path."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setitem(command._ENVIRONMENT, "PATH", f"{folder}:{command._ENVIRONMENT['PATH']}")

    def write(name: str, script: str) -> Path:
        path = folder / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return path

    return write
