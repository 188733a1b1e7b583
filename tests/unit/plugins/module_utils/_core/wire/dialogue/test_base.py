# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server that hangs up: what it had said before decides, for each protocol and each moment of hanging up.

Each script is a list of replies and, behind each of them, what holds if the server ends the connection there.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import SECRET, plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.ldap import (
    BIND,
    SEARCH_DONE,
    SEARCH_ENTRY,
    message,
    tlv,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS, Endpoint

OPEN = (None, "undecided")
OFFERED, ACCEPTED, SERVED = (False, "offered"), (False, "accepted"), (False, "served")
CLOSED, REQUIRED = (True, "closed"), (True, "starttls_required")


@dataclass(frozen=True)
class Script:
    """``held`` is what holds before the first reply, ``replies`` are pairs of a reply and what holds behind it."""

    name: str
    protocol: str
    held: tuple
    replies: tuple


def ldap_result(number, tag, code):
    return message(number, tlv(tag, b"\x0a\x01" + bytes((code,)) + tlv(0x04, b"") + tlv(0x04, b"")))


def ldap_entry(number, value, name=b"namingContexts"):
    attributes = tlv(0x30, tlv(0x30, tlv(0x04, name) + tlv(0x31, tlv(0x04, value)))) if value else tlv(0x30, b"")
    return message(number, tlv(SEARCH_ENTRY, tlv(0x04, b"") + attributes))


def mysql(number, body):
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


MARIADB = b"\x0a11.8.1-MariaDB\x00" + bytes(4) + b"12345678\x00" + b"\xff\xff" + bytes(40)
POSTGRES_MD5 = b"R" + (12).to_bytes(4, "big") + (5).to_bytes(4, "big") + b"salt"
XMPP_HEAD = b"<?xml version='1.0'?><stream:stream xmlns='jabber:client'><stream:features>"
XMPP_TLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
XMPP_PLAIN = b"<mechanisms><mechanism>PLAIN</mechanism></mechanisms>"
XMPP_SCRAM = b"<mechanisms><mechanism>SCRAM-SHA-1</mechanism></mechanisms>"
GREET, EHLO = b"220 mail ESMTP\r\n", b"250-mail\r\n250-STARTTLS\r\n"
MONGO_OK = (41).to_bytes(4, "little") + bytes(12) + bytes(5) + bytes(20)

SCRIPTS = (
    Script("auth offered", "submission", OPEN, (
        (GREET, OPEN), (EHLO + b"250 AUTH PLAIN LOGIN\r\n", OFFERED), (b"535 wrong\r\n", ACCEPTED), (b"530 TLS\r\n", ACCEPTED))),
    Script("auth taken one step", "submission", OPEN, (
        (GREET, OPEN), (EHLO + b"250 HELP\r\n", OPEN), (b"334 \r\n", ACCEPTED), (b"501 \r\n", ACCEPTED))),
    Script("auth not offered", "submission", OPEN, (
        (GREET, OPEN), (EHLO + b"250 HELP\r\n", OPEN), (b"503 no\r\n", OPEN), (b"503 no\r\n", OPEN), (b"250 ok\r\n", OPEN))),
    Script("an exchanger", "smtp", OPEN, (
        (GREET, OPEN), (EHLO + b"250 HELP\r\n", OPEN), (b"503 no\r\n", OPEN), (b"503 no\r\n", OPEN), (b"250 ok\r\n", ACCEPTED))),
    Script("local delivery", "lmtp", OPEN, (
        (GREET, OPEN), (EHLO + b"250 AUTH=LOGIN\r\n", OFFERED), (b"538 no\r\n", OFFERED), (b"538 no\r\n", OFFERED), (b"250 ok\r\n", OFFERED))),
    Script("plain offered", "imap", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\na1 OK\r\n", OFFERED),
        (b"a2 BAD what\r\n", OFFERED))),
    Script("login offered in spite of LOGINDISABLED", "imap", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY STARTTLS LOGINDISABLED AUTH=LOGIN\r\na1 OK\r\n", OFFERED))),
    Script("login not announced", "imap", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", OPEN), (b"a2 BAD what\r\n", OPEN))),
    Script("login disabled", "imap", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK\r\n", REQUIRED),
        (b"a2 NO TLS first\r\n", REQUIRED))),
    Script("login wants TLS", "imap", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", OPEN), (b"a2 NO [PRIVACYREQUIRED]\r\n", REQUIRED))),
    Script("logged in already", "imap", OPEN, ((b"* PREAUTH hello\r\n", SERVED),)),
    Script("user taken", "pop3", OPEN, (
        (b"+OK\r\n", OPEN), (b"+OK\r\nSTLS\r\n.\r\n", OPEN), (b"+OK\r\n", ACCEPTED))),
    Script("user offered", "pop3", OPEN, ((b"+OK\r\n", OPEN), (b"+OK\r\nUSER\r\nSTLS\r\n.\r\n", OFFERED))),
    Script("plain offered", "pop3", OPEN, (
        (b"+OK\r\n", OPEN), (b"+OK\r\nSASL LOGIN PLAIN\r\nSTLS\r\n.\r\n", OFFERED), (b"-ERR no\r\n", OFFERED))),
    Script("user taken", "ftp", OPEN, (
        (b"220 hello\r\n", OPEN), (b"211-F\r\n AUTH TLS\r\n211 End\r\n", OPEN), (b"331 password\r\n", ACCEPTED))),
    Script("anonymous user taken", "ftp", OPEN, (
        (b"220 hello\r\n", OPEN), (b"211 none\r\n", OPEN), (b"530 use TLS\r\n", REQUIRED), (b"331 password\r\n", OPEN))),
    Script("user taken", "nntp", OPEN, ((b"200 hello\r\n", OPEN), (b"381 more\r\n", ACCEPTED), (b"483 TLS\r\n", ACCEPTED))),
    Script("TLS wanted", "nntp", OPEN, ((b"200 hello\r\n", OPEN), (b"483 TLS\r\n", OPEN))),
    Script("plain offered", "sieve", OPEN, ((b'"SASL" "SCRAM-SHA-1 PLAIN"\r\n"STARTTLS"\r\nOK\r\n', OFFERED),)),
    Script("login offered", "sieve", OPEN, ((b'"SASL" "LOGIN"\r\n"STARTTLS"\r\nOK\r\n', OFFERED),)),
    Script("nothing offered", "sieve", OPEN, ((b'"SASL" ""\r\n"STARTTLS"\r\nOK\r\n', REQUIRED),)),
    Script("scram offered", "sieve", OPEN, ((b'"SASL" "SCRAM-SHA-1"\r\n"STARTTLS"\r\nOK\r\n', OPEN),)),
    Script("data readable", "ldap", CLOSED, (
        (ldap_entry(1, b"dc=example"), OPEN), (ldap_result(1, SEARCH_DONE, 0), OPEN), (ldap_entry(2, b""), SERVED),
        (ldap_result(2, SEARCH_DONE, 0), SERVED))),
    Script("root readable", "ldap", CLOSED, (
        (ldap_entry(1, b"dc=example"), OPEN), (ldap_result(1, SEARCH_DONE, 0), OPEN), (ldap_result(2, SEARCH_DONE, 13), OPEN),
        (ldap_result(3, BIND, 13), OPEN), (ldap_result(4, BIND, 7), OPEN))),
    Script("a SASL mechanism is offered", "ldap", CLOSED, (
        (ldap_entry(1, b"PLAIN", b"supportedSASLMechanisms"), OFFERED), (ldap_result(1, SEARCH_DONE, 0), OFFERED),
        (ldap_result(3, BIND, 13), OFFERED), (ldap_result(4, BIND, 7), OFFERED))),
    Script("password asked for", "postgres", CLOSED, ((POSTGRES_MD5[:5], OFFERED), (POSTGRES_MD5[5:], OFFERED))),
    Script("greets", "mysql", OPEN, ((mysql(0, MARIADB), OPEN),)),
    Script("goes on", "mysql", OPEN, ((mysql(0, MARIADB), OPEN), (mysql(2, b"\xfemysql_native_password\x00"), OFFERED))),
    Script("plain offered", "xmpp", CLOSED, (
        (XMPP_HEAD, OPEN), (XMPP_TLS + XMPP_PLAIN + b"</stream:features>", OFFERED))),
    Script("scram offered", "xmpp", CLOSED, ((XMPP_HEAD + XMPP_TLS + XMPP_SCRAM + b"</stream:features>", OFFERED),)),
    Script("nothing offered", "xmpp", CLOSED, ((XMPP_HEAD + XMPP_TLS + b"</stream:features>", REQUIRED),)),
    Script("a host that knows no TLS", "xmpp", CLOSED, ((XMPP_HEAD + b"<x/></stream:features>", OPEN),)),
    Script("an answer", "redis", CLOSED, ((b"+PO", OPEN), (b"NG\r\n", SERVED))),
    Script("an answer", "mongodb", CLOSED, ((MONGO_OK, OFFERED),)),
    Script("greets in plaintext", "smtps", OPEN, (
        (GREET, OPEN), (EHLO + b"250 AUTH PLAIN LOGIN\r\n", OFFERED))),
    Script("greets in plaintext", "imaps", OPEN, (
        (b"* OK\r\n", OPEN), (b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK\r\n", OFFERED))),
    Script("greets in plaintext", "pop3s", OPEN, (
        (b"+OK\r\n", OPEN), (b"+OK\r\nUSER\r\n.\r\n", OFFERED), (b"+OK\r\n", ACCEPTED))),
    Script("greets in plaintext", "ftps", OPEN, (
        (b"220 hello\r\n", OPEN), (b"211 none\r\n", OPEN), (b"331 password\r\n", ACCEPTED))),
    Script("answers in plaintext", "ldaps", CLOSED, ((ldap_entry(1, b"dc=example"), OPEN),)),
    Script("any service", "tls", OPEN, ((b"hello", SERVED), (b"\r\n", SERVED))),
)


def moments():
    """Every script cut behind each of its replies, and in the middle of each."""
    for script in SCRIPTS:
        replies = [reply for reply, _held in script.replies]
        held = [script.held, *(held for _reply, held in script.replies)]
        for at in range(len(replies) + 1):
            name = f"{script.protocol}, {script.name}, "
            yield pytest.param(script, replies[:at], held[at], id=name + f"after {at} replies")
            if at < len(replies):
                # Half a word never makes a refusal, and takes back nothing.
                half = replies[at][:len(replies[at]) // 2]
                yield pytest.param(script, [*replies[:at], half], None, id=name + f"in reply {at + 1}")


def ended(drive, script, replies, end):
    endpoint = Endpoint("host.example.test", DEFAULT_PORTS[script.protocol], script.protocol)
    return drive(plain_conversation(DIALOGUES[script.protocol], endpoint), [End.SILENT, *replies, end]).result


@pytest.mark.parametrize("end", [End.CLOSED, End.RESET], ids=["closed", "reset"])
@pytest.mark.parametrize(("script", "replies", "held"), list(moments()))
def test_who_hangs_up_has_not_refused(script, replies, held, end, drive):
    facts = ended(drive, script, replies, end)
    told = (facts.plaintext.refused, facts.plaintext.how)
    if held is not None:
        assert told == held and facts.plaintext.detail
    elif script.name not in ("login disabled", "login wants TLS", "nothing offered", "anonymous user taken"):
        assert facts.plaintext.refused is not True
    assert SECRET not in repr(facts)


@pytest.mark.parametrize(("script", "replies", "held"), list(moments()))
def test_who_falls_silent_has_not_taken_back_what_was_offered(script, replies, held, drive):
    facts = ended(drive, script, replies, End.DEADLINE)
    if held in (OFFERED, ACCEPTED, SERVED):
        assert (facts.plaintext.refused, facts.plaintext.how) == held
    elif held is OPEN:
        assert facts.plaintext.refused is None


def test_every_protocol_with_a_dialogue_is_cut():
    assert {script.protocol for script in SCRIPTS} == set(DIALOGUES)


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3", "ftp", "nntp", "sieve", "mysql"])
def test_who_never_greets_was_not_asked(protocol, drive):
    script = Script("", protocol, OPEN, ())
    facts = ended(drive, script, [], End.CLOSED)
    assert facts.away and facts.plaintext.refused is None


def test_half_a_reply_stands_in_the_transcript(drive):
    facts = ended(drive, SCRIPTS[0], [GREET, b"250-mail AUT"], End.CLOSED)
    assert facts.plaintext.transcript[-1].received == "250-mail AUT" and facts.cut
