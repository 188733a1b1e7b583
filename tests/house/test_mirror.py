# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The roots of the core and the edge are empty; tests mirror sources path for path."""

from __future__ import annotations

import house_mirror as rules
import house_mirror_core
import house_mirror_edge
from house_tree import files, none_of

KNOWN = (*house_mirror_core.MISSING, *house_mirror_edge.MISSING)
CORE, EDGE = f"{rules.UTILS}_core/", f"{rules.UTILS}_edge/"


def test_the_roots_are_empty() -> None:
    none_of(rules.crowded_roots(files()))


def test_every_source_has_its_own_unit_test() -> None:
    none_of(rules.mirror_faults(files(), KNOWN))


def test_a_file_too_many_at_a_root_is_noticed() -> None:
    core = ["__init__.py", "errors.py", "light.py", "cert/x.py"]
    good = [*(f"{CORE}{name}" for name in core), f"{EDGE}a.py", f"{EDGE}b.py"]
    assert not rules.crowded_roots(good)
    assert len(rules.crowded_roots([*good, f"{CORE}stray.py"])) == 1
    assert len(rules.crowded_roots([*good, f"{EDGE}c.py"])) == 1


def test_a_source_without_a_test_is_noticed() -> None:
    source, neighbour = f"{CORE}cert/a.py", f"{CORE}cert/b.py"
    there = [source, neighbour, f"{CORE}cert/__init__.py", f"tests/unit/{CORE}cert/test_b.py"]
    assert rules.without_test(there) == [source]
    assert rules.mirror_faults(there, [])
    assert not rules.mirror_faults(there, [source])


def test_a_row_that_is_not_needed_any_more_is_noticed() -> None:
    source = f"{CORE}cert/a.py"
    with_its_test = [source, f"tests/unit/{CORE}cert/test_a.py"]
    assert not rules.mirror_faults(with_its_test, [])
    assert rules.mirror_faults(with_its_test, [source])
    assert rules.mirror_faults([], [source])


def test_a_test_in_another_room_is_no_mirror() -> None:
    source = f"{CORE}cert/a.py"
    assert rules.without_test([source, f"tests/unit/{CORE}wire/test_a.py"]) == [source]
