# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Single keys of an own profile: what is understood, what is not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import Policy
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.own import find_nearest, read
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES


def test_every_key_of_a_policy_can_be_written() -> None:
    plain = PROFILES["bsi"].to_dict()
    assert set(read(plain)) == set(plain) == set(Policy.__dataclass_fields__)


def test_only_what_is_given_comes_back() -> None:
    assert read({"min_key": {"rsa": 4096}, "hsts": {}}) == {"min_key": {"rsa": 4096}, "hsts": {}}


def test_duplicates_go_and_spelling_becomes_the_house_s() -> None:
    assert read({"groups": ["x25519", "X25519", "SECP256R1"]}) == {"groups": ("X25519", "secp256r1")}
    assert read({"protocols": ["tls1.2", "TLSv1.2", "TLS 1.3"]}) == {"protocols": ("TLSv1.2", "TLSv1.3")}


@pytest.mark.parametrize(
    "values",
    [{"groups": [1]}, {"groups": {"a": 1}}, {"groups": None}, {"early_data": 1}, {"openssl_seclevel": True}, {"name": 3}],
)
def test_wrong_kinds(values: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=r" must be "):
        read(values)


def test_hints() -> None:
    assert find_nearest("intermediat", ["modern", "intermediate"]) == " Did you mean intermediate?"
    assert find_nearest("zzz", ["modern"]) == ""
