# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records come out whole, whatever the pieces; what is no record is said to be none."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    ALERT,
    HANDSHAKE,
    MAX_FRAGMENT,
    NotTls,
    Record,
    RecordReader,
    record,
)

STREAM = record(HANDSHAKE, 0x0303, b"hello") + record(ALERT, 0x0301, b"\x02\x28") + record(HANDSHAKE, 0x0300, b"")
RECORDS = [Record(HANDSHAKE, 0x0303, b"hello"), Record(ALERT, 0x0301, b"\x02\x28"), Record(HANDSHAKE, 0x0300, b"")]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_pieces_of_any_size(size):
    reader, seen = RecordReader(), []
    for at in range(0, len(STREAM), size):
        seen += reader.feed(STREAM[at:at + size])
    assert seen == RECORDS
    assert reader.pending == 0


@pytest.mark.parametrize("data", [
    b"HTTP/1.1 400 Bad Request\r\n", b"220 mail", b"\x80\x2e\x01", b"\x16\x02\x00", b"\x00" * 9])
def test_what_is_not_tls(data):
    with pytest.raises(NotTls) as caught:
        RecordReader().feed(data)
    assert caught.value.details["first_bytes"] == data[:64].hex()
    slow = RecordReader()
    with pytest.raises(NotTls):
        for byte in data:
            slow.feed(bytes((byte,)))


def test_a_record_too_long_to_be_one():
    RecordReader().feed(b"\x16\x03\x03" + MAX_FRAGMENT.to_bytes(2, "big"))
    with pytest.raises(WireError, match="the most is"):
        RecordReader().feed(b"\x16\x03\x03" + (MAX_FRAGMENT + 1).to_bytes(2, "big"))


def test_never_holds_more_than_one_record():
    reader = RecordReader()
    for _each in range(1000):
        reader.feed(record(HANDSHAKE, 0x0303, b"x" * 100)[:-1])
        reader.feed(b"x")
        assert reader.pending <= MAX_FRAGMENT
