# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters around the policy, as a template calls them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.policy import FilterModule

FILTERS = FilterModule().filters()


def test_a_policy_is_plain_data() -> None:
    policy = FILTERS["policy"]("confidential")
    assert json.loads(json.dumps(policy)) == policy
    assert policy["data_class"] == "confidential"
    assert FILTERS["policy"](policy) == policy


@pytest.mark.parametrize("empty", [None, "", {}])
def test_empty_variables_of_an_inventory_say_nothing(empty: Any) -> None:
    assert FILTERS["policy"](empty, profile="", data_class="")["name"] == "intermediate"
    assert FILTERS["policy"](empty, profile="bsi")["name"] == "bsi"
    assert FILTERS["policy"](empty, data_class="secret")["starttls"] == "forbidden"


def test_openssl() -> None:
    found = FILTERS["openssl_settings"](FILTERS["policy"]("intermediate"), "3.0.20")
    assert found["cipher_string"].startswith("ECDHE-ECDSA-AES128-GCM-SHA256:")
    assert found["explicit_cipher_string"].endswith(":@SECLEVEL=2")
    assert found["groups"] == "X25519:prime256v1:secp384r1" and found["dropped_groups"] == ["X25519MLKEM768"]
    assert FILTERS["openssl_settings"]("modern", "3.5.7")["cipher_string"] is None


def test_gnutls() -> None:
    found = FILTERS["gnutls_settings"]("hardened", "3.7.9")
    assert found["priority"] == FILTERS["gnutls_priority"]("hardened", "3.7.9")
    assert found["priority"].startswith("NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA")
    assert found["dropped_groups"] == ["X25519MLKEM768"] and found["dropped_suites"] == []


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("policy", ("modrn",), "Did you mean modern?"),
        ("openssl_settings", ("modern", "unknown"), "is not a version number"),
        ("gnutls_priority", ({"groups": ["X25519MLKEM768"], "min_protocol": "TLSv1.3"}, "3.8"), "none of the policy's"),
        ("gnutls_settings", ("modern", ""), "is not a version number"),
    ],
)
def test_errors_are_sentences_of_the_play(name: str, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        FILTERS[name](*arguments)
    assert words in str(caught.value)
