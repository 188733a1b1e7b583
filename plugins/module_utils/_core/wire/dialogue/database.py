# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL, MySQL and MariaDB: what comes before TLS in their own binary protocols.

PostgreSQL 17 documentation, chapter 53 "Frontend/Backend Protocol" (SSLRequest,
StartupMessage, ErrorResponse).  MySQL 8 internals, "Connection Phase" (handshake V10,
SSLRequest, HandshakeResponse41), and the MariaDB knowledge base page "Connecting".
"""

from __future__ import annotations

import re
from collections.abc import Generator

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Arrival, Inbox, Send, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    USER,
    Dialogue,
    Talk,
    Verdict,
    mentions_tls,
    open_question,
    refused,
    taken,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor

# -- PostgreSQL ----------------------------------------------------------------------------

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
LONGEST_AUTH = 2000
"""What looks like an AuthenticationRequest and is longer is none (backends read no more either)."""
POSTGRES_AUTH = {0: "no password at all", 3: "a password in clear", 5: "an MD5 password", 10: "SASL"}


def startup_message() -> bytes:
    """A StartupMessage of protocol 3.0 for a made-up user."""
    body = b"\x00\x03\x00\x00" + b"user\x00" + USER.encode() + b"\x00database\x00postgres\x00\x00"
    return (len(body) + 4).to_bytes(4, "big") + body


def _postgres_opening(endpoint: Endpoint) -> Opening:
    del endpoint

    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        yield Send(SSL_REQUEST)
        return (yield from _postgres_answer(inbox))

    return dialogue


def _postgres_answer(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
    answer = (yield from inbox.exactly(1)).decode("latin-1")
    if answer not in "SNE":
        raise WireError("The server's answer to an SSLRequest is not PostgreSQL.")
    return Opened(answer == "S", code=answer, detail=f"The server answers the SSLRequest with {answer}.",
                  denied=answer == "N")


def _postgres_inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
    del endpoint
    yield Send(SSL_REQUEST + startup_message())
    return (yield from _postgres_answer(talk.inbox))


def _postgres_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try to log in without TLS."""
    del endpoint
    yield from talk.send(startup_message(), "StartupMessage (made-up user)")
    kind = (yield from talk.inbox.exactly(1)).decode("latin-1")
    length = int.from_bytes((yield from talk.inbox.exactly(4)), "big")
    if kind == "R" and 8 <= length <= LONGEST_AUTH:
        talk.stands(False, "offered", "Without TLS the server goes on with the authentication.")
    body = yield from talk.inbox.exactly(max(0, length - 4))
    if kind == "R" and len(body) >= 4:
        wanted = POSTGRES_AUTH.get(int.from_bytes(body[:4], "big"), "credentials")
        talk.heard(f"AuthenticationRequest: {wanted}")
        return taken("offered", f"Without TLS the server asks for {wanted}.", talk, None)
    if kind != "E":
        talk.heard(f"message {kind!r}")
        return open_question("The server answers a StartupMessage in a way nobody described.", talk)
    fields = {part[:1].decode("latin-1"): part[1:].decode("utf-8", "replace") for part in body.split(b"\x00") if part}
    code, text = fields.get("C", ""), fields.get("M", "")
    talk.heard(f"ERROR {code}: {text}")
    if code == "28000" and "pg_hba" in text:
        return refused("starttls_required" if "no encryption" in text.lower() or "ssl off" in text.lower() else
                       "error_status", f"Without TLS the server answers: {text}.", talk, None)
    if mentions_tls(text):
        # PgBouncer, with the code of a protocol violation.
        return refused("starttls_required", f"Without TLS the server answers: {text}.", talk, None)
    if code in ("28000", "28P01", "3D000"):
        return taken("accepted", f"Without TLS the server goes on to the account: {text}.", talk, None)
    return open_question(f"The server answers {code}: {text}.", talk)


def _postgres_injected(heard: bytes) -> bool:
    """A server that takes the message goes on with the login; others say what is wrong (CVE-2021-23214)."""
    return heard[:1] == b"R" or (heard[:1] == b"E" and b"unencrypted data" not in heard)


POSTGRES = Dialogue(
    opening=_postgres_opening, plain=_postgres_plain, knock=startup_message(), inject=_postgres_inject,
    injected=_postgres_injected,
)


# -- MySQL and MariaDB ---------------------------------------------------------------------

CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SSL = 0x1, 0x200, 0x800
CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH = 0x8000, 0x80000
CAPABILITIES = CLIENT_LONG_PASSWORD | CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH
MAX_PACKET = 0x1000000
HOST_BLOCKED, HOST_NOT_ALLOWED, TOO_MANY_CONNECTIONS = 1129, 1130, 1040
INSECURE_TRANSPORT, ACCESS_DENIED = 3159, (1045, 1698)
MARIADB = re.compile(r"(\d+)\.(\d+)\.\d+-MariaDB")
TELLS_FIRST = (11, 8)
"""MariaDB from here on asks for TLS before it looks at the account (seen on 11.8); 10.11 does the reverse,
and answers a wrong password the same way whether or not TLS is required."""
KNOWS_RULE = (10, 5)
"""MariaDB before this has no require_secure_transport."""


def _packet(number: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def _client_head(capabilities: int) -> bytes:
    return capabilities.to_bytes(4, "little") + MAX_PACKET.to_bytes(4, "little") + b"\x21" + bytes(23)


def handshake_response(number: int) -> bytes:
    """A HandshakeResponse41 for a made-up user, with a scramble that belongs to no password."""
    return _packet(number, _client_head(CAPABILITIES) + USER.encode() + b"\x00" + b"\x14" + b"\xa5" * 20
                   + b"mysql_native_password\x00")


def _read_packet(inbox: Inbox) -> Generator[Step, Arrival, bytes]:
    head = yield from inbox.exactly(4)
    return (yield from inbox.exactly(int.from_bytes(head[:3], "little")))


def _error(packet: bytes) -> "tuple[int, str]":
    """Number and text of an ERR packet."""
    cursor = Cursor(packet[1:], "MySQL error")
    number = int.from_bytes(cursor.take(2), "little")
    text = cursor.rest()
    return number, (text[6:] if text[:1] == b"#" else text).decode("utf-8", "replace")


def _greeting(packet: bytes) -> "tuple[str, int]":
    """Version and capability flags of a handshake V10."""
    cursor = Cursor(packet, "MySQL greeting")
    if cursor.number(1) != 10:
        raise WireError("The server does not greet as MySQL or MariaDB does.")
    end = packet.find(b"\x00", 1)
    if end < 0:
        raise WireError("The MySQL greeting has no end.")
    cursor.take(end + 4 + 8 + 1)
    return packet[1:end].decode("latin-1"), int.from_bytes(cursor.take(2), "little")


def _looks_at_account_first(version: str) -> bool:
    """Whether an answer about the account leaves open what an account that exists would get."""
    found = MARIADB.search(version)
    return found is not None and KNOWS_RULE <= (int(found.group(1)), int(found.group(2))) < TELLS_FIRST


def _mysql_opening(endpoint: Endpoint) -> Opening:
    del endpoint

    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        packet = yield from _read_packet(inbox)
        if packet[:1] == b"\xff":
            number, text = _error(packet)
            return Opened(False, number == TOO_MANY_CONNECTIONS, 5.0, str(number), text,
                          shut=number in (HOST_BLOCKED, HOST_NOT_ALLOWED))
        if not _greeting(packet)[1] & CLIENT_SSL:
            return Opened(False, code="no SSL", detail="The server does not offer TLS.", denied=True)
        yield Send(_packet(1, _client_head(CAPABILITIES | CLIENT_SSL)))
        return Opened(True)

    return dialogue


def _mysql_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try to log in without TLS."""
    del endpoint
    packet = yield from _read_packet(talk.inbox)
    if packet[:1] == b"\xff":
        number, text = _error(packet)
        talk.heard(f"ERROR {number}: {text}")
        return open_question(f"The server turns this host away: {text}.", talk)
    version, capabilities = _greeting(packet)
    offered = talk.offered = bool(capabilities & CLIENT_SSL)
    talk.heard(f"greeting of {version}, " + ("with TLS on offer" if offered else "without TLS"))
    yield from talk.send(handshake_response(1), "HandshakeResponse (made-up credentials)")
    packet = yield from _read_packet(talk.inbox)
    if packet[:1] == b"\xff":
        number, text = _error(packet)
        talk.heard(f"ERROR {number}: {text}")
        if number == INSECURE_TRANSPORT:
            return refused("starttls_required", f"Without TLS the server answers: {text}", talk, offered)
        if number in ACCESS_DENIED and offered and _looks_at_account_first(version):
            return open_question(
                "This release looks at the account before it looks at the transport; whether one that exists would "
                "be let in without TLS cannot be told from outside. See require_secure_transport on the server.",
                talk, offered)
        if number in ACCESS_DENIED:
            return taken("accepted", f"Without TLS the server looks at the account: {text}.", talk, offered)
        return open_question(f"The server answers {number}: {text}.", talk, offered)
    talk.heard("it goes on with the authentication")
    return taken("offered", "Without TLS the server goes on with the authentication.", talk, offered)


MYSQL = Dialogue(opening=_mysql_opening, plain=_mysql_plain, knock=handshake_response(2))
