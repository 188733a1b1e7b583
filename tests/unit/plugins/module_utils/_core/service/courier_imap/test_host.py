# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A folder of Courier's settings, as Debian lays it out."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.host import HOST
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import (
    BUILT_IN,
    Library,
    Linked,
    Printed,
    Run,
)

IMAP = {"/etc/courier/imapd": "PORT=143\n", "/etc/courier/imapd-ssl": "SSLPORT=993\n"}
RIMAP = {"/etc/default/saslauthd": "MECHANISMS=rimap\nMECH_OPTIONS=mail/143\n"}
NAMES = {"uname -n": "mail.example.org\n", "hostname -I": "192.0.2.7 2001:db8::7 \n"}


def test_a_folder_without_pop3(scripted: Any) -> None:
    stem = "/etc/courier/a.pem"
    host = scripted({
        "/etc/courier/imapd": "ADDRESS=0\nPORT=143\nIMAPDSTARTTLS=NO\nSENDMAIL=/usr/sbin/sendmail\n",
        "/etc/courier/imapd-ssl": f"SSLPORT=993\nTLS_STARTTLS_PROTOCOL=\"$TLS_PROTOCOL\"\nTLS_CERTFILE={stem}\n",
        **{stem + suffix: "" for suffix in ("", ".mail.example.org", ".dpkg-old", ".bak", ".example.org~")}})
    found = host.drive(HOST.read())
    assert found["protocols"] == ["imap"]
    assert [row["port"] for row in found["listens"]] == [143, 993]
    assert found["settings"]["imapd"] == {"ADDRESS": "0", "PORT": "143", "IMAPDSTARTTLS": "NO"}
    assert found["settings"]["imapd-ssl"]["TLS_STARTTLS_PROTOCOL"] is None
    assert found["virtual_certificates"] == [stem + ".mail.example.org"]
    assert "tls_library" not in found and found["pop3_version"] is None


def test_pop3_and_its_package(scripted: Any) -> None:
    host = scripted({**IMAP, "/etc/courier/pop3d": "PORT=110\n", "/etc/courier/pop3d-ssl": "SSLPORT=995\n"},
                    versions={"courier-pop": "5.1"})
    found = host.drive(HOST.read())
    assert found["protocols"] == ["imap", "pop3"] and found["pop3_version"] == "5.1"
    assert set(found) == {"protocols", "pop3_version", "listens", "settings", "virtual_certificates",
                          "present_certificates", "cleartext_logins", "problems"}


def test_the_certificates_of_both_ports_as_their_scripts_read_them(scripted: Any) -> None:
    files = {**IMAP, "/etc/courier/imapd": "TLS_CERTFILE=/etc/courier/plain.pem\n",
             "/etc/courier/imapd-ssl": "TLS_CERTFILE=/etc/courier/tls.pem\nTLS_PRIVATE_KEYFILE=/etc/courier/tls.key\n"}
    found = scripted(files).drive(HOST.read())["present_certificates"]
    assert [(row["certificate"], row["private_key"], row["owner"]) for row in found] == [
        ("/etc/courier/tls.pem", "/etc/courier/tls.key", "courier"),
        ("/etc/courier/plain.pem", "/etc/courier/tls.key", "courier")]


def test_a_path_with_a_star_in_it_stands_for_itself_alone(scripted: Any) -> None:
    host = scripted({"/etc/courier/imapd": "", "/etc/courier/imapd-ssl": "TLS_CERTFILE=/etc/*.pem\n",
                     "/etc/x.pem.mail.example.org": ""})
    assert host.drive(HOST.read())["virtual_certificates"] == []


def test_the_program_that_the_settings_name_is_the_one_that_is_asked(scripted: Any) -> None:
    files = {**IMAP, "/etc/courier/imapd-ssl": "COURIERTLS=/opt/couriertls\n", "/opt/couriertls": ""}
    library = Library("openssl", "3.0.20", "/usr/lib/libssl.so.3", "/opt/couriertls")
    found = scripted(files, libraries={"/opt/couriertls": Linked(library)}).drive(HOST.read())
    assert found["tls_library"]["version"] == "3.0.20" and found["problems"] == []
    assert scripted(files).drive(HOST.read())["tls_library"] is None


def test_a_program_of_another_account_is_a_problem_and_not_read(scripted: Any) -> None:
    files = {**IMAP, "/etc/courier/imapd-ssl": "COURIERTLS=/home/a/x\n", "/home/a/x": ""}
    linked = {"/home/a/x": Linked(None, "/home/a belongs to uid 1000, not to root")}
    found = scripted(files, libraries=linked).drive(HOST.read())
    assert found["tls_library"] is None
    assert found["problems"] == ["COURIERTLS in /etc/courier/imapd-ssl names /home/a/x, which is not read as root: "
                                 "/home/a belongs to uid 1000, not to root."]


@pytest.mark.parametrize("target", ["mail", "mail.example.org", "192.0.2.7", "localhost", "127.0.0.1/143"])
def test_a_login_by_imap_to_this_host_is_found(scripted: Any, target: str) -> None:
    files = {"/etc/default/saslauthd": f"MECHANISMS=rimap\nMECH_OPTIONS={target}\n",
             "/etc/default/saslauthd.dpkg-old": "MECHANISMS=rimap\n"}
    found = scripted(files, NAMES).drive(HOST.read())
    assert found["cleartext_logins"] == [{"file": "/etc/default/saslauthd", "target": target}]


def test_a_login_by_imap_to_another_host_is_not(scripted: Any) -> None:
    files = {"/etc/default/saslauthd": "MECHANISMS=rimap\nMECH_OPTIONS=192.0.2.8\n"}
    host = scripted(files, NAMES)
    assert host.drive(HOST.read())["cleartext_logins"] == []
    assert [question.argv for question in host.ran] == [("uname", "-n"), ("hostname", "-I")]


def test_without_addresses_the_names_still_count(scripted: Any) -> None:
    host = scripted(RIMAP, {"uname -n": "mail\n", "hostname -I": Printed(False, problem="it is not there")})
    assert host.drive(HOST.read())["cleartext_logins"][0]["target"] == "mail/143"


def test_no_folder_is_nothing_installed_and_runs_nothing(scripted: Any) -> None:
    host = scripted()
    found = host.drive(HOST.read())
    assert found["protocols"] == [] and found["listens"] == []
    assert not any(isinstance(question, Run) for question in host.asked)


def test_a_file_that_cannot_be_read_is_an_error(scripted: Any) -> None:
    with pytest.raises(TransactionError, match="/etc/courier/imapd-ssl cannot be read: Input/output error"):
        scripted({**IMAP, "/etc/courier/imapd-ssl": None}).drive(HOST.read())


def test_cipher_settings_are_those_of_each_file_that_exists(scripted: Any) -> None:
    host = scripted({"/etc/courier/imapd-ssl": 'TLS_PRIORITY="NORMAL:-VERS-TLS1.0"\nTLS_CIPHER_LIST="HIGH"\n',
                     "/etc/courier/pop3d-ssl": "# caf\udce9\n#TLS_PRIORITY=SECURE\n"})
    assert [(row.value, row.where) for row in host.drive(HOST.cipher_settings("gnutls"))] == [
        ("NORMAL:-VERS-TLS1.0", "/etc/courier/imapd-ssl"), ("NORMAL", BUILT_IN)]
    assert [(row.value, row.where) for row in host.drive(HOST.cipher_settings("openssl"))] == [
        ("HIGH", "/etc/courier/imapd-ssl"), ("DEFAULT", BUILT_IN)]


@pytest.mark.parametrize(("text", "words"), [
    (None, "pop3d-ssl cannot be read"), ('TLS_PRIORITY="$X"\n', "Only a shell could tell what TLS_PRIORITY in"),
])
def test_cipher_settings_that_cannot_be_read_are_an_error(scripted: Any, text: str | None, words: str) -> None:
    with pytest.raises(DialectError, match=words) as caught:
        scripted({"/etc/courier/pop3d-ssl": text}).drive(HOST.cipher_settings("gnutls"))
    assert caught.value.details["file"] == "/etc/courier/pop3d-ssl"
