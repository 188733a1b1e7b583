# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports and declared checks, with a real socket and real programs."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.continuity import read_continuity
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ConfirmationError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import continuity as module
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.continuity import confirm_after, look_before
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import find_free_port

UNITS = ("here.service",)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator["tuple[int, socket.socket]"]:
    """A port at which this process listens, which counts as the unit's."""
    monkeypatch.setattr(module.processes, "unit_of", lambda pid: "here.service" if pid == os.getpid() else "other.service")
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    number = find_free_port()
    with socket.create_server(("127.0.0.1", number)) as server:
        yield number, server


def look(**given: Any) -> module.Worked:
    return look_before("x", read_continuity(given), (), UNITS)


def test_a_port_that_is_gone_is_named_if_it_was_to_stay(port: "tuple[int, socket.socket]") -> None:
    number, server = port
    worked, closing = look(ports=[number]), look()
    assert number in worked.ports
    confirm_after("x", worked, UNITS)
    server.close()
    with pytest.raises(ConfirmationError, match=f"- port {number} was open, and here.service listens there no more"):
        confirm_after("x", worked, UNITS)
    confirm_after("x", closing, UNITS)


def test_ports_of_other_units_do_not_count(port: "tuple[int, socket.socket]") -> None:
    assert port[0] not in look_before("x", read_continuity({}), (), ("other.service",)).ports


def test_a_check_has_to_work_before_and_after(tmp_path: Path) -> None:
    flag = tmp_path / "works"
    check = {"name": "mail", "command": ["sh", "-c", f"echo secret; cat {flag}"], "expect": "^fine$"}
    with pytest.raises(ValidationError, match="nothing was changed. The check mail of tls_continuity fails already"):
        look(checks=[check])
    flag.write_text("fine\n")
    worked = look(checks=[check])
    confirm_after("x", worked, ())
    flag.write_text("other\n")
    with pytest.raises(ConfirmationError, match="ended with 0 and printed nothing that matches .*: other"):
        confirm_after("x", worked, ())
    flag.unlink()
    with pytest.raises(ConfirmationError, match="check mail of tls_continuity: it ended with 1") as caught:
        confirm_after("x", worked, ())
    assert str(flag) not in str(caught.value).partition(": it ended")[0], "its arguments may hold a password"


def test_a_check_that_does_not_end_is_stopped() -> None:
    with pytest.raises(ValidationError, match=r"did not end within 0\.2 s"):
        look(checks=[{"command": ["sleep", "60"], "timeout": 0.2}])


def test_a_client_has_to_get_the_same_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    answer = tmp_path / "answer"
    answer.write_text("anna")
    worked = look(answers=[["cat", str(answer)]])
    confirm_after("x", worked, ())
    answer.write_text("")
    with pytest.raises(ConfirmationError, match="The answer is another one than before the change"):
        confirm_after("x", worked, ())
    answer.unlink()
    with pytest.raises(ConfirmationError, match="a client on this host, over TLS: .*No such file"):
        confirm_after("x", worked, ())


def test_a_client_that_complained_before_is_not_compared(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    worked = look(answers=[["cat", str(missing)]])
    missing.write_text("now it is there")
    assert worked.answers == ()
    confirm_after("x", worked, ())


def test_a_check_gets_its_password_in_a_variable(tmp_path: Path) -> None:
    check = {"name": "login", "command": ["sh", "-c", 'printf "%s\\n" "${PASSWORD-none}" | grep -q "^hunter2$" && echo in'], "expect": "^in$"}
    worked = look(checks=[check], environment={"PASSWORD": "hunter2"})
    confirm_after("x", worked, UNITS)
    # With another one, or none, it fails.
    for environment in ({}, {"PASSWORD": "x"}):
        with pytest.raises(ValidationError, match="check login of tls_continuity fails already"):
            look(checks=[check], environment=environment)


def test_what_is_known_to_be_lost_fails_without_any_check() -> None:
    with pytest.raises(ConfirmationError, match="- the replica"):
        confirm_after("x", None, UNITS, ["the replica of x"])
    confirm_after("x", None, UNITS)


def test_an_endpoint_has_to_say_the_same_within_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [[], [{"sentence": "Within TLS it does not say x."}], []]
    asked: list[Any] = []
    monkeypatch.setattr(module, "_PAUSE", 0.001)
    monkeypatch.setattr(module.within_tls, "find_missing", lambda rows: asked.append(rows) or answers.pop(0))
    check = {"endpoint": {"host": "mail.example.org", "protocol": "imaps"}, "expect": "IMAP4"}
    worked = look(checks=[check])
    confirm_after("x", worked, ())
    assert answers == [] and asked[0] == [{"host": "mail.example.org", "protocol": "imaps", "says": "IMAP4"}]
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    monkeypatch.setattr(module.within_tls, "find_missing", lambda _rows: [{"sentence": "It said: nothing."}])
    with pytest.raises(ConfirmationError, match="the check imaps://mail.example.org:993 of tls_continuity: It said: nothing"):
        confirm_after("x", worked, ())
