# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDAP, as much of it as StartTLS, a bind and a search take: RFC 4511, RFC 4513, RFC 4516.

Messages are BER; only the definite lengths that every server sends are read.
"""

from __future__ import annotations

from typing import Generator, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Arrival, Inbox, Send, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    SECRET,
    USER,
    Dialogue,
    Talk,
    Verdict,
    as_it_stands,
    mentions_tls,
    open_question,
    refused,
    taken,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.der import element, elements

STARTTLS_OID = b"1.3.6.1.4.1.1466.20037"
BIND, SEARCH_ENTRY, SEARCH_DONE, EXTENDED = 0x61, 0x64, 0x65, 0x78
BUSY, UNAVAILABLE = 51, 52
CONFIDENTIALITY_REQUIRED, STRONGER_AUTH_REQUIRED = 13, 8
WANT_TLS = (CONFIDENTIALITY_REQUIRED, STRONGER_AUTH_REQUIRED)
RESULTS = {
    0: "success", 1: "operationsError", 2: "protocolError", 8: "strongerAuthRequired", 10: "referral",
    13: "confidentialityRequired", 32: "noSuchObject", 34: "invalidDNSyntax", 48: "inappropriateAuthentication",
    49: "invalidCredentials", 50: "insufficientAccessRights", 51: "busy", 52: "unavailable", 53: "unwillingToPerform",
}
MAX_ENTRIES = 50
LOOKED = (0, 14, 32, 34, 48, 49, 50)
"""Answers to a bind of somebody who has looked at the name and the password."""
MINIMUM = "ssf"
"""389 Directory Server refuses with unwillingToPerform and the words "Minimum SSF not met"."""


class Disconnects(WireError):
    """The server says goodbye for a reason of its own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"The server disconnects: {_named(code, text)}.")
        self.code = code
        self.text = text


def tlv(tag: int, content: bytes) -> bytes:
    """One BER element with a definite length."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def message(number: int, operation: bytes) -> bytes:
    """An LDAPMessage."""
    return tlv(0x30, tlv(0x02, bytes((number,))) + operation)


def starttls(number: int = 1) -> bytes:
    """The StartTLS request (RFC 4511 section 4.14.1)."""
    return message(number, tlv(0x77, tlv(0x80, STARTTLS_OID)))


def simple_bind(number: int, name: str, password: str) -> bytes:
    """A simple bind (section 4.2)."""
    return message(number, tlv(0x60, b"\x02\x01\x03" + tlv(0x04, name.encode()) + tlv(0x80, password.encode())))


def base_search(number: int, base: bytes, attribute: bytes) -> bytes:
    """A search of one entry for one attribute, one result at most (section 4.5.1)."""
    body = (tlv(0x04, base) + b"\x0a\x01\x00" + b"\x0a\x01\x00" + b"\x02\x01\x01" + b"\x02\x01\x05" + b"\x01\x01\x00"
            + tlv(0x87, b"objectClass") + tlv(0x30, tlv(0x04, attribute)))
    return message(number, tlv(0x63, body))


def read_message(inbox: Inbox) -> Generator[Step, Arrival, "tuple[int, bytes]"]:
    """The next message: tag and content of its operation.

    Raises:
        Disconnects: it is a notice of disconnection, which has the number 0 (section 4.4.1).
    """
    head = yield from inbox.exactly(2)
    length = head[1]
    if head[0] != 0x30:
        raise WireError("The server's answer is not LDAP.")
    if length & 0x80:
        if not 1 <= length & 0x7F <= 4:
            raise WireError("The server sent an LDAP message with a length that nobody can mean.")
        length = int.from_bytes((yield from inbox.exactly(length & 0x7F)), "big")
    cursor = Cursor((yield from inbox.exactly(length)), "LDAP message")
    _tag, number = element(cursor)
    tag, content = element(cursor)
    if tag == EXTENDED and not any(number):
        raise Disconnects(*result_code(content))
    return tag, content


def result_code(content: bytes) -> "tuple[int, str]":
    """Code and diagnosticMessage of an LDAPResult."""
    parts = elements(content, "LDAP result")
    if not parts or parts[0][0] != 0x0A:
        raise WireError("The server's LDAP result has no code.")
    text = parts[2][1].decode("utf-8", "replace") if len(parts) > 2 else ""
    return int.from_bytes(parts[0][1], "big"), text


def _named(code: int, text: str) -> str:
    return f"{RESULTS.get(code, 'result')} ({code})" + (f": {text}" if text else "")


def _await(talk: Talk, wanted: int, served: str = "") -> Generator[Step, Arrival, "tuple[int, Optional[bytes]]"]:
    """The result of an operation, and the first attribute value of a search's entries.

    ``served`` says what it means if an entry comes.
    """
    value = None
    for _each in range(MAX_ENTRIES):
        try:
            tag, content = yield from read_message(talk.inbox)
        except Disconnects as notice:
            talk.heard("notice of disconnection: " + _named(notice.code, notice.text))
            raise
        if tag == SEARCH_ENTRY:
            value = value if value is not None else _first_value(content)
            if served:
                talk.stands(False, "served", served)
        elif tag == wanted:
            code, text = result_code(content)
            talk.heard(_named(code, text) + ("" if value is None else f", with {value.decode('utf-8', 'replace')}"))
            return code, value
    raise WireError("The server's search has no end.")


def _first_value(entry: bytes) -> bytes:
    """The first value of the first attribute; empty when the entry came without any."""
    for tag, content in elements(entry, "LDAP entry")[1:]:
        if tag == 0x30:
            for _tag, attribute in elements(content, "LDAP attributes"):
                values = elements(elements(attribute, "LDAP attribute")[1][1], "LDAP values")
                if values:
                    return values[0][1]
    return b""


def _opening(endpoint: Endpoint) -> Opening:
    del endpoint

    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        yield Send(starttls())
        return (yield from _upgraded(inbox))

    return dialogue


def _upgraded(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
    try:
        tag, content = yield from read_message(inbox)
    except Disconnects as notice:
        return Opened(False, notice.code == BUSY, 5.0, str(notice.code), notice.message)
    if tag != EXTENDED:
        raise WireError("The server did not answer StartTLS with an extended response.")
    code, text = result_code(content)
    return Opened(code == 0, code == BUSY, 5.0, str(code), _named(code, text), denied=code not in (0, BUSY))


def _inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
    del endpoint
    yield Send(starttls() + base_search(7, b"", b"namingContexts"))
    return (yield from _upgraded(talk.inbox))


def plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try an anonymous search and a simple bind without TLS."""
    del endpoint
    try:
        return (yield from _try_plain(talk))
    except Disconnects as notice:
        if notice.code in WANT_TLS:
            words = f"Without TLS the server disconnects: {_named(notice.code, notice.text)}."
            talk.stands(True, "starttls_required", words)
        return as_it_stands(notice.message, talk)


def _try_plain(talk: Talk) -> Verdict:
    yield from talk.send(base_search(1, b"", b"namingContexts"), "search the root entry, anonymous")
    root, base = yield from _await(talk, SEARCH_DONE)
    # slapd looks for the database of a name before it looks at the connection, and has 49 for a name in none.
    name = f"cn={USER},{base.decode('utf-8', 'replace') if base else 'cn=config'}"
    data = root
    if base:
        yield from talk.send(base_search(2, base, b"1.1"), f"search {base.decode('utf-8', 'replace')}, anonymous")
        data, base = yield from _await(talk, SEARCH_DONE, "An anonymous search is answered without TLS.")
    yield from talk.send(simple_bind(3, name, SECRET), "simple bind (made-up credentials)")
    bind, _none = yield from _await(talk, BIND)
    if bind in LOOKED:
        words = f"A simple bind without TLS is answered with {_named(bind, '')}: the password was taken."
        return taken("accepted", words, talk, None)
    if data == 0 and base is not None:
        return taken("served", "A simple bind without TLS is refused, but an anonymous search is answered.", talk, None)
    said = talk.transcript[-1].received or ""
    if bind not in WANT_TLS and not mentions_tls(said) and MINIMUM not in said.lower():
        return open_question(f"A simple bind without TLS is answered with {said}, which may have another reason.", talk)
    more = "" if root != 0 else "; the root entry can be read"
    words = f"Bind and search without TLS are answered with {_named(bind, '')}{more}."
    return refused("starttls_required", words, talk, None)


LDAP = Dialogue(
    opening=_opening, plain=plain, knock=base_search(9, b"", b"supportedLDAPVersion"), inject=_inject,
    injected=lambda heard: b"\x02\x01\x07" in heard,
)
