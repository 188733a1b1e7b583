# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The twin serves what its plain original serves."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.twin import twin

SITE = """# a file
<VirtualHost *:80>
    ServerName shop.example
    ServerAlias www.shop.example
    # a comment with SSLEngine
    DocumentRoot /srv/shop
    SSLEngine off
    ProxyPass /app \\
        http://127.0.0.1:9000/
    RewriteEngine on
    RewriteCond %{HTTPS} off
    RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
    RewriteCond %{REQUEST_METHOD} TRACE
    RewriteRule ^ - [F]
    Redirect permanent /old https://shop.example/new
    Redirect /else https://elsewhere.example/
    <Directory /srv/shop>
        Require all granted
    </Directory>
</VirtualHost>
<VirtualHost *:80>
    ServerName other.example
</VirtualHost>
"""


def test_all_but_name_tls_comments_and_circles_is_kept_word_for_word() -> None:
    made = twin(SITE, 2, 443, "shop.example", "SSLEngine on\nSSLCertificateFile /c.pem\n")
    assert made == """<VirtualHost *:443>
  ServerName shop.example
  SSLEngine on
  SSLCertificateFile /c.pem
    ServerAlias www.shop.example
    DocumentRoot /srv/shop
    ProxyPass /app \\
        http://127.0.0.1:9000/
    RewriteEngine on
    RewriteCond %{REQUEST_METHOD} TRACE
    RewriteRule ^ - [F]
    Redirect /else https://elsewhere.example/
    <Directory /srv/shop>
        Require all granted
    </Directory>
</VirtualHost>
"""


def test_each_virtual_host_has_its_own_twin() -> None:
    assert "DocumentRoot" not in twin(SITE, 21, 8443, "other.example", "SSLEngine on")


@pytest.mark.parametrize("line", [0, 1, 3, 99])
def test_a_file_that_moved_on_stops_the_run(line: int) -> None:
    with pytest.raises(TransactionError, match="run again"):
        twin(SITE, line, 443, "shop.example", "")


def test_a_virtual_host_without_an_end_is_refused() -> None:
    with pytest.raises(TransactionError, match="no end"):
        twin("<VirtualHost *:80>\nServerName a\n", 1, 443, "a", "")
