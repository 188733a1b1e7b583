# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is reported of a configuration: virtual hosts and Listen lines that are not ours, and nothing secret."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.seen import describe_seen

Reads = Callable[..., ApacheConfig]
PORTS, SITE = "/etc/apache2/ports.conf", "/etc/apache2/sites-enabled/a.conf"
OURS = "/etc/apache2/sites-enabled/zz-intransit-tls.conf"
TEXT = """<VirtualHost *:80>
ServerName a.example
ServerAlias www.a.example
DocumentRoot /srv/a
SetEnv PASSWORD secret
ProxyPass / http://user:secret@back.example/
</VirtualHost>
<VirtualHost *:443>
SSLEngine on
SSLCertificateFile /srv/a.pem
</VirtualHost>"""


def test_a_plain_and_a_tls_virtual_host(reads: Reads) -> None:
    found = describe_seen(reads((PORTS, "Listen 80\nListen 443"), (SITE, TEXT)))
    plain, tls = found["vhosts"]
    assert plain == {
        "key": SITE + ":1", "file": SITE, "line": 1, "macro": "", "addresses": ["*:80"], "ports": [80],
        "server_name": "a.example", "aliases": ["www.a.example"], "document_root": "/srv/a", "ssl_engine": None,
        "tls": False, "unclear": [], "front": "", "certificate": ""}
    assert (tls["tls"], tls["ssl_engine"], tls["server_name"], tls["unclear"]) == (True, "on", None, [])
    assert tls["certificate"] == "/srv/a.pem"
    assert [row["text"] for row in found["tls_settings"]] == ["SSLEngine on"]
    assert "secret" not in json.dumps(found)


@pytest.mark.parametrize(("line", "found"), [
    ("SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on", f"{SITE}:2 `SetEnvIf`"),
    ("RewriteCond %{HTTP:X-Forwarded-Proto} !https", f"{SITE}:2 `RewriteCond`"),
    ("RemoteIPHeader X-Forwarded-For", f"{SITE}:2 `RemoteIPHeader`"), ("RemoteIPProxyProtocol On", f"{SITE}:2 `RemoteIPProxyProtocol`"),
    ("RemoteIPProxyProtocol Off", ""), ("RequestHeader set X-Forwarded-Proto https", ""), ("SetEnvIf User-Agent x y", ""),
])
def test_a_line_that_believes_a_tls_end_in_front(reads: Reads, line: str, found: str) -> None:
    (host,) = describe_seen(reads((SITE, f"<VirtualHost *:80>\n{line}\n</VirtualHost>")))["vhosts"]
    assert host["front"] == found


def test_such_a_line_of_the_server_is_for_every_site(reads: Reads) -> None:
    text = "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>"
    (host,) = describe_seen(reads((PORTS, "RemoteIPHeader X-Forwarded-For"), (SITE, text)))["vhosts"]
    assert host["front"] == f"{PORTS}:1 `RemoteIPHeader`"


def test_where_it_listens_with_the_line_that_says_so(reads: Reads) -> None:
    found = describe_seen(reads((PORTS, "Listen 192.0.2.7:8443 https"), (OURS, "Listen 443")))
    assert found["listens"] == [{
        "address": "192.0.2.7", "port": 8443, "protocol": "https", "file": PORTS, "line": 1, "macro": "",
        "text": "Listen 192.0.2.7:8443 https"}]


def test_what_our_own_files_hold_is_not_reported(reads: Reads) -> None:
    found = describe_seen(reads((OURS, TEXT)))
    assert (found["vhosts"], found["listens"], found["tls_settings"]) == ([], [], [])


def test_of_a_plain_site_what_cannot_be_copied_is_a_doubt(reads: Reads) -> None:
    text = "<VirtualHost *:80>\nDocumentRoot ${NOWHERE}\n</VirtualHost>"
    (host,) = describe_seen(reads((SITE, text)))["vhosts"]
    assert host["unclear"] and SITE in host["unclear"][0]


def test_the_servers_own_folder_and_problems(reads: Reads) -> None:
    config = reads((PORTS, "DocumentRoot /srv"))
    config.problems.append("x")
    found = describe_seen(config)
    assert found["document_root"] == "/srv" and found["problems"] == ["x"] and found["problems"] is not config.problems
    assert describe_seen(ApacheConfig())["document_root"] is None
