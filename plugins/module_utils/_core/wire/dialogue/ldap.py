# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LDAP, as much of it as StartTLS, a bind and a search take: RFC 4511, RFC 4513, RFC 4516.

Messages are BER; only the definite lengths that every server sends are read.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional

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
    0: "success", 1: "operationsError", 2: "protocolError", 7: "authMethodNotSupported", 8: "strongerAuthRequired",
    10: "referral", 13: "confidentialityRequired", 14: "saslBindInProgress", 32: "noSuchObject", 34: "invalidDNSyntax",
    48: "inappropriateAuthentication", 49: "invalidCredentials", 50: "insufficientAccessRights", 51: "busy",
    52: "unavailable", 53: "unwillingToPerform", 80: "other",
}
MAX_ENTRIES = 50
LOOKED = (0, 14, 32, 34, 48, 49, 50)
"""Answers to a bind of somebody who has looked at the name and the password."""
NO_SASL = (2, 7, 8, 13, 48)
"""Refusals of a SASL mechanism; slapd says 48 of one that is too weak without encryption."""
PASSWORD_MECHANISMS = (b"PLAIN", b"LOGIN")
"""SASL mechanisms that show the password to whoever listens (RFC 4616)."""
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


def sasl_bind(number: int, mechanism: bytes, credentials: Optional[bytes]) -> bytes:
    """A SASL bind (section 4.2)."""
    said = tlv(0x04, mechanism) + (b"" if credentials is None else tlv(0x04, credentials))
    return message(number, tlv(0x60, b"\x02\x01\x03" + tlv(0x04, b"") + tlv(0xA3, said)))


def base_search(number: int, base: bytes, *attributes: bytes) -> bytes:
    """A search of one entry for some attributes, one result at most (section 4.5.1)."""
    body = (tlv(0x04, base) + b"\x0a\x01\x00" + b"\x0a\x01\x00" + b"\x02\x01\x01" + b"\x02\x01\x05" + b"\x01\x01\x00"
            + tlv(0x87, b"objectClass") + tlv(0x30, b"".join(tlv(0x04, attribute) for attribute in attributes)))
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


Entry = dict[bytes, list[bytes]]
"""The values of an entry by the name of their attribute, in lower case."""


def _await(talk: Talk, wanted: int, served: str = "") -> Generator[Step, Arrival, "tuple[int, Optional[Entry]]"]:
    """The result of an operation, and the first of a search's entries.

    ``served`` says what it means if an entry comes.
    """
    found: Optional[Entry] = None
    for _each in range(MAX_ENTRIES):
        try:
            tag, content = yield from read_message(talk.inbox)
        except Disconnects as notice:
            talk.heard("notice of disconnection: " + _named(notice.code, notice.text))
            raise
        if tag == SEARCH_ENTRY:
            found = found if found is not None else _values(content)
            _keep_offers(talk, found)
            if served:
                talk.stands(False, "served", served)
        elif tag == wanted:
            code, text = result_code(content)
            talk.heard(_named(code, text) + ("" if found is None else f", with {_shown(found)}"))
            return code, found
    raise WireError("The server's search has no end.")


def _values(entry: bytes) -> Entry:
    found: Entry = {}
    for tag, content in elements(entry, "LDAP entry")[1:]:
        for _tag, attribute in elements(content, "LDAP attributes") if tag == 0x30 else ():
            parts = elements(attribute, "LDAP attribute")
            if len(parts) > 1:
                values = [value for _tag, value in elements(parts[1][1], "LDAP values")]
                found.setdefault(parts[0][1].lower(), []).extend(values)
    return found


def _shown(entry: Entry) -> str:
    return ", ".join(value.decode("utf-8", "replace") for values in entry.values() for value in values)


def _offered(entry: Optional[Entry]) -> "list[str]":
    """The SASL mechanisms of a root entry that show a password."""
    names = [name.upper() for name in (entry or {}).get(b"supportedsaslmechanisms", [])]
    return [name.decode() for name in PASSWORD_MECHANISMS if name in names]


def _keep_offers(talk: Talk, entry: Entry) -> None:
    if _offered(entry):
        talk.stands(False, "offered", f"SASL {' and '.join(_offered(entry))} is offered without TLS.")


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
    asked = base_search(1, b"", b"namingContexts", b"supportedSASLMechanisms")
    yield from talk.send(asked, "search the root entry, anonymous")
    root, found = yield from _await(talk, SEARCH_DONE)
    base = next(iter((found or {}).get(b"namingcontexts", [])), b"")
    # slapd looks for the database of a name before it looks at the connection, and has 49 for a name in none.
    name = f"cn={USER},{base.decode('utf-8', 'replace') if base else 'cn=config'}"
    data, read = root, found
    if base:
        yield from talk.send(base_search(2, base, b"1.1"), f"search {base.decode('utf-8', 'replace')}, anonymous")
        data, read = yield from _await(talk, SEARCH_DONE, "An anonymous search is answered without TLS.")
    yield from talk.send(simple_bind(3, name, SECRET), "simple bind (made-up credentials)")
    bind, _none = yield from _await(talk, BIND)
    if bind in LOOKED:
        words = f"A simple bind without TLS is answered with {_named(bind, '')}: the password was taken."
        return taken("accepted", words, talk, None)
    said = talk.transcript[-1].received or ""
    unclear = yield from _try_sasl(talk)
    if talk.so_far is not None and talk.so_far.how == "accepted":
        return as_it_stands("A simple bind is refused.", talk)
    if data == 0 and read is not None:
        return taken("served", "A simple bind without TLS is refused, but an anonymous search is answered.", talk, None)
    if _offered(found):
        return as_it_stands("A simple bind is refused.", talk)
    if not _wants_tls(bind, said):
        return open_question(f"A simple bind without TLS is answered with {said}, which may have another reason.", talk)
    if unclear:
        return open_question(unclear, talk)
    more = "" if root != 0 else "; the root entry can be read"
    words = f"Bind and search without TLS are answered with {_named(bind, '')}{more}."
    return refused("starttls_required", words, talk, None)


def _wants_tls(code: int, said: str) -> bool:
    return code in WANT_TLS or mentions_tls(said) or MINIMUM in said.lower()


def _try_sasl(talk: Talk) -> Generator[Step, Arrival, str]:
    """SASL binds by password: slapd's limits for a simple bind do not hold for them.

    Returns what leaves open whether one was refused; empty if all were.
    """
    unclear = ""
    for number, mechanism in enumerate(PASSWORD_MECHANISMS, 4):
        credentials = f"\0{USER}\0{SECRET}".encode() if mechanism == b"PLAIN" else None
        name = f"SASL {mechanism.decode()} bind"
        yield from talk.send(sasl_bind(number, mechanism, credentials), f"{name} (made-up credentials)")
        code, _none = yield from _await(talk, BIND)
        said = talk.transcript[-1].received or ""
        if code in NO_SASL or _wants_tls(code, said):
            continue
        if code in LOOKED:
            words = f"A {name} without TLS is answered with {_named(code, '')}: credentials are taken."
            talk.stands(False, "accepted", words)
            return ""
        unclear = f"A {name} without TLS is answered with {said}, which may have another reason."
    return unclear


LDAP = Dialogue(
    opening=_opening, plain=plain, knock=base_search(9, b"", b"supportedLDAPVersion"), inject=_inject,
    injected=lambda heard: b"\x02\x01\x07" in heard,
)
