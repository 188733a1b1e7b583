# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of the table: every pattern compiles, every form exists, every sentence ends."""

from __future__ import annotations

import re

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.forms import FORMS
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.kinds import (
    DOVECOT_BLOCKS,
    KINDS,
    LIST,
    URLS,
    Kind,
)


@pytest.mark.parametrize("kind", [*KINDS, DOVECOT_BLOCKS], ids=lambda kind: kind.name)
def test_a_row_is_complete(kind: Kind) -> None:
    assert kind.form in FORMS and kind.servers and (kind.paths or kind is DOVECOT_BLOCKS)
    assert all(path.startswith("/") for path in kind.paths)
    assert kind.what and kind.remedy.endswith(".")
    for server in kind.servers:
        assert server.form in (LIST, URLS) and re.compile(server.key)
    for key, value in kind.encrypted:
        assert re.compile(key) and re.compile(value)


def test_names_are_unique() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
