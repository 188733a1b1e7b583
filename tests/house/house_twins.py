# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything has its twin: a module its unit test, integration target and page; a test its source.

The functions take the list of files, so that a list with a gap can prove that it is noticed.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath


def modules(files: Collection[str]) -> list[str]:
    """Return the names of the modules."""
    return sorted(
        PurePosixPath(name).stem for name in files if name.startswith("plugins/modules/") and name.endswith(".py")
        and not name.endswith("__init__.py")
    )


def without_twin(module: str, files: Collection[str]) -> list[str]:
    """Return what a module should have and has not."""
    wanted = [
        f"tests/unit/plugins/modules/test_{module}.py",
        f"tests/integration/targets/{module}/tasks/main.yml",
        f"tests/integration/targets/{module}/aliases",
    ]
    return [name for name in wanted if name not in files]


def strays(files: Collection[str]) -> list[str]:
    """Return unit tests that mirror nothing.

    ``tests/unit/plugins/a/test_b.py`` mirrors ``plugins/a/b.py``; a second test of the
    same file may go on: ``test_b_limits.py``; and a room may be tested as a whole.
    """
    found = []
    for name in files:
        path = PurePosixPath(name)
        if not name.startswith("tests/unit/plugins/") or not path.name.startswith("test_") or path.suffix != ".py":
            continue
        folder = str(path.parent).removeprefix("tests/unit/")
        mirrored = {PurePosixPath(folder).name} | {
            PurePosixPath(source.removeprefix(folder + "/")).parts[0].removesuffix(".py")
            for source in files if source.startswith(folder + "/")
        }
        stem = path.stem.removeprefix("test_")
        if not any(stem == source or stem.startswith(source.lstrip("_") + "_") for source in mirrored):
            found.append(name)
    return found
