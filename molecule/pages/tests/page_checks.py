# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every login page has to show to curl, whichever web server is in front; each check fails on the weak host."""

from __future__ import annotations

import re
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


CHECKS = {check.__name__: check for check in (redirected, secure, hsts_once, hijacked)}
