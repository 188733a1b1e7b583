# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Old flaws out of bytes: what a vulnerable server answers, what a healthy one does, and what tells nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import flaws
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import ClientHello, handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import RecordReader, record

HELLO = ClientHello("TLSv1.2", (0x2F,), schemes=(0x0401,))
DATA = next(parent for parent in Path(__file__).parents if parent.name == "tests") / "data" / "wire" / "flights.json"


def flight(chain: bytes = b"\x30\x03abc", heartbeat: bool = False) -> bytes:
    """A server's first flight with static RSA."""
    extensions = extension(0xFF01, b"\x00") + (extension(15, b"\x01") if heartbeat else b"")
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x2f" + b"\x00" + vector(2, extensions)
    return record(22, 0x0303, handshake_message(2, body) + handshake_message(11, vector(3, vector(3, chain)))
                  + handshake_message(14, b""))


def alert(number: int) -> bytes:
    return record(21, 0x0303, bytes((2, number)))


@pytest.mark.parametrize(("heartbeat", "reaction", "found"), [
    (True, record(24, 0x0303, b"\x02\x00\x01" + bytes(17)), True), (True, End.SILENT, False), (True, alert(10), False),
    (True, End.CLOSED, False), (False, End.SILENT, False)])
def test_heartbleed(heartbeat, reaction, found, drive):
    seen = drive(flaws.probe_heartbleed(HELLO, b""), [flight(heartbeat=heartbeat), reaction])
    assert seen.result is found
    beats = [item for data in seen.sent for item in RecordReader().feed(data) if item.kind == 24]
    # Claims one byte and has none; never more, and never to a server that has no heartbeat.
    assert [item.fragment for item in beats] == ([b"\x01\x00\x01"] if heartbeat else [])


@pytest.mark.parametrize(("version", "number"), [("TLSv1", 0x0301), ("TLSv1.1", 0x0302), ("TLSv1.2", 0x0303)])
def test_records_have_the_version_that_was_chosen(version, number, drive):
    # OpenSSL of old answers any other with protocol_version and never comes to the flaw.
    first = flight(heartbeat=True).replace(b"\x03\x03", number.to_bytes(2, "big"))
    hello = ClientHello(version, (0x2F,))
    for talk in (flaws.probe_heartbleed, flaws.probe_ccs_injection, lambda asked, held: flaws.make_robot_variant(asked, "right", held)):
        sent = drive(talk(hello, b""), [first, End.SILENT]).sent
        assert {item.version for data in sent[1:] for item in RecordReader().feed(data)} <= {number}


@pytest.mark.parametrize(("reaction", "found"), [
    (alert(20), True), (alert(21), True), (alert(51), True), (alert(10), False), (alert(80), False), (End.CLOSED, False),
    (End.RESET, False), (End.SILENT, None),
    (record(21, 0x0303, b"\x02") + record(21, 0x0303, b"\x14"), True)])
def test_ccs_injection(reaction, found, drive):
    assert drive(flaws.probe_ccs_injection(HELLO, b""), [flight(), reaction]).result is found


@pytest.mark.parametrize("talk", [
    flaws.probe_heartbleed, flaws.probe_ccs_injection, lambda hello, held: flaws.make_robot_variant(hello, "right", held)])
@pytest.mark.parametrize("reply", [alert(40), End.CLOSED, b"nothing of TLS"])
def test_without_a_flight_nothing_is_told(talk, reply, drive):
    assert drive(talk(HELLO, b""), [reply]).result is None


@pytest.mark.parametrize("variant", flaws.ROBOT_VARIANTS)
def test_every_variant_is_sent_as_it_is_called(variant, drive, pki):
    private = pki.key("rsa2048")
    chain = pki.der(pki.certificate(private=private))
    seen = drive(flaws.make_robot_variant(HELLO, variant, b""), [flight(chain), alert(20)])
    assert seen.result == "alert 20"
    (exchange,) = [item.fragment for data in seen.sent[1:] for item in RecordReader().feed(data)
                   if item.kind == 22 and item.fragment[0] == 16]
    numbers = private.private_numbers()
    plain = pow(int.from_bytes(exchange[6:], "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    assert {
        "right": plain[:2] == b"\x00\x02" and plain[-49] == 0 and plain[-48:-46] == b"\x03\x03",
        "first_byte": plain[:2] == b"\x00\x17",
        "no_zero": 0 not in plain[2:-48],
        "zero_inside": plain[-49] != 0 and plain[-20] == 0,
        "version": plain[:2] == b"\x00\x02" and plain[-48:-46] == b"\x02\x02",
    }[variant]


@pytest.mark.parametrize(("reactions", "verdict"), [
    (["alert 20"] * 5, False), (["alert 20"] * 4 + ["alert 51"], True), (["alert 20"] * 4 + ["closed 0"], True),
    (["alert 20"] * 4 + ["silent 0"], None), (["silent 0"] * 5, False), (["alert 20", None], None), ([], None),
    (["alert 20"] * 4 + ["deadline 0"], None)])
def test_a_verdict_needs_a_difference_that_is_not_time(reactions, verdict):
    assert flaws.judge_robot(reactions) is verdict


def test_recorded_flights_are_no_trap(drive):
    flights = json.loads(DATA.read_text())["flights"]
    hello = ClientHello("TLSv1.2", (0xC02F, 0xC030, 0x9F), groups=(23, 29), schemes=(0x0804, 0x0401))
    data = bytes.fromhex(flights["openssl_tls12_ecdhe"][0])
    assert drive(flaws.probe_heartbleed(hello, b""), [data, End.SILENT]).result is False
