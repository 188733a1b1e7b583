# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind Apache, with what decides about their TLS; nothing that may be secret is reported."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.format.disabled import REPLACED
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.behind import read_legs

SITE = "/etc/apache2/sites-enabled/a.conf"
TOP = "<VirtualHost *:80>\nServerName a.example\n"


def legs_of(reads: Any, scripted: Any, text: str, written: str = "") -> Any:
    return scripted({SITE: written or text}).drive(read_legs(reads((SITE, text))))


@pytest.mark.parametrize(("line", "found"), [
    ("ProxyPass /x http://10.0.0.5:8081/secret timeout=5", ("http", "10.0.0.5:8081", "10.0.0.5", "8081", "")),
    ("ProxyPassMatch ^/x(.*) https://app.example/secret$1", ("https", "app.example", "app.example", "", "")),
    ("RewriteRule ^/x(.*) http://10.0.0.5/secret [P,L]", ("http", "10.0.0.5", "10.0.0.5", "", "")),
    ("RewriteRule ^/x(.*) http://%{HTTP_HOST}/secret [P]", ("http", "%{HTTP_HOST}", "", "", "")),
    ('SetHandler "proxy:fcgi://10.0.0.5:9000"', ("fcgi", "10.0.0.5:9000", "10.0.0.5", "9000", "")),
    ('SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"', ("fcgi", "localhost", "localhost", "", "/run/php.sock")),
    ("ProxyPass /x ajp://10.0.0.5:8009/ secret=secret", ("ajp", "10.0.0.5:8009", "10.0.0.5", "8009", ""))])
def test_how_a_server_is_reached(reads: Any, scripted: Any, line: str, found: Any) -> None:
    (row,) = legs_of(reads, scripted, f"{TOP}{line}\n</VirtualHost>")
    assert tuple(row[name] for name in ("scheme", "authority", "host", "port", "socket")) == found
    assert "secret" not in str(row) and row["names"] == ["a.example"] and row["where"] == "<virtualhost *:80>"


@pytest.mark.parametrize("line", [
    "ProxyPass /x !", "ProxyPass /x balancer://pool/", "RewriteRule ^/x http://10.0.0.5/ [R]", "RewriteRule ^/x /y", "SetHandler x", "ProxyPass"])
def test_what_is_no_server_behind(reads: Any, scripted: Any, line: str) -> None:
    assert legs_of(reads, scripted, f"{TOP}{line}\n</VirtualHost>") == []


def test_a_password_in_an_address_stays_on_its_host(reads: Any, scripted: Any) -> None:
    (row,) = legs_of(reads, scripted, f"{TOP}ProxyPass /x http://user:secret@10.0.0.5/\n</VirtualHost>")
    assert (row["host"], row["odd"]) == ("10.0.0.5", True) and "secret" not in str(row)


def test_members_of_a_balancer(reads: Any, scripted: Any) -> None:
    rows = legs_of(reads, scripted, "<Proxy balancer://pool>\nBalancerMember http://10.0.0.5:8081\n</Proxy>\n"
                                    "BalancerMember balancer://other http://10.0.0.6\n")
    assert [(row["balancer"], row["host"]) for row in rows] == [("balancer://pool", "10.0.0.5"), ("balancer://other", "10.0.0.6")]


@pytest.mark.parametrize(("text", "found"), [
    ("", ("none", "on", False)), ("SSLProxyVerify require\n", ("require", "on", False)),
    ("SSLProxyVerify require\n<Proxy https://app.example>\nSSLProxyVerify none\n</Proxy>\n", ("none", "on", False)),
    ("<Proxy https://app.example/>\nSSLProxyVerify require\nSSLProxyCheckPeerName off\n</Proxy>\n", ("require", "off", False)),
    ("<Proxy https://other.example/>\nSSLProxyVerify require\n</Proxy>\nProxyPreserveHost on\n", ("none", "on", True)),
    ("<Proxy *>\nSSLProxyVerify require\n</Proxy>\n", ("require", "on", False))])
def test_how_it_is_verified(reads: Any, scripted: Any, text: str, found: Any) -> None:
    (row,) = legs_of(reads, scripted, f"{text}{TOP}ProxyPass /x https://app.example/\n</VirtualHost>")
    assert (row["verify"], row["peer_name"], row["keeps_host"]) == found


def test_the_virtual_hosts_own_setting_counts(reads: Any, scripted: Any) -> None:
    passed = "ProxyPass /x https://app.example/\n</VirtualHost>"
    text = f"SSLProxyVerify require\n{TOP}SSLProxyVerify none\n{passed}\n{TOP}{passed}"
    assert [row["verify"] for row in legs_of(reads, scripted, text)] == ["none", "require"]


def test_the_address_of_before_is_read_from_the_comment_above(reads: Any, scripted: Any) -> None:
    now = f"{TOP}# x\nProxyPass /x https://app.example:8443/secret\n</VirtualHost>"
    written = f"{TOP}{REPLACED}ProxyPass /x http://10.0.0.5:8081/secret\nProxyPass /x https://app.example:8443/secret\n</VirtualHost>"
    (row,) = legs_of(reads, scripted, now, written)
    assert (row["was"], row["url"]) == ("http://10.0.0.5:8081", "https://app.example:8443") and "secret" not in str(row)
    (row,) = legs_of(reads, scripted, now)
    assert row["was"] == ""
