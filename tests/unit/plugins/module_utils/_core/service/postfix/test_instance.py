# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The test instance of Postfix keeps every server with its settings, and moves no mail."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.format import postfix_main, postfix_master
from ansible_collections.intransit.tls.plugins.module_utils._core.service.postfix.instance import make_instance

TEXT = """\
smtp      inet  n       -       y       -       -       smtpd
pickup    unix  n       -       y       60      1       pickup
qmgr      unix  n       -       n       300     1       qmgr
cleanup   unix  n       -       y       -       0       cleanup
submission inet n - y - - smtpd -o smtpd_tls_security_level=encrypt
  -o smtpd_milters=inet:127.0.0.1:1
"""
SEEN: dict[str, Any] = {
    "queue_directory": "/srv/queue", "daemon_directory": "/usr/lib/postfix/sbin", "unit": "postfix.service",
    "entries": [
        {"service": "smtp", "type": "inet", "command": "smtpd", "options": {}},
        {"service": "submission", "type": "inet", "command": "smtpd", "options": {"smtpd_milters": "inet:127.0.0.1:1"}},
    ],
}


def edited(text: str) -> list[postfix_master.Entry]:
    (rows,) = [edit["services"] for edit in make_instance(SEEN)["edits"] if edit.get("format") == "postfix_master"]
    return postfix_master.parse_entries(postfix_master.edit(text, rows))


def test_servers_stay_and_what_moves_mail_does_not_run() -> None:
    found = edited(TEXT)
    commands = [entry.fields["command"] for entry in found]
    assert "pickup" not in commands and "qmgr" not in commands and commands.count("postlogd") == 1
    servers = {entry.fields["service"]: entry.effective() for entry in found if entry.fields["type"] == "inet"}
    assert servers == {"smtp": {}, "submission": {"smtpd_tls_security_level": "encrypt"}}


def test_the_queue_is_empty_and_in_memory() -> None:
    made = read_instance(make_instance(SEEN))
    folders = {row.path: row for row in made.temporary}
    for name in ("incoming", "active", "deferred", "hold", "maildrop", "public"):
        assert "/srv/queue/" + name in folders
    assert folders["/srv/queue/maildrop"].mode == 0o1730 and folders["/srv/queue/public"].group == "postdrop"
    # The socket of the login backend is in there.
    assert "/srv/queue/private" not in folders and "/srv/queue/pid/*" in made.remove


def test_main_is_edited_and_not_replaced() -> None:
    (values,) = [edit["values"] for edit in make_instance(SEEN)["edits"] if edit.get("format") == "postfix_main"]
    found = postfix_main.read(postfix_main.edit("smtpd_tls_loglevel = 1\nsmtpd_milters = unix:/x\n", values))
    assert found["smtpd_tls_loglevel"] == "1" and found["smtpd_milters"] == ""
    assert found["smtpd_relay_restrictions"] == "reject" and found["maillog_file"] == read_instance(make_instance(SEEN)).log


def test_what_the_probe_itself_causes_is_not_quoted() -> None:
    telling = read_instance(make_instance(SEEN)).telling
    refusals = ["warning: TLS library problem: error:0A0000FC:SSL routines::unknown protocol:a.c:1:",
                "warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:a.c:1:",
                "warning: unable to look up public/qmgr: No such file or directory",
                "connect from unknown[127.0.0.1]"]
    reasons = ["fatal: no SASL authentication mechanisms", "warning: error loading chain from /x.pem: key not first",
               "warning: TLS library problem: error:0A000074:SSL routines::key values mismatch:a.c:1:"]
    assert [line for line in refusals + reasons if re.search(telling, "Nov 30 02:38:17 h postfix/smtpd[1]: " + line)] == reasons
