# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind nginx, with what decides about their TLS; no path of an address is reported."""

from __future__ import annotations

from typing import Any

import pytest

HTTP = "http {\n upstream app { server 10.0.0.5:8081 weight=2; server unix:/run/a.sock; server b.example down; }\n include sites-enabled/*;\n}\n"


def legs_of(reads: Any, block: str, server: str = "") -> Any:
    return reads(f"server {{\n listen 80;\n {server}\n location /x {{\n  {block}\n }}\n}}\n", HTTP)["legs"]


@pytest.mark.parametrize(("line", "found"), [
    ("proxy_pass http://10.0.0.5:8081/secret?key=1;", ("http", "10.0.0.5:8081", "10.0.0.5", "8081", False)),
    ("proxy_pass https://app.example;", ("https", "app.example", "app.example", "443", True)),
    ("proxy_pass http://[2001:db8::1]:80;", ("http", "[2001:db8::1]:80", "[2001:db8::1]", "80", False)),
    ("proxy_pass http://unix:/run/x.sock:/y;", ("http", "unix:/run/x.sock", "unix:/run/x.sock", "/run/x.sock", False)),
    ("proxy_pass http://$host:80;", ("http", "$host:80", "", "80", False)),
    ("grpc_pass grpcs://10.0.0.5:1;", ("grpcs", "10.0.0.5:1", "10.0.0.5", "1", True)),
    ("grpc_pass 10.0.0.5:1;", ("", "10.0.0.5:1", "10.0.0.5", "1", False)),
    ("uwsgi_pass suwsgi://10.0.0.5:1;", ("suwsgi", "10.0.0.5:1", "10.0.0.5", "1", True)),
    ("fastcgi_pass 10.0.0.5:9000;", ("", "10.0.0.5:9000", "10.0.0.5", "9000", False))])
def test_how_a_server_is_reached(reads: Any, line: str, found: Any) -> None:
    (row,) = legs_of(reads, line)
    assert tuple(row[name] for name in ("scheme", "authority", "host", "port", "tls")) == found
    assert "secret" not in str(row) and row["where"] == "location /x" and row["alone"]


def test_servers_of_an_upstream(reads: Any) -> None:
    (row,) = legs_of(reads, "proxy_pass http://app/;")
    assert [(server["host"], server["port"], server["down"]) for server in row["servers"]] == [
        ("10.0.0.5", "8081", False), ("unix:/run/a.sock", "/run/a.sock", False), ("b.example", "80", True)]


def test_values_that_set_gives_a_variable(reads: Any) -> None:
    rows = legs_of(reads, "proxy_pass http://$up/;", "set $up 10.0.0.5; set $up 10.0.0.6;")
    assert [(row["host"], row["written"]) for row in rows] == [("10.0.0.5", False), ("10.0.0.6", False)]


@pytest.mark.parametrize(("server", "block", "verify"), [
    ("", "", "off"), ("proxy_ssl_verify on;", "", "on"), ("proxy_ssl_verify on;", "proxy_ssl_verify off;", "off"),
    ("grpc_ssl_verify on;", "", "off")])
def test_whether_it_is_verified(reads: Any, server: str, block: str, verify: str) -> None:
    (row,) = legs_of(reads, f"proxy_pass https://app; {block}", server)
    assert row["verify"] == verify and len(row["own"]) == (block != "")


def test_in_a_condition_the_block_around_takes_the_settings(reads: Any) -> None:
    (row,) = legs_of(reads, "if ($x) {\n proxy_pass https://app;\n }")
    assert row["where"] == "if ($x)" and row["around"]["shown"] == 4
