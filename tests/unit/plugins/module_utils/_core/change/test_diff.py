# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A diff shows the change and nothing that nobody should see."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.change.diff import diff_of, redact
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State, Step

FILE = {"form": "file", "uid": 0, "gid": 0, "mode": 0o644}


def text_of(before: State, after: State) -> str:
    return diff_of(Step({}, {}, "/etc/x", before, after))["prepared"]


def test_only_changed_lines_are_shown() -> None:
    many = [f"line {number}" for number in range(40)]
    before = State(FILE, "\n".join(many).encode())
    many[20] = "changed"
    shown = text_of(before, State(FILE, "\n".join(many).encode()))
    assert "+changed" in shown and "-line 20" in shown
    assert "line 19" not in shown and "line 21" not in shown


def whole(lines: "list[str]") -> State:
    return State(FILE, "".join(line + "\n" for line in lines).encode())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["# x", "", "a", "b", "PW", "}"]), max_size=300), st.integers(0, 300), st.integers(0, 3))
def test_lines_that_do_not_change_are_never_shown(lines: "list[str]", place: int, count: int) -> None:
    """Also in files that repeat themselves, where the comparison may pair other lines."""
    after = lines[:place] + ["new"] * count + lines[place + 1:]
    gone = [lines[place]] if place < len(lines) else []
    shown = text_of(whole(lines), whole(after)).splitlines()[2:]
    assert {line[1:] for line in shown if line[:1] in "+-"} <= {"new", *gone}


def test_values_of_secret_looking_keys_are_left_out() -> None:
    for line in ("AuthLDAPBindPassword hunter2", "password=hunter2", "api_key: hunter2", "SSLPassPhrase hunter2",
                 "smtp_token = hunter2", "SetEnv DB_PASS hunter2", "DB_PWD=hunter2", "default_pw = hunter2",
                 'RequestHeader set Authorization "Basic hunter2"', "RequestHeader set X-Api-Key hunter2", "olcRootPW: hunter2",
                 "ProxyPass / http://user:hunter2@backend/", "DATABASE_URL=postgres://u:hunter2@db/x", "ACCESS_KEY=hunter2",
                 "JWT_SIGNING_KEY: hunter2", "a -----BEGIN EC PRIVATE KEY-----\nhunter2\n"):
        assert "hunter2" not in redact(line), line
    for line in ("SSLProtocol -all +TLSv1.2", "ServerTokens Prod", "smtpd_tls_auth_only = yes", "ProxyPass / http://backend/",
                 "olcTLSCertificateKeyFile: /etc/x.pem"):
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
    assert text_of(State(before), State(after)).endswith("-runs: yes\n+runs: no\n")
