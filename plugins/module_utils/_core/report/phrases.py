# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short phrases for what was seen, shared by every form of report.

Everything a server said is hostile: ``show_plain`` leaves only printable ASCII on one line,
so that no reply can move the cursor or forge a row.  HTML and XML escape besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.certificate import chain, days_left
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.outcome import (
    STARTTLS_PROTOCOLS,
    accepted_versions,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.plaintext import is_closed_http

_REFUSED_BY = {
    "tls_only": "the TLS layer",
    "tcp_refused": "a closed port",
    "closed": "the server hanging up",
    "starttls_required": "",
}
_HTTP_STATE = {
    "redirect_permanent": "{status} to https",
    "redirect_temporary": "{status} to https",
    "redirect_plaintext": "{status} to http",
    "served": "{status} in clear",
    "error_status": "{status} in clear",
    "tls_only": "TLS only",
    "tcp_refused": "closed",
    "closed": "hangs up",
}


def show_plain(value: Any) -> str:
    """Return one line of printable ASCII; everything else becomes ``?``."""
    text = " ".join(str(value).split())
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def shorten_text(value: Any, width: int) -> str:
    """Return ``show_plain`` text of at most ``width`` characters, an ellipsis where some is missing."""
    text = show_plain(value)
    if len(text) <= width:
        return text
    return text[: max(0, width - 3)] + "..."[:width]


def show_protocols(seen: Mapping[str, Any]) -> str:
    """``1.2 1.3`` for the accepted versions, SSL spelled out; ``-`` for none."""
    names = [version.replace("TLSv1.", "1.").replace("TLSv1", "1.0") for version in accepted_versions(seen)]
    return " ".join(names) or "-"


def show_state(seen: Optional[Mapping[str, Any]]) -> str:
    """Say in two or three words how an endpoint stood."""
    if not seen:
        return "not looked at"
    if is_closed_http(seen):
        return "closed"
    if seen.get("reachable") is not True:
        return "no answer"
    plaintext = seen.get("plaintext") or {}
    if seen.get("protocol") == "http":
        phrase = _HTTP_STATE.get(str(plaintext.get("how")), "not told")
        return phrase.format(status=_http_status(seen))
    if not accepted_versions(seen):
        return "no TLS"
    if seen.get("protocol") in STARTTLS_PROTOCOLS:
        words = ("TLS required", "TLS optional", "TLS offered")
    else:
        words = ("TLS only", "TLS and clear", "TLS")
    refused = plaintext.get("refused")
    return words[0] if refused is True else words[1] if refused is False else words[2]


def _http_status(seen: Mapping[str, Any]) -> str:
    status = (seen.get("http") or {}).get("status")
    return str(status) if status else "answer"


def show_refusal(seen: Mapping[str, Any]) -> str:
    """Say what refuses plaintext, or that nothing does."""
    plaintext = seen.get("plaintext") or {}
    how = str(plaintext.get("how"))
    if seen.get("protocol") == "http" and how.startswith("redirect_"):
        return show_state(seen)
    status = re.search(r"\b[45]\d\d\b", str(plaintext.get("detail"))) if how == "error_status" else None
    if plaintext.get("refused") is True and status:
        return f"{status.group()} to plain http"
    if plaintext.get("refused") is True:
        return show_plain(_REFUSED_BY.get(how) or plaintext.get("detail") or how)
    if plaintext.get("refused") is False:
        return f"NOT REFUSED: {show_plain(plaintext.get('detail') or how)}"
    return "-" if how in ("not_applicable", "None") else "could not be told"


def show_certificate(seen: Mapping[str, Any], now: datetime) -> str:
    """Say what leaf is served: key, first name, days left; ``-`` for none."""
    served = chain(seen)
    if not served:
        return "-"
    leaf = served[0]
    key = leaf.get("key") or {}
    if not key.get("type"):
        return f"sha256 {show_plain(leaf.get('sha256'))[:16]}"
    kind = {"ecdsa": "EC", "rsa": "RSA"}.get(key["type"], key["type"])
    size = f" {key['bits']}" if key.get("bits") and not str(kind).startswith("ed") else ""
    names = list(leaf.get("dns_names") or []) + list(leaf.get("ip_addresses") or [])
    left = days_left(leaf, now)
    parts = [f"{kind}{size}"]
    if left is not None:
        parts.append(f"{left} d left" if left >= 0 else f"ended {-left} d ago")
    parts.append(show_plain(names[0] if names else leaf.get("subject") or "no name"))
    return ", ".join(parts)
