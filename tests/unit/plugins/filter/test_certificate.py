# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters hand over to the core and turn its errors into a sentence of the play."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.intransit.tls.plugins.filter.certificate import FilterModule

FILTERS = FilterModule().filters()


def test_an_entry_is_completed() -> None:
    entry = FILTERS["certificate_entry"]({}, "intermediate", "web1.example.org", "/srv/tls")
    assert entry["private_key"] == "/srv/tls/web1.example.org/privkey.pem"
    with pytest.raises(AnsibleFilterError, match="not known"):
        FILTERS["certificate_entry"]({"source": "x"}, "intermediate", "web1.example.org")
    with pytest.raises(AnsibleFilterError):
        FILTERS["certificate_entry"]({}, "nosuch", "web1.example.org")


def test_revoked_certificates_are_what_a_list_is_made_of() -> None:
    made = FILTERS["revocation_list"]([{"serial": "0A:1B", "date": "2026-12-01"}])
    assert made["serials"] == ["a1b"] and made["entries"][0]["serial_number"] == "0a:1b" and made["due"]
    with pytest.raises(AnsibleFilterError, match="item 1"):
        FILTERS["revocation_list"]([{"serial": 7}])


def test_requests_are_compared() -> None:
    entry = FILTERS["certificate_entry"]({}, "intermediate", "web1.example.org")
    assert FILTERS["csr_problems"]({"signature_valid": True, "basic_constraints": ["CA:TRUE"]}, entry)


def test_hosts_are_looked_at_together() -> None:
    key = {"type": "ecdsa", "spki_sha256": "ab"}
    found = FILTERS["shared_keys"]({host: {"private_keys": [{"path": "/k", "key": key}]} for host in ("a", "b")})
    assert [item["control"] for item in found] == ["certificate.key_shared"] and found[0]["evidence"]["hosts"] == ["a", "b"]
    with pytest.raises(AnsibleFilterError, match="host a"):
        FILTERS["shared_keys"]({"a": 1})
