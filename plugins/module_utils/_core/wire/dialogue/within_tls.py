# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server says within TLS: the proof that behind the handshake there still is a service.

A handshake alone does not show it: a mail server whose login backend is gone takes the
handshake and dies over the first command behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    MAX_HELD,
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

GREETING_SECONDS = 2.0
QUIET_SECONDS = 2.0


@dataclass(frozen=True)
class Said:
    """What was heard; ``reason`` says in words why it was nothing, or no more."""

    text: str
    reason: str = ""


def hear(dialogue: Dialogue, endpoint: Endpoint, enough: "re.Pattern[str]") -> Conversation:
    """Shake hands, say what the protocol's client says first, and listen until ``enough`` was said.

    Never speaks first where the server greets: Postfix turns such clients away.
    Returns Said.
    """
    inbox = Inbox()
    said = ""
    try:
        opened = yield from dialogue.opening(endpoint)(inbox)
        if not opened.ready:
            return Said("", opened.detail or "The server did not get as far as TLS.")
        secured = yield Secure(endpoint.server_name)
        if not isinstance(secured, Secured) or not secured.done:
            return Said("", secured.reason if isinstance(secured, Secured) else "There was no handshake.")
        inbox.rest()
        if not dialogue.starttls:
            yield from _greeting(inbox)
        if dialogue.knock:
            yield Send(dialogue.knock)
        while not enough.search(said) and len(said) < MAX_HELD:
            said += inbox.rest().decode("latin-1")
            if not enough.search(said):
                yield from inbox.more(QUIET_SECONDS)
    except Ended as ended:
        if ended.end is End.SILENT:
            return Said(said)
        return Said(said, f"The server ended the session within TLS ({ended.reason or ended.end.value}).")
    except WireError as error:
        return Said(said, error.message)
    return Said(said)


def _greeting(inbox: Inbox) -> Conversation:
    try:
        yield from inbox.more(GREETING_SECONDS)
    except Ended as ended:
        if ended.end is not End.SILENT:
            raise
