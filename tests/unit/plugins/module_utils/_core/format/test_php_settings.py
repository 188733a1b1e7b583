# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of PHP applications: one statement on one line is replaced or added, everything else is refused or kept."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.format import php_settings

TEXT = "<?php\n$config['imap_host'] = [\"localhost:143\"]; // x\n$config['des_key'] = 'secret';\n"
SSL = {"ssl": {"verify_peer": True, "cafile": "/a'b\\c.pem"}}
WRITTEN = "$config['imap_conn_options'] = ['ssl' => ['verify_peer' => true, 'cafile' => '/a\\'b\\\\c.pem']];"


def test_a_text_replaces_and_an_array_is_added_once() -> None:
    values: dict[str, Any] = {"imap_host": "tls://localhost:143", "imap_conn_options": SSL}
    once = php_settings.edit(TEXT, values)
    assert once == f"<?php\n$config['imap_host'] = 'tls://localhost:143';\n$config['des_key'] = 'secret';\n{WRITTEN}\n"
    assert php_settings.edit(once, values) == once


def test_the_last_statement_counts_and_a_closing_tag_stays_last() -> None:
    text = "<?php\n$rcmail_config[\"a\"] = 1;\n$rcmail_config['a'] = 2;\n?>"
    assert php_settings.edit(text, {"a": "x", "b": "y"}) == (
        "<?php\n$rcmail_config[\"a\"] = 1;\n$rcmail_config['a'] = 'x';\n$rcmail_config['b'] = 'y';\n?>")


@pytest.mark.parametrize(("text", "values", "says"), [
    ("$config['a'] = [\n 'x'];\n", {"a": "b"}, "line 1 is not one statement"),
    ("$config['a'] = f(1); g();\n", {"a": "b"}, "is not one statement"),
    ("$config['a'] = ['x' => 1];\n", {"a": {"x": "y"}}, "Line 1 sets a already"),
    ("", {"a b": "c"}, "not the name"),
    ("", {"a": "x\ny"}, "cannot be the value"),
    ("", {"a": 3}, "cannot be the value"),
])
def test_what_cannot_be_written_is_refused(text: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(TransactionError, match=says):
        php_settings.edit(text, values)
