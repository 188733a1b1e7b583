# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host whose data is secret: no port begins in clear text, only TLS 1.3, and nobody gets in without a certificate."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from refusals import PASSWORD, USER
from wire import Said, run

testinfra_hosts = ["ansible://strict"]


EC_REQUEST = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", "/CN=reader",
              "-keyout", "key.pem"]


def authority(host: Any) -> Path:
    return Path(host.ansible.get_variables()["tls_ca_directory"])


@pytest.fixture
def client(host: Any, tmp_path: Path) -> Path:
    """A client's key and certificate, signed by the authority that signed the host's."""
    folder = authority(host)
    for command in (
        [*EC_REQUEST, "-addext", "extendedKeyUsage=clientAuth", "-out", "request.pem"],
        ["x509", "-req", "-in", "request.pem", "-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca.key"),
         "-copy_extensions", "copy", "-days", "2", "-out", "cert.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def fetch(wire: Any, host: Any, url: str, *options: str) -> Said:
    port = url.split(":")[2].partition("/")[0]
    return run(
        ["curl", "--silent", "--show-error", "--cacert", str(authority(host) / "ca.pem"), "--max-time", "20",
         "--resolve", f"{wire.hostname}:{port}:{wire.address}", "--user", f"{USER}:{PASSWORD}", *options,
         url.replace("{name}", wire.hostname)], "", 25)


@pytest.mark.parametrize("port", [143, 110])
def test_the_plain_ports_are_closed_now_and_at_boot(wire: Any, host: Any, port: int) -> None:
    assert wire.curl(f"http://{{name}}:{port}/").code == 7
    unit = {143: "courier-imap", 110: "courier-pop"}[port]
    assert host.run(f"systemctl is-enabled {unit}").stdout.strip() == "disabled"
    assert host.run(f"systemctl is-active {unit}").stdout.strip() == "inactive"


@pytest.mark.parametrize("url", ["imaps://{name}:993/INBOX;UID=1", "pop3s://{name}:995/1"])
def test_with_a_certificate_the_mailbox_is_read(wire: Any, host: Any, client: Path, url: str) -> None:
    said = fetch(wire, host, url, "--cert", str(client / "cert.pem"), "--key", str(client / "key.pem"))
    assert said.code == 0 and "the mail of strict" in said.said, said


@pytest.mark.parametrize("url", ["imaps://{name}:993/INBOX;UID=1", "pop3s://{name}:995/1"])
def test_without_one_nobody_gets_in(wire: Any, host: Any, url: str) -> None:
    said = fetch(wire, host, url)
    assert said.code != 0 and "the mail of" not in said.said, said


def test_nor_with_one_of_another_authority(wire: Any, host: Any, tmp_path: Path) -> None:
    command = ["openssl", *EC_REQUEST, "-x509", "-days", "2", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    said = fetch(wire, host, "imaps://{name}:993/INBOX;UID=1", "--cert", str(tmp_path / "cert.pem"), "--key",
                 str(tmp_path / "key.pem"))
    assert said.code != 0 and "the mail of" not in said.said, said


def test_tls_1_2_is_refused(wire: Any) -> None:
    assert "BEGIN CERTIFICATE" in wire.openssl(993, "-tls1_3").said
    assert "Cipher is (NONE)" in wire.openssl(993, "-tls1_2").said
