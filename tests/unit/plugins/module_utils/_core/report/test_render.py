# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The JSON form is what the standard library writes, byte for byte, whatever stands in the document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.report.render import encoded, render

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_json_as_the_standard_library_writes_it(made: dict[str, Any]) -> None:
    wanted = json.dumps(made, indent=1, sort_keys=True) + "\n"
    assert render("json", made) == wanted and encoded("json", made) == wanted.encode("ascii")


@pytest.mark.parametrize("keys", [{1: "a", 2: "b"}, {True: 1}, {None: 1}, {1.5: []}])
def test_keys_that_are_no_text(keys: dict[Any, Any]) -> None:
    assert render("json", {"in": keys}) == json.dumps({"in": keys}, indent=1, sort_keys=True) + "\n"


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        render("json", {"a": object()})
