# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A cursor reads vectors and never past their end."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor, numbers, vector


def test_reads_what_was_written():
    data = vector(1, b"ab") + vector(2, b"cde") + numbers(2, 2, (1, 515)) + b"rest"
    cursor = Cursor(data, "thing")
    assert cursor.vector(1) == b"ab"
    assert cursor.vector(2) == b"cde"
    assert cursor.numbers(2, 2) == (1, 515)
    assert cursor.left == 4
    assert cursor.rest() == b"rest"
    cursor.finish()


@pytest.mark.parametrize("cut", range(8))
def test_a_structure_cut_anywhere_is_an_error(cut):
    whole = vector(1, b"ab") + vector(2, b"cde")
    cursor = Cursor(whole[:cut], "thing")
    with pytest.raises(WireError, match="thing ends .* too early"):
        cursor.vector(1)
        cursor.vector(2)


def test_an_entry_cut_in_the_middle():
    with pytest.raises(WireError, match="cut in the middle"):
        Cursor(b"\x00\x03\x01\x02\x03", "list").numbers(2, 2)


def test_bytes_left_over():
    with pytest.raises(WireError, match="2 bytes too many"):
        Cursor(b"ab", "thing").finish()
