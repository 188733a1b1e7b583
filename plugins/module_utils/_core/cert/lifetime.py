# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long a certificate may live.

Public authorities are bound by the CA/Browser Forum's Baseline Requirements (section
6.3.2, version 2.2.6 of 2026-03-31), and the limit that counts is the one of the day on
which the certificate begins.  Nobody else is: a private CA follows the policy alone.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

SCHEDULE: tuple[tuple[datetime, int], ...] = (
    (datetime(2029, 3, 15, tzinfo=timezone.utc), 47),
    (datetime(2027, 3, 15, tzinfo=timezone.utc), 100),
    (datetime(2026, 3, 15, tzinfo=timezone.utc), 200),
    (datetime(2020, 9, 1, tzinfo=timezone.utc), 398),
    (datetime(2018, 3, 1, tzinfo=timezone.utc), 825),
)
"""(begins on or after, days at most), newest first."""

EARLIEST_LIMIT_DAYS = 1187
"""39 months: what was allowed before the schedule begins."""

SHORT_LIFE_DAYS = 10
"""A leaf that lives shorter is renewed when half of its life is left instead of a third: a renewal can be repeated."""

_POLICY_OIDS = {
    "2.23.140.1.1": "extended validation",
    "2.23.140.1.2.1": "domain validated",
    "2.23.140.1.2.2": "organization validated",
    "2.23.140.1.2.3": "individual validated",
}


def find_limit_days(not_before: datetime) -> int:
    """Return the most days that a public leaf that begins at ``not_before`` may live."""
    for begins, days in SCHEDULE:
        if not_before >= begins:
            return days
    return EARLIEST_LIMIT_DAYS


def find_public_evidence(policies: tuple[str, ...], scts: int) -> Optional[str]:
    """Say what shows that a public authority issued it; ``None``: nothing does.

    Publicly trusted leaves carry one of the CA/Browser Forum's policy identifiers
    (Baseline Requirements 7.1.6.1) and, to be accepted by browsers, signed certificate
    timestamps.  Either is taken as evidence: a private CA has no reason to use them.
    """
    for oid in policies:
        if oid in _POLICY_OIDS:
            return f"its policy {oid} ({_POLICY_OIDS[oid]}) is the CA/Browser Forum's"
    if scts:
        return f"it carries {scts} signed certificate timestamp(s)"
    return None
