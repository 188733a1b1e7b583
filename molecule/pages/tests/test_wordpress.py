# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""WordPress behind HAProxy: login, cookies and what an attacker gets, by curl and by our own verdict; each check has to fail on the weak host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from page_checks import proven_green
from web_refusals import judge_pages

testinfra_hosts = ["ansible://blogs", "ansible://open_blog"]
LOGIN = ("--cookie", "wordpress_test_cookie=WP%20Cookie%20check", "--data", "log=admin&pwd=pw1&testcookie=1")
RED = ("page_refused", "page_cookies_plaintext", "page_cookies_secure", "page_forms", "page_loads", "page_hsts")


def log_in(wire: Any, scheme: str = "https") -> list[str]:
    """Return the Set-Cookie headers of a login."""
    reply = wire.curl(f"{scheme}://{{name}}/wp-login.php", *LOGIN)
    assert reply.status == 302, reply
    cookies: list[str] = reply.headers["set-cookie"]
    return cookies


def redirected(wire: Any) -> None:
    for path in ("wp-login.php", "", "?p=1"):
        reply = wire.curl(f"http://{{name}}/{path}")
        assert (reply.status, reply.headers.get("location")) == (301, [f"https://{wire.hostname}/{path}"]), reply
        assert "set-cookie" not in reply.headers and "password" not in reply.body.lower(), reply


def passwords_are_not_taken_in_clear_text(wire: Any) -> None:
    reply = wire.curl("http://{name}/wp-login.php", *LOGIN)
    assert reply.status == 301 and "set-cookie" not in reply.headers, reply


def cookies_are_secure_once(wire: Any) -> None:
    cookies = log_in(wire)
    named = {line.partition("=")[0].rpartition("_")[0] for line in cookies}
    assert {"wordpress_sec", "wordpress_logged_in"} <= named, cookies
    assert all(len(re.findall(r"(?i);\s*secure\b", line)) == 1 for line in cookies), cookies
    assert all(re.search(r"(?i);\s*httponly\b", line) for line in cookies if re.match(r"wordpress_(sec|logged_in)_", line)), cookies


def hsts_once(wire: Any) -> None:
    for path, status in (("wp-login.php", 200), ("wp-admin/", 302), ("none.php", 404)):
        reply = wire.curl(f"https://{{name}}/{path}")
        assert (reply.status, reply.headers.get("strict-transport-security")) == (status, ["max-age=63072000"]), reply


def told_that_tls_is_used(wire: Any) -> None:
    for forged in ((), ("--header", "X-Forwarded-Proto: http"), ("--header", "x-forwarded-proto: ftp")):
        reply = wire.curl("https://{name}/wp-login.php", *forged)
        assert reply.status == 200 and f'action="https://{wire.hostname}/wp-login.php"' in reply.body, reply


def not_told_by_clients(wire: Any) -> None:
    """What a client says about TLS in clear text counts for nothing."""
    reply = wire.curl("http://{name}/wp-login.php", "--header", "X-Forwarded-Proto: https", *LOGIN)
    assert reply.status == 301 and "set-cookie" not in reply.headers, reply


def hijacked(wire: Any) -> None:
    """A session that an attacker has seen is served over https, and gets nothing in clear text."""
    scheme = "http" if wire.name == "blogweak" else "https"
    cookies = "; ".join(line.partition(";")[0] for line in log_in(wire, scheme))
    seen = wire.curl(f"{scheme}://{{name}}/wp-admin/profile.php", "--cookie", cookies)
    assert seen.status == 200 and "admin@example.org" in seen.body, seen.status
    reply = wire.curl("http://{name}/wp-admin/profile.php", "--cookie", cookies)
    assert reply.status == 301 and "set-cookie" not in reply.headers and "admin" not in reply.body.replace("/wp-admin/", ""), reply


def in_our_words(wire: Any) -> None:
    found = {row.control: row for row in judge_pages(wire, "wordpress", server_name=wire.hostname)}
    assert {found[control].status for control in (*RED, "page_stays", "page_cookies_http_only")} <= {"pass", "unprobed"}, found
    assert {found[control].status for control in RED} == {"pass"}, [found[control] for control in RED]


def in_the_evidence_of_verify(wire: Any) -> None:
    proven_green(wire, "blogs", f"{wire.hostname}:443/https", f"{wire.hostname}:80/http", wanted=RED)


CHECKS = {check.__name__: check for check in (
    redirected, passwords_are_not_taken_in_clear_text, cookies_are_secure_once, hsts_once, told_that_tls_is_used, not_told_by_clients,
    hijacked, in_our_words, in_the_evidence_of_verify)}


@pytest.mark.parametrize("name", CHECKS)
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, name: str) -> None:
    if wire.name != "blogweak":
        CHECKS[name](wire)
        return
    with pytest.raises(AssertionError):
        CHECKS[name](wire)


def test_only_the_switch_was_added(root: Any, wire: Any) -> None:
    path = f"/etc/wordpress/config-{wire.hostname}.php"
    lines = root.file(path).content_string.splitlines()
    assert [line for line in lines if "FORCE" in line] == ([] if wire.name == "blogweak" else ["define('FORCE_SSL_ADMIN', true);"])
    assert [line for line in lines if "FORCE" not in line][:3] == ["<?php", "define('DB_NAME', 'blog');", "define('DB_USER', 'blog');"]
    assert root.check_output(f"stat -c '%U:%G %a' {path}") == "root:www-data 640"


@pytest.mark.parametrize("path", ["typo3/", "civicrm/login/"])
def test_php_reads_the_switch_of_the_stand_ins(host: Any, wire: Any, path: str) -> None:
    """Asked without the proxy in between: only the switch itself redirects."""
    status = host.check_output(f"curl -s -o /dev/null -w '%{{http_code}}' http://127.0.0.1:8080/{path}")
    assert status == ("200" if wire.name == "blogweak" else "302")


def test_nothing_else_of_the_stand_ins_changed(root: Any, wire: Any) -> None:
    if wire.name == "blogweak":
        assert root.run("sha256sum --check --quiet /root/stand-ins").rc == 0
        return
    own = root.file("/srv/typo3/config/system/settings.php").content_string.splitlines()
    assert own[3] == "        'lockSSL' => true," and len(own) == 20, own
    assert sorted(line for line in own if "Proxy" in line) == ["        'reverseProxyIP' => '127.0.0.1',", "        'reverseProxySSL' => '127.0.0.1',"]
    behind = root.file("/srv/typo3/config/system/additional.php").content_string.splitlines()
    assert behind[2] == "# $GLOBALS['TYPO3_CONF_VARS']['BE']['lockSSL'] = true;"
    assert behind[-1] == "$GLOBALS['TYPO3_CONF_VARS'][\"BE\"]['lockSSL'] = true; // for the old proxy"
    civicrm = root.file("/srv/civicrm/civicrm.settings.php").content_string.splitlines()
    assert civicrm[1:3] == ["global $civicrm_root, $civicrm_setting, $civicrm_paths;", "$GLOBALS['civicrm_setting']['domain']['enableSSL'] = true;"]
    assert len(civicrm) == 8
