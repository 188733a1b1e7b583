# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Library versions, wherever the text came from."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dialect.version import version_of
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import DialectError


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.0.20", (3, 0)),
        ("3.5", (3, 5)),
        ("OpenSSL 3.5.7 9 Jun 2026 (Library: OpenSSL 3.5.7 9 Jun 2026)", (3, 5)),
        ("gnutls-cli 3.8.9", (3, 8)),
        ("3.8.9-3+deb13u1", (3, 8)),
        ("1.1.1w", (1, 1)),
        ("3.10.0", (3, 10)),
        ((3, 0, 20), (3, 0)),
        ([3, 8], (3, 8)),
    ],
)
def test_numbers(text: object, version: tuple[int, int]) -> None:
    assert version_of(text) == version


@pytest.mark.parametrize("text", ["", "unknown", "v3", (3,)])
def test_no_number(text: object) -> None:
    with pytest.raises(DialectError, match="is not a version number"):
        version_of(text)
