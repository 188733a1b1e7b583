# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that are odd without meaning harm: what they do take is found, what they stumble over is no refusal."""

from __future__ import annotations

import socket
import subprocess
import time

import pytest
from servers import gnutls_server, in_front_of, openssl_server, pump, scripted, tlslite_server

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.cursor import vector
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.extensions import extension
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import handshake_message
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.records import RecordReader, record
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.observe import observe

WIDE = ("-cipher", "ALL:@SECLEVEL=0")
PARTS = ("suites", "groups", "schemes", "details", "flaws")


def facts(seen):
    """What must not depend on the way in which a server says it."""
    return {name: seen[name] for name in ("suites", "suites_complete", "groups", "signature_schemes", "dh_bits", "alpn",
                                          "certificates", "certificates_by_type", "extended_master_secret")}


# -- hellos that are too long ----------------------------------------------------------------


def intolerant(port, too_much, how):
    """In front of a server: where a hello is too much, close, send an alert, or say nothing any more."""
    def handle(client):
        first = client.recv(65536)
        if too_much(first):
            if how == "alert":
                client.sendall(record(21, 0x0301, b"\x02\x28"))
                client.recv(1)
            elif how == "silence":
                time.sleep(5)
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(first)
            pump(client, server)
    return handle


@pytest.mark.parametrize("how", ["close", "alert", "silence"])
@pytest.mark.parametrize("most", [300, 512])
@pytest.mark.parametrize("depth", ["policy", "full"])
def test_a_server_that_takes_no_long_hello(most, how, depth, keys, look):
    with openssl_server(keys, *WIDE) as port:
        options = {"depth": depth, "parts": ("suites",), "timeout": 3.0}
        truth = look(port, "tls", **options)
        with scripted(intolerant(port, lambda first: len(first) > most, how)) as script:
            seen = look(script.port, "tls", **options)
    assert {name: answer["accepted"] for name, answer in seen["protocols"].items()} == {
        name: answer["accepted"] for name, answer in truth["protocols"].items()}
    if depth == "full":
        assert {name: set(found) for name, found in seen["suites"].items()} == {
            name: set(found) for name, found in truth["suites"].items()}
    else:
        broken = [(rule["id"], rule["version"]) for rule in truth["rules"] if rule["refused"] is False]
        assert broken and broken == [(rule["id"], rule["version"]) for rule in seen["rules"] if rule["refused"] is False]


def version_of(first):
    return int.from_bytes(first[9:11], "big")


@pytest.mark.parametrize("how", ["close", "alert"])
@pytest.mark.parametrize("newest", [0x0301, 0x0302])
def test_a_server_that_bears_no_newer_version(newest, how, keys, look_full):
    with openssl_server(keys, "-tls1" if newest == 0x0301 else "-tls1_1", *WIDE) as port:
        with scripted(intolerant(port, lambda first: version_of(first) > newest, how)) as script:
            seen = look_full(script.port, parts=("suites",))
    taken = {name for name, answer in seen["protocols"].items() if answer["accepted"]}
    assert taken == {"TLSv1"} if newest == 0x0301 else {"TLSv1.1"}
    assert seen["error"] is None


# -- records and messages in odd shapes --------------------------------------------------------


def reshaped(port, size, pause=0.0):
    """In front of a server: its plain handshake comes in records of ``size`` bytes, one write for each."""
    def handle(client):
        with socket.create_connection(("127.0.0.1", port)) as server:
            reader = RecordReader()
            server.sendall(client.recv(65536))
            server.settimeout(0.3)
            plain = True
            while plain:
                try:
                    data = server.recv(65536)
                except TimeoutError:
                    break
                if not data:
                    return
                for item in reader.feed(data):
                    if item.kind != 22:
                        plain = False
                        client.sendall(record(item.kind, item.version, item.fragment))
                        continue
                    for at in range(0, len(item.fragment), size):
                        client.sendall(record(22, item.version, item.fragment[at:at + size]))
                        time.sleep(pause)
            server.settimeout(None)
            pump(client, server)
    return handle


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_flight_in_many_small_records(size, keys, look_full):
    with openssl_server(keys, "-tls1_2", "-cipher", "ECDHE+AESGCM:DHE+AESGCM:AES128-SHA") as port:
        truth = look_full(port, parts=PARTS)
        with scripted(reshaped(port, size)) as script:
            seen = look_full(script.port, parts=PARTS)
    assert facts(seen) == facts(truth)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_certificate_as_large_as_they_come(version, keys, look_full, tmp_path):
    names = ",".join(f"DNS:host-{number}.example.test" for number in range(2500))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=many", "-addext",
               f"subjectAltName={names}", "-keyout", str(tmp_path / "many.key"), "-out", str(tmp_path / "many.pem")]
    subprocess.run(command, check=True, capture_output=True)
    with openssl_server(keys, version, "-cert", str(tmp_path / "many.pem"), "-key", str(tmp_path / "many.key")) as port:
        seen = look_full(port, parts=PARTS)
    assert seen["undecided"] == [] and len(seen["certificates"][0]["pem"]) > 60_000


def test_a_chain_that_is_long_and_in_disorder(keys, look, tmp_path):
    chain = tmp_path / "chain.pem"
    pem = (keys.folder / "ca.pem").read_text()
    chain.write_text(pem * 20)
    for version in ("-tls1_2", "-tls1_3"):
        with openssl_server(keys, version, "-cert_chain", str(chain)) as port:
            seen = look(port)
        assert len(seen["certificates"]) == 21
        assert [item["position"] for item in seen["certificates"]] == list(range(21))


# -- choices that were not on offer ------------------------------------------------------------


def chooser(suite, version=b"\x03\x03", extensions=b"", compression=0):
    """A server that chooses the same whatever is offered."""
    def handle(client):
        client.recv(65536)
        body = version + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + bytes((compression,))
        body += vector(2, extensions) if extensions else b""
        client.sendall(record(22, 0x0303, handshake_message(2, body) + handshake_message(11, b"\0\0\0")
                              + handshake_message(14, b"")))
        client.recv(10)
    return handle


@pytest.mark.parametrize("depth", ["policy", "full"])
def test_a_server_that_always_chooses_the_same(depth, look):
    with scripted(chooser(0x002F)) as script:
        seen = look(script.port, "tls", depth=depth, parts=("suites",))
    taken = {name for name, answer in seen["protocols"].items() if answer["accepted"]}
    assert taken == {"TLSv1.2"}
    assert seen["suites"]["TLSv1.2"] == ["TLS_RSA_WITH_AES_128_CBC_SHA"]


def test_compression_and_renegotiation_of_old(look_full):
    with scripted(chooser(0x002F, compression=1)) as script:
        seen = look_full(script.port, parts=("suites",))
    assert seen["compression"] is True
    assert seen["renegotiation"]["secure"] is False
    with scripted(chooser(0x002F, extensions=extension(0xFF01, b"\x00"))) as script:
        seen = look_full(script.port, parts=("suites",))
    assert seen["compression"] is False and seen["renegotiation"]["secure"] is True


# -- SSL 2.0 ----------------------------------------------------------------------------------------


def ssl2_server(client):
    """SSL 2.0 alone (draft-hickman-netscape-ssl-00): a SERVER-HELLO with two cipher kinds; anything else is closed."""
    first = client.recv(65536)
    if len(first) < 5 or first[2] != 1 or first[3:5] != b"\x00\x02":
        return
    kinds, certificate = b"\x01\x00\x80\x07\x00\xc0", b"\x30\x03abc"
    body = (b"\x04\x00\x01\x00\x02" + len(certificate).to_bytes(2, "big") + len(kinds).to_bytes(2, "big") + b"\x00\x10"
            + certificate + kinds + bytes(16))
    client.sendall((0x8000 | len(body)).to_bytes(2, "big") + body)
    client.recv(10)


@pytest.mark.parametrize("depth", ["policy", "full"])
def test_ssl2_is_seen_and_named(depth, look):
    with scripted(ssl2_server) as script:
        seen = look(script.port, "tls", depth=depth)
    assert seen["protocols"]["SSLv2"]["accepted"] is True
    assert set(seen["suites"]["SSLv2"]) == {"SSL_CK_RC4_128_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"}
    assert not any(answer["accepted"] for name, answer in seen["protocols"].items() if name != "SSLv2")


# -- keys and certificates ---------------------------------------------------------------------------


def test_a_small_key_and_an_old_hash_are_shown_as_they_are(keys, look_full):
    with openssl_server(keys, "-cipher", "ALL:@SECLEVEL=0", key="small") as port:
        seen = look_full(port, parts=("suites", "schemes"))
    assert seen["suites"]["TLSv1.2"] and seen["certificates"]


@pytest.fixture(scope="session")
def edwards(keys):
    """A leaf on each of the Edwards curves, beside the others."""
    for kind in ("ed25519", "ed448"):
        command = ["openssl", "req", "-x509", "-newkey", kind, "-nodes", "-subj", "/CN=localhost", "-keyout", keys[(
            f"{kind}.key")],
                   "-out", keys[f"{kind}.pem"]]
        subprocess.run(command, check=True, capture_output=True)
    return keys


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3", "both"])
@pytest.mark.parametrize("kinds", [("ed25519",), ("ed448",), ("ecdsa", "ed25519"), ("rsa", "ed448")])
def test_leaves_on_edwards_curves_are_no_ecdsa(kinds, version, edwards, look_full):
    words = [] if version == "both" else [version]
    if len(kinds) > 1:
        words += ["-dcert", edwards[f"{kinds[1]}.pem"], "-dkey", edwards[f"{kinds[1]}.key"]]
    with openssl_server(edwards, *words, key=kinds[0]) as port:
        seen = look_full(port, parts=("suites", "details"))
    assert set(seen["certificates_by_type"]) == set(kinds)
    assert len({chain[0]["sha256"] for chain in seen["certificates_by_type"].values()}) == len(kinds)


def test_ssl3_suites_of_tlslite(keys, look_full):
    with tlslite_server(keys, minVersion=(3, 0), maxVersion=(3, 0), cipherNames=["rc4", "3des"]) as script:
        seen = look_full(script.port, parts=("suites",))
    assert {name for name, answer in seen["protocols"].items() if answer["accepted"]} == {"SSLv3"}
    assert {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA"} <= set(seen["suites"]["SSLv3"])
    assert seen["suites_complete"]["SSLv3"] is True


def test_null_and_anonymous_suites_of_gnutls(keys, look_full):
    priority = "NORMAL:-VERS-TLS1.3:+NULL:+SHA256:+ANON-DH:+ANON-ECDH:+ARCFOUR-128:+3DES-CBC"
    with gnutls_server(keys, priority) as port:
        seen = look_full(port, parts=("suites",))
    found = set(seen["suites"]["TLSv1.2"])
    assert {"TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_RC4_128_SHA", "TLS_DH_anon_WITH_AES_128_GCM_SHA256"} <= found


# -- where it listens -------------------------------------------------------------------------------


def test_ipv6_alone(keys):
    with openssl_server(keys, "-tls1_2") as port:
        inner = in_front_of(port)
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6, backlog=64)
        port6 = listener.getsockname()[1]
        with scripted(inner, listener=listener):
            (seen,) = observe([{"host": "::1", "port": port6, "protocol": "tls"}], policy="intermediate")
            assert seen.address == "::1" and seen.vantage == "same_host"
            assert seen.protocols["TLSv1.2"].accepted is True
            # The first of two addresses where nobody listens is no reason to give up.
            (named,) = observe([{"host": "ip6-localhost", "port": port6, "protocol": "tls", "address": "::1"}], policy="intermediate")
    assert named.protocols["TLSv1.2"].accepted is True


@pytest.mark.parametrize(("greeting", "word"), [
    (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0"), (b"220 mail.example.test ESMTP\r\n", "220 mail"), (b"* OK IMAP4rev1\r\n", "IMAP4rev1")])
@pytest.mark.parametrize("depth", ["policy", "full"])
def test_a_port_of_another_protocol_is_told_by_its_greeting(greeting, word, depth, look):
    def handle(client):
        client.sendall(greeting)
        client.recv(65536)
        client.recv(10)

    with scripted(handle) as script:
        seen = look(script.port, "https", depth=depth)
    assert word in seen["error"], seen["error"]
    assert not any(answer["accepted"] is False for answer in seen["protocols"].values())


def test_http_where_https_was_expected(look):
    def handle(client):
        client.recv(65536)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    with scripted(handle) as script:
        seen = look(script.port, "https")
    assert "HTTP/1.1 400" in seen["error"]
