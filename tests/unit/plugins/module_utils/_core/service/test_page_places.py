# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages of a host go to its first https endpoint or to that of their URL, and to plain http under the same name."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.page_places import place_pages


def row(protocol: str = "https", host: str = "www", port: int = 443, **more: Any) -> dict[str, Any]:
    return {"host": host, "port": port, "protocol": protocol, **more}


def placed(written: Any, *rows: Any, address: str = "192.0.2.7") -> dict[Any, Any]:
    return {key[:3]: found["pages"] for key, found in place_pages(written, rows, "web1", address).items()}


def test_a_host_without_web_endpoints_gets_both() -> None:
    found = place_pages(["typo3"], [row("smtp", port=25)], "web1", "192.0.2.7")
    assert found == {
        ("web1", 443, "https", "web1"): {"host": "web1", "port": 443, "protocol": "https", "address": "192.0.2.7", "pages": ["typo3"]},
        ("web1", 80, "http", "web1"): {"host": "web1", "port": 80, "protocol": "http", "address": "192.0.2.7", "pages": ["typo3"]}}


def test_clear_text_is_asked_under_the_same_name() -> None:
    rows = [row(server_name="a", address="192.0.2.1"), row(host="b", port=8443), row("http", "b", 8080), row("http", "c", 80)]
    assert placed(["typo3"], *rows) == {("www", 443, "https"): ["typo3"], ("www", 80, "http"): ["typo3"]}
    assert placed([{"url": "https://b:8443/x"}], *rows) == {
        ("b", 8443, "https"): [{"path": "/x"}], ("b", 8080, "http"): [{"path": "/x"}]}
    twin = place_pages(["typo3"], rows, "web1", "")["www", 80, "http", "a"]
    assert (twin["server_name"], twin["address"]) == ("a", "192.0.2.1")


def test_a_url_goes_to_its_own_name_and_port() -> None:
    rows = [row(server_name="Shop.example.org"), row(host="b")]
    assert placed([{"url": "https://shop.example.org/login?a=b", "login": False}], *rows) == {
        ("www", 443, "https"): [{"login": False, "path": "/login?a=b"}], ("www", 80, "http"): [{"login": False, "path": "/login?a=b"}]}
    assert set(placed([{"url": "https://new.example.org:8443"}], *rows)) == {
        ("new.example.org", 8443, "https"), ("new.example.org", 80, "http")}


def test_pages_of_an_endpoint_are_asked_for_in_clear_text_too() -> None:
    rows = [row(pages=["typo3"]), row(host="b", pages=[{"path": "/x"}]), row("http", "b", 80, pages=["typo3"])]
    assert placed([], *rows) == {("www", 80, "http"): ["typo3"], ("b", 80, "http"): [{"path": "/x"}]}


def test_sites_at_one_port_are_kept_apart() -> None:
    rows = [row(server_name="a"), row(server_name="b"), row("http", port=80, server_name="b")]
    found = place_pages([{"url": "https://b/x"}], rows, "web1", "")
    assert set(found) == {("www", 443, "https", "b"), ("www", 80, "http", "b")}


def test_a_page_is_there_once() -> None:
    assert placed(["typo3", "typo3", {"path": "/"}])["web1", 443, "https"] == ["typo3", {"path": "/"}]


@pytest.mark.parametrize("written", [
    "typo3", {"path": "/"}, ["x"], [{"url": "http://a/"}], [{"url": "https:///"}], [{"url": "https://a:b/"}], [{"url": "a"}],
    [{"url": "https://a/", "path": "/"}], [{"url": "https://a/", "nonsense": 1}], [7],
])
def test_what_makes_no_sense(written: Any) -> None:
    with pytest.raises(IntransitError) as caught:
        placed(written)
    assert caught.value.message.endswith(".") or "Presets" in caught.value.message
