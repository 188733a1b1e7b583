# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Slices and runs join; see test_evidence.py, which holds both sides of the same thing together."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import EvidenceError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.merge import check_schema

WHOLE = {"schema": "intransit.tls/evidence/1", "generated": "", "fail_on": "low", "policies": {}, "hosts": [],
         "findings": []}


def test_a_whole_document_is_taken():
    check_schema(WHOLE)


@pytest.mark.parametrize("key", sorted(WHOLE))
def test_a_document_without_one_of_its_parts_is_refused(key):
    with pytest.raises(EvidenceError):
        check_schema({name: value for name, value in WHOLE.items() if name != key})
