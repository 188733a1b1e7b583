# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages behind a live TLS server: few connections, no value of a cookie in the result, and hostile ones bounded."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import ssl
import time
import tracemalloc

import pytest
from servers import free_port, scripted

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
VALUE = "0123456789abcdef"
MEMORY = 48 * 2**20
"""Bytes at most while one hostile page is looked at; a pattern of the parser takes half of it for elements without end."""
BOMB = gzip.compress(b"<p>" * 20_000_000, mtime=0)


def server(keys, answer, asked=None):
    """Answer each request behind TLS by a function that writes to the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys["rsa.pem"], keys["rsa.key"])

    def handle(client):
        with contextlib.suppress(ssl.SSLError, OSError):
            client = context.wrap_socket(client, server_side=True)
            head = client.recv(65536).decode("latin-1")
            if asked is not None:
                asked.append(head)
            path = head.split(" ")[1]
            if path == "/":
                client.sendall(HEAD + b"Content-Length: 0\r\n\r\n")
            else:
                answer(client, path)
    return handle


def look(port, pages, protocol="https", timeout=5.0):
    endpoint = {"host": "127.0.0.1", "server_name": "localhost", "port": port, "protocol": protocol, "pages": pages}
    (seen,) = observe([endpoint], policy="intermediate", timeout=timeout)
    return seen.to_dict()


def test_one_connection_for_each_page_and_each_redirect(keys):
    def answer(client, path):
        cookie = f"Set-Cookie: PHPSESSID={VALUE}; Path=/\r\n".encode()
        if path == "/login":
            client.sendall(b"HTTP/1.1 302 F\r\nLocation: /form?s=" + VALUE.encode() + b"\r\n" + cookie + b"\r\n")
        else:
            client.sendall(HEAD + cookie + b"\r\n<input type=password>")

    asked, none = [], []
    with scripted(server(keys, answer, none)) as script:
        without = look(script.port, [])
    with scripted(server(keys, answer, asked)) as script:
        seen = look(script.port, [{"path": "/login"}, {"path": "/admin"}])
    assert not script.errors
    assert seen["connections"] == without["connections"] + 3
    assert [head.split(" ")[1] for head in asked if not head.startswith("GET / ")].count("/login") == 1
    sent = [line for head in asked for line in head.split("\r\n") if line.startswith("Cookie:")]
    assert sent == [f"Cookie: PHPSESSID={VALUE}"]
    assert [page["ends"] for page in seen["pages"]] == ["page", "page"]
    assert VALUE not in json.dumps(seen)


def test_in_clear_text_each_page_is_asked_once():
    heads = []

    def handle(client):
        heads.append(client.recv(65536).decode())
        client.sendall(f"HTTP/1.1 301 M\r\nLocation: https://localhost/\r\nSet-Cookie: id={VALUE}\r\n\r\n".encode())

    with scripted(handle) as script:
        seen = look(script.port, ["roundcube", {"path": "/admin"}], "http")
    assert seen["connections"] == 5 and [page["path"] for page in seen["pages"]] == ["/roundcube/", "/admin"]
    assert sum(head.startswith("GET /roundcube/ ") for head in heads) == 1 and VALUE not in json.dumps(seen)


def test_a_head_without_end_shows_no_cookie():
    def handle(client):
        client.recv(65536)
        client.sendall(f"HTTP/1.1 200 OK\r\nSet-Cookie: id={VALUE}\r\n".encode())

    with scripted(handle) as script:
        seen = look(script.port, ["roundcube"], "http")
    assert seen["pages"][0]["plaintext"]["refused"] is False and VALUE not in json.dumps(seen)


@pytest.mark.parametrize("protocol", ["http", "https"])
def test_pages_of_a_closed_port(protocol):
    seen = look(free_port(), ["roundcube"], protocol)
    assert [page["ends"] for page in seen["pages"]] == ["unread"] and seen["pages"][0]["reason"]


def test_pages_of_a_port_without_tls():
    with scripted(lambda client: client.recv(65536) and client.sendall(b"HTTP/1.1 400 No\r\n\r\n")) as script:
        seen = look(script.port, ["roundcube"])
    assert seen["pages"][0]["reason"] == "no TLS handshake succeeded"


def flood(first, piece):
    def answer(client, _path):
        client.sendall(first)
        while True:
            client.sendall(piece)
    return answer


def drip(client, _path):
    client.sendall(HEAD + b"\r\n")
    for _each in itertools.count():
        client.sendall(b"<")
        time.sleep(0.05)


COOKIES = b"".join(b"Set-Cookie: c%d=x\r\n" % number for number in range(5000))
HOSTILE = {
    "content without end": flood(HEAD + b"\r\n", b"<p>" * 5000),
    "a head without end": flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
    "a line without end": flood(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 9000),
    "interim responses without end": flood(b"", b"HTTP/1.1 100 C\r\n\r\n" * 100),
    "chunks of one byte without end": flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n" * 500),
    "a chunk of all memory": flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", b"<" * 9000),
    "a length of all memory": flood(HEAD + b"Content-Length: 999999999999999\r\n\r\n", b"<" * 9000),
    "thousands of cookies": lambda client, _path: client.sendall(HEAD + COOKIES + b"\r\n"),
    "a cookie of 8000 bytes": lambda client, path: client.sendall(
        b"HTTP/1.1 302 F\r\nLocation: " + path.encode() + b"x\r\nSet-Cookie: a=" + b"v" * 8000 + b"\r\n\r\n"),
    "a bomb": lambda client, _path: client.sendall(
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + BOMB),
    "redirects without end": lambda client, path: client.sendall(b"HTTP/1.1 302 F\r\nLocation: " + path.encode() + b"x\r\n\r\n"),
    "one byte at a time": drip,
    "nothing": lambda client, _path: client.recv(1),
    "elements that are not closed": lambda client, _path: client.sendall(HEAD + b"\r\n" + b"<a b='" * 40_000),
}
"""Elements that are not closed are no elements, to browsers as well."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_bounded(name, keys):
    with scripted(server(keys, HOSTILE[name])) as script:
        tracemalloc.start()
        begun = time.monotonic()
        seen = look(script.port, [{"path": "/login"}], timeout=2.0)
        wall, (_now, peak) = time.monotonic() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    (page,) = seen["pages"]
    assert wall < 75 and peak < MEMORY, (wall, peak)
    assert page["ends"] == ("page" if name == "elements that are not closed" else "unread")
    assert len(json.dumps(page)) < 20_000
