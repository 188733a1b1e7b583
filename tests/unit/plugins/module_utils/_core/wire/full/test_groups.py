# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every group and every signature scheme: told by the machine's OpenSSL, peeled where nothing is told."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import Answer, Question, converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full import groups as fg
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.full.suites import Track
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.handshake import Look

WHERE = Endpoint("host.example.test", 443, "tls", "host.example.test")


def tracks(**found):
    return {version.replace("_", "."): Track(version, Question(None), list(codes)) for version, codes in found.items()}


OLD = tracks(TLSv1_2=(0xC02F,))
NEW = tracks(TLSv1_3=(0x1301,))
BOTH = {**OLD, **NEW}


def look(find, server, run_plan, found, **options):
    prober, notes = Prober(converse_directly, Options(depth="full", **options)), Notebook(WHERE, "full")
    # A question that was accepted before, so that silence can be settled.
    run_plan(prober.ask([Question(of.make_hello(version, tuple(track.found))) for version, track in found.items()]), server.answer)
    before = server.asked
    run_plan(find(prober, notes, WHERE, found), server.answer)
    return notes.observation(), server.asked - before


@pytest.mark.parametrize("groups", [(29, 23), (24,), (30, 256)])
@pytest.mark.parametrize("refuse", ["alert", "close"])
def test_groups_are_peeled_where_nothing_is_told(refuse, groups, run_plan, fake_server):
    suites = {"TLSv1.2": (0xC02F,), "TLSv1.3": (0x1301,)}
    seen, _asked = look(fg.find_groups, fake_server(suites, groups=groups, refuse=refuse), run_plan, BOTH)
    assert set(seen.groups) == {of.name_group(group) for group in groups} and seen.groups_complete is True


@pytest.mark.parametrize("curve", ["secp384r1", "prime256v1", "X25519"])
def test_one_group_of_a_real_server_is_all_there_is(curve, run_plan, real_server):
    real_server.context.set_ecdh_curve(curve)
    seen, _asked = look(fg.find_groups, real_server, run_plan, BOTH)
    assert seen.groups == ({"prime256v1": "secp256r1"}.get(curve, curve),) and seen.groups_complete is True


def test_a_real_server_tells_its_groups_in_one_answer(run_plan, real_server):
    seen, asked = look(fg.find_groups, real_server, run_plan, NEW)
    assert {"X25519", "secp256r1", "secp384r1", "secp521r1", "X448"} <= set(seen.groups) and seen.groups_complete
    assert asked < len(seen.groups), "peeling would take one connection for each"


def test_without_an_elliptic_suite_there_is_no_group(run_plan, fake_server):
    server = fake_server({"TLSv1.2": (0x2F,)})
    seen, asked = look(fg.find_groups, server, run_plan, tracks(TLSv1_2=(0x2F,)))
    assert (seen.groups, asked) == ((), 0)


def test_a_spent_budget_leaves_groups_open(run_plan, fake_server):
    seen, _asked = look(fg.find_groups, fake_server({"TLSv1.2": (0xC02F,)}), run_plan, OLD, budget=2)
    assert seen.groups_complete is False and "groups" in seen.undecided


def blind(base):
    """A server that takes X25519 whatever is on offer."""
    class Blind(base):
        def _hello(self, version, suite, group, known, identifier):
            return super()._hello(version, suite, 29, known, identifier)

    return Blind


def test_a_server_that_does_not_look_at_the_list_is_not_enumerated(run_plan, fake_server):
    server = blind(fake_server)({"TLSv1.2": (0xC02F,)})
    seen, asked = look(fg.find_groups, server, run_plan, OLD)
    assert seen.groups == ("X25519",) and seen.groups_complete is False and asked <= 3


@pytest.mark.parametrize(("body", "told"), [
    (b"\x00\x04\x00\x1d\x00\x17", [29, 23]), (None, []), (b"", []), (b"\x00\x03\x00\x1d\x00", []), (b"\xff\xff\x00", [])])
def test_what_a_server_tells_may_be_damaged(body, told):
    seen = Look("flight", encrypted=None if body is None else {10: body})
    assert fg._told(Answer(Question(None), True, "accepted", seen)) == told


# -- signature schemes ---------------------------------------------------------------------


@pytest.mark.parametrize("found", [OLD, NEW, BOTH], ids=["1.2", "1.3", "both"])
def test_the_schemes_of_a_real_rsa_key(found, run_plan, real_server):
    seen, _asked = look(fg.find_schemes, real_server, run_plan, found)
    assert all(name.startswith("rsa_") for name in seen.signature_schemes) and seen.signature_schemes_complete is True
    assert {"rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512"} <= set(seen.signature_schemes)
    assert ("rsa_pkcs1_sha256" in seen.signature_schemes) is ("TLSv1.2" in found), "TLS 1.3 has no PKCS #1 signatures"


def test_the_schemes_of_a_real_ecdsa_key(run_plan, real_server, pki, tmp_path):
    made = pki.certificate("host.example.test", private=pki.key("ec"))
    server = type(real_server)(pki.write(tmp_path, leaf=pki.pem(made, pki.key("ec")))["leaf"])
    server.context.minimum_version = ssl.TLSVersion.TLSv1_3
    seen, _asked = look(fg.find_schemes, server, run_plan, NEW)
    assert (seen.signature_schemes, seen.signature_schemes_complete) == (("ecdsa_secp256r1_sha256",), True)


def test_tls13_is_not_offered_schemes_that_it_does_not_have():
    offered = {of.name_scheme(code) for code in fg._tls13_schemes()}
    assert {"rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256", "ed25519"} <= offered
    assert not any("pkcs1" in name or "sha1" in name or "md5" in name for name in offered)


def test_a_static_key_exchange_signs_nothing(run_plan, fake_server):
    seen, asked = look(fg.find_schemes, fake_server({"TLSv1.2": (0x2F,)}), run_plan, tracks(TLSv1_2=(0x2F,)))
    assert (seen.signature_schemes, asked) == ((), 0)


def test_a_server_that_signs_with_what_was_not_on_offer(run_plan, fake_server):
    """This one signs with rsa_pkcs1_sha256 whatever is offered (0x0401 in its key exchange)."""
    seen, asked = look(fg.find_schemes, fake_server({"TLSv1.2": (0xC02F,)}), run_plan, OLD)
    assert seen.signature_schemes == ("rsa_pkcs1_sha256",) and asked == 2
