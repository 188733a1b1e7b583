# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole handshakes of our own with a real TLS library: both versions, every group, byte by byte."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.session import (
    make_session_hello,
    make_tls13_hello,
    resume_tls12,
    resume_tls13,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import Chain, MessageReader
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.own_session import (
    Heard,
    Session,
    handshake_messages,
    open_session,
    rsa_key,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    record,
)

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
HELLO13 = make_tls13_hello(WHERE, Track("TLSv1.3", Question(None), [0x1301, 0x1302, 0x1303]))


def hear_one(hello):
    """Open a session and take what the server says first."""
    session = yield from open_session(hello)
    if session is None:
        return None
    return (yield from session.hear(1.0))


@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_a_session_of_tls13_hears_tickets(chunk, real_server):
    heard = real_server.drive(hear_one(HELLO13), chunk)
    assert real_server.error == ""
    assert heard.kind == HANDSHAKE
    assert handshake_messages(MessageReader(), heard)[0][0] == ext.NEW_SESSION_TICKET
    facts = real_server.drive(resume_tls13(HELLO13, b""), chunk)
    assert facts.made and facts.tickets == 2 and facts.early_data is False


@pytest.mark.parametrize("chunk", [1, 4096])
@pytest.mark.parametrize("suite", [0xC02F, 0xC030, 0xCCA8, 0x9C])
def test_a_session_of_tls12(suite, chunk, real_server):
    real_server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    real_server.context.set_ciphers("ALL:@SECLEVEL=0")
    facts = real_server.drive(resume_tls12(make_session_hello(WHERE, (suite,)), b""), chunk)
    assert real_server.error in ("", "NO_RENEGOTIATION")
    assert facts.made and facts.ticket and facts.renegotiation is False


def test_a_server_that_has_nothing_in_common_makes_no_session(real_server):
    real_server.context.minimum_version = ssl.TLSVersion.TLSv1_3
    assert real_server.drive(hear_one(make_session_hello(WHERE, (0xC02F,)))) is None


@pytest.mark.parametrize("server", ["silent", "closed"])
def test_a_server_that_goes_away_makes_no_session(server, drive):
    assert drive(hear_one(HELLO13), [] if server == "closed" else [End.DEADLINE]).result is None


def test_changes_of_cipher_are_passed_over_and_flooding_is_not(drive):
    class Plain:
        def open(self, kind, fragment):
            raise AssertionError("nothing is protected here")

    session = Session(Look(), Plain(), Plain(), [])
    talk = session.hear(1.0)
    seen = drive(talk, [record(CHANGE_CIPHER_SPEC, 0x0303, b"\x01") * 100])
    assert seen.result.end is End.TOO_MUCH
    heard = drive(Session(Look(), Plain(), Plain(), []).hear(1.0), [record(HANDSHAKE, 0x0303, b"\x04\0\0\0")])
    assert heard.result == Heard(HANDSHAKE, b"\x04\0\0\0")


def test_the_key_of_a_chain(pki):
    private = pki.key("rsa2048")
    numbers = private.public_key().public_numbers()
    made = Look(chain=Chain((pki.der(pki.certificate(private=private)),)))
    assert rsa_key(made) == (numbers.n, numbers.e)
    assert rsa_key(Look(chain=Chain((b"\x30\x03abc",)))) == (0, 0)
    assert rsa_key(Look()) == (0, 0)


def test_what_is_no_handshake_has_no_messages():
    assert handshake_messages(MessageReader(), Heard(21, b"\x02\x28")) == []
    assert handshake_messages(MessageReader(), Heard(HANDSHAKE, b"\x0b\xff\xff\xff")) == []
