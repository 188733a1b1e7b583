# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows of a result: in the order of their places, as text."""

from __future__ import annotations

import json

from ansible_collections.intransit.tls.plugins.module_utils._ansible.rows import Rows


def test_the_order_of_places_whatever_comes_first() -> None:
    rows = Rows()
    for place in (2, 0, 1):
        rows.put(place, {"place": place})
    assert len(rows) == 3 and list(rows) == [json.dumps({"place": place}) for place in range(3)]
    assert list(rows) == list(rows), "they can be read again"


def test_a_row_is_kept_small_and_is_no_longer_the_callers() -> None:
    row = {"chain": ["A" * 4000], "open": True}
    rows = Rows()
    rows.put(0, row)
    row["open"] = False
    assert json.loads(next(iter(rows)))["open"] is True
    assert len(json.dumps(row)) > 4000 > sum(map(len, rows._texts.values())) * 10
