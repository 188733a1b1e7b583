# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients are reloaded and have to answer as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ConfirmationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import clients


def test_the_same_answer_passes_and_another_one_does_not(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    answer.write_text("anna")
    before = clients.ask([["cat", str(answer)]])
    clients.compare(before, patience=0)
    answer.write_text("")
    with pytest.raises(ConfirmationError, match="does not work with TLS"):
        clients.compare(before, patience=0)
    answer.unlink()
    with pytest.raises(ConfirmationError, match="No such file"):
        clients.compare(before, patience=0)


def test_one_that_complained_before_is_not_compared(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    before = clients.ask([["cat", str(missing)]])
    missing.write_text("now it is there")
    clients.compare(before, patience=0)


def test_nothing_to_reload_is_nothing_done() -> None:
    assert clients.reload([]) == [] and clients.ask([]) == []
