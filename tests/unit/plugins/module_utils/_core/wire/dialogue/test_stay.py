# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a server keeps a client without a certificate: staying, turning out, and what tells nothing."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    End,
    Receive,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.stay import (
    Stayed,
    certificate_wanted,
    stay,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("mail.example.test", 993, "imaps", "mail.example.test")
UP = Secured(True, "TLSv1.3", "TLS_AES_128_GCM_SHA256", b"leaf")
OUT = Secured(False, reason="tlsv13 alert certificate required", ended=True)


def opening(endpoint):
    del endpoint

    def talk(inbox):
        line = yield from inbox.line()
        return Opened(line == b"ready", detail=line.decode())

    return talk


def dialogue(knock=b"NOOP\r\n"):
    return Dialogue(opening, plain=None, knock=knock)


@pytest.mark.parametrize(("behind", "turned_out"), [
    ([b"ok\r\n"], False), ([End.SILENT], False), ([OUT], True), ([End.CLOSED], True), ([End.RESET], True)])
def test_what_comes_behind_the_handshake_decides(behind, turned_out, drive):
    seen = drive(stay(dialogue(), WHERE), [b"ready\r\n", UP, *behind])
    assert seen.result.turned_out is turned_out
    assert [step.server_name for step in seen.secured] == ["mail.example.test"] and seen.sent == [b"NOOP\r\n"]


def test_the_reason_is_the_librarys_own(drive):
    seen = drive(stay(dialogue(), WHERE), [b"ready\r\n", UP, OUT])
    assert seen.result == Stayed(True, "tlsv13 alert certificate required")
    assert drive(stay(dialogue(), WHERE), [b"ready\r\n", UP, End.RESET]).result == Stayed(True, "reset")


def test_a_server_that_speaks_first_is_not_knocked_at(drive):
    seen = drive(stay(dialogue(b""), WHERE), [b"ready\r\n", UP, b"* OK\r\n"])
    assert seen.sent == [] and seen.result.turned_out is False


@pytest.mark.parametrize(("reason", "turned_out"), [
    ("sslv3 alert handshake failure", True), ("TLSV13_ALERT_CERTIFICATE_REQUIRED", True), ("unexpected eof while reading", None),
    ("", None)])
def test_a_handshake_that_fails_tells_only_by_its_alert(reason, turned_out, drive):
    seen = drive(stay(dialogue(), WHERE), [b"ready\r\n", Secured(False, reason=reason)])
    assert seen.result == Stayed(turned_out, reason) and seen.sent == []


def test_a_dialogue_that_does_not_lead_to_tls_tells_nothing(drive):
    seen = drive(stay(dialogue(), WHERE), [b"454 not now\r\n"])
    assert seen.result == Stayed(None, "454 not now") and seen.secured == []


def test_bytes_from_before_tls_are_no_sign_of_staying():
    """What an attacker puts behind the greeting in clear text must not count as an answer within TLS."""
    steps = stay(dialogue(), WHERE)
    assert isinstance(next(steps), Receive) and isinstance(steps.send(b"ready\r\ninjected"), Secure)
    assert isinstance(steps.send(UP), Send) and isinstance(steps.send(b""), Receive), "it waits for an answer within TLS"
    with pytest.raises(StopIteration) as stopped:
        steps.send(End.CLOSED)
    assert stopped.value.value.turned_out is True


@pytest.mark.parametrize("protocol", ["imaps", "ldaps", "tls", "redis"])
def test_real_dialogues_come_to_the_handshake(protocol, drive):
    seen = drive(stay(DIALOGUES[protocol], WHERE), [UP, b"anything"])
    assert len(seen.secured) == 1 and seen.result.turned_out is False


@pytest.mark.parametrize(("words", "requested", "wanted"), [
    ("tlsv13 alert certificate required", False, True), ("TLSV13_ALERT_CERTIFICATE_REQUIRED", False, True),
    ("sslv3 alert handshake failure", False, False), ("sslv3 alert handshake failure", True, True),
    ("connection reset by peer", True, False), ("", True, False)])
def test_words_of_the_library(words, requested, wanted):
    assert certificate_wanted(words, requested) is wanted
