# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is reported of a Postfix, and what is not: passwords stay where they are.  The whole of it runs in molecule/postfix."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import parse_entries
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Printed
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import host as postfix
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.host import HOST

MASTER = "smtp inet n - y - - smtpd\nsmtp unix - - n - - smtp\n"
FILES = {"/etc/postfix/main.cf": "smtpd_tls_security_level = may\nrelayhost = secret.example.org\n",
         "/etc/postfix/master.cf": MASTER}
POSTCONF = """mail_version = 3.7.11
myhostname = mail.example.org
mydomain = example.org
mydestination = localhost, hash:/etc/postfix/x example.net
inet_interfaces = all
queue_directory = /srv/queue
daemon_directory = /srv/sbin
recipient_delimiter = +
compatibility_level = 3.6
content_filter = amavis:[127.0.0.1]:10024
"""
CIPHERS = """smtpd_tls_ciphers = medium
smtpd_tls_mandatory_ciphers = high
smtpd_tls_exclude_ciphers = aNULL, RC4
smtpd_tls_mandatory_exclude_ciphers = MD5:DES
tls_medium_cipherlist = aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH=x
tls_high_cipherlist =
"""


def systemd(**kinds: str) -> dict[str, str]:
    return {f"systemctl show -p LoadState,Type -- {name}": "LoadState=loaded\nType=" + kinds[key] + "\n"
            for key, name in (("plain", "postfix.service"), ("instance", "postfix@-.service")) if key in kinds}


def test_the_whole_of_it(scripted: Any) -> None:
    host = scripted(FILES, {"postconf": POSTCONF, **systemd(plain="oneshot", instance="forking")})
    found = host.drive(HOST.read())
    assert found == {
        "unit": "postfix@-.service", "mail_version": "3.7.11", "hostname": "mail.example.org",
        "domains": ["example.net", "example.org", "localhost"], "interfaces": ["all"], "queue_directory": "/srv/queue",
        "daemon_directory": "/srv/sbin", "recipient_delimiter": "+",
        "files": {"main": "/etc/postfix/main.cf", "master": "/etc/postfix/master.cf"},
        "settings": {"smtpd_tls_security_level": "may"}, "entries": [postfix._entry(row) for row in parse_entries(MASTER)],
        "resolver_files": ["/etc/resolv.conf"], "sasl": {"dovecot": False, "sockets": {"private/auth": False}, "cyrus": "absent", "rimap": False},
        "present_certificates": [], "local_domains": ["example.net", "localhost"],
        "aliases": {"virtual": [], "local": []}, "content_filters": [{"transport": "amavis", "nexthop": "[127.0.0.1]:10024"}],
        "senders": [], "problems": []}
    assert "secret" not in json.dumps(found)


def test_tables_of_aliases_count_if_their_files_are_there(scripted: Any) -> None:
    said = ("virtual_alias_maps = hash:/v, proxy:mysql:/m.cf inline:{ {a = b} }, hash:/unbuilt\n"
            "alias_maps = hash:/etc/aliases, nis:mail.aliases\n")
    files = {"/v.db": "", "/m.cf": "", "/unbuilt": "", "/etc/aliases.db": ""}
    found = scripted(files, {"postconf": POSTCONF + said}).drive(HOST.read())["aliases"]
    assert found == {"virtual": ["hash:/v", "proxy:mysql:/m.cf"], "local": ["hash:/etc/aliases"]}


def row(certificate: str, key: str, chain: str = "") -> dict[str, str]:
    return {"certificate": certificate, "private_key": key, "chain": chain, "owner": "root", "group": "root"}


@pytest.mark.parametrize(("said", "own", "found"), [
    ("smtpd_tls_cert_file = /a.pem\nsmtpd_tls_key_file = /a.pem\n", "", [row("/a.pem", "/a.pem")]),
    ("smtpd_tls_cert_file = /a.pem\nsmtpd_tls_key_file = /a.key\nsmtpd_tls_CAfile = /ca.pem\nsmtpd_tls_eccert_file = /e.pem\n"
     "smtpd_tls_eckey_file = $smtpd_tls_eccert_file\n", "",
     [row("/a.pem", "/a.key", "/ca.pem"), row("/e.pem", "/e.pem", "/ca.pem")]),
    ("smtpd_tls_chain_files = /k, /c\nsmtpd_tls_cert_file = /unused.pem\n", "", [row("/c", "/k")]),
    ("smtpd_tls_chain_files = /a /b /c\n", "", [row("/a", "/a"), row("/b", "/b"), row("/c", "/c")]),
    ("smtpd_tls_cert_file = none\n", "", []),
    ("smtpd_tls_cert_file = /a.pem\nsmtpd_tls_key_file = /a.key\n",
     " -o smtpd_tls_cert_file=/b.pem -o smtpd_tls_key_file=/b.key", [row("/a.pem", "/a.key"), row("/b.pem", "/b.key")]),
])
def test_the_certificates_of_all_servers_with_their_keys(
    scripted: Any, said: str, own: str, found: list[dict[str, str]]
) -> None:
    files = {**FILES, "/etc/postfix/master.cf": f"587 inet n - y - - smtpd{own}\n"}
    assert scripted(files, {"postconf": POSTCONF + said}).drive(HOST.read())["present_certificates"] == found


@pytest.mark.parametrize(("kinds", "unit"), [
    ({"plain": "oneshot", "instance": "forking"}, "postfix@-.service"),
    ({"plain": "forking", "instance": "forking"}, "postfix.service"),
    ({"plain": "oneshot"}, None), ({}, None),
])
def test_the_unit_that_really_runs_it(scripted: Any, kinds: dict[str, str], unit: str | None) -> None:
    assert scripted(programs=systemd(**kinds)).drive(HOST.read())["unit"] == unit


def test_what_cannot_be_read_is_a_problem(scripted: Any) -> None:
    found = scripted({"/etc/postfix/main.cf": None, "/etc/postfix/master.cf": ""}, {
        "postconf": Printed(False, "", "postconf: fatal: bad\n", "ended with 1")}).drive(HOST.read())
    assert found["problems"] == ["/etc/postfix/main.cf cannot be read: Input/output error.",
                                 "postconf cannot read the settings: postconf: fatal: bad"]
    assert found["queue_directory"] == "/var/spool/postfix" and found["daemon_directory"] == "/usr/lib/postfix/sbin"


@pytest.mark.parametrize(("name", "reported"), [
    ("smtpd_tls_protocols", True), ("tls_high_cipherlist", True), ("smtpd_sasl_type", True), ("smtp_tls_policy_maps", True),
    ("smtpd_use_tls", True), ("smtpd_sender_login_maps", True), ("smtpd_discard_ehlo_keywords", True),
    ("smtpd_upstream_proxy_protocol", True), ("postscreen_upstream_proxy_protocol", True),
    ("smtpd_upstream_proxy_timeout", False),
    ("smtp_sasl_password_maps", False), ("virtual_alias_maps", False), ("relayhost", False), ("smtpd_milters", False),
])
def test_only_what_concerns_tls_and_logins_is_reported(scripted: Any, name: str, reported: bool) -> None:
    found = scripted({"/etc/postfix/main.cf": f"{name} = x\n"}).drive(HOST.read())
    assert (name in found["settings"]) is reported


def test_of_a_service_what_the_dialect_needs(scripted: Any) -> None:
    text = ("[::1]:10025 inet n - y - - smtpd\n  -o smtpd_tls_security_level=none -o content_filter=x\n"
            "  -o {smtpd_relay_restrictions = permit_mynetworks, reject}\n")
    (row,) = scripted({"/etc/postfix/master.cf": text}).drive(HOST.read())["entries"]
    assert row == {
        "service": "[::1]:10025", "type": "inet", "host": "::1", "port": 10025, "loopback": True, "command": "smtpd",
        "chroot": "y", "line": 1,
        "options": {"smtpd_tls_security_level": "none", "smtpd_relay_restrictions": "permit_mynetworks, reject"},
    }


@pytest.mark.parametrize(("conf", "saslauthd", "socket", "expected"), [
    (None, None, False, {"dovecot": False, "cyrus": "absent", "rimap": False}),
    ("pwcheck_method: saslauthd\n", '# MECHANISMS="rimap"\nMECHANISMS="pam"\n', True,
     {"dovecot": True, "cyrus": "theirs", "rimap": False}),
    ("pwcheck_method: saslauthd\n", 'MECHANISMS="rimap"\n', False,
     {"dovecot": False, "cyrus": "theirs", "rimap": True}),
    ("# Made by the role intransit.tls.postfix\npwcheck_method: auxprop\n", 'MECHANISMS="rimap"\n', True,
     {"dovecot": True, "cyrus": "ours", "rimap": False}),
])
def test_which_login_backends_exist(
    scripted: Any, conf: str | None, saslauthd: str | None, socket: bool, expected: dict[str, Any]
) -> None:
    files = {path: text for path, text in (("/etc/postfix/sasl/smtpd.conf", conf), ("/etc/default/saslauthd", saslauthd))
             if text is not None}
    sockets = ["/srv/queue/private/auth"] if socket else []
    host = scripted(files, {"postconf": POSTCONF}, sockets=sockets)
    assert host.drive(HOST.read())["sasl"] == {**expected, "sockets": {"private/auth": socket}}


def test_every_path_that_is_named_is_looked_for(scripted: Any) -> None:
    files = {"/etc/postfix/main.cf": "smtpd_sasl_path = private/dovecot-auth\n", "/etc/postfix/master.cf": (
        "587 inet n - y - - smtpd -o smtpd_sasl_path=unix:/run/auth\n465 inet n - y - - smtpd -o smtpd_sasl_path=inet:b:1\n"
        "466 inet n - y - - smtpd -o smtpd_sasl_path=$queue_directory/private/x\n")}
    host = scripted(files, sockets=["/var/spool/postfix/private/dovecot-auth"])
    assert host.drive(HOST.read())["sasl"]["sockets"] == {
        "private/auth": False, "private/dovecot-auth": True, "unix:/run/auth": False}


@pytest.mark.parametrize(("chroot", "level", "behind"), [
    ("y", "3.6", True), ("n", "3.6", False), ("-", "3.6", False), ("-", "0", True), ("-", "", True),
])
def test_which_files_name_the_name_servers_of_its_client(scripted: Any, chroot: str, level: str, behind: bool) -> None:
    shown = "queue_directory = /srv/queue\n" + (f"compatibility_level = {level}\n" if level else "")
    master = f"smtp inet n - y - - smtpd\nsmtp unix - - {chroot} - - smtp\n"
    found = scripted({"/etc/postfix/master.cf": master}, {"postconf": shown}).drive(HOST.read())
    copies = ["/srv/queue/etc/resolv.conf"] if behind else []
    assert found["resolver_files"] == ["/etc/resolv.conf", *copies]


def test_without_a_client_it_is_the_file_of_the_host(scripted: Any) -> None:
    assert scripted().drive(HOST.read())["resolver_files"] == ["/etc/resolv.conf"]


def test_cipher_settings_are_lists_with_their_exclusions_and_equals_signs_are_kept(scripted: Any) -> None:
    host = scripted(programs={"postconf": CIPHERS})
    found = host.drive(HOST.cipher_settings("openssl"))
    assert [(one.name, one.where, one.added, one.seclevel) for one in found] == [
        ("smtpd_tls_ciphers = medium", "tls_medium_cipherlist", ":!aNULL:!RC4", 0),
        ("smtpd_tls_mandatory_ciphers = high", "tls_high_cipherlist", ":!aNULL:!RC4:!MD5:!DES", 0),
    ]
    assert found[0].effective == "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH=x:!aNULL:!RC4"
    assert found[1].effective == ":!aNULL:!RC4:!MD5:!DES"
    asked = host.ran[0].argv
    assert asked[:2] == ("postconf", "-x") and {"tls_high_cipherlist", "smtp_tls_mandatory_exclude_ciphers"} <= set(asked)


@pytest.mark.parametrize(("printed", "words"), [
    (Printed(False, "", "postconf: fatal: open /etc/postfix/main.cf\n", "`postconf -x` ended with 1"),
     "`postconf -x` ended with 1: postconf: fatal: open"),
    ("", "`postconf -x .* ended with 0 and printed no parameter"),
])
def test_a_postfix_that_does_not_answer_is_an_error_in_its_own_words(scripted: Any, printed: Any, words: str) -> None:
    with pytest.raises(DialectError, match=words):
        scripted(programs={"postconf": printed}).drive(HOST.cipher_settings("openssl"))


LOG = """2026-12-01T04:00:00+0000 mx postfix/submission/smtpd[7]: A1: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@example.org
2026-12-01T04:00:00+0000 mx postfix/qmgr[8]: A1: from=<sales@example.org>, size=1, nrcpt=1 (queue active)
2026-12-01T04:00:01+0000 mx postfix/smtps/smtpd[7]: B2: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=bert
2026-12-01T04:00:01+0000 mx postfix/qmgr[8]: B2: from=<Boss@example.org>, size=1, nrcpt=1 (queue active)
2026-12-01T04:00:02+0000 mx postfix/smtpd[7]: C3: client=b[192.0.2.2]
2026-12-01T04:00:02+0000 mx postfix/qmgr[8]: C3: from=<world@example.net>, size=1, nrcpt=1 (queue active)
2026-12-01T04:00:03+0000 mx postfix/smtpd[7]: D4: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@example.org
2026-12-01T04:00:03+0000 mx postfix/qmgr[8]: D4: from=<ANNA@example.org>, size=1, nrcpt=1 (queue active)
2026-12-01T04:00:04+0000 mx postfix/qmgr[8]: E5: from=<>, size=1, nrcpt=1 (queue active)
"""
SUBMISSION = MASTER + "submission inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n"
ALIASES = "virtual_alias_maps = texthash:/etc/postfix/v\nalias_maps = texthash:/etc/postfix/l\n"
TABLES = {"/etc/postfix/v": "x", "/etc/postfix/l": "x"}
JOURNAL = ("journalctl --no-pager -q -o short-iso --since=-7d -n50000 -t postfix/smtpd -t postfix/submission/smtpd "
           "-t postfix/submissions/smtpd -t postfix/smtps/smtpd -t postfix/qmgr")


def test_senders_of_the_log_that_are_not_their_login() -> None:
    assert postfix.list_senders(LOG) == [("anna@example.org", "sales@example.org"), ("bert", "Boss@example.org")]
    assert postfix.list_senders("\x00 postfix/qmgr[1]: \n" * 3) == []


def test_senders_with_what_aliases_make_of_them(scripted: Any) -> None:
    host = scripted({**FILES, **TABLES, "/etc/postfix/master.cf": SUBMISSION}, {
        "postconf": POSTCONF + ALIASES, JOURNAL: LOG,
        "postmap -q sales@example.org texthash:/etc/postfix/v": "anna@example.org, bert\n", **systemd(plain="simple")})
    found = host.drive(HOST.read())["senders"]
    assert found == [
        {"login": "anna@example.org", "sender": "sales@example.org", "leads_to": ["anna@example.org", "bert"], "owners": []},
        {"login": "bert", "sender": "Boss@example.org", "leads_to": [], "owners": []}]


@pytest.mark.parametrize("more", ["", "  -o smtpd_sender_restrictions=reject_sender_login_mismatch\n"])
def test_the_log_is_not_read_if_nobody_logs_in_or_senders_are_held_already(scripted: Any, more: str) -> None:
    master = SUBMISSION + more if more else MASTER
    host = scripted({**FILES, "/etc/postfix/master.cf": master}, {"postconf": POSTCONF, JOURNAL: LOG, **systemd(plain="simple")})
    assert host.drive(HOST.read())["senders"] == []
