# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every login page has to show to curl, whichever web server is in front; each check fails on the weak host."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

RED = ("page_refused", "page_cookies_plaintext", "page_cookies_secure", "page_cookies_http_only", "page_hsts")
"""Controls that are red on the weak host."""


class Page(NamedTuple):
    """A login page: its addresses, and the name of its session cookie as a pattern."""

    plain: str
    tls: str
    cookie: str


def redirected(wire: Any, page: Page) -> None:
    reply = wire.curl(page.plain)
    assert reply.status == 301 and reply.headers["location"] == [page.tls], reply
    assert "set-cookie" not in reply.headers and "password" not in reply.body.lower(), reply


def secure(wire: Any, page: Page) -> None:
    reply = wire.curl(page.tls)
    assert reply.status == 200, reply
    cookies = reply.headers["set-cookie"]
    assert any(re.match(page.cookie + "=", line) for line in cookies), cookies
    assert all(len(re.findall(r"(?i);\s*secure\b", line)) == 1 for line in cookies), cookies


def hsts_once(wire: Any, page: Page) -> None:
    reply = wire.curl(page.tls)
    assert reply.headers.get("strict-transport-security") == ["max-age=63072000"], reply.headers


def hijacked(wire: Any, page: Page) -> None:
    """A cookie that an attacker has seen gets nothing in clear text."""
    cookie = wire.curl(page.tls).headers["set-cookie"][0].partition(";")[0]
    reply = wire.curl(page.plain, "--header", f"Cookie: {cookie}")
    assert reply.status == 301 and "set-cookie" not in reply.headers, reply
    assert not {"password", "welcome"} & set(re.findall("[a-z]+", reply.body.lower())), reply


def judged_green(rows: Any) -> None:
    """Our own verdict finds nothing wrong with the page."""
    found = {row.control: row for row in rows}
    assert {found[control].status for control in RED} == {"pass"}, [found[control] for control in RED]
    assert {found[control].status for control in ("page_stays", "page_forms", "page_loads")} == {"pass"}


def evidence(wire: Any, name: str) -> Any:
    """Return what the playbook verify wrote about this host; on the weak host by its own name."""
    folder = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
    document = json.loads((folder / f"{wire.name if 'weak' in wire.name else name}.json").read_text())
    return next(host for host in document["hosts"] if host["host"] == wire.name)


def proven_green(wire: Any, name: str, *places: str, wanted: tuple[str, ...] = RED) -> None:
    """The evidence of these endpoints (``host:port/protocol``), together, finds nothing wrong with their pages."""
    rows = [row for row in evidence(wire, name)["endpoints"] if row["endpoint"] in places]
    assert len(rows) == len(places), [row["endpoint"] for row in evidence(wire, name)["endpoints"]]
    found: dict[str, set[str]] = {}
    for finding in [finding for row in rows for finding in row["findings"]]:
        found.setdefault(finding["control"], set()).add(finding["status"])
    wrong = [control for control in (*wanted, "page_stays", "page_forms", "page_loads")
             if "pass" not in found[control] or {"fail", "error"} & found[control]]
    assert not wrong, (wrong, found)


CHECKS = {check.__name__: check for check in (redirected, secure, hsts_once, hijacked)}
