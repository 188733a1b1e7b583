# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""URLs of a page as browsers take them: which lead to http, by forms, loads and refreshes."""

from __future__ import annotations

import time

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import html


@pytest.mark.parametrize(("url", "base", "is_clear"), [
    ("http://a/", None, True), ("HTTP:a", None, True), (" \x01http://a", None, True), ("ht\ttp://a", None, True),
    ("https://a/", "http://b/", False), ("//a/", None, False), ("/x", None, False), ("", None, False), ("/x", "http://b/", True),
    ("//a/", "http:", True), ("x", "/folder/", False), ("javascript:x()", "http://b/", False), ("httpx://a", None, False),
    ("data:text/html,http://a", None, False), ("mailto:a@b", "http://b", False),
])
def test_which_urls_lead_to_http(url: str, base: "str | None", is_clear: bool) -> None:
    assert html.is_in_clear(url, base) is is_clear


@pytest.mark.parametrize("page", [
    "<form action=/login><input type=password></form>", "<form><input type=password></form>",
    "<base href=http://a/><form><input type=password></form>", "<form action=''><input type=PASSWORD></form>",
    "<form method=dialog action=http://a/><input type=password></form>",
    "<!-- <form action=http://a/> --><input type=password>", "<textarea>http://a/</textarea><input type=password>",
    "<script>document.write('<form action=http://a/>')</script><input type=password>",
])
def test_forms_that_stay(page: str) -> None:
    seen = html.read_html(page)
    assert seen.forms == () and seen.asks_password and seen.problem == ""


@pytest.mark.parametrize("page", [
    "<a href=http://a/>", "<img src=http://a/>", "<link rel=icon href=http://a/>", "<script>x='http://a/'</script>",
    "<style>a{background:url(http://a/)}</style>", "<meta name=refresh content='0;url=http://a/'>", "<script src=https://a/></script>",
])
def test_what_is_not_active(page: str) -> None:
    assert html.read_html(page) == html.Html()


def test_the_exact_urls_are_named_without_queries() -> None:
    page = ("<base href='http://host/app/'><form action='login;jsessionid=1?token=2#x'></form><script src=//cdn/x.js?v=3></script>"
            "<meta http-equiv=refresh content='5; url=start?sid=4'>")
    assert html.read_html(page) == html.Html(
        forms=("http://host/app/login",), loads=("script http://cdn/x.js",), refresh="http://host/app/start")


@pytest.mark.parametrize(("value", "target"), [
    ("0; url=http://a/", "http://a/"), ("5", ""), ("0;URL='/x'", "/x"), ("0, /x", "/x"), ("1.5 ; url = /x y", "/x"), ("", ""),
])
def test_refreshes(value: str, target: str) -> None:
    assert html.refresh_target(value) == target


def test_a_refresh_header_leads_as_the_element_does() -> None:
    assert html.read_html("", "0; url=http://a/").refresh == "http://a/"
    assert html.read_html("<base href=http:>", "0; url=https://a/").refresh is None
    assert html.read_html("<base href=http://a/>", "30").refresh is None


def test_a_bounded_number_is_kept() -> None:
    seen = html.read_html("".join(f"<form action=http://a/{number}></form>" for number in range(500)))
    assert len(seen.forms) == html.MOST_URLS


@pytest.mark.parametrize("piece", [
    "<a ", "<", "<!--", "<!", "<![", "<?", "</", "<a a=\"", "<a '", "&", "&#", "<script></", "<style>@import ", "@import  ", "<meta ",
    "<form action=http://a ", "<!-->", "--!>", "<base href=", "<a/",
])
def test_hostile_pages_cost_little(piece: str) -> None:
    page = piece * (256 * 1024 // len(piece))
    begun = time.process_time()
    for text in (page, "<style>" + page, "<!--" + page, page + ">"):
        html.read_html(text)
    # Measured: under half a second each; a parser that looks again and again takes minutes.
    assert time.process_time() - begun < 20
