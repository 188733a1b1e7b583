# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Apache's configuration read from a real folder, with its links."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.service import apache


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("mods-enabled", "conf-available", "conf-enabled", "sites-available", "sites-enabled"):
        (tmp_path / name).mkdir()
    (tmp_path / "apache2.conf").write_text(
        "IncludeOptional mods-enabled/*.load\nInclude ports.conf\nIncludeOptional conf-enabled/*.conf\n"
        "IncludeOptional sites-enabled/*.conf\n"
    )
    (tmp_path / "ports.conf").write_text("Listen 80\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n")
    (tmp_path / "mods-enabled" / "ssl.load").write_text("LoadModule ssl_module x.so\n")
    (tmp_path / "sites-available" / "a.conf").write_text(
        "<VirtualHost *:443>\nServerName a.example\nSSLEngine on\nSSLProtocol all\n"
        "SSLCipherSuite AES128-SHA\n</VirtualHost>\n<VirtualHost *:80>\nDocumentRoot /srv\n</VirtualHost>\n"
    )
    (tmp_path / "sites-enabled" / "a.conf").symlink_to("../sites-available/a.conf")
    return tmp_path


def test_it_is_read_as_the_daemon_reads_it(root: Path) -> None:
    seen = apache.describe(resolve(), [], root=str(root))
    assert [(host["server_name"], host["ports"], host["tls"]) for host in seen["vhosts"]] == [
        ("a.example", [443], True), (None, [80], False)]
    assert [(row["port"], row["protocol"], row["line"]) for row in seen["listens"]] == [(80, "http", 1), (443, "https", 3)]
    assert seen["modules"] == ["ssl"] and seen["problems"] == []
    real = str(root / "sites-available" / "a.conf")
    assert [(item["file"], item["line"], item["directive"]) for item in seen["overrides"]] == [
        (real, 4, "sslprotocol"), (real, 5, "sslciphersuite")]


def test_without_a_policy_nothing_is_judged_and_our_own_files_are_not_somebody_elses(root: Path) -> None:
    assert apache.describe(None, [], root=str(root))["overrides"] == []
    ours = apache.describe(resolve(), [str(root / "sites-enabled" / "a.conf")], root=str(root))
    assert ours["overrides"] == [] and ours["vhosts"] == []
