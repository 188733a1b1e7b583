# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A diff shows the change and nothing that nobody should see."""

from __future__ import annotations

import time

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.diff import diff_of, redact
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State, Step

FILE = {"form": "file", "uid": 0, "gid": 0, "mode": 0o644}


def text_of(before: State, after: State) -> str:
    return diff_of(Step({}, {}, "/etc/x", before, after))["prepared"]


def test_only_changed_lines_with_one_around_them_are_shown() -> None:
    many = ["line %d" % number for number in range(40)]
    before = State(FILE, "\n".join(many).encode())
    many[20] = "changed"
    shown = text_of(before, State(FILE, "\n".join(many).encode()))
    assert "+changed" in shown and "-line 20" in shown and " line 19" in shown
    assert "line 10" not in shown


def test_values_of_secret_looking_keys_are_left_out() -> None:
    for line in ("AuthLDAPBindPassword hunter2", "password=hunter2", "api_key: hunter2", "SSLPassPhrase hunter2",
                 "smtp_token = hunter2"):
        assert "hunter2" not in redact(line), line
    for line in ("SSLProtocol -all +TLSv1.2", "ServerTokens Prod"):
        assert redact(line) == line


@pytest.mark.parametrize("text", [
    "smtp_sasl_password_maps = inline:{\n  {a = b:hunter2},\n# theirs\n\n    {c = d:hunter2} }\nnext = 1\n",
    "smtp_sasl_password_maps =\n  static:u:hunter2\nnext = 1\n",
    "smtp unix - - y - - smtp\n  -o smtp_sasl_password_maps=static:u:hunter2\n  -o next=1\nnext\n",
    "  -o { smtp_sasl_password_maps = inline:{\n      {a = b:hunter2}\n  } }\nnext\n",
])
def test_a_secret_goes_on_in_lines_that_are_indented_deeper(text: str) -> None:
    assert "hunter2" not in redact(text)
    assert "next" in redact(text) and "smtp_sasl_password_maps" in redact(text)


def test_a_very_long_line_takes_no_time() -> None:
    begin = time.monotonic()
    redact("a" * 200_000 + "\n" + "password=x\n" + "  # x\n" * 10_000)
    assert time.monotonic() - begin < 5


def test_a_change_of_mode_alone_is_seen() -> None:
    shown = text_of(State(FILE, b"x\n"), State(dict(FILE, mode=0o600), b"x\n"))
    assert "-# uid 0 gid 0 mode 0644" in shown and "+# uid 0 gid 0 mode 0600" in shown


def test_links_and_absence_have_words() -> None:
    shown = text_of(ABSENT, State({"form": "link", "target": "../a"}))
    assert "+link to ../a" in shown


def test_a_unit_is_shown_in_words() -> None:
    before, after = ({"form": "unit", "up": up, "enabled": True} for up in (True, False))
    assert text_of(State(before), State(after)).endswith("-runs: yes\n+runs: no\n starts at boot: yes\n")
