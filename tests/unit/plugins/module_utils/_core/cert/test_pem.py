# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Armour in every shape that files in the wild have, and hostile ones."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import pem

BODY = base64.encodebytes(b"0" * 48)[:-1]


def armoured(label: bytes, body: bytes = BODY, end: bytes = b"\n") -> bytes:
    return b"-----BEGIN " + label + b"-----" + end + body + end + b"-----END " + label + b"-----" + end


def test_several_with_text_between() -> None:
    data = b"subject=a\n" + armoured(b"CERTIFICATE") + b"\nBag Attributes\n" + armoured(b"PRIVATE KEY", end=b"\r\n")
    found = pem.split_blocks(data)
    assert [(block.label, block.line, block.problem) for block in found] == [("CERTIFICATE", 2, ""), ("PRIVATE KEY", 7, "")]
    assert {block.der for block in found} == {b"0" * 48}


def test_old_headers() -> None:
    body = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + BODY
    block = pem.split_blocks(armoured(b"RSA PRIVATE KEY", body))[0]
    assert block.encrypted and block.der == b"0" * 48 and dict(block.headers)["dek-info"] == "AES-128-CBC,00"
    assert block.text == armoured(b"RSA PRIVATE KEY", body)


def test_no_end_no_base64_no_content() -> None:
    assert "no END" in pem.split_blocks(b"-----BEGIN CERTIFICATE-----\nAAAA\n")[0].problem
    assert "no END" in pem.split_blocks(b"-----BEGIN CERTIFICATE-----\n" + armoured(b"CERTIFICATE"))[0].problem
    assert "not base64" in pem.split_blocks(armoured(b"CERTIFICATE", b"****"))[0].problem
    assert "not base64" in pem.split_blocks(armoured(b"CERTIFICATE", b""))[0].problem
    assert pem.split_blocks(b"nothing here") == ()
    assert pem.split_blocks(b"-----BEGIN lower-----\nAAAA\n-----END lower-----\n")[0].label == "lower"


def test_the_number_of_blocks_is_bounded() -> None:
    assert len(pem.split_blocks(armoured(b"X", b"AAAA") * (pem.MAX_BLOCKS + 5))) == pem.MAX_BLOCKS


def test_armour_comes_back() -> None:
    text = pem.write_armour(b"\x30\x03\x02\x01\x05" * 40)
    assert pem.split_blocks(text.encode())[0].der == b"\x30\x03\x02\x01\x05" * 40
    assert max(len(line) for line in text.splitlines()) == 64


@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from([armoured(b"CERTIFICATE"), b"-----BEGIN ", b"-----END X-----"]))))
def test_anything_gives_blocks(parts: list[bytes]) -> None:
    for block in pem.split_blocks(b"".join(parts)):
        assert bool(block.der) != bool(block.problem)


LONG = base64.b64encode(bytes(range(256)) * 2).decode()


def lined(width: int) -> str:
    return "\n".join(LONG[start : start + width] for start in range(0, len(LONG), width))


def text(body: str = "", label: str = "CERTIFICATE") -> str:
    return f"-----BEGIN {label}-----\n{body or lined(64)}\n-----END {label}-----\n"


GOOD = text()


@pytest.mark.parametrize(
    "given",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        "Bag Attributes\n  friendlyName: x\n" + GOOD + "after\n",
        "\ufeff" + GOOD,
        GOOD.replace("\n", "   \n"),
        text(lined(76)),
        text(lined(1100)),
        text("\n" + lined(64)),
        text(lined(64).replace("\n", "\n  ")),
        text("\n".join(LONG)),
    ],
)
def test_what_openssl_takes(given: str) -> None:
    (block,) = pem.split_blocks(given.encode())
    assert block.problem == "" and block.der == bytes(range(256)) * 2


@pytest.mark.parametrize(
    ("given", "line", "words", "gnutls"),
    [
        (GOOD.rstrip("\n") + GOOD, 13, "on one line", True),
        (GOOD.replace("\n", "\n  ").replace("-----BEGIN", "  -----BEGIN"), 1, "start of its line", True),
        (GOOD.replace("-----END", "  -----END"), 1, "no END", False),
        (text(lined(64).replace("\n", "\n\n", 1)), 3, "empty line", True),
        (text("\n" + lined(76)), 3, "64 characters", True),
        (text("\n" + lined(32)), 3, "64 characters", True),
        (text("Comment: x\n\n" + lined(64)), 2, "header that is not Proc-Type", False),
        (text(lined(64)[:-2]), 2, "multiple of four", False),
        (text(lined(64) + "="), 2, "not base64", False),
        (text(lined(64).replace("A", "A=", 1)), 2, "not base64", False),
        (text(lined(64).replace("A", "\u2013", 1)), 2, "not base64", False),
        (GOOD.replace("-----BEGIN", "----BEGIN"), 1, "not '-----BEGIN LABEL-----'", False),
        (GOOD.lower().replace(lined(64).lower(), lined(64)), 1, "not '-----BEGIN LABEL-----'", False),
        (GOOD.replace("-----\n", "----- # ours\n", 1), 1, "alone on its line", False),
        (GOOD.replace("\n", "\r"), 1, "alone on its line", False),
        (GOOD.replace("-----END CERTIFICATE-----", "-----END CERTIFICATE----"), 13, "is not the END", True),
        (GOOD.replace("-----END CERTIFICATE", "-----END X509 CERTIFICATE"), 13, "is not the END", True),
    ],
)
def test_what_openssl_refuses_names_the_line(given: str, line: int, words: str, gnutls: bool) -> None:
    first = pem.split_blocks(b"# a comment\n" + given.encode())[0]
    assert first.der == b"" and words in first.problem and "OpenSSL" in first.problem, first.problem
    assert f"line {line + 1}:" in first.problem, first.problem
    assert ("GnuTLS" in first.problem) is gnutls, first.problem


def test_a_damaged_block_takes_no_later_one_away() -> None:
    found = pem.split_blocks((GOOD.replace("-----END", "---END") + GOOD + text("****") + GOOD).encode())
    assert [bool(block.der) for block in found] == [False, True, False, True]


def test_large_nonsense_is_read_soon() -> None:
    begin = time.monotonic()
    for data in (b"\n" * 10_000_000, b"-----BEGIN X-----\n" * 300_000, b"-----BEGIN X-----\n" + b"A\n" * 3_000_000,
                 b"BEGIN " * 2_000_000, b"-" * 10_000_000, (b" " * 60 + b"-----BEGIN\n") * 100_000):  # fmt: skip
        pem.split_blocks(data)
    assert time.monotonic() - begin < 20
