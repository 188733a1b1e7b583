# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IMAP and ManageSieve: login without TLS, refused and taken."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import SECRET, plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.imap import IMAP, SIEVE
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("mail.example.test", 143, "imap")
GREETING = b"* OK ready\r\n"
REQUIRED = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"
OPTIONAL = b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK done\r\n"
BARE = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK done\r\n"


def plain(drive, dialogue, replies):
    return drive(plain_conversation(dialogue, WHERE), [End.SILENT, *replies])


@pytest.mark.parametrize(("replies", "ready", "denied"), [
    ([GREETING, REQUIRED, b"a2 OK begin\r\n"], True, False),
    ([GREETING, REQUIRED, b"* note\r\na2 OK begin\r\n"], True, False),
    ([GREETING, BARE], False, True),
    ([GREETING, OPTIONAL, b"a2 NO broken\r\n"], False, True),
    ([b"* BYE too many connections\r\n"], False, False),
])
def test_imap_upgrade(replies, ready, denied, drive):
    seen = drive(IMAP.opening(WHERE)(Inbox()), replies).result
    assert (seen.ready, seen.denied) == (ready, denied)


@pytest.mark.parametrize(("replies", "how", "refused", "offered"), [
    ([GREETING, REQUIRED, b"a2 NO STARTTLS required\r\n", b"a3 NO no\r\n"], "starttls_required", True, True),
    ([GREETING, REQUIRED, b"a2 NO Login failed.\r\n", b"a3 NO no\r\n"], "starttls_required", True, True),
    ([GREETING, OPTIONAL, b"a2 NO [PRIVACYREQUIRED] Cleartext disallowed\r\n", b"a3 NO [PRIVACYREQUIRED]\r\n"],
     "starttls_required", True, True),
    ([GREETING, REQUIRED, b"a2 BAD no\r\n", b"+ \r\n"], "offered", False, True),
    ([GREETING, OPTIONAL, b"a2 NO Login failed.\r\n"], "accepted", False, True),
    ([GREETING, BARE, b"a2 OK welcome\r\n"], "accepted", False, False),
    ([GREETING, REQUIRED, b"* BYE tls only\r\n"], "closed", True, True),
    ([GREETING, OPTIONAL, b"* BYE out of memory\r\n"], "offered", False, True),
    ([GREETING, OPTIONAL, b"a2 BAD what\r\n", b"a3 BAD what\r\n"], "undecided", None, True),
    ([GREETING, OPTIONAL, b"a2 NO no user intransit-tls-probe\r\n"], "accepted", False, True),
    ([b"* PREAUTH welcome back\r\n", OPTIONAL], "served", False, True),
    ([GREETING], "undecided", None, None),
    ([b"* BYE later\r\n"], "undecided", None, None),
    ([GREETING, b"* x\r\n" * 500], "undecided", None, None),
])
def test_imap_plaintext(replies, how, refused, offered, drive):
    facts = plain(drive, IMAP, replies).result
    assert (facts.plaintext.how, facts.plaintext.refused, facts.offered) == (how, refused, offered)
    assert SECRET not in repr(facts)


HELLO = b'"IMPLEMENTATION" "x"\r\n"SASL" ""\r\n"STARTTLS"\r\nOK "ready"\r\n'
HELLO_OPEN = b'"SASL" "PLAIN"\r\n"STARTTLS"\r\nOK\r\n'


@pytest.mark.parametrize(("replies", "ready"), [
    ([HELLO, b'OK "begin"\r\n'], True), ([b'"SASL" "PLAIN"\r\nOK\r\n'], False), ([b"BYE\r\n"], False)])
def test_sieve_upgrade(replies, ready, drive):
    assert drive(SIEVE.opening(WHERE)(Inbox()), replies).result.ready is ready


@pytest.mark.parametrize(("replies", "how", "refused"), [
    ([HELLO, b'NO (ENCRYPT-NEEDED) "tls first"\r\n'], "starttls_required", True),
    ([HELLO_OPEN, b'NO "wrong password"\r\n'], "accepted", False),
    ([HELLO_OPEN, b"OK\r\n"], "accepted", False),
    ([HELLO_OPEN, b'NO (ENCRYPT-NEEDED) "TLS first"\r\n'], "offered", False),
    ([b"NO\r\n"], "undecided", None),
    ([b'"IMPLEMENTATION" {13}\r\nOK "and\r\nlong"\r\n' + HELLO_OPEN, b'NO {3}\r\nOK \r\n'], "accepted", False),
    ([b"{1}\r\na" * 30_000], "undecided", None),
    ([b'"IMPLEMENTATION" {99999}\r\nOK'], "undecided", None),
])
def test_sieve_plaintext(replies, how, refused, drive):
    facts = plain(drive, SIEVE, replies).result
    assert (facts.plaintext.how, facts.plaintext.refused) == (how, refused)
