# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The conversation with a policy host (RFC 8461 section 3.3): verified https, one GET, no redirect, bounded."""

from __future__ import annotations

from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns import mta_sts
from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import MAX_CONTENT, Fetched
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Conversation,
    Ended,
    Inbox,
    Secure,
    Secured,
    Send,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.content import read_content
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import read_head


def ask_policy_host(domain: str, ca_file: Optional[str]) -> Conversation:
    """Ask for the policy of a domain.  Returns Fetched."""
    host = mta_sts.name_host(domain)
    secured = yield Secure(host, verify=True, ca_file=ca_file)
    if not isinstance(secured, Secured):
        return Fetched(problem=f"the connection to {host} ended before the handshake did")
    if not secured.done:
        unverified = secured.trusted is False or secured.name_matches is False
        return Fetched(problem=f"the certificate of {host} does not verify: {secured.reason}" if unverified
                       else f"there was no TLS with {host}: {secured.reason}", refused=unverified)
    inbox = Inbox()
    yield Send(f"GET {mta_sts.PATH} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: intransit.tls dns_info\r\n"
               "Accept: text/plain\r\nConnection: close\r\n\r\n".encode("ascii", "replace"))
    try:
        response = yield from read_head(inbox)
        if response.status != 200:
            what = "redirects, and senders may not follow" if 300 <= response.status < 400 else "has no policy"
            return Fetched(response.status, problem=f"{host} {what} (status {response.status})", refused=True)
        content = yield from read_content(inbox, response, MAX_CONTENT)
    except Ended as ended:
        return Fetched(problem=f"{host} did not finish its answer ({ended.reason or ended.end.value})")
    except WireError as error:
        return Fetched(problem=error.message)
    cut = f"{host} sent a policy that cannot be read to its end: {content.problem}" if content.problem else ""
    return Fetched(200, content.text, response.one("content-type") or "", cut, refused=bool(cut))
