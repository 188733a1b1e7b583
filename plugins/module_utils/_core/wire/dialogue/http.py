# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much HTTP/1.1 as it takes to see a redirect and a Strict-Transport-Security header.

RFC 9110, RFC 9112, RFC 6797.  Only the head of a response is read, and at most
``MAX_HEAD`` bytes of it.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import (
    Arrival,
    Inbox,
    Step,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Hsts, Redirect

MAX_HEAD = 65536
MAX_FIELDS = 200
MAX_INTERIM = 10
SWITCHING = 101
PLAIN_PORT = 80
"""No https is spoken on the port of plain http."""
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
MAX_AGE_DIGITS = 18
OWS = " \t"
"""White space around a field's value (RFC 9110 5.6.3); any other stays and is part of it."""
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"'
_DIRECTIVE = re.compile(rf"[ \t]*(?:({_TOKEN})(?:[ \t]*=[ \t]*(?:({_TOKEN})|({_QUOTED})))?[ \t]*)?(?:;|\Z)")
"""One directive of RFC 6797 6.1, or nothing, and the semicolon behind it; names, tokens and quoted strings are those of
RFC 9110 5.6.2 and 5.6.4.  White space may stand between the parts (RFC 2616 2.1, on which RFC 6797 builds)."""
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+")
_FIELD_NAME = re.compile(_TOKEN)


class Response(NamedTuple):
    """The head of a response.  Field names in lower case, in the order they came."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field."""
        return tuple(value for field, value in self.fields if field == name)

    def one(self, name: str) -> Optional[str]:
        """The first value of a field."""
        return next(iter(self.all(name)), None)


def request(host: str, path: str, cookies: str = "") -> bytes:
    """A GET that asks to be closed afterwards; ``cookies``: what the server set before."""
    more = f"Cookie: {cookies}\r\n" if cookies else ""
    return (f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: intransit.tls endpoint_info\r\n"
            f"Accept: */*\r\n{more}Connection: close\r\n\r\n").encode("latin-1", "replace")


def read_head(inbox: Inbox, quiet: Optional[float] = None) -> Generator[Step, Arrival, Response]:
    """Read the head of the final response; interim ones (RFC 9110 section 15.2) go before it and say nothing.

    Raises:
        Ended: the connection ended before the head did.
        WireError: it is not HTTP, or too long.
    """
    for _each in range(MAX_INTERIM):
        response = yield from _one_head(inbox, quiet)
        if response.status >= 200 or response.status == SWITCHING:
            return response
    raise WireError("The peer sends interim HTTP responses without end.")


def _one_head(inbox: Inbox, quiet: Optional[float]) -> Generator[Step, Arrival, Response]:
    status = parse_status((yield from inbox.line(quiet)))
    fields: list[tuple[str, str]] = []
    size = 0
    while True:
        line = (yield from inbox.line(quiet)).decode("latin-1")
        size += len(line)
        if not line:
            return Response(status[0], status[1], tuple(field for field in fields if field[0]))
        if size > MAX_HEAD or len(fields) >= MAX_FIELDS:
            raise WireError("The head of the peer's HTTP response is too long.")
        _add_field(line, fields)


def _add_field(line: str, fields: "list[tuple[str, str]]") -> None:
    """Take one line of a head as clients do: a line that begins with white space goes on (RFC 9112 5.2).

    A name that is no token is no field: with white space before the colon (RFC 9112 5.1) or a stray character,
    a client may well pass over it, so what it says counts for nothing.
    """
    if line[0] in " \t":
        if fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip(OWS)}".strip(OWS))
        return
    name, colon, value = line.partition(":")
    # A bad line stays in the list without a name, for the lines that go on from it.
    fields.append((name.lower() if colon and _FIELD_NAME.fullmatch(name) else "", value.strip(OWS)))


def parse_status(line: bytes) -> tuple[int, str]:
    """Status code and reason of a status line.  Raises WireError."""
    words = line.decode("latin-1").split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not _is_status(words[1]):
        raise WireError("The peer's answer to an HTTP request is not HTTP.")
    return int(words[1]), words[2].strip() if len(words) > 2 else ""


def _is_status(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 3


def parse_hsts(values: tuple[str, ...]) -> Hsts:
    """RFC 6797 section 6.1, exactly: browsers ignore a header that breaks the syntax anywhere (section 8.1).

    Only the first header counts (section 8.1).  Of an invalid one nothing counts: ``problem`` says which
    part is wrong, and ``max_age``, ``include_subdomains`` and ``preload`` are as if nothing had been sent.
    """
    if not values:
        return Hsts(present=False, valid=False, max_age=None, include_subdomains=False, preload=False,
                    raw=None, count=0)
    directives, problem = _directives(values[0])
    return Hsts(
        present=True, valid=not problem, max_age=None if problem else _seconds(directives["max-age"] or ""),
        include_subdomains=not problem and "includesubdomains" in directives,
        preload=not problem and "preload" in directives and directives["preload"] is None,
        raw=values[0], count=len(values), problem=problem or None,
    )


def _directives(value: str) -> "tuple[dict[str, Optional[str]], str]":
    """The directives by their names in lower case, None where one has no value; and what is wrong, if anything is."""
    found: dict[str, Optional[str]] = {}
    at = 0
    while at < len(value):
        part = _DIRECTIVE.match(value, at)
        if part is None:
            return found, _malformed(value[at:])
        at = part.end()
        name, token, quoted = part.groups()
        if name is None:
            continue
        if name.lower() in found:
            return found, f"the directive {name} stands in it twice"
        given = token if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted[1:-1])
        found[name.lower()] = given
        if name.lower() == "max-age" and not (given and _DIGITS.fullmatch(given)):
            return found, f"max-age has the value {given!r}, which is not a number of seconds" if given else (
                "max-age has no value")
        if name.lower() == "includesubdomains" and given is not None:
            return found, f"{name} has the value {given!r}, and this directive must not have one"
    return found, "" if "max-age" in found else "it has no max-age"


def _malformed(rest: str) -> str:
    """Which part is wrong: all up to the next semicolon is shown, since no rule says where it would end."""
    shown = rest.partition(";")[0].strip(" \t")
    if shown.count('"') % 2:
        return f"a quotation mark without its partner at {shown!r}"
    return f"{shown!r} is not a directive (a name, or a name with a value)"


def _seconds(digits: str) -> int:
    """The age of ``max-age``; what no clock could count to is cut, as browsers do."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= MAX_AGE_DIGITS else 10**MAX_AGE_DIGITS


def parse_redirect(response: Response, host: str) -> Optional[Redirect]:
    """Where a response sends the client; None when it sends nowhere.

    Args:
        response: the head of the answer.
        host: the name asked for, without a port.
    """
    places = response.all("location")
    if response.status not in REDIRECTS or not places:
        return None
    # Clients differ in which of several they follow; the first that is not https is as good as any.
    found = [_redirect(response.status, place, host) for place in dict.fromkeys(places)]
    return next((redirect for redirect in found if not redirect.to_https), found[0])


def _redirect(status: int, location: str, host: str) -> Redirect:
    """One Location, as browsers read it: a backslash is a slash, and https needs a name behind it."""
    from urllib.parse import urlsplit  # only who redirects needs it

    try:
        parts = urlsplit(location.replace("\\", "/"))
        scheme, port = parts.scheme.lower(), parts.port
        # Of https:/a browsers take the path for the name.
        target = parts.hostname or (parts.path.strip("/").partition("/")[0] if scheme else host)
    except ValueError:
        return Redirect(status, location, status in PERMANENT, to_https=False, same_host=False)
    return Redirect(
        status=status, location=location, permanent=status in PERMANENT,
        to_https=scheme == "https" and bool(target) and port != PLAIN_PORT,
        same_host=target.lower().rstrip(".") == host.lower().rstrip("."),
    )


def host_header(name: str, port: int, default: int) -> str:
    """The Host header for a name or an address."""
    shown = f"[{name}]" if ":" in name else name
    return shown if port == default else f"{shown}:{port}"
