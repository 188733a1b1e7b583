# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of nginx: settings at the level of http, edits of servers, and reasons to stop."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans
from ansible_collections.intransit.tls.plugins.module_utils._core.service.nginx.host import HTTP_CONF, SCRIPT

SITE = "/etc/nginx/sites-enabled/site"
MAIN = "http {\n  include conf.d/*.conf;\n  include sites-enabled/*;\n}\n"
CERTIFICATE = "ssl_certificate a; ssl_certificate_key b;"
TLS = f"server {{\n listen 443 ssl default_server;\n server_name web.example.org;\n {CERTIFICATE}\n"


def values(plan: Any) -> Any:
    return plan["templates"][HTTP_CONF]["values"]


def edits(plan: Any, path: str = SITE) -> tuple[list[str], list[int]]:
    """Return the words that are added and the lines that are disabled in a file."""
    rows = [change["values"] for change in plan["changes"] if change["path"] == path]
    return ([words for _line, _column, words in rows[0]["added"]], rows[0]["disabled"]) if rows else ([], [])


def test_a_plain_server_gets_a_half_in_the_words_of_its_version(plan_for: Any) -> None:
    site = "server {\n listen 80 default_server;\n root /srv;\n}\n"
    redirect = "if ($intransit_tls_redirect) { return 301 $intransit_tls_redirect; }"
    assert edits(plan_for(site, version="1.22.1-9+deb12u11"))[0] == [f"listen 443 ssl default_server http2; {redirect}"]
    assert edits(plan_for(site))[0] == [f"listen 443 ssl default_server; http2 on; {redirect}"]
    assert edits(plan_for(site, http2=False, plain_http="leave"))[0] == ["listen 443 ssl default_server;"]
    assert edits(plan_for("server {\n root /srv;\n}\n", http2=False))[0] == [f"listen 443 ssl; listen 80; {redirect}"]
    assert edits(plan_for(site, vhost="never"))[0] == []


def test_the_level_of_http(plan_for: Any) -> None:
    plan = plan_for(TLS + "}\n", port=443)
    assert values(plan)["directives"][0] == "ssl_protocols TLSv1.2 TLSv1.3"
    assert [line.split()[0] for line in values(plan)["directives"]] == [
        "ssl_protocols", "ssl_ciphers", "ssl_conf_command", "ssl_conf_command", "ssl_ecdh_curve", "ssl_session_tickets",
        "server_tokens"]
    assert plan["certificate"] is None and plan["blocking"] == []
    assert "ssl_certificate /etc/ssl/intransit/web.example.org/fullchain.pem" in values(
        plan_for("server { listen 80; }"))["directives"]
    assert "ssl_session_tickets on" in values(plan_for(TLS + "}", session_tickets=True))["directives"]
    assert "server_tokens build" in values(plan_for(TLS + "}", server_tokens="build"))["directives"]
    tls13 = values(plan_for(TLS + "}", profile="modern"))["directives"]
    assert tls13[0] == "ssl_protocols TLSv1.3" and not any(line.startswith("ssl_ciphers") for line in tls13)


def test_lines_of_others_at_the_level_of_http_make_room_for_ours(plan_for: Any) -> None:
    main = ("http {\n ssl_protocols TLSv1\n  TLSv1.1; # old\n server_tokens off;\n ssl_session_cache shared:a:1m;\n"
            " ssl_conf_command Options X;\n ssl_conf_command Ciphersuites X;\n add_header Strict-Transport-Security x;\n"
            " include conf.d/*.conf; include sites-enabled/*;\n}\n")
    plan = plan_for(TLS + "}\n", main)
    assert edits(plan, "/etc/nginx/nginx.conf") == ([], [2, 3, 7, 8])
    assert "server_tokens off" not in values(plan)["directives"]
    plan = plan_for(TLS + "}\n", "http { ssl_protocols TLSv1; include conf.d/*.conf; include sites-enabled/*; }")
    assert plan["blocking"] == ["/etc/nginx/nginx.conf:1: `ssl_protocols` shares its line with other words, so that it cannot be "
                                "turned into a comment. Put it on a line of its own."]


@pytest.mark.parametrize(("line", "words"), [
    ("ssl_protocols SSLv3 TLSv1;", "allows SSLv3, TLSv1"), ("ssl_protocols TLSv1.3;", ""),
    ("ssl_protocols TLSv2;", "names TLSv2"), ("ssl_ciphers ALL:@SECLEVEL=0;", "security level to 0"),
    ("ssl_ciphers AES128-SHA;", "allows TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;", ""), ("ssl_ecdh_curve auto;", "allows the groups auto"),
    ("ssl_ecdh_curve X25519;", ""), ("ssl_conf_command MinProtocol TLSv1;", "oldest protocol to TLSv1"),
    ("ssl_conf_command Options PrioritizeChaCha;", "keeps the server from inheriting"),
    ("add_header Strict-Transport-Security max-age=60;", "shortens HSTS to 60 s"),
    ("add_header Strict-Transport-Security max-age=63072000;", ""),
])
def test_settings_of_a_server_are_judged_by_what_they_allow(plan_for: Any, line: str, words: str) -> None:
    site = TLS + f" {line}\n}}\n"
    warnings = plan_for(site)["warnings"]
    assert bool(warnings) is bool(words) and words in " ".join(warnings)
    assert not warnings or warnings[0].startswith(f"{SITE}:5 (server) `{line.rstrip(';')}` ")
    neutralised = plan_for(site, overrides="neutralise")
    assert (edits(neutralised)[1], neutralised["warnings"]) == ([5] if words else [], [])
    assert bool(plan_for(site, overrides="fail")["blocking"]) is bool(words)


def test_client_certificates(plan_for: Any) -> None:
    plan = plan_for(TLS + " ssl_verify_client off;\n}\n", client_certificate="required")
    assert values(plan)["directives"][6:9] == [
        "ssl_verify_client on", "ssl_client_certificate /etc/ssl/intransit/web.example.org/chain.pem", "ssl_verify_depth 2"]
    secret = plan_for(TLS + " ssl_verify_client off;\n}\n", data_class="secret")
    assert "asks less of client certificates (off) than the policy (required)" in secret["warnings"][0]
    supplied = [{"name": "own", "source": "files", "certificate": "/c", "private_key": "/k"}]
    plan = plan_for(TLS + "}", client_certificate="optional", certificates=supplied)
    assert "nginx_tls_client_ca_file" in plan["blocking"][0]


def test_hsts_is_said_again_where_it_is_not_inherited(plan_for: Any) -> None:
    site = (TLS + " location /a { add_header A b; }\n location /b { proxy_hide_header X; }\n"
            " location /c { add_header Strict-Transport-Security max-age=63072000; }\n"
            " location /d {\n  add_header Strict-Transport-Security max-age=1;\n }\n}\n"
            "server { listen 127.0.0.1:81; add_header A b; }\n")
    again = "add_header Strict-Transport-Security $intransit_tls_hsts always;"
    assert edits(plan_for(site))[0] == [again, "proxy_hide_header Strict-Transport-Security;"]
    assert edits(plan_for(site, overrides="neutralise")) == ([again, "proxy_hide_header Strict-Transport-Security;", again], [9])
    assert edits(plan_for(site, profile="pci"))[0] == []


def test_redirects_keep_names_that_have_tls(plan_for: Any) -> None:
    site = (TLS + "}\nserver { listen 80; server_name web.example.org *.a.example other.example; }\n"
            "server { listen 443 ssl; server_name .a.example ~^\"w\\d; }\n")
    redirect = values(plan_for(site, redirect_exempt=["/.well-known/x/"]))["redirect"]
    assert redirect == {
        "host": "web.example.org", "suffix": "", "trusted": [], "exempt": ['"~^\\\\|[^|]+\\\\|/\\\\.well\\\\-known/x/"'],
        "names": [['"~^other\\\\.example$"', '""'], ['"~^web\\\\.example\\\\.org$"', "$host"],
                  ['"~^(?:.+\\\\.)?a\\\\.example$"', "$host"], ['"~^\\"w\\\\d"', "$host"]]}
    fixed = values(plan_for(site, redirect_host="one.example", port=443))["redirect"]
    assert fixed["host"] == "one.example" and fixed["names"] == [['"~^other\\\\.example$"', '""']]
    other = values(plan_for("server { listen 8443 ssl; listen 80; server_name b.example; }", port=8443))["redirect"]
    assert (other["host"], other["suffix"]) == ("b.example", ":8443")


def test_closing_plain_http(plan_for: Any) -> None:
    plan = plan_for(TLS + " listen 80;\n listen [::]:80;\n}\nserver {\n listen 80;\n return 301 https://web.example.org;\n}\n"
                    "server {\n listen 127.0.0.1:81;\n}\n", plain_http="close")
    assert edits(plan) == (["listen 127.0.0.1:80;"], [5, 6, 9])
    assert {row["protocol"] for row in plan["closing"]} == {"http"} and {row["protocol"] for row in plan["endpoints"]} == {"https"}
    assert plan_for("server { listen 80; }", plain_http="close")["blocking"][0].startswith(f"{SITE}:1: `listen` shares its line")
    assert edits(plan_for("server {\n root /srv;\n}\n", data_class="secret", client_certificate="none"))[0] == [
        "listen 443 ssl; http2 on;"]


def test_unknown_names_are_refused_on_request(plan_for: Any) -> None:
    plan = plan_for("server {\n listen 80 default_server;\n server_name _;\n}\nserver { listen 192.0.2.1:80; server_name a.example; }",
                    unknown_names="reject", plain_http="leave", http2=False)
    assert values(plan)["reject"] == ["443", "192.0.2.1:443"]
    assert edits(plan)[0] == ["listen 443 ssl; server_name web.example.org;", "listen 192.0.2.1:443 ssl;"]
    assert "Remove `default_server` there" in plan_for(TLS + "}", unknown_names="reject")["blocking"][0]


def test_stapling_needs_a_certificate_of_ours_and_room(plan_for: Any) -> None:
    assert values(plan_for("server { listen 80; }"))["stapling"] is True
    assert values(plan_for("server { listen 80; }", stapling="off"))["stapling"] is False
    assert values(plan_for(TLS + "}"))["stapling"] is False
    main = "http {\n ssl_stapling off;\n include conf.d/*.conf;\n include sites-enabled/*;\n}\n"
    assert values(plan_for("server { listen 80; }", main))["stapling"] is False


def test_endpoints(plan_for: Any) -> None:
    site = (TLS + " ssl_protocols TLSv1;\n}\nserver { listen 443 ssl proxy_protocol; server_name b.example; listen 127.0.0.1:9; }\n"
            "server { listen 80; server_name c.example; }\n")
    plan = plan_for(site)
    found = {(row["port"], row["server_name"]): row for row in plan["endpoints"]}
    assert set(found) == {(443, "web.example.org"), (443, "b.example"), (80, "c.example"), (80, "web.example.org")}
    assert "PROXY line" in found[443, "b.example"]["unprobed"]
    # What a weak default server rules, and what stays in clear text, is not confirmed by the transaction.
    assert plan["confirmation"]["endpoints"] == []
    strict = plan_for(site, overrides="neutralise")["confirmation"]["endpoints"]
    assert {(row["port"], row["server_name"]) for row in strict} >= {(443, "web.example.org"), (443, "b.example")}


@pytest.mark.parametrize(("site", "main", "words"), [
    ("server {", None, "site:1 has an end in the middle of a directive. Repair that first."),
    ("", None, "nginx has no server on port 443, and none that could be given TLS. Add a site."),
    (TLS + "}", "http { include sites-enabled/*; }", "does not include /etc/nginx/conf.d/zz-intransit-tls.conf"),
    ("server { listen 80; real_ip_header X; }", None, "TLS may end in front of it"),
])
def test_reasons_to_stop(plan_for: Any, site: str, main: str | None, words: str) -> None:
    plan = plan_for(site, main) if main else plan_for(site)
    assert words in " ".join(plan["blocking"])


def test_the_test_instance_finds_names_of_servers_behind_and_no_socket_of_the_daemon(plan_for: Any) -> None:
    plan = plan_for("server { listen 80; listen unix:/run/n.sock; location / { proxy_pass http://b.internal; } }")
    instance = plan["validation"]["instance"]
    assert instance["edits"] == [{"kind": "file", "path": "/etc/hosts", "content": "127.0.0.1 localhost\n127.0.0.1 b.internal\n"}]
    assert instance["remove"] == ["/run/nginx.pid", "/var/log/nginx/*.log", "/run/n.sock"]
    assert plan["validation"]["own_check"] == ["nginx", "-t", "-q"]
    assert [row["name"] for row in instance["comparisons"]] == ["web.example.org"]
    locked = plan_for("server { listen 80; }", client_certificate="required")
    assert locked["validation"]["instance"]["comparisons"] == []


def test_certificate_names_are_those_of_the_halves(plan_for: Any) -> None:
    plan = plan_for("server { listen 80; server_name a.example *.b.example .c.example www.* ~x; }")
    assert plan["certificate_entries"][0]["subject_alt_names"] == [
        "web.example.org", "a.example", "*.b.example", "c.example", "*.c.example"]


def test_where_plaintext_ends(planned: Any) -> None:
    ends = {word: [(row["port"], row["closed"], row["redirected"]) for row in planned("nginx", plain_http=word)["ending"]]
            for word in ("redirect", "close", "leave")}
    assert ends == {"redirect": [(80, False, True)], "close": [(80, True, False)], "leave": []}


def test_the_default_server_of_a_socket_stays_the_one_that_it_was(plan_for: Any) -> None:
    site = ("server {\n listen 80;\n server_name a.example;\n}\n"
            "server {\n listen 443 ssl http2;\n server_name b.example;\n}\n")
    added, disabled = edits(plan_for(site, vhost="always"))
    assert "listen 443 ssl http2 default_server;" in added[1] and disabled == [6]
    kept = edits(plan_for(site.replace("http2", "default_server"), vhost="always"))
    assert "default_server" not in str(kept) and kept[1] == []
    later = "\n".join([*site.split("\n")[4:-1], *site.split("\n")[:4], ""])
    assert "default_server" not in str(edits(plan_for(later, vhost="always")))


def test_cookies_are_secure_unless_a_site_stays_in_clear_text(plan_for: Any) -> None:
    assert values(plan_for("server { listen 80; }"))["cookies"] is True
    assert values(plan_for("server { listen 80; }", secure_cookies="never"))["cookies"] is False
    assert values(plan_for("server { listen 80; }", plain_http="leave"))["cookies"] is False
    assert values(plan_for("server { listen 80; }", plain_http="leave", secure_cookies="always"))["cookies"] is True
    assert values(plan_for("server { listen 80; }", plain_http="close"))["cookies"] is True
    assert values(plan_for(TLS + "}"))["cookies"] is True
    front = "server { listen 80; server_name front.example; if ($http_x_forwarded_proto = http) { return 301 https://$host$uri; } }"
    assert values(plan_for(f"server {{ listen 80; server_name web.example.org; }} {front}"))["cookies"] is False


def test_what_nginx_cannot_do_for_cookies_is_said(plan_for: Any) -> None:
    site = TLS + " location /a { fastcgi_pass unix:/x; }\n location /b { proxy_cookie_flags ~ samesite=lax; }\n}"
    warnings = [row for row in plan_for(site)["warnings"] if "Secure" in row]
    assert f"nginx by itself cannot add Secure to cookies of FastCGI, uwsgi and SCGI ({SITE}:5). Set nginx_tls_njs" in warnings[0]
    assert warnings[1].startswith(f"{SITE}:6 `proxy_cookie_flags` keeps cookies there without Secure.")
    assert not [row for row in plan_for(site, secure_cookies="never")["warnings"] if "Secure" in row]


def test_servers_behind_are_told_the_protocol_in_every_block(plan_for: Any) -> None:
    site = (TLS + " location /a {\n proxy_set_header Host $host;\n proxy_pass http://127.0.0.1;\n }\n location /b {\n"
            " proxy_set_header x-forwarded-proto https;\n }\n location /c {\n fastcgi_param A b;\n proxy_set_header Host x;\n }\n}")
    plan = plan_for(site)
    header, param = values(plan)["forwards"]
    assert header == "proxy_set_header X-Forwarded-Proto $intransit_tls_proto;"
    assert param == "fastcgi_param HTTP_X_FORWARDED_PROTO $intransit_tls_proto;"
    added = [words for words in edits(plan)[0] if "FORWARDED" in words.upper()]
    assert added == [header, f"{param} {header}"]
    assert values(plan)["forwarded_in_clear"] == "http"
    assert values(plan_for("server { listen 80; }", plain_http="leave"))["forwarded_in_clear"] == "$http_x_forwarded_proto"
    off = plan_for(site, forwarded_proto=False)
    assert values(off)["forwards"] == [] and not [words for words in edits(off)[0] if "FORWARDED" in words.upper()]


def test_a_line_of_others_about_the_protocol_at_the_level_of_http_stands(plan_for: Any) -> None:
    main = "http { proxy_set_header X-Forwarded-Proto $scheme; include conf.d/*.conf; include sites-enabled/*; }"
    assert values(plan_for(TLS + "}", main))["forwards"] == ["fastcgi_param HTTP_X_FORWARDED_PROTO $intransit_tls_proto;"]


def test_a_protocol_that_a_client_may_make_up_is_named(plan_for: Any) -> None:
    line = " location / {\n proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;\n }\n}"
    words = "passes on what a client says of the protocol"
    assert [row for row in plan_for(TLS + line)["warnings"] if words in row]
    assert not [row for row in plan_for(TLS + line, forwarded_proto=False)["warnings"] if words in row]


def test_njs_adds_secure_to_cookies_of_fastcgi(plan_for: Any) -> None:
    main = "load_module modules/ngx_http_js_module.so;\n" + MAIN
    site = TLS + " location /a {\n fastcgi_pass unix:/x; }\n location /b {\n uwsgi_pass unix:/x; js_header_filter own.one; }\n}"
    plan = plan_for(site, main)
    assert edits(plan)[0].count("js_header_filter intransit_tls.secure;") == 1
    assert values(plan)["script"] == SCRIPT and plan["templates"][SCRIPT]["template"] == "nginx/cookies.js.j2"
    (warning,) = [row for row in plan["warnings"] if "Secure" in row]
    assert warning.startswith(f"{SITE}:8: the `js_header_filter` there keeps the role from adding Secure")
    never = plan_for(site, main, secure_cookies="never")
    assert values(never)["script"] == "" and not [row for row in never["warnings"] if "Secure" in row]
    assert [row["state"] for row in never["changes"] if row["path"] == SCRIPT] == ["absent"]


def test_packages_that_options_need() -> None:
    backend = {"name": "x", "ca_file": "/ca", "server_name": "x"}
    assert plans.needs_of("nginx", {})["packages"] == ["nginx"]
    assert plans.needs_of("nginx", {"nginx_tls_njs": True, "nginx_tls_backends": [backend]})["packages"] == [
        "nginx", "libnginx-mod-http-js", "openssl"]


PROXIES = ("stream {\n ssl_protocols TLSv1;\n server { listen 636 ssl; proxy_pass 127.0.0.1:389; }\n"
           " server { listen 5432; proxy_pass 127.0.0.1:5433; }\n server { listen 53 udp; proxy_pass 127.0.0.1:54; }\n}\n"
           "mail {\n auth_http 127.0.0.1:9000/x;\n server_name mx.example;\n server { listen 143; protocol imap; starttls on; }\n"
           " server { listen 144; protocol imap; starttls only; }\n server { listen 127.0.0.1:145; protocol imap; }\n"
           " server { listen 993 ssl; protocol imap; ssl_protocols TLSv1; }\n server { listen 587; starttls only; }\n}\n")


def test_stream_and_mail_are_ruled_and_their_clear_ports_named(plan_for: Any) -> None:
    main = "http {\n include conf.d/*.conf;\n include sites-enabled/*;\n}\n" + PROXIES
    site = "server { listen 443 ssl; server_name a.example; ssl_certificate a; ssl_certificate_key b; }"
    plan = plan_for(site, main, overrides="neutralise")
    values = next(change["values"] for change in plan["changes"] if change["path"] == "/etc/nginx/nginx.conf")
    after = marks.edit(main, values)
    assert after.count("ssl_protocols TLSv1.2 TLSv1.3; ") == 2 and "# disabled by intransit.tls:  ssl_protocols TLSv1;" in after
    assert marks.remove_marks(after) == main
    rows = {(row["port"], row["protocol"], row["server_name"]) for row in plan["endpoints"]} - {(443, "https", "a.example")}
    assert {(636, "tls"), (143, "imap"), (144, "imap"), (993, "imaps"), (587, "submission")} <= {row[:2] for row in rows}
    assert (143, "imap", "mx.example") in rows and not [row for row in plan["confirmation"]["endpoints"] if row["port"] in (636, 143, 993)]
    clear = [line for line in plan["warnings"] if "takes connections in clear text" in line]
    assert len(clear) == 2 and "the server of stream on port 5432" in clear[0] and "the server of mail on port 143" in clear[1]
    # A line that shares its place with others is said; one of its own becomes a comment.
    assert any("`ssl_protocols` shares its line" in line for line in plan["warnings"])
    stops = plan_for(site, main, data_class="secret", client_ca_file="/ca.pem")["blocking"]
    assert [line for line in stops if "takes connections in clear text" in line] == clear


def test_a_block_that_ends_no_tls_is_left_alone(plan_for: Any) -> None:
    main = "http {\n include conf.d/*.conf;\n}\nstream {\n server { listen 5432; proxy_pass 127.0.0.1:5433; }\n}\n"
    plan = plan_for("", main)
    assert all(change["path"] != "/etc/nginx/nginx.conf" for change in plan["changes"])
