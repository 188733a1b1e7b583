# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of Kopano: the last line of a name counts, old names and files behind it are refused, no password is shown."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import kopano
from ansible_collections.intransit.tls.plugins.module_utils._core.service.applications import APPLICATIONS

TEXT = "# GATEWAY\nmysql_password = hunter2\n\n#imaps_listen =\n\ndisable_plaintext_auth\t=\tno\nlog_level=3\n"


def test_settings_are_set_once_and_the_rest_is_kept() -> None:
    values = {"imaps_listen": "*:993", "disable_plaintext_auth": "yes", "pop3s_listen": "*:995", "log_level": "3", "imap_listen": "", "x": None}
    edited = kopano.edit(TEXT, values)
    assert edited == ("# GATEWAY\nmysql_password = hunter2\n\n#imaps_listen =\nimaps_listen = *:993\n\ndisable_plaintext_auth = yes\n"
                      "log_level=3\npop3s_listen = *:995\nimap_listen =\n")
    assert kopano.edit(edited, values) == edited
    assert kopano.read(edited) == {
        "mysql_password": "hunter2", "imaps_listen": "*:993", "disable_plaintext_auth": "yes", "log_level": "3", "pop3s_listen": "*:995", "imap_listen": ""}


@pytest.mark.parametrize(("text", "expected"), [
    ("imaps_listen = a\nimaps_listen = b\n", "imaps_listen = a\nimaps_listen = *:993\n"),
    (" #imaps_listen = a\r\n", " #imaps_listen = a\r\nimaps_listen = *:993\r\n"),
    ("!include a.cfg\n", "!include a.cfg\nimaps_listen = *:993\n"),
    ("#imaps_listen = a\n!include a.cfg\nx = y", "#imaps_listen = a\n!include a.cfg\nimaps_listen = *:993\nx = y"),
    ("!include a.cfg\nimaps_listen=*:993", "!include a.cfg\nimaps_listen=*:993"),
    ("", "imaps_listen = *:993\n"),
])
def test_where_a_setting_goes(text: str, expected: str) -> None:
    assert kopano.edit(text, {"imaps_listen": "*:993"}) == expected


@pytest.mark.parametrize(("text", "values", "says"), [
    ("imaps_listen = a\n!include b.cfg\n", {"imaps_listen": "*:993"}, "Line 2 includes a file behind the setting imaps_listen"),
    ("x = y\nimaps_enable = yes\n", {"imaps_listen": "*:993"}, "imaps_enable in line 2 .*does not know imaps_listen"),
    ("", {"a b": "c"}, "cannot stand"), ("", {"a": "b\nc"}, "cannot stand"), ("", {"a": " b"}, "cannot stand"),
])
def test_what_cannot_be_set_is_refused(text: str, values: dict[str, str], says: str) -> None:
    with pytest.raises(TransactionError, match=says):
        kopano.edit(text, values)


def test_a_diff_shows_lines_about_tls_alone() -> None:
    assert kopano.show_switches(TEXT + "server_ssl_key_pass = hunter2\n") == ["disable_plaintext_auth = no"]
    row = APPLICATIONS["kopano"]
    assert {name for table in (row.services, row.plain) for file in table.values() for name in file} == set(kopano.SHOWN)
