# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real sockets on loopback, each speaking its own first words, found in the kernel's table and told apart."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.listener import identify
from ansible_collections.intransit.tls.plugins.module_utils._edge import listener as classify

SERVERS = {
    "ssh": (b"SSH-2.0-Test\r\n", {}, "ssh"),
    "telnet": (b"\xff\xfd\x18\xff\xfd\x20", {}, "plaintext_credentials"),
    "http": (b"", {b"GET": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"}, "plaintext"),
    "basic": (b"", {b"GET": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"},
              "plaintext_credentials"),
    "redirect": (b"", {b"GET": b"HTTP/1.1 301 Moved\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n"},
                 "redirect"),
    "silent": (b"", {}, "unknown"),
}


def serve(listener, greeting, answers):
    while True:
        try:
            peer, _address = listener.accept()
        except OSError:
            return
        with peer:
            try:
                peer.settimeout(8)
                peer.sendall(greeting)
                data = peer.recv(4096)
                for start, answer in answers.items():
                    if data.startswith(start):
                        peer.sendall(answer)
            except OSError:
                continue


@pytest.fixture(scope="module")
def ports():
    listeners = {}
    for name, (greeting, answers, _kind) in SERVERS.items():
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=serve, args=(listener, greeting, answers), daemon=True).start()
        listeners[name] = listener
    yield {name: listener.getsockname()[1] for name, listener in listeners.items()}
    for listener in listeners.values():
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def found(transports=("tcp",), **options):
    return {(row["transport"], row["port"]): row for row in classify.list_listeners(transports, **options)["listeners"]}


def test_every_socket_has_its_owner(ports):
    rows = found(ask=False)
    for port in ports.values():
        row = rows["tcp", port]
        assert row["pid"] == os.getpid() and row["reach"] == "loopback" and row["executable"]
        assert row["classification"] == "not_tried" and row["plaintext"] is None


def test_loopback_can_be_left_out(ports):
    assert not set(ports.values()) & {port for _transport, port in found(ask=False, loopback=False)}


def test_udp_sockets_are_named_and_nothing_is_sent():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        row = found(("udp",))["udp", listener.getsockname()[1]]
        assert row["classification"] == "not_tried" and row["process"]
        with pytest.raises(BlockingIOError):
            listener.recv(1)


def test_each_kind_is_told_apart(ports):
    rows = [
        {"transport": "tcp", "address": "127.0.0.1", "port": port} for port in ports.values()
    ]
    classify._ask(rows)
    kinds = {row["port"]: row["classification"] for row in rows}
    assert {name: kinds[port] for name, port in ports.items()} == {
        name: kind for name, (_greeting, _answers, kind) in SERVERS.items()
    }


def test_all_sockets_are_asked_at_the_same_time(monkeypatch):
    """More silent sockets on one address than a remote host may get connections: together they take no longer than one."""
    monkeypatch.setattr(identify, "QUIET", 0.5)
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _each in range(60)]
    rows = [{"transport": "tcp", "address": "127.0.0.1", "port": listener.getsockname()[1]} for listener in listeners]
    started = time.monotonic()
    try:
        classify._ask(rows)
    finally:
        for listener in listeners:
            listener.close()
    assert {row["classification"] for row in rows} == {"unknown"}
    assert time.monotonic() - started < 2 * 4 * 0.5


def imap_that_answers_logins_late(listener, seconds):
    """Refuse STARTTLS, and a login only after a delay, as Courier does."""
    def talk(peer):
        with peer, peer.makefile("rwb", buffering=0) as stream:
            stream.write(b"* OK ready\r\n")
            for line in stream:
                tag, _space, command = line.partition(b" ")
                if command.startswith(b"LOGIN"):
                    time.sleep(seconds)
                stream.write(tag + (b" OK\r\n" if command.startswith(b"CAPABILITY") else b" NO\r\n"))

    def quiet(peer):
        with contextlib.suppress(OSError):
            talk(peer)

    while True:
        try:
            peer = listener.accept()[0]
        except OSError:
            return
        threading.Thread(target=quiet, args=(peer,), daemon=True).start()


def test_late_login_failures_are_waited_for_once():
    """Four servers with 1.5 seconds each: the wait of one is the wait of all."""
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _each in range(4)]
    for listener in listeners:
        threading.Thread(target=imap_that_answers_logins_late, args=(listener, 1.5), daemon=True).start()
    rows = [{"transport": "tcp", "address": "127.0.0.1", "port": listener.getsockname()[1]} for listener in listeners]
    started = time.monotonic()
    classify._ask(rows)
    spent = time.monotonic() - started
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    assert {(row["protocol"], row["classification"]) for row in rows} == {("imap", "plaintext_credentials")}
    assert 1.5 <= spent < 4.5


def test_a_socket_that_is_gone_is_unknown():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    rows = [{"transport": "tcp", "address": "127.0.0.1", "port": port}]
    classify._ask(rows)
    assert rows[0]["classification"] == "unknown" and "No connection" in rows[0]["detail"]


@pytest.mark.parametrize(("process", "same"), [("x", True), ("y", False), (None, False)])
def test_a_process_on_all_addresses_is_asked_where_it_does_not_see_its_own(process, same):
    """Dovecot takes a client at the server's own address for secure."""
    asked = []

    def greet(listener):
        with contextlib.suppress(OSError):
            while True:
                peer = listener.accept()[0]
                with peer:
                    asked.append((peer.getsockname()[0], peer.getpeername()[0]))
                    peer.sendall(b"SSH-2.0-Test\r\n")

    with socket.create_server(("0.0.0.0", 0)) as listener:
        threading.Thread(target=greet, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        rows = [{"transport": "tcp", "address": address, "port": port, "process": name}
                for address, name in (("0.0.0.0", "x"), ("::", process))]
        classify._ask(rows)
        listener.shutdown(socket.SHUT_RDWR)
    assert set(asked) == {("127.0.0.2", "127.0.0.1")}
    assert [row["classification"] for row in rows] == ["ssh", "ssh" if same else "unknown"]
