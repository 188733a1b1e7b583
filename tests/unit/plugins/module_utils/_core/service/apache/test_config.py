# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading Apache's configuration: order, scope, includes and continued lines."""

from __future__ import annotations

import fnmatch
from typing import Dict, Sequence, Tuple

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import (
    ApacheConfig,
    logical_lines,
    read_config,
    split_words,
)


def config_of(files: Dict[str, str]) -> ApacheConfig:
    def reader(pattern: str) -> Sequence[Tuple[str, str]]:
        return [(path, files[path]) for path in sorted(files) if fnmatch.fnmatch(path, pattern)]

    return read_config("/etc/apache2/apache2.conf", "/etc/apache2", reader)


def test_a_virtual_host_is_read_with_what_decides_about_its_tls() -> None:
    config = config_of({
        "/etc/apache2/apache2.conf": "Include ports.conf\nIncludeOptional sites-enabled/*.conf\n",
        "/etc/apache2/ports.conf": "Listen 80\n<IfModule ssl_module>\n  Listen 443\n</IfModule>\nListen [::1]:8443 https\n",
        "/etc/apache2/sites-enabled/a.conf": (
            "<VirtualHost *:443 10.0.0.1:444>\n ServerName https://WWW.example.org:443\n ServerAlias a.example.org *.b.org\n"
            " SSLEngine On\n SSLProtocol \\\n   all\n <Directory /srv>\n  SSLEngine off\n </Directory>\n</VirtualHost>\n"
        ),
    })
    host = config.vhosts[0]
    assert host.server_name == "WWW.example.org"
    assert host.aliases == ("a.example.org", "*.b.org")
    assert host.ports == (443, 444)
    assert host.ssl_engine == "on"
    protocol = next(item for item in config.directives if item.name == "sslprotocol")
    assert (protocol.line, protocol.arguments) == (5, ("all",))
    assert [(item.address, item.port, item.protocol) for item in config.listens()] == [
        ("", 80, "http"), ("", 443, "https"), ("[::1]", 8443, "https")]


def test_an_include_inside_a_virtual_host_belongs_to_it() -> None:
    config = config_of({
        "/etc/apache2/apache2.conf": "<VirtualHost *:443>\nInclude /srv/ssl.inc\n</VirtualHost>\nSSLProtocol all\n",
        "/srv/ssl.inc": "SSLProtocol all -SSLv3\n",
    })
    inner, outer = [item for item in config.directives if item.name == "sslprotocol"]
    assert inner.vhost is not None and inner.file == "/srv/ssl.inc"
    assert outer.vhost is None


def test_variables_and_server_root_are_followed() -> None:
    config = config_of({
        "/etc/apache2/apache2.conf": 'Define where /srv/web\nServerRoot "/srv/other"\nInclude ${where}/a.conf\nInclude b.conf\n',
        "/srv/web/a.conf": "Listen 81\n",
        "/srv/other/b.conf": "Listen 82\n",
    })
    assert [item.port for item in config.listens()] == [81, 82]


def test_a_loop_of_includes_ends_and_is_named() -> None:
    config = config_of({"/etc/apache2/apache2.conf": "Include apache2.conf\n"})
    assert any("more than" in problem for problem in config.problems)


def test_a_missing_include_is_named() -> None:
    config = config_of({"/etc/apache2/apache2.conf": "Include gone.conf\nIncludeOptional none/*.conf\n"})
    assert config.problems == ["/etc/apache2/gone.conf is included and does not exist"]


@pytest.mark.parametrize("text", ["</VirtualHost>", "<", "<VirtualHost", "\\", '"', "<VirtualHost *:443>", "\0\xff", "Listen"])
def test_nonsense_is_read_without_an_exception(text: str) -> None:
    config_of({"/etc/apache2/apache2.conf": text})


def test_words_and_lines() -> None:
    assert split_words("Header always set X \"a b; c\" 'd e'") == ["Header", "always", "set", "X", "a b; c", "d e"]
    assert list(logical_lines("# a \\\nb\nc \\\nd\n")) == [(3, "c d")]
