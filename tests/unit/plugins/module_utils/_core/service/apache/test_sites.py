# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of each plain site, and to which names plain http leads."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.sites import (
    Sites,
    decide,
    list_comparisons,
    list_redirects,
)

OPTIONS = {"server_name": "www.shop.example", "port": 443, "http_port": 80, "document_root": "", "redirect_host": "", "plain_http": "policy",
           "redirect_exempt": ["/.well-known/acme-challenge/"], "trusted_proxies": []}


def host(name: Any, *ports: int, tls: bool = False, aliases: Any = (), addresses: Any = None, unclear: Any = ()) -> dict[str, Any]:
    ports = ports or (443 if tls else 80,)
    return {"key": f"/s.conf:{name}:{ports}", "file": "/s.conf", "line": 7, "server_name": name, "ports": list(ports),
            "aliases": list(aliases), "tls": tls, "unclear": list(unclear), "front": "",
            "addresses": addresses or [f"*:{port}" for port in ports]}


def decided(*hosts: dict[str, Any], make: bool = False, listens: Any = None, **options: Any) -> Sites:
    listens = listens if listens is not None else [{"address": "", "port": port} for port in (80, 443, 8081)]
    return decide({"vhosts": list(hosts), "listens": listens}, dict(OPTIONS, **options), make)


def left(sites: Sites) -> list[Any]:
    return [(row["name"], row["ports"]) for row in sites.left]


def test_a_site_without_tls_beside_one_that_has_it_is_left_and_named() -> None:
    sites = decided(host("www.shop.example", tls=True), host("wiki.shop.example"), host("old.shop.example"))
    assert left(sites) == [("wiki.shop.example", [80]), ("old.shop.example", [80])]
    assert sites.redirected == ["www.shop.example"] and sites.made == []
    assert "/s.conf:7: wiki.shop.example (port 80)" in sites.left[0]["sentence"]


def test_a_site_behind_a_tls_end_is_left_and_named_unless_a_redirect_is_asked_for() -> None:
    behind = {**host("www.shop.example", aliases=["shop.example"]), "front": "/s.conf:9 `RemoteIPHeader`"}
    sites = decided(behind, make=True)
    assert left(sites) == [("www.shop.example", [80]), ("shop.example", [80])] and sites.made == sites.redirected == []
    assert "(/s.conf:9 `RemoteIPHeader`)" in sites.left[0]["sentence"] and not sites.others_redirected
    assert left(decided(behind, host("www.shop.example", tls=True))) == left(sites)
    assert decided(behind, make=True, plain_http="redirect").redirected == ["shop.example", "www.shop.example"]


def test_a_trusted_proxy_says_who_came_over_tls() -> None:
    behind = {**host("www.shop.example"), "front": "/s.conf:9 `RewriteCond`"}
    options = {**OPTIONS, "trusted_proxies": ["192.0.2.7/32", "2001:db8::/64"]}
    sites = decide({"vhosts": [behind], "listens": [{"address": "", "port": 80}]}, options, True)
    assert sites.redirected == ["www.shop.example"] and sites.left == []
    assert all("! (tolower(%{HTTP:X-Forwarded-Proto}) == 'https' && (%{CONN_REMOTE_ADDR} -ipmatch '192.0.2.7/32' || "
               "%{CONN_REMOTE_ADDR} -ipmatch '2001:db8::/64'))" in row["condition"]
               for row in list_redirects(sites, options))
    hidden = {**behind, "front": "/s.conf:9 `RemoteIPProxyProtocol`"}
    assert decided(hidden, make=True, trusted_proxies=["192.0.2.7/32"]).redirected == []


def test_asked_for_it_is_given_one_on_all_addresses() -> None:
    sites = decided(host("www.shop.example", tls=True), host("wiki.shop.example", addresses=["192.0.2.1:80"]), make=True)
    assert [(site["server_name"], site["addresses"]) for site in sites.made] == [("wiki.shop.example", ["*:443"])]
    assert sites.redirected == ["wiki.shop.example", "www.shop.example"] and sites.left == []


def test_the_first_tls_sites_of_a_server_are_on_the_addresses_of_the_plain_ones() -> None:
    sites = decided(host(None, addresses=["192.0.2.1:80", "[2001:db8::1]:80"]), make=True)
    assert sites.made[0]["addresses"] == ["192.0.2.1:443", "[2001:db8::1]:443"]
    assert sites.made[0]["address"] == "192.0.2.1"


def test_another_port_of_the_same_name_is_never_led_to_that_name() -> None:
    sites = decided(host("www.shop.example", 8081), host("www.shop.example"), make=True)
    assert [site["plain_port"] for site in sites.made] == [80]
    assert left(sites) == [("www.shop.example", [8081])]
    assert all("%{HTTP_HOST} !~ m#:8081$#" in row["condition"] for row in list_redirects(sites, OPTIONS))


def test_an_alias_that_the_tls_site_does_not_have_is_left() -> None:
    sites = decided(host("www.shop.example", tls=True), host("www.shop.example", aliases=["shop.example", "*.shop.example"]))
    assert left(sites) == [("shop.example", [80]), ("*.shop.example", [80])]
    assert sites.redirected == ["www.shop.example"]


def test_a_wildcard_of_a_tls_site_answers_for_names_below_it() -> None:
    sites = decided(host("www.shop.example", tls=True, aliases=["*.shop.example"]), host("a.shop.example"))
    assert sites.left == []
    conditions = [row["condition"] for row in list_redirects(sites, OPTIONS)]
    assert r"tolower(%{SERVER_NAME}) =~ m#^[^/]+\.shop\.example$#" in conditions[0]


def test_a_doubt_leaves_that_site_alone_and_the_others_go_on() -> None:
    sites = decided(host(None), host("a.example", unclear=["/s.conf:9: `RewriteRule` is a doubt."]), make=True)
    assert [site["server_name"] for site in sites.made] == ["www.shop.example"]
    assert left(sites) == [("a.example", [80])] and "/s.conf:9" in sites.left[0]["sentence"]


def test_names_that_no_site_has_lead_to_the_site_only_if_it_answers() -> None:
    known, rest = list_redirects(decided(host(None), make=True), OPTIONS)
    assert known["target"] == "https://%{SERVER_NAME}%{REQUEST_URI}"
    assert rest["target"] == "https://www.shop.example%{REQUEST_URI}" and "'localhost'" in rest["condition"]
    # The default site of the port is left alone, and with it every name that no other site has.
    assert list_redirects(decided(host("first.example"), host("www.shop.example", tls=True)), OPTIONS)[1:] == []
    assert list_redirects(decided(host("x.example", tls=True)), OPTIONS)[1:] == []


def test_a_fixed_host_and_another_port() -> None:
    options = dict(OPTIONS, redirect_host="one.example", port=8443)
    sites = decided(host(None), make=True, redirect_host="one.example", port=8443)
    assert {row["target"] for row in list_redirects(sites, options)} == {"https://one.example:8443%{REQUEST_URI}"}


@pytest.mark.parametrize("addresses, listens", [
    (["127.0.0.1:8080"], [{"address": "127.0.0.1", "port": 8080}]),
    (["[::1]:8080"], [{"address": "", "port": 8080}]),
    (["*:8080"], [{"address": "127.0.0.1", "port": 8080}, {"address": "[::1]", "port": 8080}]),
])
def test_a_site_that_only_the_host_itself_reaches_is_left_in_peace(addresses: Any, listens: Any) -> None:
    site = host("app.example", 8080, addresses=addresses)
    sites = decided(site, make=True, listens=listens)
    assert sites.made == [] and sites.left == [] and sites.local == {site["key"]}


def test_what_is_made_or_redirected_to_is_compared() -> None:
    hosts = [host("www.shop.example", tls=True, addresses=["192.0.2.9:443"], aliases=["*.x.example"]), host("a.example", 81)]
    found = list_comparisons(decided(*hosts, make=True), {"vhosts": hosts, "listens": []}, OPTIONS)
    assert found == [
        {"name": "a.example", "path": "/", "address": "127.0.0.1", "plain_port": 81, "port": 443, "made": True},
        {"name": "www.shop.example", "path": "/", "address": "192.0.2.9", "plain_port": 80, "port": 443, "made": False}]


def test_exempt_paths_are_regular_expressions_that_match_only_themselves() -> None:
    assert r"%{REQUEST_URI} !~ m#^/\.well\-known/acme\-challenge/#" in list_redirects(decided(host(None), make=True), OPTIONS)[0]["condition"]
