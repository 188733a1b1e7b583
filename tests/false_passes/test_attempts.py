# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For every control: what it would take to pass wrongly, tried; and the same server in order, which has to pass."""

from __future__ import annotations

import pytest
from attempts import Attempt, judged, no_pass
from rows import ROWS
from servers import Keys


def named(row: Attempt) -> str:
    return f"{row.control}-{row.trick}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_it_does_not_pass(row: Attempt, keys: Keys) -> None:
    with row.weak(keys) as port:
        no_pass(judged(port, row, keys, weak=True), row.control)


HEALTHY = list({(row.control, row.protocol, row.depth, str(row.policy)): row for row in ROWS}.values())


@pytest.mark.parametrize("row", HEALTHY, ids=lambda row: f"{row.control}-{row.protocol}")
def test_in_order_it_passes(row: Attempt, keys: Keys) -> None:
    with row.healthy(keys) as port:
        findings = judged(port, row, keys, weak=False)
    assert findings[row.control].status == "pass", findings[row.control].sentence
