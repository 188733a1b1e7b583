# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names by which authorities know themselves in CAA records, by the organisation in their certificates.

Source: the practice statements of the authorities (RFC 8659 section 4.2 leaves the name to them), November 2026.  An
authority that is not here, a private one above all, is named by the administrator (``tls_caa_issuers``).
"""

from __future__ import annotations

import re
from typing import Any

ISSUERS: dict[str, tuple[str, ...]] = {
    "actalis": ("actalis.it",),
    "amazon": ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"),
    "buypass": ("buypass.com", "buypass.no"),
    "d-trust": ("d-trust.net", "dtrust.de"),
    "digicert": ("digicert.com", "www.digicert.com", "geotrust.com", "rapidssl.com", "thawte.com", "symantec.com"),
    "entrust": ("entrust.net",),
    "globalsign": ("globalsign.com",),
    "godaddy.com": ("godaddy.com", "starfieldtech.com"),
    "google trust services": ("pki.goog",),
    "hellenic academic and research institutions": ("harica.gr",),
    "identrust": ("identrust.com",),
    "let's encrypt": ("letsencrypt.org",),
    "sectigo": ("sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com"),
    "ssl corp": ("ssl.com",),
    "swisssign": ("swisssign.com",),
    "zerossl": ("sectigo.com",),
}
"""The beginning of the organisation's name, in lower case, to the names in CAA records."""
_ORGANISATION = re.compile(r"(?:^|[,+]\s*|/)O\s*=\s*\"?((?:\\.|[^,+\"\\])+)")


def find_issuers(issuer: Any) -> tuple[str, ...]:
    """Return the names in CAA records of the authority with this distinguished name; empty: it is not known."""
    found = _ORGANISATION.search(str(issuer or ""))
    organisation = found.group(1).replace("\\", "").strip().lower() if found else ""
    return next((names for start, names in ISSUERS.items() if organisation.startswith(start)), ())
