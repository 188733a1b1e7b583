# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CAA (RFC 8659): which authorities may issue for a name, by the climb to its parents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import (
    NONE,
    Look,
    Question,
    describe_answer,
    name_of,
)

CRITICAL = 128
"""The only flag that means something (section 4.1)."""
KNOWN_TAGS = ("issue", "issuewild", "iodef", "issuemail", "contactemail", "contactphone")
"""Of RFC 8659, RFC 9495 and the CA/Browser Forum's Baseline Requirements."""
_LABEL = "[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?"
_ISSUE = re.compile(rf"[ \t]*((?:{_LABEL}(?:\.{_LABEL})*)?)[ \t]*(?:;[^\x00]*)?")
"""Section 4.2: the name of an authority, and behind a semicolon its parameters."""


class Rules(NamedTuple):
    """What a set of CAA records says."""

    issue: Optional[tuple[str, ...]]
    """Authorities that may issue; empty: none may; None: there is no such record, and any may."""
    issuewild: Optional[tuple[str, ...]]
    """The same of wildcard certificates; None: ``issue`` holds for them, too."""
    unknown: tuple[str, ...]
    """Tags that are critical and that no authority has to know: nothing may be issued (section 4.1)."""

    def allowed(self, wildcard: bool) -> Optional[tuple[str, ...]]:
        """Return the authorities that may issue; None: any may."""
        return self.issuewild if wildcard and self.issuewild is not None else self.issue


def list_parents(name: str) -> Iterator[str]:
    """Yield the name and its parents without the root, as section 3 climbs; a wildcard's own label is not asked for."""
    labels = name_of(name).split(".")
    if labels[0] == "*":
        del labels[0]
    for at in range(len(labels)):
        yield ".".join(labels[at:])


def look_caa(name: str) -> Look:
    """Find the records that count for a name: those of the nearest parent that has any.

    An alias is followed by the resolver, and the climb goes on from the name itself (section 3).
    """
    asked = []
    for parent in list_parents(name):
        asked.append(parent)
        answer = yield Question(parent, "CAA")
        if answer.status != NONE:
            return {**describe_answer(answer), "found_at": parent, "asked": asked}
    return {"status": NONE, "reason": "", "authentic": None, "records": [], "found_at": None, "asked": asked}


def read_rules(records: Iterable[Mapping[str, Any]]) -> Rules:
    """Return what records say.  A value that is malformed names no authority, so it allows none (section 4.2)."""
    named: dict[str, list[str]] = {}
    unknown = []
    for record in records:
        tag = str(record.get("tag") or "").lower()
        if tag in ("issue", "issuewild"):
            match = _ISSUE.fullmatch(str(record.get("value") or ""))
            issuer = match.group(1).lower() if match else ""
            named.setdefault(tag, []).extend([issuer] if issuer else [])
        elif tag not in KNOWN_TAGS and int(record.get("flags") or 0) & CRITICAL:
            unknown.append(tag)
    issue, wild = (tuple(named[tag]) if tag in named else None for tag in ("issue", "issuewild"))
    return Rules(issue, wild, tuple(unknown))
