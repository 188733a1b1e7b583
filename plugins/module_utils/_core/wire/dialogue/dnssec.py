# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ask a name server whether it validates: one question about the root zone, which is signed, over TCP.

A validating resolver answers it with the AD bit (RFC 4035 section 3.2.3); the question
carries AD and DO, so that it may (RFC 6840 section 5.7, RFC 3225).  Postfix asks the same one
(postconf(5), dnssec_probe).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    Ended,
    Inbox,
    Send,
)

_RD, _AD, _QR, _RCODE = 0x0100, 0x0020, 0x8000, 0x000F
_NS, _IN, _OPT, _DO = 2, 1, 41, 0x8000
_HEADER = struct.Struct("!6H")
_UDP_SIZE = 1232


@dataclass(frozen=True)
class Validation:
    """``validated`` is None where the server gave no usable answer; ``reason`` says why."""

    validated: Optional[bool]
    reason: str = ""


def question(identity: int) -> bytes:
    """The message: NS of the root, RD, AD and DO set, with its length in front (RFC 1035 section 4.2.2)."""
    header = _HEADER.pack(identity, _RD | _AD, 1, 0, 0, 1)
    asked = b"\0" + struct.pack("!2H", _NS, _IN)
    options = b"\0" + struct.pack("!2HIH", _OPT, _UDP_SIZE, _DO, 0)
    message = header + asked + options
    return struct.pack("!H", len(message)) + message


def ask(identity: int) -> Conversation:
    """Put the question.  Returns Validation."""
    inbox = Inbox()
    yield Send(question(identity))
    try:
        (length,) = struct.unpack("!H", (yield from inbox.exactly(2)))
        message = yield from inbox.exactly(length)
    except Ended as ended:
        return Validation(None, f"it gave no answer over TCP ({ended.end.value})")
    except WireError as error:
        return Validation(None, error.message)
    return read(message, identity)


def read(message: bytes, identity: int) -> Validation:
    """Read the answer."""
    if len(message) < _HEADER.size:
        return Validation(None, "its answer is no DNS message")
    number, flags, _questions, answers, _authorities, _more = _HEADER.unpack(message[: _HEADER.size])
    if number != identity or not flags & _QR:
        return Validation(None, "its answer belongs to another question")
    if flags & _RCODE or not answers:
        return Validation(None, f"it does not know the root zone (response code {flags & _RCODE})")
    if flags & _AD:
        return Validation(True, "it says that the signed root zone is authentic")
    return Validation(False, "it does not validate: it does not say that the signed root zone is authentic")
