# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set-Cookie headers as browsers read them (RFC 6265bis section 5.6), without their values.

The value of a cookie goes nowhere from here but back to the server that set it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Cookie

MAX_SHOWN = 100
MAX_VALUE = 4096
"""Bytes of name and value together; browsers keep no longer cookie (RFC 6265bis section 5.6)."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""Browsers drop a header with one of these, older ones what is behind it: so it counts for nothing."""
_SESSION = re.compile(
    r"sess|sid(?![a-z])|auth|token|login|logged_in|remember|identity|jwt|\A[0-9a-f]{32}\Z|\A[0-9a-f]{40}\Z",
    re.IGNORECASE)
_FOR_SCRIPTS = re.compile(r"csrf|xsrf", re.IGNORECASE)
"""A token against forged requests is made for scripts to read."""
_YEAR = re.compile(r"(?<![0-9])[0-9]{1,2}[- ][A-Za-z]{3}[a-z]*[- ]([0-9]{4})(?![0-9])")
LAST_YEAR_OF_REMOVAL = 1980
"""Applications take a cookie away by the first moments of Unix time."""


class Pair(NamedTuple):
    """A cookie with its value, as the server wants it back."""

    cookie: Cookie
    value: str


def read_cookie(header: str, names: Sequence[str] = ()) -> "Pair | None":
    """One header; None: it sets no cookie.

    Args:
        header: the value of a Set-Cookie header field.
        names: names of cookies that hold a session, with ``*`` and ``?``.
    """
    first, *rest = _CONTROL.split(header, maxsplit=1)[0].split(";")
    name, equals, value = first.partition("=")
    if not equals:
        name, value = "", first
    name, value = name.strip(" \t"), value.strip(" \t")
    if not name and not value:
        return None
    attributes = {}
    for part in rest:
        key, _equals, given = part.partition("=")
        attributes[key.strip(" \t").lower()] = given.strip(" \t")
    cookie = Cookie(
        name=show(name), secure="secure" in attributes, http_only="httponly" in attributes,
        same_site=_same_site(attributes.get("samesite")), session=holds_session(name, names),
        removed=_is_removal(value, attributes))
    return Pair(cookie, value)


def holds_session(name: str, names: Sequence[str]) -> bool:
    """Whether a cookie holds a session, by its name: one that was named, or that is usual for sessions."""
    lower = name.lower()
    if any(fnmatchcase(lower, pattern.lower()) for pattern in names):
        return True
    return bool(_SESSION.search(name)) and not _FOR_SCRIPTS.search(name)


def show(text: str) -> str:
    """Text of a peer for a report: short and printable."""
    shown = "".join(char if char.isascii() and char.isprintable() else "." for char in text[:MAX_SHOWN])
    return shown + ("..." if len(text) > MAX_SHOWN else "")


def _same_site(given: "str | None") -> "str | None":
    known = {"strict": "Strict", "lax": "Lax", "none": "None"}
    return known.get(given.lower()) if given is not None else None


def _is_removal(value: str, attributes: "dict[str, str]") -> bool:
    """Whether the header takes a cookie away, so that nothing is in it that anyone could steal."""
    if not value.strip('" '):
        return True
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]+", age):
        return age.startswith("-") or not age.strip("0")
    year = _YEAR.search(attributes.get("expires", ""))
    return year is not None and int(year.group(1)) <= LAST_YEAR_OF_REMOVAL
