# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a listener is: every kind, from what was seen of it."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.listener.identify import Identity
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.kind import (
    connect_to,
    find_udp_kind,
    kind_of,
    reach,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.tables import KINDS

TLS = {"TLSv1.3": {"accepted": True, "cause": "accepted"}}


def seen(protocol, refused, how, versions=None, offered=None):
    return {"protocol": protocol, "plaintext": {"refused": refused, "how": how, "detail": "what it said"},
            "protocols": versions or {}, "starttls": {"offered": offered}}


@pytest.mark.parametrize("observation, kind", [
    (seen("https", True, "tls_only", TLS), "tls"),
    (seen("imaps", True, "closed", TLS), "tls"),
    (seen("https", True, "closed"), "tls"),
    (seen("https", None, "undecided"), "tls"),
    (seen("https", False, "served"), "plaintext_credentials"),
    (seen("imap", True, "starttls_required", TLS, True), "starttls_required"),
    (seen("imap", False, "offered", TLS, True), "starttls_optional"),
    (seen("imap", False, "accepted", None, False), "plaintext_credentials"),
    (seen("smtp", False, "accepted", TLS, True), "starttls_optional"),
    (seen("imap", None, "undecided"), "unknown"),
    (seen("redis", False, "accepted"), "plaintext_credentials"),
    (seen("redis", True, "closed", TLS), "tls"),
    (seen("http", False, "served"), "plaintext"),
    (seen("http", True, "error_status"), "plaintext"),
    (seen("http", True, "redirect_permanent"), "redirect"),
    (seen("http", None, "undecided"), "unknown"),
])
def test_kinds_from_observations(observation, kind):
    found, sentence = kind_of(Identity(observation["protocol"], "answer"), observation)
    assert found == kind and found in KINDS and sentence.endswith(".")


def test_a_port_that_answers_nothing_in_tls_is_unknown():
    assert kind_of(Identity("https", "port"), seen("https", True, "closed"))[0] == "unknown"
    # An alert is an answer in TLS, as of a server that wants to be asked by name (strict-sni).
    identity = Identity("https", "answer", "answers a ClientHello with the alert unrecognized_name")
    assert kind_of(identity, seen("https", None, "undecided")) == (
        "tls", "It speaks TLS from the first byte: without a server name it answers a ClientHello with the alert unrecognized_name.")


def test_basic_authentication_is_a_password_in_clear_text():
    identity = Identity("http", "answer", basic=True)
    assert kind_of(identity, seen("http", False, "error_status"))[0] == "plaintext_credentials"


@pytest.mark.parametrize("identity, kind", [
    (Identity("ssh", "greeting"), "ssh"), (Identity("telnet", "greeting"), "plaintext_credentials"),
    (Identity("rsh", "port"), "plaintext_credentials"), (Identity("memcached", "answer"), "plaintext"),
    (Identity("smb", "port"), "unknown"), (Identity(None, "nothing"), "unknown"),
    (Identity("telnet", "port", reachable=False), "unknown"),
])
def test_kinds_without_an_observation(identity, kind):
    assert kind_of(identity, None)[0] == kind


@pytest.mark.parametrize("port, kind", [(69, "plaintext"), (161, "plaintext_credentials"), (40000, "not_tried")])
def test_udp_is_known_by_its_port_alone(port, kind):
    assert find_udp_kind(port)[0] == kind


@pytest.mark.parametrize("address, where, through", [
    ("0.0.0.0", "outside", "127.0.0.2"), ("::", "outside", "::1"), ("127.0.0.53", "loopback", "127.0.0.53"),
    ("::1", "loopback", "::1"), ("::ffff:127.0.0.1", "loopback", "::ffff:127.0.0.1"),
    ("192.0.2.1", "outside", "192.0.2.1"), ("fe80::1", "link_local", "fe80::1"), ("169.254.1.1", "link_local", "169.254.1.1"),
])
def test_from_where_an_address_can_be_reached(address, where, through):
    assert (reach(address), connect_to(address)) == (where, through)
