# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind nginx: what is in clear text or not verified is named, and TLS is made of it on request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks

SITE = "/etc/nginx/sites-enabled/site"
MAIN = ("http {\n include conf.d/*.conf;\n upstream pool {\n  server 10.0.0.5:8081 weight=2;\n"
        "  server b.example;\n  server c.example down;\n }\n include sites-enabled/*;\n}\n")
NAME = "10.0.0.5:8081"
APP = {"name": NAME, "ca_file": "/ca.pem", "server_name": "app.example"}
TLS = ("proxy_ssl_verify on; proxy_ssl_verify_depth 4; proxy_ssl_trusted_certificate /ca.pem; proxy_ssl_server_name on; "
       "proxy_ssl_name app.example; proxy_ssl_protocols TLSv1.2 TLSv1.3;")


def site(*lines: str) -> str:
    return "server {\n listen 443 ssl; ssl_certificate a; ssl_certificate_key b;\n location /x {\n" + "".join(
        f"  {line}\n" for line in lines) + " }\n}\n"


def edited(plan: Any, text: str, path: str = SITE) -> str:
    (values,) = [change["values"] for change in plan["changes"] if change["path"] == path]
    return marks.edit(text, values)


def words_of(plan: Any, kind: str) -> list[str]:
    return [line for line in plan[kind] if "nginx_tls_backends" in line or "private_networks" in line or "moved to TLS" in line
            or "request decides" in line or "replaced" in line]


@pytest.mark.parametrize(("line", "port", "new"), [
    (f"proxy_pass http://{NAME}/path?key=1; # why", 0, f"proxy_pass https://{NAME}/path?key=1; # why"),
    (f"proxy_pass https://{NAME};", 8443, "proxy_pass https://10.0.0.5:8443;"),
    (f"grpc_pass grpc://{NAME};", 0, f"grpc_pass grpcs://{NAME};"), (f"uwsgi_pass {NAME};", 1, "uwsgi_pass suwsgi://10.0.0.5:1;")])
def test_a_server_becomes_tls(plan_for: Any, line: str, port: int, new: str) -> None:
    before = site("proxy_ssl_verify off;", line)
    plan = plan_for(before, MAIN, backends=[{**APP, "port": port}])
    after = edited(plan, before)
    prefix = line.split("_")[0]
    assert f"\n    {TLS.replace('proxy_', prefix + '_')} # added by intransit.tls" in "\n" + after.replace(" " * 5, " " * 4)
    assert f"# disabled by intransit.tls:   {line}\n  {new} # added by intransit.tls\n" in after and marks.remove_marks(after) == before
    assert ("# disabled by intransit.tls:   proxy_ssl_verify off;" in after)
    assert words_of(plan, "warnings") == plan["blocking"] == []
    assert plan["validation"]["authorities"] == ["/ca.pem"] and "/ca.pem" in plan["validation"]["requires"]


def test_an_upstream_becomes_tls_as_a_whole_and_each_server_is_asked(plan_for: Any) -> None:
    before = site("proxy_pass http://pool;")
    plan = plan_for(before, MAIN, backends=[{**APP, "name": "pool"}])
    assert "  proxy_pass https://pool; # added" in edited(plan, before)
    pool = edited(plan, MAIN, "/etc/nginx/nginx.conf")
    assert "  server b.example:443; # added" in pool and "  server c.example:443 down; # added" in pool and "disabled by intransit.tls:   server 10" not in pool
    own = plan["validation"]["own_check"]
    assert own[:2] == ["/bin/sh", "-c"] and own[2].startswith("nginx -t -q || exit 1\n")
    assert own[3:] == ["sh", NAME, "/ca.pem", "app.example", "", "b.example:443", "/ca.pem", "app.example", ""]


@pytest.mark.parametrize(("lines", "options", "words"), [
    ([f"proxy_pass http://{NAME};"], {}, f"site:4: location /x sends to 10.0.0.5 in clear text. Add {NAME} to"),
    (["proxy_pass http://pool;"], {}, "location /x sends to b.example in clear text. Add pool to"),
    ([f"proxy_pass https://{NAME};"], {}, "takes any certificate from 10.0.0.5 (proxy_ssl_verify off)"),
    (["grpc_pass grpcs://10.0.0.5:1;"], {}, "(grpc_ssl_verify off)"),
    ([f"proxy_pass https://{NAME};", "proxy_ssl_verify on;"], {}, ""),
    ([f"proxy_pass http://{NAME};"], {"private_networks": ["10.0.0.0/8"]}, ""),
    (["proxy_pass http://127.0.0.1:8081;"], {}, ""), (["proxy_pass http://unix:/x;"], {}, ""),
    (["fastcgi_pass 10.0.0.5:9000;"], {}, "FastCGI has no TLS"), (["fastcgi_pass unix:/x;"], {}, ""),
    (["proxy_pass http://$http_x;"], {}, "a server that only a request decides")])
def test_legs_in_clear_text_or_not_verified(plan_for: Any, lines: Any, options: Any, words: str) -> None:
    found = words_of(plan_for(site(*lines), MAIN, **options), "warnings")
    assert bool(found) == bool(words) and words in "".join(found)
    for data_class in ("confidential", "secret"):
        stops = words_of(plan_for(site(*lines), MAIN, data_class=data_class, client_ca_file="/ca.pem", **options), "blocking")
        assert stops == found


@pytest.mark.parametrize(("text", "entry", "words"), [
    (site("proxy_pass http://10.0.0.6;"), {}, "nginx_tls_backends names 10.0.0.5:8081, and nginx has no server behind of that name"),
    (site(f"fastcgi_pass {NAME};"), {}, "FastCGI has no TLS"),
    (site(f"set $up {NAME};", "proxy_pass http://$up;"), {}, "names its server by a variable or with a password"),
    (site(f"proxy_pass http://u:p@{NAME};"), {}, "names its server by a variable or with a password"),
    (site(f"proxy_pass http://{NAME}; root x;"), {}, "Put it on a line of its own")])
def test_what_cannot_be_moved_stops_the_run(plan_for: Any, text: str, entry: Any, words: str) -> None:
    plan = plan_for(text, MAIN, backends=[{**APP, **entry}])
    assert words in " ".join(plan["blocking"] + plan["warnings"])
    assert plan["blocking"] or "FastCGI" in words


def test_a_socket_beside_declared_servers_stops_the_run(plan_for: Any) -> None:
    (stop,) = plan_for(site("proxy_pass http://pool;"), MAIN.replace("c.example down", "unix:/run/a.sock"), backends=[{**APP, "name": "pool"}])["blocking"]
    assert stop.startswith(f"{SITE}:4: `proxy_pass` cannot be moved to TLS: pool has the server unix:/run/a.sock")


def test_entries_that_cannot_be_used(plan_for: Any) -> None:
    with pytest.raises(OptionError, match="nginx_tls_backends: an entry takes name, ca_file, server_name and port; this one lacks ca_file"):
        plan_for(site(), MAIN, backends=[{"name": "x"}])


STREAM = ("stream {{\n ssl_protocols TLSv1;\n upstream far {{ server 10.0.0.5:389; }}\n server {{\n  listen 636{ssl};\n  {more}\n"
          "  proxy_pass {to};\n }}\n}}\n")


def proxied(plan_for: Any, more: str = "", to: str = "10.0.0.5:389", ssl: str = " ssl", **options: Any) -> Any:
    return plan_for(site("return 200 x;"), MAIN + STREAM.format(more=more, to=to, ssl=ssl), **options)


def test_a_server_of_stream_becomes_tls(plan_for: Any) -> None:
    plan = proxied(plan_for, "proxy_ssl off;", backends=[{**APP, "name": "10.0.0.5:389", "port": 636}])
    after = edited(plan, MAIN + STREAM.format(more="proxy_ssl off;", to="10.0.0.5:389", ssl=" ssl"), "/etc/nginx/nginx.conf")
    assert f"proxy_ssl on; {TLS} # added" in after and "  proxy_pass 10.0.0.5:636; # added" in after
    assert "# disabled by intransit.tls:   proxy_ssl off;" in after
    assert plan["validation"]["own_check"][3:5] == ["sh", "10.0.0.5:636"] and words_of(plan, "warnings") == []


@pytest.mark.parametrize(("how", "words"), [
    ({}, ":16: server sends to 10.0.0.5 in clear text. Add 10.0.0.5:389 to"), ({"to": "far"}, "Add far to"),
    ({"more": "proxy_ssl on;"}, "takes any certificate from 10.0.0.5 (proxy_ssl_verify off)"),
    ({"more": "proxy_ssl on; proxy_ssl_verify on;"}, ""), ({"to": "127.0.0.1:389"}, ""), ({"to": "unix:/run/x"}, ""),
    ({"ssl": "", "more": "ssl_preread on;"}, ""), ({"ssl": "", "to": "10.0.0.5:636"}, ""),
    ({"ssl": ""}, "in clear text"), ({"to": "10.0.0.5:636"}, "in clear text"),
    ({"private_networks": ["10.0.0.0/8"]}, "")])
def test_legs_of_stream(plan_for: Any, how: Any, words: str) -> None:
    found = words_of(proxied(plan_for, **how), "warnings")
    assert bool(found) == bool(words) and words in "".join(found)
    stops = words_of(proxied(plan_for, data_class="secret", client_ca_file="/ca.pem", **how), "blocking")
    assert stops == found


def test_a_mail_proxy_that_asks_another_host_for_passwords(plan_for: Any) -> None:
    mail = "mail {\n auth_http http://10.0.0.6:9000/auth;\n server { listen 993 ssl; protocol imap; }\n}\n"
    (found,) = words_of(plan_for(site("return 200 x;"), MAIN + mail), "warnings")
    assert "mail sends to 10.0.0.6 in clear text: auth_http has no TLS." in found
