# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""XMPP client connections: RFC 6120 sections 4 and 5, up to the upgrade; no XML library, no entities."""

from __future__ import annotations

import base64
import re
from collections.abc import Generator

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Arrival, Inbox, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    SECRET,
    USER,
    Dialogue,
    Talk,
    Verdict,
    open_question,
    refused,
    taken,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

MAX_TAG = 256
TLS_NAMESPACE = "urn:ietf:params:xml:ns:xmpp-tls"
SASL_NAMESPACE = "urn:ietf:params:xml:ns:xmpp-sasl"
_DONE = re.compile(
    rb"</(?:\w{1,20}:)?(?:features|error|failure|stream)>|<(?:\w{1,20}:)?features\s{0,20}/>"
    rb"|<(?:proceed|success|challenge)\b[^>]{0,200}>|<failure\b[^>]{0,200}/>")


def stream_open(endpoint: Endpoint) -> bytes:
    """The opening of a stream to the name asked for."""
    name = re.sub(r"[^A-Za-z0-9.:-]", "", endpoint.server_name or endpoint.host)
    return (f"<?xml version='1.0'?><stream:stream to='{name}' version='1.0' xmlns='jabber:client' "
            f"xmlns:stream='http://etherx.jabber.org/streams'>").encode("ascii")


def _stanza(talk: Talk) -> Generator[Step, Arrival, str]:
    """Everything up to the end of the next stanza that matters."""
    return talk.heard((yield from talk.inbox.until(_DONE, MAX_TAG)).decode("utf-8", "replace"))


def _opening(endpoint: Endpoint) -> Opening:
    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        return (yield from _upgrade(endpoint, Talk(inbox), b""))

    return dialogue


def _upgrade(endpoint: Endpoint, talk: Talk, behind: bytes) -> Generator[Step, Arrival, Opened]:
    yield from talk.send(stream_open(endpoint), "<stream:stream>")
    features = yield from _stanza(talk)
    if TLS_NAMESPACE not in features:
        return Opened(False, code="features", detail="The server does not offer STARTTLS.",
                      denied="features" in features)
    yield from talk.send(f"<starttls xmlns='{TLS_NAMESPACE}'/>".encode() + behind, "<starttls/>")
    answer = yield from _stanza(talk)
    return Opened("<proceed" in answer, code="proceed" if "<proceed" in answer else "failure", detail=answer,
                  denied="<failure" in answer)


def _plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Look at what is offered without TLS, and try PLAIN."""
    yield from talk.send(stream_open(endpoint), "<stream:stream>")
    features = yield from _stanza(talk)
    if "features" not in features:
        unknown = "host-unknown" in features or "improper-addressing" in features
        reason = "it does not serve this domain; give it as server_name" if unknown else features
        return open_question(f"The server ends the stream instead of saying what it can do: {reason}.", talk)
    offered, mechanisms = TLS_NAMESPACE in features, "<mechanism" in features
    talk.offered = offered
    if mechanisms:
        talk.stands(False, "offered", "Authentication is offered without TLS.")
    elif offered:
        talk.stands(True, "starttls_required", "Without TLS no authentication is offered, and STARTTLS is.")
    made_up = base64.b64encode(f"\0{USER}\0{SECRET}".encode()).decode()
    yield from talk.send(f"<auth xmlns='{SASL_NAMESPACE}' mechanism='PLAIN'>{made_up}</auth>".encode(),
                         "<auth mechanism='PLAIN'> (made-up credentials)")
    answer = yield from _stanza(talk)
    if "<success" in answer or "not-authorized" in answer:
        return taken("accepted", "PLAIN is taken without TLS.", talk, offered)
    if mechanisms:
        return taken("offered", "Authentication is offered without TLS.", talk, offered)
    words = "Without TLS no authentication is offered, and PLAIN is turned down."
    return refused("starttls_required", words, talk, offered)


XMPP = Dialogue(opening=_opening, plain=_plain, knock=stream_open(Endpoint("localhost", 5222, "xmpp")))
