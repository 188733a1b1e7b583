# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sender and recipient as a content filter names them, to a server that answers on a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.change.continuity import read_continuity
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import continuity, envelope
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import find_free_port


@contextmanager
def serve(*replies: str) -> Iterator[int]:
    """Answer each connection with these replies, one a line."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def answer() -> None:
            while True:
                try:
                    client, _address = server.accept()
                except OSError:
                    return
                # The client resets the connection when it has what it wants.
                with client, suppress(ConnectionError):
                    for reply in replies:
                        client.sendall(reply.encode() + b"\r\n")
                        client.recv(4096)

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def ask(port: int) -> "tuple[int, str]":
    result = envelope.ask(["smtp-envelope", "smtp", "127.0.0.1", str(port), "postmaster@mail.example.test"])
    return result.returncode, result.stderr


def test_a_server_that_takes_both() -> None:
    with serve("220 a", "250 a", "250 ok", "250 ok", "221 bye") as port:
        assert ask(port) == (0, "")


def test_a_server_that_takes_no_recipient() -> None:
    with serve("220 a", "250 a", "250 ok", "554 5.7.1 Access denied") as port:
        assert ask(port) == (1, f"A mail program on this host cannot hand in mail at 127.0.0.1:{port}: 554 5.7.1 Access denied\n")


def test_a_port_where_nothing_listens() -> None:
    port = find_free_port()
    returncode, said = ask(port)
    assert returncode == 1 and f"127.0.0.1:{port}: " in said and said.strip()[-1] != ":"


def test_what_was_refused_before_is_not_compared_and_what_worked_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuity, "_PATIENCE", 0.0)
    with serve("220 a", "250 a", "554 no") as refusing, serve("220 a", "250 a", "250 ok", "250 ok", "221 bye") as taking:
        answers = [["smtp-envelope", "smtp", "127.0.0.1", str(port), "a@b"] for port in (refusing, taking)]
        worked = continuity.look_before("postfix", read_continuity({"answers": answers}), (), [])
        assert [row.argv[3] for row in worked.answers] == [str(taking)]
    (lost,) = continuity._lost_answers(worked, 0.0)
    assert f"127.0.0.1:{taking}" in lost
