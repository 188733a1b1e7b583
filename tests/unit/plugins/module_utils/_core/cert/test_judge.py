# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One judgement over everything that was read: leaf, authorities, keys and files together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.judge import judge
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Material, Signatures
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.rules import Rules

UNCHECKED = Signatures(possible=False)


def run(facts, *materials, anchors=(), rules=None, signatures=UNCHECKED):
    return judge(materials, anchors, signatures, rules or Rules(names=("a.example",)), facts.now)


def failures(found):
    return {(item.control[12:], item.severity) for item in found if item.status in ("fail", "error")}


def material(*certificates, **fields):
    return Material(source="/etc/ssl/a.pem", certificates=certificates, **fields)


def test_a_leaf_with_its_root_and_key_is_in_order(facts):
    key = Material(source="/etc/ssl/a.key", keys=(facts.private(),), file=facts.file())
    found = run(facts, material(facts.certificate(), facts.authority()), key, anchors=(facts.authority(),))
    assert {control for control, severity in failures(found) if severity not in ("low", "info")} == set()
    assert {"certificate.names", "certificate.key_match", "certificate.key_mode"} <= {
        item.control for item in found if item.status == "pass"
    }


def test_names_are_expected_and_there_is_no_leaf(facts):
    assert ("names", "high") in failures(run(facts, material(facts.authority(position=0))))
    assert ("names", "high") not in failures(run(facts, material(facts.authority(position=0)), rules=Rules()))
    assert failures(run(facts)) == {("names", "high")}


def test_a_source_that_could_not_be_read_is_an_error(facts):
    found = run(facts, material(problems=("/etc/ssl/a.pem does not exist.",)), rules=Rules())
    assert [item.status for item in found] == ["error"]


def test_a_form_that_few_programs_read_is_advice(facts):
    assert failures(run(facts, material(cautions=("Odd.",)), rules=Rules())) == {("readable", "low")}


@pytest.mark.parametrize(("bits", "expected"), [(2048, set()), (2047, {("dh_size", "high")})])
def test_diffie_hellman_parameters(facts, bits, expected):
    assert failures(run(facts, material(dh_bits=bits), rules=Rules())) == expected


def test_the_name_of_an_endpoint_counts_before_the_rules_names(facts):
    served = material(facts.certificate(), form="endpoint", expected_names=("b.example",))
    assert ("names", "high") in failures(run(facts, served))
    assert ("names", "high") not in failures(run(facts, material(facts.certificate(), form="endpoint")))


def test_an_expired_authority_that_is_sent_though_no_chain_needs_it_is_advice(facts):
    old = {"not_after": facts.now - timedelta(days=1), "sha256": "f" * 64}
    stray = facts.authority(position=2, subject_id="old", issuer_id="old", key=facts.key(5), **old)
    found = [item for item in run(facts, material(facts.certificate(), facts.authority(), stray))
             if item.control == "certificate.validity" and item.status == "fail"]
    assert [(item.severity, dict(item.evidence)["advice"]) for item in found] == [("low", True)]


def test_an_expired_authority_that_the_chain_needs_is_critical(facts):
    issuer = facts.authority(not_after=facts.now - timedelta(days=1))
    assert ("validity", "critical") in failures(run(facts, material(facts.certificate(), issuer)))


def test_keys_that_share_a_factor_are_found_across_sources(facts):
    p, q, r = (1 << 1023) + 1155, (1 << 1023) + 3711, (1 << 1023) + 8201
    shared = [
        Material(source=f"/etc/ssl/{number}.pem", certificates=(facts.certificate(
            source=f"/etc/ssl/{number}.pem",
            key=facts.key(number, kind="rsa", bits=2047, curve=None, modulus=p * other, exponent=65537),
        ),)) for number, other in ((1, q), (2, r))
    ]
    assert "shared_factor" in {control for control, _severity in failures(run(facts, *shared, rules=Rules()))}
    assert "shared_factor" not in {control for control, _severity in failures(run(facts, shared[0], rules=Rules()))}
