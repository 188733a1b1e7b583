# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Endpoints as users write them."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import DEFAULT_PORTS, Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import (
    check_options,
    is_address,
    read_endpoint,
    read_port,
)


@pytest.mark.parametrize(("written", "read"), [
    ({"host": "a.example"}, Endpoint("a.example", 443, "https", "a.example")),
    ({"host": "192.0.2.1", "protocol": "imap"}, Endpoint("192.0.2.1", 143, "imap")),
    ({"host": "2001:db8::1", "port": 8443}, Endpoint("2001:db8::1", 8443, "https")),
    ({"host": "192.0.2.1", "server_name": "a.example."}, Endpoint("192.0.2.1", 443, "https", "a.example")),
    ({"host": "a.example", "address": "192.0.2.1", "path": "/x"},
     Endpoint("a.example", 443, "https", "a.example", "192.0.2.1", "/x")),
    ({"host": "[2001:db8::1]"}, Endpoint("2001:db8::1", 443, "https")),
    ({"host": "a", "address": "[2001:db8::1]", "server_name": " b.example "},
     Endpoint("a", 443, "https", "b.example", "2001:db8::1")),
    ({"host": "_a-1.example"}, Endpoint("_a-1.example", 443, "https", "_a-1.example")),
])
def test_reads(written, read):
    assert read_endpoint(written) == read


def test_a_name_outside_ascii_is_shown_as_written_and_asked_for_in_a_labels():
    written = {"host": "stra\u00dfe.example"}
    assert read_endpoint(written, lambda name: {"stra\u00dfe.example": "xn--strae-oqa.example"}[name]) == Endpoint(
        "stra\u00dfe.example", 443, "https", "xn--strae-oqa.example")
    with pytest.raises(IntransitError, match="outside ASCII"):
        read_endpoint(written)


@pytest.mark.parametrize("protocol", DEFAULT_PORTS)
def test_every_protocol_has_its_port(protocol):
    assert read_endpoint({"host": "a.example", "protocol": protocol}).port == DEFAULT_PORTS[protocol]


@pytest.mark.parametrize(("written", "words"), [
    ({}, "needs a host"), ({"host": " "}, "needs a host"), ({"host": "a", "protocol": "gopher"}, "'gopher' is not supported"),
    ({"host": "a", "port": 0}, "not a port"), ({"host": "a", "port": 65536}, "not a port"),
    ({"host": "a", "path": "x"}, "begins with a slash"), ({"host": "a", "path": "/a b"}, "no spaces"),
    ({"host": "a", "path": "/\r\nHost: x"}, "no spaces"), ({"host": "a", "address": "b.example"}, "not an address"),
    ({"host": "a b"}, "not a name"), ({"host": "a" * 64 + ".example"}, "not a name"), ({"host": "a..b"}, "not a name"),
    ({"host": "192.0.2.1", "server_name": ".example"}, "not a name"), ({"host": "a.example:443"}, "A port"),
    ({"host": "https://a.example/"}, "A port and a path"), ({"host": "[a]"}, "not a name"),
    ({"host": "a", "address": ""}, "not an"), ({"host": "a" * 300}, "not a name"), ({"host": "\u00fc" * 70 + ".x"}, "outside ASCII"),
])
def test_refuses(written, words):
    with pytest.raises(IntransitError, match=words):
        read_endpoint(written)


@pytest.mark.parametrize(("text", "is_one"), [
    ("192.0.2.1", True), ("0.0.0.0", True), ("255.249.199.99", True), ("2001:db8::1", True), ("fe80::1%eth0", True), ("::", True),
    ("a.example", False), ("", False), ("1.2.3", False), ("1.2.3.4.", False), ("1.2.3.4.5", False), ("256.1.1.1", False),
    ("01.2.3.4", False), ("1.2.3.4\n", False), ("1..2.3", False), ("192.0.2.1%eth0", False), (":", False), ("[::1]", False), ("::g", False)])
def test_is_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize("options", [(0, 1, None), (-1, 1, None), (float("nan"), 1, None), (float("inf"), 1, None),
                                     (1e12, 1, None), (1, 0, None), (1, -1, None), (1, 1, 0), (1, 1, -5)])
def test_bounds_that_leave_nothing_to_do(options):
    with pytest.raises(IntransitError):
        check_options(*options)


def test_usual_bounds():
    check_options(0.1, 1, 1)
    check_options(3600, 5000, None)


@pytest.mark.parametrize(("written", "port"), [
    ({"host": "a"}, 443), ({"host": "a", "protocol": "imap"}, 143), ({"protocol": "smtp"}, 25), ({"address": "192.0.2.1"}, 443),
    ({"port": "8443"}, 8443), ({"host": "a", "port": None}, 443), ({"port": 53, "transport": "udp"}, 53),
    ({"host": "a", "port": ""}, 443),
])
def test_one_reader_of_ports(written, port):
    assert read_port(written) == port
    if "host" in written:
        assert read_endpoint(written).port == port


@pytest.mark.parametrize("written", [
    {}, {"transport": "udp"}, {"port": 0}, {"port": "https"}, {"port": 1.5}, {"port": True}, {"protocol": "gopher"},
    {"port": 10 ** 5000}, {"port": [443]}, {"port": {}}])
def test_no_port(written):
    with pytest.raises(IntransitError, match="port"):
        read_port(written)


def test_a_proxy_line_and_a_reason():
    assert read_endpoint({"host": "a", "proxy_protocol": "v1"}).proxy_protocol == "v1"
    assert read_endpoint({"host": "a", "proxy_protocol": None, "unprobed": None}) == read_endpoint({"host": "a"})
    assert read_endpoint({"host": "a", "unprobed": "it is far away"}).unprobed == "it is far away"
    with pytest.raises(IntransitError, match="'v2' is not supported"):
        read_endpoint({"host": "a", "proxy_protocol": "v2"})
