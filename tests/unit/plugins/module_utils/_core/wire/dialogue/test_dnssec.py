# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The question about validation: its bytes, and what each kind of answer means."""

from __future__ import annotations

import struct
from typing import Any, Optional, Union

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.dnssec import (
    Validation,
    ask,
    question,
    read,
)


def answer(flags: int, answers: int = 1, identity: int = 7) -> bytes:
    message = struct.pack("!6H", identity, flags, 1, answers, 0, 0) + b"\0" + struct.pack("!2H", 2, 1) + b"\0" * 11 * answers
    return struct.pack("!H", len(message)) + message


def talk(arrivals: list[Union[bytes, End]]) -> Any:
    conversation = ask(7)
    assert next(conversation) == Send(question(7))
    arrival: Any = b""
    while True:
        try:
            conversation.send(arrival)
        except StopIteration as stop:
            return stop.value
        arrival = arrivals.pop(0)


def test_the_question_as_it_goes_over_the_wire() -> None:
    # ID 7, RD and AD; one question, one additional record; NS IN of the root; OPT, 1232 bytes, DO (RFC 1035, 3225, 6891).
    assert question(7).hex() == "001c" + "0007" + "0120" + "0001" "0000" "0000" "0001" + "00" "0002" "0001" + (
        "00" "0029" "04d0" "00008000" "0000")


@pytest.mark.parametrize(("flags", "answers", "validated", "words"), [
    (0x81A0, 1, True, "authentic"),
    (0x8180, 1, False, "does not validate"),
    (0x8182, 0, None, "response code 2"),
    (0x81A0, 0, None, "does not know the root"),
    (0x01A0, 1, None, "another question"),
])
def test_what_an_answer_means(flags: int, answers: int, validated: Optional[bool], words: str) -> None:
    said = talk([answer(flags, answers)])
    assert said.validated is validated and words in said.reason


def test_an_answer_may_come_in_pieces() -> None:
    whole = answer(0x81A0)
    assert talk([whole[at:at + 1] for at in range(len(whole))]).validated is True


@pytest.mark.parametrize("arrivals", [[End.CLOSED], [End.DEADLINE], [b"\0", End.RESET], [b"\xff\xff", End.CLOSED]])
def test_no_answer_is_never_a_yes(arrivals: list[Union[bytes, End]]) -> None:
    assert talk(arrivals).validated is None


def test_an_answer_to_somebody_else_is_none() -> None:
    assert read(answer(0x81A0, identity=8)[2:], 7) == Validation(None, "its answer belongs to another question")
    assert read(b"\0\7", 7).validated is None
