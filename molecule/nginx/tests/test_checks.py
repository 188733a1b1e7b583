# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a good host refuses and serves, with openssl and curl; each check has to fail on the weak host."""

from __future__ import annotations

from typing import Any

import pytest

testinfra_hosts = ["ansible://good", "ansible://weak"]
LOOSE = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
HSTS = {"strict-transport-security": ["max-age=63072000; includeSubDomains"]}
REFUSED = {
    "tls_1_0": ("-tls1", "-cipher", LOOSE),
    "tls_1_1": ("-tls1_1", "-cipher", LOOSE),
    "cbc": ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"),
    "static_rsa_and_dhe": ("-tls1_2", "-cipher", "kRSA:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
    "foreign_groups": ("-tls1_2", "-groups", "P-521:X448"),
    "an_unknown_name": ("-tls1_2", "-servername", "evil.example"),
}
PAGES = {
    "content_on_80": ("http://{name}/a?b=c", 301, {"location": ["https://{name}/a?b=c"]}),
    "content_for_an_unknown_name": ("http://evil.example/", 301, {"location": ["https://{name}/"]}),
    "content_of_another_site": ("http://sub.shop.example/headers", 301, {"location": ["https://sub.shop.example/headers"]}),
    "hsts": ("https://{name}/", 200, HSTS),
    "hsts_of_an_error": ("https://shop.example/php", 502, HSTS),
    "hsts_beside_another_header": ("https://shop.example/headers", 200, {**HSTS, "x-own": ["yes"]}),
    "version": ("https://shop.example/", 200, {"server": ["nginx"]}),
    "a_redirect_that_was_there": ("http://moved.example/", 301, {"location": ["https://shop.example/moved"]}),
}


def holds(wire: Any, host: Any, name: str) -> None:
    """Assert one check by its name."""
    if name in REFUSED:
        said = wire.openssl(443, *REFUSED[name]).said
        assert "CONNECTED" in said, f"not even connected: {said}"
        assert "Cipher is (NONE)" in said and "alert" in said, said
    elif name in PAGES:
        url, status, headers = PAGES[name]
        reply = wire.curl(url)
        wanted = {key: [value.replace("{name}", wire.hostname) for value in values] for key, values in headers.items()}
        assert reply.status == status, reply
        assert {key: reply.headers.get(key) for key in wanted} == wanted, reply
    elif name == "http_2":
        assert "ALPN protocol: h2" in wire.openssl(443, "-alpn", "h2").said
    elif name == "tickets":
        said = wire.openssl(443, "-tls1_2").said
        assert "Cipher is ECDHE" in said and "TLS session ticket:" not in said, said
    else:
        assert host.socket("tcp://0.0.0.0:443").is_listening and not host.socket("tcp://0.0.0.0:8080").is_listening


@pytest.mark.parametrize("name", [*REFUSED, *PAGES, "http_2", "tickets", "ports"])
def test_the_good_hosts_hold_and_the_weak_one_does_not(wire: Any, host: Any, name: str) -> None:
    if wire.name != "weak":
        holds(wire, host, name)
        return
    with pytest.raises(AssertionError) as caught:
        holds(wire, host, name)
    assert "not even connected" not in str(caught.value)


def test_what_the_policy_allows_works(wire: Any, host: Any) -> None:
    assert wire.curl("https://{name}/").body.startswith("the page of")
    assert wire.curl("http://{name}/.well-known/acme-challenge/none").status == 404
    assert host.run("curl -s http://127.0.0.1:8080/").stdout.startswith("Active connections") or wire.name == "weak"


def test_nginx_reads_the_same_files(root: Any) -> None:
    facts = root.ansible("intransit.tls.service_info", "services=nginx", check=False, become=True)["services"]["nginx"]
    printed = root.check_output("nginx -T 2>/dev/null | sed -n 's/^# configuration file \\(.*\\):$/\\1/p'").splitlines()
    assert set(printed) - {"/etc/nginx/conf.d/zz-intransit-tls.conf"} == set(facts["files"])
