# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy's figures replace the floor of RFC 9325; what it leaves open stays at the floor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert import rules
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve


def test_without_a_policy_the_floor_counts():
    floor = rules.find_figures(None)
    assert (floor.min_rsa, floor.min_ec, floor.min_dh) == (2048, 224, 2048)
    assert "sha1" not in floor.signature_hashes
    assert "md5" not in floor.signature_hashes
    assert floor.max_lifetime_days is None


@pytest.mark.parametrize("name", ["modern", "intermediate", "bsi", "nist", "pci"])
def test_a_policy_sets_its_own_figures(name):
    policy = resolve(policy=name)
    made = rules.find_figures(policy)
    assert made.name == f"policy {name}"
    assert made.types == policy.certificate.types
    assert made.signature_hashes == policy.certificate.signature_hashes
    assert (made.min_rsa, made.min_ec) == (policy.min_key.rsa, policy.min_key.ec)
    assert made.max_lifetime_days == policy.certificate.max_lifetime_days


def test_what_a_policy_leaves_open():
    policy = resolve(policy="intermediate")
    open_ = replace(policy, min_key=replace(policy.min_key, dh=None), certificate=replace(policy.certificate, curves=()))
    made = rules.find_figures(open_)
    assert made.min_dh == rules.FLOOR_DH_BITS
    assert made.curves is None


def test_no_policy_decides_who_may_read_a_key():
    made = rules.find_figures(resolve(policy="old"))
    assert (made.key_owners, made.key_groups, made.purpose) == (("root",), ("ssl-cert",), "server")
