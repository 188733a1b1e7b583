# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plaintext at http and https ports: each way to refuse it, and each way not to."""

from __future__ import annotations

import pytest
from servers import free_port, scripted


def web(*responses):
    """A script that answers requests by their path and Host; the last response is for all others."""
    def handle(connection):
        asked = connection.recv(65536).decode()
        for wanted, response in responses:
            if wanted in asked:
                host = next(line.split(" ", 1)[1] for line in asked.split("\r\n") if line.startswith("Host:"))
                path = asked.split(" ")[1]
                connection.sendall(response.replace("$HOST", host.partition(":")[0]).replace("$PATH", path).encode())
                return
    return handle


def redirect(status, location):
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"


SERVED = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(("response", "how", "refused"), [
    (redirect(301, "https://$HOST$PATH"), "redirect_permanent", True),
    (redirect(308, "https://$HOST$PATH"), "redirect_permanent", True),
    (redirect(302, "https://$HOST$PATH"), "redirect_temporary", True),
    (redirect(307, "https://$HOST$PATH"), "redirect_temporary", True),
    (redirect(301, "http://$HOST$PATH"), "redirect_plaintext", False),
    (redirect(301, "/login"), "redirect_plaintext", False),
    (redirect(301, "//$HOST/"), "redirect_plaintext", False),
    (SERVED, "served", False),
    ("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n", "offered", False),
    ("HTTP/1.1 404 Not Found\r\n\r\n", "error_status", False),
    ("HTTP/1.1 403 Forbidden\r\n\r\n", "error_status", True),
    ("HTTP/1.1 426 Upgrade Required\r\n\r\n", "error_status", True),
    ("HTTP/1.1 503 Busy\r\n\r\n", "error_status", False),
    ("SSH-2.0-OpenSSH_9.2\r\n", "undecided", None),
])
def test_http(look, response, how, refused):
    with scripted(web(("GET", response))) as script:
        seen = look(script.port, protocol="http")
    assert seen["plaintext"]["how"] == how
    assert seen["plaintext"]["refused"] is refused
    assert script.errors == []
    assert all(answer["cause"] == "not_tested" for answer in seen["protocols"].values())


def test_the_redirect_is_described(look):
    with scripted(web(("GET", redirect(301, "https://www.example.org$PATH")))) as script:
        fixed = look(script.port, protocol="http")["http"]["redirect"]
    with scripted(web(("GET", redirect(301, "https://$HOST/")))) as script:
        follows = look(script.port, protocol="http")["http"]["redirect"]
    assert fixed == {"status": 301, "location": "https://www.example.org/", "permanent": True, "to_https": True,
                     "same_host": False, "fixed_host": True, "keeps_path": True}
    assert follows == {"status": 301, "location": "https://localhost/", "permanent": True, "to_https": True,
                       "same_host": True, "fixed_host": False, "keeps_path": False}


def test_only_the_front_page_redirects(look):
    with scripted(web(("GET / ", redirect(301, "https://$HOST/")), ("GET", SERVED))) as script:
        seen = look(script.port, protocol="http")
    assert seen["plaintext"]["how"] == "served" and seen["plaintext"]["refused"] is False


def test_a_closed_http_port_serves_nothing(look):
    seen = look(free_port(), protocol="http")
    assert seen["reachable"] is False and seen["error"]
    assert seen["plaintext"]["refused"] is True and seen["plaintext"]["how"] == "tcp_refused"


@pytest.mark.parametrize("protocol", ["https", "tls"])
def test_any_other_closed_port_is_an_error(look, protocol):
    seen = look(free_port(), protocol=protocol)
    assert seen["reachable"] is False and seen["error"]
    assert seen["plaintext"]["refused"] is None
    assert all(answer["accepted"] is None for answer in seen["protocols"].values())


def test_plain_http_on_the_https_port(look):
    with scripted(web(("GET", SERVED), ("", "HTTP/1.1 400 Bad Request\r\n\r\n"))) as script:
        seen = look(script.port, protocol="https")
    assert seen["plaintext"]["refused"] is False and seen["plaintext"]["how"] == "served"
    assert seen["error"]
    assert all(answer["accepted"] is None for answer in seen["protocols"].values())


def test_a_port_that_only_closes_tells_nothing(look):
    with scripted(lambda connection: None) as script:
        seen = look(script.port, protocol="https")
    assert seen["plaintext"]["refused"] is None
    assert seen["error"] and "protocols.TLSv1.2" in seen["undecided"]
    assert {answer["accepted"] for answer in seen["protocols"].values()} == {None}


def test_a_port_that_says_nothing(look):
    with scripted(lambda connection: connection.recv(1) and connection.recv(10**6)) as script:
        seen = look(script.port, protocol="https", timeout=0.5)
    assert seen["plaintext"]["refused"] is None
    assert {answer["accepted"] for answer in seen["protocols"].values()} == {None}


def test_a_400_on_a_port_without_tls_refuses_nothing(look):
    with scripted(lambda client: client.recv(65536) and client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as script:
        seen = look(script.port, protocol="tls")
    assert seen["plaintext"]["refused"] is None and seen["plaintext"]["how"] == "undecided"
    assert "400 Bad Request" in seen["error"]


def test_two_endpoints_come_back_in_their_order():
    from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

    with scripted(web(("GET", SERVED))) as one, scripted(web(("GET", redirect(301, "https://x/")))) as two:
        ports = [two.port, one.port, two.port, free_port(), one.port]
        seen = observe([{"host": "127.0.0.1", "protocol": "http", "port": port} for port in ports], timeout=5)
    assert [item.port for item in seen] == ports
    assert [item.plaintext.how for item in seen] == [
        "redirect_permanent", "served", "redirect_permanent", "tcp_refused", "served"]
