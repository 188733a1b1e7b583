# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The description of what has to work after a change: read as a whole or refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.continuity import read_continuity
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError


def test_a_check_has_a_name_and_a_timeout_of_its_own_if_none_is_given() -> None:
    made = read_continuity({"checks": [{"command": ["swaks", "--port", 587], "expect": "^250 "}], "ports": ["143"],
                            "answers": [["getent", "passwd", 0]]})
    (check,) = made.checks
    assert (check.name, check.command, check.timeout) == ("swaks", ("swaks", "--port", "587"), 30.0)
    assert check.expect.search("x\n250 ok") and not check.expect.search("550 no")
    assert made.answers == (("getent", "passwd", "0"),)
    assert read_continuity({"environment": {"PASSWORD": 7}}).environment == {"PASSWORD": "7"}
    assert made.ports == {143} and read_continuity({}).checks == ()


@pytest.mark.parametrize(("row", "words"), [
    ({"command": "curl https://x"}, "check 1 of tls_continuity has no command that is a list"),
    ({"command": []}, "has no command"), ({"name": "mail"}, "check mail of tls_continuity has no command"),
    ({"command": [["a"]]}, "has no command"), ({"command": ["a"], "shell": True}, "unknown key shell"),
    ({"command": ["a"], "expect": "("}, "cannot be used"), ({"command": ["a"], "timeout": "soon"}, "cannot be used"),
    ({"command": ["a"], "timeout": 301}, "up to 300 seconds"), ({"command": ["a"], "timeout": -1}, "timeout -1"),
    ({"command": ["a"], "timeout": "nan"}, "timeout nan"),
    ({"command": ["a"], "endpoint": {"host": "x"}}, "not `command` or `timeout`"), ({"endpoint": "x"}, "has to be a mapping"),
    ({"endpoint": {"host": "x", "pages": []}}, "unknown key pages"), ({"endpoint": {"host": "x", "protocol": "gopher"}}, "not supported"),
    ({"endpoint": {"port": 443}}, "needs a host"), ({"endpoint": {"host": "x", "protocol": "http"}}, "which has no TLS"),
])
def test_what_cannot_be_run_is_refused(row: dict[str, Any], words: str) -> None:
    with pytest.raises(TransactionError, match=words):
        read_continuity({"checks": [row]})


def test_an_endpoint() -> None:
    (named, bare) = read_continuity({"checks": [
        {"name": "shop", "endpoint": {"host": "shop.example.org"}, "expect": "200"},
        {"endpoint": {"host": "192.0.2.1", "port": 993, "protocol": "imaps", "server_name": "mail.example.org"}}]}).checks
    assert (named.name, named.command, named.endpoint) == ("shop", (), {"host": "shop.example.org"})
    assert bare.name == "imaps://mail.example.org:993" and not bare.expect.search("") and bare.expect.search("* OK")
