# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a peer sent is taken in the pieces that a dialogue asks for, and never without a bound."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    MAX_FIRST,
    MAX_HELD,
    MAX_LINE,
    End,
    Ended,
    Inbox,
    Receive,
    Secured,
)


def fed(inbox, steps, *pieces):
    """What the steps return when the pieces arrive one after the other; then the peer closes."""
    waiting = [*pieces, End.CLOSED]
    try:
        step = next(steps)
        while True:
            assert isinstance(step, Receive)
            step = steps.send(waiting.pop(0))
    except StopIteration as stop:
        return stop.value


@st.composite
def cut(draw):
    """Bytes, and the same bytes in pieces of any size."""
    data = draw(st.binary(max_size=40) | st.text("ab\r\n", max_size=60).map(str.encode))
    pieces, at = [], 0
    while at < len(data):
        size = draw(st.integers(1, 9))
        pieces.append(data[at:at + size])
        at += size
    return data, pieces


@given(cut())
def test_lines_do_not_depend_on_how_they_arrive(made):
    data, pieces = made
    inbox, lines = Inbox(), []

    def read():
        while True:
            lines.append((yield from inbox.line()))

    with pytest.raises(Ended):
        fed(inbox, read(), *pieces)
    *whole, rest = data.split(b"\n")
    assert lines == [line.rstrip(b"\r\n") for line in whole]
    assert inbox.rest() == rest and inbox.rest() == b""


@given(cut(), st.integers(0, 30))
def test_a_fixed_size_is_that_size_and_the_rest_stays(made, count):
    data, pieces = made
    inbox = Inbox()
    if count > len(data):
        with pytest.raises(Ended):
            fed(inbox, inbox.exactly(count), *pieces)
        assert bytes(inbox.held) == data, "what came is still there"
        return
    assert fed(inbox, inbox.exactly(count), *pieces) == data[:count]
    assert data[count:].startswith(inbox.rest())


@given(cut())
def test_a_pattern_is_found_in_whatever_pieces_it_comes(made):
    data, pieces = made
    inbox, pattern = Inbox(), re.compile(rb"<end/?>")
    marked = data.replace(b"<", b"") + b"<end>" + b"behind"
    pieces = [marked[at:at + 3] for at in range(0, len(marked), 3)] if len(pieces) % 2 else [marked]
    assert fed(inbox, inbox.until(pattern, 6), *pieces) == data.replace(b"<", b"") + b"<end>"


@pytest.mark.parametrize("end", [End.CLOSED, End.RESET, End.SILENT, End.DEADLINE, End.TOO_MUCH])
def test_an_end_is_raised_with_its_kind(end):
    inbox = Inbox()
    with pytest.raises(Ended) as caught:
        fed(inbox, inbox.line(), b"half a li", end)
    assert caught.value.end is end and str(caught.value) == end.value
    assert bytes(inbox.held) == b"half a li"


def test_a_session_that_ends_with_an_alert_is_an_end_with_its_reason():
    inbox = Inbox()
    with pytest.raises(Ended) as caught:
        fed(inbox, inbox.more(), Secured(False, reason="certificate required"))
    assert (caught.value.end, caught.value.reason) == (End.CLOSED, "certificate required")


def test_patience_is_handed_to_the_driver():
    inbox = Inbox()
    for steps in (inbox.more(1.5), inbox.line(1.5), inbox.exactly(1, 1.5), inbox.until(re.compile(b"x"), 1, 1.5)):
        assert next(steps) == Receive(1.5)


@pytest.mark.parametrize("size", [1, 4096])
def test_a_line_without_end_is_given_up(size):
    inbox = Inbox()
    with pytest.raises(WireError, match=str(MAX_LINE)):
        fed(inbox, inbox.line(), *[b"x" * size] * (MAX_LINE // size + 2))
    assert len(inbox.held) <= MAX_LINE + size


def test_a_line_of_the_longest_kind_is_read():
    inbox = Inbox()
    assert fed(inbox, inbox.line(), b"x" * MAX_LINE, b"\r\n") == b"x" * MAX_LINE


def test_a_peer_that_sends_without_end_is_given_up():
    inbox = Inbox()
    with pytest.raises(WireError, match="without ever finishing"):
        fed(inbox, inbox.until(re.compile(b"never"), 5), *[b"x" * 65536] * 4)
    assert len(inbox.held) <= MAX_HELD + 65536


def test_an_announced_size_is_refused_before_it_is_waited_for():
    inbox = Inbox()
    with pytest.raises(WireError, match=str(MAX_HELD + 1)):
        next(inbox.exactly(MAX_HELD + 1))
    assert next(inbox.exactly(MAX_HELD)) == Receive(None)


def test_the_first_bytes_stay_when_they_are_taken():
    inbox = Inbox()
    assert fed(inbox, inbox.line(), b"one\ntwo", b"") == b"one"
    assert bytes(inbox.first) == b"one\ntwo" and bytes(inbox.held) == b"two"
    fed(inbox, inbox.more(), b"y" * 500)
    assert bytes(inbox.first) == (b"one\ntwo" + b"y" * 500)[:MAX_FIRST]


def test_what_was_searched_is_not_searched_again():
    """A peer that sends one byte at a time must not cost the square of what it sends."""
    class Counted(bytearray):
        looked = 0

        def find(self, sub, start=0):
            Counted.looked += len(self) - start
            return super().find(sub, start)

    inbox = Inbox()
    inbox.held = Counted()
    fed(inbox, inbox.line(), *[b"x"] * 5000, b"\n")
    assert Counted.looked <= 2 * 5001
