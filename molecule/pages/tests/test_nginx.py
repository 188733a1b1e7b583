# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same pages behind nginx, by PHP-FPM, and one of Express with helmet; each check has to fail on the weak host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from offers import hold_unless_weak
from web_refusals import judge_pages

testinfra_hosts = ["ansible://good", "ansible://weak"]
COOKIES = {"mail.example": "roundcube_sessid", "ldap.example": "[0-9a-f]{32}", "app.example": "sid"}
RED = ("page_refused", "page_cookies_plaintext", "page_cookies_secure", "page_cookies_http_only", "page_hsts")


def redirected(wire: Any, name: str) -> None:
    reply = wire.curl(f"http://{name}:8080/")
    assert reply.status == 301 and reply.headers["location"] == [f"https://{name}:8443/"], reply
    assert "set-cookie" not in reply.headers and "password" not in reply.body.lower(), reply


def secure(wire: Any, name: str) -> None:
    reply = wire.curl(f"https://{name}:8443/")
    assert reply.status == 200, reply
    cookies = reply.headers["set-cookie"]
    assert any(re.match(COOKIES[name] + "=", line) for line in cookies), cookies
    assert all(len(re.findall(r"(?i);\s*secure\b", line)) == 1 for line in cookies), cookies


def hsts_once(wire: Any, name: str) -> None:
    reply = wire.curl(f"https://{name}:8443/")
    assert reply.headers.get("strict-transport-security") == ["max-age=63072000"], reply.headers


def hijacked(wire: Any, name: str) -> None:
    """A cookie that an attacker has seen gets nothing in clear text."""
    cookie = wire.curl(f"https://{name}:8443/").headers["set-cookie"][0].partition(";")[0]
    assert name != "app.example" or "welcome back" in wire.curl(f"https://{name}:8443/", "--header", f"Cookie: {cookie}").body
    reply = wire.curl(f"http://{name}:8080/", "--header", f"Cookie: {cookie}")
    assert reply.status == 301 and "set-cookie" not in reply.headers and "welcome" not in reply.body.lower(), reply


def in_our_words(wire: Any, name: str) -> None:
    rows = judge_pages(wire, {"path": "/", "login": True}, server_name=name, ports=(8443, 8080))
    found = {row.control: row for row in rows}
    assert {found[control].status for control in RED} == {"pass"}, [found[control] for control in RED]
    assert {found[control].status for control in ("page_stays", "page_forms", "page_loads")} == {"pass"}


CHECKS = {check.__name__: check for check in (redirected, secure, hsts_once, hijacked, in_our_words)}


@pytest.mark.parametrize("name", COOKIES)
@pytest.mark.parametrize("check", CHECKS)
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, check: str, name: str) -> None:
    # Roundcube adds Secure by itself over https; the rest is wrong on every page.
    if (check, name) == ("secure", "mail.example"):
        CHECKS[check](wire, name)
    else:
        hold_unless_weak(wire, lambda: CHECKS[check](wire, name))


def told_the_truth(wire: Any) -> None:
    for forged in ("http", "ftp"):
        assert wire.curl("https://app.example:8443/", "--header", f"X-Forwarded-Proto: {forged}").headers["x-told"] == ["https"]
    reply = wire.curl("http://app.example:8080/", "--header", "X-Forwarded-Proto: https")
    assert reply.status == 301 and "x-told" not in reply.headers, reply


def test_what_a_client_says_of_the_protocol_is_not_passed_on(wire: Any) -> None:
    hold_unless_weak(wire, lambda: told_the_truth(wire))
