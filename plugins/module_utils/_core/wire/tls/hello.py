# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ClientHello of SSL 3.0 to TLS 1.3: a frozen description in, bytes out.

RFC 6101 section 5.6.1.2, RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2.  A hello
offers exactly what it is told, in the order it is told: what a server answers is
only evidence when the question is known to the byte.  No secret is ever carried by a
connection made from here, so the random is a fixed signature that an administrator
who looks at the packets can read.
"""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass, replace
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import numbers, vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    HANDSHAKE,
    VERSION_NUMBERS,
    record,
)

RANDOM = b"intransit.tls endpoint_info look"
"""Thirty-two bytes, so that it is the whole client random."""

MAX_HELLO_FRAGMENT = 2 ** 14
AHEAD = 0x0304
"""Not TLS 1.3 without supported_versions, but more than TLS 1.2 (RFC 8446 section 4.2.1, RFC 5246 appendix E.1)."""


@dataclass(frozen=True)
class ClientHello:
    """One question to a server.  Suites, groups and schemes are code points, preferred first."""

    version: str
    """The newest protocol version offered."""
    suites: tuple[int, ...]
    groups: tuple[int, ...] = ()
    schemes: tuple[int, ...] = ()
    server_name: Optional[str] = None
    key_shares: tuple[tuple[int, bytes], ...] = ()
    """TLS 1.3: group and public share.  Empty: the server answers with a HelloRetryRequest."""
    cookie: Optional[bytes] = None
    older_versions: tuple[str, ...] = ()
    """TLS 1.3: versions offered besides, preferred first."""
    alpn: tuple[str, ...] = ()
    compression: bool = False
    """Offer DEFLATE besides null: a server that takes it is open to CRIME."""
    ask_status: bool = False
    extras: bytes = b""
    """Further extensions, already encoded."""
    plain: bool = False
    """Leave out every extension that nobody asked for."""
    record_version: Optional[int] = None
    ahead: bool = False
    """TLS 1.2: claim a version newer than any that is negotiated like this; a server has to answer with its newest."""
    session_id: bytes = b""
    verify_data: bytes = b""
    """The client's Finished of the session that is renegotiated (RFC 5746)."""
    ticket: bytes = b""
    """TLS 1.2: a session ticket to resume with (RFC 5077)."""

    def with_share(self, group: int, share: bytes, cookie: Optional[bytes] = None) -> "ClientHello":
        """The second hello, after a HelloRetryRequest that named a group."""
        return replace(self, key_shares=((group, share),), cookie=cookie)


def handshake_message(kind: int, body: bytes) -> bytes:
    """One handshake message with its type and length."""
    return bytes((kind,)) + vector(3, body)


def encode_message(hello: ClientHello) -> bytes:
    """The handshake message alone: what goes into the transcript hash of TLS 1.3."""
    number = VERSION_NUMBERS[hello.version]
    session_id = hello.session_id
    if hello.version == "TLSv1.3" and not session_id:
        session_id = RANDOM
    claimed = AHEAD if hello.ahead else min(number, 0x0303)
    body = claimed.to_bytes(2, "big") + RANDOM + vector(1, session_id)
    body += numbers(2, 2, hello.suites)
    body += vector(1, b"\x01\x00" if hello.compression else b"\x00")
    extensions = _extensions(hello)
    if extensions:
        body += vector(2, extensions)
    return handshake_message(ext.CLIENT_HELLO, body)


def encode(hello: ClientHello) -> bytes:
    """The bytes to send: the message in as many records as it needs."""
    return in_records(hello, encode_message(hello))


def in_records(hello: ClientHello, message: bytes) -> bytes:
    """An encoded hello in as many records as it needs.

    The record says TLS 1.0 for newer versions, which old and new servers alike take
    (RFC 8446 section 5.1).
    """
    version = hello.record_version
    if version is None:
        version = min(VERSION_NUMBERS[hello.version], 0x0301)
    pieces = [message[at:at + MAX_HELLO_FRAGMENT] for at in range(0, len(message), MAX_HELLO_FRAGMENT)]
    return b"".join(record(HANDSHAKE, version, piece) for piece in pieces)


def _extensions(hello: ClientHello) -> bytes:
    if hello.version == "SSLv3":
        return hello.extras
    parts = []
    if hello.server_name:
        parts.append(ext.server_name(hello.server_name))
    if hello.groups:
        parts.append(ext.supported_groups(hello.groups))
    if hello.groups and not hello.plain:
        parts.append(ext.extension(ext.EC_POINT_FORMATS, b"\x01\x00"))
    if hello.schemes and hello.version in ("TLSv1.2", "TLSv1.3"):
        parts.append(ext.signature_algorithms(hello.schemes))
    if hello.alpn:
        parts.append(ext.alpn(hello.alpn))
    if hello.ask_status:
        parts.append(ext.status_request())
    if not hello.plain and (hello.version != "TLSv1.3" or hello.older_versions):
        parts.append(ext.extension(ext.RENEGOTIATION_INFO, vector(1, hello.verify_data)))
        parts.append(ext.extension(ext.EXTENDED_MASTER_SECRET))
        parts.append(ext.extension(ext.ENCRYPT_THEN_MAC))
        parts.append(ext.extension(ext.SESSION_TICKET, hello.ticket))
    if hello.version == "TLSv1.3":
        parts.append(_tls13_extensions(hello))
    parts.append(hello.extras)
    return b"".join(parts)


def _tls13_extensions(hello: ClientHello) -> bytes:
    versions = ("TLSv1.3", *hello.older_versions)
    parts = [ext.supported_versions(tuple(VERSION_NUMBERS[version] for version in versions))]
    if hello.cookie is not None:
        parts.append(ext.extension(ext.COOKIE, vector(2, hello.cookie)))
    parts.append(ext.extension(ext.PSK_KEY_EXCHANGE_MODES, b"\x01\x01"))
    parts.append(ext.key_shares(hello.key_shares))
    return b"".join(parts)
