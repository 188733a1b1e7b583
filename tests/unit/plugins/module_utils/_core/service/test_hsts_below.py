# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of the inventory below a name that sends HSTS: who is asked, and which answers are named."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.service.hsts_below import list_covered, list_plain

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)


def test_only_names_below_are_asked() -> None:
    hosts = {"web2": {"address": "192.0.2.8", "names": ["web2", "Shop.example.org.", "shop.example.org"]},
             "example.org": {"address": "example.org", "names": ["example.org", "notexample.org"]},
             "a.b.example.org": {"address": "gate.example.net", "names": ["a.b.example.org"]}}
    assert list_covered(["example.org"], hosts) == [
        {"host": "gate.example.net", "port": 80, "protocol": "http", "server_name": "a.b.example.org"},
        {"host": "shop.example.org", "address": "192.0.2.8", "port": 80, "protocol": "http", "server_name": "shop.example.org"}]
    assert list_covered([], hosts) == []


@pytest.mark.parametrize(("plaintext", "named"), [
    ({"how": "served", "refused": False, "detail": "it answered 200"}, True),
    ({"how": "redirect_permanent", "refused": False, "detail": "301 to https://shop.example.org/"}, False),
    ({"how": "refused", "refused": True, "detail": "x"}, False),
    ({"how": "unknown", "refused": None, "detail": "Connection refused"}, False),
])
def test_only_who_answers_in_plaintext_is_named(plaintext: dict[str, Any], named: bool) -> None:
    seen = {"host": "shop.example.org", "port": 80, "protocol": "http", "server_name": "shop.example.org", "plaintext": plaintext,
            "reachable": True}
    lines = list_plain([seen], resolve(profile="intermediate"), NOW)
    assert bool(lines) is named
    assert not named or lines[0].startswith("HSTS with includeSubDomains covers shop.example.org too, which still answers on port 80")
