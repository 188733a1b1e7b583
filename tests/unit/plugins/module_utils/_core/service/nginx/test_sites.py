# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of plain servers: a TLS half, a redirect, or a sentence with file and line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx import sites

OPTIONS = dict(server_name="web.example", port=443, http_port=80, vhost="auto", plain_http="policy", unknown_names="serve",
               trusted_proxies=[])
TLS = "server { listen 443 ssl; server_name t.example *.w.example; } "


def decided(seen: Any, **options: Any) -> sites.Sites:
    return sites.decide(seen, {**OPTIONS, **options})


def test_without_any_tls_each_plain_server_gets_a_half_at_its_own_addresses(reads: Any) -> None:
    found = decided(reads(
        "server { listen 80 default_server; listen [::]:80 default_server ipv6only=off; listen 8080; }"
        "server { listen 192.0.2.1:80; server_name a.example; }"))
    assert found.made == {0: ["443 ssl default_server", "[::]:443 ssl default_server ipv6only=off"], 1: ["192.0.2.1:443 ssl"]}
    assert (found.redirected, found.answered, found.left) == ([0, 1], ["web.example", "a.example"], [])


def test_beside_tls_servers_a_half_is_made_on_request_and_is_reached_at_their_addresses(reads: Any) -> None:
    seen = reads("server { listen 192.0.2.1:443 ssl default_server; server_name t.example; }"
                 "server { listen 80 default_server; server_name p.example; }")
    assert decided(seen).made == {}
    assert "it has no TLS server. Give it one, or set nginx_tls_vhost to always." in decided(seen).left[0]["sentence"]
    assert decided(seen, vhost="always").made == {1: ["443 ssl", "192.0.2.1:443 ssl"]}
    assert decided(seen, vhost="never").redirected == []


@pytest.mark.parametrize(("server", "redirected", "left"), [
    ("listen 80; server_name t.example;", True, []),
    ("listen 80; server_name x.w.example;", True, []),
    ("listen 80; server_name t.example u.example;", True, ["u.example"]),
    ("listen 8081; server_name t.example;", False, ["t.example"]),
    ("listen 80; listen 443 ssl; server_name m.example;", True, []),
    ("listen 80; server_name p.example;", False, ["p.example"]),
    ("listen 80; server_name p.example; return 301 https://t.example;", False, []),
    ("listen 127.0.0.1:80; server_name p.example;", False, []),
    ("listen unix:/run/x; server_name p.example;", False, []),
    ("listen 80; server_name t.example; real_ip_header X-Real-IP;", False, ["t.example"]),
    ("listen 80 proxy_protocol; server_name t.example;", False, ["t.example"]),
])
def test_names_only_lead_to_servers_that_answer_for_them(reads: Any, server: str, redirected: bool, left: list[str]) -> None:
    found = decided(reads(TLS + f"server {{ {server} }}"))
    assert (1 in found.redirected) is redirected
    assert [row["name"] for row in found.left] == left
    assert all(re.match(r"/etc/nginx/sites-enabled/site:1: \S+ \(port \d+\) stays in clear text: .*\.$", row["sentence"])
               for row in found.left)


def test_an_explicit_redirect_is_made_although_tls_may_end_in_front(reads: Any) -> None:
    seen = reads(TLS + "server { listen 80; server_name t.example; real_ip_header X; }")
    assert "TLS may end in front of it (/etc/nginx/sites-enabled/site:1 `real_ip_header`)" in decided(seen).left[0]["sentence"]
    assert decided(seen, plain_http="redirect").redirected == [1]
    assert decided(seen, trusted_proxies=["192.0.2.7/32"]).redirected == [1]


def test_a_name_on_two_plain_ports_belongs_to_the_port_of_plain_http(reads: Any) -> None:
    found = decided(reads("server { listen 8081; server_name a.example; } server { listen 80; server_name a.example; }"))
    assert list(found.made) == [1] and [row["server"] for row in found.left] == [0]


@pytest.mark.parametrize(("name", "sample", "matches", "fails"), [
    ("a.example", "a.example", ["a.example"], ["xa.example", "aXexample"]),
    ("*.a.example", "sub.a.example", ["x.a.example", "y.x.a.example"], ["a.example"]),
    (".a.example", "a.example", ["a.example", "x.a.example"], ["xa.example"]),
    ("www.*", "www.example", ["www.example", "www.a.b"], ["www", "xwww.a"]),
    (r"~^w\d+\.", "", ["w1.example"], ["w.example"]),
    ("a;b", "", ["a;b"], ["ab"]),
])
def test_names_of_nginx(name: str, sample: str, matches: list[str], fails: list[str]) -> None:
    assert sites.make_sample(name) == sample
    pattern = sites.write_pattern(name)
    assert pattern.startswith("~")
    assert all(re.search(pattern[1:], host) for host in matches)
    assert not any(re.search(pattern[1:], host) for host in fails)


def test_a_regular_expression_that_only_nginx_reads_answers_for_its_own_text(reads: Any) -> None:
    found = sites.Sites(answered=["~^(?<sub>.+)[", "~^x\\."])
    assert found.answers("~^(?<sub>.+)[") and found.answers("x.example") and not found.answers("y.example")


def test_pages_to_compare(reads: Any) -> None:
    seen = reads("server { listen 192.0.2.1:8080; server_name a.example *.a.example ~x; } "
                 "server { listen 443 ssl; listen 80; server_name t.example u.example; }")
    rows = sites.list_comparisons(decided(seen, vhost="always"), seen, OPTIONS)
    assert [(row["name"], row["address"], row["plain_port"], row["made"]) for row in rows] == [
        ("t.example", "127.0.0.1", 80, False),
        ("a.example", "192.0.2.1", 8080, True), ("sub.a.example", "192.0.2.1", 8080, True)]


@pytest.mark.parametrize(("name", "number", "expected"), [
    ("ssl_ciphers", 0, (True, False)), ("ssl_protocols", 0, (True, True)), ("ssl_ecdh_curve", 1, (False, True)),
])
def test_protocols_and_groups_of_a_socket_are_those_of_its_default_server(
        reads: Any, name: str, number: int, expected: tuple[bool, bool]) -> None:
    seen = reads("server { listen 443 ssl; server_name a; } server { listen 443 ssl; server_name b; }")
    rows = [{"server": number, "name": name}]
    assert (sites.is_overridden(0, seen, rows), sites.is_overridden(1, seen, rows)) == expected
    seen["servers"][1]["listens"][0]["default"] = True
    assert sites.is_overridden(0, seen, [{"server": 1, "name": "ssl_protocols"}])
