# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of published keys has digests only, and a key in it is found weak."""

from __future__ import annotations

import re

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.known_keys import PUBLISHED
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.strength import find_weaknesses


def test_every_entry_is_a_digest_and_says_where_the_key_is_published():
    assert all(re.fullmatch("[0-9a-f]{64}", digest) and place for digest, place in PUBLISHED.items())


@pytest.mark.parametrize("digest", sorted(PUBLISHED))
def test_a_published_key_is_weak(facts, digest):
    found = find_weaknesses(facts.key(spki_sha256=digest), frozenset(), frozenset())
    assert [item.severity for item in found] == ["critical"]
    assert PUBLISHED[digest] in found[0].sentence


def test_another_key_is_not(facts):
    assert not list(find_weaknesses(facts.key(), frozenset(), frozenset()))
