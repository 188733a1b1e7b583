# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SSL 2.0: its ServerHello is found, and a server of today is heard out."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import WireError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls import ssl2
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import ALERT, record


def answer(kinds=(0x010080, 0x0700C0), certificate=b"\x30\x03abc", version=2):
    specs = b"".join(kind.to_bytes(3, "big") for kind in kinds)
    body = (b"\x04\x00\x01" + version.to_bytes(2, "big") + len(certificate).to_bytes(2, "big")
            + len(specs).to_bytes(2, "big") + b"\x00\x10" + certificate + specs + bytes(16))
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def test_the_hello_offers_every_kind():
    data = ssl2.encode()
    assert int.from_bytes(data[:2], "big") == 0x8000 | (len(data) - 2)
    assert data[2:5] == b"\x01\x00\x02"
    for kind in ssl2.SUITES:
        assert kind.to_bytes(3, "big") in data


def test_a_server_that_still_speaks_it(drive):
    seen = drive(ssl2.look(), [answer()]).result
    assert seen.end == "hello" and seen.choice.version == "SSLv2"
    assert [ssl2.SUITES[code] for code in seen.ssl2_suites] == [
        "SSL_CK_RC4_128_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"]
    assert seen.chain.certificates == (b"\x30\x03abc",)


@pytest.mark.parametrize("data", [b"\x80\x03\x00\x00\x01", answer(version=3), answer()[:-30] + b"", b"\x80\x04\x04\x00\x01\x00"])
def test_an_answer_that_is_no_server_hello(data, drive):
    seen = drive(ssl2.look(), [data]).result
    assert seen.end in ("nonsense", "closed") and seen.choice is None


def test_a_server_of_today_answers_with_an_alert(drive):
    seen = drive(ssl2.look(), [record(ALERT, 0x0303, b"\x02\x46")]).result
    assert seen.end == "alert" and seen.alert.name == "protocol_version"


@pytest.mark.parametrize(("reply", "end"), [
    (b"HTTP/1.1 400 Bad Request\r\n", "not_tls"), (End.CLOSED, "closed"), (End.RESET, "reset")])
def test_other_answers(reply, end, drive):
    assert drive(ssl2.look(), [reply]).result.end == end


def test_parse_says_what_is_missing():
    assert ssl2.parse(answer()[:5]) is None
    assert ssl2.parse(b"\x80") is None
    with pytest.raises(WireError):
        ssl2.parse(b"HTTP")
