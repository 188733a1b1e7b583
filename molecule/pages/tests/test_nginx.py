# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same pages behind nginx, by PHP-FPM, and one of Express with helmet; each check has to fail on the weak host."""

from __future__ import annotations

from typing import Any

import pytest
from offers import hold_unless_weak
from page_checks import CHECKS, Page, judged_green, proven_green
from web_refusals import judge_pages

testinfra_hosts = ["ansible://good", "ansible://weak"]
COOKIES = {"mail.example": "roundcube_sessid", "ldap.example": "[0-9a-f]{32}", "app.example": "sid"}
PAGES = {name: Page(f"http://{name}:8080/", f"https://{name}:8443/", cookie) for name, cookie in COOKIES.items()}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("check", CHECKS)
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, check: str, name: str) -> None:
    # Roundcube adds Secure by itself over https; the rest is wrong on every page.
    if (check, name) == ("secure", "mail.example"):
        CHECKS[check](wire, PAGES[name])
    else:
        hold_unless_weak(wire, lambda: CHECKS[check](wire, PAGES[name]))


@pytest.mark.parametrize("name", PAGES)
def test_the_verdict_is_green_on_the_good_hosts_alone(wire: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: judged_green(judge_pages(wire, {"path": "/", "login": True}, server_name=name, ports=(8443, 8080))))


@pytest.mark.parametrize("name", PAGES)
def test_verify_looks_at_nginxs_own_ports(wire: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: proven_green(wire, "good", f"{name}:8443/https", f"{name}:8080/http"))


def test_the_cookie_of_express_is_a_session(wire: Any) -> None:
    if wire.name == "weak":
        return
    cookie = wire.curl(PAGES["app.example"].tls).headers["set-cookie"][0].partition(";")[0]
    assert "welcome back" in wire.curl(PAGES["app.example"].tls, "--header", f"Cookie: {cookie}").body


def told_the_truth(wire: Any) -> None:
    for forged in ("http", "ftp"):
        assert wire.curl("https://app.example:8443/", "--header", f"X-Forwarded-Proto: {forged}").headers["x-told"] == ["https"]
    reply = wire.curl("http://app.example:8080/", "--header", "X-Forwarded-Proto: https")
    assert reply.status == 301 and "x-told" not in reply.headers, reply


def test_what_a_client_says_of_the_protocol_is_not_passed_on(wire: Any) -> None:
    hold_unless_weak(wire, lambda: told_the_truth(wire))
