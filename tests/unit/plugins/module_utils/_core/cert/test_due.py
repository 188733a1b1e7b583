# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a new certificate is due, and that it is not due without a reason."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.cert.due import Wanted, is_due

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)
LEAF: dict[str, Any] = {
    "leaf": True, "sha256": "aa", "days_left": 60, "dns_names": ["www.example.org"], "ip_addresses": [],
    "key": {"type": "ecdsa", "bits": 256, "curve": "secp256r1"},
}  # fmt: skip
CA: dict[str, Any] = {**LEAF, "leaf": False, "sha256": "cc", "dns_names": []}
WANTED = Wanted(("www.example.org",), "ecdsa", None, "secp256r1", 30, "cc")


def ask(leaf: dict[str, Any] | None = None, wanted: Wanted = WANTED, **result: Any) -> str:
    present = {"certificates": [{**LEAF, **(leaf or {})}, CA], "problems": [], **result}
    return " ".join(is_due(present, wanted, NOW))


def test_nothing_is_due() -> None:
    assert ask() == ""
    assert ask(wanted=Wanted(renew_days=0)) == ""


def test_every_reason() -> None:
    assert "29 days left" in ask({"days_left": 29})
    assert "wanted is www.example.org" in ask({"dns_names": ["old.example.org"]})
    assert "wanted is" in ask({"dns_names": ["www.example.org", "surplus.example.org"]})
    assert "type of its key is rsa" in ask({"key": {"type": "rsa", "bits": 3072, "curve": None}})
    assert "curve of its key is secp384r1" in ask({"key": {"type": "ecdsa", "bits": 384, "curve": "secp384r1"}})
    assert "authority is not" in ask(wanted=Wanted(renew_days=0, issuer_sha256="dd"))
    assert "too weak" in ask(problems=["It is too weak."])
    assert "No leaf" in ask(certificates=[CA])
    assert "issued by https://a.example/dir; wanted is https://b" in ask(
        wanted=Wanted(renew_days=0, origin="https://b.example/dir"), origin="https://a.example/dir")
    assert "issued by another authority" in ask(wanted=Wanted(renew_days=0, origin="https://b.example/dir"))
    assert ask(wanted=Wanted(renew_days=0, origin="https://b.example/dir"), origin="https://b.example/dir") == ""


@pytest.mark.parametrize(("life", "left", "words"), [
    (timedelta(days=90), timedelta(days=30), ""),
    (timedelta(days=90), timedelta(days=29, hours=23), "a third of its life"),
    (timedelta(days=10), timedelta(days=4), ""),
    (timedelta(days=6), timedelta(days=3), ""),
    (timedelta(days=6), timedelta(days=2, hours=23), "half of its life"),
    (timedelta(seconds=90), timedelta(seconds=46), ""),
    (timedelta(seconds=90), timedelta(seconds=44), "half of its life"),
])
def test_due_by_its_life(life: timedelta, left: timedelta, words: str) -> None:
    end = NOW + left
    leaf = {"not_before": (end - life).isoformat(), "not_after": end.isoformat(), "days_left": left.days}
    found = ask(leaf, Wanted())
    assert words in found and bool(words) == bool(found)
    assert ask(leaf, Wanted(renew_days=0)) == "", "days that are said count alone"
