# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The complement rules against servers that keep or break exactly one of them."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.answer import converse_directly
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.endpoint import Endpoint, Options
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.notebook import Notebook
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.policy_depth import (
    ask_policy,
    make_first_items,
    make_other_items,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.prober import Prober

WHERE = Endpoint("host.example.test", 443, "https", "host.example.test")
KEEPS = {"TLSv1.2": (0xC02F, 0xC030), "TLSv1.3": (0x1301, 0x1302)}


def look(server, run_plan, policy="intermediate", **options):
    offers, notes, prober = of.Offers(resolve(policy=policy)), Notebook(WHERE, "policy"), Prober(converse_directly, Options(**options))
    run_plan(ask_policy(prober, notes, offers, WHERE, (), lambda outcomes: False), server.answer)
    return notes.observation()


def broken(seen):
    return {(rule.id, rule.version): rule.accepted for rule in seen.rules if rule.refused is False}


@pytest.mark.parametrize("policy", ["modern", "intermediate", "old", "hardened", "bsi", "ncsc_nl", "nist", "pci", "rfc9325"])
def test_about_ten_connections_prove_a_policy(policy, run_plan, fake_server):
    offers = of.Offers(resolve(policy=policy))
    versions = resolve(policy=policy).protocols
    server = fake_server({version: offers.allowed(version) for version in versions},
                         groups=offers.groups("TLSv1.3"))
    seen = look(server, run_plan, policy)
    assert broken(seen) == {}
    assert all(rule.refused for rule in seen.rules)
    assert [version for version, answer in seen.protocols.items() if answer.accepted] == list(versions)
    # One for each version and each rule, and one without extensions; SSL 3.0 is told by TLS 1.0, and this server's flight cannot be read in TLS 1.3.
    unread = 0 if "TLSv1.2" in versions else 2
    spared = 1 if "TLSv1.2" in versions and "TLSv1" not in versions else 0
    bare = 0 if {"TLSv1", "TLSv1.1"} <= set(versions) else 1
    assert server.asked == 6 - spared + len(seen.rules) + unread + bare


@pytest.mark.parametrize(("change", "where", "names"), [
    ({"TLSv1.2": (0xC02F, 0x2F)}, ("forbidden_suites", "TLSv1.2"), ("TLS_RSA_WITH_AES_128_CBC_SHA",)),
    ({"TLSv1.2": (0xC02F, 0x0034)}, ("forbidden_suites", "TLSv1.2"), ("TLS_DH_anon_WITH_AES_128_CBC_SHA",)),
    ({"TLSv1.2": (0xC02F, 0x0005, 0x000A)}, ("forbidden_suites", "TLSv1.2"),
     ("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA")),
    ({"TLSv1.3": (0x1301, 0x1304)}, ("forbidden_suites", "TLSv1.3"), ("TLS_AES_128_CCM_SHA256",)),
])
def test_each_forbidden_suite_is_named(change, where, names, run_plan, fake_server):
    seen = look(fake_server({**KEEPS, **change}), run_plan)
    assert broken(seen) == {where: names}
    assert set(names) <= set(seen.suites[where[1]])


@pytest.mark.parametrize(("group", "name", "versions"), [
    (25, "secp521r1", ("TLSv1.2", "TLSv1.3")), (30, "X448", ("TLSv1.2", "TLSv1.3")), (256, "ffdhe2048", ("TLSv1.3",)),
    (22, "secp256k1", ("TLSv1.2",))])
def test_each_forbidden_group_is_named(group, name, versions, run_plan, fake_server):
    server = fake_server(KEEPS, groups=(29, 23, group))
    if name == "ffdhe2048":
        # In TLS 1.2 a finite field is no group of an ECDHE suite.
        server.suites = {"TLSv1.3": KEEPS["TLSv1.3"], "TLSv1.2": ()}
    seen = look(server, run_plan)
    found = broken(seen)
    for version in versions:
        assert found[("forbidden_groups", version)] == (name,)


@pytest.mark.parametrize("refuse", ["alert", "close"])
@pytest.mark.parametrize("exact", [False, True], ids=["negotiates", "exact"])
@pytest.mark.parametrize("version", ["SSLv3", "TLSv1", "TLSv1.1"])
def test_a_forbidden_version_is_seen(version, exact, refuse, run_plan, fake_server):
    seen = look(fake_server({**KEEPS, version: (0x2F,)}, exact=exact, refuse=refuse), run_plan)
    assert {name for name, answer in seen.protocols.items() if answer.accepted} == {*KEEPS, version}
    assert seen.suites[version] == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    assert seen.undecided == ()


def test_ssl3_is_told_by_the_answer_to_tls10_only_where_the_server_negotiates(run_plan, fake_server):
    negotiates, exact = fake_server(KEEPS), fake_server(KEEPS, exact=True)
    seen = look(negotiates, run_plan)
    assert seen.protocols["SSLv3"].accepted is False and "nor anything older" in seen.protocols["SSLv3"].detail
    other = look(exact, run_plan)
    assert other.protocols["SSLv3"].accepted is False and "nor anything older" not in other.protocols["SSLv3"].detail
    # The exact one turns down the hello from the future: two more tell that neither length nor suites are why; and SSL 3.0.
    assert (negotiates.asked, exact.asked) == (10, 13)


def test_a_server_with_nothing_but_what_is_forbidden(run_plan, fake_server):
    seen = look(fake_server({"TLSv1.2": (0x2F,)}), run_plan)
    assert seen.protocols["TLSv1.2"].accepted is True
    assert broken(seen) == {("forbidden_suites", "TLSv1.2"): ("TLS_RSA_WITH_AES_128_CBC_SHA",)}
    assert len(seen.certificates) == 1 and seen.compression is False


@pytest.mark.parametrize(("groups", "names"), [
    ((23, 24), ()), ((30, 23), ("X448",)), ((30, 25, 23), ("X448", "secp521r1")), ((30, 23, 25), ("X448",))])
def test_groups_are_asked_with_the_curve_of_an_ecdsa_certificate(groups, names, run_plan, fake_server, pki):
    """The last server prefers its certificate's curve to a forbidden one, so nobody ever gets that."""
    chain = pki.der(pki.certificate("host.example.test", private=pki.key("ec")))
    server, other = (fake_server({"TLSv1.2": (0xC02B,)}, groups=groups, chain=chain, needs=23) for _each in range(2))
    assert broken(look(server, run_plan)) == ({("forbidden_groups", "TLSv1.2"): names} if names else {})
    cut = look(other, run_plan, budget=server.asked - 1 - len(names))
    told = {rule.id: rule.refused for rule in cut.rules if rule.version == "TLSv1.2"}
    assert told == {"forbidden_suites": True, "forbidden_groups": None}
    assert "rules.forbidden_groups.TLSv1.2" in cut.undecided


@pytest.mark.parametrize("refuse", ["alert", "close"])
@pytest.mark.parametrize(("needs", "groups", "names"), [(23, (25,), ("secp521r1",)), (25, (29,), ()), (24, (30, 26), ("X448", "brainpoolP256r1"))])
@pytest.mark.parametrize("versions", [("TLSv1.2",), ("TLSv1.2", "TLSv1.3")], ids="+".join)
def test_a_version_is_seen_if_only_the_union_of_the_groups_is_taken(
        versions, needs, groups, names, refuse, run_plan, fake_server, pki):
    curve = {23: "ec", 24: "p384", 25: "p521"}[needs]
    chain = pki.der(pki.certificate("host.example.test", private=pki.key(curve)))
    server = fake_server({version: (0xC02B,) if version == "TLSv1.2" else (0x1301,) for version in versions},
                         groups=groups, chain=chain, needs=needs, refuse=refuse)
    seen = look(server, run_plan)
    assert {name for name, answer in seen.protocols.items() if answer.accepted} == set(versions)
    assert broken(seen).get(("forbidden_groups", "TLSv1.2"), ()) == names
    assert len(seen.certificates) == 1 and seen.undecided == ()


def test_a_healthy_server_is_not_asked_with_all_groups(run_plan, fake_server):
    only13 = fake_server({"TLSv1.3": KEEPS["TLSv1.3"]})
    seen = look(only13, run_plan)
    assert seen.protocols["TLSv1.2"].accepted is False
    healthy = fake_server(KEEPS)
    look(healthy, run_plan)
    assert (only13.asked, healthy.asked) == (14, 10)


@pytest.mark.parametrize(("refuse", "going_on"), [("alert", True), ("close", False)])
def test_going_on_is_of_no_use_only_where_no_hello_was_answered_with_tls(refuse, going_on, run_plan, fake_server):
    server = fake_server({"TLSv1.2": (0x2F,)}, refuse=refuse)
    offers, notes, prober = of.Offers(resolve()), Notebook(WHERE, "policy"), Prober(converse_directly, Options())
    run_plan(ask_policy(prober, notes, offers, WHERE, (), lambda outcomes: True), server.answer)
    assert bool(notes.accepted("TLSv1.2")) is going_on


def test_many_forbidden_suites_are_not_all_named(run_plan, fake_server):
    server = fake_server({**KEEPS, "TLSv1.2": of.list_suites("TLSv1.2")})
    seen = look(server, run_plan)
    assert len(broken(seen)[("forbidden_suites", "TLSv1.2")]) == 24
    assert server.asked < 60


@pytest.mark.parametrize("refuse", ["close", "silent"])
def test_the_answers_do_not_depend_on_how_a_server_refuses(refuse, run_plan, fake_server):
    loud = look(fake_server({**KEEPS, "TLSv1": (0x2F,)}), run_plan)
    mute = look(fake_server({**KEEPS, "TLSv1": (0x2F,)}, refuse=refuse), run_plan)
    assert [(rule.id, rule.version, rule.refused, rule.accepted) for rule in loud.rules] == [
        (rule.id, rule.version, rule.refused, rule.accepted) for rule in mute.rules]
    assert {name: item.accepted for name, item in loud.protocols.items()} == {
        name: item.accepted for name, item in mute.protocols.items()}


def test_what_is_phased_out_is_asked_apart():
    policy = of.Offers(resolve(policy="ncsc_nl"))
    items = make_first_items(policy, WHERE) + make_other_items(policy, WHERE)
    rules = {(item.rule, item.question.version): item.question.hello for item in items if item.rule}
    if policy.phased_out("TLSv1.2"):
        assert set(rules[("phased_out", "TLSv1.2")].suites) == set(policy.phased_out("TLSv1.2"))
        assert not set(rules[("forbidden_suites", "TLSv1.2")].suites) & set(policy.phased_out("TLSv1.2"))


@pytest.mark.parametrize("deaf", [1, 3, 6])
def test_what_nothing_answered_is_asked_once_more(deaf, run_plan, fake_server):
    """The machine was busy while the first rounds ran: with no handshake at all, one more is tried before that is said."""
    awake, asleep, rounds = fake_server(KEEPS), fake_server(KEEPS, refuse="silent"), []
    asleep.suites = {}

    def answer(request):
        if hasattr(request, "asks"):
            rounds.append(len(request.asks))
        return (asleep if len(rounds) <= deaf else awake).answer(request)

    offers, notes, prober = of.Offers(resolve()), Notebook(WHERE, "policy"), Prober(converse_directly, Options())
    run_plan(ask_policy(prober, notes, offers, WHERE, (), lambda outcomes: False), answer)
    seen = notes.observation()
    if deaf < 6:
        assert seen.protocols["TLSv1.2"].accepted and seen.protocols["TLSv1.3"].accepted and seen.undecided == ()
    else:
        assert not any(item.accepted for item in seen.protocols.values()) and "protocols.TLSv1.2" in seen.undecided


def test_a_port_that_never_answers_costs_one_more_connection(run_plan, fake_server):
    server = fake_server({}, refuse="silent")
    seen = look(server, run_plan)
    assert seen.undecided and server.batches[-1] == 1 and server.batches.count(1) <= 2
