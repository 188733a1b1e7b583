# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients that are moved to TLS: the change, the unit and the command that tries it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import fixes

ENDING: dict[str, Any] = {"port": 389, "closed": False, "server_name": "ldap.example.org", "ca_file": "/etc/ssl/ca.pem"}
ROW: dict[str, Any] = {"kind": "postfix_ldap", "file": "/etc/postfix/u.cf", "alone": True, "proxied": True, "encrypted": False,
                       "trusted": True, "setting": "server_host", "scope": ""}


@pytest.mark.parametrize(("row", "ending", "known"), [
    ({}, {}, True),
    ({"kind": "nslcd", "proxied": False}, {}, True),
    ({"kind": "pam_ldap"}, {}, False),
    ({"kind": "sssd", "setting": "ldap_uri", "proxied": False}, {}, True),
    ({"kind": "sssd", "setting": "ldap_backup_uri"}, {}, False),
    ({"kind": "dovecot_ldap", "setting": "hosts", "proxied": False}, {}, True),
    ({"kind": "dovecot_blocks", "setting": "ldap_uris"}, {}, True),
    ({"alone": False}, {}, False),
    ({"proxied": False}, {}, False),
    ({"encrypted": True}, {}, False),
    ({"trusted": False}, {}, False),
    ({"kind": "roundcube", "trusted": False}, {}, False),
    ({"kind": "ldap_conf", "setting": "URI"}, {}, True),
    ({"kind": "ldap_conf", "setting": "host"}, {}, False),
    ({"kind": "ldap_conf", "setting": "uri"}, {"port": 3389}, False),
    ({}, {"closed": True}, False),
    ({}, {"ca_file": ""}, False),
    ({}, {"server_name": ""}, False),
])
def test_what_can_be_moved(row: dict[str, Any], ending: dict[str, Any], known: bool) -> None:
    assert fixes.is_known({**ROW, **row}, {**ENDING, **ending}, ["ldap.example.org"]) is known
    assert fixes.is_known({**ROW, **row}, {**ENDING, **ending}, []) is False


def test_a_table_and_nslcd() -> None:
    nslcd = {**ROW, "kind": "nslcd", "file": "/etc/nslcd.conf"}
    made = fixes.make_fix([(ROW, ENDING), (nslcd, ENDING), (ROW, ENDING)])
    assert made["changes"] == [
        {"kind": "edited_file", "format": "postfix_main", "path": "/etc/postfix/u.cf", "values": {
            "server_host": "ldap://ldap.example.org:389", "start_tls": "yes", "version": "3", "tls_require_cert": "yes",
            "tls_ca_cert_file": "/etc/ssl/ca.pem"}},
        {"kind": "edited_file", "format": "keywords", "path": "/etc/nslcd.conf", "values": {
            "uri": "ldap://ldap.example.org:389", "ssl": "start_tls", "tls_reqcert": "demand",
            "tls_cacertfile": "/etc/ssl/ca.pem"}}]
    assert made["units"] == ["nslcd.service", "postfix.service"]
    assert [argv[0] for argv in made["tries"]] == ["postmap", "getent"]


def test_ldap_conf_goes_to_the_tls_port_and_joins_the_change_of_the_role() -> None:
    made = fixes.make_fix([({**ROW, "kind": "ldap_conf", "file": "/etc/ldap/ldap.conf", "setting": "uri"}, ENDING)])
    assert made["changes"][0]["values"] == {"URI": "ldaps://ldap.example.org", "TLS_CACERT": "/etc/ssl/ca.pem"}
    assert made["tries"][0][0] == "ldapsearch" and made["units"] == []


def test_roundcube_keeps_its_host_and_checks_the_name_in_the_certificate() -> None:
    row = {**ROW, "kind": "roundcube", "file": "/etc/roundcube/config.inc.php", "setting": "imap_host", "host": "localhost",
           "proxied": False}
    ending = {**ENDING, "port": 143}
    assert fixes.is_known(row, ending, [])
    (change,) = fixes.make_fix([(row, ending)])["changes"]
    assert change["format"] == "php_settings" and change["values"]["imap_host"] == "tls://localhost:143"
    assert change["values"]["imap_conn_options"]["ssl"]["peer_name"] == "ldap.example.org"
    (change,) = fixes.make_fix([({**row, "setting": "smtp_host", "host": "::1"}, {**ending, "port": 587})])["changes"]
    assert change["values"]["smtp_host"] == "tls://[::1]:587" and "smtp_conn_options" in change["values"]


@pytest.mark.parametrize(("kind", "setting", "section", "values"), [
    ("sssd", "ldap_uri", "domain/x", {
        "ldap_uri": "ldap://ldap.example.org:389", "ldap_id_use_start_tls": "true", "ldap_tls_reqcert": "demand",
        "ldap_tls_cacert": "/etc/ssl/ca.pem"}),
    ("saslauthd_ldap", "ldap_servers", "", {
        "ldap_servers": "ldap://ldap.example.org:389", "ldap_start_tls": "yes", "ldap_tls_check_peer": "yes",
        "ldap_tls_cacert_file": "/etc/ssl/ca.pem"}),
    ("dovecot_ldap", "hosts", "", {
        "hosts": "ldap.example.org:389", "tls": "yes", "tls_require_cert": "demand", "tls_ca_cert_file": "/etc/ssl/ca.pem"}),
    ("dovecot_ldap", "uris", "", {
        "uris": "ldap://ldap.example.org:389", "tls": "yes", "tls_require_cert": "demand", "tls_ca_cert_file": "/etc/ssl/ca.pem"}),
])
def test_clients_that_are_tried_by_their_own_lookup(kind: str, setting: str, section: str, values: dict[str, str]) -> None:
    made = fixes.make_fix([({**ROW, "kind": kind, "file": "/f", "setting": setting, "scope": section}, ENDING)])
    assert made["changes"] == [{"kind": "edited_file", "format": "sections", "path": "/f", "values": {section: values}}]
    assert made["tries"] == [["ldap-lookup", kind, "/f", section]] and len(made["units"]) == 1


def test_couriers_ca_file_is_that_of_libldap() -> None:
    made = fixes.make_fix([({**ROW, "kind": "courier_ldap", "file": "/etc/courier/authldaprc", "setting": "ldap_uri"}, ENDING)])
    assert [(row["path"], row["values"]) for row in made["changes"]] == [
        ("/etc/courier/authldaprc", {"LDAP_URI": "ldap://ldap.example.org:389", "LDAP_TLS": "1"}),
        ("/etc/ldap/ldap.conf", {"TLS_CACERT": "/etc/ssl/ca.pem"})]


def test_dovecot_24_in_the_block_that_names_the_server() -> None:
    row = {**ROW, "kind": "dovecot_blocks", "file": "/etc/dovecot/dovecot.conf", "setting": "ldap_uris", "scope": "passdb ldap"}
    made = fixes.make_fix([(row, ENDING)])
    assert [(change["path"], change["values"]) for change in made["changes"]] == [
        ("/etc/dovecot/dovecot.conf",
         {"passdb ldap": {"ldap_uris": "ldap://ldap.example.org:389", "ldap_starttls": "yes"}}),
        ("/etc/ldap/ldap.conf", {"TLS_CACERT": "/etc/ssl/ca.pem"})]
    assert made["tries"] == [["ldap-lookup", "dovecot_blocks", "/etc/dovecot/dovecot.conf", "passdb ldap"]]
