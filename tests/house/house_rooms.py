# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rooms of ``module_utils`` and the arrows between them, measured from the imports.

A room is a folder directly in ``_core``, ``_edge`` or ``_ansible``; the files at a root are a room
of their own.  An arrow goes from a room to one that it imports.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from house_imports import cycles
from house_payloads import imported_files
from house_tree import sources, text

Arrow = tuple[str, str]

# Arrows that close a circle and stay for now, each with its reason.
KNOWN_CIRCLES: Mapping[Arrow, str] = {}


def room_of(name: str) -> str:
    """Return the room of a file below ``plugins/module_utils``: ``_core/cert``."""
    parts = PurePosixPath(name).parts[2:]
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def arrows(imports: Mapping[str, Collection[str]]) -> dict[Arrow, list[str]]:
    """Return each arrow with the imports that it stands for, from who imports what (paths)."""
    found: dict[Arrow, list[str]] = {}
    for name in sorted(imports):
        for other in sorted(imports[name]):
            arrow = (room_of(name), room_of(other))
            if arrow[0] != arrow[1]:
                found.setdefault(arrow, []).append(f"{name} imports {other}")
    return found


def circles(found: Mapping[Arrow, list[str]], known: Collection[Arrow] = ()) -> list[str]:
    """Return a sentence for each circle of rooms that has none of the ``known`` arrows."""
    graph: dict[str, set[str]] = {}
    for start, end in found:
        if (start, end) not in known:
            graph.setdefault(start, set()).add(end)
    return [
        " -> ".join(circle) + ": " + "; ".join(found[arrow][0] for arrow in itertools.pairwise(circle))
        for circle in cycles(graph)
    ]


def measured() -> dict[Arrow, list[str]]:
    """Return the arrows of the checkout."""
    named = {name: text(name) for name in sources("plugins/module_utils/")}
    return arrows({
        name: [other for other in imported_files(source, named) if not other.endswith("/__init__.py")]
        for name, source in named.items()
    })
