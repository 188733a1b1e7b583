# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of steps: what is undone begins with the journal and goes to the end."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.phases import PHASES, UNDOABLE


def test_from_the_journal_on_every_step_is_undone_and_none_before() -> None:
    names = [phase.name for phase in PHASES]
    assert len(names) == len(set(names))
    assert tuple(names[names.index("journal"):]) == UNDOABLE
    assert {phase.failure for phase in PHASES[:2]} == {"nothing was changed", "the journal stays for the next run"}
