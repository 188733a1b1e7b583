# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""XMPP streams up to the upgrade."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import SECRET, plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.xmpp import XMPP, stream_open
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("xmpp.example.test", 5222, "xmpp", "example.test")
HEAD = b"<?xml version='1.0'?><stream:stream from='example.test' id='1' xmlns='jabber:client'>"
TLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
SASL = b"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>"
SCRAM = SASL.replace(b"PLAIN", b"SCRAM-SHA-1")


def features(inside):
    return HEAD + b"<stream:features>" + inside + b"</stream:features>"


def test_the_stream_goes_to_the_domain():
    assert b"to='example.test'" in stream_open(WHERE)
    assert b"to='ab'" in stream_open(Endpoint("h", 1, "xmpp", "a'>b"))


@pytest.mark.parametrize(("replies", "ready", "denied"), [
    ([features(TLS), b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"], True, False),
    ([features(TLS), b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"], False, True),
    ([features(SASL)], False, True),
    ([HEAD + b"<stream:error><host-unknown/></stream:error>"], False, False),
])
def test_upgrade(replies, ready, denied, drive):
    seen = drive(XMPP.opening(WHERE)(Inbox()), replies).result
    assert (seen.ready, seen.denied) == (ready, denied)


def plain(drive, replies):
    facts = drive(plain_conversation(XMPP, WHERE), [End.SILENT, *replies]).result
    assert SECRET not in repr(facts)
    return facts


@pytest.mark.parametrize(("replies", "how", "refused"), [
    ([features(TLS), b"<failure><encryption-required/></failure>"], "starttls_required", True),
    ([features(TLS + SASL), b"<failure><not-authorized/></failure>"], "accepted", False),
    ([features(SASL), b"<success/>"], "accepted", False),
    ([features(TLS + SASL), b"<failure><encryption-required/></failure>"], "offered", False),
    ([features(SCRAM), b"<failure><invalid-mechanism/></failure>"], "offered", False),
    ([HEAD + b"<stream:error><host-unknown/></stream:error>"], "undecided", None),
    ([b" " * 140_000], "undecided", None),
])
def test_plaintext(replies, how, refused, drive):
    facts = plain(drive, replies)
    assert (facts.plaintext.how, facts.plaintext.refused) == (how, refused)


def test_an_unknown_domain_says_what_to_do(drive):
    assert "server_name" in plain(drive, [HEAD + b"<stream:error><host-unknown/></stream:error>"]).plaintext.detail
