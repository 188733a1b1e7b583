# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table at the end of a run says the most in the fewest columns."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.report.text import verdict_table

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


def lines(endpoint: str, protocol: str, refused: bool, detail: str, status: str = "pass") -> list[str]:
    row: dict[str, Any] = {
        "endpoint": endpoint, "verdict": status, "before": None,
        "observation": {"protocol": protocol, "reachable": True,
                        "plaintext": {"refused": refused, "how": "starttls_required" if refused else "accepted",
                                      "detail": detail}},
        "findings": [{"control": "plaintext_refused", "status": status, "severity": "high", "sentence": "."}],
    }
    return verdict_table([{"host": "mail1", "endpoints": [row]}], NOW).split("\n")[3:]


@pytest.mark.parametrize(("endpoint", "label"), [
    ("mail1:25/smtp", "mail1  25/smtp "),
    ("mail1.example.test:25/smtp", "mail1  25/smtp "),
    ("mail1x.example.test:25/smtp", "mail1  mail1x.example.test:25/smtp "),
])
def test_the_hosts_own_name_is_said_once(endpoint: str, label: str) -> None:
    assert lines(endpoint, "smtp", True, "530")[0].startswith(label)


@pytest.mark.parametrize(("detail", "said"), [
    ("Without TLS the server answers 530 5.7.0 Go and encrypt", "530 5.7.0 Go and encrypt"),
    ("Without TLS LOGINDISABLED is announced.", "LOGINDISABLED is announced"),
    ("Bind and search without TLS are answered with confidentialityRequired (13).", "confidentialityRequired (13)"),
])
def test_the_answer_that_refuses_fits_its_column(detail: str, said: str) -> None:
    assert lines("mail1:143/imap", "imap", True, detail)[1].startswith(f"    {said}  ")


def test_a_public_exchanger_is_not_called_a_failure_beside_a_pass() -> None:
    assert lines("mail1:25/smtp", "smtp", False, "Mail is taken.")[1].startswith("    nothing (opportunistic TLS)  ")
    assert "NOT REFUSED: Mail is taken" in lines("mail1:25/smtp", "smtp", False, "Mail is taken.", "fail")[1]
