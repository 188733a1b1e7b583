# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports that should speak TLS from the first byte, and what plaintext gets from them."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.implicit import op_msg
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.table import DIALOGUES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS, Endpoint

IMPLICIT = ["smtps", "imaps", "pop3s", "ldaps", "ftps", "redis", "mongodb", "tls"]
ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


def plain(drive, protocol, replies):
    endpoint = Endpoint("host.example.test", DEFAULT_PORTS[protocol], protocol)
    return drive(plain_conversation(DIALOGUES[protocol], endpoint), [End.SILENT, *replies]).result.plaintext


def quiet(protocol):
    """The silence in which a greeting would come, where the protocol has one."""
    return [End.SILENT] if protocol not in ("ldaps", "redis", "mongodb") else []


def test_every_protocol_has_a_dialogue():
    assert set(DIALOGUES) | {"https", "http"} == set(DEFAULT_PORTS)


@pytest.mark.parametrize("protocol", IMPLICIT)
def test_an_alert(protocol, drive):
    seen = plain(drive, protocol, [*quiet(protocol), ALERT])
    assert (seen.how, seen.refused) == ("tls_only", True)


@pytest.mark.parametrize("protocol", IMPLICIT)
def test_silence(protocol, drive):
    seen = plain(drive, protocol, [*quiet(protocol), End.SILENT])
    assert (seen.how, seen.refused) == ("silent", True)


@pytest.mark.parametrize("protocol", IMPLICIT)
def test_a_close(protocol, drive):
    assert plain(drive, protocol, [*quiet(protocol), End.CLOSED]).how == "closed"


@pytest.mark.parametrize(("protocol", "replies", "how", "refused"), [
    ("smtps", [b"220 mail ESMTP\r\n", b"250-mail\r\n250 AUTH PLAIN\r\n", b"535 no\r\n", b"250 ok\r\n", b"250 ok\r\n"],
     "accepted", False),
    ("imaps", [b"* OK\r\n", b"* CAPABILITY AUTH=PLAIN\r\na1 OK\r\n", b"a2 NO wrong\r\n"], "accepted", False),
    ("pop3s", [b"+OK\r\n", b"+OK\r\nUSER\r\n.\r\n", b"+OK\r\n", b"-ERR wrong\r\n"], "accepted", False),
    ("ftps", [b"220 hello\r\n", b"211 none\r\n", b"331 password\r\n", b"530 wrong\r\n"], "accepted", False),
    ("redis", [b"+PONG\r\n"], "served", False),
    ("redis", [b"-NOAUTH Authentication required.\r\n"], "offered", False),
    ("redis", [b"-ERR max number of clients reached\r\n"], "undecided", None),
    ("redis", [b"-DENIED Redis is running in protected mode\r\n"], "error_status", True),
    ("redis", [b"HTTP/1.1 400 Bad Request\r\n"], "undecided", None),
    ("redis", [b"(1234567\r\n"], "served", False),
    ("tls", [End.SILENT, b"HTTP/1.1 400 Bad Request\r\n"], "error_status", True),
    ("tls", [End.SILENT, b"HTTP/1.1 405 Not Allowed\r\n"], "served", False),
    ("tls", [b"SSH-2.0-OpenSSH_9.2\r\n"], "served", False),
    ("tls", [End.SILENT, b"-ERR what?\r\n"], "served", False),
    ("tls", [End.SILENT, b"400 Encrypted TLS connection failed.\r\n", End.CLOSED], "error_status", True),
    ("tls", [End.SILENT, b"400 Encrypted TLS connection failed.\r\n", End.SILENT], "served", False),
    ("tls", [End.SILENT, b"200 TLS is welcome here\r\n", b"HELP\r\n"], "served", False),
    ("tls", [End.SILENT, b"400 what?\r\n", End.CLOSED], "served", False),
])
def test_plaintext_where_there_should_be_none(protocol, replies, how, refused, drive):
    seen = plain(drive, protocol, replies)
    assert (seen.how, seen.refused) == (how, refused)


def reply(document):
    body = bytes(4) + b"\x00" + document
    return (len(body) + 16).to_bytes(4, "little") + bytes(12) + body


OK = b"\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f"
NOT_OK = b"\x01ok\x00" + bytes(8)


@pytest.mark.parametrize(("second", "how"), [(OK, "served"), (NOT_OK, "offered")])
def test_mongodb(second, how, drive):
    seen = plain(drive, "mongodb", [reply(OK), reply(second)])
    assert seen.how == how and seen.refused is False


def test_mongodb_message():
    message = op_msg(7, b"hello")
    assert int.from_bytes(message[:4], "little") == len(message)
    assert int.from_bytes(message[12:16], "little") == 2013 and b"hello\x00" in message and b"admin" in message
