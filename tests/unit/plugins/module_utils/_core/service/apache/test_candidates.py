# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which settings could defeat a policy: about TLS, not ours, and in a section or read after ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import (
    OWN_FILES,
    SERVER_CONF,
    SITE_CONF,
    find_candidates,
    is_own,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig

Reads = Callable[..., ApacheConfig]
MAIN = "/etc/apache2/apache2.conf"
ENABLED = "/etc/apache2/conf-enabled/"
OURS = ENABLED + "zz-intransit-tls.conf"


@pytest.mark.parametrize("line", [
    "SSLProtocol all", "SSLCipherSuite ALL", "SSLOpenSSLConfCmd Groups x", "SSLVerifyClient none", "SSLCompression on",
    "SSLInsecureRenegotiation on", "SSLEngine off", 'Header always set Strict-Transport-Security "max-age=0"',
])
def test_a_directive_about_tls_in_a_virtual_host_is_one(reads: Reads, line: str) -> None:
    config = reads((MAIN, "Listen 443"), ("/etc/apache2/sites-enabled/a.conf", f"<VirtualHost *:443>\n{line}\n</VirtualHost>"))
    (found,) = find_candidates(config)
    assert (found.text, found.file, found.line) == (line, "/etc/apache2/sites-enabled/a.conf", 2)
    assert found.name == line.split()[0].lower() and found.tls_port
    assert found.vhost == "/etc/apache2/sites-enabled/a.conf:1" and found.where == "<virtualhost *:443>"


@pytest.mark.parametrize("line", [
    "SSLCertificateKeyFile /secret", "Header set X-Password secret", "ServerName x", "AuthUserFile /secret",
])
def test_another_directive_is_none_and_does_not_travel(reads: Reads, line: str) -> None:
    assert find_candidates(reads((MAIN, f"<VirtualHost *:443>\n{line}\n</VirtualHost>"))) == []


def test_at_server_level_only_what_is_read_after_ours(reads: Reads) -> None:
    config = reads((ENABLED + "a.conf", "SSLProtocol all"), (OURS, "SSLProtocol TLSv1.3"),
                   (ENABLED + "zzz.conf", "SSLProtocol +TLSv1"))
    assert [(row.file, row.where, row.vhost) for row in find_candidates(config)] == [
        (ENABLED + "zzz.conf", "server level", None)]


def test_before_ours_exists_its_place_is_known_by_its_name(reads: Reads) -> None:
    config = reads((MAIN, "Listen 443"), ("/etc/apache2/mods-enabled/ssl.conf", "SSLProtocol all"),
                   ("/etc/apache2/ports.conf", "SSLProtocol all"), (ENABLED + "a.conf", "SSLProtocol all"),
                   (ENABLED + "zzz.conf", "SSLProtocol +TLSv1"),
                   ("/etc/apache2/sites-enabled/a.conf", "SSLProtocol +TLSv1.1"))
    assert [row.file for row in find_candidates(config)] == [ENABLED + "zzz.conf", "/etc/apache2/sites-enabled/a.conf"]


def test_what_stands_in_a_section_counts_wherever_it_is_read(reads: Reads) -> None:
    config = reads((ENABLED + "a.conf", "<Directory /srv>\nSSLVerifyClient none\n</Directory>"), (OURS, "SSLProtocol x"))
    (found,) = find_candidates(config)
    assert (found.where, found.vhost, found.tls_port) == ("<directory /srv>", None, False)


def test_a_section_in_a_virtual_host_is_named_with_it(reads: Reads) -> None:
    text = "<VirtualHost *:80>\n<Location /x>\nSSLCipherSuite ALL\n</Location>\n</VirtualHost>"
    (found,) = find_candidates(reads((MAIN, text)))
    assert found.where == "<location /x> in <virtualhost *:80>" and found.tls_port is False


@pytest.mark.parametrize("path", [*OWN_FILES, OURS, "/etc/apache2/sites-enabled/zz-intransit-tls.conf"])
def test_our_own_files_by_both_their_names(reads: Reads, path: str) -> None:
    assert is_own(path, OWN_FILES)
    assert find_candidates(reads((path, "<VirtualHost *:443>\nSSLProtocol all\n</VirtualHost>"))) == []


def test_a_file_of_another_is_not_ours() -> None:
    assert not is_own("/etc/apache2/conf-enabled/tls.conf", OWN_FILES)
    assert not is_own(SERVER_CONF, (SITE_CONF,))


def test_plain_data(reads: Reads) -> None:
    (found,) = find_candidates(reads((MAIN, "<VirtualHost *:80>\nSSLEngine on\n</VirtualHost>")))
    assert found.to_dict() == {
        "file": MAIN, "line": 2, "macro": "", "text": "SSLEngine on", "name": "sslengine", "arguments": ("on",),
        "where": "<virtualhost *:80>", "vhost": MAIN + ":1", "tls_port": False}
