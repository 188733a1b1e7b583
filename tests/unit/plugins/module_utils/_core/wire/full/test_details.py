# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one hello each tells: fallback, names, leaves by kind of key, finite fields, ALPN; asked of a real TLS library."""

from __future__ import annotations

import ssl
import subprocess

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question, converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full import details as fd
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.plan import Ask
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")
RSA, ECDSA, DHE = 0xC02F, 0xC02B, 0x9E


def tracks(**found):
    return {version.replace("_", "."): Track(version, Question(None), list(codes)) for version, codes in found.items()}


OLD = tracks(TLSv1_2=(RSA, ECDSA))
BOTH = {**OLD, **tracks(TLSv1_3=(0x1301,))}


def look(server, run_plan, found=OLD, endpoint=WHERE, beside=()):
    """The observation, and what the others brought.  The chain that the server serves by itself is known before."""
    prober, notes = Prober(converse_directly, Options(depth="full")), Notebook(endpoint, "full")
    base = fd.base_of(endpoint, found, (23,))
    for answer in run_plan(prober.ask([Question(base.hello, whole=True)]), server.answer):
        notes.learn_flight(answer)
    outcomes = run_plan(fd.ask_details(prober, notes, endpoint, base, list(beside)), server.answer)
    return notes.observation(), outcomes


def tls12(server):
    server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    return server


@pytest.mark.parametrize(("versions", "chosen"), [
    (PROTOCOLS[1:], "TLSv1.2"), (("TLSv1", "TLSv1.3"), "TLSv1.3"), (("SSLv3", "TLSv1", "TLSv1.1"), "TLSv1.1"), (("SSLv3",), "SSLv3")])
def test_the_base_is_the_version_that_shows_most(versions, chosen):
    found = {version: Track(version, Question(None), [0x1301 if version == "TLSv1.3" else 0x2F]) for version in versions}
    base = fd.base_of(WHERE, found, ())
    assert base.version == chosen and base.hello.server_name == "host.example.test"
    assert bool(base.hello.key_shares) is (chosen == "TLSv1.3"), "what is encrypted is only read with a share"


def test_nothing_found_is_no_base():
    assert fd.base_of(WHERE, {}, ()) is None and fd.base_of(WHERE, tracks(TLSv1_2=()), ()) is None


@pytest.mark.parametrize(("groups", "share"), [((29,), 29), ((24, 23), 23), ((), 23), ((30,), 23)])
def test_the_share_is_of_a_group_that_the_server_has(groups, share):
    base = fd.base_of(WHERE, tracks(TLSv1_3=(0x1301,)), groups)
    assert base.hello.key_shares[0][0] == base.hello.groups[0] == share and len(set(base.hello.groups)) == len(base.hello.groups)


def test_the_fallback_signal_is_heeded_by_openssl(run_plan, real_server):
    assert look(real_server, run_plan, BOTH)[0].fallback_scsv is True


def test_a_server_that_does_not_heed_it(run_plan, fake_server):
    server = fake_server({"TLSv1.2": (RSA,), "TLSv1.3": (0x1301,)})
    assert look(server, run_plan, {**tracks(TLSv1_2=(RSA,)), **tracks(TLSv1_3=(0x1301,))})[0].fallback_scsv is False


def test_one_version_has_nothing_to_fall_back_to(run_plan, real_server):
    assert look(tls12(real_server), run_plan)[0].fallback_scsv is None


@pytest.mark.parametrize(("unknown", "word"), [("same", "same_certificate"), ("refuse", "refused"), ("other", "other_certificate")])
def test_what_a_client_gets_that_names_an_unknown_host(unknown, word, run_plan, real_server, pki, tmp_path):
    stranger = pki.certificate("other.example.test", private=pki.key("rsa2048"))
    other = type(real_server)(pki.write(tmp_path, other=pki.pem(stranger, pki.key("rsa2048")))["other"])

    def choose(connection, name, context):
        del context
        if name == "host.example.test" or unknown == "same":
            return None
        if unknown == "refuse" and name is not None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = other.context
        return None

    tls12(real_server).context.sni_callback = choose
    seen, _outcomes = look(real_server, run_plan)
    assert seen.sni.unknown == word
    # OpenSSL calls back for a client without a name as well.
    assert seen.sni.without == ("same_certificate" if unknown == "same" else "other_certificate")


def test_an_endpoint_without_a_name_is_not_asked_without_one(run_plan, real_server):
    seen, _outcomes = look(tls12(real_server), run_plan, endpoint=Endpoint("192.0.2.1", 443, "tls"))
    assert (seen.sni.without, seen.sni.unknown) == (None, "same_certificate")


@pytest.mark.parametrize("kinds", [("rsa",), ("ecdsa",), ("rsa", "ecdsa")])
def test_one_leaf_for_each_kind_of_key(kinds, run_plan, real_server, pki, tmp_path):
    keys = {"rsa": pki.key("rsa2048"), "ecdsa": pki.key("ec")}
    made = {kind: pki.certificate("host.example.test", private=keys[kind]) for kind in kinds}
    files = pki.write(tmp_path, **{kind: pki.pem(made[kind], keys[kind]) for kind in kinds})
    server = type(real_server)(files[kinds[0]])
    for kind in kinds[1:]:
        server.context.load_cert_chain(files[kind])
    seen, _outcomes = look(tls12(server), run_plan)
    assert {kind: chain[0].pem.strip() for kind, chain in seen.certificates_by_type.items()} == {
        kind: pki.pem(made[kind]).decode().strip() for kind in kinds}


def test_one_leaf_for_every_question_is_of_one_kind(run_plan, fake_server):
    """This server serves the same leaf whatever key is asked for, and signs nothing that would tell the kind."""
    seen, _outcomes = look(fake_server({"TLSv1.2": (DHE, 0xA2)}), run_plan, tracks(TLSv1_2=(DHE, 0xA2)))
    assert set(seen.certificates_by_type) == {"rsa"}


def test_leaves_of_a_server_with_tls13_alone(run_plan, real_server, pki, tmp_path):
    made = pki.certificate("host.example.test", private=pki.key("ed25519"))
    server = type(real_server)(pki.write(tmp_path, leaf=pki.pem(made, pki.key("ed25519")))["leaf"])
    seen, _outcomes = look(server, run_plan, tracks(TLSv1_3=(0x1301,)))
    assert set(seen.certificates_by_type) == {"ed25519"}


@pytest.fixture(scope="module")
def weak_field(tmp_path_factory):
    """A Diffie-Hellman group of 1024 bits."""
    path = tmp_path_factory.mktemp("field") / "dh.pem"
    subprocess.run(["openssl", "dhparam", "-dsaparam", "-out", str(path), "1024"], capture_output=True, check=True)
    return str(path)


def test_the_finite_field_is_measured(weak_field, run_plan, real_server):
    # The server's own order puts DHE last, so that only a question for it shows the field.
    tls12(real_server).context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
    real_server.context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    real_server.context.load_dh_params(weak_field)
    assert look(real_server, run_plan, tracks(TLSv1_2=(RSA, DHE)))[0].dh_bits == 1024
    assert look(real_server, run_plan, tracks(TLSv1_2=(RSA,)))[0].dh_bits is None


@pytest.mark.parametrize("found", [OLD, tracks(TLSv1_3=(0x1301,))], ids=["1.2", "1.3"])
@pytest.mark.parametrize("names", [("http/1.1", "h2"), ("imap",), ()])
def test_every_name_of_alpn_in_the_servers_order(names, found, run_plan, real_server):
    if found is OLD:
        tls12(real_server)
    if names:
        real_server.context.set_alpn_protocols(list(names))
    assert look(real_server, run_plan, found)[0].alpn == names


@pytest.mark.parametrize(("body", "name"), [
    (b"\x00\x03\x02h2", "h2"), (b"", ""), (b"\x00\x03\x09h2", ""), (b"\xff\xff\x02h2", ""), (b"\x00\x03\x02\xff\xfe", "\ufffd\ufffd")])
def test_a_damaged_choice_of_alpn_is_none(body, name):
    seen = Look("flight", encrypted={16: body})
    assert fd._chosen_alpn(Answer(Question(None), True, "accepted", seen)) == name
    assert fd._chosen_alpn(Answer(Question(None), True, "accepted", Look("flight"))) == ""


def test_what_else_was_asked_comes_back(run_plan, real_server):
    def says():
        return "word"
        yield

    _seen, outcomes = look(tls12(real_server), run_plan, beside=[Ask(says)])
    assert [outcome.result for outcome in outcomes] == ["word"]


def test_a_server_that_goes_silent_leaves_everything_open(run_plan, fake_server):
    server = fake_server({"TLSv1.2": (RSA,)})
    prober, notes = Prober(converse_directly, Options(depth="full")), Notebook(WHERE, "full")
    base = fd.base_of(WHERE, {**tracks(TLSv1_2=(RSA,)), **tracks(TLSv1_1=(0x2F,))}, ())
    run_plan(prober.ask([Question(base.hello)]), server.answer)
    server.suites, server.refuse = {}, "silent"
    run_plan(fd.ask_details(prober, notes, WHERE, base, []), server.answer)
    seen = notes.observation()
    assert (seen.fallback_scsv, seen.sni.without, seen.sni.unknown, seen.alpn) == (None, None, None, None)
    assert seen.certificates_by_type == {}
