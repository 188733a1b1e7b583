# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a kind does that says nothing of its own: it hides nothing, refreshes nothing, and restores as it applies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, Change, State
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import KINDS


class Shelf(Kind):
    """A kind with a world of its own."""

    name = "shelf"
    required = ("slot",)

    def __init__(self) -> None:
        self.world: dict[str, State] = {}
        self.done: list[tuple[str, State]] = []

    def identity(self, change: Change) -> dict[str, Any]:
        return {"kind": self.name, "slot": change["slot"]}

    def read(self, identity: Mapping[str, Any]) -> State:
        return self.world.get(str(identity["slot"]), ABSENT)

    def apply(self, identity: Mapping[str, Any], after: State) -> None:
        self.done.append((str(identity["slot"]), after))
        self.world[str(identity["slot"])] = after


def test_a_restore_is_the_same_as_to_apply_the_state_before() -> None:
    kind = Shelf()
    identity = kind.identity({"slot": "a"})
    before = kind.read(identity)
    kind.apply(identity, State({"form": "book"}, b"new"))
    kind.restore(identity, before)
    assert kind.read(identity) == before == ABSENT and [state for _slot, state in kind.done][-1] == ABSENT


def test_a_kind_without_more_needs_its_unit_and_brings_nothing_to_a_test_instance() -> None:
    kind, state = Shelf(), State({"form": "book"}, b"new")
    assert kind.refresh({"slot": "a"}, state) is False
    assert (kind.files({"slot": "a"}, state), kind.programs({"slot": "a"}, state)) == ({}, ())
    assert kind.shown({}, ABSENT, state) is None
    assert kind.done == []


@pytest.mark.parametrize("call", [
    lambda kind: kind.identity({}), lambda kind: kind.label({}), lambda kind: kind.read({}),
    lambda kind: kind.plan({}, ABSENT), lambda kind: kind.apply({}, ABSENT), lambda kind: kind.restore({}, ABSENT),
])
def test_what_each_kind_has_to_say_itself_never_passes_silently(call: Any) -> None:
    with pytest.raises(NotImplementedError):
        call(Kind())


@pytest.mark.parametrize("name", sorted({kind.name for kind in KINDS.values()}))
def test_every_kind_says_it_itself(name: str) -> None:
    kind = type(KINDS[name])
    for method in ("identity", "label", "read", "plan", "apply"):
        assert getattr(kind, method) is not getattr(Kind, method), method
    assert kind.name == name and kind.required and not set(kind.required) & set(kind.optional)
