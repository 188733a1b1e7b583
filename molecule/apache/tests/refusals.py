# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good Apache refuses beside what every web server has to, each as one check over the wire.

Every check has to pass on the good hosts and to fail on the weak one: a check that
cannot fail proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web_refusals import SHARED, judge_pages


def plaintext_on_another_port(wire: Any) -> None:
    reply = wire.curl("http://{name}:8443/")
    assert reply.code == 7 or reply.status in (301, 400), reply
    assert "the page of" not in reply.body


def version_in_the_server_header(wire: Any) -> None:
    assert wire.curl("https://{name}/").headers["server"] == ["Apache"]


def circles(wire: Any) -> None:
    for name in ("circle.shop.example", "www.circle.shop.example", "header.shop.example", "led.shop.example"):
        assert wire.curl(f"https://{name}/").status == 200, name


def content_of_another_site(wire: Any) -> None:
    for name in ("a", "b"):
        assert wire.curl(f"https://{name}.shop.example/").body == f"the page of site {name}\n"


def cookies_without_secure(wire: Any) -> None:
    for path, status in (("program", 200), ("program?gone", 404), ("program?moved", 302), ("proxied", 200), ("proxied?gone", 404)):
        reply = wire.curl(f"https://app.shop.example/{path}")
        assert reply.status == status, reply
        assert sorted(reply.headers["set-cookie"]) == [
            "PHPSESSID=1a2b3c4d5e; HttpOnly; SameSite=Lax; Secure", "mode=Secure; SameSite=Lax; Secure", "safe=1; secure; SameSite=Lax"]
        assert reply.headers["strict-transport-security"] == ["max-age=63072000"], path


def a_leg_in_clear_text(wire: Any) -> None:
    for path in ("inner", "pool", "rule"):
        reply = wire.curl(f"https://app.shop.example/{path}/")
        assert (reply.status, reply.headers.get("x-leg")) == (200, ["TLSv1.3 inner.example"]), reply


def a_made_up_protocol(wire: Any) -> None:
    for path in ("program", "proxied"):
        reply = wire.curl(f"https://app.shop.example/{path}", "--header", "X-Forwarded-Proto: http")
        assert reply.body.endswith("told https\n"), reply


def a_weak_login_page(wire: Any) -> None:
    for row in judge_pages(wire, {"path": "/program"}, {"path": "/proxied"}, server_name="app.shop.example"):
        assert row.status == "pass", row


REFUSALS: dict[str, Callable[[Any], None]] = {
    **SHARED,
    **{
        check.__name__: check
        for check in (plaintext_on_another_port, version_in_the_server_header, circles, content_of_another_site,
                      cookies_without_secure, a_leg_in_clear_text, a_made_up_protocol, a_weak_login_page)
    },
}
