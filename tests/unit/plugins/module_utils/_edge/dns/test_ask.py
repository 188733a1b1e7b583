# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions to a name server and a policy host that stand on loopback, healthy and hostile."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dns.model import Question
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError, IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._edge.dns import ask

ZONE = {
    ("mail.example.org", "A"): ["192.0.2.1"],
    ("example.org", "CAA"): ['0 issue "ca.example"', '128 tbs "x"'],
    ("_25._tcp.mail.example.org", "TLSA"): ["3 1 1 " + "ab" * 32],
    ("example.org", "MX"): ["10 mail.example.org."],
    ("_mta-sts.example.org", "TXT"): ['"v=STSv1; " "id=1"'],
    ("mta-sts.example.org", "A"): ["127.0.0.1"],
    ("many.example.org", "TXT"): [f'"{number}"' for number in range(100)],
    ("www.example.org", "CNAME"): ["mail.example.org."],
}


def answer(query, zone, flags):
    reply = dns.message.make_response(query)
    name, kind = query.question[0].name, query.question[0].rdtype
    reply.flags |= flags
    for _hop in range(3):
        text, alias = name.to_text(omit_final_dot=True), zone.get((name.to_text(omit_final_dot=True), "CNAME"))
        found = zone.get((text, dns.rdatatype.to_text(kind)))
        if alias:
            reply.answer.append(dns.rrset.from_text(name, 30, "IN", "CNAME", *alias))
            name = dns.name.from_text(alias[0])
        elif found:
            reply.answer.append(dns.rrset.from_text(name, 30, "IN", kind, *found))
            break
        else:
            reply.set_rcode(dns.rcode.NOERROR if any(known == text or known.endswith("." + text) for known, _kind in zone) else dns.rcode.NXDOMAIN)
            break
    return reply


@contextmanager
def resolver(respond):
    """A name server over UDP and TCP; respond(query) gives a message, bytes or None."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    port = udp.getsockname()[1]
    tcp = socket.create_server(("127.0.0.1", port))
    asked = []

    def wire(data, over_tcp):
        query = dns.message.from_wire(data)
        asked.append(query.question[0].to_text())
        reply = respond(query)
        if reply is None or isinstance(reply, bytes):
            return reply
        if over_tcp:
            return reply.to_wire(max_size=65535)
        try:
            return reply.to_wire(max_size=1232)
        except dns.exception.TooBig:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()

    def datagrams():
        try:
            while True:
                data, peer = udp.recvfrom(4096)
                reply = wire(data, False)
                if reply is not None:
                    udp.sendto(reply, peer)
        except OSError:
            pass

    def streams():
        try:
            while True:
                with tcp.accept()[0] as peer:
                    size = struct.unpack("!H", peer.recv(2))[0]
                    reply = wire(peer.recv(size), True)
                    if reply is not None:
                        peer.sendall(struct.pack("!H", len(reply)) + reply)
        except OSError:
            pass

    for work in (datagrams, streams):
        threading.Thread(target=work, daemon=True).start()
    try:
        yield port, asked
    finally:
        for sock in (udp, tcp):
            sock.shutdown(socket.SHUT_RDWR) if sock is tcp else None
            sock.close()


def read(port, endpoints=(), names=(), domains=(), **more):
    return ask.read_names(endpoints, names, domains, servers=["127.0.0.1"], port=port, seconds=more.pop("seconds", 2), **more)


SIGNED = dns.flags.AD


def test_everything_about_an_endpoint():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        result = read(port, [{"host": "mail.example.org", "protocol": "smtp"}])
    (row,) = result["endpoints"]
    assert (row["port"], row["error"]) == (25, None)
    assert row["caa"]["found_at"] == "example.org"
    assert {"flags": 128, "tag": "tbs", "value": "x"} in row["caa"]["records"]
    assert row["tlsa"]["records"] == [{"usage": 3, "selector": 1, "matching_type": 1, "data": "ab" * 32}]
    assert row["tlsa"]["authentic"] is True and row["dnssec"]["authentic"] is True
    assert result["resolver"] == {"servers": ["127.0.0.1"], "local": True, "trusted": True, "validating": True}


def test_the_flag_of_a_resolver_that_is_not_trusted_says_nothing():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        result = read(port, [{"host": "mail.example.org"}], trusted=False)
    assert result["endpoints"][0]["dnssec"]["authentic"] is None and result["resolver"]["validating"] is None


def test_without_the_flag_it_is_unsigned_only_if_the_resolver_was_seen_to_validate():
    def mixed(query):
        root = query.question[0].name == dns.name.root
        return answer(query, {(".", "NS"): ["a."], **ZONE}, SIGNED if root else 0)

    for respond, known in ((mixed, False), (lambda query: answer(query, ZONE, 0), None)):
        with resolver(respond) as (port, _asked):
            assert read(port, names=["mail.example.org"])["names"][0]["dnssec"]["authentic"] is known


def test_an_alias_is_followed():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        (row,) = read(port, [{"host": "www.example.org", "protocol": "smtp"}])["endpoints"]
    assert row["dnssec"]["canonical"] == "mail.example.org" and row["tlsa"]["name"] == "_25._tcp.mail.example.org"


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTIMP])
def test_a_refusal_is_an_error_and_never_a_missing_record(rcode):
    def refuse(query):
        reply = dns.message.make_response(query)
        reply.set_rcode(rcode)
        return reply

    with resolver(refuse) as (port, _asked):
        result = read(port, [{"host": "mail.example.org", "protocol": "smtp"}], domains=["example.org"])
    (row,) = result["endpoints"]
    assert {row[key]["status"] for key in ("caa", "tlsa", "dnssec")} == {"error"}
    assert dns.rcode.to_text(rcode) in row["caa"]["reason"]
    assert {result["domains"][0][key]["status"] for key in ("mx", "mta_sts", "tls_rpt")} == {"error"}


def test_a_missing_name_is_none():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        (row,) = read(port, [{"host": "gone.example.com", "protocol": "smtp"}])["endpoints"]
    assert {row[key]["status"] for key in ("caa", "tlsa", "dnssec")} == {"none"}


def test_a_silent_resolver_is_an_error_and_is_not_asked_without_end():
    with resolver(lambda query: None) as (port, _asked):
        result = read(port, names=[f"{number}.example.org" for number in range(40)], seconds=0.3)
    assert {row["caa"]["status"] for row in result["names"]} == {"error"}
    assert "does not answer" in result["names"][-1]["caa"]["reason"]


def test_no_resolver_at_all_is_an_error():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        result = read(taken.getsockname()[1], names=["example.org"], seconds=0.5)
    assert result["names"][0]["caa"]["status"] == "error" and result["resolver"]["validating"] is False


@pytest.mark.parametrize("reply", [b"", b"\0" * 11, b"\xff" * 600])
def test_nonsense_is_an_error(reply):
    with resolver(lambda query: reply) as (port, _asked):
        assert read(port, names=["example.org"], seconds=1)["names"][0]["caa"]["status"] == "error"


def test_a_set_that_is_too_large_is_an_error():
    with resolver(lambda query: answer(query, ZONE, 0)) as (port, _asked):
        found = ask.Asker(["127.0.0.1"], port, 2).ask(Question("many.example.org", "TXT"))
    assert found.status == "error" and "100 records" in found.reason


def test_a_question_is_put_once():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, asked):
        asker = ask.Asker(["127.0.0.1"], port, 2)
        assert [asker.ask(Question("example.org", "CAA")).status for _each in range(3)] == ["found"] * 3
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["a" * 64 + ".example.org", "", "..", "-" * 300])
def test_a_name_that_cannot_be_asked_for_is_the_error_of_its_row(name):
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        result = read(port, names=[name, "mail.example.org"])
    assert result["names"][0]["error"] and result["names"][1]["error"] is None


def test_an_address_has_no_records():
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, asked):
        (row,) = read(port, [{"host": "192.0.2.1"}])["endpoints"]
    assert "server_name" in row["error"] and row["tlsa"] is None and not [one for one in asked if "192" in one]


def test_options_that_make_no_sense():
    with pytest.raises(ArgumentError, match="is not an address"):
        ask.read_names([], [], [], servers=["dns.example.org"])
    with pytest.raises(IntransitError, match="roots"):
        ask.read_names([], [], [], servers=["127.0.0.1"], ca_file="/does/not/exist.pem")


def test_a_missing_library_is_named_with_its_packages(monkeypatch):
    monkeypatch.setattr(ask, "_IMPORT_PROBLEM", "No module named 'dns'")
    with pytest.raises(IntransitError, match="Debian: python3-dnspython; otherwise: pip install dnspython"):
        ask.read_names([], [], [])


@contextmanager
def policy_host(pki, reply):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pki)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            while True:
                peer = listener.accept()[0]
                try:
                    with context.wrap_socket(peer, server_side=True) as secure:
                        secure.recv(4096)
                        secure.sendall(reply)
                except OSError:
                    peer.close()
        except OSError:
            pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


POLICY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nversion: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 86400\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    import subprocess

    folder = tmp_path_factory.mktemp("policy")
    for name in ("mta-sts.example.org", "other.example.org"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
                       check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("served, roots, reply, status, words", [
    ("mta-sts.example.org", "mta-sts.example.org", POLICY, "found", ""),
    ("other.example.org", "other.example.org", POLICY, "invalid", "does not verify"),
    ("mta-sts.example.org", "other.example.org", POLICY, "invalid", "does not verify"),
    ("mta-sts.example.org", "mta-sts.example.org", b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n", "invalid", "redirects"),
    ("mta-sts.example.org", "mta-sts.example.org", b"", "error", "did not finish"),
])
def test_a_policy_is_fetched_over_verified_https(certificate, served, roots, reply, status, words):
    pki = (certificate / f"{served}.pem", certificate / f"{served}.key")
    with policy_host(pki, reply) as https, resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        result = read(port, domains=["example.org"], ca_file=str(certificate / f"{roots}.pem"), https_port=https)
    policy = result["domains"][0]["mta_sts"]["policy"]
    assert policy["status"] == status and words in policy["problem"], policy
    assert (policy["mode"] == "enforce") is (status == "found")


def test_a_policy_host_that_does_not_listen_is_an_error_and_one_without_an_address_is_not():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port_of_nothing = closed.getsockname()[1]
    with resolver(lambda query: answer(query, ZONE, SIGNED)) as (port, _asked):
        refused = read(port, domains=["example.org"], https_port=port_of_nothing)["domains"][0]["mta_sts"]["policy"]
    zone = {key: value for key, value in ZONE.items() if key != ("mta-sts.example.org", "A")}
    with resolver(lambda query: answer(query, zone, SIGNED)) as (port, _asked):
        nowhere = read(port, domains=["example.org"])["domains"][0]["mta_sts"]["policy"]
    assert refused["status"] == "error" and "cannot be reached" in refused["problem"]
    assert nowhere["status"] == "invalid" and "no address" in nowhere["problem"]
