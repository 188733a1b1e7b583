# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SMTP, submission and LMTP: RFC 5321, RFC 3207, RFC 4954, RFC 2033.

Never pipelined: Postfix throws away what comes with STARTTLS, and since 3.9 it drops
who speaks before it was asked.  The greeting is read to its last line, because
postscreen begins one and finishes it six seconds later to see who cannot wait.
"""

from __future__ import annotations

import base64
from collections.abc import Generator

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Conversation,
    Ended,
    Inbox,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    BUSY_SECONDS,
    NAME,
    SECRET,
    USER,
    Dialogue,
    PlainFacts,
    Talk,
    Verdict,
    mentions_tls,
    open_question,
    refused,
    taken,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Plaintext

POSTSCREEN_SECONDS = 10.0
CROWDED_SECONDS = 4.0
"""A limit of connections at once (Exim: smtp_accept_max) is over as soon as some of them end."""
TAKEN = (235, 334, 535)
"""Answers to AUTH of a server that goes on with the credentials, or has looked at them."""
UNKNOWN = (500, 501, 502, 504)
"""What servers say to a command that they do not have (RFC 5321 section 4.2.4)."""


def _greeting_word(endpoint: Endpoint) -> str:
    return "LHLO" if endpoint.protocol == "lmtp" else "EHLO"


def _busy(code: int, text: str) -> bool:
    """Too much for the server just now: 421, or 454 with a rate as its reason."""
    return code == 421 or (code == 454 and "too many" in text.lower())


def _pause(text: str) -> float:
    """Return after how many seconds a busy server is asked again: limits by rate count by the minute."""
    return CROWDED_SECONDS if "concurrent" in text.lower() else BUSY_SECONDS


def _greet(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, "tuple[int, str]"]:
    """Greeting and EHLO.  Returns the code that ended it and the text of the EHLO reply.

    Who does not know EHLO is greeted with HELO (RFC 5321 section 3.2), and has no extensions.
    """
    code, text = yield from talk.coded()
    if code != 220:
        return code, text
    yield from talk.say(f"{_greeting_word(endpoint)} {NAME}")
    code, text = yield from talk.coded()
    if code in UNKNOWN and endpoint.protocol != "lmtp":
        yield from talk.say(f"HELO {NAME}")
        code, text = yield from talk.coded()
        text = "" if code == 250 else text
    return code, text


def _has(text: str, keyword: str) -> bool:
    lines = [line[4:].upper() for line in text.split("\n")]
    return any(line == keyword or line.startswith((keyword + " ", keyword + "=")) for line in lines)


def _up_to_starttls(endpoint: Endpoint, talk: Talk, behind: str = "") -> Generator[Step, Arrival, Opened]:
    code, text = yield from _greet(endpoint, talk)
    if code != 250:
        return Opened(False, _busy(code, text), _pause(text), str(code), text)
    if not _has(text, "STARTTLS"):
        return Opened(False, code=str(code), detail="The server does not offer STARTTLS.", denied=True)
    yield from talk.say("STARTTLS" + behind)
    code, text = yield from talk.coded()
    return Opened(code == 220, _busy(code, text), _pause(text), str(code), text, denied=code >= 500)


def _opening(endpoint: Endpoint) -> Opening:
    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        return (yield from _up_to_starttls(endpoint, Talk(inbox)))

    return dialogue


def _inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
    return (yield from _up_to_starttls(endpoint, talk, "\r\nNOOP"))


def plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try AUTH and MAIL without TLS."""
    code, text = yield from _greet(endpoint, talk)
    if _busy(code, text):
        return PlainFacts(Plaintext(None, "undecided", f"The server is busy: {text}", talk.exchanges),
                          wait=_pause(text))
    if code != 250:
        if mentions_tls(text):
            return refused("starttls_required", f"Without TLS the server answers {text.splitlines()[-1]}", talk, None)
        return open_question(f"The server turns this client away with {code}, whatever it would say to others.", talk)
    offered, auth_offered = _has(text, "STARTTLS"), _has(text, "AUTH")
    talk.offered = offered
    if auth_offered:
        talk.stands(False, "offered", "AUTH is offered without TLS.")
    auth = yield from _authenticate(talk)
    taken_mail, mail, mail_text = yield from _mail(endpoint, talk)
    yield from talk.say("QUIT")
    if auth in TAKEN:
        return taken("accepted", f"Credentials are taken without TLS: AUTH is answered with {auth}.", talk, offered)
    if auth_offered:
        return taken("offered", "AUTH is offered without TLS.", talk, offered)
    if mail in (530, 538) or (mail >= 400 and mentions_tls(mail_text)):
        words = f"Without TLS the server answers {mail_text.splitlines()[-1]}"
        return refused("starttls_required", words, talk, offered)
    if mail < 400 or (taken_mail and endpoint.protocol == "smtp"):
        return taken("accepted", "Mail is taken without TLS; AUTH is not offered.", talk, offered)
    if mail < 500 or endpoint.protocol == "smtp":
        words = f"Without TLS the server answers {mail_text.splitlines()[-1]}, which may have another reason."
        return open_question(words, talk, offered)
    return refused("error_status", f"Without TLS no mail is taken ({mail}) and no AUTH is offered.", talk, offered)


def _authenticate(talk: Talk) -> Generator[Step, Arrival, int]:
    """PLAIN, and LOGIN if PLAIN is refused: whatever its code, a refusal may be a rule for that mechanism alone."""
    made_up = base64.b64encode(f"\0{USER}\0{SECRET}".encode()).decode()
    code = 0
    for said, shown in ((f"AUTH PLAIN {made_up}", "AUTH PLAIN (made-up credentials)"), ("AUTH LOGIN", "AUTH LOGIN")):
        yield from talk.say(said, shown)
        code, _text = yield from talk.coded()
        if code in TAKEN:
            talk.stands(False, "accepted", f"Credentials are taken without TLS: AUTH is answered with {code}.")
            break
    if code == 334:
        yield from talk.say("*")
        yield from talk.coded()
    return code


def _mail(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, "tuple[bool, int, str]"]:
    """MAIL and, because many servers only refuse at RCPT, RCPT; never DATA.

    Returns whether MAIL was taken, and code and text of what refused, or of the last.
    """
    yield from talk.say("MAIL FROM:<>")
    code, text = yield from talk.coded()
    if code != 250:
        return False, code, text
    if endpoint.protocol == "smtp":
        talk.stands(False, "accepted", "MAIL is taken without TLS.")
    yield from talk.say("RCPT TO:<postmaster>")
    rcpt, rcpt_text = yield from talk.coded()
    return (True, rcpt, rcpt_text) if rcpt >= 400 else (True, code, text)


def envelope(endpoint: Endpoint, address: str) -> Conversation:
    """Name sender and recipient without TLS, and leave before a mail is sent.

    Returns why they are not taken, empty if they are.
    """
    talk = Talk(Inbox())
    try:
        code, text = yield from _greet(endpoint, talk)
        for said in (f"MAIL FROM:<{address}>", f"RCPT TO:<{address}>"):
            if code != 250:
                break
            yield from talk.say(said)
            code, text = yield from talk.coded()
        if code != 250:
            return text.rpartition("\n")[2] or str(code)
        yield from talk.say("QUIT")
    except Ended as ended:
        return f"The server ends the session ({ended.reason or ended.end.value})."
    except WireError as error:
        return error.message
    return ""


DIALOGUE = Dialogue(
    opening=_opening, plain=plain, knock=f"EHLO {NAME}\r\n".encode(), inject=_inject,
    injected=lambda heard: heard.startswith(b"250"),
    more_seconds=POSTSCREEN_SECONDS,
)
