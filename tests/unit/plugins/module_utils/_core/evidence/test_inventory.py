# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two inventories name everything once, with all places."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import inventory
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._edge.cert.served import add_certificates

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def made():
    policy = resolve(policy="modern")
    seen = [json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")) for name in ("https_good", "http_good")]
    rich = add_certificates(seen, policy, NOW)
    return make_document([make_record(policy, rich, now=NOW, host=host) for host in ("web1", "web2")], now=NOW)


def test_a_certificate_on_two_hosts_is_one_entry():
    found = inventory.list_certificates(made())
    assert len(found) == 1
    assert [place["host"] for place in found[0]["places"]] == ["web1", "web2"]
    assert (found[0]["key_bits"], found[0]["days_left"], found[0]["names"]) == (256, 67, ["www.example.test"])


def test_suites_say_where_they_are_allowed():
    found = {(entry["version"], entry["suite"]): entry for entry in inventory.list_ciphers(made())}
    assert {place["allowed"] for place in found["TLSv1.3", "TLS_AES_128_GCM_SHA256"]["places"]} == {"yes"}
    forbidden = found["TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]
    assert {place["allowed"] for place in forbidden["places"]} == {"no"} and len(forbidden["places"]) == 2
