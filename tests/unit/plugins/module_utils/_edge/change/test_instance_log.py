# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The log of a test instance is quoted once, and ends the test if it says that the daemon cannot go on."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._edge.change import instance_log

LOG = """\
Nov 22 03:00:45 mail postfix/smtpd[11]: connect from unknown[127.0.0.1]
Nov 22 03:00:45 mail postfix/smtpd[11]: warning: no key
Nov 22 03:00:46 mail postfix/smtpd[12]: warning: no key
Nov 22 03:00:46 mail postfix/smtpd[12]: disconnect from unknown[127.0.0.1]
"""


def test_telling_lines_are_quoted_once_and_everything_if_none_tells() -> None:
    lines = LOG.splitlines()
    assert instance_log.quote_lines(lines, "warning: ") == lines[2]
    assert instance_log.quote_lines(lines, "fatal: ").count("\n") == 2
    assert instance_log.quote_lines([], "fatal: ") == ""
    assert instance_log.lines_of("/nonexistent/log") == []


def test_a_count_of_seconds_and_threads_is_left_out() -> None:
    lines = ["6b028691.2145b899 0x7f39a670c140 TLS: no", "6b028691.2145b900 0x7f39a670c140 TLS: no", "6b028691 main: ended"]
    assert instance_log.quote_lines(lines) == "TLS: no\nmain: ended"


def test_a_line_that_ends_the_test_is_found() -> None:
    lines = [*LOG.splitlines(), "Nov 22 03:00:47 mail postfix/smtpd[13]: fatal: Invalid TLS level"]
    assert instance_log.find_lost(lines, "fatal: ") == "fatal: Invalid TLS level"
    assert instance_log.find_lost(lines, "panic: ") == "" and instance_log.find_lost(lines, "") == ""
