# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Courier is told: the pair never apart, one certificate file, ports as the policy has them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import assignments
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import settings as courier

CERTIFICATE = {"source": "local_ca", "bundle": "/c/bundle.pem", "fullchain": "/c/f.pem", "private_key": "/c/k.pem",
               "chain": "/c/chain.pem"}
TLS = {"TLS_PRIORITY": "NONE:+X"}
PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
UNITS = {"imap": "courier-imap.service", "imaps": "courier-imap-ssl.service", "pop3": "courier-pop.service",
         "pop3s": "courier-pop-ssl.service"}


def options(**changed: Any) -> dict[str, Any]:
    base = dict(server_name="mail.example.org", certificate=CERTIFICATE, imaps="open", imap="policy", pop3s="auto",
                pop3="auto", client_certificate="policy", client_ca_file="", cleartext_backends="fail")
    return dict(base, **changed)


def seen(protocols: Any = ("imap", "pop3"), up: Any = tuple(UNITS), **changed: Any) -> dict[str, Any]:
    base = dict(
        protocols=list(protocols),
        listens=[{"protocol": name, "address": "", "port": port} for name, port in PORTS.items()],
        listeners=[{"port": PORTS[name]} for name in up],
        units=[{"name": unit, "up": name in up} for name, unit in UNITS.items()],
        settings={"imapd": {}, "imapd-ssl": {}, "pop3d": {}, "pop3d-ssl": {}},
        virtual_certificates=[], cleartext_logins=[],
    )
    return dict(base, **changed)


def settings(look: dict[str, Any], policy: Any = "intermediate", **changed: Any) -> dict[str, Any]:
    return courier.make_settings(resolve(policy=policy), TLS, look, options(**changed))


def values(made: dict[str, Any], file: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [item["values"] for item in made["changes"] if item["file"] == file]
    return found[0] if found else {}


def test_tls_required_never_stands_without_the_way_into_tls() -> None:
    ways = itertools.product(("open", "closed"), ("policy", "open", "closed"), ("auto", "open", "closed"), ("auto", "closed"))
    for (imaps, imap, pop3s, pop3), policy in itertools.product(ways, [*PROFILES, *DATA_CLASSES]):
        made = settings(seen(), policy, imaps=imaps, imap=imap, pop3s=pop3s, pop3=pop3)
        assert values(made, "imapd-ssl")["IMAPDSTARTTLS"] == "YES"
        assert values(made, "imapd-ssl")["IMAP_TLS_REQUIRED"] == "1"
        assert values(made, "pop3d-ssl")["POP3_STARTTLS"] == "YES"
        assert values(made, "pop3d-ssl")["POP3_TLS_REQUIRED"] == "1"


def test_a_key_in_the_plain_file_would_win_and_is_taken_out() -> None:
    before = {"imapd": {"IMAPDSTARTTLS": "NO", "PORT": "143", "TLS_PRIVATE_KEYFILE": "/old"}, "imapd-ssl": {}}
    made = settings(seen(["imap"], settings=before))
    assert values(made, "imapd") == {"IMAPDSTARTTLS": None, "TLS_PRIVATE_KEYFILE": None}
    assert [item["file"] for item in made["changes"]] == ["imapd-ssl", "imapd"]
    assert assignments.edit("PORT=143\nIMAPDSTARTTLS=NO\n", values(made, "imapd")) == "PORT=143\n#IMAPDSTARTTLS=NO\n"


def test_one_file_for_key_and_chain_and_no_key_file_left_from_before() -> None:
    made = values(settings(seen()), "imapd-ssl")
    assert (made["TLS_CERTFILE"], made["TLS_PRIVATE_KEYFILE"]) == ("/c/bundle.pem", None)
    supplied = {"source": "files", "bundle": None, "fullchain": "/s/f.pem", "private_key": "/s/k.pem", "chain": None}
    made = settings(seen(), certificate=supplied)
    assert values(made, "imapd-ssl")["TLS_CERTFILE"] == "/s/f.pem"
    assert values(made, "pop3d-ssl")["TLS_PRIVATE_KEYFILE"] == "/s/k.pem"
    assert made["certificate_files"] == ["/s/f.pem", "/s/k.pem"]


def test_a_policy_without_starttls_closes_the_plain_ports() -> None:
    made = settings(seen(), "confidential")
    assert made["closed"] == [UNITS["imap"], UNITS["pop3"]]
    assert made["open"] == [UNITS["imaps"], UNITS["pop3s"]]
    assert settings(seen())["closed"] == []
    assert "does not allow a port that begins in clear text" in settings(seen(), "confidential", imap="open")["blocking"][0]


def test_pop3_is_left_as_it_is_found_but_never_weak() -> None:
    made = settings(seen(up=["imap", "imaps"]))
    assert made["open"] == [UNITS["imap"], UNITS["imaps"]] and made["closed"] == []
    assert values(made, "pop3d-ssl")["POP3_TLS_REQUIRED"] == "1"
    assert settings(seen(["imap"]), pop3s="open")["open"] == [UNITS["imap"], UNITS["imaps"]]


def test_what_listens_is_never_out_of_sight() -> None:
    made = settings(seen(["imap"], up=["imap", "imaps"]), imap="closed")
    assert [port.protocol for port in made["ports"]] == ["imaps"]
    assert [(port.protocol, port.foreign) for port in made["closing"]] == [("imap", True)]
    made = settings(seen(["imap"], up=["imaps"]), imap="closed")
    assert [port.protocol for port in made["ports"]] == ["imaps"] and made["closing"] == ()
    # What is left alone and listens all the same is probed in any case.
    made = settings(seen(up=["imap", "imaps"], listeners=[{"port": 110}, {"port": 143}]))
    assert [(port.protocol, port.foreign) for port in made["ports"]][2:] == [("pop3", True)]


def test_nothing_left_open_is_no_setting() -> None:
    assert "no port of Courier would stay open" in settings(seen(["imap"]), imap="closed", imaps="closed")["blocking"][0]


def test_a_test_instance_runs_what_will_be_open() -> None:
    made = settings(seen(up=["imaps"]))["instance"]
    assert made["command"][-1].count("couriertcpd") == 2
    assert [(row["port"], row["protocol"]) for row in made["endpoints"]] == [(143, "imap"), (993, "imaps")]
    assert all(row["says"] for row in made["endpoints"])


def test_if_no_client_gets_in_without_a_certificate_a_second_server_shows_what_is_behind() -> None:
    made = settings(seen(["imap"]), client_certificate="required")["instance"]
    assert made["command"][-1].count("TLS_VERIFYPEER=NONE") == 2
    assert [(row["port"], "says" in row, row.get("judged", True)) for row in made["endpoints"]] == [
        (143, False, True), (993, False, True), (20143, True, False), (20993, True, False)]


def test_client_certificates_need_an_authority() -> None:
    made = settings(seen(), client_certificate="required")
    assert values(made, "imapd-ssl")["TLS_VERIFYPEER"] == "REQUIREPEER"
    assert values(made, "pop3d-ssl")["TLS_TRUSTCERTS"] == "/c/chain.pem"
    assert not any(port.says for port in made["ports"])
    supplied = dict(CERTIFICATE, source="files")
    assert "which authority" in settings(seen(), client_certificate="optional", certificate=supplied)["blocking"][0]
    made = settings(seen(), client_certificate="optional", certificate=supplied, client_ca_file="/ca.pem")
    assert made["blocking"] == [] and values(made, "imapd-ssl")["TLS_TRUSTCERTS"] == "/ca.pem"
    assert values(made, "imapd-ssl")["TLS_VERIFYPEER"] == "PEER"
    assert "TLS_TRUSTCERTS" not in values(settings(seen()), "imapd-ssl")


def test_certificates_for_other_names_are_not_lost_in_silence() -> None:
    look = seen(virtual_certificates=["/etc/courier/imapd.pem.a.example.org", "/c/bundle.pem.b.example.org"])
    (sentence,) = settings(look)["blocking"]
    assert "/etc/courier/imapd.pem.a.example.org" in sentence and "b.example.org" not in sentence


def test_a_backend_that_would_break_is_named() -> None:
    look = seen(cleartext_logins=[{"file": "/etc/default/saslauthd", "target": "localhost"}])
    made = settings(look)
    assert "/etc/default/saslauthd" in made["blocking"][0] and made["warnings"] == []
    made = settings(look, cleartext_backends="report")
    assert made["blocking"] == [] and "rimap" in made["warnings"][0]


def test_gnutls_hears_one_word() -> None:
    assert courier.make_tls_values(resolve(), "gnutls", {"priority": "NONE:+VERS-TLS1.3"}) == {"TLS_PRIORITY": "NONE:+VERS-TLS1.3"}


@pytest.mark.parametrize(("profile", "word"), [("intermediate", "TLSv1.2++"), ("old", "TLSv1")])
def test_openssl_hears_its_own(profile: str, word: str) -> None:
    made = courier.make_tls_values(resolve(profile=profile), "openssl", {"cipher_string": "A:B"})
    assert made == {"TLS_PROTOCOL": word, "TLS_STARTTLS_PROTOCOL": word, "TLS_CIPHER_LIST": "A:B"}


def test_what_courier_on_openssl_has_no_word_for_is_said() -> None:
    with pytest.raises(DialectError, match="cannot be told TLSv1.3 to TLSv1.3"):
        courier.make_tls_values(resolve(profile="modern"), "openssl", {"cipher_string": None})


@pytest.mark.parametrize(("version", "pop3", "warned"), [
    ("1.0.16-3+b6", "open", True), ("1.1.4", "open", True), ("1.1.5-1", "open", False), ("1.4.1-1", "open", False),
    ("1.0.16-3+b6", "closed", False), (None, "open", False),
])
def test_a_pop3_server_that_keeps_commands_behind_stls_is_named(version: Any, pop3: str, warned: bool) -> None:
    said = settings(seen(pop3_version=version), pop3=pop3)["warnings"]
    assert ["CVE-2021-38084" in line for line in said] == [True] * warned


def test_a_test_instance_asks_the_host_about_passwords() -> None:
    assert settings(seen())["instance"]["sockets"] == ["/run/courier/authdaemon/socket"]
