# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Only pages that Apache answers by itself are asked for."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.pages import MOST, pages_of


def pages(body: str) -> tuple[str, ...]:
    text = f"# Made here.\n# from /etc/s.conf:1\n<VirtualHost *:443>\n  ServerName Shop.example\n{body}\n</VirtualHost>\n"
    return pages_of(text)["shop.example"]


@pytest.mark.parametrize("body, found", [
    ("Alias /app /srv/app", ("/app",)),
    ('Alias "/my files" /srv/x', ()),
    ("Redirect permanent /old /new", ("/old",)),
    ("Redirect /old https://shop.example/new", ("/old",)),
    ("RedirectTemp /old /new", ("/old",)),
    ("Redirect gone /old", ("/old",)),
    ("AliasMatch ^/x /srv/x", ()),
    ("ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/", ()),
    ("ScriptAlias /app/run /srv/run\nAlias /app/run/x /srv/x\nAlias /apple /srv/y", ("/apple",)),
    ("ProxyPass /api http://127.0.0.1:8080/\nAlias /api/docs /srv/docs\nAlias /docs /srv/docs", ("/docs",)),
    ("ProxyPass / http://127.0.0.1:8080/\nAlias /docs /srv/docs", ()),
    ("ProxyPassMatch ^/x(.*)$ http://127.0.0.1:8080/$1\nAlias /docs /srv/docs", ()),
    ("RewriteRule ^/a(.*) http://127.0.0.1:8080/$1 [P,L]\nAlias /docs /srv/docs", ()),
    ("RewriteRule ^/a - [F]\nAlias /docs /srv/docs", ("/docs",)),
    ("<Location /status>\nSetHandler server-status\n</Location>\nAlias /status /srv/x", ()),
    ("<Location /cron>\nRequire local\n</Location>", ()),
    ("<Location /in>\nAuthType Basic\nRequire valid-user\n</Location>", ("/in",)),
    ("<Location ~ /in>\nAuthType Basic\nRequire valid-user\n</Location>", ()),
    ("<Location /in>\nAuthType Basic\nRequire valid-user\nRequire local\n</Location>", ()),
    ("<Location /in>\nAuthType Basic\nRequire valid-user\nSatisfy any\n</Location>", ()),
    ("<Location /in>\nAuthType Basic\n<Limit POST>\nRequire valid-user\n</Limit>\n</Location>", ()),
    ("<Location /in>\nAuthType openid-connect\nRequire valid-user\n</Location>", ()),
    ("<Location /in>\nRequire valid-user\n</Location>", ()),
])
def test_only_what_apache_answers_by_itself(body: str, found: tuple[str, ...]) -> None:
    assert pages(body) == found


def test_they_are_few_and_each_is_taken_once() -> None:
    assert pages("Alias /a /b\nRedirect /a /c") == ("/a",)
    assert len(pages("\n".join(f"Alias /{number} /srv" for number in range(MOST + 3)))) == MOST
    assert pages_of("") == {}
