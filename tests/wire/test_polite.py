# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that count connections, close without a word, or do not speak at all: nothing is taken for a refusal."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from servers import gnutls_server, in_front_of, openssl_server, pump, scripted

KEEPS = ("-min_protocol", "TLSv1.2", "-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20", "-groups", "X25519:P-256:P-384")
WEAK = ("-cipher", "ALL:@SECLEVEL=0")


def facts(seen):
    """What must not depend on circumstances."""
    return ({name: answer["accepted"] for name, answer in seen["protocols"].items()},
            {(item["id"], item["version"]): (item["refused"], item["accepted"]) for item in seen["rules"]})


def without_alerts(port):
    """In front of a server: where it answers with an alert, close instead, as GnuTLS slapd does."""
    def handle(client):
        first = client.recv(65536)
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(first)
            answer = server.recv(65536)
            if answer[:1] != b"\x15" and answer:
                client.sendall(answer)
                pump(client, server)
    return handle


@pytest.mark.parametrize("settings", [KEEPS, WEAK])
def test_a_close_is_a_refusal_only_between_two_controls(keys, look, settings):
    with openssl_server(keys, *settings) as port:
        truth = look(port, protocol="tls")
        with scripted(without_alerts(port)) as script:
            seen = look(script.port, protocol="tls")
    assert facts(seen) == facts(truth)
    assert seen["undecided"] == []
    assert {answer["cause"] for answer in seen["protocols"].values()} == {"accepted", "closed_without_alert"}


@pytest.mark.parametrize("most", [1, 2, 4])
def test_a_server_that_counts_connections(keys, look, most):
    places = threading.Semaphore(most)

    def handle(client):
        if not places.acquire(blocking=False):
            return
        try:
            inner(client)
        finally:
            time.sleep(0.05)
            places.release()

    with openssl_server(keys, *WEAK) as port:
        truth = look(port, protocol="tls")
        inner = in_front_of(port)
        with scripted(handle) as script:
            seen = look(script.port, protocol="tls")
    assert facts(seen) == facts(truth)
    assert seen["undecided"] == []


@pytest.mark.parametrize("concurrency", [1, 2, 16])
def test_results_do_not_depend_on_concurrency(keys, look, concurrency):
    with openssl_server(keys, *WEAK) as port:
        assert facts(look(port, concurrency=concurrency)) == facts(look(port))


def test_never_more_than_four_at_once(keys, look):
    with openssl_server(keys, *KEEPS) as port, scripted(in_front_of(port)) as script:
        look(script.port)
    # Four of ours; a place becomes free here a moment before the server notices.
    assert script.most_at_once <= 6


def test_gnutls(keys, look):
    with gnutls_server(keys, "NORMAL:+ARCFOUR-128:+3DES-CBC") as port:
        truth = look(port, protocol="tls")
        with scripted(without_alerts(port)) as script:
            assert facts(look(script.port, protocol="tls")) == facts(truth)
