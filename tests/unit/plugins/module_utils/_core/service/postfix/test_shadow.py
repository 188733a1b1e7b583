# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shadow keeps every TLS setting of a server and nothing that moves mail or asks others."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import entries
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix import shadow as postfix_shadow

TEXT = """\
smtp      inet  n       -       y       -       -       smtpd
pickup    unix  n       -       y       60      1       pickup
qmgr      unix  n       -       n       300     1       qmgr
submission inet n - y - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_path=private/auth -o smtpd_milters=inet:127.0.0.1:1 -o tls_high_cipherlist=ALL -o smtpd_use_tls=no
"""


def test_servers_move_to_loopback_with_their_tls_settings() -> None:
    found = entries(postfix_shadow.master(TEXT, {"25": "20001", "587": "20002"}))
    servers = [entry for entry in found if entry.fields["type"] == "inet"]
    assert [(entry.fields["service"], entry.fields["chroot"]) for entry in servers] == [
        ("127.0.0.1:20001", "n"), ("127.0.0.1:20002", "n")]
    assert servers[1].effective() == {"smtpd_tls_security_level": "encrypt", "smtpd_sasl_auth_enable": "yes",
                                      "tls_high_cipherlist": "ALL", "smtpd_use_tls": "no"}
    assert not {"qmgr", "pickup", "local", "smtp"} & {entry.fields["command"] for entry in found}


def test_behind_postscreen_the_server_is_the_one_it_passes_to() -> None:
    text = "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd -o smtpd_tls_loglevel=2\n"
    found = entries(postfix_shadow.master(text, {"25": "20001"}))
    assert found[0].fields["command"] == "smtpd" and found[0].effective() == {"smtpd_tls_loglevel": "2"}


def test_a_port_without_a_server_gets_a_bare_one() -> None:
    found = entries(postfix_shadow.master(TEXT, {"465": "20001"}))
    assert found[0].fields["service"] == "127.0.0.1:20001" and found[0].effective() == {}


def test_main_is_edited_and_not_overridden() -> None:
    text = postfix_shadow.main("queue_directory = /var/spool/postfix\nsmtpd_tls_loglevel = 1\n", {"queue_directory": "/x"})
    values = postfix_main.read(text)
    assert values["queue_directory"] == "/x" and values["smtpd_tls_loglevel"] == "1"
    assert values["smtpd_relay_restrictions"] == "reject" and values["smtpd_milters"] == ""
