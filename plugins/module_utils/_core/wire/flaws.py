# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Old flaws that show without harm: Heartbleed, CCS injection, ROBOT.

Heartbleed (CVE-2014-0160) is asked only of servers that answer the heartbeat extension, with
a request whose claimed length is one byte more than it has, so that a vulnerable server
gives away that one byte and nothing is kept.  CCS injection (CVE-2014-0224) sends the
ChangeCipherSpec too early and watches whether it is objected to.  ROBOT (2017) sends
differently broken RSA paddings and compares the answers; it is asked only where static
RSA was accepted, and nothing is ever decrypted with an oracle that is found.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    End,
    Receive,
    Send,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import extensions as ext
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import parse_alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Handshake
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello, handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.own_session import rsa_key, run
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEARTBEAT,
    VERSION_NUMBERS,
    RecordReader,
    record,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.tls12 import PREMASTER, pkcs1, rsa_encrypt

ANSWER_SECONDS = 2.0
BAD_RECORD_MAC, DECRYPTION_FAILED, DECRYPT_ERROR = 20, 21, 51
ROBOT_VARIANTS = ("right", "first_byte", "no_zero", "zero_inside", "version")


def _flight(hello: ClientHello, held: bytes) -> Generator[Step, Arrival, Optional[Handshake]]:
    handshake = Handshake(hello, whole=True)
    if held:
        handshake.feed(held)
    yield from run(handshake)
    return handshake if handshake.look.end == "flight" else None


def _reaction(held: Optional[RecordReader] = None) -> Generator[Step, Arrival, "tuple[str, int]"]:
    """The next record or end: (kind of reaction, number of an alert)."""
    reader, alerts = held or RecordReader(), b""
    while True:
        arrival = yield Receive(ANSWER_SECONDS)
        if isinstance(arrival, End):
            return arrival.value, 0
        if not isinstance(arrival, bytes):
            return "closed", 0
        for item in reader.feed(arrival):
            if item.kind == ALERT:
                alerts += item.fragment
                if len(alerts) < 2:
                    continue
                return "alert", parse_alert(alerts[:2]).number
            return f"record_{item.kind}", 0


def _number(handshake: Handshake) -> int:
    """The version that goes onto every further record; whoever sees another there looks no further."""
    hello = handshake.look.hello
    return min(VERSION_NUMBERS[hello.version], 0x0303) if hello is not None else 0x0303


def probe_heartbleed(hello: ClientHello, held: bytes) -> Conversation:
    """Whether a heartbeat that claims one byte too many is answered.  None: it could not be told."""
    handshake = yield from _flight(hello, held)
    if handshake is None or handshake.look.hello is None:
        return None
    if ext.HEARTBEAT not in handshake.look.hello.extensions:
        return False
    # RFC 6520 section 4: such a request must be thrown away without an answer.
    yield Send(record(HEARTBEAT, _number(handshake), b"\x01\x00\x01"))
    kind, _alert = yield from _reaction()
    return kind == f"record_{HEARTBEAT}"


def probe_ccs_injection(hello: ClientHello, held: bytes) -> Conversation:
    """Whether a ChangeCipherSpec before the key exchange is taken.  None: it could not be told."""
    handshake = yield from _flight(hello, held)
    if handshake is None:
        return None
    yield Send(record(CHANGE_CIPHER_SPEC, _number(handshake), b"\x01"))
    # Whoever took it now believes that this record is encrypted, and cannot open it.
    yield Send(record(HANDSHAKE, _number(handshake), b"\x00" * 40))
    kind, alert = yield from _reaction()
    if kind == "alert":
        return alert in (BAD_RECORD_MAC, DECRYPTION_FAILED, DECRYPT_ERROR)
    return False if kind in ("closed", "reset") else None


def make_robot_variant(hello: ClientHello, variant: str, held: bytes) -> Conversation:
    """Send one variant of a padded premaster secret.  Returns the reaction as text, None if it never came to it."""
    handshake = yield from _flight(hello, held)
    if handshake is None:
        return None
    modulus, exponent = rsa_key(handshake.look)
    if not modulus or modulus.bit_length() < 512:
        return None
    body = vector(2, rsa_encrypt(_padding(variant, modulus), modulus, exponent))
    number = _number(handshake)
    yield Send(record(HANDSHAKE, number, handshake_message(ext.CLIENT_KEY_EXCHANGE, body))
               + record(CHANGE_CIPHER_SPEC, number, b"\x01") + record(HANDSHAKE, number, b"\x5a" * 64))
    try:
        kind, alert = yield from _reaction()
    except WireError:
        return "nonsense"
    return f"{kind} {alert}"


def _padding(variant: str, modulus: int) -> bytes:
    """The five shapes of Boeck, Somorovsky and Young, "Return Of Bleichenbacher's Oracle Threat", section 3."""
    good = bytearray(pkcs1(PREMASTER, modulus))
    if variant == "first_byte":
        good[1] = 0x17
    elif variant == "no_zero":
        good[-49] = 0x11
    elif variant == "zero_inside":
        good[-20] = 0
        good[-49] = 0x11
    elif variant == "version":
        good[-48:-46] = b"\x02\x02"
    return bytes(good)


def judge_robot(reactions: "list[Optional[str]]") -> Optional[bool]:
    """Whether the reactions differ; None where some are missing or only time made a difference."""
    if not reactions or any(reaction is None for reaction in reactions):
        return None
    kinds = set(reactions)
    if len(kinds) == 1:
        return False
    # A time-out beside an alert may be load; the same connection again would have to show it.
    return None if any("silent" in str(kind) or "deadline" in str(kind) for kind in kinds) else True
