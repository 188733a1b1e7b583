# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The machine's own TLS library behind memory buffers: trust, names, data, and every way to end."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.conversation import End, Secure, Secured
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.session import Session, Trust

NAME = "host.example.test"


@pytest.fixture(scope="module")
def files(pki, tmp_path_factory):
    """Paths: ``root`` of an authority, ``leaf`` and ``other`` signed by it for two names, ``late`` expired."""
    root, key = pki.authority()
    private = pki.key("rsa2048")

    def leaf(name, **more):
        return pki.pem(pki.certificate(name, private=private, issuer=(root, key), **more), private)

    return pki.write(
        tmp_path_factory.mktemp("session"), root=pki.pem(root), leaf=leaf(NAME), other=leaf("other.example.test"),
        late=leaf(NAME, begin=-900, days=100))


class Peer:
    """The server side, in memory."""

    def __init__(self, pem, newest=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        if newest:
            self.context.maximum_version = newest
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = self.context.wrap_bio(self.into, self.out, server_side=True)

    def meet(self, session, chunk=4096):
        """Carry bytes both ways until neither has any; returns the first thing the session tells."""
        while True:
            data = session.outgoing()
            if data:
                self.into.write(data)
            try:
                self.tls.do_handshake()
            except ssl.SSLError:
                pass
            answer = self.out.read()
            for at in range(0, len(answer), chunk):
                told = session.feed(answer[at:at + chunk])
                if told is not None:
                    self.into.write(session.outgoing())
                    return told
            if not answer and not data:
                return None


@pytest.mark.parametrize("chunk", [1, 4096])
@pytest.mark.parametrize(("leaf", "trusted", "matches"), [("leaf", True, True), ("other", None, False), ("late", False, None)])
def test_trust_and_name(leaf, trusted, matches, chunk, files):
    session = Session(Secure(NAME, verify=True), Trust(ca_file=files["root"]))
    told = Peer(files[leaf]).meet(session, chunk)
    assert isinstance(told, Secured)
    assert (told.done, told.trusted, told.name_matches) == (leaf == "leaf", trusted, matches)
    assert bool(told.reason) == (leaf != "leaf")


def test_a_root_that_nobody_knows(files):
    told = Peer(files["leaf"]).meet(Session(Secure(NAME, verify=True), Trust(ca_file=files["leaf"])))
    assert told.done or told.trusted is False
    told = Peer(files["leaf"]).meet(Session(Secure(NAME, verify=True), Trust()))
    assert told.trusted is False and told.reason


@pytest.mark.parametrize("newest", ["TLSv1.2", "TLSv1.3"])
def test_without_verifying_nothing_is_said_about_trust(newest, files):
    told = Peer(files["late"]).meet(Session(Secure(NAME, newest=newest), None))
    assert told.done and told.version == newest
    assert (told.trusted, told.name_matches) == (None, None)
    assert told.leaf == ssl.PEM_cert_to_DER_cert(open(files["late"]).read().split("-----BEGIN PRIVATE")[0])


def test_data_goes_both_ways(files):
    session, peer = Session(Secure(NAME), None), Peer(files["leaf"])
    assert peer.meet(session).done
    peer.into.write(session.write(b"hello"))
    assert peer.tls.read(100) == b"hello"
    peer.tls.write(b"good day")
    assert session.feed(peer.out.read()) == b"good day"
    assert session.held() == b""
    assert session.feed(End.CLOSED) is End.CLOSED


def test_an_alert_behind_the_handshake_is_told(files):
    session, peer = Session(Secure(NAME, newest="TLSv1.2"), None), Peer(files["leaf"])
    assert peer.meet(session).done
    with pytest.raises(ssl.SSLError):
        peer.into.write(b"\x17\x03\x03\x00\x20" + bytes(32))
        peer.tls.read(10)
    told = session.feed(peer.out.read())
    assert isinstance(told, Secured) and not told.done and told.reason


@pytest.mark.parametrize("end", [End.CLOSED, End.RESET, End.DEADLINE, End.TOO_MUCH])
def test_an_end_in_the_middle_is_no_verdict(end):
    told = Session(Secure(NAME), None).feed(end)
    assert not told.done and told.ended and told.trusted is None and told.name_matches is None
    assert end.value in told.reason


@pytest.mark.parametrize("junk", [b"220 mail ESMTP\r\n", b"\x15\x03\x03\x00\x02\x02\x28", bytes(300)])
def test_what_is_no_handshake_is_told_in_words(junk):
    told = Session(Secure(NAME), None).feed(junk)
    assert not told.done and told.reason.startswith("The handshake failed")


def test_contexts_are_made_once(files):
    trust = Trust(ca_file=files["root"])
    assert trust.context(True, "TLSv1.3") is trust.context(True, "TLSv1.3")
    assert trust.context(False, "TLSv1.2") is not trust.context(False, "TLSv1.3")
