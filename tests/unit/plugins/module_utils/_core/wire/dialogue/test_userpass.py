# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""POP3, FTP and NNTP: the user name or the password is where a server stops a client."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import SECRET, plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.userpass import FTP, NNTP, POP3
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("host.example.test", 110, "pop3")
CAPA = b"+OK\r\nTOP\r\nUSER\r\nSTLS\r\n.\r\n"
CAPA_WITHOUT = b"+OK\r\nTOP\r\nSTLS\r\n.\r\n"
FEAT = b"211-Features:\r\n AUTH TLS\r\n PBSZ\r\n211 End\r\n"


def plain(drive, dialogue, replies):
    facts = drive(plain_conversation(dialogue, WHERE), [End.SILENT, *replies]).result
    assert SECRET not in repr(facts)
    return facts


@pytest.mark.parametrize(("dialogue", "replies", "ready", "busy"), [
    (POP3, [b"+OK hello\r\n", b"+OK begin\r\n"], True, False),
    (POP3, [b"+OK hello\r\n", b"-ERR no\r\n"], False, False),
    (POP3, [b"-ERR later\r\n"], False, False),
    (FTP, [b"220 hello\r\n", b"234 go\r\n"], True, False),
    (FTP, [b"220-many\r\n lines\r\n220 hello\r\n", b"234 go\r\n"], True, False),
    (FTP, [b"\xff\xfb\x01220 hello\r\n", b"234 go\r\n"], True, False),
    (FTP, [b"220 hello\r\n", b"500 what?\r\n"], False, False),
    (FTP, [b"421 too many\r\n"], False, True),
    (NNTP, [b"200 hello\r\n", b"382 go\r\n"], True, False),
    (NNTP, [b"201 hello\r\n", b"580 no\r\n"], False, False),
    (NNTP, [b"400 later\r\n"], False, True),
])
def test_upgrade(dialogue, replies, ready, busy, drive):
    seen = drive(dialogue.opening(WHERE)(Inbox()), replies).result
    assert (seen.ready, seen.busy) == (ready, busy)


@pytest.mark.parametrize(("replies", "how", "refused", "offered"), [
    ([b"+OK\r\n", CAPA, b"-ERR TLS required to log in.\r\n", b"-ERR no\r\n"], "starttls_required", True, True),
    ([b"+OK\r\n", CAPA_WITHOUT, b"-ERR no\r\n", b"-ERR no\r\n"], "starttls_required", True, True),
    ([b"+OK\r\n", CAPA, b"-ERR no\r\n", b"-ERR no\r\n"], "undecided", None, True),
    ([b"+OK\r\n", CAPA, b"+OK\r\n", b"-ERR [AUTH] Cleartext disallowed\r\n"], "starttls_required", True, True),
    ([b"+OK\r\n", CAPA, b"+OK\r\n", b"-ERR Login failed.\r\n"], "accepted", False, True),
    ([b"+OK\r\n", b"-ERR what?\r\n", b"+OK\r\n", b"+OK welcome\r\n"], "accepted", False, False),
    ([b"+OK\r\n", b"-ERR what?\r\n", b"-ERR no such user intransit-tls-probe\r\n", b"-ERR\r\n"], "undecided", None, False),
    ([b"+OK\r\n", b"+OK\r\nSTLS\r\nSASL LOGIN PLAIN\r\n.\r\n", b"-ERR no\r\n", b"+ \r\n"], "offered", False, True),
    ([b"+OK\r\n", CAPA_WITHOUT, b"-ERR TLS first\r\n", b"+ \r\n"], "offered", False, True),
    ([b"+OK\r\n", b"+OK\r\nSTLS\r\nSASL LOGIN\r\n.\r\n", b"-ERR no\r\n", b"-ERR no\r\n", b"+ \r\n"], "offered", False, True),
    ([b"+OK\r\n", b"+OK\r\nSTLS\r\nSASL LOGIN PLAIN\r\n.\r\n", b"-ERR no\r\n", b"-ERR TLS first\r\n", b"-ERR TLS first\r\n"],
     "starttls_required", True, True),
    ([b"-ERR\r\n"], "undecided", None, None),
])
def test_pop3_plaintext(replies, how, refused, offered, drive):
    facts = plain(drive, POP3, replies)
    assert (facts.plaintext.how, facts.plaintext.refused, facts.offered) == (how, refused, offered)


@pytest.mark.parametrize(("replies", "how", "refused", "offered"), [
    ([b"220 a\r\n", FEAT, b"530 Non-anonymous sessions must use encryption.\r\n"], "starttls_required", True, True),
    ([b"220 a\r\n", FEAT, b"550 no\r\n"], "undecided", None, True),
    ([b"220 a\r\n", FEAT, b"530 intransit-tls-probe is not welcome\r\n", b"331 ?\r\n", b"530 no\r\n"],
     "undecided", None, True),
    ([b"220 a\r\n", FEAT, b"503 Use AUTH first.\r\n", b"503 Use AUTH first.\r\n"], "starttls_required", True, True),
    ([b"220 a\r\n", FEAT, b"534 policy\r\n", b"534 policy\r\n"], "starttls_required", True, True),
    ([b"220 a\r\n", FEAT, b"530 This FTP server is anonymous only.\r\n", b"331 ?\r\n", b"230 welcome\r\n"],
     "served", False, True),
    ([b"220 a\r\n", FEAT, b"421 too many\r\n"], "undecided", None, True),
    ([b"220 a\r\n", FEAT, b"331 password\r\n", b"530 Login incorrect.\r\n"], "accepted", False, True),
    ([b"220 a\r\n", FEAT, b"331 password\r\n", b"530 TLS required\r\n"], "starttls_required", True, True),
    ([b"220 a\r\n", b"211 no features\r\n", b"230 welcome\r\n"], "accepted", False, None),
    ([b"220 a\r\n", b"211-x\r\n" + b" y\r\n" * 500], "undecided", None, None),
    ([b"500 OOPS: error:0A00010B:SSL routines::wrong version number\r\n"], "error_status", True, None),
    ([b"530 not from there\r\n"], "undecided", None, None),
])
def test_ftp_plaintext(replies, how, refused, offered, drive):
    facts = plain(drive, FTP, replies)
    assert (facts.plaintext.how, facts.plaintext.refused, facts.offered) == (how, refused, offered)


def test_a_busy_ftp_server_is_waited_for(drive):
    assert plain(drive, FTP, [b"421 too many\r\n"]).wait > 0
    assert plain(drive, FTP, [b"530 not from there\r\n"]).wait == 0


@pytest.mark.parametrize(("replies", "how", "refused"), [
    ([b"200 a\r\n", b"483 secure connection required\r\n", b"483 secure connection required\r\n"],
     "starttls_required", True),
    ([b"200 a\r\n", b"381 more\r\n", b"481 wrong\r\n"], "accepted", False),
    ([b"200 a\r\n", b"483 no\r\n", b"411 no such group\r\n"], "served", False),
    ([b"200 a\r\n", b"502 no\r\n", b"480 log in first\r\n"], "error_status", True),
    ([b"200 a\r\n", b"281 welcome\r\n"], "accepted", False),
    ([b"200 a\r\n", b"502 no\r\n", b"403 broken\r\n"], "undecided", None),
    ([b"502 no\r\n"], "undecided", None),
])
def test_nntp_plaintext(replies, how, refused, drive):
    facts = plain(drive, NNTP, replies)
    assert (facts.plaintext.how, facts.plaintext.refused) == (how, refused)
