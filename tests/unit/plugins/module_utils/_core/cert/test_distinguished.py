# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names are compared as RFC 5280 7.1 asks for, and nothing that differs is called equal."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import der, distinguished
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

PRINTABLE, UTF8, T61, BMP, UNIVERSAL, IA5 = 0x13, 0x0C, 0x14, 0x1E, 0x1C, 0x16


def one(handmade: Any, *values: tuple[str, int, bytes]) -> der.Node:
    return der.read(handmade.name(*values))


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ((UTF8, b"Odd Issuing"), (PRINTABLE, b"Odd Issuing"), True),
        ((UTF8, b"Odd Issuing"), (UTF8, b"ODD issuing"), True),
        ((UTF8, b"Odd Issuing"), (UTF8, b"  Odd   Issuing "), True),
        ((UTF8, b"Odd Issuing"), (IA5, b"odd issuing"), True),
        ((UTF8, "Müller".encode()), (T61, b"M\xfcller"), True),
        ((UTF8, "Müller".encode()), (BMP, "Müller".encode("utf-16-be")), True),
        ((UTF8, "Müller".encode()), (UNIVERSAL, "Müller".encode("utf-32-be")), True),
        ((UTF8, "MÜLLER".encode()), (UTF8, "müller".encode()), False),  # OpenSSL folds ASCII only
        ((UTF8, b"Odd Issuing"), (UTF8, b"OddIssuing"), False),
        ((UTF8, b"Odd Issuing"), (UTF8, b"Odd Issuing 2"), False),
        ((UTF8, b"Odd"), (0x03, b"\x00Odd"), False),
    ],
)
def test_names_are_equal_when_openssl_says_so(
    handmade: Any, left: tuple[int, bytes], right: tuple[int, bytes], equal: bool
) -> None:
    names = [one(handmade, ("2.5.4.3", *value)) for value in (left, right)]
    assert (distinguished.make_identity(names[0]) == distinguished.make_identity(names[1])) is equal


def test_the_same_value_in_another_attribute_is_another_name(handmade: Any) -> None:
    names = [one(handmade, (oid, UTF8, b"Tests")) for oid in ("2.5.4.3", "2.5.4.10")]
    assert distinguished.make_identity(names[0]) != distinguished.make_identity(names[1])
    both = [one(handmade, ("2.5.4.3", UTF8, b"a"), ("2.5.4.10", UTF8, b"b")), one(handmade, ("2.5.4.10", UTF8, b"b"), ("2.5.4.3", UTF8, b"a"))]
    assert distinguished.make_identity(both[0]) != distinguished.make_identity(both[1])


def test_how_names_are_written(handmade: Any) -> None:
    name = one(handmade, ("2.5.4.10", T61, b"M\xfcller, Sohn"), ("2.5.4.3", UTF8, b"#a ;\0"), ("1.2.3", 0x30, b""))
    assert distinguished.format_name(name) == "1.2.3=#3000,CN=\\#a \\;\\00,O=Müller\\, Sohn"
    assert distinguished.list_common_names(name) == ("#a ;\0",)


def test_what_breaks_the_rules_of_its_type_is_named(handmade: Any) -> None:
    odd = one(handmade, ("2.5.4.10", T61, b"M\xfcller"), ("2.5.4.11", PRINTABLE, b"M\xfcller"))
    assert distinguished.find_oddities(odd) == ("O is a T61String", "OU is a PrintableString with a byte above 127")
    assert distinguished.format_name(odd) == "OU=Müller,O=Müller"
    assert distinguished.find_oddities(one(handmade, ("2.5.4.10", UTF8, "Müller".encode()))) == ()


@pytest.mark.parametrize(("tag", "content"), [(UTF8, b"M\xfcller"), (BMP, b"abc"), (0x01, b"\xff"), (0x03, b"\x09")])
def test_what_openssl_refuses_raises(handmade: Any, tag: int, content: bytes) -> None:
    with pytest.raises(CertificateError):
        distinguished.format_name(one(handmade, ("2.5.4.3", tag, content)))
