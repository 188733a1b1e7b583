# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A site over TLS is compared with the plain one: status, content, and where redirects end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.comparison import (
    HOPS,
    MORE,
    Comparison,
    Step,
    add_pages,
    find_difference,
    find_lost_page,
    find_next_url,
    read_comparisons,
    request_of,
    summarise_page,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.page import Page

ROW = {"name": "Shop.example", "path": "/", "address": "192.0.2.1", "plain_port": 80, "port": 443, "made": True}
(ITEM,) = read_comparisons([ROW])
(FOUND_THERE,) = read_comparisons([dict(ROW, made=False)])
HTTP, HTTPS = "http://shop.example/", "https://shop.example/"


def ok(url: str, digest: str = "1", status: Optional[int] = 200) -> Step:
    return Step(url, Page(status, "", digest, "" if status else "refused"))


def leads(url: str, to: str) -> Step:
    return Step(url, Page(301, to))


def judged(plain: Sequence[Step], over_tls: Sequence[Step], again: Any = None, item: Comparison = ITEM) -> str:
    return find_difference(item, (plain, plain if again is None else again), over_tls)


def test_the_same_page_is_no_difference() -> None:
    assert judged([ok(HTTP)], [ok(HTTPS)]) == ""
    assert judged([ok(HTTP, status=404)], [ok(HTTPS, "other", 404)]) == ""


@pytest.mark.parametrize("over_tls, words", [
    ([ok(HTTPS, "2")], "other content"),
    ([ok(HTTPS, status=403)], "answers 403"),
    ([ok(HTTPS, status=None)], "does not answer"),
    ([leads(HTTPS, HTTPS)], "in circles"),
    ([leads(HTTPS, "/a"), leads(HTTPS + "a", "/")], "in circles"),
    ([leads(HTTPS, HTTP), leads(HTTP, HTTPS)], "in circles"),
    ([leads(HTTPS, "/1")] + [leads(HTTPS + f"{n}", f"/{n + 1}") for n in range(HOPS)], "in circles"),
    ([leads(HTTPS, "https://elsewhere.example/")], "leads to https://elsewhere.example/"),
])
def test_what_a_visitor_would_notice_is_said(over_tls: list[Step], words: str) -> None:
    assert words in judged([ok(HTTP)], over_tls)


@pytest.mark.parametrize("plain, over_tls", [
    ([ok(HTTP, status=502)], [ok(HTTPS, status=503)]),
    ([ok(HTTP)], [ok(HTTPS, status=502)]),
    ([leads(HTTP, HTTPS), ok(HTTPS, status=None)], [ok(HTTPS)]),
    ([leads(HTTP, "https://elsewhere.example/")], [leads(HTTPS, "https://elsewhere.example/")]),
    ([ok(HTTP, status=None)], [ok(HTTPS)]),
])
def test_what_cannot_be_compared_or_is_a_server_behind_is_no_difference(plain: list[Step], over_tls: list[Step]) -> None:
    assert judged(plain, over_tls) == ""


def test_a_plain_site_that_a_redirect_to_another_name_hides_cannot_be_compared() -> None:
    other = "https://other.example/"
    assert judged([leads(HTTP, other), ok(other, "2")], [ok(HTTPS)]) == ""
    assert "other content" in judged([leads(HTTP, other), ok(other, "2")], [leads(HTTPS, other), ok(other, "3")])
    assert "in circles" in judged([leads(HTTP, other), ok(other, "2")], [leads(HTTPS, HTTPS)])
    assert "other content" in judged([leads(HTTP, HTTPS), ok(HTTPS, "2")], [ok(HTTPS)])


def test_content_that_changes_by_itself_is_no_difference() -> None:
    assert judged([ok(HTTP, "1")], [ok(HTTPS, "3")], again=[ok(HTTP, "2")]) == ""


def test_of_a_tls_site_that_was_there_only_new_circles_count() -> None:
    circle = [leads(HTTPS, HTTP), leads(HTTP, HTTPS)]
    assert judged([ok(HTTPS)], [ok(HTTPS, "2", 500)], item=FOUND_THERE) == ""
    assert "in circles" in judged([leads(HTTPS, HTTP), ok(HTTP)], circle, item=FOUND_THERE)
    assert judged(circle, circle, item=FOUND_THERE) == ""


def test_a_url_is_asked_of_the_host_only_if_it_is_one_of_its_sites() -> None:
    assert request_of(HTTPS + "a?b", [ITEM]) == ("192.0.2.1", 443, True, "shop.example", "/a?b")
    assert request_of(HTTP, [ITEM]) == ("192.0.2.1", 80, False, "shop.example", "/")
    for url in ("https://elsewhere.example/", "https://shop.example:8443/", "ftp://shop.example/", "http://shop.example:443/",
                "https://shop.example:99999/", "https://[x/", "/a"):
        assert request_of(url, [ITEM]) is None
    assert request_of(find_next_url(leads(HTTPS, "https://[x/")) or "", [ITEM]) is None
    assert find_next_url(leads(HTTPS + "a/b", "../c")) == HTTPS + "c"
    assert find_next_url(Step(HTTPS, Page(301, ""))) is None


@pytest.mark.parametrize("row", [dict(ROW, port="x"), dict(ROW, more=1), {}])
def test_a_row_that_is_not_understood_is_refused(row: Any) -> None:
    with pytest.raises(TransactionError, match="comparison"):
        read_comparisons([row])


def test_the_summary_names_every_site() -> None:
    assert summarise_page(["", ""]) == "" and summarise_page(["", "a", "b"]).splitlines()[1:3] == ["- a", "- b"]


def test_further_pages_are_those_of_sites_that_are_made_and_not_without_end() -> None:
    found = add_pages([ITEM, FOUND_THERE], {"shop.example": ("/app",), "other.example": ("/x",)})
    assert [(row.path, row.made) for row in found] == [("/", True), ("/", False), ("/app", True)]
    assert len(add_pages([ITEM], {"shop.example": [f"/{number}" for number in range(MORE + 9)]})) == 1 + MORE


PLAIN, SECURE, AWAY = "http://shop.example/", "https://shop.example/", "https://other.example/"


@pytest.mark.parametrize(("before", "after", "words"), [
    ([ok(PLAIN)], [leads(PLAIN, SECURE), ok(SECURE)], ""),
    ([ok(PLAIN)], [leads(PLAIN, SECURE), ok(SECURE, status=503)], ""),
    ([ok(PLAIN, status=404)], [leads(PLAIN, SECURE), ok(SECURE, "2", 404)], ""),
    ([ok(PLAIN)], [ok(PLAIN, status=None)], ""),
    ([leads(PLAIN, AWAY)], [leads(PLAIN, SECURE), ok(SECURE)], ""),
    ([leads(PLAIN, AWAY), ok(AWAY)], [leads(PLAIN, SECURE), ok(SECURE, "2")], ""),
    ([ok(PLAIN)], [leads(PLAIN, SECURE), ok(SECURE, status=404)], f"{PLAIN} leads to {SECURE}, which answers 404; {PLAIN} answered 200"),
    ([ok(PLAIN)], [leads(PLAIN, SECURE), ok(SECURE, status=None)], "which answers nothing"),
    ([ok(PLAIN)], [leads(PLAIN, SECURE), ok(SECURE, "2")], f"leads to {SECURE}, which has other content than {PLAIN} had"),
    ([ok(PLAIN)], [leads(PLAIN, SECURE), leads(SECURE, PLAIN)], "leads in circles"),
    ([ok(PLAIN)], [leads(PLAIN, AWAY)], f"leads to {PLAIN}, which answers 301"),
])
def test_a_visitor_of_the_plain_address_loses_nothing(before: list[Step], after: list[Step], words: str) -> None:
    found = find_lost_page(ITEM, [before, before], after)
    assert words in found and bool(words) == bool(found), found
