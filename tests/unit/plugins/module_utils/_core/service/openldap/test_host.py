# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read of slapd's configuration, and that no secret of it is returned."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import ldif
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import (
    BUILT_IN,
    Library,
    Linked,
    Printed,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap import host as openldap
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.host import HOST

CONFIG = """dn: cn=config
olcSecurity: simple_bind=64
olcTLSCertificateFile: /c.pem
olcTLSCertificateKey;binary:: c2VjcmV0LWtleQ==

dn: olcDatabase={0}config,cn=config
olcRootPW: secret-root
olcSyncrepl: {0}rid=001 provider=ldaps://b.example.org bindmethod=simple credentials=secret-one

dn: olcDatabase={1}mdb,cn=config
olcDbDirectory: /var/lib/ldap
olcSuffix: dc=example,dc=org
olcSecurity: ssf=1
olcSyncrepl: {0}rid=002 provider="ldap://a.example.org:389" starttls=yes credentials=secret-two
olcSyncrepl: {1}rid=003 provider=ldap://c.example.org starttls=critical credentials=secret-three
"""
FOLDER = "/etc/ldap/slapd.d"
TOP = "/etc/ldap/slapd.d/cn=config.ldif"


def test_what_counts_is_returned_and_secrets_are_not(scripted: Any) -> None:
    host = scripted(
        {"/etc/default/slapd": 'SLAPD_USER="ldap"\nSLAPD_SERVICES="ldap:/// ldapi:///"\n',
         "/etc/ldap/ldap.conf": "BASE dc=x\nTLS_CACERT /ca.pem\n"},
        {"slapcat": CONFIG}, {"/usr/bin/ldapsearch": Linked(Library("gnutls", "3.7.9", "/g", "/usr/bin/ldapsearch"))},
        folders=[FOLDER])
    found = host.drive(HOST.read())
    assert found["global"] == {"olcTLSCertificateFile": ["/c.pem"], "olcSecurity": ["simple_bind=64"]}
    assert found["inline_certificates"] == ["olcTLSCertificateKey;binary"]
    assert found["databases"][1] == {
        "dn": "olcDatabase={1}mdb,cn=config", "suffix": ["dc=example,dc=org"], "security": ["ssf=1"],
        "directory": "/var/lib/ldap"}
    assert found["config_replicated"] is True
    assert [(row["provider"], row["encrypted"]) for row in found["replication"]] == [
        ("ldaps://b.example.org", True), ("ldap://a.example.org:389", False), ("ldap://c.example.org", True)]
    assert (found["folder"], found["slapd_conf"], found["user"], found["group"], found["services"]) == (
        FOLDER, None, "ldap", "openldap", "ldap:/// ldapi:///")
    assert found["client"]["tls_library"]["name"] == "gnutls"
    assert found["client"]["settings"] == {"TLS_CACERT": "/ca.pem"}
    assert "secret" not in json.dumps(found)
    # A key within cn=config is no file.
    assert found["present_certificates"] == []


def test_the_certificate_that_slapd_serves(scripted: Any) -> None:
    config = ("dn: cn=config\nolcTLSCertificateFile: /c.pem\nolcTLSCertificateKeyFile: /k.pem\n"
              "olcTLSCACertificateFile: /ca.pem\n")
    found = scripted(programs={"slapcat": config}, folders=[FOLDER]).drive(HOST.read())
    assert found["present_certificates"] == [
        {"certificate": "/c.pem", "private_key": "/k.pem", "chain": "/ca.pem", "owner": "openldap", "group": "openldap"}]


def test_slapcat_runs_as_the_account_that_owns_the_folder_and_reads_no_settings_of_root(scripted: Any) -> None:
    host = scripted({"/etc/default/slapd": "SLAPD_CONF=/srv/slapd.d\n"}, {"slapcat": CONFIG}, folders=["/srv/slapd.d"])
    assert host.drive(HOST.read())["folder"] == "/srv/slapd.d"
    (run,) = host.ran
    assert run.as_owner_of == "/srv/slapd.d" and ("LDAPNOINIT", "1") in run.environment
    assert run.argv[:5] == ("slapcat", "-n", "0", "-F", "/srv/slapd.d")


def test_a_slapd_conf_is_named_and_no_program_runs(scripted: Any) -> None:
    host = scripted({"/etc/default/slapd": "SLAPD_CONF=/etc/ldap/slapd.conf\n", "/etc/ldap/slapd.conf": ""})
    found = host.drive(HOST.read())
    assert (found["folder"], found["slapd_conf"], found["global"]) == (None, "/etc/ldap/slapd.conf", {})
    assert host.ran == []


def test_a_host_without_any_configuration() -> None:
    found = openldap.describe_entries(())
    assert found["global"] == {} and found["databases"] == [] and found["config_replicated"] is False


@pytest.mark.parametrize(("printed", "words"), [
    (Printed(False, "", "slapcat: bad\nstr2entry: olcRootPW: secret\n", "`slapcat` ended with 1"),
     "slapd's configuration in .* cannot be read: `slapcat` ended with 1\nslapcat: bad"),
    (Printed(False, problem="/x belongs to several accounts.", did_run=False), "^/x belongs to several accounts"),
    ("dn: olcDatabase={0}config,cn=config\nolcRootPW: secret\n", "lacks the entry cn=config itself"),
    ("dn: cn=config\nsecret-without-colon\n", "Line 2 of slapd's configuration"),
])
def test_a_configuration_that_cannot_be_read_is_an_error_without_its_secrets(
    scripted: Any, printed: Any, words: str
) -> None:
    with pytest.raises(TransactionError, match=words) as caught:
        scripted(programs={"slapcat": printed}, folders=[FOLDER]).drive(HOST.read())
    assert "secret" not in caught.value.message


def test_a_file_that_cannot_be_read_is_an_error(scripted: Any) -> None:
    with pytest.raises(TransactionError, match="/etc/default/slapd cannot be read"):
        scripted({"/etc/default/slapd": None}).drive(HOST.read())


def test_one_entry_is_asked_for_by_its_name(scripted: Any) -> None:
    host = scripted(programs={"slapcat": "dn: cn=config\nolcSecurity: ssf=1\n"})
    (found,) = host.drive(openldap.read_entries(FOLDER, "cn=config"))
    assert isinstance(found, ldif.Entry) and found.get("olcSecurity") == ("ssf=1",)
    assert host.ran[0].argv[-1] == "ldap:///cn=config??base?"


def ciphers(scripted: Any, text: str | None, library: str = "gnutls") -> list[tuple[str, str]]:
    found = scripted({TOP: text}).drive(HOST.cipher_settings(library))
    return [(row.value, row.where) for row in found]


def test_cipher_settings_are_those_of_the_entry(scripted: Any) -> None:
    plain = "# CRC32 00000000\ndn: cn=config\nolcTLSCipherSuite: SECURE256:%SERVER_\n PRECEDENCE\n"
    coded = f"dn: cn=config\nolctlsciphersuite:: {base64.b64encode(b'SECURE192').decode()}\n"
    assert ciphers(scripted, plain) == [("SECURE256:%SERVER_PRECEDENCE", "cn=config")]
    assert ciphers(scripted, coded) == [("SECURE192", "cn=config")]
    assert ciphers(scripted, "dn: cn=config\n", "openssl") == [("DEFAULT", BUILT_IN)]
    assert ciphers(scripted, "dn: cn=config\n") == [("NORMAL", BUILT_IN)]


@pytest.mark.parametrize(("text", "words"), [
    ("dn: cn=config\nolcTLSCipherSuite:: !!\n", "not valid base64"), (None, "cannot be read: Input/output error"),
])
def test_cipher_settings_are_never_guessed(scripted: Any, text: str | None, words: str) -> None:
    with pytest.raises(DialectError, match=words) as caught:
        ciphers(scripted, text)
    assert caught.value.details == {"file": TOP}
    with pytest.raises(DialectError, match="cn=config.ldif is not there"):
        scripted().drive(HOST.cipher_settings("gnutls"))
