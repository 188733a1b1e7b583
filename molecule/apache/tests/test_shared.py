# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with other people's settings: they are neutralised, kept as words, and nothing else of theirs is touched."""

from __future__ import annotations

from typing import Any

import pytest
from web_refusals import LOOSE, refused

testinfra_hosts = ["ansible://shared"]


@pytest.mark.parametrize("name", ["old.example", "shared.example", "nobody.example"])
@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_no_name_brings_old_protocols_back(wire: Any, name: str, version: str) -> None:
    refused(wire.openssl(443, version, "-cipher", LOOSE, server_name=name))


def test_every_name_is_redirected_to_itself_over_tls(wire: Any) -> None:
    for name in ("old.example", "plain.example", "x.plain.example", "shared.example", "one.macro.example",
                 "two.macro.example"):
        reply = wire.curl("http://{name}/x", "--header", f"Host: {name}")
        assert (reply.status, reply.headers["location"]) == (301, [f"https://{name}/x"])


def test_their_words_are_kept_as_comments(host: Any) -> None:
    with host.sudo():
        text = host.file("/etc/apache2/sites-enabled/010-theirs.conf").content_string
    marked = [line for line in text.splitlines() if line.startswith("# disabled by intransit.tls")]
    assert [line.rpartition(": ")[2] for line in marked] == [
        "SSLProtocol", "all", "SSLCipherSuite ALL:@SECLEVEL=0", "SSLOpenSSLConfCmd MinProtocol TLSv1",
        'SSLOpenSSLConfCmd Protocol "ALL, -SSLv3"']
    assert "  SSLEngine on\n" in text and "ServerAlias *.plain.example" in text


def test_only_sites_without_tls_are_given_one(host: Any) -> None:
    with host.sudo():
        made = host.file("/etc/apache2/sites-enabled/zz-intransit-tls.conf").content_string
    assert [line.split()[1] for line in made.splitlines() if line.startswith("  ServerName")] == [
        "shared.example", "plain.example"]
    assert "ServerAlias *.plain.example" in made


def test_sites_whose_certificates_mod_md_obtains_are_left_to_it(wire: Any, host: Any) -> None:
    assert "Apache Managed Domain Fallback" in wire.openssl(443, server_name="managed.example").said
    assert wire.curl("http://managed.example/").headers["location"] == ["https://managed.example/"]
    assert wire.curl("http://awaited.example/").status == 200
    with host.sudo():
        assert "awaited.example" not in host.file("/etc/apache2/sites-enabled/zz-intransit-tls.conf").content_string
