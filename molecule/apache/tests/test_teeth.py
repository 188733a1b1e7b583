# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The weak host: every check that passes on the good ones has to fail here."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from refusals import REFUSALS

testinfra_hosts = ["ansible://weak"]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_the_check_has_teeth(wire: Any, name: str) -> None:
    with pytest.raises(AssertionError) as caught:
        REFUSALS[name](wire)
    assert "not even connected" not in str(caught.value)


def test_the_verdict_has_teeth(wire: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    seen = wire.observe({"port": 443, "protocol": "https"}, {"port": 80, "protocol": "http"}, policy=policy)
    now = datetime.now(timezone.utc)
    failed = {
        finding.control for item in seen for finding in judge(policy, item, now=now, host=wire.name)
        if finding.status == "fail"
    }
    assert {"plaintext_refused", "protocol_tlsv1", "protocol_tlsv1_1", "hsts"} <= failed, failed
