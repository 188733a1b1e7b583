# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS-RPT (RFC 8460): where senders report what failed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import name_of

_RECORD = re.compile(r"v=TLSRPTv1[ \t]*;.*", re.DOTALL)
_PLACE = re.compile(r"(?:mailto:[^\s,;!@]+@[^\s,;!@]+|https://[^\s,;!/]+(?:/[^\s,;!]*)?)", re.IGNORECASE)


def name_record(domain: str) -> str:
    """Return the name of the record of a domain (section 3)."""
    return f"_smtp._tls.{name_of(domain)}"


def is_place(text: str) -> bool:
    """Return whether reports can be sent there: mailto or https (section 3)."""
    return bool(_PLACE.fullmatch(text))


def read_record(texts: Iterable[str]) -> dict[str, Any]:
    """Return ``rua`` (list) and ``problem`` of the texts under the name of the record; no list: there is none."""
    mine = [text for text in texts if _RECORD.fullmatch(text)]
    if not mine:
        return {"rua": [], "problem": ""}
    if len(mine) > 1:
        return {"rua": [], "problem": f"there are {len(mine)} records, and senders take that for none"}
    fields = [part.strip(" \t") for part in mine[0].split(";")[1:]]
    places = [place.strip(" \t") for part in fields if part.partition("=")[0].strip() == "rua"
              for place in part.partition("=")[2].split(",")]
    wrong = [place for place in places if not is_place(place)]
    if not places or wrong:
        said = f"not a mailto or https URL: {wrong[0][:80]!r}" if wrong else "missing"
        return {"rua": [], "problem": f"its rua is {said}"}
    return {"rua": places, "problem": ""}


def write_record(places: Iterable[str]) -> str:
    """Return the text of the record for these places."""
    return f"v=TLSRPTv1; rua={','.join(places)}"
