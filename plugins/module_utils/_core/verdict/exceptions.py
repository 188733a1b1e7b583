# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exceptions: what may fail for a while, who answers for it, and until when.

An exception names a host (or a group), an endpoint and one control, with a reason, an
owner and a last day.  It covers a failure up to and including that day (UTC), never a
pass, and never silently: the finding stays in every report as ``excepted``.  After its
last day the finding fails again and says whose exception ran out.  An exception that
covered nothing at all fails by itself, since a hole is kept open for nobody.

Host and endpoint may use ``*`` and ``?``; a control is always written out, so that an
exception never grows by a new control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, Optional, Union

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError, UnknownKey, UnknownName
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.controls import CONTROLS

_REQUIRED = ("endpoint", "control", "reason", "owner", "expires")
_KNOWN = ("host", "group", "ticket", *_REQUIRED)


@dataclass(frozen=True)
class ExceptionRule:
    """One exception, checked."""

    endpoint: str
    """``host:port/protocol`` or ``port/protocol``, with ``*`` and ``?``; ``*`` for every endpoint."""
    control: str
    reason: str
    owner: str
    expires: str
    """Last day on which it holds, ISO 8601, UTC."""
    host: Optional[str] = None
    group: Optional[str] = None
    ticket: Optional[str] = None

    def expired(self, now: datetime) -> bool:
        """Return true after the last day."""
        return now.date() > date.fromisoformat(self.expires)

    def covers(self, host: str, groups: Sequence[str], endpoint: str, control: str) -> bool:
        """Return true if the exception is about this finding, expired or not."""
        return control == self.control and self.covers_endpoint(host, groups, endpoint)

    def covers_endpoint(self, host: str, groups: Sequence[str], endpoint: str) -> bool:
        """Return true if the exception is about something at this endpoint."""
        if not self.covers_host(host, groups):
            return False
        short = endpoint.rpartition(":")[2]
        return fnmatchcase(endpoint, self.endpoint) or fnmatchcase(short, self.endpoint)

    def covers_host(self, host: str, groups: Sequence[str]) -> bool:
        """Return true if the exception is about something on this host."""
        if self.group is not None:
            return self.group == "all" or self.group in groups
        return fnmatchcase(host, str(self.host))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, absent keys left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @property
    def title(self) -> str:
        """How a sentence calls it."""
        who = f"owner {self.owner}" + (f", ticket {self.ticket}" if self.ticket else "")
        return f"the exception for {self.control} on {self.group or self.host} {self.endpoint} ({who})"


def parse_exceptions(raw: Sequence[Union[ExceptionRule, Mapping[str, Any]]]) -> tuple[ExceptionRule, ...]:
    """Check a list of exceptions as a user wrote them.

    Raises:
        UnknownKey: a key that no exception has.
        UnknownName: a control that does not exist.
        PolicyError: a key is missing or empty, or the last day is not a date.

    """
    return tuple(
        item if isinstance(item, ExceptionRule) else _parse(item, number)
        for number, item in enumerate(raw or (), start=1)
    )


def _parse(item: Mapping[str, Any], number: int) -> ExceptionRule:
    if not isinstance(item, Mapping):
        raise PolicyError(f"Exception {number} is not a mapping with the keys {', '.join(_KNOWN)}.")
    strange = sorted(str(key) for key in item if key not in _KNOWN)
    if strange:
        raise UnknownKey(f"Exception {number} has the key {strange[0]}, which no exception has; "
                         f"known are {', '.join(_KNOWN)}.")
    missing = [key for key in _REQUIRED if not str(item.get(key) or "").strip()]
    if missing:
        raise PolicyError(f"Exception {number} says nothing about {', '.join(missing)}; "
                          "an exception needs a reason, an owner and a last day.")
    if bool(item.get("host")) == bool(item.get("group")):
        raise PolicyError(f"Exception {number} must name either a host or a group.")
    if item["control"] not in CONTROLS:
        from difflib import get_close_matches  # needed for a wrong name only, and dear to import

        near = get_close_matches(str(item["control"]), CONTROLS, n=3)
        hint = f"near it: {', '.join(near)}" if near else "docs/verdict.md lists them; each is written out"
        raise UnknownName(f"Exception {number} names the control {item['control']}, which does not exist ({hint}).")
    values = {key: str(item[key]).strip() for key in _KNOWN if item.get(key)}
    values["expires"] = _day(item["expires"], number)
    return ExceptionRule(**values)


def _day(value: Any, number: int) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise PolicyError(f"Exception {number} expires on {value!r}, which is not a date like 2027-01-31.") from None
