# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
"""Users of the webmail program log in as before, over TLS, and a login in plaintext is refused."""

from __future__ import annotations

from typing import Any

testinfra_hosts = ["ansible://webmail"]


def test_a_user_logs_in_as_before(root: Any) -> None:
    root.check_output("/root/webmail-check.sh")


def test_it_asks_for_tls_keeps_its_host_and_verifies_the_server(root: Any) -> None:
    written = root.file("/etc/roundcube/config.inc.php")
    assert "$config['imap_host'] = 'tls://localhost:143';" in written.content_string
    assert "'verify_peer' => true" in written.content_string and written.mode == 0o640


def test_a_login_in_plaintext_is_refused(root: Any) -> None:
    answered = root.run("printf '1 LOGIN anna@example.test secret\\r\\n2 LOGOUT\\r\\n' | timeout 10 bash -c "
                        "'exec 3<>/dev/tcp/127.0.0.1/143; cat >&3; cat <&3'")
    assert "1 OK" not in answered.stdout and "* OK" in answered.stdout, answered
