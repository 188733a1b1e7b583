# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public functions are named for what they do."""

from __future__ import annotations

import pytest
from house_names import is_well_named, nouns
from house_tree import none_of, sources, text


@pytest.mark.parametrize("path", sources("plugins/"))
def test_a_public_function_is_a_verb_and_a_noun(path: str) -> None:
    none_of(nouns(path, text(path)))


def test_a_noun_is_noticed_and_a_private_one_is_not() -> None:
    source = "def endpoints(): ...\ndef _rows(): ...\ndef list_rows(): ...\n"
    found = list(nouns("plugins/module_utils/_core/a.py", source))
    assert len(found) == 1 and found[0].startswith("plugins/module_utils/_core/a.py:1: endpoints names no deed")
    assert not list(nouns("plugins/filter/a.py", "def endpoints(): ...\n"))


@pytest.mark.parametrize(("name", "well"), [
    ("is_own", True), ("to_der", True), ("ports_of", True), ("judge", True), ("main", True), ("unclear", False),
    ("readable", False), ("of_greeting", False),
])
def test_kinds_of_names(name: str, well: bool) -> None:
    assert is_well_named(name) is well
