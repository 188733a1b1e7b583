# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page says what was tried, and nothing was left out."""

from __future__ import annotations

from page import ELSEWHERE, ROOT, page
from rows import ROWS

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "false-passes.md").read_text() == page()


def test_every_control_was_attempted() -> None:
    tried = {row.control for row in ROWS}
    assert set(CONTROLS) - tried - set(ELSEWHERE) == set()
    assert tried <= set(CONTROLS)


def test_what_is_tried_elsewhere_is_there() -> None:
    for control, path in ELSEWHERE.items():
        assert (ROOT / path).is_file(), control


def test_there_are_enough_and_each_once() -> None:
    named = [(row.control, row.trick) for row in ROWS]
    assert len(named) == len(set(named)) >= 60
