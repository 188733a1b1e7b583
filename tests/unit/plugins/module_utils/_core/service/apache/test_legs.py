# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The servers behind Apache: what is in clear text or not verified is named, and TLS is made of it on request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.service.apache.candidates import SERVER_CONF

NAME = "10.0.0.5:8081"
APP = {"name": NAME, "ca_file": "/ca.pem", "server_name": "app.example"}


def leg(**changed: Any) -> dict[str, Any]:
    base = dict(file="/a.conf", line=3, macro="", name="ProxyPass", where="<virtualhost *:80>", reverse=False, url=f"http://{NAME}", balancer="",
                socket="", odd=False, scheme="http", authority=NAME, host="10.0.0.5", port="8081", verify="none", peer_name="on", keeps_host=False,
                names=["shop.example"], was="")
    return dict(base, **changed)


SECURE = dict(url="https://app.example:8443", scheme="https", authority="app.example:8443", host="app.example", port="8443")


def lines_of(plan: Any) -> list[Any]:
    return [row for change in plan["changes"] if change.get("format") == "disabled_lines" for row in change["lines"]]


@pytest.mark.parametrize(("row", "entry", "url", "section", "place"), [
    ({}, {}, "https://app.example:8081", "https://app.example:8081/", "10.0.0.5"),
    ({}, {"port": 443}, "https://app.example", "https://app.example/", "10.0.0.5"),
    ({"scheme": "ws", "url": f"ws://{NAME}"}, {"port": 8443}, "wss://app.example:8443", "wss://app.example:8443/", "10.0.0.5"),
    ({"balancer": "balancer://pool"}, {"port": 8443}, "https://app.example:8443", "balancer://pool", "10.0.0.5"),
    ({"authority": "app.example", "url": "http://app.example", "host": "app.example", "port": ""}, {"name": "app.example"},
     "https://app.example", "https://app.example/", "")])
def test_a_server_becomes_tls(planned: Any, row: Any, entry: Any, url: str, section: str, place: str) -> None:
    look = leg(**row)
    plan = planned("apache", {"legs": [look]}, backends=[{**APP, **entry}])
    assert lines_of(plan) == [{"number": 3, "text": look["url"], "instead": url}]
    assert plan["templates"][SERVER_CONF]["values"]["backends"] == {section: "/ca.pem"}
    port = url.rpartition(":")[2] if url.count(":") > 1 else "443"
    assert plan["validation"]["own_check"][3:] == ["sh", f"app.example:{port}", "/ca.pem", "app.example", place]
    assert plan["validation"]["authorities"] == ["/ca.pem"] and plan["blocking"] == []


def test_one_that_was_moved_stays_and_goes_back_if_it_is_not_declared_any_more(planned: Any) -> None:
    moved = leg(**SECURE, was=f"http://{NAME}")
    kept = planned("apache", {"legs": [moved]}, backends=[{**APP, "port": 8443}])
    assert lines_of(kept) == [] and list(kept["templates"][SERVER_CONF]["values"]["backends"]) == ["https://app.example:8443/"]
    assert kept["validation"]["own_check"][6:] == ["app.example", "10.0.0.5"]
    back = planned("apache", {"legs": [moved]})
    assert lines_of(back) == [{"number": 3, "text": "https://app.example:8443", "instead": f"http://{NAME}"}]
    assert "sends to 10.0.0.5 in clear text" in " ".join(back["warnings"])


def test_what_is_only_written_for_answers_is_moved_and_not_asked(planned: Any) -> None:
    plan = planned("apache", {"legs": [leg(name="ProxyPassReverse", reverse=True)]}, backends=[APP])
    assert len(lines_of(plan)) == 1 and plan["validation"]["own_check"] == ["apache2ctl", "configtest"]


@pytest.mark.parametrize(("row", "options", "words"), [
    ({}, {}, f"/a.conf:3: <virtualhost *:80> sends to 10.0.0.5 in clear text. Add {NAME} to apache_tls_backends"),
    (SECURE, {}, "takes any certificate from app.example (SSLProxyVerify none)"),
    ({**SECURE, "verify": "require"}, {}, ""), ({**SECURE, "verify": "require", "peer_name": "off"}, {}, "(SSLProxyCheckPeerName off)"),
    ({}, {"private_networks": ["10.0.0.0/8"]}, ""), ({"host": "127.0.0.1"}, {}, ""), ({"socket": "/run/x"}, {}, ""), ({"reverse": True}, {}, ""),
    ({"scheme": "ajp"}, {}, "AJP has no TLS"), ({"scheme": "fcgi"}, {}, "FastCGI has no TLS"), ({"host": ""}, {}, "only a request decides")])
def test_legs_in_clear_text_or_not_verified(planned: Any, row: Any, options: Any, words: str) -> None:
    def about(plan: Any, kind: str) -> list[str]:
        return [line for line in plan[kind] if line.startswith("/a.conf:3: <virtualhost")]

    found = about(planned("apache", {"legs": [leg(**row)]}, **options), "warnings")
    assert len(found) == bool(words) and words in "".join(found)
    for data_class in ("confidential", "secret"):
        assert about(planned("apache", {"legs": [leg(**row)]}, data_class=data_class, **options), "blocking") == found


@pytest.mark.parametrize(("row", "words"), [
    ({"authority": "x"}, "apache_tls_backends names 10.0.0.5:8081, and Apache httpd has no server behind of that name"),
    ({"macro": "line 1 of macro m"}, "`ProxyPass` cannot be moved to TLS: it is a line of a macro"),
    ({"odd": True}, "a password or a socket"), ({"keeps_host": True}, "ProxyPreserveHost is on")])
def test_what_cannot_be_moved_stops_the_run(planned: Any, row: Any, words: str) -> None:
    (stop,) = planned("apache", {"legs": [leg(**row)]}, backends=[APP])["blocking"]
    assert words in stop


def test_the_clients_name_may_be_the_servers(planned: Any) -> None:
    plan = planned("apache", {"legs": [leg(keeps_host=True, names=["shop.example", "App.example"])]}, backends=[APP])
    assert plan["blocking"] == [] and len(lines_of(plan)) == 1
