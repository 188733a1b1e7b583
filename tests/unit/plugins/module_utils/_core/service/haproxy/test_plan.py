# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of HAProxy: lines that are added, frontends that get TLS or are left alone, settings of others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import marks
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans
from ansible_collections.intransit.tls.plugins.module_utils._core.service.haproxy.host import CONF

BUNDLE = "/etc/ssl/intransit/web.example.org.haproxy/bundle.pem"
WWW = "frontend www\n bind :80\n default_backend app\nbackend app\n server a 127.0.0.1:8080\n"
TLS = "frontend tls\n bind :443 ssl crt /x.pem{}\n"


def added(text: str) -> list[str]:
    return [line.strip().removesuffix(" " + marks.ADDED) for line in text.splitlines() if marks.ADDED in line]


def test_global_settings_come_first_and_replace_others(edited: Any) -> None:
    top = "global\n daemon\n ssl-default-bind-options force-tlsv10\n ssl-default-bind-curves X25519:prime256v1:secp384r1\ndefaults\n mode http\n"
    text = edited("", top)
    lines = added(text)
    assert lines[0] == "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets prefer-client-ciphers"
    assert [line.split(" ")[0] for line in lines[1:]] == [
        "ssl-default-bind-ciphers", "ssl-default-bind-ciphersuites", "ssl-default-bind-sigalgs", "ssl-default-server-options"]
    assert text.index("ssl-min-ver TLSv1.2") < text.index("daemon")
    assert "# disabled by intransit.tls:  ssl-default-bind-options force-tlsv10" in text and marks.remove_marks(text) == top
    assert not any("sigalgs" in line for line in added(edited("", version="2.6.12-1")))
    modern = added(edited("", profile="modern", session_tickets=True))
    assert "ssl-min-ver TLSv1.3" in modern[0] and "tickets" not in modern[0] and not any("bind-ciphers " in line for line in modern)
    assert " ssl-max-ver TLSv1.2 " in added(edited("", policy={"extends": "intermediate", "protocols": ["TLSv1.2"]}))[0]


def test_a_frontend_without_tls_gets_it_and_redirects(edited: Any, plan_for: Any) -> None:
    text = edited(WWW)
    www = added(text[text.index("frontend www"):])
    assert www == [
        f"bind *:443 ssl crt {BUNDLE} alpn h2,http/1.1",
        "http-request redirect code 301 location https://%[req.hdr(host),field(1,:)]%[pathq] if !{ ssl_fc } "
        "{ req.hdr(host) -m reg ^[A-Za-z0-9._-]+(:[0-9]+)?$ } !{ path_beg /.well-known/acme-challenge/ }",
        "http-request redirect code 301 location https://web.example.org%[pathq] if !{ ssl_fc } !{ path_beg /.well-known/acme-challenge/ }",
        "http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]",
        'http-after-response set-header Strict-Transport-Security "max-age=63072000" if { ssl_fc }',
        r"http-after-response replace-header Set-Cookie '(?i)^((?:(?!;\s*secure(?:\s*;|\s*$)).)*)$' '\1; Secure' if { ssl_fc }"]
    plan = plan_for(WWW)
    assert [(row["port"], row["protocol"]) for row in plan["endpoints"]] == [(443, "https"), (80, "http")]
    assert plan["endpoints"][0]["address"] == "192.0.2.7" and len(plan["confirmation"]["endpoints"]) == 2
    assert plan["confirmation"]["certificate"] == plan["validation"]["requires"][0] == BUNDLE
    assert plan["certificate"]["bundle_form"] == "key_first" and plan["blocking"] == []
    assert [(row["port"], row["redirected"], row["now"]) for row in plan["ending"]] == [(80, True, True)]
    assert plan["activation"] == {"units": ["haproxy.service"], "verb": "reload", "read_by_workers": []}


def test_what_the_options_say(edited: Any) -> None:
    lines = added(edited(WWW, port=8443, redirect_host="one.example", redirect_exempt=[], http2=False, unknown_names="reject",
                         secure_cookies="never", forwarded_proto=False, hsts_max_age=5, client_certificate="required", client_ca_file="/ca.pem"))
    assert [line for line in lines if not line.startswith("ssl-default")] == [
        f"bind *:8443 ssl crt {BUNDLE} alpn http/1.1 strict-sni verify required ca-file /ca.pem",
        "http-request redirect code 301 location https://one.example:8443%[pathq] if !{ ssl_fc }",
        'http-after-response set-header Strict-Transport-Security "max-age=5" if { ssl_fc }']


def test_what_only_the_host_reaches_is_not_redirected(edited: Any) -> None:
    text = edited("frontend a\n bind :80,127.0.0.1:8080\n bind /run/x.sock\nfrontend b\n bind [::1]:81\n")
    assert "if !{ ssl_fc } { dst_port 80 } !{" in text and not added(text[text.index("frontend b"):])


def test_addresses_of_their_own(edited: Any, plan_for: Any) -> None:
    proxies = "frontend a\n bind 192.0.2.1:80\n bind [2001:db8::1]:80 v6only\nfrontend b\n bind *:80\n bind [::]:80 v6only\n"
    lines = added(edited(proxies))
    binds = [line for line in lines if line.startswith("bind")]
    assert [line.split(" ssl")[0] for line in binds] == ["bind 192.0.2.1:443", "bind [2001:db8::1]:443 v6only"]
    assert [row["address"] for row in plan_for(proxies)["confirmation"]["endpoints"]] == [
        "192.0.2.1", "2001:db8::1", "192.0.2.1", "2001:db8::1", "127.0.0.1", "127.0.0.1"]
    both = [line.split(" ssl")[0] for line in added(edited(proxies[proxies.index("frontend b"):])) if line.startswith("bind")]
    assert both == ["bind *:443", "bind [::]:443 v6only"]


@pytest.mark.parametrize(("proxies", "options", "words"), [
    ("frontend a\n bind :80\n mode tcp\n", {}, "it passes TCP on"),
    ("frontend a\n bind :80\n acl t hdr(X-Forwarded-Proto) https\n", {}, "TLS may end in front of it"),
    (TLS.format("") + "frontend a\n bind :8080\n", {}, "another proxy answers on port 443"),
    ("frontend a\n bind :80\n", {"vhost": "never"}, "it has no TLS port"),
])
def test_frontends_that_are_left_alone_are_named(plan_for: Any, edited: Any, proxies: str, options: Any, words: str) -> None:
    plan = plan_for(proxies, **options)
    (warning,) = plan["warnings"]
    assert words in warning and warning.startswith(f"{CONF}:") and "stays in clear text" in warning
    assert "redirect" not in edited(proxies, **options) and f"crt {BUNDLE}" not in edited(proxies, **options)
    assert not any(row["protocol"] == "http" for row in plan["confirmation"]["endpoints"])


def test_a_frontend_in_front_of_which_tls_ends_redirects_if_it_is_asked_for(edited: Any) -> None:
    assert "http-request redirect" in edited("frontend a\n bind :80\n acl t hdr(X-Forwarded-Proto) https\n", plain_http="redirect")


def test_trusted_proxies_say_whether_the_client_uses_tls(edited: Any, plan_for: Any) -> None:
    proxies = "frontend a\n bind :80\n acl t hdr(X-Forwarded-Proto) https\n"
    lines = added(edited(proxies, trusted_proxies=["192.0.2.7", "2001:db8::/64"]))
    rules = [line for line in lines if line.startswith("http-request")]
    assert rules[:2] == [
        "http-request set-var(txn.intransit_tls) ssl_fc",
        "http-request set-var(txn.intransit_tls) bool(true) if { src 192.0.2.7/32 2001:db8::/64 } { req.hdr(X-Forwarded-Proto) -i https }"]
    assert all(" if !{ var(txn.intransit_tls) -m bool } " in rule for rule in rules[2:4])
    assert rules[4] == "http-request set-header X-Forwarded-Proto %[var(txn.intransit_tls),iif(https,http)]"
    plan = plan_for(proxies, trusted_proxies=["192.0.2.7"])
    assert "haproxy_tls_trusted_proxies: plain requests from 192.0.2.7/32" in plan["warnings"][0] and len(plan["warnings"]) == 1
    assert plan_for(proxies, trusted_proxies=["127.0.0.1"])["ending"][0]["trusts_proxies"]


def test_the_port_of_plain_http_redirects_to_another_frontend(edited: Any, plan_for: Any) -> None:
    proxies = TLS.format("") + "frontend a\n bind :80\nfrontend b\n bind 192.0.2.1:81\n redirect scheme https\n"
    text = edited(proxies)
    assert text.count("http-request redirect") == 2 and f"crt {BUNDLE}" not in text and "Strict-" not in text[text.index("frontend a"):]
    plan = plan_for(proxies)
    assert [row["made"] for row in plan["validation"]["instance"]["comparisons"]] == [False]
    assert plan["certificate"] is None and "certificate" not in plan["confirmation"]
    assert [(row["port"], row["protocol"]) for row in plan["endpoints"]] == [(443, "https"), (80, "http"), (81, "http")]


def test_plain_http_closes_by_option_and_by_policy(plan_for: Any, edited: Any) -> None:
    for options in ({"plain_http": "close"}, {"data_class": "confidential"}):
        plan = plan_for(WWW, **options)
        assert [row["port"] for row in plan["endpoints"]] == [443] and [row["port"] for row in plan["closing"]] == [80]
        assert plan["ending"][0]["closed"] and "# disabled by intransit.tls:  bind :80" in edited(WWW, **options)
    never = {"plain_http": "leave", "vhost": "never"}
    assert plan_for(WWW, **never)["ending"] == [] and added(edited(WWW, **never))[-1].startswith("ssl-default-server-options")


def test_headers_that_others_add_are_set_instead(edited: Any) -> None:
    text = edited(WWW + " http-request add-header X-Forwarded-Proto \"a b\" if { ssl_fc }\n")
    assert 'http-request set-header X-Forwarded-Proto "a b" if { ssl_fc }' in added(text)


@pytest.mark.parametrize(("option", "words"), [
    ("ssl-min-ver TLSv1.0", "lowers the oldest protocol to TLSv1.0"), ("ssl-min-ver TLSv1.3", ""), ("force-tlsv10", "lowers the oldest"),
    ("force-tlsv12", "turns newer protocols off"), ("force-tlsv13", ""), ("no-tlsv13", "turns TLSv1.3 off"), ("no-tlsv10", ""),
    ("ssl-max-ver TLSv1.2", "turns TLSv1.3 off"), ("ssl-max-ver TLSv1.3", ""), ("ciphers ALL:@SECLEVEL=0", "security level to 0"),
    ("ciphers ECDHE-RSA-AES128-GCM-SHA256", ""), ("ciphersuites TLS_AES_128_CCM_SHA256", "allows TLS_AES_128_CCM_SHA256"),
    ("curves P-521", "allows the groups secp521r1"), ("ecdhe prime256v1", ""), ("sigalgs RSA+SHA1", "allows the signature schemes"),
    ("allow-0rtt", "sent again"), ("alpn h2", ""),
])
def test_options_of_a_bind_are_judged(plan_for: Any, edited: Any, option: str, words: str) -> None:
    proxies = TLS.format(f" {option} name x # why")
    plan = plan_for(proxies)
    assert len(plan["warnings"]) == bool(words), plan["warnings"]
    if not words:
        assert edited(proxies, overrides="neutralise").count("bind :443") == 1
        return
    assert words in plan["warnings"][0] and plan["warnings"][0].startswith(f"{CONF}:6 (frontend tls) `bind :443` {option} ")
    assert plan["confirmation"]["endpoints"] == [] and len(plan["endpoints"]) == 1
    assert plan_for(proxies, overrides="fail")["blocking"]
    text = edited(proxies, overrides="neutralise")
    assert "bind :443 ssl crt /x.pem name x" in added(text)
    assert f"# disabled by intransit.tls:  bind :443 ssl crt /x.pem {option} name x # why" in text
    assert len(plan_for(proxies, overrides="neutralise")["confirmation"]["endpoints"]) == 1


def test_options_of_a_crt_list_are_judged(plan_for: Any, edited: Any) -> None:
    files = {"/l": "/a.pem [ssl-min-ver TLSv1.0 alpn h2] a.example\n/b.pem [no-tlsv13]\n/c.pem c.example\n"}
    proxies = "frontend tls\n bind :443 ssl crt-list /l\n"
    plan = plan_for(proxies, files=files)
    assert plan["warnings"][0].startswith("/l:1 (crt-list) `/a.pem` ssl-min-ver TLSv1.0 lowers") and len(plan["warnings"]) == 2
    assert plan["confirmation"]["endpoints"] == []
    text = edited(proxies, files=files, path="/l", overrides="neutralise")
    assert added(text) == ["/a.pem [alpn h2] a.example", "/b.pem"] and marks.remove_marks(text) == files["/l"]


@pytest.mark.parametrize(("bind", "asked", "expected"), [
    ("", "required", " verify required ca-file /ca.pem"), (" verify optional ca-file /y", "required", " verify required ca-file /ca.pem"),
    (" ca-file /y verify required", "optional", None), (" ca-file /y", "required", None), ("", "none", None)])
def test_client_certificates_at_ports_that_were_there(edited: Any, plan_for: Any, bind: str, asked: str, expected: Any) -> None:
    options = {"client_certificate": asked, "client_ca_file": "/ca.pem"}
    warnings = [line for line in plan_for(TLS.format(bind), **options)["warnings"] if "asks less" in line]
    assert len(warnings) == bool(expected)
    if expected:
        assert "bind :443 ssl crt /x.pem" + expected in added(edited(TLS.format(bind), overrides="neutralise", **options))


@pytest.mark.parametrize(("bind", "added_words"), [
    ("", " verify required ca-file /ca.pem crl-file LIST"), (" verify required ca-file /ca.pem", " verify required ca-file /ca.pem crl-file LIST"),
    (" verify required ca-file /ca.pem crl-file /y", ""), (" verify required ca-file /y", "")])
def test_a_port_that_was_there_checks_the_list_of_its_own_authority_alone(edited: Any, plan_for: Any, bind: str, added_words: str) -> None:
    options = {"client_certificate": "required", "client_ca_file": "/ca.pem", "client_crl": True}
    text = edited(TLS.format(bind), overrides="neutralise", **options)
    wanted = "bind :443 ssl crt /x.pem" + added_words.replace("LIST", "/etc/ssl/intransit/haproxy.crl.pem")
    assert (wanted in added(text)) is bool(added_words)
    warned = [line for line in plan_for(TLS.format(bind), **options)["warnings"] if "revocation list" in line or "asks less" in line]
    assert len(warned) == bool(added_words)


def test_the_private_authority_comes_with_a_certificate(plan_for: Any) -> None:
    chain = BUNDLE.replace("bundle", "chain")
    for options, there in (({"overrides": "neutralise"}, True), ({}, False), ({"overrides": "neutralise", "client_ca_file": "/ca.pem"}, False)):
        plan = plan_for(TLS.format(""), client_certificate="required", **options)
        assert (plan["certificate"] is not None) is there and (chain in plan["validation"]["requires"]) is there


def test_unknown_names_at_ports_that_were_there(edited: Any) -> None:
    assert "bind :443 ssl crt /x.pem strict-sni" in added(edited(TLS.format(""), overrides="neutralise", unknown_names="reject"))


@pytest.mark.parametrize("setting", ["ssl-security-level 0", "ssl-server-verify none"])
def test_global_settings_that_weaken_everything(plan_for: Any, edited: Any, setting: str) -> None:
    top = f"global\n {setting}\n"
    (warning,) = plan_for("", top)["warnings"]
    assert warning.startswith(f"{CONF}:2 (global) `{setting}`")
    assert f"# disabled by intransit.tls:  {setting}" in edited("", top, overrides="neutralise")


def test_ports_that_cannot_be_judged(plan_for: Any) -> None:
    assert "`bind :80-90` names more or less than one port" in plan_for("frontend a\n bind :80-90\n")["warnings"][0]
    assert "has a variable or a passphrase" in plan_for('frontend a\n bind :443 ssl crt "$x"\n')["warnings"][0]
    proxied = plan_for(TLS.format(" accept-proxy"))
    assert proxied["confirmation"]["endpoints"] == [] and "accept-proxy" in proxied["endpoints"][0]["unprobed"]
    tcp = plan_for("listen a\n mode tcp\n bind :636 ssl crt /x\n server a 127.0.0.1:389\n")
    assert [row["protocol"] for row in tcp["endpoints"]] == ["tls"]


OWN = {"certificates": [{"name": "a", "source": "files", "certificate": "/c.pem", "private_key": "/k.pem"}]}


@pytest.mark.parametrize(("proxies", "top", "options", "words"), [
    (WWW, "frontend a\n bind :81\nglobal\n", {}, f"{CONF}:3: the section `global` comes after a `bind`"),
    (WWW, "defaults\n", {}, "HAProxy has no section `global`"),
    (WWW, "x\n", {}, "is in no section"),
    (WWW, "global\ndefaults\n mode http\n", OWN, "/k.pem is neither"),
    (WWW, "global\n", {**OWN, "client_certificate": "required"}, "haproxy_tls_client_ca_file"),
])
def test_reasons_to_stop(plan_for: Any, proxies: str, top: str, options: Any, words: str) -> None:
    assert any(words in line for line in plan_for(proxies, top, **options)["blocking"])
    linked = {"certificates": [{**OWN["certificates"][0], "private_key": "/c.pem.key"}]}
    assert plan_for(WWW, **linked)["blocking"] == []


@pytest.mark.parametrize("changed", [{"server_name": "a b"}, {"redirect_exempt": ["a }"]}, {"client_ca_file": "ca.pem"}, {"unknown_names": "x"}])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="haproxy_tls_" + name):
        plans.needs_of("haproxy", {"haproxy_tls_" + name: value})


def test_how_it_is_tried(plan_for: Any) -> None:
    plan = plan_for("backend app\n server a app.example:80\n server b 127.0.0.1:81\n")
    trial = plan["validation"]["instance"]
    assert trial["command"] == ["/usr/sbin/haproxy", "-db", "-f", CONF]
    assert trial["edits"][0]["content"].splitlines() == ["127.0.0.1 localhost", "127.0.0.1 app.example"]
    assert plan["validation"]["own_check"] == ["/usr/sbin/haproxy", "-c", "-f", CONF]
    trial = plan_for(WWW)["validation"]["instance"]
    assert trial["edits"] == [] and [row["made"] for row in trial["comparisons"]] == [True]
    assert plan_for(WWW + ' log "$place" local0\n')["validation"]["own_check"] == []
    assert plan_for(WWW, client_certificate="required")["validation"]["instance"]["comparisons"] == []
    assert plans.needs_of("haproxy", {})["packages"] == ["haproxy", "openssl"]
