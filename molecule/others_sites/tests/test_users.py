# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever was served before is served the same after, and plaintext is gone."""

from __future__ import annotations

from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]
PLAIN = {
    "certbot": ["http://wiki.example.test/", "http://www.example.test/"], "certbot_nginx": ["http://blog.example.test/"],
    "balancer": ["http://site.example.test/"], "front": ["http://site.example.test/"], "panel": ["http://site.example.test/"],
    "rules": ["http://crs12.molecule-others-sites.test/"], "macros": ["http://one.example.test/", "http://two.example.test/"],
    "box": ["http://mx.example.test/"], "directory": ["http://ldap.example.test/phpldapadmin/"],
}


def habits_of(host: Any) -> list[str]:
    return list(host.ansible.get_variables()["habits"])


def test_users_get_what_they_got(host: Any, root: Any) -> None:
    for habit in habits_of(host):
        before = root.file(f"/root/{habit}-before").content_string
        assert root.check_output(f"/root/{habit}-check.sh") + "\n" == before and before.strip()


def test_plain_pages_only_redirect(host: Any, wire: Any) -> None:
    for habit in habits_of(host):
        for url in PLAIN.get(habit, []):
            reply = wire.curl(url)
            assert reply.status == 301 and reply.headers["location"] == [url.replace("http:", "https:")], reply
            assert "the page of" not in reply.body


@pytest.mark.parametrize("header", ["X-Forwarded-Proto: https"])
def test_a_header_from_outside_opens_nothing(host: Any, wire: Any, header: str) -> None:
    for url in PLAIN["balancer"] if "balancer" in habits_of(host) else []:
        assert wire.curl(url, "--header", header).status == 301


def test_certificates_that_worked_are_served_still(host: Any, root: Any) -> None:
    places = {"mail": ("993", "465"), "box": ("443",), "panel": ("443", "7081"), "certbot": ("443",), "certbot_nginx": ("443",)}
    for habit in habits_of(host):
        for port in places.get(habit, ()):
            said = root.run(f"openssl s_client -connect 127.0.0.1:{port} -servername www.example.test </dev/null 2>/dev/null")
            assert "CN = Company authority" in said.stdout.replace("CN=", "CN = "), said
