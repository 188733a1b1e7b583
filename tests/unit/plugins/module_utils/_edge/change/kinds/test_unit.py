# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a unit shall be follows from a change alone; systemd itself is tried in molecule/courier_imap."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.unit import UnitKind

KIND = UnitKind()
UP = State({"form": "unit", "up": True, "enabled": True})
DOWN = State({"form": "unit", "up": False, "enabled": False})


@pytest.mark.parametrize("before", [UP, DOWN, State({"form": "unit", "up": True, "enabled": False})])
def test_started_and_stopped_hold_now_and_at_boot(before: State) -> None:
    assert KIND.plan({"unit": "x.service", "state": "started"}, before) == UP
    assert KIND.plan({"unit": "x.service", "state": "stopped"}, before) == DOWN


def test_a_unit_that_is_not_there_is_stopped_but_cannot_be_started() -> None:
    assert KIND.plan({"unit": "x.service", "state": "stopped"}, ABSENT) == ABSENT
    with pytest.raises(TransactionError, match="x.service does not exist"):
        KIND.plan({"unit": "x.service", "state": "started"}, ABSENT)


def test_any_other_state_is_refused() -> None:
    with pytest.raises(TransactionError, match="started or stopped"):
        KIND.identity({"unit": "x.service", "state": "masked"})
