# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Armour in every shape that files in the wild have, and hostile ones."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem

BODY = base64.b64encode(b"0" * 70)


def armoured(label: bytes, body: bytes = BODY, end: bytes = b"\n") -> bytes:
    return b"-----BEGIN " + label + b"-----" + end + body + end + b"-----END " + label + b"-----" + end


def test_several_with_text_between() -> None:
    data = b"subject=a\n" + armoured(b"CERTIFICATE") + b"\nBag Attributes\n" + armoured(b"PRIVATE KEY", end=b"\r\n")
    found = pem.blocks(data)
    assert [(block.label, block.line, block.problem) for block in found] == [("CERTIFICATE", 2, ""), ("PRIVATE KEY", 7, "")]
    assert {block.der for block in found} == {b"0" * 70}


def test_old_headers() -> None:
    body = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + BODY
    block = pem.blocks(armoured(b"RSA PRIVATE KEY", body))[0]
    assert block.encrypted and block.der == b"0" * 70 and dict(block.headers)["dek-info"] == "AES-128-CBC,00"
    assert block.text == armoured(b"RSA PRIVATE KEY", body)


def test_no_end_no_base64_no_content() -> None:
    assert "no END" in pem.blocks(b"-----BEGIN CERTIFICATE-----\nAAAA\n")[0].problem
    assert "no END" in pem.blocks(b"-----BEGIN CERTIFICATE-----\n" + armoured(b"CERTIFICATE"))[0].problem
    assert "not base64" in pem.blocks(armoured(b"CERTIFICATE", b"****"))[0].problem
    assert "not base64" in pem.blocks(armoured(b"CERTIFICATE", b""))[0].problem
    assert pem.blocks(b"nothing here") == ()
    assert pem.blocks(b"-----BEGIN lower-----\nAAAA\n-----END lower-----\n") == ()


def test_the_number_of_blocks_is_bounded() -> None:
    assert len(pem.blocks(armoured(b"X", b"AAAA") * (pem.MAX_BLOCKS + 5))) == pem.MAX_BLOCKS


def test_armour_comes_back() -> None:
    text = pem.armour(b"\x30\x03\x02\x01\x05" * 40)
    assert pem.blocks(text.encode())[0].der == b"\x30\x03\x02\x01\x05" * 40
    assert max(len(line) for line in text.splitlines()) == 64


@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from([armoured(b"CERTIFICATE"), b"-----BEGIN ", b"-----END X-----"]))))
def test_anything_gives_blocks(parts: list[bytes]) -> None:
    for block in pem.blocks(b"".join(parts)):
        assert bool(block.der) != bool(block.problem)
