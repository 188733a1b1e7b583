# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The weak host: every check that passes on the good ones has to fail here."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from injection import Leaky, answered_inside_tls
from outgoing import address_of, send
from refusals import REFUSALS

testinfra_hosts = ["ansible://weak"]


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_the_check_has_teeth(wire: Any, name: str) -> None:
    with pytest.raises(AssertionError) as caught:
        REFUSALS[name](wire)
    assert "not even connected" not in str(caught.value)


def test_the_check_of_what_comes_with_starttls_has_teeth(tmp_path: Path) -> None:
    with Leaky(tmp_path) as port:
        assert answered_inside_tls("127.0.0.1", port, "smtp") == b"250 2.0.0 Ok\r\n"


def test_the_verdict_has_teeth(wire: Any) -> None:
    from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
    from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.judge import judge

    policy = resolve()
    seen = wire.observe(
        {"port": 25, "protocol": "smtp"}, {"port": 587, "protocol": "submission"}, {"port": 465, "protocol": "smtps"},
        policy=policy)
    now = datetime.now(timezone.utc)
    failed = {
        (item["port"], finding.control) for item in seen for finding in judge(policy, item, now=now, host=wire.name)
        if finding.status == "fail"
    }
    for port in (25, 587):
        assert {(port, "plaintext_refused"), (port, "protocol_tlsv1")} <= failed, failed


def test_mail_leaves_in_clear(root: Any) -> None:
    sent = send(root, address_of(root, "debian12"))
    assert "status=sent" in sent.status and sent.tls == ""
