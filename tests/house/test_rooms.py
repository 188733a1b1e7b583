# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No room of ``module_utils`` imports, by whatever detour, a room that imports it."""

from __future__ import annotations

import house_rooms as rules
from house_tree import none_of

UTILS = "plugins/module_utils"


def test_rooms_do_not_import_in_circles() -> None:
    none_of(rules.circles(rules.measured(), rules.KNOWN_CIRCLES))


def test_every_known_arrow_still_closes_a_circle() -> None:
    for arrow in rules.KNOWN_CIRCLES:
        others = [other for other in rules.KNOWN_CIRCLES if other != arrow]
        assert rules.circles(rules.measured(), others), f"{arrow} closes no circle any more: remove it from the list"


def test_a_room_is_a_folder_below_the_layer() -> None:
    assert rules.room_of(f"{UTILS}/_core/wire/tls/names.py") == "_core/wire"
    assert rules.room_of(f"{UTILS}/_core/errors.py") == "_core"


def test_a_circle_of_rooms_is_noticed_though_no_file_is_in_a_circle() -> None:
    imports = {
        f"{UTILS}/_core/a/one.py": [f"{UTILS}/_core/b/one.py"],
        f"{UTILS}/_core/b/two.py": [f"{UTILS}/_core/a/two.py"],
    }
    found = rules.arrows(imports)
    assert len(rules.circles(found)) == 1
    assert not rules.circles(found, {("_core/b", "_core/a")})
    assert not rules.circles(rules.arrows({f"{UTILS}/_core/a/one.py": [f"{UTILS}/_core/a/two.py"]}))
