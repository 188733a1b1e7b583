# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SSL 2.0, of which only the first two messages matter: a ServerHello is the finding.

The SSL 2.0 draft of Netscape, 1995 (draft-hickman-netscape-ssl), sections 1.2 and 2.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Receive,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Handshake, Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import RANDOM, ClientHello
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import Chain, ServerHello

SUITES = {
    0x010080: "SSL_CK_RC4_128_WITH_MD5",
    0x020080: "SSL_CK_RC4_128_EXPORT40_WITH_MD5",
    0x030080: "SSL_CK_RC2_128_CBC_WITH_MD5",
    0x040080: "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
    0x050080: "SSL_CK_IDEA_128_CBC_WITH_MD5",
    0x060040: "SSL_CK_DES_64_CBC_WITH_MD5",
    0x0700C0: "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
}
"""Every cipher kind of SSL 2.0 (section 2.5 of the draft) with its name there."""

SERVER_HELLO = 4
ERROR = 0
CLIENT_HELLO = 1
MAX_RECORD = 0x7FFF


@dataclass(frozen=True)
class Ssl2Hello:
    """An SSL 2.0 ServerHello: the certificate and the cipher kinds both sides have."""

    suites: tuple[int, ...]
    certificate: bytes


def encode() -> bytes:
    """A ClientHello that offers every cipher kind."""
    specs = b"".join(suite.to_bytes(3, "big") for suite in SUITES)
    body = bytes((CLIENT_HELLO, 0, 2)) + len(specs).to_bytes(2, "big") + b"\x00\x00\x00\x10" + specs + RANDOM[:16]
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def looks_like_ssl2(data: bytes) -> Optional[bool]:
    """Whether an answer starts as an SSL 2.0 ServerHello or error; None: too short to say."""
    if len(data) < 3:
        return None if not data or data[0] & 0x80 else False
    return bool(data[0] & 0x80) and data[2] in (SERVER_HELLO, ERROR)


def parse(data: bytes) -> Optional[Ssl2Hello]:
    """Read a whole answer; None: more bytes are needed.

    Raises:
        WireError: an SSL 2.0 error message, or not SSL 2.0 at all.
    """
    if not looks_like_ssl2(data):
        if looks_like_ssl2(data) is None:
            return None
        raise WireError("The answer is not SSL 2.0.")
    length = int.from_bytes(data[:2], "big") & MAX_RECORD
    if len(data) < 2 + length:
        return None
    cursor = Cursor(data[2:2 + length], "SSL 2.0 ServerHello")
    if cursor.number(1) == ERROR:
        raise WireError("The peer answered with an SSL 2.0 error.")
    cursor.take(2)
    version = cursor.number(2)
    sizes = [cursor.number(2) for _each in range(3)]
    if version != 2:
        raise WireError(f"The peer's SSL 2.0 ServerHello says version 0x{version:04x}.")
    certificate = cursor.take(sizes[0])
    specs = cursor.take(sizes[1])
    suites = tuple(int.from_bytes(specs[at:at + 3], "big") for at in range(0, len(specs) - 2, 3))
    return Ssl2Hello(suites, certificate)


def look(held: bytes = b"", quiet: Optional[float] = None) -> Generator[Step, Arrival, Look]:
    """The conversation: offer SSL 2.0 and nothing else, see what comes.

    A server of today answers in TLS, with an alert: then a TLS handshake reads on.
    """
    modern: Optional[Handshake] = None
    seen = held
    yield Send(encode())
    while True:
        start = looks_like_ssl2(seen)
        if modern is None and start:
            try:
                answer = parse(seen)
            except WireError as error:
                return Look("nonsense", detail=error.message)
            if answer is not None:
                return _found(answer)
        elif modern is not None or start is False:
            modern = modern or Handshake(ClientHello(version="SSLv3", suites=()))
            modern.feed(seen)
            seen = b""
            if modern.finished:
                return modern.look
        arrival = yield Receive(quiet)
        if isinstance(arrival, End):
            modern = modern or Handshake(ClientHello(version="SSLv3", suites=()))
            modern.ended(arrival)
            return modern.look
        if isinstance(arrival, bytes):
            seen += arrival


def _found(answer: Ssl2Hello) -> Look:
    hello = ServerHello("SSLv2", answer.suites[0] if answer.suites else 0, 0, b"", {})
    return Look("hello", hello=hello, chain=Chain((answer.certificate,)), ssl2_suites=answer.suites)
