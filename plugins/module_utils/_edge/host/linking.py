# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which libraries the loader would give a program, found by reading files: nothing is run or loaded.

A program that a configuration file names is anybody's, and ``ldd`` may run it. A library that
not only root can write is not followed.
(ld.so(8): run path, ld.so.conf, default folders; processor-specific subfolders are left out.)
"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.format import elf
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.guarded import distrust

CONFIGURATION = "/etc/ld.so.conf"
_DEFAULT = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
_MOST = 400


def list_libraries(program: str) -> dict[str, str]:
    """Return the path of every library that a program loads at its start, directly or through others, by name."""
    found: dict[str, str] = {}
    todo: list[tuple[str, Optional[elf.Linked]]] = [(program, find_linked(program))]
    usual = (*_configured(CONFIGURATION), *_DEFAULT)
    while todo and len(found) < _MOST:
        path, asks = todo.pop(0)
        for name in asks.needed if asks else ():
            if name not in found:
                place = _place(name, path, asks, usual) if asks else None
                if place:
                    found[name] = place
                    todo.append((place, find_linked(place)))
    return found


def find_linked(path: str) -> Optional[elf.Linked]:
    """Return what a file asks the loader for; None if it is no ELF file or cannot be read."""
    try:
        with open(path, "rb") as stream:
            def read_at(offset: int, size: int) -> bytes:
                stream.seek(offset)
                return stream.read(size)

            return elf.read(read_at)
    except (OSError, OverflowError):
        return None


def _place(name: str, wanted_by: str, asks: elf.Linked, usual: Sequence[str]) -> Optional[str]:
    origin = os.path.dirname(os.path.realpath(wanted_by))
    own = [folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for folder in asks.folders]
    candidates = [name] if "/" in name else [os.path.join(folder, name) for folder in [*own, *usual]]
    for path in candidates:
        if os.path.isfile(path):
            other = find_linked(path) if distrust(path) is None else None
            if other is not None and other.machine == asks.machine:
                return path
    return None


def _configured(path: str, depth: int = 0) -> tuple[str, ...]:
    """Return the folders of ld.so.conf and of the files that it includes."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().split("\n")
    except OSError:
        return ()
    found: list[str] = []
    for line in lines:
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[0] == "include" and depth < 4:
            for pattern in words[1:]:
                for name in sorted(glob.glob(os.path.join(os.path.dirname(path), pattern))):
                    found += _configured(name, depth + 1)
        elif len(words) == 1:
            found.append(words[0])
    return tuple(found)
