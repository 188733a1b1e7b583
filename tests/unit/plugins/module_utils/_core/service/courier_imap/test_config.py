# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Courier's own files, read as its start scripts read them."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap import config as courier_config
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.config import Listen


def sockets(plain: dict[str, Optional[str]], tls: dict[str, Optional[str]]) -> list[Listen]:
    found, problems = courier_config.listens("imap", plain, tls)
    assert not problems
    return list(found)


def test_nothing_said_means_the_usual_ports_on_every_address() -> None:
    assert sockets({}, {}) == [Listen("imap", "", 143), Listen("imaps", "", 993)]
    assert sockets({"ADDRESS": "0"}, {"SSLADDRESS": "127.0.0.1"})[1] == Listen("imaps", "127.0.0.1", 993)


def test_ports_with_addresses_of_their_own() -> None:
    found = sockets({"PORT": "127.0.0.1.900,192.0.2.1.901,902", "ADDRESS": "192.0.2.9"}, {"SSLPORT": "993,10993"})
    assert found == [
        Listen("imap", "127.0.0.1", 900), Listen("imap", "192.0.2.1", 901), Listen("imap", "192.0.2.9", 902),
        Listen("imaps", "", 993), Listen("imaps", "", 10993),
    ]


def test_each_start_script_has_its_own_order() -> None:
    # The plain port's script reads the plain file last, the TLS port's script the other one.
    found = sockets({"PORT": "1143", "SSLPORT": "1"}, {"PORT": "2", "SSLPORT": "1993"})
    assert found == [Listen("imap", "", 1143), Listen("imaps", "", 1993)]


@pytest.mark.parametrize("written", [None, "imap2", "70000", "143,x"])
def test_what_only_a_shell_could_tell_is_said(written: Optional[str]) -> None:
    found, problems = courier_config.listens("imap", {"PORT": written}, {})
    assert Listen("imap", "", 143) in found and "PORT=" in problems[0]


@pytest.mark.parametrize(("values", "target"), [
    ({"MECHANISMS": "rimap"}, "localhost"),
    ({"MECHANISMS": "pam rimap", "MECH_OPTIONS": "127.0.0.1/143"}, "127.0.0.1/143"),
    ({"MECHANISMS": "rimap", "MECH_OPTIONS": "mail.example.org"}, "mail.example.org"),
    ({"MECHANISMS": "rimap", "MECH_OPTIONS": "192.0.2.5"}, "192.0.2.5"),
    ({"OPTIONS": "-c -a rimap -O ::1"}, "::1"),
    ({"MECHANISMS": "rimap", "MECH_OPTIONS": "imap.elsewhere.org"}, None),
    ({"MECHANISMS": "pam"}, None),
    ({}, None),
])
def test_who_logs_in_here_in_clear_text(values: dict[str, Any], target: Optional[str]) -> None:
    assert courier_config.find_rimap(values, ["mail.example.org", "mail"], ["192.0.2.5"]) == target


def test_virtual_certificates_are_told_from_copies() -> None:
    assert courier_config.is_name_of_another_host("mail.example.org")
    assert courier_config.is_name_of_another_host("192.0.2.1")
    for suffix in ("bak", "2024", "old~", "a b.c", ".org"):
        assert not courier_config.is_name_of_another_host(suffix)


def test_only_tls_and_ports_are_shown() -> None:
    shown = courier_config.show_settings({"TLS_CERTFILE": "/x", "PORT": "143", "IMAP_CAPABILITY": "secret?", "SENDMAIL": "x"})
    assert shown == {"TLS_CERTFILE": "/x", "PORT": "143"}
