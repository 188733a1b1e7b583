# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of Postfix's ports are open, what each asks for, and which settings of other services rule them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.planning import ServicePort
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import ports

MAIN: dict[str, str | None] = {
    "smtpd_tls_security_level": "may", "smtpd_tls_protocols": ">=TLSv1.2", "smtpd_tls_ask_ccert": None,
    "smtp_tls_protocols": ">=TLSv1.2", "tls_preempt_cipherlist": "yes"}
NAMED = {"smtpd_sasl_type": "dovecot", "smtpd_sasl_path": "private/dovecot-auth"}
NO_SASL = {"dovecot": False, "cyrus": "absent", "rimap": False}


def options(**changed: Any) -> dict[str, Any]:
    base = dict(
        server_name="", smtp="auto", smtp_relay="keep", submission="auto", submissions="auto", sasl="auto", sasl_path="",
        sender_login="checked", sender_login_maps="", client_certificate="policy", client_ca_file="")
    return dict(base, **changed)


def entry(port: int | None, **changed: Any) -> dict[str, Any]:
    names = {25: "smtp", 587: "submission", 465: "submissions"}
    base = dict(service=names.get(port or 0, str(port)), type="inet", host="", port=port, loopback=False, command="smtpd",
                chroot="y", line=1, options={})
    return dict(base, **changed)


def seen(*entries: dict[str, Any], **changed: Any) -> dict[str, Any]:
    base = dict(
        hostname="mail.example.org", domains=["example.org"], interfaces=["all"], queue_directory="/var/spool/postfix",
        recipient_delimiter="+", files={"master": "/etc/postfix/master.cf"}, settings={}, entries=list(entries),
        sasl={"dovecot": True, "cyrus": "absent", "rimap": False})
    return dict(base, **changed)


def plan(look: dict[str, Any], **changed: Any) -> ports.Plan:
    return ports.plan_ports(resolve(), look, options(**changed))


# -- what is open --------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "sasl", "changed", "expected"), [
    ([25], True, {}, {"smtp": True, "submission": True, "submissions": True}),
    ([25], False, {}, {"smtp": True, "submission": False, "submissions": False}),
    ([], False, {}, {"smtp": False, "submission": False, "submissions": False}),
    ([587], False, {}, {"smtp": False, "submission": True, "submissions": False}),
    ([25], True, {"smtp": "closed", "submission": "closed"}, {"smtp": False, "submission": False, "submissions": True}),
    ([], True, {"smtp": "may", "submissions": "closed"}, {"smtp": True, "submission": True, "submissions": False}),
])
def test_a_port_is_open_by_its_option_or_because_it_is_there_or_logins_are(
    there: list[int], sasl: bool, changed: dict[str, str], expected: dict[str, bool]
) -> None:
    look = seen(*map(entry, there), **({} if sasl else {"sasl": NO_SASL}))
    assert plan(look, **changed).open == expected


def test_a_policy_without_starttls_leaves_only_the_port_of_tls() -> None:
    strict = replace(resolve(), starttls="forbidden")
    made = ports.plan_ports(strict, seen(entry(25), entry(587), entry(465)), options())
    assert made.open == {"smtp": False, "submission": False, "submissions": True}


@pytest.mark.parametrize(("present", "option", "level", "main"), [
    (None, "auto", "may", "may"), ("may", "auto", "may", "may"), ("encrypt", "auto", "encrypt", "encrypt"),
    ("encrypt", "may", "may", "may"), (None, "encrypt", "encrypt", "may"),
])
def test_what_port_25_asks_for_is_never_loosened_by_itself(present: Any, option: str, level: str, main: str) -> None:
    made = plan(seen(entry(25), settings={"smtpd_tls_security_level": present} if present else {}), smtp=option)
    assert (made.level, made.main_level) == (level, main)


def test_a_policy_that_allows_no_plaintext_asks_port_25_for_tls() -> None:
    assert ports.plan_ports(replace(resolve(), plaintext="none"), seen(entry(25)), options()).level == "encrypt"


@pytest.mark.parametrize(("changed", "look", "sasl", "path"), [
    ({"sasl": "cyrus"}, seen(), "cyrus", "smtpd"), ({"sasl": "none"}, seen(), "none", ""),
    ({}, seen(), "dovecot", "private/auth"), ({"sasl_path": "inet:[::1]:99"}, seen(), "dovecot", "inet:[::1]:99"),
    ({}, seen(sasl={**NO_SASL, "cyrus": "theirs"}), "cyrus", "smtpd"),
    ({}, seen(sasl=NO_SASL, settings={"smtpd_sasl_auth_enable": "yes"}), "cyrus", "smtpd"),
    ({}, seen(entry(587, options={"smtpd_sasl_auth_enable": "YES", "smtpd_sasl_type": "dovecot"}), sasl=NO_SASL),
     "dovecot", "private/auth"),
    ({}, seen(sasl=NO_SASL), "none", ""),
    ({}, seen(settings=NAMED, sasl={**NO_SASL, "sockets": {"private/auth": False, "private/dovecot-auth": True}}),
     "dovecot", "private/dovecot-auth"),
    ({}, seen(settings=NAMED, sasl={**NO_SASL, "sockets": {"private/dovecot-auth": False}}), "none", ""),
    ({"sasl": "cyrus"}, seen(settings=NAMED), "cyrus", "smtpd"),
    ({"sasl_path": "private/own"}, seen(settings=NAMED), "dovecot", "private/own"),
])
def test_the_login_backend(changed: dict[str, Any], look: dict[str, Any], sasl: str, path: str) -> None:
    made = plan(look, **changed)
    assert made.sasl == sasl and set(made.backends.values()) == {(sasl, path)}


def test_a_port_has_a_backend_of_its_own() -> None:
    own = {"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "cyrus", "smtpd_sasl_path": "office"}
    made = plan(seen(entry(587), entry(465, options=own), settings={**NAMED, "smtpd_sasl_auth_enable": "yes"}))
    assert made.backends == {"submission": ("dovecot", "private/dovecot-auth"), "submissions": ("cyrus", "office")}
    assert ports.list_sockets(made, seen()) == ["/var/spool/postfix/private/dovecot-auth"]


@pytest.mark.parametrize(("changed", "look", "words"), [
    ({"client_certificate": "required"}, seen(entry(25)), "Client certificates are required"),
    ({"client_certificate": "optional"}, seen(entry(25)), "Client certificates are asked for"),
    ({"submission": "open"}, seen(sasl=NO_SASL), "^submission shall be open"),
    ({"sasl": "dovecot", "submission": "open"}, seen(sasl=NO_SASL), "unix_listener /var/spool/postfix/private/auth"),
    ({"sasl": "dovecot", "submission": "open"}, seen(sasl=NO_SASL), "set postfix_tls_sasl_path"),
    ({"sasl": "dovecot"}, seen(settings=NAMED, sasl={**NO_SASL, "sockets": {"private/dovecot-auth": False}}),
     "at /var/spool/postfix/private/dovecot-auth"),
    ({"sasl": "cyrus", "submission": "open"}, seen(sasl={**NO_SASL, "cyrus": "theirs", "rimap": True}), "MECHANISMS=rimap"),
])
def test_why_a_port_cannot_be_opened(changed: dict[str, Any], look: dict[str, Any], words: str) -> None:
    found = plan(look, **changed).blocking
    assert len(found) == 1 and re.search(words, found[0])


def test_a_backend_of_no_use_blocks_nothing_if_no_login_port_is_open() -> None:
    look = seen(entry(25), sasl={**NO_SASL, "cyrus": "theirs", "rimap": True})
    assert plan(look, submission="closed", submissions="closed").blocking == []
    assert plan(seen(), sasl="dovecot", sasl_path="inet:[::1]:99").blocking == []


# -- whose addresses a login owns ----------------------------------------------------------


@pytest.mark.parametrize(("delimiter", "expected"), [
    ("+", ["/^([^@+]+)([+][^@]*)?@(example[.]org)$/  $1, $1@$3", "/^([^@+]+)([+][^@]*)?@(.+)$/  $1@$3"]),
    ("", ["/^([^@]+)@(example[.]org)$/  $1, $1@$2", "/^([^@]+)@(.+)$/  $1@$2"]),
    ("-+", ["/^([^@+-]+)([+-][^@]*)?@(example[.]org)$/  $1, $1@$3", "/^([^@+-]+)([+-][^@]*)?@(.+)$/  $1@$3"]),
    ("^]", ["/^([^@]+)@(example[.]org)$/  $1, $1@$2", "/^([^@]+)@(.+)$/  $1@$2"]),
])
def test_a_login_owns_its_own_address(delimiter: str, expected: list[str]) -> None:
    assert plan(seen(recipient_delimiter=delimiter)).sender_login == expected


def test_a_hostile_domain_is_no_part_of_the_table() -> None:
    found = plan(seen(domains=["a)|(b", "example.org/x"])).sender_login
    assert found == ["/^([^@+]+)([+][^@]*)?@(.+)$/  $1@$3"]


@pytest.mark.parametrize(("look", "changed"), [
    (seen(), {"sender_login": "free"}), (seen(), {"sender_login_maps": "hash:/x"}),
    (seen(settings={"smtpd_sender_login_maps": "hash:/x"}), {}),
    (seen(entry(587, options={"smtpd_sender_login_maps": "hash:/x"})), {}),
    (seen(), {"submission": "closed", "submissions": "closed"}),
])
def test_there_is_no_table_of_ours_beside_another_or_without_logins(look: dict[str, Any], changed: dict[str, Any]) -> None:
    assert plan(look, **changed).sender_login == []


# -- master.cf -----------------------------------------------------------------------------


def wishes(look: dict[str, Any], **changed: Any) -> dict[str, dict[str, Any]]:
    made = ports.list_wishes(MAIN, plan(look, **changed), look, options(**changed), ())
    return {wish["service"]: wish for wish in made}


def test_a_service_inherits_what_main_says_of_servers_and_nothing_of_clients() -> None:
    own = wishes(seen(entry(25)))["smtp"]["options"]
    assert own["smtpd_tls_protocols"] is None and own["tls_preempt_cipherlist"] is None and "smtp_tls_protocols" not in own


def test_a_login_port_asks_for_tls_then_for_a_login() -> None:
    found = wishes(seen(entry(25)))
    own = found["submission"]["options"]
    assert own["smtpd_tls_security_level"] == "encrypt" and own["smtpd_tls_wrappermode"] is None
    assert own["smtpd_relay_restrictions"] == own["smtpd_client_restrictions"] == "permit_sasl_authenticated, reject"
    assert (own["smtpd_sasl_type"], own["smtpd_sasl_path"]) == ("dovecot", "private/auth")
    assert own["smtpd_sender_login_maps"] == ports.LOGIN_TABLE
    assert found["submissions"]["options"]["smtpd_tls_wrappermode"] == "yes"
    assert found["submission"]["chroot"] == "y" and found["submission"]["enforce"] == []


def test_cyrus_opens_its_own_file_and_so_is_in_no_chroot() -> None:
    wish = wishes(seen(), sasl="cyrus", submission="open")["submission"]
    assert (wish["chroot"], wish["enforce"]) == ("n", ["chroot"])


def test_a_port_that_shall_be_closed_is_taken_out_if_it_is_there() -> None:
    look = seen(entry(25), entry(587))
    found = ports.list_wishes(MAIN, plan(look, smtp="closed", submission="closed", submissions="closed"), look,
                              options(smtp="closed"), ())
    assert [(wish["service"], wish.get("state")) for wish in found] == [
        ("smtp", None), ("smtp", "absent"), ("submission", "absent")]
    bare = seen()
    made = plan(bare, smtp="closed", submission="closed", submissions="closed")
    assert ports.list_wishes(MAIN, made, bare, options(smtp="closed"), ()) == []


def test_port_25_may_ask_for_more_than_main() -> None:
    assert wishes(seen(entry(25)), smtp="encrypt")["smtp"]["options"]["smtpd_tls_security_level"] == "encrypt"
    front = wishes(seen(entry(25, command="postscreen")), smtp="encrypt")
    assert front["smtp"]["options"] == {"postscreen_tls_security_level": "encrypt"}
    assert front["smtpd"]["type"] == "pass"


def test_relaying_is_closed_and_what_we_closed_is_opened_again() -> None:
    local = wishes(seen(entry(25)), smtp_relay="local")["smtp"]["options"]
    assert ports.LOCAL_RELAY.items() <= local.items() and local["smtpd_sasl_auth_enable"] == "no"
    again = wishes(seen(entry(25, options=dict(ports.NO_RELAY))))["smtp"]["options"]
    assert again["smtpd_relay_restrictions"] is None and again["smtpd_sasl_auth_enable"] is None
    theirs = wishes(seen(entry(25, options={"smtpd_relay_restrictions": "permit_mynetworks"})))["smtp"]["options"]
    assert "smtpd_relay_restrictions" not in theirs


@pytest.mark.parametrize(("asked", "level", "ask", "require"), [
    ("required", "encrypt", None, "yes"), ("required", "may", "yes", None), ("optional", "encrypt", "yes", None),
    ("none", "may", None, None),
])
def test_a_client_certificate_is_only_required_where_there_is_no_way_around_tls(
    asked: str, level: str, ask: str | None, require: str | None
) -> None:
    own = wishes(seen(entry(25)), client_certificate=asked, client_ca_file="/ca.pem", smtp=level)["smtp"]["options"]
    assert (own["smtpd_tls_ask_ccert"], own["smtpd_tls_req_ccert"]) == (ask, require)
    assert own["smtpd_tls_CAfile"] == (None if asked == "none" else "/ca.pem")


@pytest.mark.parametrize(("options_there", "changed", "expected"), [
    ({"smtpd_sender_login_maps": ports.LOGIN_TABLE, "smtpd_sender_restrictions": "reject_sender_login_mismatch"},
     {"sender_login": "free"}, {"smtpd_sender_login_maps": None, "smtpd_sender_restrictions": None}),
    ({"smtpd_sender_restrictions": "permit"}, {"sender_login": "free"}, {}),
    ({}, {"sender_login_maps": "hash:/x"},
     {"smtpd_sender_login_maps": "hash:/x", "smtpd_sender_restrictions": "reject_sender_login_mismatch"}),
])
def test_who_may_send_as_whom_is_taken_back_if_we_said_it(
    options_there: dict[str, str], changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    own = wishes(seen(entry(587, options=options_there)), **changed)["submission"]["options"]
    names = ("smtpd_sender_login_maps", "smtpd_sender_restrictions")
    assert {name: own[name] for name in names if name in own} == expected


# -- settings of other services ------------------------------------------------------------


def overrides(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    look = seen(*rows)
    return [(row["text"], row["sentence"]) for row in ports.list_overrides(MAIN, plan(look), look)]


@pytest.mark.parametrize(("row", "sentence"), [
    (entry(2525, options={"smtpd_tls_security_level": "none"}), "lets it do without TLS"),
    (entry(2525, options={"smtpd_tls_protocols": ">=TLSv1"}), "replaces what main.cf says for all (>=TLSv1.2)"),
    (entry(2525, options={"smtpd_tls_ask_ccert": "yes"}), "replaces what main.cf says for all (nothing)"),
    (entry(None, type="unix", command="smtp", options={"smtp_tls_protocols": "all"}),
     "replaces what main.cf says for all (>=TLSv1.2)"),
    (entry(None, type="pass", options={"smtpd_tls_security_level": "none"}), "lets it do without TLS"),
])
def test_an_option_of_a_service_that_defeats_main_is_found(row: dict[str, Any], sentence: str) -> None:
    assert [found for _text, found in overrides(row)] == [sentence]


@pytest.mark.parametrize("row", [
    entry(2525, options={"smtpd_tls_security_level": "encrypt"}), entry(2525, options={"smtpd_tls_loglevel": "2"}),
    entry(2525, options={"smtpd_tls_protocols": ">=TLSv1.2"}), entry(2525, options={"smtpd_relay_restrictions": "x"}),
    entry(2525, loopback=True, options={"smtpd_tls_security_level": "none"}),
    entry(587, options={"smtpd_tls_security_level": "none"}),
    entry(None, type="unix", command="pipe", options={"smtpd_tls_security_level": "none"}),
])
def test_an_option_that_defeats_nothing_is_not(row: dict[str, Any]) -> None:
    assert overrides(row) == []


def test_behind_postscreen_the_server_is_ours() -> None:
    weak = {"smtpd_tls_security_level": "none"}
    assert overrides(entry(25, command="postscreen"), entry(None, type="pass", options=weak)) == []


def test_an_override_is_named_with_its_line_and_taken_out_on_request() -> None:
    look = seen(entry(2525, line=7, options={"smtpd_tls_security_level": "none", "smtpd_tls_protocols": "all"}))
    found = ports.list_overrides(MAIN, plan(look), look)
    assert {(row["file"], row["line"], row["where"]) for row in found} == {("/etc/postfix/master.cf", 7, "2525/inet")}
    made = ports.list_wishes(MAIN, plan(look), look, options(), found)
    assert made[-1] == {"service": "2525", "type": "inet", "command": "smtpd",
                        "options": {"smtpd_tls_security_level": None, "smtpd_tls_protocols": None}}


# -- endpoints -----------------------------------------------------------------------------


def endpoints(*rows: dict[str, Any], ruled: Any = (), look: Any = None, **changed: Any) -> list[ServicePort]:
    found = look or seen(*rows)
    return ports.list_endpoints(plan(found, **changed), found, ruled)


def test_each_open_port_with_its_protocol_and_what_it_says() -> None:
    assert [(row.port, row.protocol, bool(row.says)) for row in endpoints(entry(25))] == [
        (25, "smtp", False), (587, "submission", True), (465, "smtps", True)]


@pytest.mark.parametrize("changed", [
    {"sasl": "none", "submission": "open"}, {"client_certificate": "required", "client_ca_file": "/ca.pem"},
])
def test_a_port_where_nothing_can_be_asked_says_nothing(changed: dict[str, Any]) -> None:
    assert not any(row.says for row in endpoints(entry(587), **changed))


def test_a_port_for_each_address_and_other_ports_with_who_rules_them() -> None:
    rows = [entry(25, host="192.0.2.7"), entry(25, host="127.0.0.1"), entry(2525),
            entry(4650, options={"smtpd_tls_wrappermode": "yes"}), entry(10025, host="127.0.0.1", loopback=True)]
    found = endpoints(*rows, ruled=[{"where": "2525/inet"}], submission="closed", submissions="closed")
    assert [(row.port, row.protocol, row.listen, row.foreign) for row in found] == [
        (25, "smtp", "192.0.2.7", False), (25, "smtp", "127.0.0.1", False), (2525, "smtp", "", True),
        (4650, "smtps", "", False)]


@pytest.mark.parametrize(("interfaces", "address"), [
    (["all"], ""), ([], ""), (["loopback-only"], "127.0.0.1"), (["127.0.0.1", "::1"], "127.0.0.1"),
    (["localhost", "192.0.2.7"], "192.0.2.7"), (["2001:db8::1", "eth0.example"], ""),
])
def test_the_address_of_a_server_that_names_none(interfaces: list[str], address: str) -> None:
    assert endpoints(look=seen(entry(25), interfaces=interfaces))[0].listen == address


def test_a_port_behind_a_load_balancer_is_warned_about() -> None:
    found = endpoints(entry(25, options={"smtpd_upstream_proxy_protocol": "haproxy"}), submission="closed",
                      submissions="closed")
    assert found[0].proxy_setting == "smtpd_upstream_proxy_protocol = haproxy"
    (warning,) = ports.list_proxied(found)
    assert warning.startswith("Port 25 expects a PROXY line") and ports.list_proxied(endpoints(entry(25))) == []
    look = seen(entry(25), settings={"smtpd_upstream_proxy_protocol": "haproxy"})
    assert all(row.proxy_setting for row in endpoints(look=look))
    own = seen(entry(25, options={"smtpd_upstream_proxy_protocol": ""}),
               settings={"smtpd_upstream_proxy_protocol": "haproxy"})
    assert endpoints(look=own)[0].proxy_setting == ""


# -- the test instance ---------------------------------------------------------------------


@pytest.mark.parametrize(("path", "says", "sockets"), [
    ("", True, ["/var/spool/postfix/private/auth"]), ("inet:192.0.2.9:99", False, []),
    ("unix:/run/auth", True, ["/run/auth"]), ("/run/auth", True, ["/run/auth"]),
    ("unix:private/x", True, ["/var/spool/postfix/private/x"]),
])
def test_a_login_backend_behind_a_network_is_not_there_for_the_test_instance(
    path: str, says: bool, sockets: list[str]
) -> None:
    look = seen(entry(587))
    made = plan(look, sasl_path=path)
    found = ports.list_probed(ports.list_endpoints(made, look, ()), made)
    assert any("says" in row for row in found) is says and ports.list_sockets(made, look) == sockets


def test_cyrus_has_no_socket_to_mount() -> None:
    look = seen(entry(587))
    assert ports.list_sockets(plan(look, sasl="cyrus"), look) == []


# -- aliases and further restrictions ------------------------------------------------------

ALIASES = {"virtual": ["hash:/v"], "local": ["hash:/etc/aliases"]}


def login_port(look: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return dict(wishes(look, **changed)["submission"]["options"])


def test_an_alias_belongs_to_the_owners_of_what_it_leads_to() -> None:
    look = seen(aliases=ALIASES, local_domains=["mail.example.org"])
    ours = ports.LOGIN_TABLE
    assert login_port(look)["smtpd_sender_login_maps"] == (
        f"unionmap:{{{ours},pipemap:{{hash:/v,{ours}}},pipemap:{{{ports.LOCAL_TABLE},hash:/etc/aliases,{ours}}}}}")
    made = plan(look)
    assert made.sender_login[-1] == "/^([^@, ]+)$/  $1, $1@mail.example.org"
    assert made.sender_local == ["/^([^@+]+)([+][^@]*)?@(mail[.]example[.]org)$/  $1"]
    again = seen(entry(587, options=login_port(look)), aliases=ALIASES, local_domains=["mail.example.org"])
    assert login_port(again)["smtpd_sender_login_maps"] == login_port(look)["smtpd_sender_login_maps"]


def test_tables_of_the_administrator_are_kept_and_know_aliases_too() -> None:
    look = seen(settings={"smtpd_sender_login_maps": "hash:/own, pcre:/o"}, aliases={"virtual": ["hash:/v"], "local": []})
    own = "unionmap:{hash:/own,pcre:/o}"
    value = f"unionmap:{{{own},pipemap:{{hash:/v,{own}}}}}"
    assert login_port(look)["smtpd_sender_login_maps"] == value and plan(look).sender_login == []
    again = seen(entry(587, options={"smtpd_sender_login_maps": value}), **{
        key: look[key] for key in ("settings", "aliases")})
    assert login_port(again)["smtpd_sender_login_maps"] == value
    assert login_port(look, sender_login_maps="hash:/x")["smtpd_sender_login_maps"] == "hash:/x"
    assert "smtpd_sender_login_maps" not in login_port(look, sender_login="free")


@pytest.mark.parametrize(("own", "main", "said"), [
    ("", "", "reject_sender_login_mismatch"),
    ("", "reject_non_fqdn_sender,\n check_sender_access hash:/x",
     "reject_sender_login_mismatch, reject_non_fqdn_sender, check_sender_access hash:/x"),
    ("reject_sender_login_mismatch, reject_non_fqdn_sender", "reject_non_fqdn_sender",
     "reject_sender_login_mismatch, reject_non_fqdn_sender"),
    ("reject_unknown_sender_domain", "reject_non_fqdn_sender", "reject_sender_login_mismatch, reject_unknown_sender_domain"),
    ("", "reject_authenticated_sender_login_mismatch", None),
    ("reject_known_sender_login_mismatch, permit", "", "reject_known_sender_login_mismatch, permit"),
])
def test_restrictions_of_senders_stay_in_force_after_ours(own: str, main: str, said: str | None) -> None:
    options = {"smtpd_sender_restrictions": own} if own else {}
    look = seen(entry(587, options=options), settings={"smtpd_sender_restrictions": main} if main else {})
    assert login_port(look)["smtpd_sender_restrictions"] == said


@pytest.mark.parametrize(("own", "said"), [
    ("reject_sender_login_mismatch, reject_non_fqdn_sender", None), ("reject_sender_login_mismatch, permit", "permit"),
])
def test_they_stay_if_senders_are_free_again(own: str, said: str | None) -> None:
    look = seen(entry(587, options={"smtpd_sender_restrictions": own}),
                settings={"smtpd_sender_restrictions": "reject_non_fqdn_sender"})
    assert login_port(look, sender_login="free")["smtpd_sender_restrictions"] == said


# -- content filters ------------------------------------------------------------------------

FILTERS = [{"transport": "smtp-amavis", "nexthop": "[127.0.0.1]:10024"}]


def client(**changed: Any) -> dict[str, Any]:
    return entry(None, service="smtp-amavis", type="unix", command="smtp", **changed)


@pytest.mark.parametrize(("filters", "entries", "found"), [
    (FILTERS, [client()], [("[127.0.0.1]:10024", "127.0.0.1", 10024, "smtp", False)]),
    (FILTERS, [client(options={"smtp_tls_security_level": "none"})], [("[127.0.0.1]:10024", "127.0.0.1", 10024, "smtp", True)]),
    ([{"transport": "smtp-amavis", "nexthop": "[::1]:10024"}], [client()], [("[::1]:10024", "::1", 10024, "smtp", False)]),
    # Behind a network, by a program of its own, and by a transport that is not there.
    ([{"transport": "smtp-amavis", "nexthop": "[192.0.2.1]:10024"}], [client()], []),
    ([{"transport": "filter", "nexthop": "dummy"}], [entry(None, service="filter", type="unix", command="pipe")], []),
    (FILTERS, [], []),
])
def test_content_filters_of_this_host(filters: list[Any], entries: list[Any], found: list[Any]) -> None:
    assert [tuple(row.values()) for row in ports.list_filters(seen(*entries, content_filters=filters))] == found


def test_both_ends_of_a_content_filter_are_tried() -> None:
    local = {"host": "127.0.0.1", "loopback": True}
    look = seen(
        entry(25), client(), entry(10025, **local), entry(10026, **local, options={"smtpd_tls_wrappermode": "yes"}),
        entry(10027, **local, options={"smtpd_upstream_proxy_protocol": "haproxy"}), entry(2525),
        content_filters=FILTERS)
    assert ports.list_dialogues(look) == [
        ("smtp-envelope", "smtp", "127.0.0.1", port, "postmaster@mail.example.org") for port in ("10024", "10025")]


# -- senders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "changed", "look", "refused"), [
    ({"login": "anna@example.org", "sender": "boss@example.org"}, {}, {}, True),
    # An alias leads to the login; the login is a name in this host's domain, in any case and with an extension.
    ({"login": "anna@example.org", "sender": "sales@example.org", "leads_to": ["anna@example.org"]}, {}, {}, False),
    ({"login": "anna@example.org", "sender": "sales@example.org", "leads_to": ["bert@example.org", "anna@example.org"]}, {}, {}, False),
    ({"login": "anna", "sender": "Anna+news@example.org"}, {}, {}, False),
    ({"login": "anna", "sender": "anna@example.net"}, {}, {}, True),
    # Their table decides, if there is one; one that is made of others is not asked.
    ({"login": "anna", "sender": "boss@example.org", "owners": ["anna"]}, {}, {"settings": {"smtpd_sender_login_maps": "hash:/x"}}, False),
    ({"login": "anna", "sender": "boss@example.org"}, {}, {"settings": {"smtpd_sender_login_maps": "hash:/x"}}, True),
    ({"login": "anna", "sender": "boss@example.org"}, {}, {"settings": {"smtpd_sender_login_maps": "unionmap:{hash:/x}"}}, False),
    ({"login": "anna", "sender": "boss@example.org"}, {"sender_login": "free"}, {}, False),
    ({"login": "anna", "sender": "boss@example.org"}, {"sender_login_maps": "hash:/y"}, {}, False),
    ({"login": "anna", "sender": "boss@example.org"}, {"submission": "closed", "submissions": "closed"}, {}, False),
])
def test_who_sent_from_an_address_of_somebody_else(row: Any, changed: Any, look: Any, refused: bool) -> None:
    known = seen(entry(587), **{"senders": [{"leads_to": [], "owners": [], **row}], **look})
    found = ports.list_refused_senders(plan(known, **changed), known, options(**changed))
    assert bool(found) is refused and all(f"{row['login']} sent as {row['sender']}" in sentence for sentence in found)
