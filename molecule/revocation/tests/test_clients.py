# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who gets in: a client of the CA, not the revoked one, not a server's certificate, not without one. On the weak host the revoked one does."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from clients import PORTS, find_folder, is_served

testinfra_hosts = ["ansible://all"]


@pytest.fixture(name="server_only", scope="module")
def fixture_server_only(tmp_path_factory: Any) -> Any:
    """Make a certificate of the private CA that is good for servers alone."""

    def make(folder: Path) -> str:
        place = folder / "server-only"
        if not place.exists():
            place.mkdir()
            subprocess.run(
                ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=server", "-addext",
                 "extendedKeyUsage=serverAuth", "-keyout", place / "privkey.pem", "-out", place / "request.pem"], check=True, capture_output=True)
            subprocess.run(
                ["openssl", "x509", "-req", "-in", place / "request.pem", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-passin",
                 "pass:a passphrase for tests", "-copy_extensions", "copy", "-days", "2", "-out", place / "cert.pem"],
                check=True, capture_output=True)
        return str(place)

    return make


@pytest.mark.parametrize("service", PORTS)
def test_who_gets_in(wire: Any, host: Any, service: str, server_only: Any) -> None:
    folder = find_folder(host)
    weak = wire.name == "weak"
    seen = {client: is_served(wire, host, service, client, folder) for client in ("good", "rotated", "bad", "none")}
    # The weak host shows that the list is what keeps the revoked client out.
    assert seen == {"good": True, "rotated": True, "bad": weak, "none": False}
    # GnuTLS takes a certificate for servers from a client.
    gnutls = service == "openldap" and wire.name == "debian12"
    assert is_served(wire, host, service, server_only(folder), folder) is gnutls


def test_the_list_of_each_service_is_its_own_and_everyone_may_read_it(host: Any) -> None:
    good = "good" in host.ansible.get_variables()["group_names"]
    for service in PORTS:
        file = host.file(f"/etc/ssl/intransit/{service}.crl.pem")
        assert file.exists == good
        if good:
            assert (file.user, file.group, stat.S_IMODE(file.mode)) == ("root", "root", 0o644)
            assert "PRIVATE" not in file.content_string


def test_keys_of_clients_are_only_for_their_owner(host: Any) -> None:
    clients = find_folder(host) / "clients"
    assert stat.S_IMODE(clients.stat().st_mode) == 0o700
    for name in ("good", "bad", "rotated"):
        assert stat.S_IMODE((clients / name / "privkey.pem").stat().st_mode) == 0o600
        text = subprocess.run(["openssl", "x509", "-in", clients / name / "cert.pem", "-noout", "-ext", "extendedKeyUsage"],
                              check=True, capture_output=True, text=True).stdout
        assert "TLS Web Client Authentication" in text and "Server" not in text
    assert "ENCRYPTED" in (clients / "bad" / "privkey.pem").read_text()
