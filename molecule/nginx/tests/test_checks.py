# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses and serves, with openssl and curl; each check has to fail on the weak host."""

from __future__ import annotations

from typing import Any

import pytest
from offers import hold_unless_weak
from web_refusals import SHARED, judge_pages, refused

testinfra_hosts = ["ansible://good", "ansible://weak"]
HSTS = {"strict-transport-security": ["max-age=63072000"]}
PAGES = {
    "content_for_an_unknown_name": ("http://evil.example/", 301, {"location": ["https://{name}/"]}),
    "content_of_another_site": ("http://sub.shop.example/headers?a", 301, {"location": ["https://sub.shop.example/headers?a"]}),
    "hsts_of_an_error": ("https://shop.example/php", 502, HSTS),
    "hsts_beside_another_header": ("https://shop.example/headers", 200, {**HSTS, "x-own": ["yes"]}),
    "cookies": ("https://app.example/app", 200, {**HSTS, "set-cookie": [
        "PHPSESSID=1a2b3c4d5e; HttpOnly; SameSite=Lax; Secure", "mode=Secure; SameSite=Lax; Secure", "safe=1; secure; SameSite=Lax"]}),
    "version": ("https://shop.example/", 200, {"server": ["nginx"]}),
    "a_redirect_that_was_there": ("http://moved.example/", 301, {"location": ["https://shop.example/moved"]}),
}


def holds(wire: Any, host: Any, name: str) -> None:
    """Assert one check by its name."""
    if name in PAGES:
        url, status, headers = PAGES[name]
        reply = wire.curl(url)
        wanted = {key: [value.replace("{name}", wire.hostname) for value in values] for key, values in headers.items()}
        assert (reply.status, {key: reply.headers.get(key) for key in wanted}) == (status, wanted), reply
    elif name == "an_unknown_name":
        refused(wire.openssl(443, "-tls1_2", "-servername", "evil.example"))
    elif name == "the_legs_behind_are_tls":
        for path in ("inner", "pool"):
            reply = wire.curl(f"https://app.example/{path}")
            assert (reply.status, reply.headers["x-leg"]) == (200, ["TLSv1.3 inner.example"]), reply
    elif name == "a_proxy_that_is_not_trusted":
        forged = f"curl -s -o /dev/null -w '%{{http_code}}' -H 'X-Forwarded-Proto: https' -H 'Host: app.example' http://{wire.address}/app"
        assert host.check_output(forged) == "301"
    elif name == "what_servers_behind_are_told":
        for path in ("app", "app/own"):
            assert "told https\n" in wire.curl(f"https://app.example/{path}", "--header", "X-Forwarded-Proto: http").body
    elif name == "a_login_page":
        for row in judge_pages(wire, {"path": "/app"}, server_name="app.example"):
            assert row.status == "pass", row
    elif name == "http_2":
        assert "ALPN protocol: h2" in wire.openssl(443, "-alpn", "h2").said
    else:
        SHARED[name](wire)


@pytest.mark.parametrize("name", [*SHARED, *PAGES, "an_unknown_name", "http_2", "what_servers_behind_are_told", "a_login_page", "the_legs_behind_are_tls",
                                  "a_proxy_that_is_not_trusted"])
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, host: Any, name: str) -> None:
    hold_unless_weak(wire, lambda: holds(wire, host, name))


def test_what_the_policy_allows_works(wire: Any, host: Any) -> None:
    assert wire.curl("https://{name}/").body.startswith("the page of")
    assert wire.curl("http://{name}/.well-known/acme-challenge/none").status == 404
    if wire.name != "weak":
        reply = wire.curl("http://app.example/app", "--header", "X-Forwarded-Proto: https")
        assert reply.status == 200 and "told https\n" in reply.body, reply
    assert wire.name == "weak" or host.run("curl -s http://127.0.0.1:8080/").stdout.startswith("Active connections")


def test_nginx_reads_the_same_files(root: Any) -> None:
    facts = root.ansible("intransit.tls.service_info", "services=nginx", check=False, become=True)["services"]["nginx"]
    printed = root.check_output("nginx -T 2>/dev/null | sed -n 's/^# configuration file \\(.*\\):$/\\1/p'").splitlines()
    assert set(printed) - {"/etc/nginx/conf.d/zz-intransit-tls.conf"} == set(facts["files"])


def test_lines_of_servers_behind_are_kept_as_comments(wire: Any, root: Any) -> None:
    text = root.file("/etc/nginx/sites-enabled/people").content_string
    assert (f"\n# disabled by intransit.tls:         proxy_pass http://{wire.address}:8083; # the old server\n"
            f"        proxy_pass https://{wire.address}:8444; # the old server # added by intransit.tls\n" in text) is (wire.name != "weak")


def test_its_cipher_list_and_its_socket_are_known(wire: Any, root: Any) -> None:
    said = root.ansible("intransit.tls.cipher_list_info", "service=nginx policy=intermediate", check=False, become=True)
    assert (said["language"], said["compliant"]) == ("openssl", wire.name != "weak"), said
    rows = root.ansible("intransit.tls.listener_info", "transports=tcp", check=False, become=True)["listeners"]
    # A good host answers a client without a server name by an alert, which is TLS too.
    row = next(row for row in rows if (row["process"], row["port"]) == ("nginx", 443))
    assert row["classification"] == "tls" and ("with the alert" in row["detail"]) == (wire.name != "weak"), row
