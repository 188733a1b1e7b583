# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host with other people's settings: they are neutralised, kept as words, and nothing else of theirs is touched."""

from __future__ import annotations

from typing import Any

import pytest
from web_refusals import LOOSE, refused

testinfra_hosts = ["ansible://shared"]


@pytest.mark.parametrize("name", ["old.example", "plain.example", "evil.example"])
@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_no_name_brings_old_protocols_back(wire: Any, name: str, version: str) -> None:
    refused(wire.openssl(443, version, "-cipher", LOOSE, server_name=name))


@pytest.mark.parametrize(("url", "status", "location", "body"), [
    ("http://old.example/x", 301, "https://old.example/x", ""),
    ("http://plain.example/x", 301, "https://plain.example/x", ""),
    ("http://sub.plain.example/x", 301, "https://sub.plain.example/x", ""),
    ("http://moved.example/x", 301, "https://old.example/x", ""),
    ("http://new.example/", 200, "", "old in clear\n"),
    ("http://front.example/", 200, "", "in front \n"),
    ("http://plain.example:8081/", 200, "", "another port\n"),
    ("https://plain.example/", 200, "", "plain\n"),
    ("https://plain.example/behind", 200, "", "behind\n"),
    ("https://old.example/", 200, "", "old\n"),
])
def test_every_name_leads_where_it_did_or_to_itself_over_tls(
        wire: Any, url: str, status: int, location: str, body: str) -> None:
    reply = wire.curl(url)
    assert (reply.status, reply.headers.get("location", [""])) == (status, [location])
    assert body in reply.body
    if url.startswith("https"):
        assert reply.headers["strict-transport-security"] == ["max-age=63072000"]


def test_client_certificates_are_asked_for(wire: Any) -> None:
    assert "Private TLS authority" in wire.openssl(443).said.partition("Acceptable client certificate CA names")[2]


def test_their_words_are_kept_as_comments_and_every_edit_can_be_taken_back(root: Any) -> None:
    text = root.file("/etc/nginx/sites-enabled/people").content_string
    marked = [line.partition(": ")[2].strip() for line in text.splitlines() if line.startswith("# disabled by intransit.tls")]
    assert marked == [
        "ssl_session_tickets on;", "ssl_protocols TLSv1", "TLSv1.1 TLSv1.2; # for old clients", "ssl_ciphers ALL:@SECLEVEL=0;",
        "ssl_conf_command MinProtocol TLSv1;", 'add_header Strict-Transport-Security "max-age=60";']
    assert root.check_output("dpkg --verify nginx-common") == ""
