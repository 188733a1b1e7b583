# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service gets the entry it names, and never another one in silence."""

from __future__ import annotations

import pytest
from ansible_collections.intransit.tls.plugins.module_utils._core.cert.choice import choose
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError

ENTRIES = [{"name": "a", "days": 30}, {"name": "b", "subject_alt_names": ["b.example.org"]}]


def test_by_name_or_the_first() -> None:
    assert choose(ENTRIES, "b", ["x"])["subject_alt_names"] == ["b.example.org"]
    assert choose(ENTRIES, "", ["x.example.org"]) == {"name": "a", "days": 30, "subject_alt_names": ["x.example.org"]}


def test_an_entry_that_names_nothing_is_for_the_service() -> None:
    assert choose([{}], "", ["x.org", "y.org"]) == {"name": "x.org", "subject_alt_names": ["x.org", "y.org"]}
    assert choose([], "", ["x.org"])["name"] == "x.org"


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(CertificateError, match="'c'.*a, b"):
        choose(ENTRIES, "c", [])
    assert ENTRIES[0] == {"name": "a", "days": 30}
