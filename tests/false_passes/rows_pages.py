# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Declared pages: a login page in clear text, cookies, forms, loads and HSTS of what comes over https."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
from collections.abc import Callable
from typing import Any

from attempts import Serve, attempt
from players import context, moved, serving, web
from servers import Keys

HSTS = "Strict-Transport-Security: max-age=63072000\r\n"
COOKIE = "Set-Cookie: PHPSESSID=0123456789abcdef; Path=/; Secure; HttpOnly; SameSite=Lax\r\n"
FORM = "<form method=post action=/login><input name=user><input type=password name=word></form>"
PAGES = {"pages": [{"path": "/login"}]}


def page(html: str = FORM, head: str = HSTS + COOKIE, status: str = "200 OK", kind: str = "text/html") -> str:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{head}Content-Length: {len(html.encode())}\r\n\r\n{html}"


def site(*responses: "tuple[str, str | bytes]") -> Serve:
    """https: the first pattern that is in the request decides; $HOST has the port in it."""
    def make(keys: Keys) -> Callable[[socket.socket], None]:
        secure = context(keys)

        def handle(client: socket.socket) -> None:
            with contextlib.suppress(ssl.SSLError, OSError):
                client = secure.wrap_socket(client, server_side=True)
                asked = client.recv(65536).decode("latin-1")
                host = next((line[6:] for line in asked.split("\r\n") if line.startswith("Host: ")), "")
                for pattern, response in responses:
                    if re.search(pattern, asked):
                        data = response.encode() if isinstance(response, str) else response
                        client.sendall(data.replace(b"$HOST", host.encode()))
                        return
        return handle
    return serving(make)


def over_tls(control: str, tricks: "dict[str, Any]") -> None:
    for trick, weak in tricks.items():
        server = weak if callable(weak) else site(("", weak))
        attempt(control, "https", GOOD, "https: " + trick, server, endpoint=PAGES)


GOOD = site(("", page()))
LEADS_ON = ("GET /login ", page("", HSTS + "Location: /form\r\n" + COOKIE.replace("; Secure", ""), "302 Found"))
THERE = ("GET /form ", page("<p>welcome", HSTS))

# -- in clear text ---------------------------------------------------------------------------

REDIRECTS = web(("", moved("https://$HOST$PATH")))
FRONT = ("GET / |probe/none", moved("https://$HOST$PATH"))
BARE = "HTTP/1.1 200 OK\r\n\r\n"
for trick, weak in {
    "the login page alone is served": web(FRONT, ("", BARE + FORM)),
    "the login page sends the browser on by itself": web(
        FRONT, ("", BARE + "<meta http-equiv=refresh content='0; url=https://localhost/login'>")),
    "the login page sends the browser on by a Refresh header": web(
        FRONT, ("", "HTTP/1.1 200 OK\r\nRefresh: 0; url=https://localhost/\r\n\r\n" + FORM)),
    "the login page is redirected to https on another host": web(FRONT, ("", moved("https://www.example.org/login"))),
    "the login page is redirected to https on a name below the host's": web(FRONT, ("", moved("https://www.localhost/login"))),
    "the login page is redirected to itself with a slash behind it": web(FRONT, ("", moved("http://$HOST$PATH/"))),
    "the redirect of the login page brings the login form along": web(
        FRONT, ("", f"HTTP/1.1 301 Moved\r\nLocation: https://localhost/login\r\n\r\n{FORM}")),
    "the redirect of the login page brings the login form along in chunks": web(
        FRONT, ("", "HTTP/1.1 301 Moved\r\nLocation: https://localhost/login\r\nTransfer-Encoding: chunked\r\n\r\n"
                f"{len(FORM):x}\r\n{FORM}\r\n0\r\n\r\n")),
    "the login page asks for a password by 401": web(FRONT, ("", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n")),
    "the login page is said not to be there, by a page with a login form": web(
        FRONT, ("", f"HTTP/1.1 404 Not Found\r\n\r\n{FORM}")),
    "the login page is declined by 403, with a login form": web(FRONT, ("", f"HTTP/1.1 403 No\r\n\r\n{FORM}")),
}.items():
    attempt("page_refused", "http", REDIRECTS, "http: " + trick, weak, endpoint=PAGES)

MOVED = "HTTP/1.1 301 Moved\r\nLocation: https://localhost/login\r\n"
for trick, weak in {
    "the redirect of the login page sets a cookie": f"{MOVED}{COOKIE.replace('; Secure', '')}\r\n",
    "the redirect sets a cookie that says Secure": f"{MOVED}{COOKIE}\r\n",
    "the redirect removes one cookie and sets another": f"{MOVED}Set-Cookie: a=; Max-Age=0\r\n{COOKIE}\r\n",
    "the redirect removes a cookie and keeps it after all":
        f"{MOVED}Set-Cookie: PHPSESSID=0123456789; Max-Age=0; Max-Age=3600\r\n\r\n",
    "the page is declined by 403, with a cookie": f"HTTP/1.1 403 No\r\n{COOKIE}\r\n",
    "the name of the header is in capitals": f"{MOVED}SET-COOKIE: id=0123456789\r\n\r\n",
}.items():
    attempt("page_cookies_plaintext", "http", REDIRECTS, "http: " + trick, web(FRONT, ("", weak)), endpoint=PAGES)

# -- where a page leads ----------------------------------------------------------------------

over_tls("page_stays", {
    "the page redirects to http": page("", HSTS + "Location: http://$HOST/login\r\n", "302 Found"),
    "the page redirects to http at the second step": site(
        ("GET /login ", page("", HSTS + "Location: /form\r\n", "302 Found")),
        ("", page("", HSTS + "Location: http://$HOST/form\r\n", "302 Found"))),
    "the page redirects to http in capitals": page("", HSTS + "Location: HTTP://$HOST/login\r\n", "302 Found"),
    "the page redirects to http with a backslash": page("", HSTS + "Location: http:\\\\$HOST\\login\r\n", "302 Found"),
    "the page goes on to http by itself": page("<META HTTP-EQUIV=Refresh CONTENT='0;URL=http://localhost/login'>" + FORM),
    "the page goes on to http by itself, without the word url":
        page("<meta http-equiv=refresh content='0; http://localhost/login'>" + FORM),
    "the page goes on by a path, and its base is http":
        page("<base href=http://localhost/><meta http-equiv=refresh content='0; url=/login'>" + FORM),
    "the page goes on to http by a Refresh header": page(head=HSTS + COOKIE + "Refresh: 0; url=http://localhost/\r\n"),
    "the page redirects to itself without end": page("", HSTS + "Location: /login\r\n", "302 Found"),
    "the page is not there": page(status="404 Not Found"),
    "the page is an error of the server": page(status="500 Oh"),
    "the page ends in the middle of its content": "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + FORM,
    "the page has no end": "HTTP/1.1 200 OK\r\n\r\n" + "<p>" * 100_000,
    "the page is in a coding that was not asked for": page(head=HSTS + COOKIE + "Content-Encoding: br\r\n"),
})

# -- cookies ---------------------------------------------------------------------------------


def cookie(*lines: str) -> str:
    return page(head=HSTS + "".join(f"Set-Cookie: {line}\r\n" for line in lines))


GOOD_LINE = COOKIE[12:].strip()
over_tls("page_cookies_secure", {
    "no Secure": cookie("PHPSESSID=0123456789; HttpOnly; SameSite=Lax"),
    "Secure in the value": cookie('PHPSESSID="0123; Secure"; HttpOnly; SameSite=Lax'),
    "Secure in the value of another attribute": cookie("PHPSESSID=0123456789; Path=/Secure; HttpOnly; SameSite=Lax"),
    "Secure as the value": cookie("Secure=Secure; HttpOnly; SameSite=Lax"),
    "another attribute that begins with Secure": cookie("PHPSESSID=0123456789; SecureOnly; HttpOnly; SameSite=Lax"),
    "Secure behind a comma": cookie("PHPSESSID=0123456789; HttpOnly, Secure; SameSite=Lax"),
    "Secure in a cookie of the same name, and not in this one": cookie(GOOD_LINE, GOOD_LINE.replace("; Secure", "")),
    "one good cookie and one that is not": cookie(GOOD_LINE, "lang=en"),
    "the cookie is set by the redirect only": site(LEADS_ON, THERE),
    "the prefix __Secure- without the attribute": cookie("__Secure-id=0123456789; HttpOnly; SameSite=Lax"),
    "a cookie without a name": cookie("0123456789; HttpOnly"),
    "a cookie that is removed in words only": cookie("PHPSESSID=0123456789; Expires=Thu, 01 Jan 2099 00:00:00 GMT"),
    "Secure in a second line of the header": page(head=HSTS + "Set-Cookie: PHPSESSID=0123\r\nX: y\r\n ; Secure\r\n"),
    "a cookie of the page that is not there": page(head=HSTS + "Set-Cookie: id=0123456789\r\n", status="404 Not Found"),
    "no cookie at all": page(head=HSTS),
})
over_tls("page_cookies_http_only", {
    "no HttpOnly": cookie("PHPSESSID=0123456789; Secure; SameSite=Lax"),
    "HttpOnly in the value": cookie('PHPSESSID="0123; HttpOnly"; Secure; SameSite=Lax'),
    "HttpOnly with a hyphen": cookie("PHPSESSID=0123456789; Secure; Http-Only; SameSite=Lax"),
    "on another cookie only": cookie("lang=en; Secure; HttpOnly", "connect.sid=0123456789; Secure; SameSite=Lax"),
    "a session under a name of 32 hexadecimal digits": cookie(f"{'0a' * 16}=0123456789; Secure; SameSite=Lax"),
    "no session before a login": cookie("lang=en; Secure; HttpOnly; SameSite=Lax"),
})
over_tls("page_cookies_same_site", {
    "no SameSite": cookie("PHPSESSID=0123456789; Secure; HttpOnly"),
    "SameSite without a value": cookie("PHPSESSID=0123456789; Secure; HttpOnly; SameSite"),
    "SameSite with a word that browsers do not know": cookie("PHPSESSID=0123456789; Secure; HttpOnly; SameSite=Maybe"),
    "a second SameSite that browsers do not know": cookie("PHPSESSID=0123456789; Secure; HttpOnly; SameSite=Lax; SameSite=x"),
})

# -- content ---------------------------------------------------------------------------------

PASSWORD = "<input type=password>"
over_tls("page_forms", {
    "a form to http": page(f"<form method=post action=http://localhost/login>{PASSWORD}</form>"),
    "a form to HTTP in capitals": page(f"<FORM METHOD=POST ACTION=HTTP://localhost/login>{PASSWORD}</FORM>"),
    "a form to a path, and the base is http": page(f"<base href=http://localhost/><form action=/login>{PASSWORD}</form>"),
    "a form to a path, and a base with http behind the form": page(
        f"<form action=/login>{PASSWORD}</form><base href=http://localhost/>"),
    "a form to a host without a scheme, and the base is http": page(
        f"<base href=http:><form action=//localhost/login>{PASSWORD}</form>"),
    "a button that sends the form to http": page(f"<form action=/login>{PASSWORD}<button formaction=http://localhost/>go</form>"),
    "a picture that sends the form to http": page(
        f"<form action=/login>{PASSWORD}<input type=image formaction='http://localhost/'></form>"),
    "the URL is written with references": page(f"<form action='&#104;ttp&colon;//localhost/'>{PASSWORD}</form>"),
    "the URL has a line break in it": page(f"<form action='ht\ntp://localhost/'>{PASSWORD}</form>"),
    "the URL has a blank before it": page(f"<form action='  http://localhost/'>{PASSWORD}</form>"),
    "an action of https behind one of http": page(
        f"<form action=http://localhost/ action=https://localhost/>{PASSWORD}</form>"),
    "the form stands behind a comment that browsers end early": page(
        f"<!--><form action=http://localhost/>{PASSWORD}</form><!-- -->"),
    "the form stands behind a comment that ends with an exclamation mark": page(
        f"<!-- x --!><form action=http://localhost/>{PASSWORD}</form><!-- -->"),
    "the form stands behind a section that HTML does not have": page(
        f"<![if IE]>x<![endif]><form action=http://localhost/>{PASSWORD}</form>"),
    "the page is compressed, which was not asked for": site(("", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(
        f"<form action=http://localhost/>{PASSWORD}</form>".encode()))),
    "the page comes in chunks": site((
        "", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n<form action=http:\r\nC\r\n//localhost/\r\n1\r\n>\r\n0\r\n\r\n")),
    "the page is in UTF-16": site(("", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n\r\n" + (
        f"<form action=http://localhost/>{PASSWORD}</form>").encode("utf-16-le"))),
    "the page has no type": page(f"<form action=http://localhost/>{PASSWORD}</form>", kind=""),
    "the page behind the redirect has the form": site(
        ("GET /login ", page("", HSTS + "Location: /form\r\n", "302 Found")),
        ("", page(f"<form action=http://localhost/>{PASSWORD}</form>"))),
    "the page goes on behind what is read of it": page("<p>" * 100_000 + f"<form action=http://localhost/>{PASSWORD}</form>"),
    "the page is on another host": page("", HSTS + "Location: https://www.example.org/login\r\n", "302 Found"),
})
over_tls("page_loads", {
    "a script": page(FORM + "<script src=http://localhost/x.js></script>"),
    "a script without a scheme, and the base is http": page(
        f"<base href=http://localhost/>{FORM}<script src=//localhost/x.js></script>"),
    "a script in a picture": page(FORM + "<svg><script href=http://localhost/x.js></script></svg>"),
    "a script that a second attribute seems to take back": page(FORM + "<script src=http://localhost/ src=/x.js></script>"),
    "a style": page("<link rel='alternate StyleSheet' href=http://localhost/x.css>" + FORM),
    "a style within a style": page("<style>a{}\n@import url('http://localhost/x.css');</style>" + FORM),
    "a module that is loaded ahead": page("<link rel=modulepreload href=http://localhost/x.js>" + FORM),
    "a frame": page(FORM + "<iframe src=http://localhost/></iframe>"),
    "a frame of a set": page("<frameset><frame src=http://localhost/></frameset>"),
    "an object": page(FORM + "<object data=http://localhost/x></object>"),
    "a script that is never closed": page(FORM + "<script src=http://localhost/x.js>"),
})

# -- HSTS ------------------------------------------------------------------------------------

over_tls("page_hsts", {
    "no header on the page": site(("GET /login ", page(head=COOKIE)), ("", page())),
    "no header on the redirect to the page": site(
        ("GET /login ", page("", "Location: /form\r\n", "302 Found")), ("", page())),
    "the application's header and the server's": page(head=HSTS * 2 + COOKIE),
    "the application's header switches it off": page(head="Strict-Transport-Security: max-age=0\r\n" + HSTS + COOKIE),
    "one day": page(head="Strict-Transport-Security: max-age=86400\r\n" + COOKIE),
    "two headers in one": page(head="Strict-Transport-Security: max-age=63072000, max-age=63072000\r\n" + COOKIE),
    "by a meta element": page("<meta http-equiv=Strict-Transport-Security content=max-age=63072000>" + FORM, COOKIE),
    "the page is not there, and has no header": page(head=COOKIE, status="404 Not Found"),
})
