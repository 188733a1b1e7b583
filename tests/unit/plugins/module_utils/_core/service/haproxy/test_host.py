# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts of a configuration of HAProxy, as people write it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import CONF, HOST
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Printed

SHOWN = ('ExecStart={ path=/usr/sbin/haproxy ; argv[]=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS ; ignore_errors=no }\n'
         'Environment=CONFIG=/etc/haproxy/haproxy.cfg PIDFILE=/run/haproxy.pid "EXTRAOPTS=-S /run/haproxy-master.sock"\n'
         'EnvironmentFiles=/etc/default/haproxy (ignore_errors=yes)\n')


@pytest.mark.parametrize(("shown", "defaults", "arguments"), [
    (SHOWN, "#CONFIG=x\n", ["-f", CONF]),
    (SHOWN, 'EXTRAOPTS="-S /run/s -f /etc/haproxy/conf.d"\n', ["-f", CONF, "-f", "/etc/haproxy/conf.d/1.cfg", "-f", "/etc/haproxy/conf.d/2.cfg"]),
    (SHOWN, "CONFIG=h.cfg\nEXTRAOPTS='-C /srv'\n", ["-C", "/srv", "-f", "/srv/h.cfg"]),
    (SHOWN.replace("$CONFIG", "${CONFIG}").replace("$EXTRAOPTS", "-- /more.cfg"), "", ["-f", CONF, "-f", "/more.cfg"]),
    ("", "CONFIG=/srv/h.cfg\n", ["-f", "/srv/h.cfg"]),
    ("", "", ["-f", CONF]),
])
def test_the_unit_names_the_files(scripted: Any, shown: str, defaults: str, arguments: list[str]) -> None:
    paths = [CONF, "/etc/haproxy/conf.d/1.cfg", "/etc/haproxy/conf.d/2.cfg", "/more.cfg", "/srv/h.cfg"]
    host = scripted({**dict.fromkeys(paths, "global\n"), "/etc/default/haproxy": defaults},
                    {"systemctl show": shown} if shown else {}, folders=["/etc/haproxy/conf.d"])
    found = host.drive(HOST.read())
    assert found["arguments"] == arguments and found["problems"] == []
    assert list(found["files"]) == [value for option, value in pairwise(arguments) if option == "-f"]


def test_sockets(reads: Any) -> None:
    found = reads("frontend a\n bind 192.0.2.1:80,[::]:81 v4v6 name ssl\n bind /run/x.sock\n bind :90-95\n bind fd@3\n"
                  " bind quic4@:443 ssl\n bind *:443 ssl crt /x accept-proxy\n bind ipv4@127.0.0.1:82\n bind \"${A}:83\"\n")
    binds = found["proxies"][0]["binds"]
    assert [[(row["address"], row["port"], row["exposed"], row["odd"]) for row in bind["sockets"]] for bind in binds] == [
        [("192.0.2.1", 80, True, False), ("", 81, True, False)], [("", 0, False, False)], [("", 0, False, True)],
        [("", 0, False, True)], [("", 0, False, False)], [("", 443, True, False)], [("127.0.0.1", 82, False, False)],
        [("${A}", 83, True, False)]]
    assert [bind["tls"] for bind in binds] == [False] * 4 + [True, True, False, False]
    assert [bind["proxy"] for bind in binds] == [False] * 5 + [True, False, False]
    assert binds[0]["extra"] == ["v4v6"] and binds[-1]["unclear"] and not binds[0]["unclear"]


def test_what_a_proxy_inherits_from_defaults(reads: Any) -> None:
    found = reads("frontend a\n bind :80\ndefaults tcp\n default-server ssl verify none check\nbackend b\n server s app.example:80 no-ssl\n"
                  " server t [2001:db8::1]:443 verify required\n server-template u 1-3 [::1]:90 check\n server v 2001:db8::2\n"
                  "backend c from tcp\n mode http\nbackend d from unknown\ndefaults\nlisten e\n", "global\ndefaults\n mode http\n")
    assert [(row["name"], row["http"]) for row in found["proxies"]] == [
        ("a", True), ("b", False), ("c", True), ("d", False), ("e", False)]
    servers = found["proxies"][1]["servers"]
    assert [(row["name"], row["host"], row["port"], row["said"]) for row in servers] == [
        ("s", "app.example", "80", {"verify": "none", "check": ""}),
        ("t", "2001:db8::1", "443", {"ssl": "", "verify": "required", "check": ""}),
        ("u", "::1", "90", {"ssl": "", "verify": "none", "check": ""}), ("v", "2001:db8::2", "", {"ssl": "", "verify": "none", "check": ""})]
    assert found["upstreams"] == ["app.example"]


@pytest.mark.parametrize(("rule", "empty"), [
    ("redirect scheme https", True), ("redirect scheme https code 301", True), ("http-request redirect scheme https code 308", True),
    ("redirect scheme https if !{ ssl_fc }", False), ("http-request redirect location https://a.example/ code 302", True),
    ("redirect prefix http://a", False), ("http-request deny", True), ("http-request deny deny_status 404", True),
    ("http-request deny if x", False), ("http-request set-header a redirect", False),
])
def test_proxies_that_only_lead_away(reads: Any, rule: str, empty: bool) -> None:
    assert reads(f"frontend a\n bind :80\n {rule}\n")["proxies"][0]["empty"] is empty


@pytest.mark.parametrize(("rule", "front"), [
    ("http-request redirect scheme https unless { hdr(X-Forwarded-Proto) https }", True),
    ("acl tls req.hdr(x-forwarded-ssl) on", True), ("acl tls hdr_str(front-end-https) -m found", True),
    ("http-request set-header X-Forwarded-Proto https", False), ("acl a hdr(host) x", False)])
def test_tls_may_end_in_front(reads: Any, rule: str, front: bool) -> None:
    assert reads(f"frontend a\n bind :80\n {rule}\n")["proxies"][0]["front"] == (f"{CONF}:7 `{rule.split(' ')[0]}`" if front else "")


def test_nothing_secret_is_reported(reads: Any) -> None:
    found = reads("userlist u\n user a insecure-password secret\nfrontend a\n bind :443 ssl generate-certificates ca-sign-pass secret\n"
                  " http-request set-header Authorization secret\n stats auth a:secret\n")
    assert "secret" not in str(found) and found["proxies"][0]["binds"][0]["unclear"]


def test_edits_of_an_earlier_run_are_not_there(reads: Any) -> None:
    found = reads("frontend a\n    bind :443 ssl crt /x # added by intransit.tls\n    http-request redirect # added by intransit.tls\n"
                  '# disabled by intransit.tls:  bind :80\n     x "max-age=5" # added by intransit.tls\n bind :81\n')
    (proxy,) = found["proxies"]
    assert [(bind["sockets"][0]["port"], bind["lines"], bind["shown"]) for bind in proxy["binds"]] == [(80, [6], 8), (81, [7], 10)]
    assert (found["present_hsts"], found["present_redirect"], found["files"][CONF]["edited"]) == ("max-age=5", True, True)


def test_global_settings_and_where_they_stand(reads: Any) -> None:
    top = "frontend a\n bind :80\nglobal\n ssl-default-bind-ciphers X\n ssl-default-bind-client-sigalgs Y\n ssl-server-verify none\n"
    found = reads("", top)
    assert [row["words"] for row in found["settings"]] == [["ssl-default-bind-ciphers", "X"], ["ssl-server-verify", "none"]]
    assert found["late"] == CONF + ":3" and found["global"]["lines"] == [3]
    assert reads("frontend a\n bind :80\nglobal\n")["late"] == "" and reads("", "frontend a\n")["global"] is None


LIST = "/etc/haproxy/list.txt"


def test_crt_lists_and_certificates(scripted: Any) -> None:
    files = {CONF: f"global\n crt-base /etc/ssl/private\nfrontend a\n bind :443 ssl crt site.pem crt /etc/certs crt /gone crt-list {LIST}\n",
             LIST: "# none\n/srv/a.pem [ssl-min-ver TLSv1.0 alpn h2] a.example !b.example # old\n/srv/b.pem c.example\n",
             "/etc/ssl/private/site.pem": "", "/srv/a.pem": "", "/srv/a.pem.key": "", "/etc/certs/1.pem": "", "/etc/certs/1.pem.key": ""}
    host = scripted(files, folders=["/etc/certs"])
    found = host.drive(HOST.read())
    assert [(row["certificate"], row["private_key"]) for row in found["present_certificates"]] == [
        ("/etc/ssl/private/site.pem", "/etc/ssl/private/site.pem"), ("/etc/certs/1.pem", "/etc/certs/1.pem.key"),
        ("/srv/a.pem", "/srv/a.pem.key")]
    (row,) = found["listed"]
    assert (row["shown"], [option[:2] for option in row["options"]]) == (2, [("ssl-min-ver", "TLSv1.0"), ("alpn", "h2")])
    assert set(found["files"]) == {CONF, LIST}


@pytest.mark.parametrize(("proxies", "files", "words"), [
    ("", {CONF: None}, f"{CONF} cannot be read: Input/output error, and HAProxy reads it."),
    ("frontend a\n bind 'x\n", {}, f"{CONF}:6 has a quote"),
    ("frontend a\n bind :443 ssl crt-list /gone\n", {}, "/gone cannot be read: No such file or directory, and HAProxy"),
])
def test_what_cannot_be_read_is_a_problem(reads: Any, proxies: str, files: Any, words: str) -> None:
    assert reads(proxies, files=files)["problems"][0].startswith(words)


def test_cipher_lists_in_force(scripted: Any) -> None:
    def listed(text: str) -> list[tuple[str, str]]:
        host = scripted({CONF: text, LIST: "/a [ciphers LISTED]\n"}, {"systemctl": Printed(False)})
        return [(row.value, row.where) for row in host.drive(HOST.cipher_settings("openssl"))]

    assert listed("global\n daemon\n") == [("DEFAULT", BUILT_IN)]
    assert listed(f"global\n ssl-default-bind-ciphers OLD\n ssl-default-bind-ciphers NEW # added by intransit.tls\nfrontend a\n"
                  f" bind :1 ssl ciphers OWN crt-list {LIST}\n") == [("NEW", CONF + ":3"), ("OWN", CONF + ":5"), ("LISTED", LIST + ":1")]
    with pytest.raises(DialectError, match="is in no section"):
        listed("x\n")
