# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HSTS that grows over weeks: browsers are first told to keep to https for minutes, and at last for years.

A name that still needs plain http shows while the header can be taken back.  (RFC 6797 sections 11.2 and 14;
hstspreload.org, "Deployment Recommendations".)
"""

from __future__ import annotations

from datetime import date
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.light import replace
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy

STEPS: tuple[tuple[int, int], ...] = ((0, 300), (7, 86400), (14, 7 * 86400), (21, 30 * 86400))
"""Day from which a step counts, and its max-age in seconds; from the day ``END`` on the policy's own counts."""
END = 51


def limit_hsts(policy: Policy, start: str, today: Optional[date]) -> Policy:
    """Return the policy with the max-age of a day, and without preloading until the last step.

    Args:
        policy: what shall hold in the end; one without HSTS stays as it is.
        start: first day, such as ``2026-12-01``; empty: there are no steps.
        today: the day; None: the last one.

    Raises:
        OptionError: ``start`` is no date.
    """
    if not start or today is None or policy.hsts.min_max_age is None:
        return policy
    try:
        days = (today - date.fromisoformat(start)).days
    except ValueError:
        raise OptionError(f"tls_hsts_ramp is {start!r}. Allowed: a date such as 2026-12-01.") from None
    if days >= END:
        return policy
    age = [seconds for day, seconds in STEPS if day <= max(days, 0)][-1]
    hsts = replace(policy.hsts, min_max_age=min(age, policy.hsts.min_max_age), preload=False)
    return replace(policy, hsts=hsts)
