# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts of a configuration of Dovecot, as people write it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.dovecot.host import CONF, HOST, has_new_names
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Printed

MAIN = "/etc/dovecot/dovecot.conf"
BEFORE, AFTER = "/etc/dovecot/conf.d/10-ssl.conf", "/etc/dovecot/local.conf"
INCLUDES = "!include_try /usr/share/dovecot/protocols.d/*.protocol\n!include conf.d/*.conf\n!include_try local.conf\n"
OLD, NEW = "1:2.3.19.1+dfsg1-2.1+deb12u7", "1:2.4.1+dfsg1-6+deb13u7"


def read(scripted: Any, files: dict[str, Any], printed: Any = "", version: str = NEW) -> dict[str, Any]:
    host = scripted({MAIN: INCLUDES, **files}, {"doveconf": printed}, versions={"dovecot-core": version})
    found: dict[str, Any] = host.drive(HOST.read())
    assert all(run.as_reader for run in host.ran)
    return found


def settings(found: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(row["name"], row["value"], row["blocks"]) for row in found["settings"]]


def sockets(scripted: Any, printed: str, version: str = NEW) -> list[tuple[Any, ...]]:
    return [(row["protocol"], row["port"], row["addresses"]) for row in read(scripted, {}, printed, version)["sockets"]]


@pytest.mark.parametrize(("version", "new"), [(OLD, False), (NEW, True), ("2.4.0", True), ("3.0", True), ("", False)])
def test_the_version_decides_about_names(version: str, new: bool) -> None:
    assert has_new_names(version) is new


def test_only_settings_that_count_in_spite_of_the_role_are_reported(scripted: Any) -> None:
    found = read(scripted, {
        BEFORE: "ssl = yes\nssl_key = </k\nprotocol imap {\n ssl_min_protocol = TLSv1\n mail_plugins = x\n}\n"
                "ssl_server {\n cert_file = /c\n ssl_cipher_list = ALL\n}\nlogin_trusted_networks = 192.0.2.0/24\n",
        AFTER: "ssl = no\nssl_server {\n key_file = /k\n}\nservice imap-login {\n inet_listener imap {\n  port = 143\n }\n}\n"
               "passdb sql {\n password = secret\n}\nssl_server_key_password = secret\nssl_client_key_file = /x\n",
        CONF: "ssl = required\n"})
    assert settings(found) == [
        ("ssl_min_protocol", "TLSv1", ["protocol imap"]), ("ssl_cipher_list", "ALL", ["ssl_server"]),
        ("login_trusted_networks", "192.0.2.0/24", []), ("ssl", "no", []), ("ssl_server_key_file", "/k", []),
        ("port", "143", ["service imap-login", "inet_listener imap"])]
    assert "secret" not in str(found) and found["included"] and found["problems"] == []
    assert set(found["files"]) == {MAIN, BEFORE, AFTER}
    assert [(row["file"], row["shown"], row["lines"]) for row in found["settings"]][:1] == [(BEFORE, 4, [4])]


def test_the_role_s_file_has_to_be_included(scripted: Any) -> None:
    assert not read(scripted, {MAIN: "ssl = yes\n"})["included"]
    assert not read(scripted, {MAIN: "protocol imap {\n!include conf.d/*.conf\n}\n"})["included"]


def test_edits_of_an_earlier_run_are_not_there(scripted: Any) -> None:
    text = "# disabled by intransit.tls: ssl = no\n"
    found = read(scripted, {AFTER: text})
    assert settings(found) == [("ssl", "no", [])] and found["files"][AFTER]["edited"]
    assert found["settings"][0]["shown"] == 1


def test_usual_ports_of_the_protocols_that_are_on(scripted: Any) -> None:
    everywhere = ["*", "::"]
    assert sockets(scripted, "protocols {\n imap = yes\n pop3 = no\n}\n") == [
        ("imap", 143, everywhere), ("imaps", 993, everywhere)]
    assert sockets(scripted, 'protocols = " pop3 sieve submission"\nlisten = 192.0.2.1, 192.0.2.2\n', OLD) == [
        (name, port, ["192.0.2.1", "192.0.2.2"])
        for name, port in (("pop3", 110), ("pop3s", 995), ("submission", 587), ("sieve", 4190))]
    assert ("smtps", 465, everywhere) in sockets(scripted, "protocols = submission\n")
    # Without a protocol it only checks logins, for Postfix.
    assert sockets(scripted, "", OLD) == sockets(scripted, "protocols =\n") == []


def test_listeners_that_differ(scripted: Any) -> None:
    printed = (
        "protocols = imap lmtp\n"
        "service imap-login {\n inet_listener imap {\n  port = 0\n }\n inet_listener imaps {\n  haproxy = yes\n  port = 10993\n }\n"
        " inet_listener more {\n  address = 127.0.0.1\n  port = 1993\n  ssl = yes\n }\n}\n"
        "service lmtp {\n inet_listener {\n  listen = ::1\n  port = 24\n }\n}\n"
        "service doveadm {\n inet_listener {\n  port = 12345\n }\n}\nservice auth {\n inet_listener auth {\n  port = x\n }\n}\n")
    found = read(scripted, {}, printed)["sockets"]
    assert [(row["service"], row["listener"], row["protocol"], row["port"], row["addresses"], row["proxy"]) for row in found] == [
        ("imap-login", "imaps", "imaps", 10993, ["*", "::"], True), ("imap-login", "more", "imaps", 1993, ["127.0.0.1"], False),
        ("lmtp", "", "lmtp", 24, ["::1"], False), ("doveadm", "", "", 12345, ["*", "::"], False)]


def test_ports_that_the_role_has_closed_are_known(scripted: Any) -> None:
    own = "".join(f"service {service} {{\n inet_listener {name} {{\n  port = 0\n }}\n}}\n"
                  for service, name in (("imap-login", "imap"), ("pop3-login", "pop3"), ("managesieve-login", "old")))
    their = "service pop3-login {\n inet_listener pop3 {\n  port = 1110\n }\n}\n"
    found = read(scripted, {CONF: own, BEFORE: their}, "protocols = imap pop3 sieve\n" + own)["sockets"]
    assert [row["port"] for row in found] == [143, 993, 1110, 995, 4190]


def test_folders_in_which_it_writes(scripted: Any) -> None:
    assert read(scripted, {})["folders"] == ["/run/dovecot", "/var/lib/dovecot"]
    printed = "base_dir = /var/run/mail/\nstate_dir = /srv/state\n"
    assert read(scripted, {}, printed)["folders"] == ["/run/mail", "/srv/state"]


@pytest.mark.parametrize(("files", "printed", "words"), [
    ({MAIN: None}, "", "/etc/dovecot/dovecot.conf cannot be read: Input/output error, and Dovecot reads it. Repair that first."),
    ({BEFORE: None}, "", "/etc/dovecot/conf.d/10-ssl.conf cannot be read"),
    ({MAIN: "!include dovecot.conf"}, "", "/etc/dovecot/dovecot.conf cannot be read, and Dovecot reads it."),
    ({BEFORE: "x {"}, "", "/etc/dovecot/conf.d/10-ssl.conf: the block"),
    ({}, "x {", "doveconf -n: the block"),
    ({}, Printed(False, stderr="doveconf: Fatal: Error in configuration file /etc/dovecot/a.conf line 3: password = secret"),
     "Dovecot does not accept /etc/dovecot/a.conf:3. Run `doveconf -n`"),
    ({}, Printed(False, stderr="secret"), "doveconf -n failed. Run"),
])
def test_what_cannot_be_read_is_a_problem_without_their_words(scripted: Any, files: Any, printed: Any, words: str) -> None:
    problem, = read(scripted, files, printed)["problems"]
    assert problem.startswith(words) and "secret" not in problem


def cipher_lists(scripted: Any, files: dict[str, Any], printed: Any = "HIGH\n") -> list[tuple[str, str]]:
    host = scripted({MAIN: INCLUDES, **files}, {"doveconf -h ssl_cipher_list": printed})
    return [(row.value, row.where) for row in host.drive(HOST.cipher_settings("openssl"))]


def test_cipher_lists_in_force(scripted: Any) -> None:
    files = {BEFORE: "ssl_cipher_list = OLD\nprotocol imap {\n ssl_cipher_list = ALL\n}\n", CONF: "\nssl_cipher_list = OURS\n"}
    assert cipher_lists(scripted, files) == [("ALL", BEFORE + ":3"), ("OURS", CONF + ":2")]
    assert cipher_lists(scripted, {}) == [("HIGH", BUILT_IN)]
    with pytest.raises(DialectError, match="doveconf -h ssl_cipher_list"):
        cipher_lists(scripted, {}, Printed(False))
    with pytest.raises(DialectError, match="Repair that first"):
        cipher_lists(scripted, {BEFORE: "}"})


@pytest.mark.parametrize(("version", "text", "certificate"), [
    (OLD, "ssl_cert = </etc/ssl/mail.pem\nssl_key = < /etc/ssl/mail.key\n", "/etc/ssl/mail.pem"),
    (NEW, "ssl_server {\n cert_file = /etc/ssl/mail.pem\n}\nssl_server_key_file = /etc/ssl/mail.key\n", "/etc/ssl/mail.pem"),
    (NEW, "ssl_cert = </etc/ssl/mail.pem\nssl_key = </etc/ssl/mail.key\n", ""),
    (OLD, "local_name a {\n ssl_cert = </a\n ssl_key = </b\n}\n", ""),
    (OLD, "ssl_cert = </$name\nssl_key = </b\n", ""), (OLD, "ssl_cert = -----BEGIN\nssl_key = </b\n", ""),
])
def test_the_certificate_that_is_there(scripted: Any, version: str, text: str, certificate: str) -> None:
    found = read(scripted, {BEFORE: text}, version=version)["present_certificates"]
    assert [row["certificate"] for row in found] == ([certificate] if certificate else [])
    assert all(row["private_key"] == "/etc/ssl/mail.key" for row in found)


def test_the_certificate_of_the_role_s_file_counts(scripted: Any) -> None:
    (row,) = read(scripted, {BEFORE: "ssl_cert = </a\nssl_key = </b\n", CONF: "ssl_cert = </ours\nssl_key = </own\n"},
                  version=OLD)["present_certificates"]
    assert (row["certificate"], row["private_key"]) == ("/ours", "/own")
