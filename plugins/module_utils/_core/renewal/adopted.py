# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Certificates that another program renews: what its own settings do to them.

certbot takes 30 days before the end as time to renew unless a lineage says otherwise, and this beats the third of the
life that its newer releases know.  So a certificate that lives six days is ordered anew at every run, twice a day.
"""

from __future__ import annotations

import re
from typing import Optional

LINEAGES = "/etc/letsencrypt/live/"
SETTINGS = "/etc/letsencrypt/renewal/"
_DEFAULT_DAYS = 30
_SET = re.compile(r"(?m)^\s*renew_before_expiry\s*=\s*\S")


def find_settings(certificate: str) -> Optional[str]:
    """Return the file with certbot's settings of a certificate; None if the file is not certbot's."""
    name = certificate[len(LINEAGES):].partition("/")[0] if certificate.startswith(LINEAGES) else ""
    return f"{SETTINGS}{name}.conf" if name else None


def judge_certbot(path: str, settings: str, lifetime_days: float) -> str:
    """Return what to do about a lineage that certbot renews at every run; empty if it does not.

    Args:
        path: of the lineage's settings.
        settings: their text.
        lifetime_days: of the certificate.
    """
    if lifetime_days > _DEFAULT_DAYS or _SET.search(settings):
        return ""
    days = max(1, round(lifetime_days / (2 if lifetime_days < 10 else 3)))
    return (
        f"certbot orders a new certificate at every run, because this one lives {lifetime_days:.0f} days and it renews "
        f"{_DEFAULT_DAYS} days before the end. Set renew_before_expiry = {days} days in {path}.")
