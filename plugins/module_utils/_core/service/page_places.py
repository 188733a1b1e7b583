# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the pages of a host are looked at: at its first https endpoint or at that of a URL, and in clear text.

A page is never looked at over https alone: what the same name serves on port 80 would go unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional
from urllib.parse import urlsplit

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.page_input import PAGE_KEYS, read_pages

Row = Mapping[str, Any]
Place = tuple[str, int, str, str]
_KEPT = ("host", "address", "server_name", "proxy_protocol", "unprobed")
"""Keys of an https endpoint that its sibling in clear text has as well."""


def place_pages(written: Any, rows: Sequence[Row], host: str, address: str) -> dict[Place, dict[str, Any]]:
    """Return endpoints by ``place_of``, each with the ``pages`` to look at there.

    Args:
        written: ``tls_pages``: names of applications, and mappings with ``url``, ``path`` or ``preset``.
        rows: the endpoints of the host that are known, with their ports and protocols.
        host: its name.
        address: its address; empty if it is not known.

    Raises:
        IntransitError: an item makes no sense.
    """
    if isinstance(written, (str, Mapping)) or not isinstance(written, Sequence):
        raise OptionError(f"tls_pages is {written!r}. It takes a list.")
    known = [row for row in rows if row.get("protocol") in ("http", "https")]
    found: dict[Place, dict[str, Any]] = {}

    def add(place: Row, page: Any) -> None:
        pages = found.setdefault(place_of(place), {**place, "pages": []})["pages"]
        if page not in pages:
            pages.append(page)

    for row in known:
        for page in (row.get("pages") or []) if row["protocol"] == "https" else []:
            for place in _in_clear(row, known):
                add(place, page)
    for item in written:
        page, name, port = _read(item)
        read_pages([page])
        secure = [row for row in known if row["protocol"] == "https" and (not name or _is_at(row, name, port))]
        # Other sites of a host seldom have the same pages; their pages are named by a URL.
        secure = secure if name else secure[:1]
        for row in secure or [_made(name or host, port, host, address)]:
            for place in (row, *_in_clear(row, known)):
                add(place, page)
    return found


def place_of(row: Row) -> Place:
    """Return host, port, protocol and name of an endpoint: several sites may be at one port of one host."""
    return str(row["host"]), int(row["port"]), str(row["protocol"]), _name_of(row)


def _read(item: Any) -> tuple[Any, str, int]:
    """Return a page as an endpoint takes it, and the name and the port of its URL; no name if it has none."""
    if not isinstance(item, Mapping) or "url" not in item:
        return item, "", DEFAULT_PORTS["https"]
    url = str(item["url"])
    unknown = sorted(str(key) for key in set(item) - {"url", *PAGE_KEYS})
    if unknown or "path" in item:
        words = ", ".join(map(repr, unknown or ["path"]))
        raise OptionError(f"tls_pages: the page {url} has the key {words}, which does not go with url. Allowed keys: "
                          "url, preset, login, session_cookies.")
    name, port, path = _split(url)
    return {**{key: item[key] for key in item if key != "url"}, "path": path}, name, port


def _split(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or DEFAULT_PORTS["https"]
    except ValueError:
        parts, name, port = urlsplit(""), "", 0
    if parts.scheme != "https" or not name:
        raise OptionError(f"tls_pages: {url!r} is not the https URL of a page, such as https://www.example.org/login.")
    return name, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _name_of(row: Row) -> str:
    return str(row.get("server_name") or row.get("host")).lower().rstrip(".")


def _is_at(row: Row, name: str, port: int) -> bool:
    return _name_of(row) == name.rstrip(".") and row["port"] == port


def _made(name: str, port: int, host: str, address: str) -> dict[str, Any]:
    here: Optional[str] = address if name == host else None
    return {"host": name, "port": port, "protocol": "https", **({"address": here} if here else {})}


def _in_clear(row: Row, known: Sequence[Row]) -> list[Row]:
    """Return the endpoints of plain http under the name of one of https; port 80 if none is known."""
    found = [other for other in known if other["protocol"] == "http" and _name_of(other) == _name_of(row)]
    made = {**{key: row[key] for key in _KEPT if row.get(key)}, "port": DEFAULT_PORTS["http"], "protocol": "http"}
    return found or [made]
