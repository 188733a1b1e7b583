# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of Dovecot: settings in the names of each version, ports, settings of others, and reasons to stop."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service import plans
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.host import CONF

NEW = {"version": "1:2.4.1+dfsg1-6+deb13u7", "tls_library": {"name": "openssl", "version": "3.5.1"}}
SET = "/etc/ssl/intransit/web.example.org/"


def values(plan: Any) -> dict[str, str]:
    return dict(plan["templates"][CONF]["values"]["settings"])


def row(name: str, value: str, *blocks: str, file: str = "/etc/dovecot/local.conf") -> dict[str, Any]:
    return {"name": name, "value": value, "blocks": list(blocks), "file": file, "shown": 3, "lines": [3], "alone": True}


def socket(service: str, listener: str, protocol: str, port: int, *addresses: str, proxy: bool = False) -> dict[str, Any]:
    return {"service": service, "listener": listener, "protocol": protocol, "port": port,
            "addresses": list(addresses or ("*", "::")), "proxy": proxy}


def test_settings_in_the_names_of_each_version(planned: Any) -> None:
    old, new = values(planned("dovecot")), values(planned("dovecot", NEW))
    shared = {"ssl": "required", "ssl_min_protocol": "TLSv1.2"}
    assert {**old, **shared} == old and {**new, **shared} == new
    assert old["ssl_curve_list"] == "X25519:prime256v1:secp384r1" and new["ssl_curve_list"].startswith("X25519MLKEM768:")
    assert {name: old[name] for name in sorted(set(old) - set(new))} == {
        "disable_plaintext_auth": "yes", "ssl_prefer_server_ciphers": "no", "ssl_alt_cert": "", "ssl_alt_key": "",
        "ssl_cert": f"<{SET}fullchain.pem", "ssl_key": f"<{SET}privkey.pem"}
    assert {name: new[name] for name in sorted(set(new) - set(old))} == {
        "auth_allow_cleartext": "no", "ssl_server_prefer_ciphers": "client", "ssl_server_alt_cert_file": "",
        "ssl_server_alt_key_file": "", "ssl_server_cert_file": f"{SET}fullchain.pem", "ssl_server_key_file": f"{SET}privkey.pem"}
    assert (old["ssl_options"], new["ssl_options"]) == ("no_compression no_ticket", "no_ticket")
    assert values(planned("dovecot", NEW, session_tickets=True))["ssl_options"] == ""


def test_only_tls_1_3(planned: Any) -> None:
    made = values(planned("dovecot", profile="modern"))
    assert made["ssl_min_protocol"] == "TLSv1.3" and "ssl_cipher_list" not in made and made["ssl_cipher_suites"]


def test_client_certificates(planned: Any) -> None:
    plan = planned("dovecot", client_certificate="optional")
    made = values(plan)
    assert (made["ssl_verify_client_cert"], made["ssl_ca"], made["ssl_require_crl"], made["auth_ssl_require_client_cert"]) == (
        "yes", f"<{SET}chain.pem", "no", "no")
    assert plan["validation"]["authorities"] == [SET + "chain.pem"]
    assert not plan["templates"][CONF]["values"]["certificate_required"]
    plan = planned("dovecot", NEW, client_certificate="required", client_ca_file="/ca.pem", client_crl=True)
    made = values(plan)
    assert (made["ssl_server_request_client_cert"], made["ssl_server_ca_file"], made["ssl_server_require_crl"]) == (
        "yes", "/ca.pem", "yes")
    assert plan["templates"][CONF]["values"]["certificate_required"]
    assert made["auth_ssl_require_client_cert"] == "yes" and "/ca.pem" in plan["validation"]["requires"]


def test_the_host_asks_where_it_does_not_count_as_secure(planned: Any) -> None:
    plan = planned("dovecot")
    asked = [(item["port"], item["protocol"], item["address"]) for item in plan["confirmation"]["endpoints"]]
    assert asked == [(143, "imap", "127.0.0.2"), (993, "imaps", "127.0.0.2")]
    assert [item["address"] for item in plan["endpoints"]] == ["192.0.2.7", "192.0.2.7"]
    assert all(item["says"] for item in plan["validation"]["instance"]["endpoints"])


def test_an_own_address_proves_nothing_about_logins(planned: Any) -> None:
    plan = planned("dovecot", {"sockets": [
        socket("imap-login", "imap", "imap", 143, "192.0.2.7"), socket("imap-login", "imaps", "imaps", 993, "192.0.2.7", "::1"),
        socket("pop3-login", "pop3", "pop3", 110, "::"), socket("imap-login", "p", "imaps", 10993, proxy=True),
        socket("managesieve-login", "sieve", "sieve", 4190, "*")]})
    assert [(item["port"], item["address"]) for item in plan["confirmation"]["endpoints"]] == [
        (993, "192.0.2.7"), (993, "::1"), (4190, "127.0.0.2")]
    tried = [(item["port"], item.get("judged", True)) for item in plan["validation"]["instance"]["endpoints"]]
    assert tried == [(143, False), (993, True), (993, True), (110, False), (10993, False), (4190, True)]
    assert [item["port"] for item in plan["endpoints"]] == [143, 993, 110, 10993, 4190]
    assert "haproxy" in plan["endpoints"][3]["unprobed"]


def test_ports_that_begin_in_plaintext_are_closed_on_request_and_by_policy(planned: Any) -> None:
    plan = planned("dovecot", imap="closed")
    assert plan["templates"][CONF]["values"]["closed"] == [{"service": "imap-login", "listener": "imap"}]
    assert [item["port"] for item in plan["endpoints"]] == [993] and [item["port"] for item in plan["closing"]] == [143]
    assert [item["port"] for item in planned("dovecot", data_class="confidential")["closing"]] == [143]
    later = row("port", "143", "service imap-login", "inet_listener imap")
    assert "sets `port` and is read after" in planned("dovecot", {"settings": [later]}, imap="closed")["blocking"][0]
    assert planned("dovecot", {"settings": [later]})["blocking"] == []
    unnamed = planned("dovecot", {"sockets": [socket("imap-login", "", "imap", 143)]}, imap="closed")["blocking"]
    assert "has no name" in unnamed[0]


@pytest.mark.parametrize(("name", "value", "words"), [
    ("ssl", "yes", "allows sessions without TLS"), ("ssl", "required", ""),
    ("disable_plaintext_auth", "no", "allows passwords without TLS"), ("disable_plaintext_auth", "yes", ""),
    ("auth_allow_cleartext", "yes", "allows passwords without TLS"),
    ("ssl_min_protocol", "TLSv1", "lowers the oldest protocol to TLSv1"), ("ssl_min_protocol", "TLSv1.3", ""),
    ("ssl_min_protocol", "LATEST", ""), ("ssl_min_protocol", "ANY", "lowers the oldest protocol to ANY"),
    ("ssl_cipher_list", "ALL:@SECLEVEL=0", "security level to 0"), ("ssl_cipher_list", "ECDHE-RSA-AES128-GCM-SHA256", ""),
    ("ssl_cipher_list", "$ssl_ciphers", "is a variable"), ("ssl_cipher_list", "", ""),
    ("ssl_cipher_suites", "TLS_AES_128_CCM_SHA256", "allows TLS_AES_128_CCM_SHA256"),
    ("ssl_curve_list", "P-521", "allows the groups secp521r1"), ("ssl_curve_list", "P-256", ""),
    ("ssl_verify_client_cert", "no", ""), ("ssl_cert", "</other.pem", ""),
])
def test_settings_in_blocks_are_judged(planned: Any, name: str, value: str, words: str) -> None:
    plan = planned("dovecot", {"settings": [row(name, value, "protocol pop3")]})
    assert len(plan["warnings"]) == bool(words) and plan["blocking"] == []
    if words:
        assert plan["warnings"][0] == (
            f"/etc/dovecot/local.conf:3 (protocol pop3) `{name} = {value}` {plan['warnings'][0].partition('` ')[2]}")
        assert words in plan["warnings"][0]
        assert planned("dovecot", {"settings": [row(name, value, "x")]}, overrides="fail")["blocking"]


def test_less_of_client_certificates_than_the_role(planned: Any) -> None:
    rows = [row("auth_ssl_require_client_cert", "no", "protocol imap"), row("ssl_verify_client_cert", "no", "local 192.0.2.1")]
    for asked, expected in (("none", 0), ("optional", 1), ("required", 2)):
        assert len(planned("dovecot", {"settings": rows}, client_certificate=asked)["warnings"]) == expected


@pytest.mark.parametrize(("networks", "host", "warned"), [
    ("192.0.2.0/24", {}, True), ("127.0.0.0/8 ::1", {}, False), ("192.0.2.0/24", NEW, False), ("a.example", {}, True),
])
def test_trusted_networks_log_in_without_tls_before_2_4(planned: Any, networks: str, host: Any, warned: bool) -> None:
    found = planned("dovecot", {**host, "settings": [row("login_trusted_networks", networks)]})
    assert ["log in without TLS" in line for line in found["warnings"]] == [True] * warned


def test_what_is_read_later_stops_the_run_or_becomes_a_comment(planned: Any) -> None:
    host = {"settings": [row("ssl", "no"), row("ssl_min_protocol", "TLSv1", "protocol imap"), row("ssl_min_protocol", "TLSv1.2")],
            "files": {"/etc/dovecot/local.conf": {"digest": "1", "edited": False}}}
    plan = planned("dovecot", host)
    assert plan["blocking"] == [
        f"/etc/dovecot/local.conf:3 sets `ssl` and is read after {CONF}, so that it counts instead of `required`. Move it in "
        "front of that file, remove it, or set dovecot_tls_overrides to neutralise."]
    plan = planned("dovecot", host, overrides="neutralise")
    assert plan["blocking"] == plan["warnings"] == []
    assert plan["changes"][1]["values"] == {"digest": "1", "added": [], "disabled": [3]}


@pytest.mark.parametrize(("addresses", "there"), [(("*", "::"), True), (("192.0.2.1",), True), (("127.0.0.1", "::1"), False)])
def test_lmtp_for_other_hosts_has_no_way_to_require_tls(planned: Any, addresses: Any, there: bool) -> None:
    host = {"sockets": [socket("lmtp", "lmtp", "lmtp", 24, *addresses)]}
    assert ["takes mail there without TLS" in line for line in planned("dovecot", host)["blocking"]] == [True] * there
    plan = planned("dovecot", host, lmtp="report")
    assert plan["blocking"] == [] and len(plan["warnings"]) == there
    assert [item["port"] for item in plan["endpoints"]] == ([24] if there else [])
    assert plan["confirmation"]["endpoints"] == []


def test_other_listeners_without_tls_are_named(planned: Any) -> None:
    plan = planned("dovecot", {"sockets": [socket("doveadm", "", "", 12345), socket("auth", "a", "", 12346, "127.0.0.1")]})
    assert len(plan["warnings"]) == 1 and "service doveadm listens on port 12345 without TLS" in plan["warnings"][0]


@pytest.mark.parametrize(("host", "options", "words"), [
    ({"problems": ["broken"]}, {}, "broken"),
    ({"included": False}, {}, "does not include " + CONF),
    ({}, {"client_certificate": "required", "certificates": [{"name": "a", "source": "files", "certificate": "/c", "private_key": "/k"}]},
     "dovecot_tls_client_ca_file"),
    ({}, {"policy": {"extends": "intermediate", "protocols": ["TLSv1.2"]}}, "no setting for the newest protocol"),
])
def test_reasons_to_stop(planned: Any, host: Any, options: Any, words: str) -> None:
    assert any(words in line for line in planned("dovecot", host, **options)["blocking"])


@pytest.mark.parametrize("changed", [{"server_name": "a b"}, {"imap": "open"}, {"client_ca_file": "ca.pem"}, {"lmtp": "x"}])
def test_what_cannot_be_written_is_refused(changed: dict[str, Any]) -> None:
    ((name, value),) = changed.items()
    with pytest.raises(OptionError, match="dovecot_tls_" + name):
        plans.needs_of("dovecot", {"dovecot_tls_" + name: value})


def test_how_it_is_tried(planned: Any) -> None:
    plan = planned("dovecot")
    trial = plan["validation"]["instance"]
    assert [folder["path"] for folder in trial["temporary"]] == ["/run/dovecot", "/var/lib/dovecot"]
    assert plan["validation"]["own_check"][-1].endswith("doveconf -nx >/dev/null")
    assert plan["activation"]["units"] == ["dovecot.service"] and plan["activation"]["verb"] == "reload"
    assert plans.needs_of("dovecot", {})["packages"] == ["dovecot-core"]


def test_a_port_that_closes_ends_plaintext_and_one_that_stays_does_not(planned: Any) -> None:
    sockets = {"sockets": [socket("imap-login", "imap", "imap", 143), socket("pop3-login", "pop3", "pop3", 110),
                           socket("managesieve-login", "sieve", "sieve", 4190)], "listeners": [{"port": 143}]}
    assert planned("dovecot", sockets)["ending"] == []
    found = planned("dovecot", sockets, imap="closed", pop3="closed", sieve="closed")["ending"]
    assert [(row["port"], row["protocol"], row["closed"], row["now"]) for row in found] == [
        (143, "imap", True, True), (110, "pop3", True, False)]
