# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that settings name, and which of them are this host."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent import places


@pytest.mark.parametrize(("text", "wanted"), [
    ("curl http://localhost/x?token=1", ["http://localhost:80"]),
    ("ldap://user:secret@[::1]:3389/dc=x", ["ldap://[::1]:3389"]),
    ("ldap:/// ldapi:///", ["ldap://localhost:389", "ldapi://localhost:0"]),
    ("gopher://localhost http://localhost:99999/ http:// x", []),
    ("provider=ldap://10.0.0.1 credentials=ldap", ["ldap://10.0.0.1:389"]),
])
def test_servers_of_urls_without_their_secrets(text: str, wanted: list[str]) -> None:
    found = [place.url for place in places.find_urls(text)]
    assert found == wanted
    assert not any("secret" in url or "token" in url for url in found)


@pytest.mark.parametrize(("text", "port", "wanted", "encrypted"), [
    ("localhost", "", ["ldap://localhost:389"], False),
    ("a:3389, ldaps://b", "", ["ldap://a:3389", "ldaps://b:0"], True),
    ("a b", "1389", ["ldap://a:1389", "ldap://b:1389"], False),
    ("tls://mail:143", "", ["tls://mail:143"], True),
    ("%h", "", [], False),
])
def test_servers_of_a_list(text: str, port: str, wanted: list[str], encrypted: bool) -> None:
    found = places.list_places(text, "ldap", port)
    assert [place.url for place in found] == wanted
    assert any(place.encrypted for place in found) is encrypted


@pytest.mark.parametrize(("host", "here"), [
    ("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("Mail.Example.org.", True), ("192.0.2.7", True),
    ("192.0.2.8", False), ("example.org", False), ("0.0.0.0", True),
])
def test_this_host_by_name_and_address(host: str, here: bool) -> None:
    assert places.is_here(host, {"mail.example.org", "192.0.2.7"}) is here


def test_names_of_own_addresses_in_hosts() -> None:
    text = "127.0.1.1 Web web.example # x\n192.0.2.9 other\n\n# 127.0.0.1 no\n"
    assert places.list_names(text, set()) == {"web", "web.example"}
