# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The facts of an Exim, split and unsplit, from what it prints and from the files that Debian joins."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.exim import host
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import BUILT_IN, Printed

PRINTED = (
    "primary_hostname = mx.example.org\nlocal_interfaces = <; 0.0.0.0 ; ::0\ndaemon_smtp_ports = smtp : 587 : 465\n"
    "tls_on_connect_ports = submissions\ntls_certificate = /etc/exim4/exim.crt\ntls_privatekey = \nacl_smtp_mail = acl_check_mail\n")
LOCAL = "MAIN_TLS_CERTIFICATE = /a\nMAIN_X = secret\n.include /etc/exim4/more\n"
TEMPLATE = (".ifndef MAIN_TLS_CERTIFICATE\nMAIN_TLS_CERTIFICATE = CONFDIR/exim.crt\n.endif\nbegin transports\nremote_smtp:\n"
            "  driver = smtp\nother:\n  driver = smtp\n")
SERVER = "plain authenticator:\nclient_condition = \nserver_condition = ${if eq{$auth3}{secret}}\n"


def read(scripted: Any, files: dict[str, Any] | None = None, split: bool = False, printed: Any = PRINTED, logins: str = "") -> Any:
    debian = {host.DEBIAN: f"dc_use_split_config='{'true' if split else 'false'}'\n", **(files or {})}
    machine = scripted(debian, {"exim4 -bP authenticators": logins, "exim4 -bP": printed})
    found = machine.drive(host.HOST.read())
    assert all(run.as_reader for run in machine.ran) and "secret" not in str(found)
    return found


def test_what_it_prints(scripted: Any) -> None:
    found = read(scripted, logins=SERVER)
    assert (found["hostname"], found["split"], found["whole"], found["daemon"]) == ("mx.example.org", False, False, True)
    assert found["interfaces"] == [{"address": "0.0.0.0", "port": None}, {"address": "::0", "port": None}]
    assert (found["ports"], found["tls_ports"], found["logins"], found["problems"]) == ([25, 587, 465], [465], True, [])
    row, = found["present_certificates"]
    assert row["private_key"] == row["certificate"] == "/etc/exim4/exim.crt" and row["group"] == "Debian-exim"
    assert not read(scripted, logins="plain authenticator:\nclient_send = x\nserver_condition = \n")["logins"]


@pytest.mark.parametrize(("text", "rows"), [
    ("<; 127.0.0.1 ; ::1", [("127.0.0.1", None), ("::1", None)]),
    ("127.0.0.1 : ::::1", [("127.0.0.1", None), ("::1", None)]),
    ("<; [::1]:2525 ; 192.0.2.1.587;2001:db8::1.25 ; @[]", [("::1", 2525), ("192.0.2.1", 587), ("2001:db8::1", 25), ("", None)]),
    ("", []),
])
def test_interfaces(scripted: Any, text: str, rows: list[Any]) -> None:
    found = read(scripted, printed=PRINTED.replace("<; 0.0.0.0 ; ::0", text))["interfaces"]
    assert [(row["address"], row["port"]) for row in found] == rows


def test_ports_that_the_role_has_closed_to_plaintext_are_known(scripted: Any) -> None:
    acl = r"deny condition = ${if inlist{$received_port}{25 : 587}}\n !encrypted = *\n message = x\naccept"
    assert read(scripted, printed=PRINTED.replace("acl_check_mail", acl))["requires_tls"] == [25, 587]
    assert read(scripted)["requires_tls"] == []


def test_files_in_the_order_in_which_they_are_read(scripted: Any) -> None:
    found = read(scripted, {
        host.LOCAL: LOCAL, host.TEMPLATE: TEMPLATE, host.UNSPLIT_CONF: "x = y\n", "/etc/exim4/more": "# x\nacl_smtp_auth = theirs\n"})
    assert [(row["kind"], row["name"], row["file"], row["shown"], row["guards"]) for row in found["settings"]] == [
        ("macro", "MAIN_TLS_CERTIFICATE", host.LOCAL, 1, []), ("option", "acl_smtp_auth", "/etc/exim4/more", 2, []),
        ("ours", "", host.UNSPLIT_CONF, 0, []),
        ("macro", "MAIN_TLS_CERTIFICATE", host.TEMPLATE, 2, [["ifndef", "MAIN_TLS_CERTIFICATE"]])]
    assert found["transports"] == [{"name": "remote_smtp", "file": host.TEMPLATE, "line": 6}]
    assert set(found["files"]) == {host.LOCAL, host.TEMPLATE, "/etc/exim4/more"} and found["problems"] == []


def test_the_split_configuration(scripted: Any) -> None:
    names = ["02_options", "000_localmacros", "05_x.rul", "05_x", "00_old~", "000_zz-intransit-tls"]
    found = read(scripted, {f"{host.MAIN}/{name}": f"MAIN_TLS_ENABLE = {name}\n" for name in names}, split=True)
    assert [(row["kind"], row["value"]) for row in found["settings"]] == [
        ("macro", "000_localmacros"), ("ours", ""), ("macro", "02_options"), ("macro", "05_x.rul")]
    transport = "/etc/exim4/conf.d/transport/30_exim4-config_remote_smtp_smarthost"
    found = read(scripted, {transport: "remote_smtp_smarthost:\n  driver = smtp\n"}, split=True)
    assert [row["line"] for row in found["transports"]] == [2] and transport in found["files"]


@pytest.mark.parametrize(("text", "command", "daemon", "problems"), [
    ("SMTPLISTENEROPTIONS='-oX 25:587 -oP /run/x'\n", "-oX in SMTPLISTENEROPTIONS", True, 0),
    ("QUEUERUNNER='queueonly'\n", "", False, 0), ("EXIMSERVICE='-q30m'\n", "", False, 0),
    ("EXIMSERVICE=$X\n", "", True, 1), ("UPEX4OPTS='-d /etc/other'\n", "", True, 1),
])
def test_the_daemon_s_command_line(scripted: Any, text: str, command: str, daemon: bool, problems: int) -> None:
    found = read(scripted, {host.DEFAULTS: text})
    assert (found["command"], found["daemon"], len(found["problems"])) == (command, daemon, problems)


@pytest.mark.parametrize(("files", "printed", "words"), [
    ({host.LOCAL: None}, PRINTED, "exim4.conf.localmacros cannot be read: Input/output error, and Exim reads it"),
    ({host.LOCAL: f".include {host.LOCAL}\n"}, PRINTED, "cannot be read, and Exim reads it"),
    ({}, Printed(False, stderr="secret"), "Exim does not accept its configuration. Run `exim4 -bV`"),
])
def test_what_cannot_be_read_is_a_problem(scripted: Any, files: Any, printed: Any, words: str) -> None:
    problem, = read(scripted, files, printed=printed)["problems"]
    assert words in problem


def test_its_own_edits_are_not_there(scripted: Any) -> None:
    text = ("# disabled by intransit.tls: acl_smtp_auth = theirs\n# The next line was added by intransit.tls.\n"
            f".include {host.UNSPLIT_CONF}\n")
    found = read(scripted, {host.LOCAL: text, host.UNSPLIT_CONF: "MAIN_TLS_ENABLE = yes\n"})
    assert [row["name"] for row in found["settings"]] == ["acl_smtp_auth", ""] and found["files"][host.LOCAL]["edited"]


@pytest.mark.parametrize("value", ["", "/etc/certs/$tls_in_sni.pem", "exim.crt"])
def test_a_certificate_that_is_no_single_file_is_not_kept(scripted: Any, value: str) -> None:
    assert read(scripted, printed=PRINTED.replace("/etc/exim4/exim.crt", value))["present_certificates"] == []


def test_cipher_settings(scripted: Any) -> None:
    transports = "remote_smtp transport:\ntls_require_ciphers = \n\nmine transport:\ntls_require_ciphers = NORMAL:-VERS-TLS1.0\n"
    machine = scripted({}, {"exim4 -bP transports": transports, "exim4 -bP tls": "tls_require_ciphers = SECURE128\n"})
    assert [(row.value, row.where) for row in machine.drive(host.HOST.cipher_settings("gnutls"))] == [
        ("SECURE128", "exim4 -bP"), ("NORMAL:-VERS-TLS1.0", "transport mine")]
    machine = scripted({}, {"exim4 -bP transports": "", "exim4 -bP tls": "tls_require_ciphers = \n"})
    assert [(row.value, row.where) for row in machine.drive(host.HOST.cipher_settings("gnutls"))] == [("NORMAL", BUILT_IN)]
    with pytest.raises(DialectError, match="exim4 -bV"):
        scripted({}, {}).drive(host.HOST.cipher_settings("gnutls"))
