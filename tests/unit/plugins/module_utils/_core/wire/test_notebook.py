# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Notes become an observation: first words stand, gaps are named, nothing is refused by silence."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Opened, Question
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import (
    MAX_CERTIFICATES,
    Notebook,
    read_certificates,
    write_pem,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.observation import Rule
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.alerts import Alert
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.messages import (
    CertificateRequest,
    Chain,
    KeyExchange,
    ServerHello,
)

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")


def notebook():
    return Notebook(WHERE, "policy")


def question(version, **changes):
    if version == "SSLv2":
        return Question(None)
    hello = of.make_hello(version, of.list_suites(version))
    return Question(type(hello)(**{**vars_of(hello), **changes}))


def vars_of(hello):
    return {name: getattr(hello, name) for name in hello.__dataclass_fields__}


def chosen(version="TLSv1.2", suite=0xC02F, extensions=None, compression=0):
    return ServerHello(version=version, random=bytes(32), session_id=b"", suite=suite, compression=compression,
                       extensions=extensions or {})


def taken(version="TLSv1.2", look=None, **hello):
    seen = look or Look(end="flight")
    seen.hello = chosen(version, **hello)
    return Answer(question(version, compression=True), True, "accepted", seen)


def turned_down(version, cause="protocol_version", detail="", opened=None, end="alert"):
    seen = Look(end=end, alert=Alert(2, 70) if end == "alert" else None)
    return Answer(question(version), False if end == "alert" else None, cause, seen, detail, 0.0, opened or Opened(True))


def test_a_version_is_accepted_once_refused_always_and_else_undecided():
    notes = notebook()
    notes.learn(turned_down("TLSv1.2", "handshake_failure"))
    notes.learn(taken("TLSv1.2"))
    notes.learn(turned_down("TLSv1"))
    notes.learn(turned_down("TLSv1.1"))
    notes.learn(turned_down("TLSv1.1", "undecided", end="closed"))
    seen = notes.observation()
    assert [seen.protocols[name].accepted for name in ("TLSv1.2", "TLSv1", "TLSv1.1", "SSLv3")] == [True, False, None, None]
    assert seen.undecided == ("protocols.TLSv1.1",)
    assert seen.protocols["SSLv3"].cause == "not_tested"


def test_an_internal_error_at_an_old_version_is_the_librarys_doing():
    notes = notebook()
    for version in ("TLSv1", "TLSv1.2"):
        notes.learn(turned_down(version, "internal_error"))
    seen = notes.observation().protocols
    assert (seen["TLSv1"].cause, seen["TLSv1.2"].cause) == ("library_level", "internal_error")
    assert "security level" in seen["TLSv1"].detail


def test_a_server_that_says_no_to_tls_as_such_refuses_every_version():
    no = Opened(False, denied=True, code="454", detail="454 TLS not available")
    notes = notebook()
    for version in PROTOCOLS:
        notes.learn(turned_down(version, "undecided", opened=no, end="opening"))
    seen = notes.observation()
    assert {answer.cause for answer in seen.protocols.values()} == {"application_refused"}
    assert notes.denied is no and seen.undecided == ()


def test_what_a_choice_tells():
    notes = notebook()
    notes.learn(taken(extensions={0xFF01: b"\0", 23: b""}, suite=0xC013))
    notes.learn(taken(extensions={}, suite=0xC030, compression=1))
    seen = notes.observation()
    assert seen.suites["TLSv1.2"] == ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
    # The first word stands; compression is there as soon as it was there once.
    assert seen.renegotiation.secure and seen.extended_master_secret and seen.encrypt_then_mac is False
    assert seen.compression is True
    assert seen.suites_complete == {"TLSv1.2": False}


def test_what_a_flight_tells():
    notes = notebook()
    for bits in (2048, 1024, 3072):
        exchange = KeyExchange(group=None, dh_bits=bits, scheme=None, share=b"", dh_generator=b"")
        notes.learn_flight(taken(look=Look(end="flight", key_exchange=exchange)))
    request = CertificateRequest(ca_names=())
    notes.learn_flight(taken(look=Look(end="flight", request=request, scheme=0x0401, chain=Chain((b"a", b"b")))))
    notes.learn_flight(taken(look=Look(end="flight", chain=Chain((b"c",)))))
    seen = notes.observation()
    assert seen.dh_bits == 1024, "the weakest that was sent"
    assert seen.signature_schemes == ("rsa_pkcs1_sha256",)
    assert seen.client_certificate.requested and seen.client_certificate.required is None
    assert [item.position for item in seen.certificates] == [0, 1]


def test_gaps_are_named():
    notes = notebook()
    notes.set_suites("TLSv1.2", ["X"], False)
    notes.set_groups(["X25519"], False)
    notes.set_schemes([], False)
    notes.rules.append(Rule("forbidden_suites", "TLSv1.2", 3, None, (), "undecided"))
    seen = notes.observation()
    assert set(seen.undecided) == {"suites.TLSv1.2", "groups", "rules.forbidden_suites.TLSv1.2"}


def test_what_is_said_most_often_comes_first():
    notes = notebook()
    for detail in ("rare", "often", "often"):
        notes.learn(turned_down("TLSv1.2", "undecided", detail, end="closed"))
    assert notes.details == ["often", "rare"]


def test_a_chain_without_end_is_cut():
    assert len(read_certificates(Chain((b"x",) * 500))) == MAX_CERTIFICATES
    assert read_certificates(None) == ()


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 3000])
def test_armour_is_what_a_library_reads(size):
    import ssl

    der = bytes(index % 251 for index in range(size))
    assert ssl.PEM_cert_to_DER_cert(write_pem(der)) == der
