# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inside TLS, but not for long: whether the server stays when no client certificate came.

TLS 1.3 lets a client finish its handshake before the server has looked at its (empty)
certificate, so the refusal arrives with the first read (RFC 8446 section 4.4.2.4).
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    End,
    Ended,
    Inbox,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import Dialogue
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

QUIET_SECONDS = 2.0


class Stayed(NamedTuple):
    """Whether the server ended the session for want of a certificate; None: it ended, and nobody knows why."""

    turned_out: Optional[bool]
    reason: str = ""


def certificate_wanted(words: str, requested: bool) -> bool:
    """Whether the TLS library's words for the end of a session mean that a certificate was missing."""
    words = words.lower().replace("_", " ")
    return "certificate required" in words or (requested and "alert" in words)


def stay(dialogue: Dialogue, endpoint: Endpoint) -> Conversation:
    """Upgrade, finish a handshake without a certificate, say something, and see.  Returns Stayed."""
    inbox = Inbox()
    try:
        opened = yield from dialogue.opening(endpoint)(inbox)
        if not opened.ready:
            return Stayed(None, opened.detail)
        secured = yield Secure(endpoint.server_name)
        if not isinstance(secured, Secured) or not secured.done:
            reason = secured.reason if isinstance(secured, Secured) else ""
            return Stayed(True if certificate_wanted(reason, True) else None, reason)
        inbox.rest()
        if dialogue.knock:
            yield Send(dialogue.knock)
        yield from inbox.more(QUIET_SECONDS)
    except Ended as ended:
        if ended.end is End.SILENT:
            return Stayed(False)
        # Asked for a certificate, given none, and gone at once without a byte: some libraries send no alert.
        return Stayed(True, ended.reason or ended.end.value)
    return Stayed(False)
