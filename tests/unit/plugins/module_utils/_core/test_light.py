# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The light dataclasses behave like those of the standard library, and do not load what reads source code."""

from __future__ import annotations

import copy
import dataclasses
import os
import subprocess
import sys
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core import light
from ansible_collections.intransit.tls.plugins.module_utils._core.light import list_fields

OBSERVE = "ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe"
DEAR = {"inspect", "dataclasses", "ast", "dis", "tokenize", "asyncio", "threading", "difflib", "ssl", "json"}


def made(library: Any, frozen: bool = True) -> Any:
    @library.dataclass(frozen=frozen)
    class Point:
        x: int
        y: int = 2
        inner: Any = None
        names: Any = library.field(default_factory=dict)

    return Point


BOTH = pytest.mark.parametrize("library", [light, dataclasses])


@BOTH
def test_values_are_equal_by_their_fields(library: Any) -> None:
    point, other = made(library), made(library)
    assert point(1) == point(x=1, y=2) and point(1) != point(1, 3)
    assert point(1) != other(1) and point(1) != (1, 2, None, {})


@BOTH
def test_a_frozen_value_is_hashed_and_cannot_be_changed(library: Any) -> None:
    point = made(library)
    assert hash(point(1, names=())) == hash(point(1, 2, None, ()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        point(1).x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point(1).x
    with pytest.raises(TypeError):
        hash(point(1))


@BOTH
def test_what_is_not_frozen_can_be_changed_and_is_not_hashed(library: Any) -> None:
    point = made(library, frozen=False)(1)
    point.x = 5
    assert point.x == 5
    with pytest.raises(TypeError):
        hash(point)


@BOTH
@pytest.mark.parametrize(("args", "given"), [((), {}), ((1, 2, 3, 4, 5), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"y": 1})])
def test_wrong_arguments_are_refused(library: Any, args: Any, given: Any) -> None:
    with pytest.raises(TypeError):
        made(library)(*args, **given)


@BOTH
def test_each_instance_has_its_own_default(library: Any) -> None:
    point = made(library)
    one, two = point(1), point(1)
    one.names["a"] = 1
    assert two.names == {} and point(1, names={"b": 2}).names == {"b": 2}


@BOTH
def test_replace_and_asdict(library: Any) -> None:
    point = made(library)
    value = point(1, inner=(point(2), [point(3)]), names={"k": point(4)})
    assert library.replace(value, y=9).y == 9 and value.y == 2
    with pytest.raises(TypeError):
        library.replace(value, z=1)
    flat = {"x": 4, "y": 2, "inner": None, "names": {}}
    assert library.asdict(value) == {
        "x": 1, "y": 2, "inner": (flat | {"x": 2}, [flat | {"x": 3}]), "names": {"k": flat}}


@BOTH
def test_copies_and_words(library: Any) -> None:
    value = made(library)(1)
    assert copy.deepcopy(value) == copy.copy(value) == value
    assert repr(value).endswith("Point(x=1, y=2, inner=None, names={})")


def test_the_standard_library_knows_them() -> None:
    value = made(light)(1, inner=made(light)(2))
    assert dataclasses.is_dataclass(value) and dataclasses.replace(value, y=7).y == 7
    assert [item.name for item in dataclasses.fields(value)] == ["x", "y", "inner", "names"] == list(list_fields(value) or ())
    assert dataclasses.asdict(value)["inner"]["x"] == 2
    assert list_fields(3) is None


def test_a_look_loads_nothing_that_few_looks_need() -> None:
    code = f"import sys; before = set(sys.modules); import {OBSERVE}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env={
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert not DEAR & set(done.stdout.split())
