# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""After the way back every host is as it was before the first run, and serves as it did."""

from __future__ import annotations

import socket
from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]
GREETINGS = {"postfix": (25, b"220 "), "courier-imap": (143, b"* OK ")}


def picture(host: Any, name: str) -> set[str]:
    with host.sudo():
        return set(host.check_output(f"cat /root/{name}").splitlines())


def test_the_settings_are_byte_for_byte_those_from_before(host: Any) -> None:
    before = picture(host, "before")
    with host.sudo():
        after = set(host.check_output("sh /root/picture.sh").splitlines())
    assert len(before) > 50
    assert {"gone": sorted(before - after), "new": sorted(after - before)} == {"gone": [], "new": []}


def test_the_picture_sees_the_enforced_settings(host: Any) -> None:
    assert picture(host, "before") ^ picture(host, "during")


def test_a_web_server_serves_its_page_in_clear_again(wire: Any, host: Any) -> None:
    if host.package("apache2").is_installed:
        assert wire.curl("http://{name}/").status == 200


@pytest.mark.parametrize("package", sorted(GREETINGS))
def test_a_mail_server_greets_in_clear_again(wire: Any, host: Any, package: str) -> None:
    port, greeting = GREETINGS[package]
    if host.package(package).is_installed:
        with socket.create_connection((wire.address, port), timeout=20) as connection:
            assert connection.recv(200).startswith(greeting)


def test_a_directory_answers_in_clear_again(host: Any) -> None:
    if host.package("slapd").is_installed:
        assert host.run("ldapsearch -x -H ldap://127.0.0.1 -s base -b ''").rc == 0
