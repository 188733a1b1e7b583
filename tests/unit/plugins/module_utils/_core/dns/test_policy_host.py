# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The conversation with a policy host, fed by hand."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.policy_host import ask_policy_host
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
TEXT = b"version: STSv1\r\n"


def talk(secured, *arrivals):
    running = ask_policy_host("example.org", "/roots.pem")
    first = next(running)
    assert first == Secure("mta-sts.example.org", verify=True, ca_file="/roots.pem")
    left = list(arrivals)
    try:
        step = running.send(secured)
        while True:
            if isinstance(step, Send):
                assert b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\n" in step.data
                step = running.send(b"")
            assert isinstance(step, Receive)
            step = running.send(left.pop(0) if left else End.CLOSED)
    except StopIteration as stop:
        return stop.value


def test_a_policy_in_one_piece_and_byte_by_byte():
    whole = HEAD + b"Content-Length: 16\r\n\r\n" + TEXT
    for pieces in ([whole], [bytes([one]) for one in whole]):
        assert talk(Secured(True), *pieces) == (200, TEXT.decode(), "text/plain", "", False)


@pytest.mark.parametrize("secured, refused, words", [
    (Secured(False, trusted=False, reason="self-signed certificate"), True, "does not verify: self-signed"),
    (Secured(False, name_matches=False, reason="mismatch"), True, "does not verify"),
    (Secured(False, reason="alert"), False, "no TLS"), (End.RESET, False, "before the handshake"), (End.DEADLINE, False, "before the handshake"),
])
def test_no_handshake(secured, refused, words):
    fetched = talk(secured)
    assert fetched.refused is refused and words in fetched.problem and fetched.status is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status):
    fetched = talk(Secured(True), f"HTTP/1.1 {status} Moved\r\nLocation: https://evil.test/\r\n\r\n".encode())
    assert (fetched.status, fetched.refused) == (status, True) and "redirects" in fetched.problem


@pytest.mark.parametrize("arrivals, refused, words", [
    ([b"HTTP/1.1 404 Not Found\r\n\r\n"], True, "no policy"), ([b"220 mail ESMTP\r\n"], False, "not HTTP"), ([], False, "did not finish"),
    ([b"x" * 9000], False, "line"), ([HEAD + b"\r\n" + b"x" * 70000], True, "longer than 65536"),
    ([HEAD + b"Content-Length: 99\r\n\r\n" + TEXT], True, "ended before"),
    ([HEAD + b"Content-Encoding: gzip\r\n\r\n" + TEXT], True, "coding is broken"),
])
def test_hostile_hosts(arrivals, refused, words):
    fetched = talk(Secured(True), *arrivals)
    assert fetched.refused is refused and words in fetched.problem, fetched
