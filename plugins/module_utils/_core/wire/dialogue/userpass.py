# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""POP3, FTP and NNTP: RFC 1939, RFC 2595, RFC 959, RFC 4217, RFC 3977, RFC 4642, RFC 4643.

Three protocols of the same kind: a user name, then a password, and the server may stop
a client at either one.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Callable, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Opened, Opening
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Arrival, Ended, Inbox, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import (
    BUSY_SECONDS,
    MAX_LINES,
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

Upgrade = Callable[[Talk, str], Generator[Step, Arrival, Opened]]


def _opening_of(upgrade: Upgrade) -> Callable[[Endpoint], Opening]:
    def opening(endpoint: Endpoint) -> Opening:
        del endpoint

        def dialogue(inbox: Inbox) -> Generator[Step, Arrival, Opened]:
            return (yield from upgrade(Talk(inbox), ""))

        return dialogue

    return opening


def _inject_of(upgrade: Upgrade, command: str) -> Callable[[Endpoint, Talk], Generator[Step, Arrival, Opened]]:
    def inject(endpoint: Endpoint, talk: Talk) -> Generator[Step, Arrival, Opened]:
        del endpoint
        return (yield from upgrade(talk, "\r\n" + command))

    return inject


# -- POP3 ----------------------------------------------------------------------------------


def _pop3_upgrade(talk: Talk, behind: str) -> Generator[Step, Arrival, Opened]:
    greeting = yield from talk.single()
    if not greeting.startswith("+OK"):
        return Opened(False, code="-ERR", detail=greeting)
    yield from talk.say("STLS" + behind)
    answer = yield from talk.single()
    return Opened(answer.startswith("+OK"), code=answer.split(" ", 1)[0], detail=answer,
                  denied=answer.startswith("-ERR"))


def _pop3_capabilities(talk: Talk) -> Generator[Step, Arrival, str]:
    yield from talk.say("CAPA")
    lines = [(yield from talk.inbox.line()).decode("latin-1")]
    if lines[0].startswith("+OK"):
        while lines[-1] != "." and len(lines) < MAX_LINES:
            lines.append((yield from talk.inbox.line()).decode("latin-1"))
    return talk.heard("\n".join(lines)).upper()


def _pop3_plain_mechanism(capabilities: str) -> bool:
    return " PLAIN" in capabilities.partition("\nSASL")[2].split("\n", 1)[0]


def _pop3_mechanism_that_asks(talk: Talk, capabilities: str) -> Generator[Step, Arrival, str]:
    """Try PLAIN, announced or not, and LOGIN if it is announced.  Returns the first that asks for credentials."""
    login = " LOGIN" in capabilities.partition("\nSASL")[2].split("\n", 1)[0]
    for mechanism in ("PLAIN", "LOGIN") if login else ("PLAIN",):
        yield from talk.say(f"AUTH {mechanism}")
        if (yield from talk.single()).startswith("+"):
            yield from talk.say("*")
            return mechanism
    return ""


def _pop3_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try USER and PASS without TLS."""
    del endpoint
    greeting = yield from talk.single()
    if not greeting.startswith("+OK"):
        return open_question("The server does not greet as a POP3 server does.", talk)
    capabilities = yield from _pop3_capabilities(talk)
    offered = talk.offered = "\nSTLS" in capabilities
    if "\nUSER" in capabilities or _pop3_plain_mechanism(capabilities):
        talk.stands(False, "offered", "USER or AUTH PLAIN is offered without TLS.")
    yield from talk.say(f"USER {USER}", "USER (made-up)")
    user = yield from talk.single()
    if user.startswith("-ERR"):
        if mentions_tls(user):
            talk.stands(True, "starttls_required", f"Without TLS USER is answered with {user}")
        asking = yield from _pop3_mechanism_that_asks(talk, capabilities)
        if asking:
            return taken("offered", f"AUTH {asking} asks for credentials without TLS.", talk, offered)
        if mentions_tls(user) or (capabilities.startswith("+OK") and "\nUSER" not in capabilities):
            return refused("starttls_required", f"Without TLS USER is answered with {user}", talk, offered)
        return open_question(f"USER is answered with {user}, which may have another reason.", talk, offered)
    talk.stands(False, "accepted", f"USER is taken without TLS: {user}")
    yield from talk.say(f"PASS {SECRET}", "PASS (made-up)")
    answer = yield from talk.single()
    if answer.startswith("-ERR") and mentions_tls(answer):
        return refused("starttls_required", f"Without TLS PASS is answered with {answer}", talk, offered)
    return taken("accepted", f"USER and PASS are taken without TLS; the answer is {answer}", talk, offered)


POP3 = Dialogue(
    opening=_opening_of(_pop3_upgrade), plain=_pop3_plain, knock=b"CAPA\r\n", inject=_inject_of(_pop3_upgrade, "CAPA"),
    injected=lambda heard: heard.startswith(b"+OK"),
)


# -- FTP -----------------------------------------------------------------------------------


def _ftp_upgrade(talk: Talk, behind: str) -> Generator[Step, Arrival, Opened]:
    code, text = yield from talk.coded()
    if code != 220:
        return Opened(False, code == 421, BUSY_SECONDS, str(code), text)
    yield from talk.say("AUTH TLS" + behind)
    code, text = yield from talk.coded()
    return Opened(code in (234, 334), code == 421, BUSY_SECONDS, str(code), text, denied=code >= 500)


def _ftp_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try USER and PASS without TLS, after asking what the server can do."""
    del endpoint
    code, text = yield from talk.coded()
    if code == 421:
        return PlainFacts(Plaintext(None, "undecided", f"The server is busy: {text}", talk.exchanges),
                          wait=BUSY_SECONDS)
    if code >= 500 and mentions_tls(text):
        # vsftpd on its TLS port hands the TLS library's complaint over in clear text.
        return refused("error_status", f"Plaintext is answered with {text.splitlines()[-1]}", talk, None)
    if code != 220:
        return open_question(f"The server does not greet, but says {text.splitlines()[-1]}", talk)
    features = yield from _ftp_features(talk)
    offered = talk.offered = True if "AUTH TLS" in features or "AUTH SSL" in features else None
    yield from talk.say(f"USER {USER}", "USER (made-up)")
    code, text = yield from talk.coded()
    if code == 421:
        return PlainFacts(Plaintext(None, "undecided", f"The server is busy: {text}", talk.exchanges), offered,
                          wait=BUSY_SECONDS)
    if code >= 400:
        return (yield from _ftp_turned_away(talk, text, offered))
    talk.stands(False, "accepted", f"USER is taken without TLS: {text.splitlines()[-1]}")
    if code != 230:
        yield from talk.say(f"PASS {SECRET}", "PASS (made-up)")
        code, text = yield from talk.coded()
        if code >= 400 and mentions_tls(text):
            return refused("starttls_required", f"Without TLS PASS is answered with {text.splitlines()[-1]}", talk,
                           offered)
    words = f"USER and PASS are taken without TLS; the answer is {text.splitlines()[-1]}"
    return taken("accepted", words, talk, offered)


def _ftp_turned_away(talk: Talk, text: str, offered: Optional[bool]) -> Verdict:
    """USER was refused: for want of TLS, or because only anonymous users are served, or nobody knows why."""
    words = f"USER is answered with {text.splitlines()[-1]}"
    code = 0
    try:
        yield from talk.say("USER anonymous")
        code, _text = yield from talk.coded()
        if code == 331:
            yield from talk.say(f"PASS {USER}", "PASS (made-up)")
            code, _text = yield from talk.coded()
    except (Ended, WireError):
        if code == 331:
            words += ", USER anonymous is taken, and the server closes on its password."
            return open_question(words, talk, offered)
        code = 0
    if code == 230:
        return taken("served", "Anonymous users are served without TLS; of others " + words, talk, offered)
    if mentions_tls(text) or text.startswith("534") or "use auth" in text.lower():
        return refused("starttls_required", "Without TLS " + words, talk, offered)
    return open_question(words + ", which may have another reason than missing TLS.", talk, offered)


def _ftp_features(talk: Talk) -> Generator[Step, Arrival, str]:
    """FEAT has lines without a code in the middle (RFC 2389 section 3.2)."""
    yield from talk.say("FEAT")
    lines = [(yield from talk.inbox.line()).decode("latin-1")]
    code = lines[0][:3]
    if lines[0][3:4] == "-":
        while not lines[-1].startswith(code + " "):
            if len(lines) >= MAX_LINES:
                raise WireError("The server's list of features has no end.")
            lines.append((yield from talk.inbox.line()).decode("latin-1"))
    return talk.heard("\n".join(lines)).upper()


FTP = Dialogue(
    opening=_opening_of(_ftp_upgrade), plain=_ftp_plain, knock=b"NOOP\r\n", inject=_inject_of(_ftp_upgrade, "NOOP"),
    injected=lambda heard: heard.startswith(b"200"),
)


# -- NNTP ----------------------------------------------------------------------------------


def _nntp_upgrade(talk: Talk, behind: str) -> Generator[Step, Arrival, Opened]:
    code, text = yield from talk.coded()
    if code not in (200, 201):
        return Opened(False, code == 400, BUSY_SECONDS, str(code), text)
    yield from talk.say("STARTTLS" + behind)
    code, text = yield from talk.coded()
    return Opened(code == 382, code=str(code), detail=text, denied=code >= 500)


def _nntp_plain(endpoint: Endpoint, talk: Talk) -> Verdict:
    """Try AUTHINFO and reading without TLS."""
    del endpoint
    code, text = yield from talk.coded()
    if code not in (200, 201):
        return open_question(f"The server greets with {text}", talk)
    yield from talk.say(f"AUTHINFO USER {USER}", "AUTHINFO USER (made-up)")
    user, text = yield from talk.coded()
    if user == 381:
        talk.stands(False, "accepted", f"AUTHINFO USER is taken without TLS: {text}")
        yield from talk.say(f"AUTHINFO PASS {SECRET}", "AUTHINFO PASS (made-up)")
        code, text = yield from talk.coded()
        if code != 483:
            return taken("accepted", f"AUTHINFO is taken without TLS; the answer is {text}", talk, None)
    if user == 281:
        return taken("accepted", f"AUTHINFO is taken without TLS; the answer is {text}", talk, None)
    yield from talk.say("GROUP intransit.tls.probe")
    group, group_text = yield from talk.coded()
    if group in (211, 411):
        return taken("served", f"News can be read without TLS: GROUP is answered with {group_text}", talk, None)
    if 483 in (user, group):
        return refused("starttls_required", f"Without TLS the server answers {text}", talk)
    if group == 480:
        return refused("error_status", f"Without TLS the server answers {text} and {group_text}", talk, None)
    return open_question(f"The server answers {text} and {group_text}, which may have another reason.", talk)


NNTP = Dialogue(
    opening=_opening_of(_nntp_upgrade), plain=_nntp_plain, knock=b"DATE\r\n", inject=_inject_of(_nntp_upgrade, "DATE"),
    injected=lambda heard: heard.startswith(b"111"),
)
