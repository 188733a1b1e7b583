# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked of the DNS and of a policy host, and what comes back; no I/O.

A look is a generator: it yields a ``Question`` or a ``Fetch`` and is sent an ``Answer`` or a ``Fetched``.  "None" is an
answer (NXDOMAIN, or no such record), an "error" is not: SERVFAIL, a time-out or a name that cannot be asked for
never counts as "no record".
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, Optional, Union

FOUND, NONE, ERROR = "found", "none", "error"
MAX_RECORDS = 64
"""More records of one kind under one name are an error: nothing is judged by a part of them."""
MAX_TEXT = 2048
"""Characters of a record that are kept."""
MAX_CONTENT = 64 * 1024
"""Bytes of a policy that are read (RFC 8461 section 3.3 asks for a bound, and names this one)."""


class Question(NamedTuple):
    """Records of one kind under one name."""

    name: str
    kind: str


class Answer(NamedTuple):
    """What came for a question."""

    status: str
    """``found``, ``none`` or ``error``."""
    records: tuple[dict[str, Any], ...] = ()
    authentic: Optional[bool] = None
    """Whether the resolver set the AD flag (RFC 4035 section 3.2.3); None: there was no answer."""
    reason: str = ""
    """Why it is an error."""
    canonical: str = ""
    """The name at the end of the aliases (CNAME), without a dot at its end."""


class Fetch(NamedTuple):
    """The MTA-STS policy of a domain (RFC 8461 section 3.3)."""

    domain: str


class Fetched(NamedTuple):
    """What the policy host sent."""

    status: Optional[int] = None
    """Of the HTTP answer; None: there was none."""
    text: str = ""
    kind: str = ""
    """The media type of the content."""
    problem: str = ""
    """Why there is no policy to read, or not all of it."""
    refused: bool = False
    """The host answered, and senders may not take what it says: its certificate does not verify, or it redirects."""


Look = Generator[Union[Question, Fetch], Any, dict[str, Any]]


def describe_answer(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain data."""
    return {
        "status": answer.status,
        "reason": answer.reason,
        "authentic": answer.authentic,
        "records": [dict(record) for record in answer.records],
    }


def name_of(written: str) -> str:
    """Return a name in the form that is compared: lower case, without a dot at its end."""
    return written.strip().rstrip(".").lower()
