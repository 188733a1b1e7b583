# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Updates to a primary server on loopback that checks the key; in the scenario dns it is BIND."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager

import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rrset
import dns.tsigkeyring
import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns import ask, update
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns.update import Server, sync_records

KEY = {"name": "dane", "secret": "c2VjcmV0LW9mLWEtdGVzdA==", "algorithm": "hmac-sha256"}
NAME = "_25._tcp.mail.example.org"
ONE, TWO = "3 1 1 " + "11" * 32, "3 1 1 " + "22" * 32


@contextmanager
def primary(records, forget=False, code=None):
    """A name server whose zone is a set of (name, type, text); yields its port."""
    ring = dns.tsigkeyring.from_text({KEY["name"]: KEY["secret"]})
    listener = socket.create_server(("127.0.0.1", 0))
    updates = []

    def reply_to(data):
        query = dns.message.from_wire(data, keyring=ring)
        reply = dns.message.make_response(query)
        if query.opcode() == dns.opcode.UPDATE:
            updates.append(query.had_tsig)
            if code is not None:
                reply.set_rcode(code)
                return reply.to_wire()
            for rows in query.sections[2]:
                for row in rows:
                    place = (str(rows.name).rstrip("."), dns.rdatatype.to_text(rows.rdtype), row.to_text())
                    if not forget:
                        (records.discard if rows.deleting == dns.rdataclass.NONE else records.add)(place)
            return reply.to_wire()
        name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
        found = [text for owner, of, text in sorted(records) if (owner, of) == (str(name).rstrip("."), kind)]
        if found:
            reply.answer.append(dns.rrset.from_text(name, 5, "IN", kind, *found))
        elif kind == "SOA":
            owner = dns.name.from_text("example.org") if code is None else dns.name.from_text("example.net")
            reply.authority.append(dns.rrset.from_text(owner, 5, "IN", "SOA", "a. b. 1 2 3 4 5"))
        elif code is not None and not records:
            reply.set_rcode(code)
        return reply.to_wire()

    def serve():
        try:
            while True:
                with listener.accept()[0] as peer:
                    size = struct.unpack("!H", peer.recv(2))[0]
                    try:
                        wire = reply_to(peer.recv(size))
                    except dns.message.UnknownTSIGKey:
                        continue
                    except Exception:
                        continue
                    peer.sendall(struct.pack("!H", len(wire)) + wire)
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], updates
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def server(port, zone="example.org", seconds=3.0, **more):
    return Server("127.0.0.1", port, zone, seconds, {**KEY, **more})


def sets(add=(), remove=(), name=NAME, kind="TLSA"):
    return [{"name": name, "type": kind, "ttl": 5, "add": list(add), "remove": list(remove)}]


def test_a_difference_is_sent_once_signed_and_a_second_run_sends_nothing():
    records = {(NAME, "TLSA", ONE)}
    with primary(records) as (port, updates):
        first = sync_records(server(port), sets([ONE, TWO]), True)
        second = sync_records(server(port), sets([ONE, TWO.upper()]), True)
        third = sync_records(server(port), sets([], [ONE]), True)
    assert first == {"changed": True, "added": [f"{NAME}. TLSA {TWO}"], "removed": []}
    assert second == {"changed": False, "added": [], "removed": []} and third["removed"] == [f"{NAME}. TLSA {ONE}"]
    assert updates == [True, True] and records == {(NAME, "TLSA", TWO)}


def test_check_mode_sends_nothing():
    records = set()
    with primary(records) as (port, updates):
        assert sync_records(server(port), sets([ONE]), False)["changed"]
    assert not updates and not records


def test_texts_and_caa_are_compared_as_records_and_not_as_text():
    records = {("_mta-sts.example.org", "TXT", '"v=STSv1; id=1;"'), ("example.org", "CAA", '0 issue "ca.example"')}
    with primary(records) as (port, updates):
        rows = sets(['"v=STSv1; id=1;"'], name="_mta-sts.example.org", kind="TXT") + sets(["0  issue ca.example"], name="example.org.", kind="CAA")
        assert not sync_records(server(port), rows, True)["changed"]
    assert not updates


def test_a_server_that_refuses_or_forgets_is_an_error(monkeypatch):
    monkeypatch.setattr(update, "PATIENCE", 0.1)
    with primary(set(), code=dns.rcode.REFUSED) as (port, _updates), pytest.raises(IntransitError, match="REFUSED"):
        sync_records(server(port), sets([ONE]), True)
    with primary({(NAME, "TLSA", TWO)}, code=dns.rcode.NOTAUTH) as (port, _updates), pytest.raises(IntransitError, match="refused to change"):
        sync_records(server(port), sets([ONE]), True)
    with primary(set(), forget=True) as (port, _updates), pytest.raises(IntransitError, match="does not show it"):
        sync_records(server(port, seconds=0.5), sets([ONE]), True)


def test_a_server_that_takes_its_time_is_waited_for(monkeypatch):
    monkeypatch.setattr(update, "PAUSE", 0.1)
    records = set()
    with primary(records, forget=True) as (port, _updates):
        threading.Timer(0.5, records.add, [(NAME, "TLSA", ONE)]).start()
        assert sync_records(server(port), sets([ONE]), True)["changed"]


def test_a_wrong_key_is_an_error_without_the_secret():
    with primary(set()) as (port, _updates), pytest.raises(IntransitError) as caught:
        sync_records(server(port, secret="d3Jvbmc="), sets([ONE]), True)
    assert "no usable answer" in caught.value.message and "d3Jvbmc" not in caught.value.message


def test_a_server_that_is_not_there_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(IntransitError, match="gave no usable answer"):
        sync_records(server(port), sets([ONE]), True)


@pytest.mark.parametrize("rows, words", [
    (sets([ONE], name="_25._tcp.mail.example.net"), "not in the zone"), (sets(["3 1 1 xyz"]), "cannot be read"),
    (sets([ONE], name="a" * 64 + ".example.org"), "is not a name"), (sets(["1 2"], kind="A"), "not supported"),
])
def test_records_that_make_no_sense_are_refused_before_anything_is_sent(rows, words):
    with primary(set()) as (port, updates):
        with pytest.raises(ArgumentError, match=words):
            sync_records(server(port), rows, True)
    assert not updates


@pytest.mark.parametrize("address, zone, key", [
    ("ns.example.org", "example.org", {}), ("127.0.0.1", "a" * 64, {}), ("127.0.0.1", "example.org", {"secret": "%%%"}),
    ("127.0.0.1", "example.org", {"algorithm": "hmac-md5"}),
])
def test_options_that_make_no_sense(address, zone, key):
    with pytest.raises(ArgumentError) as caught:
        Server(address, 53, zone, 1, {**KEY, **key})
    assert "%%%" not in caught.value.message


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr(ask, "_IMPORT_PROBLEM", "No module named 'dns'")
    with pytest.raises(IntransitError, match="python3-dnspython"):
        server(53)


def test_the_server_knows_the_zone_of_a_name():
    with primary(set()) as (port, updates):
        row = {"name": "_acme-challenge.www.example.org", "type": "TXT", "ttl": 1, "add": ['"answer"']}
        server = Server("127.0.0.1", port, "", 5, KEY)
        assert sync_records(server, [row], write=True)["changed"] and updates == [True]
        assert str(server.zone) == "example.org."


def test_a_server_that_has_no_zone_for_a_name():
    with primary(set(), code=dns.rcode.REFUSED) as (port, _updates), pytest.raises(IntransitError, match="has no zone for www.example.org"):
        sync_records(Server("127.0.0.1", port, "", 5, KEY), [{"name": "www.example.org", "type": "TXT", "ttl": 1}], write=True)
