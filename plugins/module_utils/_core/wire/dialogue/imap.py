# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IMAP and ManageSieve: RFC 9051, RFC 5804."""

from __future__ import annotations

import base64
import re
from collections.abc import Generator

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Arrival, Inbox, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    MAX_LINES,
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

WITHOUT_CREDENTIALS = "The server greets with PREAUTH: without TLS and without credentials one is logged in."
LOOKED_AT = "[AUTHENTICATIONFAILED]"
"""The server has compared the credentials (RFC 5530 section 3)."""
PASSWORDS = re.compile(r"\bAUTH=(?:PLAIN|LOGIN)\b")
"""Mechanisms that hand the password over as it is."""


def _tagged(talk: Talk, tag: str) -> Generator[Step, Arrival, "tuple[str, str]"]:
    """A reply up to its tagged line: the word behind the tag (``+`` for a continuation), and all the text."""
    lines: list[str] = []
    while len(lines) < MAX_LINES:
        line = (yield from talk.inbox.line()).decode("latin-1")
        lines.append(line)
        words = line.split(" ", 2)
        if words[0] == "+":
            return "+", talk.heard("\n".join(lines))
        if words[0] == tag:
            return (words[1].upper() if len(words) > 1 else ""), talk.heard("\n".join(lines))
        if line.upper().startswith("* BYE"):
            talk.heard("\n".join(lines))
            return "BYE", "\n".join(lines)
    raise WireError("The server's reply has no end.")


def _greet(talk: Talk) -> Generator[Step, Arrival, "tuple[bool, str]"]:
    """Greeting and CAPABILITY.  Returns whether it goes on, and the capabilities in upper case."""
    greeting = yield from talk.single()
    if not greeting.upper().startswith(("* OK", "* PREAUTH")):
        return False, greeting
    if greeting.upper().startswith("* PREAUTH"):
        talk.stands(False, "served", WITHOUT_CREDENTIALS)
    yield from talk.say("a1 CAPABILITY")
    word, text = yield from _tagged(talk, "a1")
    return word == "OK", (greeting + "\n" + text).upper()


def _has(capabilities: str, name: str) -> bool:
    """Whether a capability is announced, as a word of its own."""
    return re.search(rf"(?<![^\s\[]){name}(?![^\s\]])", capabilities) is not None


def _up_to_starttls(talk: Talk, behind: str = "") -> Generator[Step, Arrival, Opened]:
    goes_on, capabilities = yield from _greet(talk)
    if not goes_on:
        return Opened(False, detail=capabilities)
    if not _has(capabilities, "STARTTLS"):
        return Opened(False, code="OK", detail="The server does not offer STARTTLS.", denied=True)
    yield from talk.say("a2 STARTTLS" + behind)
    word, text = yield from _tagged(talk, "a2")
    return Opened(word == "OK", code=word, detail=text, denied=word in ("NO", "BAD"))


def _opening(endpoint: Endpoint) -> Opening:
    del endpoint

    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        return (yield from _up_to_starttls(Talk(inbox)))

    return dialogue


def _inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
    del endpoint
    return (yield from _up_to_starttls(talk, "\r\na3 NOOP"))


def plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try LOGIN and AUTHENTICATE without TLS."""
    del endpoint
    goes_on, capabilities = yield from _greet(talk)
    if not goes_on:
        return as_it_stands("The server does not greet as an IMAP server does.", talk)
    offered, disabled = _has(capabilities, "STARTTLS"), _has(capabilities, "LOGINDISABLED")
    talk.offered = offered
    if capabilities.startswith("* PREAUTH"):
        return taken("served", WITHOUT_CREDENTIALS, talk, offered)
    announced = PASSWORDS.search(capabilities)
    if announced:
        talk.stands(False, "offered", f"{announced.group()} is offered without TLS.")
    elif disabled:
        talk.stands(True, "starttls_required", "Without TLS LOGINDISABLED is announced.")
    yield from talk.say(f"a2 LOGIN {USER} {SECRET}", "a2 LOGIN (made-up credentials)")
    login, login_text = yield from _tagged(talk, "a2")
    if login == "BYE" and not mentions_tls(login_text):
        words = f"The server ends the session on a LOGIN: {login_text.splitlines()[-1]}"
        return as_it_stands(words, talk, offered)
    if login == "BYE":
        return refused("closed", "The server says goodbye to a LOGIN without TLS.", talk, offered)
    if login == "OK" or LOOKED_AT in login_text or (login == "NO" and not disabled and not mentions_tls(login_text)):
        return taken("accepted", f"LOGIN without TLS is answered with {login}: the credentials were taken.", talk,
                     offered)
    if login == "NO" and mentions_tls(login_text) and talk.so_far is None:
        talk.stands(True, "starttls_required", f"Without TLS LOGIN is answered with {login_text.splitlines()[-1]}.")
    yield from talk.say("a3 AUTHENTICATE PLAIN")
    auth, auth_text = yield from _tagged(talk, "a3")
    if auth == "+":
        yield from talk.say("*")
        return taken("offered", "AUTHENTICATE PLAIN asks for credentials without TLS.", talk, offered)
    if auth == "OK" or LOOKED_AT in auth_text:
        words = f"AUTHENTICATE without TLS is answered with {auth_text.splitlines()[-1]}"
        return taken("accepted", words, talk, offered)
    if auth == "BYE" and announced and not mentions_tls(auth_text):
        return as_it_stands("The server ends the session on AUTHENTICATE PLAIN.", talk, offered)
    if not disabled and not mentions_tls(login_text + auth_text):
        words = f"LOGIN is answered with {login_text.splitlines()[-1]}, which may have another reason than missing TLS."
        return open_question(words, talk, offered)
    reason = "LOGINDISABLED is announced" if disabled else f"LOGIN is answered with {login_text.splitlines()[-1]}"
    return refused("starttls_required", f"Without TLS {reason}.", talk, offered)


IMAP = Dialogue(
    opening=_opening, plain=plain, knock=b"k1 CAPABILITY\r\n", inject=_inject,
    injected=lambda heard: b"a3 " in heard,
)


# -- ManageSieve ---------------------------------------------------------------------------

_SIEVE_LOOKED_AT = re.compile(r"fail|incorrect|invalid|wrong", re.IGNORECASE)
"""Words of a server that has compared the credentials; the protocol has no code for it."""
_SIEVE_PASSWORDS = re.compile(r"\b(?:PLAIN|LOGIN)\b")
_LITERAL = re.compile(r"\{(\d{1,5})\+?\}$", re.ASCII)
"""The head of a string whose bytes follow (RFC 5804 section 4)."""


def _sieve_reply(talk: Talk) -> Generator[Step, Arrival, "tuple[str, str]"]:
    """Capability lines up to OK, NO or BYE (RFC 5804 section 1.2)."""
    lines: list[str] = []
    while len(lines) < MAX_LINES:
        line = (yield from talk.inbox.line()).decode("latin-1")
        word = line.split(" ", 1)[0].upper()
        literal = _LITERAL.search(line)
        lines.append(line)
        while literal and len(lines) < MAX_LINES:
            more = yield from talk.inbox.exactly(int(literal.group(1)))
            rest = (yield from talk.inbox.line()).decode("latin-1")
            literal = _LITERAL.search(rest)
            lines[-1] = lines[-1] + more.decode("latin-1")
            lines.append(rest)
        if word in ("OK", "NO", "BYE"):
            return word, talk.heard("\n".join(lines))
    raise WireError("The server's reply has no end.")


def _sieve_starttls(talk: Talk, behind: str = "") -> Generator[Step, Arrival, Opened]:
    word, text = yield from _sieve_reply(talk)
    if word != "OK":
        return Opened(False, code=word, detail=text)
    if '"STARTTLS"' not in text.upper():
        return Opened(False, code=word, detail="The server does not offer STARTTLS.", denied=True)
    yield from talk.say("STARTTLS" + behind)
    word, text = yield from _sieve_reply(talk)
    return Opened(word == "OK", code=word, detail=text, denied=word == "NO")


def _sieve_opening(endpoint: Endpoint) -> Opening:
    del endpoint

    def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
        return (yield from _sieve_starttls(Talk(inbox)))

    return dialogue


def _sieve_inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
    del endpoint
    return (yield from _sieve_starttls(talk, '\r\nNOOP "intransit-injected"'))


def _sieve_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try AUTHENTICATE without TLS."""
    del endpoint
    word, text = yield from _sieve_reply(talk)
    if word != "OK":
        return open_question("The server does not greet as a ManageSieve server does.", talk)
    offered = '"STARTTLS"' in text.upper()
    mechanisms = next((line for line in text.upper().split("\n") if line.startswith('"SASL"')), "")
    talk.offered = offered
    if _SIEVE_PASSWORDS.search(mechanisms):
        talk.stands(False, "offered", "A password mechanism is offered without TLS.")
    elif offered and not mechanisms[len('"SASL"'):].strip(' "'):
        talk.stands(True, "starttls_required", "Without TLS no mechanism is offered, and STARTTLS is.")
    made_up = base64.b64encode(f"\0{USER}\0{SECRET}".encode()).decode()
    yield from talk.say(f'AUTHENTICATE "PLAIN" "{made_up}"', 'AUTHENTICATE "PLAIN" (made-up credentials)')
    word, text = yield from _sieve_reply(talk)
    looked_at = "PLAIN" in mechanisms or _SIEVE_LOOKED_AT.search(text)
    if word == "OK" or (word == "NO" and looked_at and not mentions_tls(text)):
        return taken("accepted", f"AUTHENTICATE without TLS is answered with {word}: the credentials were taken.", talk,
                     offered)
    if _SIEVE_PASSWORDS.search(mechanisms):
        return taken("offered", "A password mechanism is offered without TLS.", talk, offered)
    return refused("starttls_required", "Without TLS no password mechanism is offered, and one is turned down.", talk,
                   offered)


SIEVE = Dialogue(
    opening=_sieve_opening, plain=_sieve_plain, knock=b"CAPABILITY\r\n", inject=_sieve_inject,
    injected=lambda heard: b"intransit-injected" in heard,
)
