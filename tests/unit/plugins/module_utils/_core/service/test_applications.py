# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applications: an entry is checked, its files are found, and the transaction names one switch, one check and the page."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import OptionError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.applications import (
    APPLICATIONS,
    OPTIONS,
    list_candidates,
    plan_application,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.kinds.registry import plan_step
from ansible_collections.intransit.tls.plugins.module_utils._edge.change.validate import validate

TYPO3 = {"application": "typo3", "path": "/srv/typo3", "url": "https://www.example.org/typo3/"}
WORDPRESS = {"application": "wordpress", "path": "/etc/wordpress/config-x.php", "url": "https://x.example.org:8443/wp-login.php"}
KOPANO = {"application": "kopano", "certificate": "/etc/ssl/c.pem", "private_key": "/etc/ssl/k.pem", "server_name": "mail.example.org"}
LOOK = Path(__file__).parents[6] / "roles" / "application" / "files" / "look.sh"


def found(*paths: str) -> list[str]:
    return [f"file\t{path}\t{path}" for path in paths]


def test_files_of_the_installed_version_are_looked_for() -> None:
    paths = list_candidates(TYPO3)
    assert paths[:2] == ["/srv/typo3/config/system/settings.php", "/srv/typo3/config/system/additional.php"]
    assert "/srv/typo3/typo3conf/LocalConfiguration.php" in paths
    assert list_candidates({**TYPO3, "path": "/x/LocalConfiguration.php"}) == ["/x/LocalConfiguration.php", "/x/AdditionalConfiguration.php"]
    assert list_candidates(WORDPRESS) == ["/etc/wordpress/config-x.php"]
    assert list_candidates(KOPANO) == [f"/etc/kopano/{name}.cfg" for name in ("server", "gateway", "ical")]


def test_typo3_is_changed_in_both_files() -> None:
    plan = plan_application({**TYPO3, "proxies": ["192.0.2.7", "2001:db8::7"]},
                            found("/srv/typo3/config/system/settings.php", "/srv/typo3/config/system/additional.php"))
    own, behind = plan["changes"]
    assert own["values"]["set"] == {"BE.lockSSL": True, "SYS.reverseProxyIP": "192.0.2.7,2001:db8::7", "SYS.reverseProxySSL": "192.0.2.7,2001:db8::7"}
    assert (own["format"], own["values"]["form"], behind["values"]["form"], behind["values"]["add"]) == ("php_switches", "returned", "variable", False)
    assert plan["validation"]["command"][3:] == ["sh", "{staged:/srv/typo3/config/system/settings.php}", "{staged:/srv/typo3/config/system/additional.php}"]
    assert (plan["name"], plan["blocking"], plan["activation"]) == ("application.typo3@www.example.org", [], {"units": [], "verb": "reload"})


def test_the_page_is_looked_at_over_https_and_in_clear_text_and_nothing_else_counts() -> None:
    plan = plan_application(WORDPRESS, [f"file\t{WORDPRESS['path']}\t/srv/real.php"])
    assert [change["path"] for change in plan["changes"]] == ["/srv/real.php"]
    endpoints = plan["confirmation"]["endpoints"]
    assert [(row["host"], row["port"], row["protocol"], row["server_name"]) for row in endpoints] == [
        ("127.0.0.1", 8443, "https", "x.example.org"), ("127.0.0.1", 80, "http", "x.example.org")]
    assert [page.path for row in endpoints for page in read_endpoint(row, str).pages] == ["/wp-login.php", "/wp-login.php"]
    assert not {"page_refused", "page_stays", "page_cookies_secure"} & set(plan["confirmation"]["ignore"])
    assert {"hsts", "certificate_trust", "page_hsts"} < set(plan["confirmation"]["ignore"])


def test_kopano_opens_ports_with_tls() -> None:
    plan = plan_application({**KOPANO, "reload": ["kopano-gateway.service"]}, found("/etc/kopano/gateway.cfg", "/etc/kopano/server.cfg"))
    assert [(change["path"], change["format"]) for change in plan["changes"]] == [("/etc/kopano/gateway.cfg", "kopano")]
    assert plan["changes"][0]["values"]["disable_plaintext_auth"] == "yes" and "imap_listen" not in plan["changes"][0]["values"]
    assert [row["port"] for row in plan["confirmation"]["endpoints"]] == [993, 995]
    assert plan["activation"] == {"units": ["kopano-gateway.service"], "verb": "restart"}
    whole = plan_application({**KOPANO, "bundle": "/etc/ssl/b.pem", "ca_file": "/etc/ssl/ca.pem", "close_plaintext": True}, found(*list_candidates(KOPANO)))
    server, gateway, ical = (change["values"] for change in whole["changes"])
    assert server == {"server_ssl_key_file": "/etc/ssl/b.pem", "server_ssl_ca_file": "/etc/ssl/ca.pem", "server_listen_tls": "*:237",
                      "server_listen": "127.0.0.1:236"}
    assert (gateway["imap_listen"], ical["ical_listen"]) == ("", "127.0.0.1:8080")
    assert whole["validation"]["requires"] == ["/etc/ssl/b.pem", "/etc/ssl/c.pem", "/etc/ssl/ca.pem", "/etc/ssl/k.pem"]
    assert [row["port"] for row in whole["confirmation"]["endpoints"]] == [237, 993, 995, 8443]


@pytest.mark.parametrize(("entry", "seen", "says"), [
    (TYPO3, [], "No settings file of TYPO3 was found. Looked for: /srv/typo3/config/system/settings.php"),
    (TYPO3, found("/srv/typo3/config/system/settings.php", "/srv/typo3/typo3conf/LocalConfiguration.php"), "LocalConfiguration.php exist, and TYPO3 reads one"),
    (WORDPRESS, [*found(WORDPRESS["path"]), f"open\t{WORDPRESS['path']}\t/etc/wordpress"], "/etc/wordpress can be changed by another account than root"),
])
def test_reasons_not_to_start(entry: dict[str, Any], seen: list[str], says: str) -> None:
    assert says in " ".join(plan_application(entry, seen)["blocking"])
    assert plan_application({**entry, "writable_folder": True}, seen)["blocking"] == ([] if "account" in says else plan_application(entry, seen)["blocking"])


@pytest.mark.parametrize(("entry", "says"), [
    ({}, "has no application"), ({"application": "x"}, "application is 'x'"), ({"application": "typo3", "path": "/x"}, "TYPO3 needs url"),
    ({**TYPO3, "url": "http://x/"}, "the https URL"), ({**TYPO3, "certificate": "/x"}, "has no use for certificate"),
    ({**WORDPRESS, "proxies": ["192.0.2.7"]}, "has no use for proxies"), ({"application": "kopano"}, "Kopano Core needs certificate, private_key, server_name"),
    ({**TYPO3, "path": "x"}, "path is 'x'"), ({**TYPO3, "reload": ["x; y"]}, "reload is"), ({**TYPO3, "unknown": 1}, "Unknown option"),
])
def test_an_entry_that_makes_no_sense(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionError, match=says):
        list_candidates(entry)


def test_every_option_is_described() -> None:
    text = (LOOK.parents[1] / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    assert [name for name in (option.name for option in OPTIONS) if f"          {name}:\n" not in text] == []
    assert f"[{', '.join(APPLICATIONS)}]" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to another account")
def test_what_is_seen_on_the_host(tmp_path: Path) -> None:
    place = tmp_path / "a b"
    place.mkdir()
    (place / "x.php").write_text("")
    (tmp_path / "link.php").symlink_to(place / "x.php")
    printed = subprocess.run(["sh", str(LOOK), str(tmp_path / "link.php"), str(tmp_path / "none"), str(place)],
                             capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[0] == f"file\t{tmp_path / 'link.php'}\t{place / 'x.php'}" and str(place) + "\n" not in printed
    shutil.chown(place, 1)
    printed = subprocess.run(["sh", str(LOOK), str(place / "x.php")], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[1] == f"open\t{place / 'x.php'}\t{place}"


def test_keys_of_kopano_are_checked_by_openssl(tmp_path: Path) -> None:
    for name in ("a", "b"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                        "-keyout", str(tmp_path / f"{name}.key"), "-out", str(tmp_path / f"{name}.pem")], capture_output=True, check=True)
    (tmp_path / "gateway.cfg").write_text("mysql_password = hunter2\n")

    def check(certificate: str, key: str) -> str:
        entry = {**KOPANO, "path": str(tmp_path), "certificate": str(tmp_path / certificate), "private_key": str(tmp_path / key)}
        plan = plan_application(entry, found(str(tmp_path / "gateway.cfg")))
        return validate("kopano", plan["validation"], [plan_step(change) for change in plan["changes"]])

    assert "accepts" in check("a.pem", "a.key")
    for key, says in (("b.key", "is not the key of"), ("a.pem", "Could not"), ("none", "none")):
        with pytest.raises(ValidationError, match=says):
            check("a.pem", key)
