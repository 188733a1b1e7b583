# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each extension is read by itself; the verdict on a damaged one is that of OpenSSL."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import minimal
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Certificate
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError


def made(handmade: Any, pki: Any, *extensions: bytes) -> Certificate:
    name = handmade.common("www.example.org")
    return minimal.encode_certificate(handmade.certificate(name, name, pki.key(), pki.key(), extensions), "x")


def damaged(handmade: Any, oid: str) -> bytes:
    return bytes(handmade.extension(oid, b"\x30\x05\x02"))


@pytest.mark.parametrize(
    "oid",
    ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.37",
     "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.24", "1.3.6.1.4.1.11129.2.4.2"],
)  # fmt: skip
def test_one_damaged_extension_takes_no_other_away(handmade: Any, pki: Any, oid: str) -> None:
    facts = made(handmade, pki, damaged(handmade, oid), handmade.names())
    assert facts.dns_names == ("www.example.org",)
    assert [lost.oid for lost in facts.unread] == [oid]


def test_names_beside_what_is_no_name(handmade: Any, pki: Any) -> None:
    host, address = handmade.tagged(0x82, b"a.example.org"), handmade.tagged(0x87, bytes([192, 0, 2, 1]))
    edi = handmade.tagged(0xA5, handmade.tagged(0xA1, handmade.tagged(0x0C, b"x")))
    other = handmade.tagged(0xA0, handmade.oid("1.2.3") + handmade.tagged(0xA0, handmade.tagged(0x0C, b"u")))
    for item, odd in (
        (edi, ()),
        (other, ()),
        (handmade.tagged(0x81, b"M\xfcller@example.org"), ("an e-mail address has a byte above 127",)),
        (handmade.tagged(0x82, b"m\xfcller.example.org"), ("a DNS name has a byte above 127",)),
        (handmade.tagged(0x87, b"\1\2\3"), ("an IP address has 3 bytes",)),
        (handmade.tagged(0x88, handmade.oid("2.25.340282366920938463463374607431768211455")[2:]), ()),
    ):
        facts = made(handmade, pki, handmade.names(item, host, address))
        assert "a.example.org" in facts.dns_names and facts.ip_addresses == ("192.0.2.1",), item
        assert facts.unread == () and facts.oddities == odd


def test_extensions_that_only_a_library_refuses(handmade: Any, pki: Any) -> None:
    long_oid = "2.25.340282366920938463463374607431768211455"
    notice = handmade.sequence(handmade.tagged(0x1A, b"M\xfcller"))
    qualifier = handmade.sequence(handmade.oid("1.3.6.1.5.5.7.2.2"), notice)
    policy = handmade.sequence(handmade.oid("2.23.140.1.2.1"), handmade.sequence(qualifier))
    facts = made(
        handmade, pki, handmade.names(),
        handmade.extension("2.5.29.32", handmade.sequence(policy)),
        handmade.extension(long_oid, b"\x05\x00"),
        handmade.extension("1.3.6.1.5.5.7.1.1", handmade.sequence(
            handmade.sequence(handmade.oid(long_oid), handmade.tagged(0x86, b"http://a/")),
            handmade.sequence(handmade.oid("1.3.6.1.5.5.7.48.1"), handmade.tagged(0x86, b"http://o/")))),
        handmade.extension("2.5.29.35", handmade.sequence(
            handmade.tagged(0x80, b"key"), handmade.tagged(0xA1, handmade.tagged(0xA4, handmade.common("x"))))),
    )  # fmt: skip
    assert facts.unread == () and facts.oddities == () and facts.dns_names == ("www.example.org",)
    assert facts.policies == ("2.23.140.1.2.1",) and facts.ocsp_urls == ("http://o/",)
    assert facts.authority_key_id == b"key".hex()


def test_truth_values_as_openssl_takes_them(handmade: Any, pki: Any) -> None:
    for byte, ca in ((b"\xff", True), (b"\x01", True), (b"\x00", False)):
        basic = handmade.extension("2.5.29.19", handmade.sequence(handmade.tagged(0x01, byte)))
        assert made(handmade, pki, basic).ca is ca
    unknown = handmade.sequence(handmade.oid("1.2.3"), b"\x01\x01\x01", handmade.tagged(0x04, b"\x05\x00"))
    assert made(handmade, pki, unknown).critical_unknown == ("1.2.3",)


def test_a_path_length_that_is_no_number(handmade: Any, pki: Any) -> None:
    for length in (-1, 2**31, 2**20000):
        facts = made(handmade, pki, *handmade.authority_extensions(length))
        assert facts.path_length is None and [lost.oid for lost in facts.unread] == ["2.5.29.19"]


def test_an_extension_that_is_there_twice(handmade: Any, pki: Any) -> None:
    second = handmade.names(handmade.tagged(0x82, b"evil.example.org"))
    facts = made(handmade, pki, handmade.names(), second)
    assert facts.dns_names == ("www.example.org",) and facts.unread[0].reason == "it is there twice"


def test_an_item_that_is_no_extension_at_all(handmade: Any, pki: Any) -> None:
    with pytest.raises(CertificateError):
        made(handmade, pki, handmade.sequence(handmade.oid("1.2.3")))
