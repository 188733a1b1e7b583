# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Damaged files are no ELF files, and never an exception or an endless read."""

from __future__ import annotations

import random
import struct

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import elf


def made(wide: bool = True, order: str = "<", needed: tuple[str, ...] = ("libssl.so.3", "libc.so.6"), runpath: str = "") -> bytes:
    """A smallest ELF file: a head, two program headers, a dynamic section and its strings."""
    names = b"\0"
    tags = []
    for tag, text in [(1, name) for name in needed] + ([(29, runpath)] if runpath else []):
        tags.append((tag, len(names)))
        names += text.encode() + b"\0"
    head_size, row_size, step = (64, 56, 16) if wide else (52, 32, 8)
    dynamic_at = head_size + 2 * row_size
    strings_at = dynamic_at + (len(tags) + 3) * step
    base = 0x10000
    tags += [(5, base + strings_at), (10, len(names)), (0, 0)]
    dynamic = b"".join(struct.pack(order + ("qQ" if wide else "iI"), *tag) for tag in tags)
    end = strings_at + len(names)

    def row(kind: int, at: int, size: int) -> bytes:
        if wide:
            return struct.pack(order + "IIQQQQQQ", kind, 4, at, base + at, base + at, size, size, 1)
        return struct.pack(order + "IIIIIIII", kind, at, base + at, base + at, size, size, 4, 1)

    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    word = "Q" if wide else "I"
    rest = struct.pack(order + "HHI" + word * 3 + "IHHHHHH", 3, 62, 1, 0, head_size, 0, 0, head_size, row_size, 2, 0, 0, 0)
    return ident + rest + row(1, 0, end) + row(2, dynamic_at, len(dynamic)) + dynamic + names


def of(data: bytes) -> elf.Linked | None:
    return elf.read(lambda offset, size: data[offset:offset + size])


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_form_of_a_file(wide: bool, order: str) -> None:
    found = of(made(wide, order, runpath="/opt/lib:$ORIGIN/../lib"))
    assert found == elf.Linked((2 if wide else 1, 62), ("libssl.so.3", "libc.so.6"), ("/opt/lib", "$ORIGIN/../lib"))


def test_a_static_program_needs_nothing() -> None:
    data = bytearray(made())
    data[64 + 56:64 + 60] = struct.pack("<I", 4)
    assert of(bytes(data)) == elf.Linked((2, 62), (), ())


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"#!/bin/sh\n", b"\x7fELF" + b"\xff" * 500, made()[:100], made()[:-1]])
def test_no_file(data: bytes) -> None:
    assert of(data) is None


def test_damage_is_never_an_exception_and_reads_are_bounded() -> None:
    chance, good, largest = random.Random(7), made(runpath="/x"), 0
    for _case in range(5000):
        data = bytearray(good)
        for _byte in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])

        def read_at(offset: int, size: int, data: bytes = bytes(data)) -> bytes:
            nonlocal largest
            largest = max(largest, size)
            return data[offset:offset + size]

        elf.read(read_at)
    assert largest <= 4 * 1024 * 1024
