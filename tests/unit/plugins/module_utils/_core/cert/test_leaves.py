# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A leaf is what is used as one: not an authority, the first that is served, or an authority with names and key."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.leaves import find_leaves
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.model import Material


def places(*materials, **options):
    return sorted(find_leaves(materials, **options))


def bundle(*certificates, keys=(), form="pem"):
    return Material(source="/etc/ssl/a.pem", certificates=certificates, keys=keys, form=form)


def test_a_chain_has_one_leaf(facts):
    assert places(bundle(facts.certificate(), facts.authority())) == [("/etc/ssl/a.pem", 0)]


def test_a_store_of_authorities_has_none(facts):
    assert places(bundle(facts.authority(position=0), facts.authority())) == []


def test_the_first_that_an_endpoint_serves_is_a_leaf_whatever_it_says(facts):
    served = bundle(facts.authority(position=0), facts.authority(), form="endpoint")
    assert places(served) == [("/etc/ssl/a.pem", 0)]


@pytest.mark.parametrize(("names", "number", "expected"), [
    (("a.example",), 2, 1), ((), 2, 0), (("a.example",), 3, 0),
])
def test_an_authority_with_host_names_and_its_key_is_in_use(facts, names, number, expected):
    item = facts.authority(position=0, dns_names=names)
    assert len(places(bundle(item), Material(source="k", keys=(facts.private(number),)))) == expected


def test_if_names_are_expected_the_key_alone_makes_a_leaf(facts):
    material = bundle(facts.authority(position=0), keys=(facts.private(2),))
    assert places(material) == []
    assert places(material, wanted=True) == [("/etc/ssl/a.pem", 0)]
    assert places(bundle(facts.authority(position=0)), wanted=True) == []


def test_an_old_root_without_basic_constraints_is_no_leaf(facts):
    bare = {"position": 0, "ca": None, "subject_id": "ca", "issuer_id": "ca"}
    assert places(bundle(facts.certificate(dns_names=(), **bare))) == []
    assert places(bundle(facts.certificate(**bare))) == [("/etc/ssl/a.pem", 0)]


def test_what_stands_where_an_issuer_belongs_is_judged_as_one(facts):
    issuer = facts.certificate(position=1, subject_id="ca", issuer_id="root", ca=None)
    assert places(bundle(facts.certificate(), issuer)) == [("/etc/ssl/a.pem", 0)]
    other = facts.certificate(position=1, subject_id="other", issuer_id="root", ca=None)
    assert len(places(bundle(facts.certificate(), other))) == 2
