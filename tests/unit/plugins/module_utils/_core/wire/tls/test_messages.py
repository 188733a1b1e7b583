# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Messages of servers: what is well-formed is read, what is not is named."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import messages as msg
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension


def server_hello(version=0x0303, suite=0xC02F, extensions=b"", random=bytes(32)):
    body = version.to_bytes(2, "big") + random + vector(1, b"id") + suite.to_bytes(2, "big") + b"\x00"
    return body + (vector(2, extensions) if extensions else b"")


def test_server_hello():
    seen = msg.parse_server_hello(server_hello(extensions=extension(23) + extension(0xFF01, b"\x00")))
    assert (seen.version, seen.suite, seen.compression, seen.session_id, seen.retry) == (
        "TLSv1.2", 0xC02F, 0, b"id", False)
    assert set(seen.extensions) == {23, 0xFF01}
    assert seen.group is None and seen.share == b"" and seen.cookie is None


def test_server_hello_of_tls13():
    share = (29).to_bytes(2, "big") + vector(2, b"x" * 32)
    seen = msg.parse_server_hello(server_hello(extensions=extension(43, b"\x03\x04") + extension(51, share)))
    assert (seen.version, seen.group, seen.share) == ("TLSv1.3", 29, b"x" * 32)


def test_retry():
    extensions = extension(43, b"\x03\x04") + extension(51, b"\x00\x18") + extension(44, vector(2, b"biscuit"))
    seen = msg.parse_server_hello(server_hello(extensions=extensions, random=msg.RETRY_RANDOM))
    assert seen.retry and seen.group == 24 and seen.cookie == b"biscuit" and seen.share == b""


@pytest.mark.parametrize("body", [
    b"", server_hello()[:20], server_hello() + b"\x00", server_hello(version=0x0505),
    server_hello(extensions=extension(23) + extension(23)), server_hello(extensions=extension(43, b"\x03")),
    server_hello(extensions=extension(23)) + b"x",
])
def test_a_server_hello_that_is_none(body):
    with pytest.raises(WireError):
        msg.parse_server_hello(body)


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_messages_from_fragments(size):
    stream = b"\x02\x00\x00\x03abc" + b"\x0e\x00\x00\x00" + b"\x0b\x00\x01\x00" + b"y" * 256
    reader, seen = msg.MessageReader(), []
    for at in range(0, len(stream), size):
        seen += reader.feed(stream[at:at + size])
    assert seen == [(2, b"abc"), (14, b""), (11, b"y" * 256)]


def test_a_message_too_long():
    with pytest.raises(WireError, match="announced a handshake message"):
        msg.MessageReader().feed(b"\x0b\xff\xff\xff")


def test_certificates_of_both_kinds():
    old = msg.parse_certificate(vector(3, vector(3, b"leaf") + vector(3, b"issuer")))
    assert old == msg.Chain((b"leaf", b"issuer"), None)
    status = extension(5, b"\x01" + vector(3, b"staple"))
    new = msg.parse_certificate(b"\x00" + vector(3, vector(3, b"leaf") + vector(2, status) + vector(3, b"issuer")
                                                 + vector(2, b"")), tls13=True)
    assert new == msg.Chain((b"leaf", b"issuer"), b"staple")
    with pytest.raises(WireError):
        msg.parse_certificate(vector(3, b"\x00\x00\x09short"))
    with pytest.raises(WireError):
        msg.parse_status(b"\x02" + vector(3, b"x"))


def test_key_exchange():
    ecdhe = b"\x03\x00\x1d" + vector(1, b"x" * 32) + b"\x08\x04" + vector(2, b"sig")
    assert msg.parse_key_exchange(ecdhe, "ECDHE", True, True) == msg.KeyExchange(
        group=29, scheme=0x0804, share=b"x" * 32)
    assert msg.parse_key_exchange(ecdhe, "ECDHE", False, True).scheme is None
    assert msg.parse_key_exchange(b"\x01whatever", "ECDHE", True, True).explicit_curve is True
    dhe = vector(2, b"\x00\xff" + bytes(127)) + vector(2, b"\x02") + vector(2, b"y")
    assert msg.parse_key_exchange(dhe, "DHE", True, False).dh_bits == 1024
    assert msg.parse_key_exchange(b"hint", "PSK", True, False) == msg.KeyExchange()


def test_certificate_request():
    names = vector(2, vector(2, b"one") + vector(2, b"two"))
    tls12 = vector(1, b"\x01\x40") + vector(2, b"\x04\x01") + names
    assert msg.parse_certificate_request(tls12, "TLSv1.2") == msg.CertificateRequest(
        (0x0401,), (b"one", b"two"), (1, 64))
    tls11 = vector(1, b"\x01") + names
    assert msg.parse_certificate_request(tls11, "TLSv1.1").schemes == ()
    tls13 = b"\x00" + vector(2, extension(13, vector(2, b"\x08\x04")) + extension(47, names))
    assert msg.parse_certificate_request(tls13, "TLSv1.3") == msg.CertificateRequest((0x0804,), (b"one", b"two"))
