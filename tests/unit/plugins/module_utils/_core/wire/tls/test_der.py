# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much DER as is needed, and no exception for anything else."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.der import (
    distinguished_name,
    key_group,
    ocsp_status,
)

NAME = bytes.fromhex("302c3113301106035504 0a0c0a5769726520746573747331153013060355 04030c0c576972652074657374204341".replace(" ", ""))


def test_a_name():
    assert distinguished_name(NAME) == "CN=Wire test CA,O=Wire tests"


def test_special_characters_are_escaped():
    value = b"a,b"
    name = b"\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03" + value
    assert distinguished_name(name) == "CN=a\\,b"


def test_an_attribute_nobody_named():
    assert distinguished_name(b"\x30\x0a\x31\x08\x30\x06\x06\x01\x7f\x0c\x01x") == "#7f=x"


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x05abc", b"\x31\x00", NAME[:-3], b"\x30\x84\xff\xff\xff\xff", b"\x30\x85" + bytes(9)])
def test_nonsense_is_shown_as_it_is(data):
    assert distinguished_name(data) == data.hex()


@pytest.mark.parametrize(("data", "status"), [
    ("30030a0100", "successful"), ("30030a0103", "tryLater"), ("30030a0109", "status_9"), ("3003020100", "unreadable"),
    ("", "unreadable"), ("30030a0200", "unreadable")])
def test_ocsp_status(data, status):
    assert ocsp_status(bytes.fromhex(data)) == status


@pytest.mark.parametrize(("kind", "group"), [("ec", 23), ("p384", 24), ("k1", 22), ("rsa2048", None), ("ed25519", None)])
def test_the_group_of_a_key(kind, group, pki):
    certificate = pki.der(pki.certificate("host.example.test", private=pki.key(kind)))
    assert key_group(certificate) == group
    for end in range(0, len(certificate), 7):
        assert key_group(certificate[:end]) is None


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"\x30\x02\x30\x00", NAME, bytes(40)])
def test_what_is_no_certificate_has_no_group(data):
    assert key_group(data) is None
