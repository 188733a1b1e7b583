# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""master.cf: entries found as Postfix finds them, options changed where they stand, duplicates gone."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format.postfix_master import MARK, edit, parse_entries

TEXT = """\
# service type  private unpriv  chroot  wakeup  maxproc command + args
smtp      inet  n       -       y       -       -       smtpd
#submission inet n       -       y       -       -       smtpd
#  -o syslog_name=postfix/submission
127.0.0.1:10025 inet n  -       y       -       -       smtpd -o smtpd_tls_security_level=none
    # from the filter
    -o { smtpd_recipient_restrictions = permit_mynetworks, reject } -ocontent_filter=
    -v
smtps     inet  n       -       y       -       -       smtpd
relay     unix  -       -       y       -       -       smtp
        -o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name
"""
SUBMISSION: dict[str, Any] = {
    "service": "submission", "command": "smtpd", "private": "n", "chroot": "y",
    "options": {"smtpd_tls_security_level": "encrypt", "smtpd_client_restrictions": "permit_sasl_authenticated, reject",
                "smtpd_tls_protocols": None},
}


def test_entries_are_found_with_their_options() -> None:
    found = {entry.key: entry for entry in parse_entries(TEXT)}
    assert list(found) == ["smtp/inet", "127.0.0.1:10025/inet", "smtps/inet", "relay/unix"]
    inner = found["127.0.0.1:10025/inet"]
    assert (inner.port, inner.host, inner.line) == (10025, "127.0.0.1", 5)
    assert inner.effective() == {"smtpd_tls_security_level": "none", "content_filter": "",
                                 "smtpd_recipient_restrictions": "permit_mynetworks, reject"}
    assert found["relay/unix"].effective() == {
        "syslog_name": "${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name"}
    assert found["smtps/inet"].port == 465 and found["relay/unix"].port is None


def test_a_service_that_is_missing_is_added_at_the_end() -> None:
    edited = edit(TEXT, [SUBMISSION])
    assert edited.startswith(TEXT)
    assert edited[len(TEXT):].splitlines() == [
        "submission inet      n         -         y         -         -         smtpd",
        "    -o smtpd_tls_security_level=encrypt",
        "    -o {smtpd_client_restrictions = permit_sasl_authenticated, reject}",
    ]
    assert edit(edited, [SUBMISSION]) == edited


def test_only_the_options_that_are_asked_for_are_touched() -> None:
    wish = {"service": "10025", "command": "smtpd",
            "options": {"smtpd_tls_security_level": None, "smtpd_recipient_restrictions": "reject", "syslog_name": "x"}}
    edited = edit(TEXT, [wish])
    expected = TEXT.replace(" -o smtpd_tls_security_level=none\n", "\n").replace("    -v\n", "    -v\n    -o syslog_name=x\n")
    old, new = "-o { smtpd_recipient_restrictions = permit_mynetworks, reject }", "-o smtpd_recipient_restrictions=reject"
    assert edited == expected.replace(old, new)
    assert edit(edited, [wish]) == edited


def test_a_line_that_is_emptied_goes() -> None:
    text = "smtp inet n - y - - smtpd\n  -o a=1\n  # kept\n  -o b=2 -o a=3\n"
    assert edit(text, [{"service": "smtp", "command": "smtpd", "options": {"a": None}}]) == (
        "smtp inet n - y - - smtpd\n  # kept\n  -o b=2\n")
    assert edit(text, [{"service": "smtp", "command": "smtpd", "options": {"a": "4"}}]) == (
        "smtp inet n - y - - smtpd\n  # kept\n  -o b=2 -o a=4\n")


def test_two_entries_for_one_port_become_one() -> None:
    text = TEXT + "submissions inet n - y - - smtpd\n    -o smtpd_tls_wrappermode=yes\n"
    wish = {"service": "submissions", "command": "smtpd", "options": {"smtpd_tls_wrappermode": "yes"}}
    edited = edit(text, [wish])
    assert [entry.key for entry in parse_entries(edited) if entry.port == 465] == ["submissions/inet"]
    assert MARK + "smtps     inet" in edited
    # One that is called otherwise and alone is what is used, under its own name.
    alone = edit(TEXT, [wish])
    assert [(entry.key, entry.effective()) for entry in parse_entries(alone) if entry.port == 465] == [
        ("smtps/inet", {"smtpd_tls_wrappermode": "yes"})]


def test_entries_on_addresses_of_their_own_are_all_meant() -> None:
    text = "192.0.2.1:587 inet n - y - - smtpd\n[2001:db8::1]:submission inet n - y - - smtpd\n"
    found = parse_entries(edit(text, [SUBMISSION]))
    assert [(entry.host, entry.effective()["smtpd_tls_security_level"]) for entry in found] == [
        ("192.0.2.1", "encrypt"), ("2001:db8::1", "encrypt")]


def test_a_field_is_changed_only_where_it_is_enforced() -> None:
    wish = dict(SUBMISSION, service="smtps", chroot="n", options={})
    assert edit(TEXT, [wish]) == TEXT
    assert "smtps     inet  n       -       n       -       -       smtpd" in edit(TEXT, [dict(wish, enforce=["chroot"])])


def test_what_shall_not_be_there_stays_as_a_comment() -> None:
    edited = edit(TEXT, [{"service": "10025", "state": "absent"}, {"service": "smtps", "state": "absent"}])
    assert [entry.key for entry in parse_entries(edited)] == ["smtp/inet", "relay/unix"]
    assert MARK + "    -v" in edited and "    # from the filter" in edited
    assert edit(edited, [{"service": "smtps", "state": "absent"}]) == edited


def test_what_was_taken_out_comes_back_with_what_it_said() -> None:
    text = ("[::1]:smtp inet n - y - - smtpd -v\nsmtps inet n - y - - smtpd\n  -o a=1\n"
            "submissions inet n - y - - smtpd\n  -o b=2\n# theirs\n  -o c=3\nsmtp inet n - y - - smtpd\n")
    closed = edit(text, [{"service": name, "state": "absent"} for name in ("smtp", "submissions")])
    assert parse_entries(closed) == []
    opened = edit(closed, [{"service": "smtp", "command": "smtpd"}, {"service": "submissions", "command": "smtpd"}])
    # The other one of the same port stays where it is.
    assert opened == text.replace("smtps inet n - y - - smtpd\n  -o a=1", MARK + "smtps inet n - y - - smtpd\n" + MARK + "  -o a=1")
    assert edit(opened, [{"service": "submissions", "command": "smtpd", "options": {"b": "2"}}]) == opened


@pytest.mark.parametrize("wish", [
    {"service": "a b", "command": "smtpd"}, {"service": "a"}, {"command": "smtpd"},
    {"service": "a", "command": "smtpd", "options": {"x": "}"}}, {"service": "a", "command": "smtpd", "options": {"x": "1\n2"}},
    {"service": "a", "command": "smtpd", "options": {"x y": "1"}}, {"service": "a", "command": "smtpd -v"},
])
def test_what_no_file_can_carry_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(TransactionError):
        edit(TEXT, [wish])
