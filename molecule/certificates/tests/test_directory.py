# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets that a directory issued: names, keys, what is served, and what is left of the challenges."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]

ROOT = "/etc/ssl/intransit"
ENTRIES = {
    "web": ("id-ecPublicKey", {"DNS:www.acme.test"}),
    "rsa": ("rsaEncryption", {"DNS:rsa.acme.test", "IP Address:{address}"}),
    "wild": ("id-ecPublicKey", {"DNS:*.acme.test", "DNS:acme.test"}),
}


@pytest.fixture(autouse=True)
def _as_root(host: Any) -> Any:
    with host.sudo():
        yield


@pytest.mark.parametrize("name", ENTRIES)
def test_it_is_the_directorys_and_for_these_names(host: Any, wire: Any, name: str) -> None:
    kind, names = ENTRIES[name]
    text = host.check_output(f"openssl x509 -in {ROOT}/{name}/cert.pem -noout -text")
    found = re.search(r"Subject Alternative Name:[^\n]*\n\s*([^\n]+)", text)
    assert found and set(found.group(1).split(", ")) == {item.format(address=wire.address) for item in names}
    assert f"Public Key Algorithm: {kind}" in text and "Pebble Intermediate" in text
    assert host.file(f"{ROOT}/{name}/origin").content_string == f"https://{wire.address}:14000/dir\n"


@pytest.mark.parametrize("name", ENTRIES)
def test_key_and_certificate_are_a_pair(host: Any, name: str) -> None:
    key = host.check_output(f"openssl pkey -in {ROOT}/{name}/privkey.pem -pubout")
    assert key == host.check_output(f"openssl x509 -in {ROOT}/{name}/fullchain.pem -noout -pubkey")


def test_apache_serves_it_and_redirects_all_but_the_challenges(host: Any, wire: Any) -> None:
    leaf = host.check_output(f"openssl x509 -in {ROOT}/web/cert.pem").strip()
    assert leaf in wire.openssl(443, "-showcerts", server_name="www.acme.test").said
    host.check_output("mkdir -p /var/www/html/.well-known/acme-challenge; echo kept > /var/www/html/.well-known/acme-challenge/kept")
    assert wire.curl("http://{name}/index.html").status == 301
    reply = wire.curl("http://{name}/.well-known/acme-challenge/kept")
    assert (reply.status, reply.body.strip()) == (200, "kept")
    host.check_output("rm /var/www/html/.well-known/acme-challenge/kept")


def test_no_answer_to_a_challenge_is_left(host: Any) -> None:
    assert host.check_output("ls -A /var/www/html/.well-known/acme-challenge") == ""
    assert not host.file("/srv/.well-known/acme-challenge").exists or host.check_output("ls -A /srv/.well-known/acme-challenge") == ""
    zone = host.check_output("named-journalprint /var/lib/bind/acme.test.zone.jnl")
    assert re.search(r"^add _acme-challenge\.acme\.test\.\s.*TXT", zone, re.MULTILINE)
    # The journal stays: this test runs twice, and looks for the answers in it.
    host.check_output("rndc sync")
    assert "_acme-challenge" not in host.file("/var/lib/bind/acme.test.zone").content_string


def test_the_account_key_is_encrypted_and_only_on_the_controller(host: Any) -> None:
    key = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "acme", "account.key")
    assert "ENCRYPTED" in key.read_text() and (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert host.run("grep -rls 'BEGIN ENCRYPTED PRIVATE KEY' /etc/ssl /root/.ansible /tmp").stdout == ""
