# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL and MySQL before TLS, as their servers of Debian 12 and 13 answered."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Inbox
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.base import plain_conversation
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.dialogue.database import MYSQL, POSTGRES
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint

WHERE = Endpoint("db.example.test", 5432, "postgres")


def plain(drive, dialogue, replies):
    return drive(plain_conversation(dialogue, WHERE), [End.SILENT, *replies]).result


def error(code, text):
    body = b"SFATAL\x00VFATAL\x00C" + code + b"\x00M" + text + b"\x00\x00"
    return b"E" + (len(body) + 4).to_bytes(4, "big") + body


def test_ssl_request(drive):
    driven = drive(POSTGRES.opening(WHERE)(Inbox()), [b"S"])
    assert driven.result.ready and driven.sent == [bytes.fromhex("0000000804d2162f")]


@pytest.mark.parametrize(("answer", "denied"), [(b"N", True), (b"E", False)])
def test_no_upgrade(answer, denied, drive):
    seen = drive(POSTGRES.opening(WHERE)(Inbox()), [answer]).result
    assert not seen.ready and seen.denied is denied


@pytest.mark.parametrize(("reply", "how", "refused"), [
    (error(b"28000", b'no pg_hba.conf entry for host "192.0.2.1", user "x", database "postgres", no encryption'),
     "starttls_required", True),
    (error(b"28000", b'pg_hba.conf rejects connection for host "192.0.2.1", no encryption'), "starttls_required", True),
    (error(b"28000", b'no pg_hba.conf entry for host "192.0.2.1", SSL off'), "starttls_required", True),
    (error(b"28000", b'role "intransit-tls-probe" does not exist'), "accepted", False),
    (error(b"08P01", b"SSL required"), "starttls_required", True),
    (error(b"3D000", b"no such database"), "accepted", False),
    (error(b"53300", b"too many clients"), "undecided", None),
    (b"R\x00\x00\x00\x0c\x00\x00\x00\x05salt", "offered", False),
    (b"R\x00\x00\x00\x08\x00\x00\x00\x0a", "offered", False),
    (b"v\x00\x00\x00\x04", "undecided", None),
    (b"R\xff\xff\xff\xff", "undecided", None),
])
def test_postgres_plaintext(reply, how, refused, drive):
    facts = plain(drive, POSTGRES, [reply])
    assert (facts.plaintext.how, facts.plaintext.refused) == (how, refused)


def packet(number, body):
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def greeting(version=b"5.5.5-11.8.6-MariaDB", ssl=True):
    low = 0x0800 | 0x0200 if ssl else 0x0200
    return packet(0, b"\x0a" + version + b"\x00" + bytes(4) + b"saltsalt" + b"\x00" + low.to_bytes(2, "little")
                  + b"\x21\x02\x00\xff\xff\x15" + bytes(10) + b"moresaltsalt\x00")


def failure(number, text, sequence=2):
    return packet(sequence, b"\xff" + number.to_bytes(2, "little") + b"#28000" + text)


def test_mysql_upgrade(drive):
    driven = drive(MYSQL.opening(WHERE)(Inbox()), [greeting()])
    assert driven.result.ready
    assert len(driven.sent[0]) == 36 and int.from_bytes(driven.sent[0][4:8], "little") & 0x800


@pytest.mark.parametrize(("reply", "denied", "busy", "shut"), [
    (greeting(ssl=False), True, False, False),
    (packet(0, b"\xff" + (1129).to_bytes(2, "little") + b"Host is blocked"), False, False, True),
    (packet(0, b"\xff" + (1130).to_bytes(2, "little") + b"Host is not allowed"), False, False, True),
    (packet(0, b"\xff" + (1040).to_bytes(2, "little") + b"Too many connections"), False, True, False),
])
def test_mysql_without_upgrade(reply, denied, busy, shut, drive):
    seen = drive(MYSQL.opening(WHERE)(Inbox()), [reply]).result
    assert (seen.ready, seen.denied, seen.busy, seen.shut) == (False, denied, busy, shut)


@pytest.mark.parametrize(("version", "reply", "how", "refused"), [
    (b"5.5.5-11.8.6-MariaDB", failure(3159, b"insecure transport"), "starttls_required", True),
    (b"8.0.36", failure(3159, b"insecure transport"), "starttls_required", True),
    (b"5.5.5-11.8.6-MariaDB", failure(1045, b"Access denied"), "accepted", False),
    (b"8.0.36", failure(1045, b"Access denied"), "accepted", False),
    (b"5.5.5-10.11.18-MariaDB", failure(1045, b"Access denied"), "undecided", None),
    (b"5.5.5-10.11.18-MariaDB", failure(1698, b"Access denied"), "undecided", None),
    (b"5.5.5-10.3.39-MariaDB", failure(1045, b"Access denied"), "accepted", False),
    (b"8.0.36", packet(2, b"\xfemysql_native_password\x00salt"), "offered", False),
    (b"8.0.36", failure(1999, b"odd"), "undecided", None),
])
def test_mysql_plaintext(version, reply, how, refused, drive):
    facts = plain(drive, MYSQL, [greeting(version), reply])
    assert (facts.plaintext.how, facts.plaintext.refused, facts.offered) == (how, refused, True)


def test_mariadb_without_tls_cannot_hide(drive):
    facts = plain(drive, MYSQL, [greeting(b"5.5.5-10.11.18-MariaDB", ssl=False), failure(1045, b"Access denied")])
    assert facts.plaintext.refused is False and facts.offered is False


@pytest.mark.parametrize("reply", [packet(0, b"\x09old"), packet(0, b"\x0a" + b"x" * 50), packet(0, b""), b"\xff\xff\xff\x00"])
def test_what_is_no_greeting(reply, drive):
    assert plain(drive, MYSQL, [reply]).plaintext.refused in (None, True)
