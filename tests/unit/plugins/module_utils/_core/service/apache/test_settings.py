# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the Apache templates are told, and what is refused before it reaches a file."""

from __future__ import annotations

from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache import settings as apache

OPENSSL = {"cipher_string": "A:B", "ciphersuites": "C", "groups": "X25519", "sigalgs": "ed25519"}


def options(**changed: Any) -> dict[str, Any]:
    base = dict(server_name="www.example.org", port=443, http_port=80, vhost="auto", document_root="", overrides="report",
                redirect_host="", redirect_exempt=["/.well-known/acme-challenge/"], trusted_proxies=[], hsts_max_age=None,
                hsts_include_subdomains=None, hsts_preload=None, client_certificate="policy", plain_http="policy", private_authority=False, client_ca_file="")
    return dict(base, **changed)


def host(**changed: Any) -> dict[str, Any]:
    base = dict(file="/etc/apache2/sites-enabled/a.conf", line=1, macro="", addresses=["*:80"], ports=[80],
                server_name=None, aliases=[], document_root="/srv/a", tls=False, unclear=[], front="")
    made = dict(base, **changed)
    return dict(dict(key=f"{made['file']}:{made['line']}"), **made)


def seen(*vhosts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    listens = [
        {"address": "", "port": port, "protocol": protocol, "file": "/ports.conf", "line": port, "macro": "",
         "text": f"Listen {port}"}
        for port, protocol in ((80, "http"), (443, "https"))
    ]
    return dict(dict(vhosts=list(vhosts), listens=listens, overrides=[], problems=[],
                     present_hsts="max-age=63072000", present_redirect=False), **changed)


def settings(look: dict[str, Any], profile: str = "intermediate", **changed: Any) -> dict[str, Any]:
    return apache.make_settings(resolve(profile=profile), OPENSSL, look, options(**changed))


def test_the_policy_in_apaches_words() -> None:
    made = settings(seen(host()))
    assert made["protocol"] == "-all +TLSv1.2 +TLSv1.3"
    assert made["hsts"] == "max-age=63072000" and made["warnings"] == []
    assert "HSTS is switched on for www.example.org" in settings(seen(host(), present_hsts=""))["warnings"][0]
    assert made["honor_order"] is False
    assert made["verify_client"] == "none"


def test_a_host_without_a_tls_vhost_gets_one_for_its_site() -> None:
    made = settings(seen(host()))
    assert made["make_site"] is True
    assert made["document_root"] == "/srv/a"
    assert settings(seen(host(tls=True, ports=[443])))["make_site"] is False
    assert settings(seen(host(tls=True, ports=[8443])))["make_site"] is True
    assert settings(seen(host(tls=True, ports=[443])), vhost="always")["make_site"] is True


def test_every_plain_site_is_given_a_tls_site_and_its_names_a_certificate() -> None:
    shop = host(server_name="shop.example.org", aliases=["*.shop.example.org", "e'f"], line=9)
    made = settings(seen(host(), shop, host(server_name="SHOP.example.org", line=19)))
    assert [(site["server_name"], site["key"]) for site in made["sites"]] == [
        ("www.example.org", "/etc/apache2/sites-enabled/a.conf:1"), ("shop.example.org", "/etc/apache2/sites-enabled/a.conf:9")]
    assert made["names"] == ["www.example.org", "shop.example.org", "*.shop.example.org"]
    assert {row["server_name"] for row in made["endpoints"] if row["protocol"] == "https"} == {
        "www.example.org", "shop.example.org"}
    assert settings(seen(host()), document_root="/srv/x")["sites"] == []
    assert settings(seen(host(), host(tls=True, ports=[443], line=9)))["sites"] == []


def test_what_apache_does_not_take_blocks_the_run() -> None:
    assert settings(seen(problems=["Apache does not take its configuration."]))["blocking"] == [
        "Apache does not take its configuration. Repair that first."]


def test_the_sites_own_folder_comes_before_the_first_one() -> None:
    other = host(document_root="/srv/www", server_name="www.example.org")
    assert settings(seen(host(), dict(other, line=9)))["document_root"] == "/srv/www"


def test_a_port_is_opened_only_where_nobody_opens_it() -> None:
    assert settings(seen())["own_listens"] == []
    assert settings(seen(), port=8443)["own_listens"] == [8443]


def test_client_certificates_need_an_authority() -> None:
    assert settings(seen(), client_certificate="required")["blocking"] != []
    assert settings(seen(), client_certificate="required", private_authority=True)["blocking"] == []
    made = settings(seen(), client_certificate="required", client_ca_file="/etc/ssl/ca.pem")
    assert made["blocking"] == [] and made["verify_client"] == "require"


def test_overrides_report_block_or_are_taken_out() -> None:
    override = dict(file="/a.conf", line=3, macro="", text="SSLProtocol all", where="<virtualhost *:443>", sentence="allows TLSv1",
                    vhost="/a.conf:1")
    look = seen(host(file="/a.conf", tls=True, ports=[443], server_name="www.example.org"), overrides=[override])
    report = settings(look)
    assert "/a.conf:3" in report["warnings"][0] and report["blocking"] == [] and report["disable"] == []
    assert settings(look, overrides="fail")["blocking"] == report["warnings"]
    in_macro = settings(dict(look, overrides=[dict(override, macro="line 2 of macro x")]), overrides="neutralise")
    assert in_macro["disable"] == [] and "line 2 of macro x" in in_macro["warnings"][0]
    assert settings(look, overrides="neutralise")["disable"] == [
        {"path": "/a.conf", "lines": [{"number": 3, "text": "SSLProtocol all"}]}]
    rows = {(row["port"], row["protocol"]): row["overridden"] for row in report["endpoints"]}
    assert rows == {(443, "https"): True, (80, "http"): False}


def test_a_policy_without_any_plaintext_closes_the_plain_port() -> None:
    closed = [{"path": "/ports.conf", "lines": [{"number": 80, "text": "Listen 80"}]}]
    made = apache.make_settings(resolve(data_class="secret"), OPENSSL, seen(), options(client_ca_file="/ca.pem"))
    assert made["plain_http"] == "close" and made["disable"] == closed
    assert settings(seen())["plain_http"] == "redirect" and settings(seen())["disable"] == []
    assert settings(seen(), plain_http="close")["disable"] == closed
    assert settings(seen(), "intermediate", plain_http="leave")["disable"] == []


def test_hsts_follows_the_administrator_where_he_says_something() -> None:
    policy = resolve(profile="intermediate")
    assert apache.write_hsts(policy, options(hsts_max_age=0, hsts_include_subdomains=False)) == "max-age=0"
    assert apache.write_hsts(policy, options(hsts_preload=True)).endswith("; preload")
    assert apache.write_hsts(resolve(profile="rfc9325"), options()) == ""


def test_without_a_tls_site_browsers_are_told_nothing() -> None:
    assert not [row for row in settings(seen(host(), present_hsts=""), vhost="never")["warnings"] if "HSTS" in row]


def test_a_tls_site_with_debians_own_certificate_is_named_with_the_way_to_a_real_one() -> None:
    site = host(file="/default-ssl.conf", tls=True, ports=[443], certificate="/etc/ssl/certs/ssl-cert-snakeoil.pem")
    (sentence,) = settings(seen(site))["warnings"]
    assert sentence.startswith("/default-ssl.conf:1: the TLS site www.example.org has Debian's self-signed certificate")
    assert "apache_tls_certificates" in sentence
    assert settings(seen(dict(site, certificate="/srv/a.pem")))["warnings"] == []
