# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines of configuration files as settings; text that is none is no error."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.forms import FORMS, Setting


@pytest.mark.parametrize(("form", "text", "wanted"), [
    ("words", "# uri x\nURI ldap://a\nssl  start_tls \n\n", [Setting(2, "uri", "ldap://a"), Setting(3, "ssl", "start_tls")]),
    ("colons", "ldap_servers: ldap://a\n", [Setting(1, "ldap_servers", "ldap://a")]),
    ("assignments", "a = 1\n  more\nb=\"x\"\n", [Setting(1, "a", "1 more"), Setting(3, "b", "x")]),
    ("sections", "[one]\na = 1\n[two]\na=2\n", [Setting(2, "a", "1", "one"), Setting(4, "a", "2", "two")]),
    ("php", "<?php\n// $config['a'] = 'no';\n$config['imap_host'] = [\"localhost:143\", 'b'];\n$config['port'] = 143;\n",
     [Setting(3, "imap_host", "localhost:143 b"), Setting(4, "port", "143")]),
    ("php", "$servers->setValue('server','host','127.0.0.1');", [Setting(1, "server.host", "127.0.0.1")]),
    ("plain", " ProxyPass / http://a/\n", [Setting(1, "proxypass", "ProxyPass / http://a/")]),
    ("ldif", "olcSyncrepl: rid=1\n  more\nolcX:: bGRhcDovL2E=\nolcY:: !\n",
     [Setting(1, "olcsyncrepl", "rid=1 more"), Setting(3, "olcx", "ldap://a")]),
    ("nested", '{"IMAP": {"host": "a", "port": 143}}',
     [Setting(1, "imap.host", "a", "imap"), Setting(1, "imap.port", "143", "imap")]),
])
def test_settings_of_a_form(form: str, text: str, wanted: list[Setting]) -> None:
    assert list(FORMS[form](text)) == wanted


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("text", ["", "\0\n\x1b[31m = \n", "=" * 9000, "[" * 9000, "\udcff: \udcff\n", " \n :\n::\n", "a" * 9000 + "\n b"])
def test_any_text_is_read_without_an_error(form: str, text: str) -> None:
    assert all(len(item.value) <= 4096 * 2 for item in FORMS[form](text))
