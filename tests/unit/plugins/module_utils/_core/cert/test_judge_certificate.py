# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each rule of a certificate passes at its figure and fails one step beyond it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import judge_certificate as judges
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.findings import Ledger
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import EXPLICIT_CURVE, PublicKey
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules

STRICT = Rules(name="policy strict", types=("ecdsa", "rsa"), curves=("secp256r1",), min_rsa=3072, min_ec=256,
               signature_hashes=("sha256",), max_lifetime_days=90, recommended_lifetime_days=60)


def failures(judge, *arguments, **options):
    into = Ledger("x")
    judge(*arguments, into=into, **options)
    return {(found.control[12:], found.severity) for found in into.findings if found.status in ("fail", "error")}


def of_key(key, rules=STRICT, **options):
    return failures(judges.judge_public_key, key, "The leaf", rules, **options)


def rsa(bits):
    return PublicKey("rsa", bits, exponent=65537, spki_sha256="0" * 64, identity="rsa")


def test_a_key_in_order(facts):
    assert of_key(facts.key()) == set()


@pytest.mark.parametrize(("bits", "leaf", "expected"), [
    (3072, True, set()), (3071, True, {("key_size", "high")}), (2048, True, {("key_size", "high")}),
    (1024, True, {("key_size", "high")}), (1023, True, {("key_size", "critical")}),
    (2048, False, {("key_size", "low")}), (2047, False, {("key_size", "high")}),
    (1023, False, {("key_size", "critical")}),
])
def test_the_size_of_an_rsa_key(bits, leaf, expected):
    assert of_key(rsa(bits), leaf=leaf) == expected


def test_a_size_that_could_not_be_told_is_not_judged():
    into = Ledger("x")
    judges.judge_public_key(rsa(None), "The leaf", STRICT, into)
    assert [found.status for found in into.findings if found.control == "certificate.key_size"] == ["unprobed"]


def test_no_policy_goes_below_the_floor():
    assert of_key(rsa(1536), Rules(min_rsa=512)) == {("key_size", "high")}


@pytest.mark.parametrize(("fields", "expected"), [
    ({"curve": "secp384r1", "bits": 384}, {("curve", "medium")}),
    ({"curve": EXPLICIT_CURVE}, {("curve", "high")}),
    ({"curve": "1.2.3.4", "bits": None}, {("curve", "high")}),
])
def test_the_curve_of_a_leaf(facts, fields, expected):
    assert of_key(facts.key(**fields)) == expected


def test_the_curve_of_an_authority_is_its_own_choice(facts):
    assert of_key(facts.key(curve="secp384r1", bits=384), leaf=False) == set()
    assert of_key(facts.key(curve=EXPLICIT_CURVE), leaf=False) == {("curve", "high")}


def test_the_type_of_a_leafs_key():
    other = PublicKey("ed25519", spki_sha256="0" * 64, identity="ed")
    assert of_key(other) == {("key_type", "medium")}
    assert of_key(other, leaf=False) == set()
    assert of_key(other, Rules()) == set()


def test_a_key_on_a_block_list_is_weak(facts):
    digest = facts.key().spki_sha256
    assert {control for control, _severity in of_key(facts.key(), Rules(blocklist=frozenset({digest})))} == {"weak_key"}


def test_a_small_exponent_has_its_own_control():
    found = of_key(PublicKey("rsa", 3072, exponent=1, modulus=(1 << 3071) + 1, spki_sha256="0" * 64, identity="r"))
    assert "exponent" in {control for control, _severity in found}


@pytest.mark.parametrize(("algorithm", "made", "expected"), [
    ("ecdsa-with-SHA256", "sha256", set()), ("ed25519", None, set()), ("ml-dsa-65", None, set()),
    ("1.2.3.4", None, {("signature_hash", "medium")}),
    ("ecdsa-with-SHA384", "sha384", {("signature_hash", "medium")}),
    ("sha1WithRSAEncryption", "sha1", {("signature_hash", "high")}),
    ("md5WithRSAEncryption", "md5", {("signature_hash", "critical")}),
])
def test_the_hash_that_the_issuer_signed(facts, algorithm, made, expected):
    item = facts.certificate(signature_algorithm=algorithm, signature_hash=made)
    assert failures(judges.judge_signature, item, "The leaf", STRICT) == expected


@pytest.mark.parametrize(("begin", "end", "expected"), [
    (-1, 30, set()), (-1, 14, set()), (-1, 13, {("expires_soon", "medium")}),
    (-1, -0.001, {("validity", "critical")}), (0.001, 30, {("validity", "critical")}), (0, 30, set()),
])
def test_the_time_of_a_leaf(facts, begin, end, expected):
    item = facts.certificate(not_before=facts.now + timedelta(days=begin), not_after=facts.now + timedelta(days=end))
    assert failures(judges.judge_validity, item, "The leaf", STRICT, facts.now) == expected


def test_an_old_authority_that_no_chain_uses_is_advice(facts):
    item = facts.authority(not_after=facts.now - timedelta(days=1))
    old = {"now": facts.now, "leaf": False}
    assert failures(judges.judge_validity, item, "It", STRICT, used=False, **old) == {("validity", "low")}
    assert failures(judges.judge_validity, item, "It", STRICT, used=True, **old) == {("validity", "critical")}


def living(facts, days, **fields):
    return facts.certificate(not_after=facts.now - timedelta(days=30) + timedelta(days=days, seconds=-1), **fields)


@pytest.mark.parametrize(("days", "expected"), [
    (60, set()), (61, {("lifetime", "info")}), (90, {("lifetime", "info")}), (91, {("lifetime", "medium")}),
])
def test_the_lifetime_that_the_policy_allows(facts, days, expected):
    assert failures(judges.judge_lifetime, living(facts, days), "The leaf", STRICT) == expected


def test_a_public_certificate_follows_the_forums_schedule(facts):
    long, short = living(facts, 366, scts=2), living(facts, 100, scts=2)
    assert failures(judges.judge_lifetime, long, "The leaf", Rules()) == {("public_lifetime", "medium")}
    assert failures(judges.judge_lifetime, short, "The leaf", Rules()) == set()
    assert failures(judges.judge_lifetime, living(facts, 366), "The leaf", Rules()) == set()


@pytest.mark.parametrize(("fields", "expected"), [
    ({}, set()),
    ({"key_usage": ("digitalSignature",), "extended_key_usage": ("serverAuth",)}, set()),
    ({"key_usage": ("keyEncipherment",)}, {("key_usage", "medium")}),
    ({"key_usage": ()}, {("key_usage", "medium")}),
    ({"extended_key_usage": ("clientAuth",)}, {("extended_key_usage", "high")}),
    ({"extended_key_usage": ("anyExtendedKeyUsage",)}, {("extended_key_usage", "high")}),
    ({"ca": True}, {("basic_constraints", "medium")}),
    ({"critical_unknown": ("1.2.3",)}, {("extensions", "medium")}),
])
def test_what_a_server_certificate_may_do(facts, fields, expected):
    assert failures(judges.judge_usage, facts.certificate(**fields), "The leaf", STRICT) == expected


@pytest.mark.parametrize(("purpose", "usage", "expected"), [
    ("client", ("clientAuth",), set()), ("client", ("serverAuth",), {("extended_key_usage", "high")}),
    ("client", ("anyExtendedKeyUsage",), set()), ("any", ("codeSigning",), set()),
])
def test_the_purpose_decides_which_usage_is_needed(facts, purpose, usage, expected):
    item = facts.certificate(extended_key_usage=usage)
    assert failures(judges.judge_usage, item, "The leaf", Rules(purpose=purpose)) == expected


@pytest.mark.parametrize(("fields", "expected"), [
    ({}, set()),
    ({"scts": 2}, {("revocation", "low")}),
    ({"scts": 2, "crl_urls": ("http://c/",)}, set()),
    ({"must_staple": True}, {("must_staple", "high")}),
    ({"must_staple": True, "ocsp_urls": ("http://o/",)}, set()),
])
def test_revocation(facts, fields, expected):
    assert failures(judges.judge_revocation, facts.certificate(**fields), "The leaf") == expected


def test_a_short_lived_public_certificate_needs_no_revocation(facts):
    item = facts.certificate(scts=2, not_before=facts.now, not_after=facts.now + timedelta(days=9))
    assert failures(judges.judge_revocation, item, "The leaf") == set()
