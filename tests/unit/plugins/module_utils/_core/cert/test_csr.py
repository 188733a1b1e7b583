# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A request that asks for more than its entry says is not signed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.csr import problems

WANTED = {"names": ["www.example.org", "192.0.2.7"], "common_name": "www.example.org", "usages": ["serverAuth"]}
HONEST: dict[str, Any] = {
    "signature_valid": True,
    "subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7"],
    "basic_constraints": ["CA:FALSE"],
    "key_usage": ["Digital Signature"],
    "extended_key_usage": ["TLS Web Server Authentication"],
    "extensions_by_oid": {"2.5.29.17": {}, "2.5.29.19": {}, "2.5.29.15": {}, "2.5.29.37": {}},
    "subject_ordered": [["commonName", "www.example.org"]],
}


def test_an_honest_request() -> None:
    assert problems(HONEST, WANTED) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signature_valid": False}, "not that of its key"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "DNS:bank.example"]}, "bank.example"),
        ({"subject_alt_name": ["DNS:www.example.org"]}, "should for"),
        ({"subject_alt_name": None}, "no name"),
        ({"subject_alt_name": ["DNS:www.example.org", "IP:192.0.2.7", "email:a@example.org"]}, "email"),
        ({"basic_constraints": ["CA:TRUE"]}, "authority"),
        ({"basic_constraints": None}, "authority"),
        ({"key_usage": ["Digital Signature", "Certificate Sign"]}, "Certificate Sign"),
        ({"extended_key_usage": ["TLS Web Server Authentication", "Code Signing"]}, "Code Signing"),
        ({"extended_key_usage": None}, "any"),
        ({"extensions_by_oid": {"2.5.29.30": {}}}, "2.5.29.30"),
        ({"subject_ordered": [["commonName", "bank.example"]]}, "bank.example"),
        ({"subject_ordered": [["commonName", "www.example.org"], ["organizationName", "Bank"]]}, "Bank"),
    ],
)
def test_a_request_for_more(change: dict[str, Any], words: str) -> None:
    found = problems({**HONEST, **change}, WANTED)
    assert found and words in " ".join(found)


def test_an_empty_subject_where_no_name_fits() -> None:
    assert problems({**HONEST, "subject_ordered": []}, {**WANTED, "common_name": ""}) == ()
    assert problems(HONEST, {**WANTED, "common_name": ""})
