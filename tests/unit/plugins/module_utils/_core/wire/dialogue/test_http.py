# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTP heads, redirects and Strict-Transport-Security."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import Ended, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.http import (
    MAX_FIELDS,
    Response,
    host_header,
    parse_hsts,
    parse_redirect,
    parse_status,
    read_head,
    request,
)


def head(drive, data):
    return drive(read_head(Inbox()), [data]).result


def test_a_head(drive):
    response = head(drive, b"HTTP/1.1 200 Very OK\r\nServer: a\r\nX: 1\r\nno colon\r\nx:  2 \r\n\r\nbody")
    assert response == Response(200, "Very OK", (("server", "a"), ("x", "1"), ("x", "2")))
    assert response.all("x") == ("1", "2") and response.one("x") == "1" and response.one("y") is None


def test_interim_responses_are_passed_over(drive):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    assert head(drive, b"HTTP/1.1 100 Continue\r\n\r\n" + hints + b"HTTP/1.1 204 Final\r\n\r\n").status == 204
    assert head(drive, b"HTTP/1.1 101 Switching\r\n\r\n").status == 101
    with pytest.raises(WireError):
        head(drive, hints * 1000)


def test_bare_newlines_and_no_reason(drive):
    assert head(drive, b"HTTP/1.0 404\nA: b\n\n") == Response(404, "", (("a", "b"),))


@pytest.mark.parametrize("line", [b"220 mail", b"HTTP/1.1", b"HTTP/1.1 2x0 OK", b"HTTP/1.1 20 OK", b"", b"\xff\xfe",
                                  b"HTTP/1.1 \xb2\xb2\xb2 OK"])  # superscripts are digits to str.isdigit
def test_no_http(line):
    with pytest.raises(WireError):
        parse_status(line)


@pytest.mark.parametrize("data", [
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * (MAX_FIELDS + 1), b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000,
    b"HTTP/1.1 200 OK\r\n" + (b"A: " + b"b" * 1000 + b"\r\n") * 150,
])
def test_heads_without_end_are_bounded(data, drive):
    with pytest.raises(WireError):
        head(drive, data)


def test_a_head_cut_short(drive):
    with pytest.raises(Ended):
        head(drive, b"HTTP/1.1 200 OK\r\nA: b")


@pytest.mark.parametrize(("value", "age", "sub", "preload"), [
    ("max-age=63072000; includeSubDomains; preload", 63072000, True, True),
    ("MAX-AGE=\"300\" ; IncludeSubdomains", 300, True, False),
    ("max-age=0", 0, False, False),
    ("max-age=1; unknown=3;;", 1, False, False),
    (";; max-age\t= 7 ; ;", 7, False, False),
    ("report-uri=\"https://a/;x=\\\"y\\\"\"; max-age=5", 5, False, False),
    ("x=\"includeSubDomains\"; max-age=5", 5, False, False),
    ("max-age=\"6\\3\"", 63, False, False),
    ("max-age=0000000000000000000000063072000", 63072000, False, False),
    ("max-age=" + "9" * 5000, 10**18, False, False),
    ("max-age=5; preload=no", 5, False, False),
])
def test_hsts_that_browsers_take(value, age, sub, preload):
    found = parse_hsts((value,))
    assert (found.present, found.valid, found.max_age, found.include_subdomains, found.preload, found.raw,
            found.problem) == (True, True, age, sub, preload, value, None)


@pytest.mark.parametrize(("value", "problem"), [
    ("", "no max-age"),
    (";;", "no max-age"),
    ("includeSubDomains; preload", "no max-age"),
    ("max-age", "max-age has no value"),
    ("max-age; includeSubDomains", "max-age has no value"),
    ("max-age=", "'max-age='"),
    ("max-age=\"\"", "max-age has no value"),
    ("max-age=-1", "'-1'"),
    ("max-age=+1", "'+1'"),
    ("max-age=1e9", "'1e9'"),
    ("max-age=1.5", "'1.5'"),
    ("max-age=\" 1\"", "' 1'"),
    ("max-age=\u0661", "is not a directive"),
    ("max-age=\xb2", "is not a directive"),
    ("max-age=1; max-age=2", "max-age stands in it twice"),
    ("max-age=1; MAX-AGE=1", "MAX-AGE stands in it twice"),
    ("max-age=1; x; X=2", "X stands in it twice"),
    ("max-age=1; includeSubDomains; includesubdomains", "includesubdomains stands in it twice"),
    ("max-age=1; includeSubDomains=true", "includeSubDomains has the value 'true'"),
    ("max-age=1; includeSubDomains=\"\"", "includeSubDomains has the value ''"),
    ("max-age=1; includeSubDomains=", "'includeSubDomains='"),
    ("max-age=31536000 includeSubDomains", "'max-age=31536000 includeSubDomains'"),
    ("max-age=31536000, includeSubDomains", "'max-age=31536000, includeSubDomains'"),
    ("max-age=1, max-age=2", "is not a directive"),
    ("max-age=31536000: includeSubDomains", "is not a directive"),
    ("max-age:31536000", "'max-age:31536000'"),
    ("max age=31536000", "'max age=31536000'"),
    ("max-age==1", "is not a directive"),
    ("=1; max-age=1", "'=1'"),
    ("max-age='1'", "\"'1'\""),
    ("\"max-age=31536000; includeSubDomains\"", "without its partner"),
    ("max-age=\"31536000", "without its partner"),
    ("max-age=31536000\"; preload", "without its partner"),
    ("max-age=\"1\"2", "is not a directive"),
    ("max-age=\"1\\", "without its partner"),
    ("\"max-age\"=1", "is not a directive"),
    ("max-age=1; \"preload\"", "'\"preload\"'"),
    ("max-age=1; (x)", "'(x)'"),
    ("max-age=1; x=a/b", "'x=a/b'"),
    ("max-age=1; \x00", "is not a directive"),
    ("max-age=1\x0b", "is not a directive"),
    ("\x0cmax-age=1", "is not a directive"),
    ("max-age=1\xa0; preload", "is not a directive"),
    ("max-age=1; x=\"\x07\"", "is not a directive"),
    ("max-age=1; x=\"\x7f\"", "is not a directive"),
])
def test_hsts_that_browsers_ignore(value, problem):
    found = parse_hsts((value,))
    assert problem in found.problem
    assert (found.valid, found.max_age, found.include_subdomains, found.preload, found.raw) == (
        False, None, False, False, value)


def test_hsts_absent_and_twice():
    assert parse_hsts(()).present is False
    twice = parse_hsts(("max-age=1", "max-age=2"))
    assert twice.count == 2 and twice.max_age == 1
    assert parse_hsts(("max-age=x", "max-age=2")).valid is False


@pytest.mark.parametrize(("lines", "value"), [
    (b"strict-TRANSPORT-security:max-age=1", "max-age=1"),
    (b"A: b\r\nStrict-Transport-Security: \t max-age=1 \t", "max-age=1"),
    (b"Strict-Transport-Security: max-age=1;\r\n\t includeSubDomains", "max-age=1; includeSubDomains"),
    (b"Strict-Transport-Security:\r\n max-age=1", "max-age=1"),
    (b"Strict-Transport-Security: max-age=1\x0b", "max-age=1\x0b"),
    (b"Strict-Transport-Security: max-age=1\xa0", "max-age=1\xa0"),
    (b"Strict-Transport-Security : max-age=1", None),
    (b"A: b\r\n Strict-Transport-Security: max-age=1", None),
    (b" Strict-Transport-Security: max-age=1", None),
    (b"\x0bStrict-Transport-Security: max-age=1", None),
    (b"Strict-Transport-Security max-age=1", None),
    (b"X-Strict-Transport-Security: max-age=1", None),
])
def test_what_counts_as_the_field(drive, lines, value):
    assert head(drive, b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n").one("strict-transport-security") == value


@pytest.mark.parametrize(("status", "location", "permanent", "to_https", "same_host"), [
    (301, "https://www.example.org/", True, True, True),
    (308, "https://WWW.example.org.:443/x", True, True, True),
    (302, "https://www.example.org/", False, True, True),
    (301, "http://www.example.org/", True, False, True),
    (301, "https://other.example.org/", True, True, False),
    (301, "/relative", True, False, True),
    (301, "https://[broken", True, False, False),
])
def test_redirects(status, location, permanent, to_https, same_host):
    found = parse_redirect(Response(status, "", (("location", location),)), "www.example.org")
    assert (found.permanent, found.to_https, found.same_host) == (permanent, to_https, same_host)


@pytest.mark.parametrize("response", [
    Response(200, "", (("location", "https://x/"),)), Response(301, "", ()), Response(304, "", (("location", "/"),))])
def test_no_redirect(response):
    assert parse_redirect(response, "x") is None


@pytest.mark.parametrize(("name", "port", "header"), [
    ("a.example", 443, "a.example"), ("a.example", 8443, "a.example:8443"), ("2001:db8::1", 443, "[2001:db8::1]")])
def test_host_header(name, port, header):
    assert host_header(name, port, 443) == header


def test_request():
    assert request("a.example", "/x").startswith(b"GET /x HTTP/1.1\r\nHost: a.example\r\n")
