# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A finding for every endpoint that does not say what it should; nothing for those that are not asked."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.within_tls import find_missing


def test_endpoints_without_a_wish_are_passed_over() -> None:
    assert find_missing([{"host": "127.0.0.1", "port": 1, "protocol": "smtps"}]) == []


def test_a_port_that_nobody_serves_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (found,) = find_missing([{"host": "127.0.0.1", "port": port, "protocol": "smtps", "says": "AUTH"}])
    assert (found["control"], found["status"], found["severity"]) == ("inside_tls", "fail", "high")
    assert found["endpoint"] == f"127.0.0.1:{port}/smtps" and "refused" in found["sentence"]


def test_a_server_that_does_not_offer_tls_is_quoted() -> None:
    def serve(listening: socket.socket) -> None:
        client, _peer = listening.accept()
        with client:
            client.sendall(b"220 mail ESMTP\r\n")
            client.recv(1000)
            client.sendall(b"250 mail\r\n")
            with contextlib.suppress(ConnectionResetError):
                client.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        row = {"host": "127.0.0.1", "port": server.getsockname()[1], "protocol": "submission", "says": "AUTH"}
        (found,) = find_missing([row])
        thread.join()
    assert "does not offer STARTTLS" in found["sentence"]


def test_the_old_name_of_the_key_is_no_question_that_passes():
    with pytest.raises(IntransitError, match="`says`"):
        find_missing([{"host": "127.0.0.1", "port": 1, "protocol": "smtps", "inside": "AUTH"}])
