# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One endpoint, listener or certificate that cannot be judged is one error, and the rest is judged."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import PolicyError
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence import document as evidence
from ansible_collections.intransit.tls.plugins.module_utils._core.evidence.document import make_document, make_record
from ansible_collections.intransit.tls.plugins.module_utils._core.listener.judge import judge_listeners, propose
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.verdict.checks.table import CHECKS

DATA = Path(__file__).resolve().parents[5] / "data" / "observations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GOOD = json.loads((DATA / "http_good.json").read_text(encoding="utf-8"))
OTHER = {**GOOD, "host": "other.example"}


def judged(*seen: Any) -> dict[str, Any]:
    return make_record(resolve(), seen, now=NOW, host="web1")


def test_a_judge_that_raises_for_one_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    real = evidence.judge

    def judge(policy: Any, seen: Any, *args: Any, **more: Any) -> Any:
        if seen["host"] == "other.example":
            raise ZeroDivisionError("odd\n\x1b[2Jvalue")
        return real(policy, seen, *args, **more)

    monkeypatch.setattr(evidence, "judge", judge)
    rows = judged(GOOD, OTHER, GOOD)["endpoints"]
    assert [row["verdict"] for row in rows] == ["pass", "error", "pass"]
    (finding,) = rows[1]["findings"]
    assert (finding["control"], finding["status"]) == ("judged", "error")
    assert finding["sentence"] == "What was seen here could not be judged: ZeroDivisionError: odd [2Jvalue."
    assert rows[1]["endpoint"] == "other.example:80/http"
    made = make_document([judged(GOOD, OTHER)], now=NOW)
    assert made["summary"]["verdict"] == "error" and len(made["hosts"][0]["endpoints"]) == 2


def test_a_check_that_raises_is_an_error_of_its_control(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(*_args: Any) -> Any:
        raise KeyError("x")

    whole = judged(GOOD)["endpoints"][0]["findings"]
    monkeypatch.setitem(CHECKS, "plaintext_refused", check)
    findings = judged(GOOD)["endpoints"][0]["findings"]
    assert len(findings) == len(whole)
    assert [row["control"] for row in findings if row["status"] == "error"] == ["plaintext_refused"]


@pytest.mark.parametrize("odd", [
    None, 7, "text", [], {}, {"host": 10**5000, "port": 10**5000, "protocol": 10**5000}, {"host": "a\nb\x1b[31m"},
    {**GOOD, "dh_bits": 10**5000}, {**GOOD, "protocols": 7}, {**GOOD, "certificates": [{"position": 10**5000}]},
    {**GOOD, "extra": {1, 2}}, {**GOOD, "http": []}, {**GOOD, "plaintext": "refused"}, {**GOOD, "port": "eighty"},
    {**GOOD, "protocol": ["http"]}, {**GOOD, "undecided": 3}, {**GOOD, "trust": 1, "stapling": 2, "sni": 3},
])
def test_hostile_rows_beside_a_good_one(odd: Any) -> None:
    made = make_document([judged(odd, GOOD)], now=NOW)
    json.dumps(made)
    rows = made["hosts"][0]["endpoints"]
    assert len(rows) == 2 and rows[1]["verdict"] == "pass"
    assert all(finding["sentence"].isprintable() for row in rows for finding in row["findings"])
    assert rows[0]["findings"], "something is said of it"


def test_what_a_user_wrote_still_stops_the_run() -> None:
    with pytest.raises(PolicyError):
        make_record(resolve(), [GOOD], now=NOW, host="web1", exceptions=[{"control": "x"}])


LISTENER = {"transport": "tcp", "address": "0.0.0.0", "port": 80, "reach": "outside", "classification": "plaintext",
            "protocol": "http", "detail": "It speaks clear text."}


@pytest.mark.parametrize("odd", [None, {}, {"port": "x"}, {**LISTENER, "port": 10**5000}, {**LISTENER, "address": 10**5000}, "text",
                                 {**LISTENER, "port": 81, "classification": ["plaintext"], "protocol": {}}])
def test_hostile_listeners(odd: Any) -> None:
    rows = judge_listeners([odd, LISTENER], [{"port": "x"}, {}, {"port": 80}], now=NOW, host="web1")
    json.dumps(rows)
    assert len(rows) == 2 and rows[1]["declared"] and rows[1]["verdict"] == "pass"
    assert rows[0]["verdict"] in ("error", "fail")
    assert all(finding["sentence"].isprintable() for finding in rows[0]["findings"])
    assert [row["port"] for row in propose([row for row in (odd, LISTENER) if isinstance(row, dict)], "h")][-1:] == [80]
