# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SMTP, submission and LMTP: what is refused without TLS, what is taken, and who is busy."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    SECRET,
    plain_conversation,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.smtp import DIALOGUE, envelope
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

MAIL = Endpoint("mail.example.test", 25, "smtp")
SUBMISSION = Endpoint("mail.example.test", 587, "submission")
GREETING = b"220 mail.example.test ESMTP\r\n"
EHLO = b"250-mail.example.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 HELP\r\n"
EHLO_AUTH = b"250-mail.example.test\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n"
EHLO_BARE = b"250-mail.example.test\r\n250 HELP\r\n"
NO = b"503 5.5.1 not enabled\r\n"
MUST = b"530 5.7.0 Must issue a STARTTLS command first\r\n"


def opened(drive, replies, endpoint=MAIL):
    return drive(DIALOGUE.opening(endpoint)(Inbox()), replies)


def plain(drive, replies, endpoint=SUBMISSION):
    # The driver is silent while the test listens whether it is turned away.
    return drive(plain_conversation(DIALOGUE, endpoint), [End.SILENT, *replies])


def test_up_to_starttls(drive):
    seen = opened(drive, [GREETING, EHLO, b"220 2.0.0 Ready to start TLS\r\n"])
    assert seen.result.ready and not seen.result.busy
    assert seen.said == "EHLO intransit-tls-probe.invalid\r\nSTARTTLS\r\n"


def test_nothing_is_pipelined(drive):
    seen = opened(drive, [GREETING, EHLO, b"220 ready\r\n"])
    assert [data.count(b"\r\n") for data in seen.sent] == [1, 1]


def test_lmtp_says_lhlo(drive):
    assert opened(drive, [GREETING, EHLO, b"220 ready\r\n"], Endpoint("a", 24, "lmtp")).said.startswith("LHLO ")


def test_postscreen_is_waited_for(drive):
    teaser = b"220-mail.example.test ESMTP\r\n"
    assert opened(drive, [teaser, GREETING, EHLO, b"220 ready\r\n"]).result.ready
    assert DIALOGUE.more_seconds >= 6


@pytest.mark.parametrize("replies", [
    [b"421 4.7.0 mail.example.test Error: too many connections from 192.0.2.1\r\n"],
    [GREETING, b"421 4.7.0 try again\r\n"],
    [GREETING, EHLO, b"454 4.7.0 Error: too many new TLS sessions from 192.0.2.1\r\n"],
])
def test_busy_is_not_refused(replies, drive):
    seen = opened(drive, replies).result
    assert not seen.ready and seen.busy and seen.wait >= 60 and not seen.denied


@pytest.mark.parametrize(("replies", "denied", "code"), [
    ([GREETING, EHLO_BARE], True, "250"),
    ([GREETING, EHLO, b"502 5.5.1 no\r\n"], True, "502"),
    ([GREETING, EHLO, b"454 4.7.0 TLS not available due to local problem\r\n"], False, "454"),
    ([b"554 5.7.1 go away\r\n"], False, "554"),
    ([GREETING, b"500 what?\r\n", b"250-mail\r\n250 STARTTLS was the name of my ship\r\n"], True, "250"),
])
def test_no_upgrade(replies, denied, code, drive):
    seen = opened(drive, replies).result
    assert not seen.ready and not seen.busy and seen.denied is denied and seen.code == code


def test_plaintext_refused(drive):
    driven = plain(drive, [GREETING, EHLO, MUST, MUST, MUST, b"221 bye\r\n"])
    facts = driven.result
    assert facts.plaintext.refused is True and facts.plaintext.how == "starttls_required" and facts.offered is True
    assert "530" in facts.plaintext.detail
    assert facts.plaintext.transcript[1].received.startswith("250-mail.example.test\n")


@pytest.mark.parametrize("plain_refused", [
    MUST, NO, b"500 5.5.1 what?\r\n", b"504 5.5.4 unknown mechanism\r\n",
    b"538 5.7.11 encryption required\r\n", b"454 4.7.0 temporary authentication failure\r\n"])
@pytest.mark.parametrize("login", [b"334 VXNlcm5hbWU6\r\n", b"535 5.7.8 authentication failed\r\n"])
def test_login_is_tried_after_any_refusal_of_plain(plain_refused, login, drive):
    cancelled = [b"501 cancelled\r\n"] if login.startswith(b"334") else []
    facts = plain(drive, [GREETING, EHLO, plain_refused, login, *cancelled, MUST, b"221 bye\r\n"]).result
    assert (facts.plaintext.how, facts.plaintext.refused) == ("accepted", False)


def test_no_secret_in_the_transcript(drive):
    facts = plain(drive, [GREETING, EHLO, MUST, MUST, MUST]).result
    text = repr(facts.plaintext.transcript)
    assert SECRET not in text and "made-up" in text and "PLAIN AGlud" not in text


@pytest.mark.parametrize(("replies", "how", "refused"), [
    ([GREETING, EHLO_AUTH, b"535 5.7.8 authentication failed\r\n", MUST], "accepted", False),
    ([GREETING, EHLO_AUTH, b"235 2.7.0 welcome\r\n", MUST], "accepted", False),
    ([GREETING, EHLO_AUTH, b"334 \r\n", b"501 cancelled\r\n", MUST], "accepted", False),
    ([GREETING, EHLO_AUTH, b"538 5.7.11 encryption required\r\n", MUST], "offered", False),
    ([GREETING, EHLO_BARE, NO, NO, b"250 ok\r\n", b"250 ok\r\n"], "accepted", False),
    ([GREETING, EHLO, NO, NO, b"250 ok\r\n", b"550 5.7.1 Session encryption is required\r\n"],
     "starttls_required", True),
    ([GREETING, EHLO, NO, NO, b"250 ok\r\n", b"554 5.7.1 Client host rejected: Access denied\r\n"],
     "error_status", True),
    ([b"554 go away\r\n"], "undecided", None),
    ([b"554 TLS only\r\n"], "starttls_required", True),
    ([GREETING, b"502 what?\r\n", b"250 mail\r\n", b"502 no\r\n", b"502 no\r\n", b"250 ok\r\n", b"250 ok\r\n"], "accepted", False),
    ([GREETING, EHLO, NO, NO, b"250 ok\r\n", b"451 4.7.1 Greylisted\r\n"], "undecided", None),
    ([GREETING, EHLO, NO, NO, b"250 ok\r\n",
      b"450 4.7.1 <intransit-tls-probe.invalid>: Helo command rejected: Host not found\r\n"], "undecided", None),
    ([b"421 busy\r\n"], "undecided", None),
    ([GREETING], "undecided", None),
    ([b"hello\r\n"], "undecided", None),
    ([b"\xb2\xb2\xb2 hello\r\n"], "undecided", None),
    ([GREETING, b"250-a\r\n" * 500], "undecided", None),
])
def test_plaintext_taken_and_everything_else(replies, how, refused, drive):
    facts = plain(drive, replies).result
    assert (facts.plaintext.how, facts.plaintext.refused) == (how, refused)


@pytest.mark.parametrize("reply", [b"451 disk full\r\n", b"550 not from you\r\n"])
def test_a_public_exchanger_that_takes_no_mail_at_all(reply, drive):
    facts = plain(drive, [GREETING, EHLO, NO, NO, reply], MAIL).result
    assert facts.plaintext.refused is None


def test_a_public_exchanger_takes_mail(drive):
    replies = [GREETING, EHLO, NO, NO, b"250 ok\r\n", b"554 5.7.1 Client host rejected\r\n"]
    facts = plain(drive, replies, MAIL).result
    assert facts.plaintext.how == "accepted" and facts.plaintext.refused is False


def test_turned_away_at_the_door(drive):
    facts = drive(plain_conversation(DIALOGUE, MAIL), []).result
    assert facts.away and facts.plaintext.refused is None


def test_a_limit_of_connections_at_once_is_over_soon(drive):
    crowded = b"421 Too many concurrent SMTP connections; please try again later.\r\n"
    assert 0 < plain(drive, [crowded]).result.wait < 10


def test_busy_in_plaintext_is_waited_for(drive):
    assert plain(drive, [b"421 4.7.0 too many\r\n"]).result.wait >= 60


def test_what_is_injected_comes_in_one_write(drive):
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Talk

    driven = drive(DIALOGUE.inject(MAIL, Talk(Inbox())), [GREETING, EHLO, b"220 ready\r\n"])
    assert driven.result.ready and driven.sent[-1] == b"STARTTLS\r\nNOOP\r\n"


@pytest.mark.parametrize(("replies", "reason"), [
    ([GREETING, EHLO_BARE, b"250 ok\r\n", b"250 ok\r\n"], ""),
    ([GREETING, EHLO_BARE, b"250 ok\r\n", b"554 5.7.1 Access denied\r\n"], "554 5.7.1 Access denied"),
    ([GREETING, EHLO_BARE, MUST], MUST.decode().strip()),
    ([b"554 not now\r\n"], "554 not now"),
    ([GREETING, End.CLOSED], "The server ends the session (closed)."),
    ([b"hello there\r\n"], "The server's reply does not begin with a code of three digits."),
])
def test_an_envelope_is_taken_or_why_it_is_not(drive, replies, reason):
    assert drive(envelope(MAIL, "postmaster@mail.example.test"), replies).result == reason


def test_no_mail_follows_an_envelope(drive):
    seen = drive(envelope(Endpoint("a", 24, "lmtp"), "a@b"), [GREETING, EHLO_BARE, b"250 ok\r\n", b"250 ok\r\n"])
    assert seen.said == "LHLO intransit-tls-probe.invalid\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nQUIT\r\n"
