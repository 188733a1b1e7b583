# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""First words and answers of many servers, fed to the plan that asks; nothing is connected."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.listener import identify
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.tables import BY_PROTOCOL, KINDS, TCP_HINTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Receive, Send
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Outcome
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import Alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look

GREETINGS = [
    (b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", 2222, "ssh"),
    (b"220 mx.example.org ESMTP Postfix\r\n", 25, "smtp"),
    (b"220 mx.example.org ESMTP Postfix\r\n", 587, "submission"),
    (b"220 mx.example.org ESMTP Postfix\r\n", 10025, "smtp"),
    (b"220 store LMTP ready\r\n", 2424, "lmtp"),
    (b"220 (vsFTPd 3.0.3)\r\n", 2121, "ftp"),
    (b"220 Welcome.\r\n", 21, "ftp"),
    (b"220-FileZilla Server\r\n", 990, "ftp"),
    (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", 143, "imap"),
    (b"+OK POP3 ready <1.2@x>\r\n", 110, "pop3"),
    (b'"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n', 4190, "sieve"),
    (b"200 news server ready\r\n", 119, "nntp"),
    (b"\x4a\x00\x00\x00\x0a10.11.6-MariaDB\x00", 3306, "mysql"),
    (b"\x45\x00\x00\x00\xff\x6a\x04Host is not allowed", 3306, "mysql"),
    (b"RFB 003.008\n", 5901, "vnc"),
    (b"@RSYNCD: 31.0\n", 873, "rsync"),
    (b"\xff\xfd\x18\xff\xfd\x20", 23, "telnet"),
    (b"HTTP/1.1 400 Bad Request\r\n", 8000, "http"),
    (b"\x00\x01\x02 nothing that is known", 9999, None),
]


@pytest.mark.parametrize("words, port, protocol", GREETINGS)
def test_greeting(words, port, protocol):
    assert identify.identify_greeting(words, port) == protocol


def outcome(result=None, failure=None, detail=""):
    return Outcome(failure, detail, result, "127.0.0.1", True, 0.1)


def run(port, *answers):
    """Run the plan; ``answers`` are what the batches bring, each what its connections bring; then all is silent.

    Returns the identity, and how many connections each batch had.
    """
    plan = identify.identify(port)
    sizes = []
    request = next(plan)
    while True:
        batch = answers[len(sizes)] if len(sizes) < len(answers) else None
        rows = batch if isinstance(batch, list) else [batch] * len(request.asks)
        assert len(rows) == len(request.asks)
        sizes.append(len(rows))
        try:
            request = plan.send([row if isinstance(row, Outcome) else outcome(row) for row in rows])
        except StopIteration as stop:
            return stop.value, sizes


NO_GREETING, SILENT = b"", Look("silent")
CLOSED = Look("closed")
HTTP_400 = Look("not_tls", plain=b"HTTP/1.1 400 Bad Request")
STARTTLS = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"


def test_who_speaks_first_is_asked_nothing():
    found, asked = run(25, b"220 mx ESMTP\r\n")
    assert (found.protocol, found.by, asked) == ("smtp", "greeting", [1])


@pytest.mark.parametrize("port, answers, protocol", [
    (9443, [NO_GREETING, Look("alert", alert=Alert(2, 70))], "tls"),
    (9443, [NO_GREETING, CLOSED, Look("alert", alert=Alert(2, 70))], "tls"),
    (8081, [NO_GREETING, HTTP_400], "http"),
    (8081, [NO_GREETING, SILENT, b"HTTP/1.1 200 OK\r\n\r\n"], "http"),
    (8081, [NO_GREETING, CLOSED, CLOSED, b"HTTP/1.1 200 OK\r\n\r\n"], "http"),
    (5433, [NO_GREETING, SILENT, b"", [b"S", None, None]], "postgres"),
    (1389, [NO_GREETING, SILENT, b"", [None, STARTTLS, b""]], "ldap"),
    (6380, [NO_GREETING, SILENT, b"", [b"", b"", b"+PONG\r\n"]], "redis"),
    (6380, [NO_GREETING, SILENT, b"", [b"", b"", b"-NOAUTH Authentication required.\r\n"]], "redis"),
    (11212, [NO_GREETING, SILENT, b"", [b"ERROR\r\n", b"ERROR\r\n", b"ERROR\r\n"]], "memcached"),
])
def test_who_waits_is_asked(port, answers, protocol):
    found, asked = run(port, *answers)
    assert (found.protocol, found.by, len(asked)) == (protocol, "answer", len(answers))


@pytest.mark.parametrize("port, answer, protocol", [
    (443, Look("alert", alert=Alert(2, 40)), "https"),
    (993, Look("alert", alert=Alert(2, 40)), "imaps"),
    (80, HTTP_400, "http"),
    (8080, Look("alert", alert=Alert(2, 70)), "tls"),
    (389, STARTTLS, "ldap"),
    (5432, b"N", "postgres"),
    (6379, b"-NOAUTH Authentication required.\r\n", "redis"),
])
def test_what_the_port_suggests_is_asked_first_and_saves_the_wait(port, answer, protocol):
    found, asked = run(port, answer)
    assert (found.protocol, found.by, asked) == (protocol, "answer", [1])
    if isinstance(answer, Look) and answer.alert:
        assert found.words == f"answers a ClientHello with the alert {answer.alert.name}"


def test_a_wrong_suggestion_costs_one_question():
    assert run(443, CLOSED, b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n")[0].protocol == "ssh"
    assert run(389, b"HTTP/1.1 400 Bad Request\r\n\r\n", NO_GREETING, Look("alert", alert=Alert(2, 40)))[0].protocol == "tls"


def test_who_never_answers_is_known_by_the_port_or_not_at_all():
    assert run(514, NO_GREETING)[0] == identify.Identity("rsh", "port")
    assert run(50000, NO_GREETING)[0] == identify.Identity(None, "nothing")


def test_a_silent_port_costs_four_waits_and_one_more_if_its_number_suggests_a_protocol():
    assert run(50000, NO_GREETING, SILENT)[1] == [1, 1, 1, 3]
    assert run(443, SILENT, NO_GREETING, SILENT)[1] == [1, 1, 1, 1, 3]


def test_a_port_that_cannot_be_connected_to_is_not_identified_by_silence():
    found, asked = run(9999, outcome(failure="refused", detail="Connection refused"))
    assert not found.reachable and asked == [1]


@pytest.mark.parametrize("head, basic", [
    (b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\n\r\n", True),
    (b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n\r\n", False),
    (b"HTTP/1.1 200 OK\r\n\r\nWWW-Authenticate basic", False),
])
def test_a_password_in_clear_text_is_noticed(head, basic):
    assert run(8081, NO_GREETING, SILENT, head)[0].basic is basic


def test_words_are_made_printable():
    assert identify.escape_bytes(b"220 \x1b[2J\xff\r\n") == "220 .[2J..."


def talk(conversation, *arrivals):
    """Hold a conversation: bytes are fed to each Receive, then silence."""
    feed = list(arrivals)
    said = []
    try:
        step = next(conversation)
        while True:
            if isinstance(step, Send):
                said.append(step.data)
                step = conversation.send(b"")
            else:
                assert isinstance(step, Receive)
                step = conversation.send(feed.pop(0) if feed else End.SILENT)
    except StopIteration as stop:
        return said, stop.value


def test_the_greeting_says_nothing_and_keeps_what_came():
    assert talk(identify._greeting(2.0), b"22", b"0 x") == ([], b"220 x")
    assert talk(identify._greeting(2.0)) == ([], b"")


def test_a_question_collects_a_whole_head_byte_by_byte():
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"
    said, answer = talk(identify._say(b"GET / HTTP/1.1\r\n\r\n")(2.0)(), *[bytes([byte]) for byte in head])
    assert said == [b"GET / HTTP/1.1\r\n\r\n"] and answer == head
    assert talk(identify._say(b"PING\r\n")(2.0)(), End.CLOSED)[1] is None


def test_the_tables_fit_together():
    for protocol in TCP_HINTS.values():
        assert protocol in DEFAULT_PORTS or protocol in BY_PROTOCOL or protocol == "smb", protocol
    assert {kind for kind, _severity in BY_PROTOCOL.values()} <= set(KINDS)
