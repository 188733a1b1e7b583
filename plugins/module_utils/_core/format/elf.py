# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which libraries a program or library asks the loader for, read from the file; nothing of it is run.

Only the headers, the program header table, the dynamic section and the strings that
it points at are read, each within a bound.
(ELF-64 and ELF-32: System V ABI, gabi 4.1 chapters 4 and 5.)
"""

from __future__ import annotations

import struct
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass

Read = Callable[[int, int], bytes]
"""Reads (offset, size) of a file; fewer bytes at its end."""

_LOAD, _DYNAMIC = 1, 2
_END, _NEEDED, _STRINGS, _STRINGS_SIZE, _RPATH, _RUNPATH = 0, 1, 5, 10, 15, 29
_MOST_HEADERS = 256
_MOST_TAGS = 4096
_LONGEST_TABLE = 4 * 1024 * 1024
_LONGEST_NAME = 4096


@dataclass(frozen=True)
class Linked:
    """What a file asks the loader for."""

    machine: tuple[int, int]
    """Word size (1: 32 bits, 2: 64 bits) and processor: a library of another kind is passed over."""
    needed: tuple[str, ...]
    """Names of libraries, in order."""
    folders: tuple[str, ...]
    """Folders that are searched for them first; ``$ORIGIN`` stands for the folder of this file."""


def read(read_at: Read) -> Optional[Linked]:
    """Return what an ELF file needs; None if it is no ELF file, or one that is damaged.

    Args:
        read_at: reads a part of the file.
    """
    try:
        return _read(read_at)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        return None


def _read(read_at: Read) -> Optional[Linked]:
    head = read_at(0, 64)
    if head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in (1, 2):
        return None
    order, wide = "<" if head[5] == 1 else ">", head[4] == 2
    machine = struct.unpack_from(order + "H", head, 18)[0]
    table, size, count = _table(order, wide, head)
    if count > _MOST_HEADERS:
        return None
    rows = [_segment(order, wide, read_at(table + number * size, size)) for number in range(count)]
    loads = [row[1:] for row in rows if row[0] == _LOAD]
    dynamic = next((row for row in rows if row[0] == _DYNAMIC), None)
    if dynamic is None:
        return Linked((head[4], machine), (), ())
    tags = _tags(order, wide, read_at(dynamic[1], min(dynamic[3], _MOST_TAGS * 16)))
    strings = read_at(_place(loads, tags[_STRINGS][0]), min(tags[_STRINGS_SIZE][0], _LONGEST_TABLE))
    folders = [_text(strings, place) for place in tags.get(_RUNPATH) or tags.get(_RPATH) or ()]
    return Linked(
        (head[4], machine),
        tuple(_text(strings, place) for place in tags.get(_NEEDED, ())),
        tuple(folder for text in folders for folder in text.split(":") if folder),
    )


def _table(order: str, wide: bool, head: bytes) -> tuple[int, int, int]:
    """Return offset, size of a row and rows of the program header table."""
    offset = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
    size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
    return int(offset), int(size), int(count)


def _segment(order: str, wide: bool, row: bytes) -> tuple[int, int, int, int]:
    """Return type, offset in the file, address and size in the file."""
    if wide:
        kind, _flags, offset, address, _physical, size = struct.unpack_from(order + "IIQQQQ", row)
    else:
        kind, offset, address, _physical, size = struct.unpack_from(order + "IIIII", row)
    return int(kind), int(offset), int(address), int(size)


def _tags(order: str, wide: bool, section: bytes) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    step = 16 if wide else 8
    for place in range(0, len(section) - step + 1, step):
        tag, value = struct.unpack_from(order + ("qQ" if wide else "iI"), section, place)
        if tag == _END:
            break
        found.setdefault(tag, []).append(value)
    if _STRINGS not in found or _STRINGS_SIZE not in found:
        raise ValueError("no strings")
    return found


def _place(loads: list[tuple[int, int, int]], address: int) -> int:
    """Return where in the file an address of the loaded program is."""
    for offset, start, size in loads:
        if start <= address < start + size:
            return offset + address - start
    raise ValueError("outside of every segment")


def _text(strings: bytes, place: int) -> str:
    end = strings.index(b"\0", place)
    if end - place > _LONGEST_NAME:
        raise ValueError("too long")
    return strings[place:end].decode("ascii")
