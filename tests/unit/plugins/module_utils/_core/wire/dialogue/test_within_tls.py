# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Behind the handshake: what is said, to whom, and when nothing comes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.within_tls import Said, hear
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

AUTH = re.compile("^250[- ]AUTH ", re.MULTILINE)
GREETING = b"220 mail ESMTP\r\n"
CLEAR = b"250-mail\r\n250 STARTTLS\r\n"
READY = b"220 go ahead\r\n"
INNER = b"250-mail\r\n250-AUTH PLAIN\r\n250 DSN\r\n"


def talk(protocol: str, arrivals: list[Any]) -> tuple[Said, list[Any]]:
    """Hold the conversation; return what it came to, and everything it sent."""
    conversation = hear(DIALOGUES[protocol], Endpoint("mail.example.org", 1, protocol, "mail.example.org"), AUTH)
    sent: list[Any] = []
    arrival: Any = None
    while True:
        try:
            step = conversation.send(arrival)
        except StopIteration as stop:
            return stop.value, sent
        if isinstance(step, Send):
            sent.append(step.data)
            arrival = b""
        elif isinstance(step, Secure):
            sent.append("handshake")
            arrival = arrivals.pop(0)
        else:
            assert isinstance(step, Receive)
            arrival = arrivals.pop(0)


def test_a_submission_port_offers_logins_inside() -> None:
    seen, sent = talk("submission", [GREETING, CLEAR, READY, Secured(True), INNER])
    assert AUTH.search(seen.text) and seen.reason == ""
    assert sent[1] == b"STARTTLS\r\n" and sent[2] == "handshake" and sent[3].startswith(b"EHLO ")


def test_byte_by_byte_it_is_the_same() -> None:
    pieces = [data[at:at + 1] for data in (GREETING, CLEAR, READY) for at in range(len(data))]
    inner = [INNER[at:at + 1] for at in range(len(INNER))]
    seen, _sent = talk("submission", [*pieces, Secured(True), *inner])
    assert AUTH.search(seen.text)


def test_where_the_server_greets_it_speaks_first() -> None:
    seen, sent = talk("smtps", [Secured(True), GREETING, INNER])
    assert AUTH.search(seen.text) and sent[0] == "handshake" and sent[1].startswith(b"EHLO ")


def test_what_was_said_before_tls_does_not_count() -> None:
    early = b"250-mail\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"
    seen, _sent = talk("submission", [GREETING, early, READY, Secured(True), b"250 mail\r\n", End.SILENT])
    assert not AUTH.search(seen.text) and seen.text == "250 mail\r\n"


@pytest.mark.parametrize(("arrivals", "words"), [
    ([GREETING, CLEAR, b"454 4.7.0 TLS not available\r\n"], "TLS not available"),
    ([GREETING, b"250 mail\r\n"], "does not offer STARTTLS"),
    ([GREETING, CLEAR, READY, Secured(False, reason="The handshake failed.")], "handshake failed"),
    ([GREETING, CLEAR, READY, Secured(True), End.CLOSED], "ended the session within TLS"),
    ([GREETING, CLEAR, READY, Secured(True), Secured(False, reason="alert")], "ended the session within TLS (alert)"),
    ([End.DEADLINE], "deadline"),
])
def test_why_nothing_was_heard(arrivals: list[Any], words: str) -> None:
    seen, _sent = talk("submission", arrivals)
    assert not AUTH.search(seen.text) and words in seen.reason
