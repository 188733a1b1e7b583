# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names become addresses in time, and addresses need no resolver."""

from __future__ import annotations

import time

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import resolver


def test_addresses_stand_for_themselves() -> None:
    assert resolver.addresses_of(["192.0.2.1", "2001:db8::1"], 1.0) == {
        "192.0.2.1": ("192.0.2.1",), "2001:db8::1": ("2001:db8::1",)}


def test_names() -> None:
    found = resolver.addresses_of(["localhost", "localhost", "nobody.invalid"], 5.0)
    assert found["localhost"] and found["nobody.invalid"] == ()


def test_a_resolver_that_never_answers_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "look_up", lambda name: time.sleep(3) or ("192.0.2.9",))
    begun = time.monotonic()
    found = resolver.addresses_of(["slow.example", "192.0.2.1"], 0.2)
    assert time.monotonic() - begun < 1.5
    assert found == {"slow.example": (), "192.0.2.1": ("192.0.2.1",)}


def test_a_name_outside_ascii_is_resolved_by_idna_2008(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(resolver, "look_up", lambda name: asked.append(name) or ("192.0.2.7",))
    assert resolver.addresses_of(["stra\u00dfe.example"], 5) == {"stra\u00dfe.example": ("192.0.2.7",)}
    assert asked == ["xn--strae-oqa.example"]
