# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The day on which a public certificate begins decides how long it may live."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.lifetime import (
    find_limit_days,
    find_public_evidence,
)


@pytest.mark.parametrize(
    ("begin", "days"),
    [
        ((2017, 1, 1), 1187),
        ((2018, 3, 1), 825),
        ((2020, 9, 1), 398),
        ((2026, 3, 14), 398),
        ((2026, 3, 15), 200),
        ((2027, 3, 14), 200),
        ((2027, 3, 15), 100),
        ((2029, 3, 14), 100),
        ((2029, 3, 15), 47),
        ((2035, 1, 1), 47),
    ],
)
def test_the_schedule(begin: tuple[int, int, int], days: int) -> None:
    assert find_limit_days(datetime(*begin, tzinfo=UTC)) == days


def test_what_shows_a_public_authority() -> None:
    assert find_public_evidence((), 0) is None
    assert find_public_evidence(("1.2.3",), 0) is None
    assert "2.23.140.1.2.1" in (find_public_evidence(("1.2.3", "2.23.140.1.2.1"), 0) or "")
    assert "2 signed" in (find_public_evidence((), 2) or "")
