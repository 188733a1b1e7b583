# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole flights of real servers, recorded, in pieces of any size; then the same flights, spoilt.

The keys of a connection made by this engine are known to everybody, so a recorded
TLS 1.3 flight can be decrypted again at any time.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Handshake, look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import (
    RANDOM,
    ClientHello,
    handshake_message,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import RETRY_RANDOM
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import ALERT, HANDSHAKE, record
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.shares import SECP256R1, public_share

DATA = next(parent / "tests/data" for parent in Path(__file__).parents if (parent / "tests/data").is_dir())
FLIGHTS = {name: [bytes.fromhex(part) for part in parts]
           for name, parts in json.loads((DATA / "wire/flights.json").read_text())["flights"].items()}

TLS12 = ClientHello("TLSv1.2", (0xC02F, 0xC030, 0x9F), groups=(23, 29), schemes=(0x0804, 0x0401),
                    server_name="localhost", ask_status=True)
TLS13 = ClientHello("TLSv1.3", (0x1301, 0x1302, 0x1303), groups=(23, 29), schemes=(0x0804, 0x0401),
                    server_name="localhost", ask_status=True,
                    key_shares=((SECP256R1, public_share(SECP256R1)),))
HELLOS = {"tls12_ecdhe": TLS12, "tls12_dhe": replace(TLS12, suites=(0x9F,)), "tls13": TLS13,
          "tls13_retry": replace(TLS13, key_shares=())}


def hello_of(name):
    return HELLOS[name.partition("_")[2]]


@pytest.mark.parametrize("name", FLIGHTS)
def test_recorded_flights(name, drive):
    driven = drive(look(hello_of(name), whole=True), FLIGHTS[name])
    seen = driven.result
    assert seen.end == "flight", seen.detail
    assert seen.hello.version == ("TLSv1.3" if "tls13" in name else "TLSv1.2")
    assert seen.scheme == 0x0804
    assert seen.request is not None
    assert all(certificate[:1] == b"\x30" for certificate in seen.chain.certificates)
    assert (seen.retry is not None) is ("retry" in name)
    assert len(driven.sent) == len(FLIGHTS[name])
    if name.startswith("openssl"):
        assert len(seen.chain.certificates) == 2
        assert seen.chain.staple.hex() == "30030a0103"
        assert len(seen.request.ca_names) == 1
    if name == "openssl_tls12_dhe":
        assert seen.key_exchange.dh_bits == 2048
    elif "tls12" in name:
        assert seen.key_exchange.group == 23
    else:
        assert seen.encrypted is not None


@pytest.mark.parametrize("name", ["openssl_tls12_ecdhe", "openssl_tls13", "gnutls_tls13_retry"])
def test_a_server_hello_is_enough_when_nothing_more_is_asked(name, drive):
    seen = drive(look(hello_of(name)), FLIGHTS[name]).result
    assert seen.end == "hello" and seen.choice is not None and seen.chain is None


@pytest.mark.parametrize("name", FLIGHTS)
def test_a_flight_cut_anywhere_ends_as_closed(name):
    whole = FLIGHTS[name][-1]
    for cut in range(0, len(whole) - 1, 7):
        handshake = Handshake(hello_of(name), whole=True)
        for part in FLIGHTS[name][:-1]:
            handshake.feed(part)
        handshake.feed(whole[:cut])
        handshake.ended(End.CLOSED)
        assert handshake.look.end in ("closed", "flight")


@pytest.mark.parametrize("name", FLIGHTS)
def test_a_flight_with_one_byte_changed_never_raises(name):
    whole = FLIGHTS[name][-1]
    for at in range(0, len(whole), 11):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x41
        handshake = Handshake(hello_of(name), whole=True)
        for part in FLIGHTS[name][:-1]:
            handshake.feed(part)
        handshake.feed(bytes(spoilt))
        handshake.ended(End.CLOSED)
        assert handshake.finished
        if "tls13" in name and at > 200:
            assert handshake.look.end != "flight", "an encrypted flight that was changed must not be believed"


@pytest.mark.parametrize(("data", "end", "detail"), [
    (record(ALERT, 0x0303, b"\x02\x46"), "alert", ""),
    (record(ALERT, 0x0303, b"\x01\x00"), "alert", ""),
    (record(ALERT, 0x0303, b"\x01\x70") + record(ALERT, 0x0303, b"\x02\x28"), "alert", ""),
    (record(ALERT, 0x0303, b"\x01\x70") * 20, "alert", ""),
    (record(ALERT, 0x0303, b"\x02"), "closed", ""),
    (record(ALERT, 0x0303, b"\x02") + record(ALERT, 0x0303, b"\x46"), "alert", ""),
    (record(ALERT, 0x0303, b"\x01\x70\x02\x28"), "alert", ""),
    (record(HANDSHAKE, 0x0303, b"\x0b\x00\x00\x00"), "nonsense", "before its ServerHello"),
    (record(HANDSHAKE, 0x0303, b"\x02\x00\x00\x02ab"), "nonsense", "too early"),
    (record(HANDSHAKE, 0x0303, b"\x02\xff\xff\xff"), "nonsense", "announced"),
    (record(23, 0x0303, b"secret"), "nonsense", "before it had chosen"),
    (record(HANDSHAKE, 0x0303, b"") * 5000, "nonsense", "one record after the other"),
    (b"HTTP/1.1 400 Bad Request\r\n", "not_tls", "did not answer with TLS"),
    (b"\x16\x03\x03\xff\xff", "nonsense", "the most is"),
])
def test_answers_that_are_no_server_hello(data, end, detail, drive):
    seen = drive(look(TLS12), [data]).result
    assert seen.end == end and detail in seen.detail
    assert seen.choice is None


def test_a_server_of_tls13_repeats_the_session_identifier(drive):
    first = FLIGHTS["openssl_tls13"][0]
    at = first.index(hello_of("openssl_tls13").session_id or RANDOM)
    spoilt = first[:at] + bytes(32) + first[at + 32:]
    seen = drive(look(hello_of("openssl_tls13")), [spoilt]).result
    assert seen.end == "nonsense" and seen.choice is None and "session identifier" in seen.detail


def server_hello13(group: bytes, retry: bool = True) -> bytes:
    body = b"\x03\x03" + (RETRY_RANDOM if retry else bytes(32)) + vector(1, RANDOM) + b"\x13\x01\x00"
    body += vector(2, extension(43, b"\x03\x04") + (extension(51, group) if group else b""))
    return record(HANDSHAKE, 0x0303, handshake_message(2, body))


@pytest.mark.parametrize(("data", "end", "detail"), [
    (server_hello13(b"\x00\x17"), "hello", ""),
    (server_hello13(b"\xfe\x99"), "nonsense", "was not offered"),
    (server_hello13(b""), "nonsense", "what should be different"),
    (server_hello13(b"\x00\x17\x00\x01x", retry=False), "nonsense", "was not given"),
    (server_hello13(b"", retry=False), "nonsense", "was not given"),
    (record(HANDSHAKE, 0x0303, handshake_message(2, b"\x00\x02" + bytes(33) + b"\x13\x01\x00")), "nonsense", "0x0002"),
])
def test_what_a_client_of_tls13_has_to_end(data, end, detail, drive):
    seen = drive(look(replace(TLS13, key_shares=())), [data]).result
    assert seen.end == end and detail in seen.detail


def test_a_warning_on_the_way_is_kept(drive):
    seen = drive(look(TLS12), [record(ALERT, 0x0303, b"\x01\x70") + FLIGHTS["openssl_tls12_ecdhe"][0]]).result
    assert seen.end == "hello" and seen.warning.name == "unrecognized_name" and seen.alert is None


@pytest.mark.parametrize(("end", "word"), [
    (End.CLOSED, "closed"), (End.RESET, "reset"), (End.DEADLINE, "silent"), (End.TOO_MUCH, "nonsense")])
def test_ends(end, word, drive):
    assert drive(look(TLS12), [end]).result.end == word


def test_silence_only_where_patience_is_bounded(drive):
    assert drive(look(TLS12, quiet=1.0), [End.SILENT]).result.end == "silent"


def test_a_second_retry_is_nonsense(drive):
    retry = FLIGHTS["openssl_tls13_retry"][0]
    seen = drive(look(HELLOS["tls13_retry"], whole=True), [retry, retry]).result
    assert seen.end == "nonsense" and "more than one" in seen.detail


def test_bytes_that_came_with_the_starttls_answer(drive):
    seen = drive(look(TLS12, held=b"250 injected\r\n"), []).result
    assert seen.end == "not_tls" and seen.plain.startswith(b"250")
