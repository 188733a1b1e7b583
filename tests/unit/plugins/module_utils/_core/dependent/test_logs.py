# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Log lines of each daemon: who came with TLS and who without; everything else counts for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import logs
from ansible_collections.intransit.tls.plugins.module_utils._core.service import model
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import Printed, Text

AT = "2026-11-30T09:49:31+00:00 mail "


@pytest.mark.parametrize(("line", "wanted"), [
    (AT + "imapd[7]: LOGOUT, user=anna@x.test, ip=[::ffff:192.0.2.9], port=[45690], headers=0, body=0, rcvd=31, sent=187, time=0",
     (143, "192.0.2.9", False)),
    (AT + "imapd[7]: LOGOUT, user=a, ip=[2001:db8::1], port=[1], headers=0, time=0, starttls=1", (143, "2001:db8::1", True)),
    (AT + "pop3d[7]: TIMEOUT, user=a, ip=[::ffff:192.0.2.9], port=[1], top=0", (110, "192.0.2.9", False)),
    (AT + "imapd[7]: LOGIN, user=a, ip=[::ffff:192.0.2.9], port=[1], protocol=IMAP", None),
    (AT + "imapd-ssl[7]: LOGOUT, user=a, ip=[::ffff:192.0.2.9], port=[1]", None),
    (AT + "dovecot[7]: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=3, session=<x>",
     (143, "192.0.2.9", False)),
    (AT + "dovecot[7]: imap-login: Login: user=<a>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=3, TLS, session=<x>",
     (143, "192.0.2.9", True)),
    (AT + "dovecot[7]: imap-login: Disconnected: rip=192.0.2.9", None),
    (AT + "postfix/smtpd[7]: disconnect from unknown[192.0.2.9] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
     (25, "192.0.2.9", False)),
    (AT + "postfix/submission/smtpd[7]: disconnect from a.b[2001:db8::1] ehlo=2 starttls=1 auth=1 mail=1 commands=6",
     (587, "2001:db8::1", True)),
    (AT + "postfix/smtpd[7]: disconnect from unknown[192.0.2.9] ehlo=1 quit=1 commands=2", None),
    ('x.test:80 192.0.2.9 - - [30/Nov/2026:09:49:31 +0000] "GET /a?key=hunter2 HTTP/1.1" 200 3 "-" "x"', (80, "192.0.2.9", False)),
    ('x.test:80 192.0.2.9 - - [30/Nov/2026:09:49:31 +0000] "GET / HTTP/1.1" 301 3 "-" "x"', None),
    ("", None), ("\0[1]: \0", None), (AT + "imapd[7]: LOGOUT, user=a, ip=[999.1.1.1], port=[1]", None),
    (AT + "cron[7]: disconnect from unknown[192.0.2.9] mail=1", None),
])
def test_lines(line: str, wanted: logs.Seen | None) -> None:
    assert list(logs.list_seen([line])) == ([wanted] if wanted else [])


def test_connections_of_slapd_are_put_together() -> None:
    lines = [AT + "slapd[7]: " + words for words in (
        "conn=1 fd=12 ACCEPT from IP=192.0.2.9:1111 (IP=0.0.0.0:389)",
        "conn=2 fd=13 ACCEPT from IP=[2001:db8::1]:1111 (IP=[::]:389)",
        "conn=2 op=0 STARTTLS", "conn=2 fd=13 TLS established tls_ssf=128 ssf=128",
        "conn=1 fd=14 ACCEPT from IP=192.0.2.8:1111 (IP=0.0.0.0:389)")]
    assert sorted(logs.list_seen(lines)) == [
        (389, "192.0.2.8", False), (389, "192.0.2.9", False), (389, "2001:db8::1", True)]


def test_counts_of_wanted_ports_the_worst_first() -> None:
    rows = [(143, "a", True), (143, "b", False), (143, "b", False), (143, "b", True), (993, "c", False)]
    assert logs.count_lines(rows, {143}) == [
        {"port": 143, "peer": "b", "plain": 2, "tls": 1}, {"port": 143, "peer": "a", "plain": 0, "tls": 1}]


def drive(journal: str, files: dict[str, str], days: int) -> tuple[Any, list[Any]]:
    """Return what is read of a host, and what was asked of it."""
    steps, answer, asked = logs.read({143, 80}, days), None, []
    while True:
        try:
            question: Any = steps.send(answer)
        except StopIteration as stop:
            return stop.value, asked
        asked.append(question)
        ran = isinstance(question, model.Run)
        answer = Printed(True, journal) if ran else Text(files.get(question.path, ""), question.path in files)


def test_files_are_read_only_if_the_journal_is_empty() -> None:
    line = AT + "imapd[7]: LOGOUT, user=a, ip=[192.0.2.9], port=[1]\n"
    assert drive(line, {"/var/log/mail.log": line}, 7)[0] == [{"port": 143, "peer": "192.0.2.9", "plain": 1, "tls": 0}]
    assert drive("", {"/var/log/mail.log": line}, 7)[0] == [{"port": 143, "peer": "192.0.2.9", "plain": 1, "tls": 0}]


def test_no_days_ask_nothing_and_days_are_bounded_in_the_command() -> None:
    assert drive("", {}, 0) == ([], [])
    (first, *_rest) = drive("", {}, 7)[1]
    assert "--since=-7d" in first.argv and f"-n{logs.MOST_LINES}" in first.argv and first.keep == logs.MOST_BYTES
