# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Declared pages: what was not seen never passes, and a fault is named with its cookie or URL."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import pages
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS

OVER_TLS = [name for name in CHECKS if name.startswith("page_") and name not in ("page_refused", "page_cookies_plaintext")]
IN_CLEAR = ["page_refused", "page_cookies_plaintext"]


def cookie(**more):
    return {"name": "id", "secure": True, "http_only": True, "same_site": "Lax", "session": True, "removed": False, **more}


def answer(*cookies, **more):
    hsts = {"present": True, "valid": True, "max_age": 10**9, "count": 1}
    return {"url": "https://www.example.test/x", "status": 200, "location": None, "hsts": hsts, "cookies": list(cookies), **more}


def page(*answers, **more):
    return {"path": "/x", "ends": "page", "forms": [], "loads": [], "answers": list(answers), **more}


def seen(*rows, protocol="https", **more):
    return {"protocol": protocol, "host": "www.example.test", "server_name": "www.example.test", "pages": list(rows), **more}


def plain(**more):
    return {**page(answer()), "plaintext": {"refused": True, "how": "redirect_permanent", "detail": "301."}, "same_host": True, **more}


@pytest.mark.parametrize("name", OVER_TLS)
def test_over_tls(policy, context, name):
    check = CHECKS[name]
    assert check(policy, seen(page(answer(cookie()))), context).status == "pass"
    for other in (seen(), seen(page(answer(cookie())), protocol="http"), seen(page(answer(cookie())), protocol="imaps"), {}):
        assert check(policy, other, context) is None
    unread = seen(page(ends="unread", reason="it answers with 404"), page(answer(cookie())))
    assert check(policy, unread, context).status == "unknown"
    assert "404" in check(policy, unread, context).sentence
    behind = {**unread, "client_certificate": {"requested": True}}
    assert check(policy, behind, context).status == "unprobed" and check(policy, behind, context).evidence["out_of_reach"]


@pytest.mark.parametrize("name", IN_CLEAR)
def test_in_clear_text(policy, context, name):
    check = CHECKS[name]
    assert check(policy, seen(plain(), protocol="http"), context).status == "pass"
    assert check(policy, seen(plain()), context) is None
    unread = page(ends="unread", reason="silent", plaintext={"refused": None, "how": "silent"})
    assert check(policy, seen(plain(), unread, protocol="http"), context).status == "unknown"
    closed = seen(unread, protocol="http", plaintext={"refused": True, "how": "tcp_refused"})
    assert check(policy, closed, context).status == "pass"


@pytest.mark.parametrize(("row", "words", "severity"), [
    (plain(plaintext={"refused": False, "how": "served", "detail": "200 OK."}, asks_password=True),
     "/x is not refused: 200 OK, with a login form.", None),
    (plain(asks_password=True), "/x sends a login form along with its answer.", None),
    ({**plain(), "same_host": False, "answers": [answer(location="https://other.example/")]},
     "/x is redirected to another host: https://other.example/.", "medium"),
])
def test_a_page_in_clear_text_is_named(policy, context, row, words, severity):
    outcome = pages.page_refused(policy, seen(row, protocol="http"), context)
    assert (outcome.status, outcome.sentence, outcome.severity) == ("fail", words, severity)


def test_a_cookie_in_clear_text_is_named_and_one_that_is_removed_is_not(policy, context):
    row = {**plain(), "answers": [answer(cookie(secure=False), cookie(name="old", removed=True))]}
    outcome = pages.page_cookies_plaintext(policy, seen(row, protocol="http"), context)
    assert outcome.status == "fail" and "sets the cookie id in clear text" in outcome.sentence and "old" not in outcome.sentence


@pytest.mark.parametrize(("check", "change", "attribute"), [
    (pages.page_cookies_secure, {"secure": False}, "Secure"), (pages.page_cookies_http_only, {"http_only": False}, "HttpOnly"),
    (pages.page_cookies_same_site, {"same_site": None}, "SameSite"),
])
def test_cookies(policy, context, check, change, attribute):
    outcome = check(policy, seen(page(answer(cookie()), answer(cookie(name="sid", **change)))), context)
    assert outcome.sentence == f"The cookie sid of https://www.example.test/x has no {attribute}."
    assert {row["name"] for row in outcome.evidence["cookies"]} == {"id", "sid"}
    nameless = check(policy, seen(page(answer(cookie(name="", **change)))), context)
    assert nameless.sentence.startswith("A cookie without a name of ")
    other = check(policy, seen(page(answer(cookie(session=False, **change)))), context)
    assert other.status == ("fail" if attribute == "Secure" else "unprobed")
    removed = check(policy, seen(page(answer(cookie(removed=True, **change)))), context)
    assert removed.status == "unprobed" and removed.evidence["out_of_reach"] is True
    late = check(policy, seen(page(answer(cookie(**change)), ends="unread", reason="404")), context)
    assert late.status == "fail"


@pytest.mark.parametrize(("row", "words"), [
    (page(ends="in_clear", in_clear="http://a/"), "/x leads to http://a/."),
    (page(ends="page", in_clear="http://a/"), "/x leads to http://a/."),
    (page(ends="in_clear", in_clear=None), "/x leads to http."),
])
def test_a_way_back_to_http(policy, context, row, words):
    outcome = pages.page_stays(policy, seen(row), context)
    assert (outcome.status, outcome.sentence) == ("fail", words)


def test_a_page_on_another_host(policy, context):
    row = page(answer(cookie()), ends="elsewhere", reason="it redirects to https://sso.example/")
    assert "sso.example" in pages.page_stays(policy, seen(row), context).sentence
    for name in ("page_forms", "page_loads"):
        outcome = CHECKS[name](policy, seen(row), context)
        assert outcome.status == "unprobed" and "sso.example" in outcome.sentence


@pytest.mark.parametrize(("name", "change", "words"), [
    ("page_forms", {"forms": ["http://a/1", "http://a/2", "http://a/3", "http://a/4"]},
     "/x sends a form to http://a/1; /x sends a form to http://a/2; /x sends a form to http://a/3; and 1 more."),
    ("page_loads", {"loads": ["script http://a/"]}, "/x loads script http://a/."),
])
def test_content(policy, context, name, change, words):
    outcome = CHECKS[name](policy, seen(page(answer(), **change)), context)
    assert (outcome.status, outcome.sentence) == ("fail", words)
    assert len(outcome.evidence["faults"]) == len(next(iter(change.values())))


@pytest.mark.parametrize(("header", "words"), [
    ({"present": False}, "no Strict-Transport-Security header is sent"),
    ({"present": True, "valid": True, "max_age": 10**9, "count": 2}, "sent 2 times"),
    ({"present": True, "valid": True, "max_age": 60, "count": 1}, "HSTS lasts 0 days"),
    ({"present": True, "valid": True, "max_age": 0, "count": 1}, "switches HSTS off"),
    ({"present": True, "valid": False, "raw": "x", "problem": "no max-age", "count": 1}, "no max-age"),
])
def test_hsts_of_every_answer(policy, context, header, words):
    outcome = pages.page_hsts(policy, seen(page(answer(), answer(hsts=header))), context)
    assert outcome.status == "fail" and words in outcome.sentence


def test_hsts_of_an_address(policy, context):
    address = {**seen(page(answer())), "host": "192.0.2.1", "server_name": None}
    assert pages.page_hsts(policy, address, context).status == "unprobed"
