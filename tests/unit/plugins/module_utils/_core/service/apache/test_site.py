# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The TLS site of a plain one holds what Apache read of it, resolved."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.config import ApacheConfig, VirtualHost
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.site import (
    find_unclear,
    write_tls_site,
)

ALONE = ApacheConfig()


def site(body: str, name: str = "ServerName shop.example") -> VirtualHost:
    lines = [name, *body.strip().split("\n")] if name else body.strip().split("\n")
    text = "".join(f"  #{number:4d}:\n  {line.strip()}\n" for number, line in enumerate(lines, 2))
    return read_dump(f"# In file: /s.conf\n#   1:\n<VirtualHost *:80>\n{text}</VirtualHost>\n").vhosts[0]


def test_all_but_name_tls_and_circles_is_kept() -> None:
    host = site("""ServerAlias www.shop.example
        DocumentRoot "/srv/shop"
        SSLEngine off
        SSLProtocol all
        SSLRequireSSL
        RewriteEngine on
        RewriteCond %{HTTP_HOST} .
        RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
        RewriteCond %{REQUEST_METHOD} TRACE
        RewriteRule ^ - [F]
        WSGIDaemonProcess shop threads=4
        <Directory "/srv/shop">
        Require all granted
        <Limit POST>
        Require ip 192.0.2.0/24
        </Limit>
        </Directory>""")
    assert write_tls_site(host, ALONE, ["*:443", "[2001:db8::1]:443"], "shop.example", "SSLEngine on\nSSLCertificateFile /c.pem\n") == """\
<VirtualHost *:443 [2001:db8::1]:443>
  ServerName shop.example
  SSLEngine on
  SSLCertificateFile /c.pem
  ServerAlias www.shop.example
  DocumentRoot "/srv/shop"
  SSLRequireSSL
  RewriteEngine on
  RewriteCond %{REQUEST_METHOD} TRACE
  RewriteRule ^ - [F]
  <Directory "/srv/shop">
    Require all granted
    <Limit POST>
      Require ip 192.0.2.0/24
    </Limit>
  </Directory>
</VirtualHost>
"""


def test_a_site_without_a_name_does_not_lead_to_the_name_that_it_is_given() -> None:
    host = site("Redirect permanent / https://www.shop.example/\nDocumentRoot /srv", name="")
    assert "Redirect" not in write_tls_site(host, ALONE, ["*:443"], "www.shop.example", "")
    assert "Redirect" in write_tls_site(host, ALONE, ["*:443"], "other.example", "")


@pytest.mark.parametrize("line", [
    "DocumentRoot /srv/${domain}", "RewriteRule ^ https://%{ENV:where}/ [R]",
])
def test_what_cannot_be_told_is_named_and_no_site_is_made(line: str) -> None:
    host = site(line)
    assert len(find_unclear(host, ALONE)) == 1 and find_unclear(host, ALONE)[0].startswith(f"/s.conf:3: `{line.split()[0]}`")
    assert "/srv/" not in find_unclear(host, ALONE)[0] and "https:" not in find_unclear(host, ALONE)[0], "what follows may be a password"
    with pytest.raises(TransactionError, match="/s.conf:3"):
        write_tls_site(host, ALONE, ["*:443"], "shop.example", "")


def test_a_group_of_processes_of_a_site_without_a_name_cannot_be_shared() -> None:
    assert "ServerName" in find_unclear(site("WSGIDaemonProcess x", name=""), ALONE)[0]


def test_maps_of_mod_rewrite_are_no_variables() -> None:
    assert find_unclear(site("RewriteRule ^/(.*) /srv/${lowercase:$1}"), ALONE) == []


@pytest.mark.parametrize("lines, doubts", [
    ("#   1:\nRedirect permanent / https://shop.example/\n", 1),
    ("#   1:\n<Location />\n#   2:\nRedirect permanent https://shop.example/\n</Location>\n", 1),
    ("#   1:\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R]\n", 0),
    ("#   1:\nRedirect permanent / https://elsewhere.example/\n", 0),
    ("#   1:\n<If \"%{HTTPS} != 'on' && ! (a || b)\">\n#   2:\nRedirect permanent https://%{SERVER_NAME}%{REQUEST_URI}\n</If>\n", 0),
])
def test_a_redirect_of_the_whole_server_is_inherited_by_every_site(lines: str, doubts: int) -> None:
    server = read_dump("# In file: /conf.conf\n" + lines)
    assert len(find_unclear(site("DocumentRoot /srv"), server)) == doubts


@pytest.mark.parametrize("text", ["MDomain www.shop.example Shop.example auto", "<MDomainSet shop.example>\n</MDomainSet>",
                                  "<MDomain shop.example>\n</MDomain>"])
def test_a_name_whose_certificate_mod_md_obtains_is_left_to_it(text: str) -> None:
    first, *rest = text.split("\n")
    config = read_dump("\n".join(["# In file: /md.conf", "#   7:", first, *rest]))
    (doubt,) = find_unclear(site("DocumentRoot /srv"), config)
    assert doubt.startswith("/md.conf:7: `MDomain` has mod_md obtain the certificate of shop.example")
    assert find_unclear(site("DocumentRoot /srv", "ServerName other.example"), config) == []
    with pytest.raises(TransactionError, match="mod_md"):
        write_tls_site(site("DocumentRoot /srv"), config, ["*:443"], "shop.example", "")


def test_the_address_of_a_server_behind_is_the_new_one() -> None:
    host = site("ProxyPass /a http://b:1/x\nProxyPass /c http://b:1/y")
    new = {"file": "/s.conf", "line": 3, "text": "http://b:1", "instead": "https://app.example"}
    made = write_tls_site(host, ALONE, ["*:443"], "shop.example", "", [new, {**new, "file": "/other", "line": 4}])
    assert "  ProxyPass /a https://app.example/x\n  ProxyPass /c http://b:1/y\n" in made
