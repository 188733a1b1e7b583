# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The roots stay empty, and every source has the unit test with its own path.

The functions take the list of files, so that a list with a gap can prove that it is noticed.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

UTILS = "plugins/module_utils/"
CORE_ROOT = frozenset({"__init__.py", "errors.py", "light.py"})
EDGE_ROOT_FILES = 2
MIRRORED = (UTILS, "plugins/filter/", "plugins/modules/")


def crowded_roots(files: Collection[str]) -> list[str]:
    """Return what lies at the root of the core or the edge and belongs into a room."""
    wrong = [
        f"{UTILS}_core/{name} belongs into a room; at the root there are only {', '.join(sorted(CORE_ROOT))}"
        for name in _directly_in(f"{UTILS}_core/", files) if name not in CORE_ROOT
    ]
    edge = [name for name in _directly_in(f"{UTILS}_edge/", files) if name != "__init__.py"]
    if len(edge) > EDGE_ROOT_FILES:
        wrong.append(f"{UTILS}_edge/ has {len(edge)} files at its root, at most {EDGE_ROOT_FILES}: {', '.join(edge)}")
    return wrong


def unit_test_of(source: str) -> str:
    """Return the path of the unit test of a source: ``plugins/a/b.py`` has ``tests/unit/plugins/a/test_b.py``."""
    path = PurePosixPath(source)
    return f"tests/unit/{path.parent}/test_{path.name}"


def without_test(files: Collection[str]) -> list[str]:
    """Return the sources whose own unit test is missing."""
    there = set(files)
    return sorted(
        name for name in there if name.startswith(MIRRORED) and name.endswith(".py")
        and not name.endswith("/__init__.py") and unit_test_of(name) not in there
    )


def mirror_faults(files: Collection[str], known: Collection[str]) -> list[str]:
    """Return sources without a test that are not ``known`` for it, and known ones that have a test or are gone."""
    missing = set(without_test(files))
    wrong = [f"{name} has no unit test: write {unit_test_of(name)}" for name in sorted(missing - set(known))]
    return wrong + [
        f"{name} has its unit test or is gone: remove its row from the list" for name in sorted(set(known) - missing)
    ]


def _directly_in(folder: str, files: Collection[str]) -> list[str]:
    return sorted(name[len(folder):] for name in files if name.startswith(folder) and "/" not in name[len(folder):])
