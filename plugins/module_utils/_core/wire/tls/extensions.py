# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The numbers of extensions and handshake messages, and the few extensions a client writes.

IANA "TLS ExtensionType Values" and "TLS HandshakeType" registries, read 2026-11.
"""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import numbers, vector

SERVER_NAME = 0
STATUS_REQUEST = 5
SUPPORTED_GROUPS = 10
EC_POINT_FORMATS = 11
SIGNATURE_ALGORITHMS = 13
HEARTBEAT = 15
ALPN = 16
ENCRYPT_THEN_MAC = 22
EXTENDED_MASTER_SECRET = 23
SESSION_TICKET = 35
PRE_SHARED_KEY = 41
EARLY_DATA = 42
SUPPORTED_VERSIONS = 43
COOKIE = 44
PSK_KEY_EXCHANGE_MODES = 45
CERTIFICATE_AUTHORITIES = 47
POST_HANDSHAKE_AUTH = 49
SIGNATURE_ALGORITHMS_CERT = 50
KEY_SHARE = 51
RENEGOTIATION_INFO = 0xFF01

CLIENT_HELLO = 1
SERVER_HELLO = 2
NEW_SESSION_TICKET = 4
ENCRYPTED_EXTENSIONS = 8
CERTIFICATE = 11
SERVER_KEY_EXCHANGE = 12
CERTIFICATE_REQUEST = 13
SERVER_HELLO_DONE = 14
CERTIFICATE_VERIFY = 15
CLIENT_KEY_EXCHANGE = 16
FINISHED = 20
CERTIFICATE_STATUS = 22

FALLBACK_SCSV = 0x5600
"""TLS_FALLBACK_SCSV, RFC 7507."""
RENEGOTIATION_SCSV = 0x00FF
"""TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746."""


def extension(number: int, body: bytes = b"") -> bytes:
    """One extension with its number and length."""
    return number.to_bytes(2, "big") + vector(2, body)


def server_name(name: str) -> bytes:
    """RFC 6066 section 3.  ``name`` is a DNS name, never an address."""
    return extension(SERVER_NAME, vector(2, b"\x00" + vector(2, name.encode("ascii"))))


def status_request() -> bytes:
    """Ask for a stapled OCSP response, RFC 6066 section 8."""
    return extension(STATUS_REQUEST, b"\x01\x00\x00\x00\x00")


def supported_groups(groups: tuple[int, ...]) -> bytes:
    """RFC 8446 section 4.2.7."""
    return extension(SUPPORTED_GROUPS, numbers(2, 2, groups))


def signature_algorithms(schemes: tuple[int, ...]) -> bytes:
    """RFC 8446 section 4.2.3."""
    return extension(SIGNATURE_ALGORITHMS, numbers(2, 2, schemes))


def alpn(names: tuple[str, ...]) -> bytes:
    """RFC 7301 section 3.1."""
    return extension(ALPN, vector(2, b"".join(vector(1, name.encode("ascii")) for name in names)))


def supported_versions(versions: tuple[int, ...]) -> bytes:
    """RFC 8446 section 4.2.1, the client's form."""
    return extension(SUPPORTED_VERSIONS, numbers(1, 2, versions))


def key_shares(shares: tuple[tuple[int, bytes], ...]) -> bytes:
    """RFC 8446 section 4.2.8, the client's form; empty asks for a HelloRetryRequest."""
    entries = b"".join(group.to_bytes(2, "big") + vector(2, share) for group, share in shares)
    return extension(KEY_SHARE, vector(2, entries))
