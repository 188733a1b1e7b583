# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data classes get stricter from one to the next, and name what exists."""

from __future__ import annotations

from itertools import pairwise

from ansible_collections.intransit.tls.plugins.module_utils._core.policy.classes import DATA_CLASSES
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.model import (
    CLIENT_CERTIFICATE,
    PLAINTEXT_RULES,
    STARTTLS_RULES,
)
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.profiles import PROFILES


def test_classes_name_what_exists() -> None:
    for name, data_class in DATA_CLASSES.items():
        assert data_class.name == name
        assert data_class.profile in PROFILES
        assert data_class.overlay is None or data_class.overlay in PROFILES


def test_each_class_is_at_least_as_strict_as_the_one_before() -> None:
    ranks = [
        (
            PLAINTEXT_RULES.index(data_class.plaintext),
            STARTTLS_RULES.index(data_class.starttls),
            CLIENT_CERTIFICATE.index(data_class.client_certificate),
        )
        for data_class in DATA_CLASSES.values()
    ]
    for milder, stricter in pairwise(ranks):
        assert all(low <= high for low, high in zip(milder, stricter, strict=True))
    assert list(DATA_CLASSES) == ["public", "restricted", "confidential", "secret"]
