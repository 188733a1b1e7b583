# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts of a configuration of nginx, as people write it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.host import HOST, HTTP_CONF

MAIN, SITE = "/etc/nginx/nginx.conf", "/etc/nginx/sites-enabled/site"


def test_files_are_read_by_their_include_lines(scripted: Any) -> None:
    files = {
        MAIN: "user x;\npid /run/n.pid;\nhttp {\n include conf.d/*.conf;\n include mime.types;\n}\n",
        "/etc/nginx/conf.d/b.conf": "server { include /srv/tls.conf; }", "/etc/nginx/conf.d/.hidden": "}",
        "/etc/nginx/mime.types": "types { text/html html; }", "/srv/tls.conf": "ssl_protocols TLSv1;\n",
        HTTP_CONF: "ssl_protocols TLSv1.3;", "/etc/nginx/unused.conf": "{",
    }
    seen = scripted(files).drive(HOST.read())
    assert set(seen["files"]) == {MAIN, "/etc/nginx/conf.d/b.conf", "/etc/nginx/mime.types", "/srv/tls.conf"}
    assert [(row["file"], row["name"], row["arguments"], row["server"]) for row in seen["settings"]] == [
        ("/srv/tls.conf", "ssl_protocols", ["TLSv1"], 0)]
    assert (seen["included"], seen["pid"], seen["problems"]) == (True, "/run/n.pid", [])


@pytest.mark.parametrize(("files", "words"), [
    ({}, "/etc/nginx/nginx.conf cannot be read"),
    ({MAIN: None}, "/etc/nginx/nginx.conf cannot be read: Input/output error, and nginx reads it. Repair that first."),
    ({MAIN: "include a;"}, "/etc/nginx/a cannot be read"),
    ({MAIN: "http {"}, "/etc/nginx/nginx.conf:1 has an end"),
    ({MAIN: "include nginx.conf;"}, "/etc/nginx/nginx.conf cannot be read, and nginx reads it"),
])
def test_what_cannot_be_read_is_a_problem(scripted: Any, files: dict[str, Any], words: str) -> None:
    problem, = scripted(files).drive(HOST.read())["problems"]
    assert problem.startswith(words)


@pytest.mark.parametrize(("listen", "expected"), [
    ("", ("", 80, False)), ("listen 8080;", ("", 8080, False)), ("listen *:81;", ("", 81, False)),
    ("listen 192.0.2.1;", ("192.0.2.1", 80, False)), ("listen [::]:443 ssl;", ("[::]", 443, True)),
    ("listen [2001:db8::1];", ("[2001:db8::1]", 80, False)), ("listen localhost:82;", ("localhost", 82, False)),
    ("ssl on; listen 443;", ("", 443, True)), ("listen unix:/run/x;", ("unix:/run/x", 80, False)),
])
def test_listens(reads: Any, listen: str, expected: Any) -> None:
    row = reads(f"server {{ {listen} }}")["servers"][0]["listens"][0]
    assert (row["address"], row["port"], row["tls"]) == expected
    assert row["socket"] == ("/run/x" if "unix" in listen else "")


def test_flags_of_a_listen_and_quic(reads: Any) -> None:
    server = reads("server { listen [::]:443 ssl default_server ipv6only=off proxy_protocol; listen 443 quic; }")["servers"][0]
    row, = server["listens"]
    assert (row["default"], row["more"], row["proxy"]) == (True, "ipv6only=off", True)


@pytest.mark.parametrize(("body", "empty"), [
    ("return 301 https://$host$request_uri;", True), ("return https://x.example;", True), ("return 444;", True),
    ("rewrite ^(.*)$ https://x.example$1 permanent;", True), ("rewrite ^/a https://x.example;", False),
    ("location / { return 301 https://x.example; }", True), ("return 200 ok;", False),
    ("location / { return 301 https://x.example; } location /.well-known/a { root /srv; }", True),
    ("location / { return 301 https://x.example; } location /app { root /srv; }", False),
    ("if ($scheme = http) { return 301 https://$host; }", False), ("root /srv;", False),
])
def test_servers_without_content(reads: Any, body: str, empty: bool) -> None:
    assert reads(f"server {{ {body} }}")["servers"][0]["empty"] is empty


@pytest.mark.parametrize(("body", "unclear"), [
    ("location /x { return 301 https://$host/x; }", True), ("rewrite ^/x https://a.example/y redirect;", True),
    ("location /x { return 301 http://$host/x; }", True), ("location /x { return 301 https://b.example/x; }", False),
    ("if ($scheme != https) { return 301 https://$host$uri; }", False), ("rewrite ^/x $scheme://$host/y;", False),
    ("location /x { if ($arg_a) { return 302 https://$server_name/; } }", True), ("return 200 https;", False),
])
def test_redirects_that_lead_back_are_named(reads: Any, body: str, unclear: bool) -> None:
    found = reads(f"server {{ server_name a.example; {body} }}")["servers"][0]["unclear"]
    assert bool(found) is unclear and all(f"{SITE}:1 `" in sentence for sentence in found)


@pytest.mark.parametrize(("before", "body", "front"), [
    ("", "proxy_set_header X-Forwarded-Proto $scheme;", ""),
    ("", "proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;", f"{SITE}:1 `proxy_set_header`"),
    ("map $http_x_forwarded_proto $https_in_front { https 1; } ", "if ($https_in_front) { }", f"{SITE}:1 `if`"),
    ("map $http_x_forwarded_proto $https_in_front { https 1; } ", "root /srv;", ""),
    ("real_ip_header X-Real-IP; ", "root /srv;", f"{SITE}:1 `real_ip_header`"),
])
def test_a_tls_end_in_front_is_seen(reads: Any, before: str, body: str, front: str) -> None:
    assert reads(f"{before}server {{ {body} }}")["servers"][0]["front"] == front


def test_blocks_that_inherit_no_headers(reads: Any) -> None:
    seen = reads("server {\n location / {\n  add_header A b;\n  add_header STRICT-transport-security x;\n }\n"
                 " location /x { proxy_hide_header A; }\n root /srv;\n}\n")
    assert [(row["opened"], row["names"], row["hsts"]) for row in seen["headers"]] == [
        ((2, 13), ["add_header"], [4]), ((6, 14), ["proxy_hide_header"], [])]
    assert [row["name"] for row in seen["settings"]] == ["add_header"]


def test_names_that_are_looked_up_at_the_start(reads: Any) -> None:
    seen = reads("upstream u { server b.internal:80; server 192.0.2.1; server unix:/x; }\n"
                 "server { location / { proxy_pass https://c.internal:8443/x; } location /b { proxy_pass http://$host; }\n"
                 "location /c { fastcgi_pass d.internal:9000; } location /d { proxy_pass http://unix:/y; } }")
    assert seen["upstreams"] == ["b.internal", "c.internal", "d.internal"]


def test_what_our_edits_made_is_not_reported(reads: Any) -> None:
    site = "server {\n  ssl_protocols TLSv1;\n}\n"
    seen = reads(marks.add_marks(site, [(1, 8, "listen 443 ssl;")], [2]))
    assert seen["servers"][0]["implicit"] and seen["settings"][0]["arguments"] == ["TLSv1"]
    assert seen["files"][SITE] == {"digest": marks.hash_original(site), "edited": True}


def test_nothing_secret_is_reported(reads: Any) -> None:
    seen = reads('server { listen 80; location / { proxy_set_header Authorization "Basic hunter2"; } return 200 hunter2; }')
    assert "hunter2" not in str(seen)


def test_cipher_settings_are_those_in_force(scripted: Any) -> None:
    main = "http {\n  ssl_ciphers A;\n  include conf.d/*.conf;\n}\n"
    files = {MAIN: marks.add_marks(main, [], [2]), HTTP_CONF: "ssl_ciphers B;\n"}
    row, = scripted(files).drive(HOST.cipher_settings("openssl"))
    assert (row.name, row.value, row.where) == ("ssl_ciphers", "B", HTTP_CONF + ":1")
    row, = scripted({MAIN: "http { }"}).drive(HOST.cipher_settings("openssl"))
    assert (row.value, row.where) == ("HIGH:!aNULL:!MD5", BUILT_IN)
    with pytest.raises(DialectError, match="nginx reads it"):
        scripted({}).drive(HOST.cipher_settings("openssl"))
