# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much HTTP/1.1 as it takes to see a redirect and a Strict-Transport-Security header.

RFC 9110, RFC 9112, RFC 6797.  Only the head of a response is read, and at most
``MAX_HEAD`` bytes of it.
"""

from __future__ import annotations

from typing import Generator, NamedTuple, Optional

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
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)


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


def request(host: str, path: str) -> bytes:
    """A GET that asks to be closed afterwards."""
    return (f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: intransit.tls endpoint_info\r\n"
            f"Accept: */*\r\nConnection: close\r\n\r\n").encode("ascii", "replace")


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
            return Response(status[0], status[1], tuple(fields))
        if size > MAX_HEAD or len(fields) >= MAX_FIELDS:
            raise WireError("The head of the peer's HTTP response is too long.")
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip().lower(), value.strip()))


def parse_status(line: bytes) -> tuple[int, str]:
    """Status code and reason of a status line.  Raises WireError."""
    words = line.decode("latin-1").split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not _is_status(words[1]):
        raise WireError("The peer's answer to an HTTP request is not HTTP.")
    return int(words[1]), words[2].strip() if len(words) > 2 else ""


def _is_status(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 3


def parse_hsts(values: tuple[str, ...]) -> Hsts:
    """RFC 6797 section 6.1.  Only the first header counts (section 8.1), more than one is a mistake.

    ``valid``: exactly one max-age that is a number, and no directive twice.
    """
    if not values:
        return Hsts(present=False, valid=False, max_age=None, include_subdomains=False, preload=False,
                    raw=None, count=0)
    max_age, seen, good = None, set(), True
    for part in values[0].split(";"):
        name, _equals, value = part.strip().partition("=")
        name = name.strip().lower()
        if not name:
            continue
        good = good and name not in seen
        seen.add(name)
        if name == "max-age":
            digits = value.strip().strip('"')
            if digits.isdigit() and digits.isascii() and len(digits) <= 18:
                max_age = int(digits)
            else:
                good = False
    return Hsts(
        present=True, valid=good and max_age is not None, max_age=max_age,
        include_subdomains="includesubdomains" in seen, preload="preload" in seen,
        raw=values[0], count=len(values),
    )


def parse_redirect(response: Response, host: str) -> Optional[Redirect]:
    """Where a response sends the client; None when it sends nowhere.

    Args:
        response: the head of the answer.
        host: the name asked for, without a port.
    """
    location = response.one("location")
    if response.status not in REDIRECTS or location is None:
        return None
    from urllib.parse import urlsplit  # only who redirects needs it

    try:
        parts = urlsplit(location)
        target = parts.hostname or host
        scheme = parts.scheme.lower()
    except ValueError:
        return Redirect(response.status, location, response.status in PERMANENT, to_https=False, same_host=False)
    return Redirect(
        status=response.status, location=location, permanent=response.status in PERMANENT,
        to_https=scheme == "https", same_host=target.lower().rstrip(".") == host.lower().rstrip("."),
    )


def host_header(name: str, port: int, default: int) -> str:
    """The Host header for a name or an address."""
    shown = f"[{name}]" if ":" in name else name
    return shown if port == default else f"{shown}:{port}"
