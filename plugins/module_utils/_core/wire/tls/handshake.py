# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One ClientHello and everything the server says to it, as a ``Look``.

``Handshake`` is fed bytes and says what to send; it stops as soon as it knows what it
was asked for.  A TLS 1.3 flight is decrypted (see ``shares`` and ``tls13``); a
HelloRetryRequest is answered once.  Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import dataclass
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import by_code_point
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    End,
    Receive,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import messages as msg
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import WARNING, Alert, parse_alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import Cursor
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import (
    RANDOM,
    ClientHello,
    encode_message,
    handshake_message,
    in_records,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    NotTls,
    Record,
    RecordReader,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import (
    can_share,
    public_share,
    shared_secret,
)

if TYPE_CHECKING:
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls13 import Direction, KeySchedule

MAX_WARNINGS = 8
MAX_RECORDS = 4096


@dataclass
class Look:
    """What one hello brought to light.

    ``end`` says why the look stopped: ``hello`` (a ServerHello was all that was asked
    for), ``flight`` (the server's whole first flight), ``resumed`` (it went on with an older
    session), ``alert``, ``closed``, ``reset``, ``silent``, ``not_tls``, ``nonsense``.
    """

    end: str = ""
    hello: Optional[msg.ServerHello] = None
    retry: Optional[msg.ServerHello] = None
    """The HelloRetryRequest, if there was one."""
    chain: Optional[msg.Chain] = None
    key_exchange: Optional[msg.KeyExchange] = None
    scheme: Optional[int] = None
    """The signature scheme the server signed with."""
    request: Optional[msg.CertificateRequest] = None
    encrypted: Optional[dict[int, bytes]] = None
    """TLS 1.3: the EncryptedExtensions."""
    alert: Optional[Alert] = None
    warning: Optional[Alert] = None
    """A warning that came on the way and did not end the handshake."""
    plain: bytes = b""
    """First bytes of an answer that was not TLS."""
    detail: str = ""
    ssl2_suites: tuple[int, ...] = ()
    """SSL 2.0: every cipher kind that both sides have."""

    @property
    def choice(self) -> Optional[msg.ServerHello]:
        """The ServerHello, or the HelloRetryRequest that stands for it."""
        return self.hello or self.retry

    @property
    def group(self) -> Optional[int]:
        """The group of the key exchange, wherever the version tells it."""
        if self.choice is not None and self.choice.group is not None:
            return self.choice.group
        return self.key_exchange.group if self.key_exchange is not None else None


class Handshake:
    """The client's side of one handshake, up to and never beyond the server's first flight.

    Args:
        hello: the question.
        whole: read the whole flight; otherwise the first ServerHello (or retry) is enough.
    """

    def __init__(self, hello: ClientHello, whole: bool = False) -> None:
        self._hello = hello
        self._whole = whole
        self._records = RecordReader()
        self._messages = msg.MessageReader()
        self._counts = {"warnings": 0, "records": 0}
        self._alerts = b""
        self._server: Optional[Direction] = None
        self.transcript = encode_message(hello)
        """Every handshake message so far, both ways, as the Finished messages hash them."""
        self.schedule: Optional[KeySchedule] = None
        self.client: Optional[Direction] = None
        """TLS 1.3: protects what the client still has to say in the handshake."""
        self.left: "list[Record]" = []
        """Records that came behind the flight."""
        self.look = Look()
        self.outgoing = in_records(hello, self.transcript)

    @property
    def finished(self) -> bool:
        """Nothing more will be learnt."""
        return bool(self.look.end)

    def feed(self, data: bytes) -> None:
        """Take bytes from the server; ``look`` and ``outgoing`` change."""
        try:
            for record in self._records.feed(data):
                if self.finished:
                    self.left.append(record)
                else:
                    self._record(record)
        except NotTls as error:
            if self.look.choice is None:
                self.look.plain = bytes.fromhex(str(error.details["first_bytes"]))
                self._stop("not_tls", error.message)
            else:
                self._stop("nonsense", error.message)
        except WireError as error:
            self._stop("nonsense", error.message)

    def ended(self, end: End) -> None:
        """The connection ended, or time did, before the look was finished."""
        words = {End.CLOSED: "closed", End.RESET: "reset", End.TOO_MUCH: "nonsense"}
        self._stop(words.get(end, "silent"))

    def _stop(self, end: str, detail: str = "") -> None:
        if not self.look.end:
            self.look.end = end
            self.look.detail = detail

    def _record(self, record: Record) -> None:
        self._counts["records"] += 1
        if self._counts["records"] > MAX_RECORDS:
            raise WireError("The peer sends one record after the other without finishing its handshake.")
        kind, fragment = record.kind, record.fragment
        if kind == APPLICATION_DATA:
            if self._server is None:
                raise WireError("The peer sent encrypted data before it had chosen how to encrypt.")
            kind, fragment = self._server.open(fragment)
        if kind == CHANGE_CIPHER_SPEC and self.look.hello is not None and self.look.hello.version != "TLSv1.3":
            # RFC 5246 section 7.3: only who resumes changes ciphers before the client has.
            self._stop("resumed")
        elif kind == ALERT:
            # RFC 5246 section 6.2.1 lets both be: an alert in two records, and two alerts in one.
            self._alerts += fragment
            while len(self._alerts) >= 2 and not self.finished:
                self._alert(parse_alert(self._alerts[:2]))
                self._alerts = self._alerts[2:]
        elif kind == HANDSHAKE:
            for message, body in self._messages.feed(fragment):
                if not self.finished:
                    self._message(message, body)

    def _alert(self, alert: Alert) -> None:
        self._counts["warnings"] += 1
        if alert.level == WARNING and alert.number != 0 and self._counts["warnings"] < MAX_WARNINGS:
            self.look.warning = alert
            return
        self.look.alert = alert
        self._stop("alert")

    def _message(self, kind: int, body: bytes) -> None:
        if kind == ext.SERVER_HELLO:
            self._server_hello(body)
            return
        if self.look.hello is None:
            raise WireError(f"The peer sent handshake message {kind} before its ServerHello.")
        self.transcript += handshake_message(kind, body)
        self._flight(kind, body, self.look.hello)

    def _server_hello(self, body: bytes) -> None:
        hello = msg.parse_server_hello(body)
        if self.look.hello is not None or (hello.retry and self.look.retry is not None):
            raise WireError("The peer sent more than one ServerHello.")
        if hello.suite not in self._hello.suites:
            raise WireError(f"The peer chose suite 0x{hello.suite:04x}, which was not offered.")
        if hello.version == "TLSv1.3" == self._hello.version:
            _check_tls13(self._hello, hello, self.look.retry)
        if hello.retry:
            self.look.retry = hello
        else:
            self.look.hello = hello
        if not self._whole:
            self._stop("hello")
        elif hello.retry:
            self._answer_retry(hello, body)
        else:
            self.transcript += handshake_message(ext.SERVER_HELLO, body)
            if hello.version == "TLSv1.3":
                self._start_keys(hello)

    def _answer_retry(self, retry: msg.ServerHello, body: bytes) -> None:
        group, tls13 = retry.group, _tls13()
        if group is None or not can_share(group) or retry.suite not in tls13.SUITES:
            self._stop("hello", "The server asked for a key share that this prober cannot make.")
            return
        second = self._hello.with_share(group, public_share(group), retry.cookie)
        message = encode_message(second)
        self.transcript = (tls13.retry_digest(retry.suite, self.transcript)
                           + handshake_message(ext.SERVER_HELLO, body) + message)
        self.outgoing = in_records(second, message)

    def _start_keys(self, hello: msg.ServerHello) -> None:
        group, tls13 = hello.group, _tls13()
        if hello.suite not in tls13.SUITES or group is None or not can_share(group):
            self._stop("hello", "The server chose a suite or group that this prober cannot decrypt.")
            return
        self.schedule = tls13.KeySchedule(hello.suite, shared_secret(group, hello.share))
        self.client, self._server = self.schedule.handshake(self.transcript)

    def _flight(self, kind: int, body: bytes, hello: msg.ServerHello) -> None:
        look, tls13 = self.look, hello.version == "TLSv1.3"
        if kind == ext.CERTIFICATE:
            look.chain = msg.parse_certificate(body, tls13)
        elif kind == ext.CERTIFICATE_STATUS and look.chain is not None:
            look.chain = msg.Chain(look.chain.certificates, msg.parse_status(body))
        elif kind == ext.SERVER_KEY_EXCHANGE:
            suite = by_code_point(hello.suite)
            if suite is not None:
                look.key_exchange = msg.parse_key_exchange(
                    body, suite.kx, hello.version == "TLSv1.2", not suite.anonymous)
                look.scheme = look.key_exchange.scheme
        elif kind == ext.CERTIFICATE_REQUEST:
            look.request = msg.parse_certificate_request(body, hello.version)
        elif kind == ext.ENCRYPTED_EXTENSIONS:
            look.encrypted = msg.parse_extensions(Cursor(body, "EncryptedExtensions").vector(2),
                                                  "EncryptedExtensions")
        elif kind == ext.CERTIFICATE_VERIFY and tls13:
            look.scheme = Cursor(body, "CertificateVerify").number(2)
        elif kind in (ext.SERVER_HELLO_DONE, ext.FINISHED):
            self._stop("flight")


def _tls13() -> Any:
    """Keys and ciphers: most looks decrypt nothing, so they are only imported where something is."""
    from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import tls13

    return tls13


def _check_tls13(asked: ClientHello, hello: msg.ServerHello, retry: Optional[msg.ServerHello]) -> None:
    """Raise for what every client has to end the handshake over (RFC 8446 sections 4.1.3, 4.1.4 and 4.2.8)."""
    if hello.session_id != (asked.session_id or RANDOM):
        raise WireError("The peer does not repeat the session identifier of the ClientHello.")
    if hello.retry:
        if hello.group is None and hello.cookie is None:
            raise WireError("The peer wants another ClientHello, and does not say what should be different.")
        if hello.group is not None and hello.group not in asked.groups:
            raise WireError(f"The peer wants a key share of group {hello.group}, which was not offered.")
    elif ext.PRE_SHARED_KEY not in hello.extensions:
        shares = [group for group, _share in asked.key_shares] + ([retry.group] if retry is not None else [])
        if hello.group not in shares:
            raise WireError("The peer goes on with a key share that it was not given.")


def look(hello: ClientHello, whole: bool = False, held: bytes = b"",
         quiet: Optional[float] = None) -> Generator[Step, Arrival, Look]:
    """The conversation: send one hello, watch, stop.

    Args:
        hello: what to send.
        whole: read the whole flight, not only the ServerHello.
        held: bytes that came before, behind the answer of a STARTTLS dialogue.
        quiet: seconds of silence after which the look ends.
    """
    handshake = Handshake(hello, whole)
    if held:
        handshake.feed(held)
    while not handshake.finished:
        if handshake.outgoing:
            data, handshake.outgoing = handshake.outgoing, b""
            yield Send(data)
        arrival = yield Receive(quiet)
        if isinstance(arrival, End):
            handshake.ended(arrival)
        elif isinstance(arrival, bytes):
            handshake.feed(arrival)
    return handshake.look
