# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way to the servers behind: what is in clear text or not verified is named, and TLS is made of it on request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError

APP = {"name": "app", "ca_file": "/ca.pem", "server_name": "app.example"}
TLS = " ssl verify required ca-file /ca.pem sni str(app.example) verifyhost app.example"


@pytest.mark.parametrize(("server", "port", "line"), [
    ("10.0.0.5:8080 check inter 5s", 0, "10.0.0.5:8080 check inter 5s" + TLS + " check-sni app.example"),
    ("10.0.0.5:8080", 8443, "10.0.0.5:8443" + TLS), ("app.example", 0, "app.example:443" + TLS),
    ("[2001:db8::1]:80 ssl verify none sni str(x) weight 5", 0, "[2001:db8::1]:80 weight 5" + TLS)])
def test_a_backend_becomes_tls(edited: Any, server: str, port: int, line: str) -> None:
    text = edited(f"backend app\n server a {server} # why\n server b /run/app.sock\n", backends=[{**APP, "port": port}])
    assert f" server a {line} # added by intransit.tls\n" in text and "\n server b /run/app.sock" in text
    assert f"# disabled by intransit.tls:  server a {server} # why\n" in text


def test_each_server_is_asked_before_it_is_used(plan_for: Any) -> None:
    plan = plan_for("backend app\n server a 10.0.0.5:80\n server b 10.0.0.6:80 disabled\n", backends=[APP])
    own = plan["validation"]["own_check"]
    assert own[:2] == ["/bin/sh", "-c"] and own[3:] == ["sh", "10.0.0.5:80", "/ca.pem", "app.example", ""]
    assert own[2].startswith("/usr/sbin/haproxy -c -f /etc/haproxy/haproxy.cfg || exit 1\n")
    assert plan["validation"]["authorities"] == plan["validation"]["requires"] == ["/ca.pem"]
    assert plan["warnings"] == []


@pytest.mark.parametrize(("proxies", "options", "words"), [
    ("backend app\n server a 10.0.0.5:80\n", {}, "backend app sends to 10.0.0.5 in clear text"),
    ("backend app\n server a app.example:80\n", {}, "sends to app.example in clear text"),
    ("backend app\n server a 127.0.0.1:80\n server b /run/x\n server c localhost:80\n", {}, ""),
    ("backend app\n server a 10.0.0.5:80\n", {"private_networks": ["10.0.0.0/8"]}, ""),
    ("backend app\n server a app.example:80\n", {"private_networks": ["10.0.0.0/8"]}, "in clear text"),
    ("backend app\n server a 10.0.0.5:443 ssl verify none\n", {}, "takes any certificate from 10.0.0.5"),
    ("backend app\n server a 10.0.0.5:443 ssl ca-file /ca\n", {}, "a certificate for any name"),
    ("backend app\n server a 10.0.0.5:443 ssl ca-file /ca verifyhost x\n", {}, ""),
    ("backend app\n default-server ssl ca-file /ca sni str(x)\n server a 10.0.0.5:443\n", {}, ""),
    ("backend app\n mode tcp\n server a 10.0.0.5:443\n", {}, ""),
    ("frontend f\n mode tcp\n bind :993 ssl crt /x\n use_backend app if x\nbackend app\n mode tcp\n server a 10.0.0.5:143\n", {}, "in clear text"),
    ("listen app\n mode tcp\n bind :993 ssl crt /x\n server a 10.0.0.5:143\n", {}, "listen app sends to 10.0.0.5"),
])
def test_legs_in_clear_text_or_not_verified(plan_for: Any, proxies: str, options: Any, words: str) -> None:
    found = [line for line in plan_for(proxies, **options)["warnings"] if "haproxy_tls_backends" in line]
    assert len(found) == bool(words) and words in "".join(found)
    assert plan_for(proxies, **options)["blocking"] == []
    for data_class in ("confidential", "secret"):
        stops = plan_for(proxies, data_class=data_class, client_ca_file="/ca.pem", **options)["blocking"]
        assert len(stops) == bool(words) and words in "".join(stops)


def test_an_entry_without_a_server_stops_the_run_unless_the_files_cannot_be_read(plan_for: Any) -> None:
    (stop,) = plan_for("backend app\n server a 10.0.0.5:80\n", backends=[APP, {**APP, "name": "gone"}])["blocking"]
    assert stop.startswith("haproxy_tls_backends names gone, and HAProxy has no backend")
    (stop,) = plan_for("x 'y\n", backends=[APP])["blocking"]
    assert "has a quote" in stop


@pytest.mark.parametrize(("entry", "words"), [
    ({"name": "app"}, "lacks ca_file, server_name"),
    ({**APP, "verify": "none"}, "has verify"), ({**APP, "ca_file": "a b"}, "ca_file"), ({**APP, "server_name": "a b"}, "server_name"),
    ({**APP, "port": 70000}, "port")])
def test_entries_that_cannot_be_used(plan_for: Any, entry: Any, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        plan_for("backend app\n server a 10.0.0.5:80\n", backends=[entry])
