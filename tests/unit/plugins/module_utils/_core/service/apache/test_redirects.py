# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redirects that would never end over TLS are found however they are written; useful ones stay."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.redirects import Circles, find_circles

NAMES = ["shop.example", "www.shop.example", "*.de.shop.example"]


def judged(*lines: str) -> Circles:
    body = "".join(f"  #  {number:2d}:\n  {line}\n" for number, line in enumerate(lines, 2))
    config = read_dump("# In file: /s.conf\n#   1:\n<VirtualHost *:80>\n" + body + "</VirtualHost>\n")
    return find_circles(config.vhosts[0].block.children, NAMES)


def left_out(*lines: str) -> list[str]:
    found = judged(*lines)
    assert found.doubts == []
    return [item.text for item in found.left_out]


@pytest.mark.parametrize("line", [
    "Redirect permanent / https://shop.example/",
    "Redirect permanent / https://www.shop.example/",
    "Redirect / https://SHOP.example:443/",
    "Redirect 308 / https://x.de.shop.example/",
    "RedirectPermanent / https://shop.example/",
    "Redirect permanent / https://shop.example/app/",
    "RedirectMatch 301 ^/(.*)$ https://shop.example/$1",
    "RedirectMatch ^ https://www.shop.example/",
    'RedirectMatch permanent "^/old/(.*)$" "https://shop.example/old/$1"',
    "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]",
    "RewriteRule ^/?(.*) https://%{SERVER_NAME}/$1 [R,L]",
    "RewriteRule ^ https://%{HTTP:Host}%{REQUEST_URI} [L,R=301]",
    'RewriteRule "(.*)" "https://shop.example$1"',
    "RewriteRule .* https://%{HTTP_HOST}:443%{REQUEST_URI} [QSA,R=301]",
])
def test_a_redirect_to_the_site_itself_is_a_circle(line: str) -> None:
    assert left_out(line) == [line]


@pytest.mark.parametrize("line", [
    "Redirect permanent / https://elsewhere.example/",
    "Redirect permanent /old https://shop.example/new",
    "RedirectMatch ^/old/(.*)$ https://shop.example/new/$1",
    "Redirect gone /x",
    "Redirect 410 / ",
    "RewriteRule ^/x$ /y [R]",
    "RewriteRule ^/(.*) http://127.0.0.1:9000/$1 [P]",
    "RewriteRule ^ - [F]",
    "RewriteRule ^/wiki$ https://shop.example/wiki/index.php [R]",
])
def test_a_redirect_that_ends_stays(line: str) -> None:
    assert left_out(line) == []


def test_conditions_go_with_their_rule_and_others_stay() -> None:
    lines = ("RewriteCond %{HTTP:X-Forwarded-SSL} !on", "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]",
             "RewriteCond %{REQUEST_METHOD} TRACE", "RewriteRule ^ - [F]")
    assert left_out(*lines) == list(lines[:2])


@pytest.mark.parametrize("condition, goes", [
    ("RewriteCond %{HTTPS} off", False),
    ("RewriteCond %{HTTPS} !=on", False),
    ("RewriteCond %{SERVER_PORT} ^80$", False),
    ("RewriteCond %{REQUEST_SCHEME} =http", False),
    ("RewriteCond %{HTTP:X-Forwarded-Proto} !https", False),
    ("RewriteCond %{HTTP_HOST} !^www\\. [NC]", False),
    ("RewriteCond %{HTTP_HOST} ^shop\\.example$ [NC]", False),
    ("RewriteCond %{HTTP_HOST} ^(www\\.)?shop\\.example$ [NC]", True),
    ("RewriteCond %{REQUEST_METHOD} GET", True),
])
def test_a_condition_that_fails_over_tls_keeps_a_rule_harmless(condition: str, goes: bool) -> None:
    rule = "RewriteRule ^ https://www.shop.example%{REQUEST_URI} [R=301,L]"
    assert left_out(condition, rule) == ([condition, rule] if goes else [])


def test_either_of_two_conditions_is_enough() -> None:
    first, second = "RewriteCond %{HTTPS} off [OR]", "RewriteCond %{HTTP_HOST} !^www\\. [NC]"
    assert left_out(first, second, "RewriteRule ^ https://www.shop.example%{REQUEST_URI} [R=301,L]") == []


def test_a_section_that_only_plain_http_enters_keeps_it_harmless() -> None:
    line = "Redirect permanent / https://shop.example/"
    assert left_out("<If \"%{HTTPS} != 'on'\">", line, "</If>") == []
    assert left_out("<If \"! (a || b) && %{HTTPS} != 'on' && (c || d)\">", line, "</If>") == []
    assert left_out("<If \"%{HTTPS} != 'on' || x\">", line, "</If>") == [line]
    assert left_out("<If \"%{HTTPS} == 'on'\">", line, "</If>") == [line]


@pytest.mark.parametrize("lines", [
    ("RewriteRule ^ https://%{ENV:target}/ [R]",),
    ("RewriteRule ^/(.*) https://${hosts:%{HTTP_HOST}}/$1 [R]",),
    ("RewriteCond %{HTTP_COOKIE} !seen", "RewriteRule ^/(.*)$ https://shop.example/hello/$1 [R]"),
    ("RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R,C]",),
])
def test_what_only_a_request_decides_is_a_doubt_with_its_place(lines: "tuple[str, ...]") -> None:
    found = judged(*lines)
    assert found.left_out == [] and len(found.doubts) == 1
    assert found.doubts[0].startswith(f"/s.conf:{len(lines) + 1}: `RewriteRule")
