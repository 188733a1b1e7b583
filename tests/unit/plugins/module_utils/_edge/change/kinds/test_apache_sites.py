# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kind apache_sites, as far as no Apache is needed; the real one is in molecule/apache."""

from __future__ import annotations

from ansible_collections.intransit.tls.plugins.module_utils._core.change.diff import diff_of
from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import ABSENT, State, Step
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.dump import read_dump
from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.site import write_tls_site
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.apache_sites import ApacheSitesKind

SECRETS = (
    "SetEnv DB_PASS {}", "SetEnv DB_PWD {}", 'RequestHeader set Authorization "Basic {}"', "RequestHeader set X-Api-Key {}",
    "ProxyPass /a http://user:{}@backend/", "SetEnv ACCESS_KEY {}", 'DBDParams "host=db pass={}"', "SetEnv DATABASE_URL db://u:{}@h",
    "SetEnv JWT_SIGNING_KEY {}", "SetEnv default_pw {}", "AuthUserFile /srv/{}", "SetEnv PLAIN {}", "BrowserMatch {} x",
)
HEAD = "SSLEngine on\nSSLProtocol -all +TLSv1.3"
CHANGE = {"kind": "apache_sites", "path": "/etc/x", "head": HEAD, "sites": []}
FACTS = {"form": "file", "uid": 0, "gid": 0, "mode": 0o644}


def made(*more: str) -> State:
    lines = [line.format(f"CANARY{number:02d}") for number, line in enumerate(SECRETS)]
    body = ["ServerName www.example.org", *lines, *more]
    printed = "".join(f"# {number:3d}:\n  {line}\n" for number, line in enumerate(body, 2))
    config = read_dump(f"# In file: /etc/plain.conf\n#   1:\n<VirtualHost *:80>\n{printed}</VirtualHost>\n")
    text = "# ours\n" + write_tls_site(config.vhosts[0], config, ["*:443"], "www.example.org", HEAD)
    assert text.count("CANARY") == len(SECRETS) + len(more), "the site lacks what is to be hidden"
    return State(FACTS, text.encode())


def shown(before: State, after: State) -> str:
    return diff_of(Step(CHANGE, {}, "/etc/x", before, after, ApacheSitesKind().shown(CHANGE, before, after)))["prepared"]


def test_a_diff_has_names_settings_and_size_and_nothing_that_a_site_holds() -> None:
    for before, after in ((ABSENT, made()), (made(), made("SetEnv X CANARY")), (made("SetEnv X CANARY"), made())):
        assert "CANARY" not in shown(before, after) and "sha256" in shown(before, after)
    assert "+site www.example.org at *:443\n+  SSLEngine on\n+  SSLProtocol -all +TLSv1.3\n" in shown(ABSENT, made())
    assert "SSLEngine" not in shown(made(), made("SetEnv X CANARY")), "the settings are the same"


def test_pages_to_compare_are_read_from_the_site_and_none_from_an_absent_file() -> None:
    kind = ApacheSitesKind()
    assert kind.pages({}, made("Alias /other /srv/CANARY")) == {"www.example.org": ("/other",)}
    assert kind.pages({}, ABSENT) == {}
