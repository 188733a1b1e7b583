# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is the clock of the host right?  By a wrong one every certificate seems to be due, and directories count orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

_TOLERANCE = timedelta(minutes=5)


def find_problem(now: datetime, earlier: Mapping[str, datetime]) -> str:
    """Return why the clock cannot be right; empty if nothing speaks against it.

    Args:
        now: the time by the clock of the host.
        earlier: what happened on this host, and when by the same clock.
    """
    late = {what: when for what, when in earlier.items() if when > now + _TOLERANCE}
    if not late:
        return ""
    what = max(late, key=lambda name: late[name])
    return (
        f"The clock of this host says {_show(now)}, but {what} is of {_show(late[what])}. Nothing was done, and every "
        "service serves what it served. Set the clock; if it is right, remove that file.")


def find_early(now: datetime, certificates: Sequence[Mapping[str, object]]) -> str:
    """Return why no certificate is ordered: the one in use is not valid yet by this clock; empty if it is."""
    begins = [datetime.fromisoformat(str(item["not_before"])) for item in certificates if item["leaf"]]
    if not begins or begins[0] <= now + _TOLERANCE:
        return ""
    return (
        f"The certificate in use begins at {_show(begins[0])}, and the clock of this host says {_show(now)}. Nothing "
        "was ordered. Set the clock.")


def _show(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
