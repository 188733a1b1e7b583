# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients of four daemons, by programs of others: curl and ldapsearch, each with a certificate or with none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

PORTS = {"apache": 443, "nginx": 8443, "haproxy": 9443, "openldap": 636}
PASSPHRASE = "another passphrase for tests"


def find_folder(host: Any) -> Path:
    """Return the folder of the private CA."""
    return Path(host.ansible.get_variables()["tls_ca_directory"])


def is_served(wire: Any, host: Any, service: str, client: str, folder: Path) -> bool:
    """Tell whether a client gets an answer; that no connection is possible at all is an error."""
    return _searches(wire, client, folder) if service == "openldap" else _fetches(wire, service, client, folder)


def pair_of(client: str, folder: Path) -> tuple[Path, Path]:
    """Return certificate and key of a client, the key without its passphrase."""
    place = folder / "clients" / client if not client.startswith("/") else Path(client)
    key = place / "privkey.pem"
    if b"ENCRYPTED" in key.read_bytes():
        plain = place / "plain.key"
        if not plain.exists():
            subprocess.run(["openssl", "pkey", "-in", key, "-passin", "pass:" + PASSPHRASE, "-out", plain], check=True, capture_output=True)
        key = plain
    return place / "cert.pem", key


def _fetches(wire: Any, service: str, client: str, folder: Path) -> bool:
    options: list[str] = []
    if client != "none":
        certificate, key = pair_of(client, folder)
        options = ["--cert", str(certificate), "--key", str(key)]
    reply = wire.curl(f"https://{wire.name}.example:{PORTS[service]}/", *options)
    if reply.status == 200:
        assert f"the page of {wire.name}" in reply.body, reply
        return True
    # nginx refuses after the handshake; 35 and 56 are alerts in the handshake and behind it.
    assert reply.status == 400 if service == "nginx" else reply.status == 0 and reply.code in (35, 55, 56), reply
    return False


def _searches(wire: Any, client: str, folder: Path) -> bool:
    environment = {"LDAPTLS_CACERT": str(folder / "ca.pem"), "LDAPTLS_REQCERT": "demand", "LDAPCONF": "/dev/null", "PATH": os.environ["PATH"]}
    if client != "none":
        certificate, key = pair_of(client, folder)
        environment.update(LDAPTLS_CERT=str(certificate), LDAPTLS_KEY=str(key))
    answer = subprocess.run(
        ["ldapsearch", "-x", "-LLL", "-o", "nettimeout=10", "-H", f"ldaps://{wire.address}", "-s", "base", "-b", "", "supportedLDAPVersion"],
        env=environment, capture_output=True, text=True, timeout=30, check=False)
    if answer.returncode == 0:
        assert "supportedLDAPVersion: 3" in answer.stdout, answer
        return True
    # The port is open, or a refusal would prove nothing.
    assert "CONNECTED" in wire.openssl(636).said
    return False
