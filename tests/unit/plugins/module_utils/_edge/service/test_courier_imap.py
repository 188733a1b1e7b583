# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A folder of Courier's settings, as Debian lays it out."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._edge.service import courier_imap as courier


def test_a_folder_without_pop3(tmp_path: Path) -> None:
    (tmp_path / "imapd").write_text("ADDRESS=0\nPORT=143\nIMAPDSTARTTLS=NO\nSENDMAIL=/usr/sbin/sendmail\n")
    (tmp_path / "imapd-ssl").write_text(
        f"SSLPORT=993\nTLS_STARTTLS_PROTOCOL=\"$TLS_PROTOCOL\"\nTLS_CERTFILE={tmp_path}/a.pem\n")
    for name in ("a.pem", "a.pem.mail.example.org", "a.pem.dpkg-old", "a.pem.bak", "a.pem.example.org~"):
        (tmp_path / name).touch()
    found = courier.describe(str(tmp_path))
    assert found["protocols"] == ["imap"]
    assert [row["port"] for row in found["listens"]] == [143, 993]
    assert found["settings"]["imapd"] == {"ADDRESS": "0", "PORT": "143", "IMAPDSTARTTLS": "NO"}
    assert found["settings"]["imapd-ssl"]["TLS_STARTTLS_PROTOCOL"] is None
    assert found["virtual_certificates"] == [str(tmp_path / "a.pem.mail.example.org")]
    assert "tls_library" not in found


def test_the_program_that_the_settings_name_is_the_one_that_is_asked(tmp_path: Path) -> None:
    (tmp_path / "imapd").touch()
    (tmp_path / "imapd-ssl").write_text("COURIERTLS=/bin/cat\n")
    assert courier.describe(str(tmp_path))["tls_library"] is None


def test_no_folder_is_nothing_installed(tmp_path: Path) -> None:
    found = courier.describe(str(tmp_path / "none"))
    assert found["protocols"] == [] and found["listens"] == []
