# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix is told, which ports are open, who else rules them, and what is refused before it reaches a file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import settings as postfix

OPENSSL = {"cipher_string": "A:B:@SECLEVEL=2", "ciphersuites": "C", "groups": "X25519:prime256v1:ffdhe2048", "sigalgs": "d"}
VALIDATING = {"validating": True, "local": True, "servers": [
    {"address": "127.0.0.1", "file": "/etc/resolv.conf", "validating": True, "reason": ""}]}
NOT_VALIDATING = {"validating": False, "local": False,
                  "servers": [{"address": "192.0.2.53", "file": "/etc/resolv.conf", "validating": None,
                               "reason": "it gave no answer"}]}


def options(**changed: Any) -> dict[str, Any]:
    base = dict(
        server_name="", smtp="auto", smtp_relay="keep", submission="auto", submissions="auto", sasl="auto", sasl_path="",
        sender_login="checked", sender_login_maps="", outgoing="auto", outgoing_ca_file="/etc/ssl/certs/ca-certificates.crt",
        destinations=[], client_certificate="policy", client_ca_file="", overrides="report", loglevel=1,
        received_header=True, resolver={})
    return dict(base, **changed)


def entry(service: str, **changed: Any) -> dict[str, Any]:
    ports = {"smtp": 25, "submission": 587, "submissions": 465, "smtps": 465}
    base = dict(service=service, type="inet", host="", port=ports.get(service), loopback=False, command="smtpd",
                chroot="y", line=1, options={})
    return dict(base, **changed)


def seen(*entries: dict[str, Any], **changed: Any) -> dict[str, Any]:
    base = dict(
        unit="postfix.service", mail_version="3.10.13", hostname="mail.example.org", domains=["example.org", "localhost"],
        interfaces=["all"], queue_directory="/var/spool/postfix", daemon_directory="/usr/lib/postfix/sbin",
        recipient_delimiter="+", files={"main": "/etc/postfix/main.cf", "master": "/etc/postfix/master.cf"}, settings={},
        entries=list(entries) or [entry("smtp")], sasl={"dovecot": True, "cyrus": "absent", "rimap": False}, problems=[])
    return dict(base, **changed)


def settings(look: dict[str, Any], data_class: str = "", **changed: Any) -> dict[str, Any]:
    return postfix.make_settings(resolve(data_class=data_class or None), OPENSSL, look, options(**changed))


def services(made: dict[str, Any]) -> dict[str, Any]:
    return {wish["service"]: wish for wish in made["services"]}


# -- the language --------------------------------------------------------------------------


def test_servers_and_clients_opportunistic_and_mandatory_speak_the_same() -> None:
    main = settings(seen())["main"]
    for side in ("smtpd", "smtp", "lmtp"):
        for kind in ("", "mandatory_"):
            assert main[f"{side}_tls_{kind}protocols"] == ">=TLSv1.2"
            assert main[f"{side}_tls_{kind}ciphers"] == "high"
            assert main[f"{side}_tls_{kind}exclude_ciphers"] == "aNULL"
    assert main["tls_high_cipherlist"] == "A:B:@SECLEVEL=2"
    assert (main["tls_eecdh_auto_curves"], main["tls_ffdhe_auto_groups"]) == ("X25519 prime256v1", "ffdhe2048")
    assert main["tls_ssl_options"] == "NO_COMPRESSION, NO_RENEGOTIATION"
    assert main["tls_config_name"] == "intransit"


def test_an_older_postfix_is_not_told_what_it_does_not_know() -> None:
    assert "tls_ffdhe_auto_groups" not in settings(seen(mail_version="3.7.11"))["main"]


def test_what_would_hide_the_chain_file_goes() -> None:
    main = settings(seen())["main"]
    assert main["smtpd_tls_cert_file"] is None and main["smtpd_use_tls"] is None and main["smtp_tls_per_site"] is None


def test_starttls_is_not_hidden_any_more() -> None:
    hidden = settings(seen(settings={"smtpd_discard_ehlo_keywords": "silent-discard, STARTTLS dsn"}))["main"]
    assert hidden["smtpd_discard_ehlo_keywords"] == "silent-discard, dsn"
    assert "smtpd_discard_ehlo_keywords" not in settings(seen(settings={"smtpd_discard_ehlo_keywords": "dsn"}))["main"]


def test_whoever_relays_and_where_mail_goes_is_not_ours() -> None:
    main = settings(seen())["main"]
    theirs = {"relayhost", "mynetworks", "mydestination", "smtpd_relay_restrictions", "virtual_alias_maps", "smtp_tls_policy_maps"}
    assert not theirs & set(main)


# -- mail that leaves ----------------------------------------------------------------------


@pytest.mark.parametrize(("there", "data_class", "level"), [
    (None, "", "may"), ("none", "", "may"), ("dane", "", "dane"), ("secure", "", "secure"), ("encrypt", "", "encrypt"),
    (None, "confidential", "encrypt"), ("dane", "confidential", "encrypt"), ("verify", "confidential", "verify"),
])
def test_auto_never_asks_for_less_than_what_is_there(there: Any, data_class: str, level: str) -> None:
    look = seen(settings={"smtp_tls_security_level": there} if there else {})
    made = settings(look, data_class, resolver=VALIDATING, client_certificate="none")
    assert made["main"]["smtp_tls_security_level"] == level


def test_dane_is_refused_where_nobody_validates() -> None:
    for resolver in ({}, NOT_VALIDATING):
        made = settings(seen(), outgoing="dane", resolver=resolver)
        assert any("validating resolver" in sentence for sentence in made["blocking"])
    kept = settings(seen(settings={"smtp_tls_security_level": "dane"}), resolver=NOT_VALIDATING)
    assert "192.0.2.53 (/etc/resolv.conf): it gave no answer" in kept["blocking"][0]
    assert "install a validating resolver" in kept["blocking"][0]
    row = {"destination": "example.org", "level": "dane-only"}
    assert settings(seen(), destinations=[row], resolver=NOT_VALIDATING)["blocking"]


def test_an_old_copy_behind_the_chroot_has_a_remedy_of_its_own() -> None:
    copy = {"address": "192.0.2.53", "file": "/var/spool/postfix/etc/resolv.conf", "validating": False, "reason": "no"}
    stale = dict(VALIDATING, validating=False, servers=[*VALIDATING["servers"], copy])
    assert "restart Postfix, which then takes a new copy" in settings(seen(), outgoing="dane", resolver=stale)["blocking"][0]
    both = dict(stale, servers=[copy, *NOT_VALIDATING["servers"]])
    assert "install a validating resolver" in settings(seen(), outgoing="dane", resolver=both)["blocking"][0]


@pytest.mark.parametrize(("name", "value"), [("smtp_host_lookup", "native"), ("disable_dns_lookups", "yes")])
def test_dane_needs_the_names_looked_up_in_dns(name: str, value: str) -> None:
    look = seen(settings={name: value})
    assert "no TLSA record" in settings(look, outgoing="dane", resolver=VALIDATING)["blocking"][0]
    assert settings(look)["blocking"] == []
    assert settings(seen(settings={"smtp_host_lookup": "dns, native"}), outgoing="dane", resolver=VALIDATING)["blocking"] == []


def test_a_client_of_its_own_that_asks_for_no_signed_answers_is_reported() -> None:
    relay = entry("relay", type="unix", port=None, command="smtp", options={"smtp_dns_support_level": "enabled"})
    made = settings(seen(entry("smtp"), relay), outgoing="dane", resolver=VALIDATING)
    assert "smtp_dns_support_level" in made["warnings"][0] and "dnssec" in made["warnings"][0]


def test_dane_where_somebody_validates() -> None:
    made = settings(seen(), outgoing="dane", resolver=VALIDATING)
    assert made["blocking"] == [] and made["warnings"] == []
    assert made["main"]["smtp_dns_support_level"] == "dnssec"
    far = settings(seen(), outgoing="dane", resolver=dict(VALIDATING, local=False))
    assert "in between" in far["warnings"][0]


def test_verified_certificates_need_somebody_to_trust() -> None:
    assert settings(seen(), outgoing="secure")["main"]["smtp_tls_CAfile"] == "/etc/ssl/certs/ca-certificates.crt"
    assert "smtp_tls_CAfile" not in settings(seen())["main"]


def test_destinations_stand_in_front_of_tables_that_are_there() -> None:
    rows = [{"destination": "[192.0.2.1]:25", "level": "secure", "match": ["a.example", ".b.example"], "servername": "a.example"},
            {"destination": ".example.org", "level": "encrypt"}]
    look = seen(settings={"smtp_tls_policy_maps": "hash:/etc/postfix/tls, inline:{ {a=encrypt} }"})
    made = settings(look, destinations=rows)
    assert made["destinations"] == ["[192.0.2.1]:25 secure match=a.example match=.b.example servername=a.example",
                                    ".example.org encrypt"]
    maps = made["main"]["smtp_tls_policy_maps"]
    assert maps.startswith("texthash:/etc/postfix/intransit-destinations, hash:/etc/postfix/tls, inline:{ {a=encrypt}")
    again = settings(seen(settings={"smtp_tls_policy_maps": maps}), destinations=rows)["main"]["smtp_tls_policy_maps"]
    assert again == maps


@pytest.mark.parametrize(("outgoing", "own", "given", "lines"), [
    ("encrypt", {}, [], ["[127.0.0.1]:10024 may"]),
    ("may", {}, [], []),
    # Who says it for this next hop, in the options or in master.cf, decides.
    ("encrypt", {}, [{"destination": "[127.0.0.1]:10024", "level": "encrypt"}], ["[127.0.0.1]:10024 encrypt"]),
    ("encrypt", {"smtp_tls_security_level": "none"}, [], []),
])
def test_a_content_filter_on_this_host_is_not_asked_for_tls(
    outgoing: str, own: dict[str, str], given: list[Any], lines: list[str]
) -> None:
    look = seen(entry("smtp"), entry("amavis", type="unix", command="smtp", options=own), content_filters=[
        {"transport": "amavis", "nexthop": "[127.0.0.1]:10024"}])
    made = settings(look, outgoing=outgoing, destinations=given)
    assert made["destinations"] == lines
    assert made["main"].get("smtp_tls_policy_maps") == ("texthash:" + postfix.DESTINATIONS_FILE if lines else None)


def test_when_no_destination_is_left_our_table_goes_and_theirs_stay() -> None:
    ours = "texthash:/etc/postfix/intransit-destinations"
    assert settings(seen(settings={"smtp_tls_policy_maps": ours}))["main"]["smtp_tls_policy_maps"] is None
    look = seen(settings={"smtp_tls_policy_maps": ours + ", hash:/x"})
    assert settings(look)["main"]["smtp_tls_policy_maps"] == "hash:/x"


def test_a_login_at_a_relay_that_may_go_in_clear_is_said() -> None:
    look = seen(settings={"smtp_sasl_auth_enable": "yes"})
    assert "logs in to a relay" in settings(look)["warnings"][0]
    assert settings(look, outgoing="encrypt")["warnings"] == []


# -- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("changed", [
    {"destinations": [{"destination": "a b", "level": "may"}]}, {"destinations": [{"destination": "a"}]},
    {"destinations": [{"destination": "a", "level": "none"}]}, {"destinations": [{"destination": "a", "level": "may", "x": 1}]},
    {"destinations": [{"destination": "a", "level": "secure", "match": ["x y"]}]},
    {"destinations": [{"destination": "a", "level": "fingerprint"}]},
    {"destinations": [{"destination": "a", "level": "may", "servername": "a b"}]},
])
def test_destinations_that_cannot_be_written_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(DialectError):
        settings(seen(), **changed)


NOBODY = {"dovecot": False, "cyrus": "absent", "rimap": False}


def rows(made: dict[str, Any]) -> list[tuple[int, str]]:
    return [(row.port, row.protocol) for row in made["endpoints"]]


# -- ports ---------------------------------------------------------------------------------


def test_where_people_can_log_in_their_ports_are_opened() -> None:
    made = settings(seen())
    assert rows(made) == [(25, "smtp"), (587, "submission"), (465, "smtps")]
    login = services(made)["submission"]["options"]
    assert login["smtpd_tls_security_level"] == "encrypt" and login["smtpd_sasl_auth_enable"] == "yes"
    assert login["smtpd_relay_restrictions"] == "permit_sasl_authenticated, reject"
    assert login["smtpd_sender_restrictions"] == "reject_sender_login_mismatch"
    assert login["smtpd_tls_wrappermode"] is None
    assert services(made)["submissions"]["options"]["smtpd_tls_wrappermode"] == "yes"


def test_where_nobody_can_they_are_not_opened_by_themselves() -> None:
    made = settings(seen(sasl=NOBODY))
    assert rows(made) == [(25, "smtp")] and set(services(made)) == {"smtp"} and made["blocking"] == []
    assert "nobody could log in" in settings(seen(sasl=NOBODY), submission="open")["blocking"][0]
    # One that is there is somebody's own and is hardened all the same.
    there = settings(seen(entry("smtp"), entry("submission"), sasl=NOBODY))
    assert (587, "submission") in rows(there)
    assert "smtpd_sasl_auth_enable" not in services(there)["submission"]["options"]


def test_closed_is_closed() -> None:
    look = seen(entry("smtp"), entry("submission"), entry("smtps"))
    made = settings(look, smtp="closed", submission="closed", submissions="closed")
    assert rows(made) == [] and {wish["service"] for wish in made["services"] if wish.get("state") == "absent"} == {
        "smtp", "submission", "submissions"}
    assert made["instance"]["endpoints"] == []


@pytest.mark.parametrize(("data_class", "ports"), [
    ("public", [25, 587, 465]), ("restricted", [25, 587, 465]), ("confidential", [25, 465]), ("secret", [465]),
])
def test_the_policy_decides_where_starttls_may_be(data_class: str, ports: list[int]) -> None:
    made = settings(seen(), data_class, client_ca_file="/etc/ssl/ca.pem")
    assert [row.port for row in made["endpoints"]] == ports and made["blocking"] == []


def test_a_host_without_port_25_gets_none_by_itself() -> None:
    look = seen(entry("submission"), sasl=NOBODY)
    made = settings(look)
    assert "smtp" not in services(made) and rows(made) == [(587, "submission")]
    # Who names it wants it, the same after it was closed.
    for level in ("may", "encrypt"):
        asked = settings(look, smtp=level)
        assert services(asked)["smtp"]["private"] == "n" and rows(asked) == [(25, "smtp"), (587, "submission")]
    assert services(asked)["smtp"]["options"]["smtpd_tls_security_level"] == "encrypt"
    assert "smtp" not in services(settings(look, smtp="closed"))


def test_files_of_others_that_have_to_be_there() -> None:
    assert settings(seen())["files"] == []
    tables = "proxy:hash:/etc/a, pcre:/etc/b unionmap:{lmdb:/etc/c,static:x} inline:{a=b}"
    named = settings(seen(), outgoing="secure", client_certificate="optional", client_ca_file="/etc/ca.pem",
                     sender_login_maps=tables.replace("{", "").replace("}", ""))["files"]
    assert named == ["/etc/ssl/certs/ca-certificates.crt", "/etc/ca.pem", "/etc/a.db", "/etc/b", "/etc/c.lmdb"]
    assert settings(seen(), sender_login="free", sender_login_maps="hash:/etc/a")["files"] == []


def test_where_a_certificate_is_required_nobody_is_asked_what_is_said_inside() -> None:
    asked = {"client_ca_file": "/etc/ssl/ca.pem"}
    for kind, inside in (("optional", [False, True, True]), ("required", [False, False, False])):
        made = settings(seen(), client_certificate=kind, **asked)
        assert [bool(row.says) for row in made["endpoints"]] == inside
        assert ["says" in row for row in made["instance"]["endpoints"]].count(True) == inside.count(True)


def test_port_25_asks_for_what_it_is_told() -> None:
    assert settings(seen())["main"]["smtpd_tls_security_level"] == "may"
    encrypt = settings(seen(), smtp="encrypt")
    assert encrypt["main"]["smtpd_tls_security_level"] == "may"
    assert services(encrypt)["smtp"]["options"]["smtpd_tls_security_level"] == "encrypt"
    stricter = settings(seen(settings={"smtpd_tls_security_level": "encrypt"}))
    assert stricter["main"]["smtpd_tls_security_level"] == "encrypt"
    assert services(stricter)["smtp"]["options"]["smtpd_tls_security_level"] is None
    loosened = settings(seen(settings={"smtpd_tls_security_level": "encrypt"}), smtp="may")
    assert loosened["main"]["smtpd_tls_security_level"] == "may"


def test_behind_postscreen_the_settings_go_to_the_server_it_passes_to() -> None:
    look = seen(entry("smtp", command="postscreen"), entry("smtpd", type="pass", port=None))
    wishes = services(settings(look, smtp="encrypt", smtp_relay="none"))
    assert wishes["smtp"]["options"] == {"postscreen_tls_security_level": "encrypt"}
    assert wishes["smtpd"]["type"] == "pass"
    assert wishes["smtpd"]["options"]["smtpd_relay_restrictions"] == "reject_unauth_destination"


def test_a_closed_port_25_forgets_what_we_had_said_there_and_nothing_else() -> None:
    ours = {"smtpd_relay_restrictions": "reject_unauth_destination", "smtpd_tls_security_level": "encrypt", "content_filter": "x"}
    bare, absent = settings(seen(entry("smtp", options=ours)), smtp="closed")["services"][:2]
    assert bare["options"] == dict.fromkeys(
        ("smtpd_relay_restrictions", "smtpd_tls_security_level", "smtpd_sasl_auth_enable"))
    assert absent == {"service": "smtp", "state": "absent"}


def test_closed_to_relay_and_opened_again() -> None:
    local = services(settings(seen(), smtp_relay="local"))["smtp"]["options"]
    assert local["mynetworks"] == "127.0.0.0/8, [::1]/128" and local["smtpd_sasl_auth_enable"] == "no"
    ours = {name: value for name, value in local.items() if value is not None}
    again = services(settings(seen(entry("smtp", options=ours))))["smtp"]["options"]
    assert again["mynetworks"] is None and again["smtpd_relay_restrictions"] is None
    theirs = services(settings(seen(entry("smtp", options={"smtpd_relay_restrictions": "permit"}))))["smtp"]["options"]
    assert "smtpd_relay_restrictions" not in theirs


def test_tls_settings_of_our_own_ports_come_from_main_alone() -> None:
    look = seen(entry("smtp", options={"smtpd_tls_protocols": ">=TLSv1"}), entry("submission", options={"tls_high_cipherlist": "ALL"}))
    made = settings(look)
    assert services(made)["smtp"]["options"]["smtpd_tls_protocols"] is None
    assert services(made)["submission"]["options"]["tls_high_cipherlist"] is None
    assert made["warnings"] == []


# -- logins --------------------------------------------------------------------------------


def test_who_checks_passwords_is_found() -> None:
    assert settings(seen())["sasl"] == ["dovecot"]
    assert settings(seen(sasl=dict(NOBODY, cyrus="theirs")))["sasl"] == ["cyrus"]
    set_there = seen(settings={"smtpd_sasl_auth_enable": "yes", "smtpd_sasl_type": "dovecot"}, sasl=NOBODY)
    assert settings(set_there)["sasl"] == ["dovecot"]
    assert settings(seen(settings={"smtpd_sasl_auth_enable": "yes"}))["sasl"] == ["cyrus"]


def test_dovecot_without_its_socket_is_said_with_what_to_do() -> None:
    made = settings(seen(sasl=NOBODY), sasl="dovecot")
    assert "unix_listener /var/spool/postfix/private/auth" in made["blocking"][0]
    assert settings(seen(sasl=NOBODY), sasl="dovecot", sasl_path="inet:127.0.0.1:12345")["blocking"] == []


def test_cyrus_runs_outside_of_the_chroot_and_gets_its_file_only_where_there_is_none() -> None:
    made = settings(seen(sasl=NOBODY), sasl="cyrus")
    assert made["write_sasl"] is True
    assert services(made)["submission"]["chroot"] == "n" and services(made)["submission"]["enforce"] == ["chroot"]
    assert settings(seen(sasl=dict(NOBODY, cyrus="theirs")), sasl="cyrus")["write_sasl"] is False
    assert services(settings(seen()))["submission"]["chroot"] == "y"


def test_a_backend_that_passes_passwords_on_in_clear_is_refused() -> None:
    assert "rimap" in settings(seen(sasl=dict(NOBODY, cyrus="theirs", rimap=True)))["blocking"][0]


def owners(lines: list[str], address: str) -> list[str]:
    """What Postfix would find: the first line that matches, its groups put in."""
    for line in lines:
        pattern, result = line.split("  ")
        match = re.match(pattern.strip("/"), address)
        if match:
            for number, text in enumerate(match.groups(), 1):
                result = result.replace(f"${number}", text or "")
            return [name.strip() for name in result.split(",")]
    return []


def test_a_login_owns_its_own_address_and_no_other() -> None:
    lines = settings(seen())["sender_login"]
    assert owners(lines, "alice@example.org") == ["alice", "alice@example.org"]
    assert owners(lines, "alice+lists@example.org") == ["alice", "alice@example.org"]
    assert owners(lines, "alice@other.example") == ["alice@other.example"]
    assert owners(lines, "alice@exampleXorg") == ["alice@exampleXorg"]
    plain = settings(seen(recipient_delimiter=""))["sender_login"]
    assert owners(plain, "a+b@example.org") == ["a+b", "a+b@example.org"]
    assert owners(settings(seen(recipient_delimiter="-+"))["sender_login"], "a-b@example.org") == ["a", "a@example.org"]


def test_tables_of_theirs_decide_instead() -> None:
    look = seen(settings={"smtpd_sender_login_maps": "hash:/etc/postfix/owners"})
    made = settings(look)
    assert made["sender_login"] == []
    assert "smtpd_sender_login_maps" not in services(made)["submission"]["options"]
    assert services(made)["submission"]["options"]["smtpd_sender_restrictions"] == "reject_sender_login_mismatch"
    given = services(settings(seen(), sender_login_maps="hash:/x"))["submission"]["options"]
    assert given["smtpd_sender_login_maps"] == "hash:/x"


def test_free_takes_back_what_only_we_had_said() -> None:
    ours = services(settings(seen()))["submission"]["options"]
    there = entry("submission", options={name: value for name, value in ours.items() if value is not None})
    freed = services(settings(seen(entry("smtp"), there), sender_login="free"))["submission"]["options"]
    assert freed["smtpd_sender_login_maps"] is None and freed["smtpd_sender_restrictions"] is None
    theirs = entry("submission", options={"smtpd_sender_restrictions": "permit"})
    assert "smtpd_sender_restrictions" not in services(settings(seen(theirs), sender_login="free"))["submission"]["options"]


def test_client_certificates_need_an_authority_and_tls() -> None:
    assert "client_ca_file" in settings(seen(), client_certificate="required")["blocking"][0]
    made = settings(seen(), client_certificate="required", client_ca_file="/etc/ssl/ca.pem")
    assert made["blocking"] == []
    assert services(made)["submission"]["options"]["smtpd_tls_req_ccert"] == "yes"
    # One cannot be required of those who may go without TLS.
    assert services(made)["smtp"]["options"]["smtpd_tls_req_ccert"] is None
    assert services(made)["smtp"]["options"]["smtpd_tls_ask_ccert"] == "yes"
    assert "smtpd_tls_req_ccert" not in services(settings(seen()))["submission"]["options"]


# -- others --------------------------------------------------------------------------------

WEAK = dict(smtpd_tls_security_level="none", smtpd_tls_protocols=">=TLSv1", smtpd_tls_loglevel="2")


def test_what_defeats_the_policy_is_named_with_its_line() -> None:
    look = seen(entry("smtp"), entry("2525", port=2525, options=WEAK, line=7))
    made = settings(look)
    assert len(made["warnings"]) == 2
    assert made["warnings"][0].startswith("/etc/postfix/master.cf:7 (2525/inet) `-o smtpd_tls_protocols=>=TLSv1`")
    assert {row.port: row.foreign for row in made["endpoints"]}[2525] is True
    assert sorted(row["port"] for row in made["instance"]["endpoints"]) == [25, 465, 587]
    assert len(settings(look, overrides="fail")["blocking"]) == 2


def test_neutralised_only_what_defeats_is_taken_out() -> None:
    look = seen(entry("smtp"), entry("2525", port=2525, options=WEAK))
    made = settings(look, overrides="neutralise")
    assert services(made)["2525"]["options"] == {"smtpd_tls_security_level": None, "smtpd_tls_protocols": None}
    assert {row.port: row.foreign for row in made["endpoints"]}[2525] is False
    assert made["warnings"] == []


def test_a_filter_that_hands_mail_back_on_loopback_is_no_hole() -> None:
    look = seen(entry("smtp"), entry("127.0.0.1:10025", host="127.0.0.1", port=10025, loopback=True, options=WEAK))
    made = settings(look, overrides="fail")
    assert made["blocking"] == [] and 10025 not in [row.port for row in made["endpoints"]]


def test_a_client_that_sends_without_tls_is_named() -> None:
    relay = entry("relay", type="unix", port=None, command="smtp", options={"smtp_tls_security_level": "none"})
    assert "relay/unix" in settings(seen(entry("smtp"), relay))["warnings"][0]


def test_a_server_for_its_own_host_is_looked_at_there() -> None:
    made = settings(seen(interfaces=["loopback-only"]))
    assert {row.listen for row in made["endpoints"]} == {"127.0.0.1"}
    assert {row.listen for row in settings(seen(interfaces=["192.0.2.1"]))["endpoints"]} == {"192.0.2.1"}


def test_every_login_port_has_to_offer_logins_inside() -> None:
    made = settings(seen())
    assert [row.says for row in made["endpoints"]] == ["", "^250[- ]AUTH ", "^250[- ]AUTH "]
    probed = made["instance"]["endpoints"]
    assert [(row["port"], row["protocol"], row["address"], row.get("says")) for row in probed] == [
        (25, "smtp", "127.0.0.1", None), (587, "submission", "127.0.0.1", "^250[- ]AUTH "),
        (465, "smtps", "127.0.0.1", "^250[- ]AUTH ")]


def test_a_login_backend_behind_the_network_is_not_asked_for_in_a_test_instance() -> None:
    made = settings(seen(), sasl="dovecot", sasl_path="inet:127.0.0.1:12345")
    assert [row.says for row in made["endpoints"]].count("^250[- ]AUTH ") == 2
    assert [row.get("says") for row in made["instance"]["endpoints"]] == [None, None, None]


# -- behind a load balancer ----------------------------------------------------------------


def proxied(made: dict[str, Any]) -> dict[int, str]:
    return {row.port: row.proxy_setting for row in made["endpoints"] if row.proxy_setting}


def test_ports_that_expect_a_proxy_line_are_named() -> None:
    haproxy = {"smtpd_upstream_proxy_protocol": "haproxy"}
    made = settings(seen(
        entry("smtp"), entry("submissions", options={**haproxy, "smtpd_tls_wrappermode": "yes"}),
        entry("10587", port=10587, options=haproxy), entry("2525", port=2525),
        entry("2526", port=2526, options={"smtpd_upstream_proxy_protocol": ""})))
    assert proxied(made) == {465: "smtpd_upstream_proxy_protocol = haproxy", 10587: "smtpd_upstream_proxy_protocol = haproxy"}
    assert len([line for line in made["warnings"] if "PROXY" in line]) == 2


def test_main_cf_speaks_for_all_that_do_not_speak_for_themselves() -> None:
    made = settings(seen(
        entry("smtp", command="postscreen"), entry("2525", port=2525),
        entry("2526", port=2526, options={"smtpd_upstream_proxy_protocol": ""}),
        settings={"smtpd_upstream_proxy_protocol": "haproxy", "postscreen_upstream_proxy_protocol": ""}))
    # Postscreen has a parameter of its own; the ports that we open ourselves inherit from main.cf.
    assert set(proxied(made)) == {587, 465, 2525}
    assert set(proxied(settings(seen(entry("smtp", command="postscreen"), settings={
        "postscreen_upstream_proxy_protocol": "haproxy"})))) == {25}


@pytest.mark.parametrize(("value", "protocol"), [
    ("yes", "smtps"), ("YES", "smtps"), ("Yes", "smtps"), ("no", "smtp"), ("NO", "smtp"), ("", "smtp")])
def test_booleans_have_no_case(value: str, protocol: str) -> None:
    made = settings(seen(entry("smtp"), entry("2465", port=2465, options={"smtpd_tls_wrappermode": value})))
    assert {row.port: row.protocol for row in made["endpoints"]}[2465] == protocol


@pytest.mark.parametrize(("options", "sockets"), [
    ({"sasl": "dovecot"}, ["/var/spool/postfix/private/auth"]),
    ({"sasl": "dovecot", "sasl_path": "/run/dovecot/auth"}, ["/run/dovecot/auth"]),
    ({"sasl": "dovecot", "sasl_path": "inet:auth.example.org:12345"}, []),
    ({"sasl": "none"}, []),
])
def test_a_test_instance_asks_the_login_backend_of_the_host(options: dict[str, Any], sockets: Any) -> None:
    assert settings(seen(entry("smtp"), entry("submission")), **options)["instance"]["sockets"] == sockets
