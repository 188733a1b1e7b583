# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sets on the hosts, looked at with openssl and with our own judgement."""

from __future__ import annotations

from typing import Any

import pytest

testinfra_hosts = ["ansible://all"]

ROOT = "/etc/ssl/intransit"
ENTRIES = ["own", "mail", "pinned"]


@pytest.fixture(autouse=True)
def _as_root(host: Any) -> Any:
    with host.sudo():
        yield


@pytest.mark.parametrize("name", ENTRIES)
def test_openssl_accepts_it_with_the_installed_authority(host: Any, name: str) -> None:
    done = host.run(f"openssl verify -x509_strict -purpose sslserver {ROOT}/{name}/cert.pem")
    assert done.rc == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ENTRIES)
def test_key_and_certificate_are_a_pair(host: Any, name: str) -> None:
    key = host.check_output(f"openssl pkey -in {ROOT}/{name}/privkey.pem -pubout")
    assert key == host.check_output(f"openssl x509 -in {ROOT}/{name}/fullchain.pem -noout -pubkey")


@pytest.mark.parametrize(("name", "group", "mode"), [("own", "root", 0o600), ("mail", "mail", 0o640)])
def test_only_those_who_need_it_read_the_key(host: Any, name: str, group: str, mode: int) -> None:
    file = host.file(f"{ROOT}/{name}/privkey.pem")
    assert (file.user, file.group, file.mode) == ("root", group, mode)
    assert host.run(f"su -s /bin/sh nobody -c 'cat {ROOT}/{name}/privkey.pem'").rc != 0
    assert host.run(f"su -s /bin/sh nobody -c 'cat {ROOT}/{name}/fullchain.pem'").rc == 0


def test_the_bundle_has_the_key_first(host: Any) -> None:
    file = host.file(f"{ROOT}/mail/bundle.pem")
    labels = [line for line in file.content_string.splitlines() if line.startswith("-----BEGIN")]
    assert labels == ["-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"]
    assert (file.group, file.mode) == ("mail", 0o640)
    assert not host.file(f"{ROOT}/own/bundle.pem").exists


def test_names_and_usages(host: Any) -> None:
    text = host.check_output(f"openssl x509 -in {ROOT}/mail/cert.pem -noout -ext subjectAltName,extendedKeyUsage")
    assert "DNS:mail.example.test, DNS:*.example.test" in text
    assert "TLS Web Server Authentication, TLS Web Client Authentication" in text


def test_lifetimes(host: Any) -> None:
    for name, days in (("own", 90), ("pinned", 20)):
        assert host.run(f"openssl x509 -in {ROOT}/{name}/cert.pem -noout -checkend {(days - 1) * 86400}").rc == 0
        assert host.run(f"openssl x509 -in {ROOT}/{name}/cert.pem -noout -checkend {days * 86400}").rc == 1


def test_nothing_is_left_over(host: Any) -> None:
    listed = host.check_output(f"ls -A {ROOT}/.sets").split()
    assert not [item for item in listed if item.endswith((".key", ".link")) or ".new" in item]
    assert len([item for item in listed if item.startswith("own.")]) == 1


def test_no_key_of_the_authority_is_on_the_host(host: Any) -> None:
    own = host.check_output("openssl x509 -in /usr/local/share/ca-certificates/private-tls-authority.crt -noout -pubkey")
    for name in ENTRIES:
        assert host.check_output(f"openssl pkey -in {ROOT}/{name}/privkey.pem -pubout") != own
