# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verbs of a cipher string, one by one: what they move, switch, and say about whether they did anything."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.openssl_order import Order, start


def order(active=(1, 2, 3)):
    return Order([1, 2, 3, 4], set(active), {1: 128, 2: 256, 3: 128, 4: 256})


@pytest.mark.parametrize(("verb", "meant", "chosen", "changed"), [
    ("add", {4}, [1, 2, 3, 4], True),
    ("add", {1, 2}, [1, 2, 3], False),
    ("add", {9}, [1, 2, 3], False),
    ("move_to_end", {1}, [2, 3, 1], True),
    ("move_to_end", {4}, [1, 2, 3], False),
    ("move_to_front", {3}, [3, 1, 2], True),
    ("move_to_front", {1}, [1, 2, 3], False),
    ("remove", {2}, [1, 3], True),
    ("remove", {4}, [1, 2, 3], False),
    ("kill", {2}, [1, 3], True),
    ("kill", {4}, [1, 2, 3], True),
    ("kill", {9}, [1, 2, 3], False),
])
def test_a_verb(verb, meant, chosen, changed):
    made = order()
    assert getattr(made, verb)(meant) is changed
    assert made.chosen() == chosen


def test_what_was_removed_comes_back_and_what_was_killed_does_not():
    removed, killed = order(), order()
    removed.remove({2})
    killed.kill({2})
    assert removed.add({2})
    assert removed.chosen() == [1, 3, 2]
    assert not killed.add({2})
    assert killed.chosen() == [1, 3]


def test_what_was_removed_last_comes_back_first():
    made = order()
    made.remove({1})
    made.remove({3})
    made.add({1, 3})
    assert made.chosen() == [2, 3, 1]


def test_equal_strength_keeps_its_order():
    made = order((1, 2, 3, 4))
    assert made.sort_by_strength()
    assert made.chosen() == [2, 4, 1, 3]
    assert not made.sort_by_strength()


@pytest.mark.parametrize("release", [(3, 0), (3, 5)])
def test_at_the_start_everything_is_off_and_each_caller_has_a_list_of_its_own(release):
    first = start(release)
    assert first.chosen() == []
    first.kill(set(first.listed))
    assert start(release).listed
