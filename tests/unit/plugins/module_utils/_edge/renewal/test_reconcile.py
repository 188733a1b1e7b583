# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One service: what is due is ordered and given to the transaction; what is not fit for use never is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import CertificateError, ConfirmationError
from ansible_collections.intransit.tls.plugins.module_utils._core.policy.resolve import resolve
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal.job import make_job
from ansible_collections.intransit.tls.plugins.module_utils._core.service.certificate_entry import complete_entry
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import transaction
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal import reconcile
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.order import Ordered

POLICY = resolve(profile="intermediate")
ACME = {"directory": "https://ca.test/dir"}


class Bench:
    """A service with a set below a folder, an issuer, and a transaction that only writes down what it was given."""

    def __init__(self, pki: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pki, self.folder, self.now = pki, folder, pki.NOW
        self.root, self.orders, self.number = pki.authority(), 0, 0
        self.given: list[transaction.Request] = []
        self.failure: Any = None
        self.fits = True
        entry = complete_entry({
            "name": "www", "source": "acme", "subject_alt_names": ["www.example.org"], "owner": folder.owner(), "group": folder.group(),
            "mode": "0600", "accept": ["certificate.chain_complete", "certificate.trust_anchor"]}, POLICY, "web1", str(folder / "sets"))
        self.job = make_job({
            "service": "apache", "certificate": entry, "policy": POLICY.to_dict(), "changes": [], "validation": {}, "continuity": {},
            "activation": {"units": ["apache2.service"]}, "confirmation": {"endpoints": []},
            "endpoints": [{"host": "web1", "port": 443, "protocol": "https"}]}, [entry], ACME)
        monkeypatch.setattr(reconcile, "ask_directory", self._order)
        monkeypatch.setattr(transaction, "execute", self._execute)

    def _order(self, entry: Any, acme: Any, _secrets: Any, _root: str) -> Ordered:
        self.orders += 1
        if self.failure is not None:
            raise self.failure
        path = Path(entry["staged_key"])
        path.parent.mkdir(parents=True, exist_ok=True)
        self.number = 1 - self.number
        path.write_bytes(self.pki.private(self.pki.key("ec", self.number if self.fits else 1 - self.number)))
        path.chmod(0o600)
        leaf = self.pki.certificate(private=self.pki.key("ec", self.number), issuer=self.root)
        return Ordered(self.pki.pem(leaf).decode(), self.pki.pem(self.root[0]).decode(), str(path))

    def _execute(self, request: transaction.Request) -> dict[str, Any]:
        self.given.append(request)
        return {"changes": [change["path"] for change in request.changes], "activated": [], "endpoints": []}

    def bring(self, **how: Any) -> reconcile.Outcome:
        return reconcile.bring_service(self.job, {}, lambda: self.now, root=str(self.folder), **how)


@pytest.fixture
def bench(pki: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    tmp_path.chmod(0o700)
    return Bench(pki, tmp_path, monkeypatch)


def test_what_is_not_due_is_compared_and_not_ordered(bench: Bench) -> None:
    first = bench.bring()
    assert (bench.orders, first.problems) == (1, []), first.problems
    second = bench.bring()
    assert (bench.orders, second.problems, len(bench.given)) == (1, [], 2)
    assert second.row is not None and second.row["certificate"] == "www" and not second.row["renewed"]


def test_what_is_due_waits_next_to_the_old_one_for_the_transaction(bench: Bench) -> None:
    bench.bring()
    outcome = bench.bring(forced=True)
    changes = bench.given[-1].changes
    assert [change["kind"] for change in changes] == ["certificate_set"] and changes[0]["target"].startswith(".sets/www.")
    assert outcome.row is not None and outcome.row["renewed"] and outcome.problems == []


def test_a_failed_order_leaves_what_is_in_use_and_still_compares(bench: Bench) -> None:
    bench.bring()
    bench.failure = CertificateError("connection refused")
    outcome = bench.bring(forced=True)
    assert len(bench.given) == 2 and bench.given[-1].changes == ()
    assert "Check that this host reaches the directory" in outcome.problems[0]


def test_a_certificate_for_another_key_is_refused_and_not_ordered_again_soon(bench: Bench) -> None:
    bench.bring()
    bench.fits = False
    outcome = bench.bring(forced=True)
    assert "is not fit for use" in outcome.problems[0] and bench.given[-1].changes == ()
    for entry in [bench.job["certificate"], *bench.job["entries"]]:
        entry["renew_days"] = 3000
    outcome = bench.bring()
    assert bench.orders == 2 and "directories limit what they issue" in outcome.problems[0].replace("\n", " ")
    bench.now += timedelta(hours=37)
    bench.bring()
    assert bench.orders == 3


def test_a_clock_that_is_behind_orders_nothing(bench: Bench) -> None:
    bench.bring()
    bench.now -= timedelta(days=400)
    outcome = bench.bring(forced=True)
    assert bench.orders == 1 and "Set the clock" in outcome.problems[0]


def test_what_the_service_does_not_take_is_a_problem_in_its_own_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_request: Any) -> Any:
        raise ConfirmationError("apache: everything is as it was before")

    monkeypatch.setattr(transaction, "execute", refuse)
    assert bench.bring().problems == ["apache: everything is as it was before"]


def test_supplied_files_that_are_damaged_reach_no_daemon(bench: Bench, pki: Any) -> None:
    key, leaf = bench.folder / "key.pem", bench.folder / "full.pem"
    key.write_bytes(pki.private(pki.key("ec", 0)))
    key.chmod(0o600)
    leaf.write_bytes(pki.pem(pki.certificate(private=pki.key("ec", 0), issuer=bench.root)) + pki.pem(bench.root[0]))
    entry = complete_entry({
        "name": "www", "source": "files", "certificate": str(leaf), "private_key": str(key), "subject_alt_names": ["www.example.org"],
        "owner": bench.folder.owner(), "group": bench.folder.group(), "accept": ["certificate.trust_anchor"]}, POLICY, "web1")
    bench.job = {**bench.job, "certificate": entry, "entries": [entry]}
    assert bench.bring().problems == [] and len(bench.given) == 1
    leaf.write_bytes(leaf.read_bytes()[:300])
    outcome = bench.bring()
    assert len(bench.given) == 1 and "The daemon was not told to read it" in outcome.problems[0]
