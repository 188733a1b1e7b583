# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy in slapd's words: nobody is locked out, nothing of others gets weaker, and the library decides the language."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap import settings as openldap

CERTIFICATE = {"fullchain": "/c/fullchain.pem", "private_key": "/c/privkey.pem"}
GNUTLS = {"name": "gnutls", "version": "3.7.9"}
OPENSSL = {"name": "openssl", "version": "3.5.7"}


def options(**changed: Any) -> dict[str, Any]:
    base = dict(server_name="ldap.example.org", starttls="policy", port=389, ldaps=True, ldaps_port=636, min_ssf=128,
                client_certificate="policy", client_ca_file="", ldap_conf=True, ldap_conf_reqcert="demand", ldap_conf_ca_file="")
    return dict(base, **changed)


def seen(library: dict[str, str], present: Any = None, **changed: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "installed": True, "tls_library": library, "folder": "/etc/ldap/slapd.d", "slapd_conf": None,
        "services": "ldap:/// ldapi:///", "global": present or {}, "replication": [], "config_replicated": False,
        "inline_certificates": [], "client": {"tls_library": library, "settings": {}},
    }
    return dict(base, **changed)


def settings(look: dict[str, Any], profile: str = "intermediate", **changed: Any) -> dict[str, Any]:
    return openldap.make_settings(resolve(profile=profile), look, options(**changed), CERTIFICATE)


def test_gnutls_gets_floor_and_groups_in_the_string() -> None:
    made = settings(seen(GNUTLS))["attributes"]
    assert made["olcTLSCipherSuite"].startswith("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA")
    assert "VERS-TLS1.0" not in made["olcTLSCipherSuite"] and "+GROUP-X25519" in made["olcTLSCipherSuite"]
    assert "olcTLSProtocolMin" not in made and "olcTLSECName" not in made


def test_openssl_gets_tls13_names_first_and_the_rest_in_settings_of_their_own() -> None:
    made = settings(seen(OPENSSL))["attributes"]
    assert made["olcTLSCipherSuite"].startswith("TLS_AES_128_GCM_SHA256:")
    assert ":ECDHE-ECDSA-AES128-GCM-SHA256:" in made["olcTLSCipherSuite"]
    assert made["olcTLSProtocolMin"] == "3.3"
    assert made["olcTLSECName"].split(":")[0] == "X25519MLKEM768"
    modern = settings(seen(OPENSSL), "modern")["attributes"]
    assert modern["olcTLSProtocolMin"] == "3.4"
    assert all(name.startswith("TLS_") for name in modern["olcTLSCipherSuite"].split(":"))


def test_certificate_key_and_refusal_of_plaintext_are_one_change() -> None:
    made = settings(seen(GNUTLS))["attributes"]
    assert (made["olcTLSCertificateFile"], made["olcTLSCertificateKeyFile"]) == ("/c/fullchain.pem", "/c/privkey.pem")
    assert (made["olcLocalSSF"], made["olcSecurity"]) == ("128", "ssf=128")
    assert made["olcTLSVerifyClient"] == "never" and "olcTLSCACertificateFile" not in made


@pytest.mark.parametrize(("said", "written"), [
    ("none", "never"), ("optional", "try"), ("required", "demand"), ("allow", "allow"), ("demand", "demand")])
def test_client_certificates_in_both_vocabularies(said: str, written: str) -> None:
    made = settings(seen(GNUTLS), client_certificate=said, client_ca_file="/ca.pem")["attributes"]
    assert (made["olcTLSVerifyClient"], made["olcTLSCACertificateFile"]) == (written, "/ca.pem")


def test_the_private_authority_issues_client_certificates_where_nobody_said_otherwise() -> None:
    own = dict(CERTIFICATE, source="local_ca", chain="/c/chain.pem")
    made = openldap.make_settings(resolve(data_class="secret"), seen(OPENSSL), options(), own)
    assert made["attributes"]["olcTLSCACertificateFile"] == "/c/chain.pem" and made["blocking"] == []
    theirs = seen(OPENSSL, {"olcTLSCACertificateFile": ["/theirs.pem"]})
    made = openldap.make_settings(resolve(data_class="secret"), theirs, options(), own)
    assert made["attributes"]["olcTLSCACertificateFile"] == "/theirs.pem"


def test_authorities_have_to_be_some_where_somebody_is_asked_for_a_certificate() -> None:
    theirs = seen(GNUTLS, {"olcTLSCACertificateFile": ["/theirs.pem"]})
    assert settings(theirs)["authorities"] == []
    assert settings(theirs, client_certificate="try")["authorities"] == ["/theirs.pem"]
    assert settings(seen(GNUTLS), ldap_conf_ca_file="/ca.pem")["authorities"] == ["/ca.pem"]


@pytest.mark.parametrize(("present", "wanted"), [
    ([], "ssf=128"),
    (["ssf=71"], "ssf=128"),
    (["ssf=256 simple_bind=128"], "ssf=256 simple_bind=128"),
    (["simple_bind=64", "SSF=1 simple_bind=128"], "simple_bind=128 ssf=128"),
    (["update_tls=1 odd"], "update_tls=1 odd ssf=128"),
])
def test_security_of_others_is_kept_and_only_made_stricter(present: list[str], wanted: str) -> None:
    assert openldap.merge_security(present, 128) == wanted


@pytest.mark.parametrize(("present", "wanted"), [
    ([], "noplain,noanonymous,minssf=128"),
    (["noplain,noanonymous,minssf=128"], "noplain,noanonymous,minssf=128"),
    (["none"], "none,minssf=128"),
    (["noactive, minssf=256,maxssf=512"], "noactive,maxssf=512,minssf=256"),
])
def test_a_sasl_bind_cannot_begin_in_clear_text(present: list[str], wanted: str) -> None:
    assert openldap.merge_sasl(present, 128) == wanted


@pytest.mark.parametrize(("present", "security", "wanted"), [
    ([], "ssf=128", 128), (["71"], "ssf=128", 128), (["256"], "ssf=128", 256),
    ([], "ssf=128 update_ssf=256", 256), ([], "ssf=128 simple_bind=512", 128),
])
def test_root_gets_in_over_the_socket_under_any_of_them(present: list[str], security: str, wanted: int) -> None:
    assert openldap.find_local_ssf(present, security) == wanted


@pytest.mark.parametrize(("present", "wanted"), [
    ([], None), (["tls=1 simple_bind=64"], None), (["ssf=256"], None),
    (["ssf=0"], {"olcSecurity": "ssf=128"}), (["simple_bind=64 SSF=64"], {"olcSecurity": "simple_bind=64 ssf=128"}),
])
def test_the_frontend_must_not_undo_it_at_the_next_start(present: list[str], wanted: Any) -> None:
    databases = [{"dn": "olcDatabase={-1}frontend,cn=config", "suffix": [], "security": present}]
    made = settings(seen(GNUTLS, databases=databases))
    assert made["frontend"] == wanted
    assert made["attributes"]["olcLocalSSF"] == ("256" if "256" in str(present) else "128")


def test_listeners_of_others_are_kept() -> None:
    assert settings(seen(GNUTLS))["services"] == "ldap:/// ldapi:/// ldaps:///"
    assert settings(seen(GNUTLS, services="ldap:/// ldaps:/// ldapi:///"))["services"] is None
    assert settings(seen(GNUTLS, services=""))["services"] == "ldap:/// ldaps:/// ldapi:///"
    own = "ldap://192.0.2.7:1389/ ldaps://[2001:db8::7]/ ldapi://%2frun%2fx"
    made = settings(seen(GNUTLS, services=own))
    assert made["services"] is None
    assert [(row.port, row.protocol, row.listen) for row in made["ports"]] == [
        (1389, "ldap", "192.0.2.7"), (636, "ldaps", "2001:db8::7")]


def test_without_starttls_only_the_loopback_keeps_its_plain_port() -> None:
    before = "ldap://127.0.0.1/ ldap:/// ldapi:///"
    for made in (settings(seen(GNUTLS, services=before), starttls="disabled"),
                 openldap.make_settings(resolve(data_class="confidential"), seen(GNUTLS, services=before), options(), CERTIFICATE)):
        assert made["services"] == "ldap://127.0.0.1/ ldapi:/// ldaps:///"
        assert [row.protocol for row in made["ports"]] == ["ldaps"]


def test_a_plain_port_is_only_opened_where_somebody_says_so() -> None:
    alone = seen(GNUTLS, services="ldaps:/// ldapi:///")
    assert settings(alone)["services"] is None
    assert settings(alone, starttls="enabled", port=1389)["services"] == "ldaps:/// ldapi:/// ldap://:1389/"
    assert settings(seen(GNUTLS), ldaps_port=1636)["services"] == "ldap:/// ldapi:/// ldaps://:1636/"


def test_a_listener_bound_by_name_is_looked_at_from_outside_only() -> None:
    rows = settings(seen(GNUTLS, services="ldap://ldap.example.org/ ldaps:/// ldapi:///"))["ports"]
    assert [(row.listen, row.foreign) for row in rows] == [("", True), ("", False)]


def test_a_test_instance_has_the_listeners_as_they_will_be() -> None:
    command = settings(seen(GNUTLS, services="ldap:/// ldapi:///"))["instance"]["command"]
    assert command[command.index("-h") + 1] == "ldap:/// ldapi:/// ldaps:///"


def test_clients_keep_the_policy_in_the_language_of_their_library() -> None:
    mixed = seen(GNUTLS, client={"tls_library": OPENSSL, "settings": {}})
    made = settings(mixed, ldap_conf_ca_file="/ca.pem")["ldap_conf"]
    assert made["TLS_REQCERT"] == "demand" and made["TLS_CACERT"] == "/ca.pem"
    assert made["TLS_PROTOCOL_MIN"] == "3.3" and made["TLS_CIPHER_SUITE"].startswith("TLS_AES")
    plain = settings(seen(GNUTLS))["ldap_conf"]
    assert set(plain) == {"TLS_REQCERT", "TLS_CIPHER_SUITE"} and plain["TLS_CIPHER_SUITE"].startswith("NONE:")
    assert settings(mixed, ldap_conf=False)["ldap_conf"] == {}
    assert settings(seen(GNUTLS, client={"tls_library": None}))["ldap_conf"] == {}


def test_what_blocks() -> None:
    assert "openldap_tls_client_ca_file" in settings(seen(GNUTLS), client_certificate="try")["blocking"][0]
    assert settings(seen(GNUTLS, {"olcTLSCACertificateFile": ["/ca"]}), client_certificate="try")["blocking"] == []
    conf = seen(GNUTLS, folder=None, slapd_conf="/etc/ldap/slapd.conf")
    assert "slaptest -f FILE" in settings(conf)["blocking"][0] and "slapd.conf" in settings(conf)["blocking"][0]
    assert "only a shell" in settings(seen(GNUTLS, services=None))["blocking"][0]
    assert "Neither" in settings(seen(GNUTLS), starttls="disabled", ldaps=False)["blocking"][0]
    assert settings(seen(GNUTLS))["blocking"] == []


def test_what_is_said_beside_the_verdict() -> None:
    rows = [{"dn": "olcDatabase={1}mdb,cn=config", "provider": "ldap://a.example.org", "encrypted": False}]
    look = seen(OPENSSL, {"olcSecurity": ["tls=1"]}, replication=rows, config_replicated=True,
                inline_certificates=["olcTLSCertificate;binary"])
    warnings = " ".join(settings(look)["warnings"])
    for word in ("ldap://a.example.org", "starttls=critical", "is replicated", "olcTLSCertificate;binary", "tls=1"):
        assert word in warnings
    old = openldap.make_settings(resolve(policy={"extends": "intermediate", "protocols": ["TLSv1.2"], "tls13_suites": []}),
                                 seen(OPENSSL), options(), CERTIFICATE)
    assert "TLSv1.3 stays on" in old["warnings"][0]


def test_no_library_and_nothing_installed() -> None:
    with pytest.raises(DialectError, match="no TLS library"):
        settings(seen({}))


def test_what_only_offers_tls_asks_nothing_of_connections_and_closes_nothing() -> None:
    look = seen(GNUTLS, services="ldap:/// ldapi:///")
    given = resolve(data_class="confidential"), look, options(), CERTIFICATE
    made, full = openldap.make_settings(*given, offering=True), openldap.make_settings(*given)
    missing = set(full["attributes"]) - set(made["attributes"])
    assert missing == {"olcSecurity", "olcLocalSSF", "olcSaslSecProps"} and "olcTLSCertificateFile" in made["attributes"]
    assert made["services"] == "ldap:/// ldapi:/// ldaps:///" and full["services"] == "ldapi:/// ldaps:///"
    assert made["frontend"] is None and made["ldap_conf"] == {} and made["ending"] == []
