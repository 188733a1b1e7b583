# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One page of a web site: its status, where it leads, and a digest of its content, to compare two ways to it.

Asked for by HTTP/1.0, whose content is what comes until the connection ends (RFC 9112 section 6.3), and without
compression.  A page names itself by its scheme, so ``http:`` and ``https:`` are the same to the digest.  Apache ends
its listings of folders with a line that names its version and the port (ServerSignature), which counts for nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    End,
    Ended,
    Inbox,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import read_head

CONTENT = 96 * 1024
"""Bytes of the content that count; what comes behind is not read."""
_SIGNATURE = re.compile(rb"<address>Apache[^<]*(?:<a [^>]*>[^<]*</a>[^<]*)?</address>\n?")
"""With ``ServerSignature EMail`` the name is a link."""


@dataclass(frozen=True)
class Page:
    """What came for a request: ``status`` None and ``reason`` if there was no answer."""

    status: Optional[int] = None
    location: str = ""
    digest: str = ""
    reason: str = ""


def read_page(host: str, path: str, tls: bool) -> Conversation:
    """GET a page, over TLS or in clear text.  Returns Page."""
    if tls:
        secured = yield Secure(host)
        if not isinstance(secured, Secured) or not secured.done:
            reason = secured.reason if isinstance(secured, Secured) else ""
            return Page(reason=reason or "there was no handshake")
    inbox = Inbox()
    head = f"GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: intransit.tls\r\nAccept: */*\r\n\r\n"
    yield Send(head.encode("ascii", "replace"))
    try:
        response = yield from read_head(inbox)
        content = yield from _content(inbox)
    except Ended as ended:
        return Page(reason=ended.reason or ended.end.value)
    except WireError as error:
        return Page(reason=error.message)
    digest = hashlib.sha256(_SIGNATURE.sub(b"", content).replace(b"https:", b"http:")).hexdigest()
    return Page(response.status, response.one("location") or "", digest)


def _content(inbox: Inbox) -> Conversation:
    while len(inbox.held) < CONTENT:
        try:
            yield from inbox.more()
        except Ended as ended:
            if ended.end is not End.CLOSED:
                raise
            break
    return inbox.rest()[:CONTENT]
