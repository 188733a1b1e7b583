# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The test instance of Courier runs the servers that will be open, with the real files and ports."""

from __future__ import annotations

import subprocess

from ansible_collections.intransit.tls.plugins.module_utils._core.change.instance import read_instance
from ansible_collections.intransit.tls.plugins.module_utils._core.service.courier_imap.instance import make_instance


def text_of(*protocols: str, **second: int) -> str:
    return str(read_instance(make_instance(protocols, second, [])).command[-1])


def test_the_script_is_one_that_a_shell_reads() -> None:
    text = text_of("imap", "imaps", "pop3", "pop3s", imaps=20993)
    assert subprocess.run(["sh", "-n"], input=text.encode(), check=False).returncode == 0
    assert text.count("couriertcpd") == 5 and "-address=$SSLADDRESS" in text and "$SSLPORT" in text


def test_files_are_read_in_the_order_of_couriers_own_scripts() -> None:
    assert text_of("imaps").index("/etc/courier/imapd\n") < text_of("imaps").index("/etc/courier/imapd-ssl")
    assert text_of("pop3").index("/etc/courier/pop3d\n") < text_of("pop3").index("/etc/courier/pop3d-ssl")
    assert "IMAP_STARTTLS=$starttls" in text_of("imap") and "IMAP_STARTTLS" not in text_of("imaps")


def test_a_second_server_asks_for_no_certificate() -> None:
    text = text_of("imaps", imaps=20993)
    assert text.count("TLS_VERIFYPEER=NONE") == 1 and "-address=127.0.0.1" in text and " 20993 " in text
