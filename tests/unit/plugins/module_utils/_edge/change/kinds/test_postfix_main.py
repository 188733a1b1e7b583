# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kinds postfix_main and postfix_master on real files: written where something differs, restored to the byte."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.journal import Journal
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.transaction import Request, execute

MAIN = "# theirs\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n  [::1]/128\nsmtpd_tls_cert_file=/x"
MASTER = "smtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=none\nsmtps inet n - y - - smtpd\n"


def changes(folder: Path) -> list[dict[str, Any]]:
    services = [
        {"service": "smtp", "command": "smtpd", "options": {"smtpd_tls_security_level": None}},
        {"service": "submissions", "command": "smtpd", "private": "n", "options": {"smtpd_tls_wrappermode": True}},
    ]
    return [
        {"kind": "postfix_main", "path": str(folder / "main.cf"),
         "values": {"smtpd_tls_auth_only": True, "smtpd_tls_loglevel": 1, "smtpd_tls_cert_file": None}},
        {"kind": "postfix_master", "path": str(folder / "master.cf"), "services": services},
    ]


def prepare(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "main.cf").write_text(MAIN)
    (folder / "master.cf").write_text(MASTER)
    return folder


def request(folder: Path, *wishes: dict[str, Any]) -> Request:
    grep = ["grep", "-q", "smtpd_tls_wrappermode=yes", f"{{staged:{folder / 'master.cf'}}}"]
    return Request("x", tuple(wishes or changes(folder)), {"command": grep}, settle=0.0)


def test_both_files_change_once_and_are_then_left_alone(tmp_path: Path) -> None:
    folder, journal = prepare(tmp_path), Journal("x", str(tmp_path / "var"))
    assert execute(request(folder), journal)["changed"]
    assert (folder / "main.cf").read_text() == (
        "# theirs\nmyhostname = mail.example.org\nmynetworks = 127.0.0.0/8\n  [::1]/128\n#smtpd_tls_cert_file=/x\n"
        "smtpd_tls_auth_only = yes\nsmtpd_tls_loglevel = 1\n")
    assert (folder / "master.cf").read_text() == (
        "smtp inet n - y - - smtpd\nsmtps inet n - y - - smtpd\n    -o smtpd_tls_wrappermode=yes\n")
    inodes = [os.stat(folder / name).st_ino for name in ("main.cf", "master.cf")]
    assert not execute(request(folder), journal)["changed"]
    assert inodes == [os.stat(folder / name).st_ino for name in ("main.cf", "master.cf")]


def test_nothing_to_change_does_not_even_add_a_line_end(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    wish = {"kind": "postfix_main", "path": str(folder / "main.cf"), "values": {"myhostname": "mail.example.org"}}
    assert not execute(request(folder, wish), Journal("x", str(tmp_path / "var")))["changed"]
    assert (folder / "main.cf").read_text() == MAIN


def test_a_failed_activation_brings_back_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = prepare(tmp_path)

    def dead(*_: Any) -> list[str]:
        raise TransactionError("the port is taken")

    monkeypatch.setattr(transaction.unit, "activate", dead)
    with pytest.raises(TransactionError, match="as it was before"):
        execute(request(folder), Journal("x", str(tmp_path / "var")))
    assert ((folder / "main.cf").read_text(), (folder / "master.cf").read_text()) == (MAIN, MASTER)


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (folder / "main.cf").rename(folder / "real.cf")
    (folder / "main.cf").symlink_to("real.cf")
    execute(request(folder), Journal("x", str(tmp_path / "var")))
    assert (folder / "main.cf").is_symlink() and "smtpd_tls_auth_only" in (folder / "real.cf").read_text()


def test_what_makes_no_sense_is_refused_before_anything(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    path = str(folder / "main.cf")
    for wish, words in (
        ({"kind": "postfix_main", "path": str(folder / "none.cf"), "values": {}}, "is Postfix installed"),
        ({"kind": "postfix_main", "path": path, "values": {"a b": 1}}, "not the name"),
        ({"kind": "postfix_master", "path": path}, "lacks services"),
        ({"kind": "postfix_master", "path": path, "services": [{"service": "x"}]}, "no command"),
    ):
        with pytest.raises(TransactionError, match=words):
            execute(request(folder, wish), Journal("x", str(tmp_path / "var")))
    with pytest.raises(ValidationError):
        execute(Request("x", tuple(changes(folder)), {"command": ["false"]}), Journal("x", str(tmp_path / "var")))
    assert (folder / "main.cf").read_text() == MAIN
