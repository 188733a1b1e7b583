# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A clock that cannot be right is found before anything is ordered."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import clock

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)


def test_a_clock_behind_what_already_happened_is_wrong() -> None:
    assert clock.find_problem(NOW, {}) == ""
    assert clock.find_problem(NOW, {"/a": NOW + timedelta(minutes=4)}) == ""
    said = clock.find_problem(NOW, {"/a": NOW + timedelta(days=1), "/b": NOW + timedelta(days=9)})
    assert "says 2026-12-01 12:00:00 UTC, but /b is of 2026-12-10 12:00:00 UTC. Nothing was done" in said


def test_a_certificate_that_begins_later_is_no_reason_to_order() -> None:
    leaf = {"leaf": True, "not_before": "2026-12-05T00:00:00+00:00"}
    assert "begins at 2026-12-05 00:00:00 UTC" in clock.find_early(NOW, [{"leaf": False, "not_before": "x"}, leaf])
    assert clock.find_early(NOW, [{**leaf, "not_before": "2026-12-01T12:03:00+00:00"}]) == ""
    assert clock.find_early(NOW, []) == ""
