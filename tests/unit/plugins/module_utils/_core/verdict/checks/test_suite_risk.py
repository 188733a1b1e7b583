# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rank read off a name is the rank that the suite's own weaknesses give it."""

from __future__ import annotations

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cipher_list import weakness
from ansible_collections.intransit.tls.plugins.module_utils._core.tables.suites import SUITES
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks import suite_risk

NEGOTIABLE = [suite for suite in SUITES if not suite.iana.endswith("_SCSV")]


@pytest.mark.parametrize("suite", NEGOTIABLE, ids=lambda suite: suite.iana)
def test_a_name_is_ranked_as_the_table_ranks_it(suite):
    """Below high all ranks count as medium here: the policy did not allow the suite."""
    expected = weakness.severity_of(suite)
    assert suite_risk.severity_of(suite.iana) == (expected if expected in ("high", "critical") else "medium")


@pytest.mark.parametrize(
    ("suites", "worst"),
    [
        ([], "medium"),
        (["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"], "medium"),
        (["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"], "high"),
        (["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA"], "critical"),
    ],
)
def test_the_worst_suite_counts(suites, worst):
    assert suite_risk.worst_severity(suites) == worst
