# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is offered: everything there is, what a policy allows, and the complement, without gap or overlap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import PROTOCOLS
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.tables import groups, schemes, suites
from ansible_collections.intransit.tls.plugins.module_utils._core.wire import offers as of
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.tls.hello import encode_message

TLS = PROTOCOLS[1:]
CODES = st.lists(st.integers(0, 0xFFFF), max_size=30)


@pytest.mark.parametrize("policy", PROFILES)
@pytest.mark.parametrize("version", TLS)
def test_the_complement_is_complete(version, policy):
    """Allowed, tolerated and forbidden suites are everything that the version has, and share nothing."""
    offers = of.Offers(resolve(policy=policy))
    parts = [offers.allowed(version), offers.phased_out(version), offers.forbidden(version)]
    assert sorted(code for part in parts for code in part) == sorted(of.list_suites(version))
    known = of.list_groups(version == "TLSv1.3")
    assert set(offers.forbidden_groups(version)) <= set(known)
    named = {groups.by_iana(name).code_point for name in resolve(policy=policy).groups}
    assert set(offers.forbidden_groups(version)) == set(known) - named
    assert named & set(known) <= set(offers.groups(version)) <= set(known)


@pytest.mark.parametrize("policy", PROFILES)
def test_what_a_policy_names_is_allowed_in_one_of_its_versions(policy):
    resolved = resolve(policy=policy)
    offers = of.Offers(resolved)
    offered = {of.name_suite(code) for version in TLS for code in offers.allowed(version)}
    assert {*resolved.tls12_suites, *resolved.tls13_suites, *resolved.also_allowed.ok} <= offered
    assert set(resolved.tls13_suites) <= {of.name_suite(code) for code in offers.allowed("TLSv1.3")}


def test_finite_fields_are_offered_as_soon_as_a_suite_needs_them():
    plain = resolve(policy="intermediate")
    more = of.Offers(replace(plain, tls12_suites=(*plain.tls12_suites, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")))
    finite = set(range(256, 261))
    assert finite <= set(more.groups("TLSv1.2")) and not finite & set(more.groups("TLSv1.3"))
    assert not finite & set(of.Offers(plain).groups("TLSv1.2"))
    assert finite <= set(more.forbidden_groups("TLSv1.2")), "offered, and still none of the policy's groups"


def test_elliptic_suites_are_those_whose_group_is_in_the_hello():
    plain = resolve(policy="old")
    dhe = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
    offers = of.Offers(replace(plain, tls12_suites=(*plain.tls12_suites, dhe)))
    named = {of.name_suite(code) for code in offers.elliptic("TLSv1.2")}
    assert named and all(name.startswith("TLS_ECDHE_") for name in named)
    assert dhe not in named and dhe in {of.name_suite(code) for code in offers.allowed("TLSv1.2")}
    assert offers.elliptic("TLSv1.3") == offers.allowed("TLSv1.3"), "every suite of TLS 1.3 goes with any group"


@pytest.mark.parametrize("version", TLS)
def test_all_suites_of_a_version(version):
    codes = of.list_suites(version)
    assert len(codes) == len(set(codes)) > (5 if version == "TLSv1.3" else 100)
    assert 0x0000 not in codes and not {0x5600, 0x00FF} & set(codes), "neither the empty state nor a signal"
    named = [suites.by_code_point(code) for code in codes]
    assert {suite.min_protocol == "TLSv1.3" for suite in named} == {version == "TLSv1.3"}
    assert all(suite.code_point <= 0xFFFF for suite in named), "kinds of SSL 2.0 have three bytes"


def test_an_old_version_is_not_offered_younger_suites():
    gcm = suites.by_iana("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256").code_point
    assert [version for version in TLS if gcm in of.list_suites(version)] == ["TLSv1.2"]
    assert set(of.list_suites("TLSv1")) < set(of.list_suites("TLSv1.2"))


def test_strong_suites_come_first():
    """A server that follows the client's order then shows its best."""
    named = [suites.by_code_point(code) for code in of.list_suites("TLSv1.2")]
    weak = [suite.null or suite.anonymous or suite.export for suite in named]
    assert weak == sorted(weak) and {False, True} == set(weak), "no weak one stands before a good one"
    assert named[0].aead and named[0].forward_secrecy and named[0].bits == 256


def test_groups_of_tls13_are_those_it_has():
    new, old = of.list_groups(True), of.list_groups(False)
    assert new[0] == old[0] == 29 and len(set(new)) == len(new) and len(set(old)) == len(old)
    assert all(groups.by_code_point(code).tls13 for code in new if code not in of.COMMON_GROUPS)
    assert any(groups.by_code_point(code).post_quantum for code in new)
    assert not any(groups.by_code_point(code).post_quantum for code in old)
    assert set(range(256, 261)) <= set(new) & set(old), "GnuTLS negotiates DHE with them alone"


def test_every_scheme_is_offered_once():
    assert sorted(of.list_schemes()) == sorted(scheme.code_point for scheme in schemes.SCHEMES)


@pytest.mark.parametrize(("name", "known", "text"), [
    (of.name_suite, 0x1301, "TLS_AES_128_GCM_SHA256"), (of.name_group, 29, "X25519"),
    (of.name_scheme, 0x0403, "ecdsa_secp256r1_sha256")])
def test_names(name, known, text):
    assert name(known) == text
    assert name(0x0A0A) == "0x0a0a" and name(0xFFFE) == "0xfffe"


@given(CODES, CODES)
def test_without_keeps_the_order_and_takes_everything(offer, taken):
    left = of.leave_out(offer, iter(taken))
    assert [code for code in offer if code in left] == list(left)
    assert not set(left) & set(taken) and set(left) | (set(offer) & set(taken)) == set(offer)


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_long_hello_is_as_long_as_the_longest(length):
    hello = of.make_hello("TLSv1.3", (0x1301, 0x1302))
    others = [None, of.make_hello("TLSv1.2", tuple(range(1, length + 1))), of.make_hello("TLSv1", (0x2F,))]
    made = of.as_long_as(hello, others)
    assert len(made.suites) == max(2, length) and made.suites[:2] == hello.suites
    assert all(suites.by_code_point(code) is None for code in made.suites[2:]), "code points for private use"
    assert of.as_long_as(hello, [None]) == hello


@pytest.mark.parametrize("version", TLS)
def test_a_hello_hides_nothing_and_can_be_written(version):
    hello = of.make_hello(version, of.list_suites(version), server_name="host.example.test")
    assert hello.groups == (() if version == "SSLv3" else of.list_groups(version == "TLSv1.3"))
    assert hello.schemes == of.list_schemes() and encode_message(hello)
    assert of.make_hello(version, (0x2F,), (23,)).groups == (() if version == "SSLv3" else (23,))
