# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A hello offers exactly what it is told; tlslite-ng reads it back."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.offers import (
    list_groups,
    list_schemes,
    list_suites,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import hello as hl
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import RecordReader

tlslite = pytest.importorskip("tlslite.messages")
codec = pytest.importorskip("tlslite.utils.codec")


def read(message):
    parser = codec.Parser(bytearray(message[1:]))
    return tlslite.ClientHello().parse(parser)


def everything(version, **more):
    return hl.ClientHello(
        version, list_suites(version), () if version == "SSLv3" else list_groups(version == "TLSv1.3"), list_schemes(),
        "www.example.org", **more)


@pytest.mark.parametrize(("version", "number"), [
    ("SSLv3", (3, 0)), ("TLSv1", (3, 1)), ("TLSv1.1", (3, 2)), ("TLSv1.2", (3, 3)), ("TLSv1.3", (3, 3))])
def test_tlslite_reads_back_what_was_offered(version, number):
    offered = everything(version)
    seen = read(hl.encode_message(offered))
    assert seen.client_version == number
    assert tuple(seen.cipher_suites) == offered.suites
    assert bytes(seen.random) == hl.RANDOM and len(hl.RANDOM) == 32
    if version == "SSLv3":
        assert not seen.extensions
        return
    assert bytes(seen.server_name) == b"www.example.org"
    assert tuple(seen.getExtension(10).groups) == offered.groups
    schemes = seen.getExtension(13)
    if version in ("TLSv1.2", "TLSv1.3"):
        assert tuple(first << 8 | second for first, second in schemes.sigalgs) == offered.schemes
    else:
        assert schemes is None


def test_a_hello_ahead_of_its_time_is_one_of_tls12_but_for_the_number():
    plain = everything("TLSv1.2")
    usual, ahead = (hl.encode_message(hello) for hello in (plain, hl.replace(plain, ahead=True)))
    assert read(ahead).client_version == (3, 4) and read(ahead).getExtension(43) is None
    assert len(usual) == len(ahead) and sum(one != other for one, other in zip(usual, ahead, strict=True)) == 1


def test_tls13_says_so_only_in_its_extension():
    seen = read(hl.encode_message(everything("TLSv1.3", key_shares=((23, b"\x04abc"),), cookie=b"biscuit")))
    assert seen.getExtension(43).versions == [(3, 4)]
    assert seen.getExtension(51).client_shares[0].group == 23
    assert seen.getExtension(44) is not None
    assert seen.session_id
    older = read(hl.encode_message(everything("TLSv1.3", older_versions=("TLSv1.2",))))
    assert older.getExtension(43).versions == [(3, 4), (3, 3)]


@pytest.mark.parametrize(("change", "extension"), [
    ({"alpn": ("h2", "http/1.1")}, 16), ({"ask_status": True}, 5), ({"extras": b"\x00\x0f\x00\x01\x01"}, 15)])
def test_what_is_asked_for_is_there_and_nothing_else(change, extension):
    plain = hl.ClientHello("TLSv1.2", (47,), plain=True)
    assert read(hl.encode_message(plain)).getExtension(extension) is None
    assert read(hl.encode_message(hl.ClientHello("TLSv1.2", (47,), plain=True, **change))).getExtension(extension)


def test_compression_is_offered_only_when_asked():
    assert list(read(hl.encode_message(hl.ClientHello("TLSv1.2", (47,)))).compression_methods) == [0]
    assert list(read(hl.encode_message(hl.ClientHello("TLSv1.2", (47,), compression=True))).compression_methods) == [1, 0]


def test_a_long_hello_goes_into_several_records():
    long = hl.ClientHello("TLSv1.3", tuple(range(1, 12000)), groups=(23,))
    records = RecordReader().feed(hl.encode(long))
    assert len(records) == 2
    assert b"".join(record.fragment for record in records) == hl.encode_message(long)


def test_the_retry_changes_share_and_cookie_only():
    first = everything("TLSv1.3")
    second = first.with_share(24, b"share", b"cookie")
    assert (second.suites, second.groups, second.schemes) == (first.suites, first.groups, first.schemes)
    assert second.key_shares == ((24, b"share"),) and second.cookie == b"cookie"
