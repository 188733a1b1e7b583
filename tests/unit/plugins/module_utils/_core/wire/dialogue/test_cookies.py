# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Set-Cookie as browsers read it: what is in a value is no attribute, and no value leaves."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue import cookies


@pytest.mark.parametrize(("header", "secure", "http_only", "same_site"), [
    ("id=1; Secure; HttpOnly; SameSite=Lax", True, True, "Lax"),
    ("id=1;secure;HTTPONLY;samesite=STRICT", True, True, "Strict"),
    ("id=1 ;\tSecure=false ; HttpOnly=0; SameSite=None", True, True, "None"),  # the value of a flag counts for nothing
    ("id=Secure; Path=/; HttpOnlyx", False, False, None),
    ('id="1; Secure"', False, False, None),
    ("id=1; Path=/;Secure", True, False, None),
    ("id=1; SameSite=Lax; SameSite=bad", False, False, None),
    ("id=1\x01; Secure", False, False, None),
])
def test_attributes(header: str, secure: bool, http_only: bool, same_site: "str | None") -> None:
    pair = cookies.read_cookie(header)
    assert pair is not None
    assert (pair.cookie.secure, pair.cookie.http_only, pair.cookie.same_site) == (secure, http_only, same_site)


@pytest.mark.parametrize(("header", "name", "value"), [
    ("a=b=c; Path=/", "a", "b=c"), ("  a \t= b ; x", "a", "b"), ("bare; Secure", "", "bare"), ("=v", "", "v"),
])
def test_name_and_value(header: str, name: str, value: str) -> None:
    pair = cookies.read_cookie(header)
    assert pair is not None and (pair.cookie.name, pair.value) == (name, value)


@pytest.mark.parametrize("header", ["", ";", " ; Secure", "=", "\x00a=b"])
def test_what_sets_no_cookie(header: str) -> None:
    assert cookies.read_cookie(header) is None


@pytest.mark.parametrize(("header", "removed"), [
    ("a=", True), ('a=""; Path=/', True), ("a= ; Max-Age=3600", True), ("a=deleted; Max-Age=0", True), ("a=b; Max-Age=-1", True),
    ("a=b; Expires=Thu, 01-Jan-1970 00:00:01 GMT", True), ("a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
    ("a=b", False), ("a=b; Max-Age=0; Max-Age=60", False), ("a=b; Max-Age=00x", False), ("a=b; Max-Age=10", False),
    ("a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT", False), ("a=b; Expires=Thu, 01 Jan 1970; Max-Age=60", False),
    ("a=1970; Expires=soon", False),
])
def test_a_cookie_that_is_taken_away(header: str, removed: bool) -> None:
    pair = cookies.read_cookie(header)
    assert pair is not None and pair.cookie.removed is removed


@pytest.mark.parametrize(("name", "names", "is_one"), [
    ("PHPSESSID", (), True), ("JSESSIONID", (), True), ("connect.sid", (), True), ("ASP.NET_SessionId", (), True),
    ("0123456789abcdef" * 2, (), True), ("auth_token", (), True), ("lang", (), False), ("side", (), False),
    ("XSRF-TOKEN", (), False), ("csrf_token", (), False), ("wordpress_test_cookie", (), False),
    ("backend_user", ("backend_*",), True), ("BACKEND_USER", ("backend_us?r",), True), ("csrf", ("csrf",), True),
])
def test_which_cookies_hold_a_session(name: str, names: "tuple[str, ...]", is_one: bool) -> None:
    assert cookies.holds_session(name, names) is is_one


def test_no_value_is_in_what_is_kept() -> None:
    pair = cookies.read_cookie("id=s3cret-value; Path=/; Domain=example.org; Secure")
    assert pair is not None and "s3cret" not in repr(pair.cookie)


def test_names_are_printable_and_short() -> None:
    assert cookies.show("a\x1b[31mb\xff") == "a.[31mb."
    assert len(cookies.show("x" * 5000)) == cookies.MAX_SHOWN + 3
