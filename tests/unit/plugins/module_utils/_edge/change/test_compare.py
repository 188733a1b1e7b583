# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages fetched from real web servers on loopback, plain and over TLS."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.comparison import Comparison
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import compare

Pages = dict[str, tuple[int, str, bytes]]


class _Server(ThreadingHTTPServer):
    pages: Pages


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        status, location, content = self.server.pages[self.path]
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[_Server, _Server]]:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2",
         "-subj", "/CN=shop.example", "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    plain, secure = _Server(("127.0.0.1", 0), _Handler), _Server(("127.0.0.1", 0), _Handler)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    for server in (plain, secure):
        server.pages = {"/": (200, "", b"the shop")}
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield plain, secure
    for server in (plain, secure):
        server.shutdown()
        server.server_close()


def compared(servers: tuple[_Server, _Server]) -> str:
    plain, secure = servers
    known = [Comparison("shop.example", "/", "127.0.0.1", plain.server_port, secure.server_port, True)]
    return compare.find_differences(compare.look_before(known))


def test_the_same_site_is_the_same(servers: tuple[_Server, _Server]) -> None:
    assert compared(servers) == ""


@pytest.mark.parametrize("page, words", [
    ((200, "", b"another shop"), "other content"),
    ((403, "", b""), "answers 403"),
    ((301, "/", b""), "in circles"),
])
def test_another_site_is_noticed(servers: tuple[_Server, _Server], page: tuple[int, str, bytes], words: str) -> None:
    servers[1].pages = {"/": page}
    assert words in compared(servers)


def test_redirects_are_followed_to_their_end(servers: tuple[_Server, _Server]) -> None:
    for server in servers:
        server.pages = {"/": (302, "/app/", b""), "/app/": (200, "", b"the shop")}
    assert compared(servers) == ""
    servers[1].pages["/app/"] = (200, "", b"another shop")
    assert "/app/ has other content" in compared(servers)


def test_after_the_change_the_plain_address_leads_to_the_same_page(servers: tuple[_Server, _Server]) -> None:
    plain, secure = servers
    known = [Comparison("shop.example", "/", "127.0.0.1", plain.server_port, secure.server_port, True)]
    ways = compare.look_before(known)
    plain.pages = {"/": (301, known[0].url(True), b"")}
    assert compare.find_lost(ways) == []
    # The weak sample: a redirect into nothing, which the look over TLS alone does not see.
    plain.pages = {"/": (301, known[0].url(True) + "gone", b"")}
    secure.pages["/gone"] = (404, "", b"")
    (lost,) = compare.find_lost(ways)
    assert "/gone, which answers 404" in lost and "answered 200" in lost


def test_a_server_that_is_not_there_is_said(servers: tuple[_Server, _Server]) -> None:
    plain, secure = servers
    secure.shutdown()
    secure.server_close()
    known = [Comparison("shop.example", "/", "127.0.0.1", plain.server_port, secure.server_port, True)]
    assert "does not answer" in compare.find_differences(compare.look_before(known))


def test_further_pages_are_compared_while_there_is_time(
    servers: tuple[_Server, _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, secure = servers
    known = [Comparison("shop.example", path, "127.0.0.1", plain.server_port, secure.server_port, True)
             for path in ("/", "/app")]
    for server, status in ((plain, 401), (secure, 200)):
        server.pages = {"/": (200, "", b"the shop"), "/app": (status, "", b"")}
    assert "/app answers 200" in compare.find_differences(compare.look_before(known))
    monkeypatch.setattr(compare, "_MORE_SECONDS", 0.0)
    assert compare.find_differences(compare.look_before(known)) == ""
