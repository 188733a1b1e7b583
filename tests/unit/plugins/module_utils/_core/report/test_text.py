# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table at the end of a run says the most in the fewest columns."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.report.text import (
    write_document_table,
    write_verdict_table,
)

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
SOCKETS = [{
    "endpoint": "0.0.0.0:69/tftp", "transport": "udp", "classification": "plaintext", "verdict": "fail", "findings": [
        {"control": "listener_declared", "status": "fail", "severity": "medium", "sentence": "It is not declared."}],
}]


def lines(endpoint: str, protocol: str, refused: bool, detail: str, status: str = "pass") -> list[str]:
    row: dict[str, Any] = {
        "endpoint": endpoint, "verdict": status, "before": None,
        "observation": {"protocol": protocol, "reachable": True,
                        "plaintext": {"refused": refused, "how": "starttls_required" if refused else "accepted",
                                      "detail": detail}},
        "findings": [{"control": "plaintext_refused", "status": status, "severity": "high", "sentence": "."}],
    }
    return write_verdict_table([{"host": "mail1", "endpoints": [row]}], NOW).split("\n")[3:]


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


def test_the_table_names_the_vantage_where_there_are_several(sample: Any) -> None:
    rows = [make_record(resolve(), [sample()], now=NOW, host="web1", vantage=name) for name in ("controller", "branch")]
    assert "(from branch)" in write_document_table(make_document(rows, now=NOW))
    assert "(from" not in write_document_table(make_document(rows[:1], now=NOW))


def test_a_run_that_only_asked_what_listens_has_a_sentence_of_its_own() -> None:
    text = write_document_table(make_document([make_record(resolve(), [], now=NOW, host="web1", listeners=SOCKETS)], now=NOW))
    assert "1 listening socket(s) that can be reached from outside: 1 fail." in text and "endpoint(s)" not in text


def test_a_host_that_was_silent_is_named_in_the_table() -> None:
    assert "web9: The host could not be asked" in write_document_table(make_document([], now=NOW, silent=["web9"]))


def test_drift_is_in_the_table(sample: Any, judged: Any) -> None:
    document_ = judged(sample())
    document_["drift"] = {"since": "2026-11-01", "better": [], "new": [], "gone": [], "certificates": [], "grades": [],
                          "worse": [{"host": "web1", "endpoint": "e", "control": "hsts", "sentence": "\x1b[2J"}]}
    table = write_document_table(document_)
    assert "1 finding(s) got worse" in table and "! worse: web1 e" in table and "\x1b" not in table
