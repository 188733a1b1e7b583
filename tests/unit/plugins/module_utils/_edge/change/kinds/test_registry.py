# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change is checked before the world is read: unknown kinds, unknown and missing keys name themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.formats import FORMATS
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds import registry
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.base import Kind
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import (
    FORMATS_NOW,
    KINDS,
    plan_step,
)

FOLDER = Path(registry.__file__).parent


def test_every_kind_of_the_folder_is_in_the_registry() -> None:
    """What is not named there does not travel to the host."""
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base", "registry"}
    assert files == {type(kind).__module__.rpartition(".")[2] for kind in KINDS.values()}
    assert all(isinstance(kind, Kind) and kind.name == name for name, kind in KINDS.items() if name not in FORMATS_NOW)


@pytest.mark.parametrize("name", FORMATS_NOW)
def test_a_kind_of_an_earlier_version_is_read_from_a_journal_and_no_longer_written(name: str) -> None:
    assert name in FORMATS and KINDS[name] is KINDS["edited_file"]
    with pytest.raises(TransactionError, match=f"The kind {name} of a change is now the kind edited_file with `format: {name}`"):
        plan_step({"kind": name, "path": "/x", "values": {}})


@pytest.mark.parametrize("kind", ["files", "", None, "File", ["file"]])
def test_an_unknown_kind_is_named_with_the_known_ones(kind: Any) -> None:
    with pytest.raises(TransactionError, match="has the kind .*; the kinds are apache_sites, certificate_set, edited_file, "):
        plan_step({"kind": kind, "path": "/x"})


@pytest.mark.parametrize(("change", "words"), [
    ({"kind": "file"}, "A change of kind file lacks path"),
    ({"kind": "file", "path": None}, "lacks path"),
    ({"kind": "edited_file", "path": "/x"}, "edited_file lacks format; it takes path, format, values"),
    ({"kind": "unit"}, "lacks state, unit"),
    ({"kind": "file", "path": "/x", "contents": "y"}, "has the unknown key contents"),
    ({"kind": "unit", "unit": "x", "state": "started", "mode": "0644", "b": 1}, "has the unknown key b, mode"),
])
def test_a_missing_or_unknown_key_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(TransactionError, match=words):
        plan_step(change)


def test_a_key_of_the_module_without_a_value_is_no_unknown_key(tmp_path: Path) -> None:
    change = {"kind": "file", "path": str(tmp_path / "x"), "content": "a", "needs": ["y"], "values": None, "unit": None}
    assert plan_step(change).differs


def test_a_step_pairs_what_is_with_what_is_wanted_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    inode = path.stat().st_ino
    step = plan_step({"kind": "file", "path": str(path), "content": "new"})
    assert (step.before.content, step.after.content, step.label) == (b"old", b"new", str(path))
    assert step.identity == {"kind": "file", "path": str(path)}, "no content: the journal keeps it"
    assert (path.read_text(), path.stat().st_ino) == ("old", inode) and os.listdir(tmp_path) == ["x"]
    assert not plan_step({"kind": "file", "path": str(path), "content": "old"}).differs
