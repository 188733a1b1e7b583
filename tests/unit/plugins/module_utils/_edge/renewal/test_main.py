# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program as the timer starts it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.intransit.tls.plugins.module_utils._core.renewal.job import VERSION
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal import main as program
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.reconcile import Outcome

ROW = {"service": "apache", "certificate": "www", "path": "/x", "names": ["a"], "source": "acme", "not_after": "2027-01-01T00:00:00+00:00",
       "days_left": 30, "renewed": True, "deployed": False, "next": None, "endpoints": [{"protocol": "https", "port": 443}]}


class Bench:
    """A folder of jobs and one of the program's own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.jobs, self.state, self.metrics = folder / "jobs", folder / "state", folder / "metrics.prom"
        self.jobs.mkdir(mode=0o700)
        self.outcomes: dict[str, Any] = {}
        self.secrets: Any = None
        monkeypatch.setattr(program, "bring_service", self._bring)

    def _bring(self, wanted: Any, secrets: Any, *_how: Any) -> Outcome:
        self.secrets = secrets
        outcome = self.outcomes[wanted["service"]]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def add(self, name: str, outcome: Any, **changes: Any) -> None:
        job = {"version": VERSION, "service": name, "certificate": {}, "entries": [], "endpoints": [], "policy": {}, "transaction": {},
               "acme": {}, "metrics": str(self.metrics), **changes}
        (self.jobs / f"{name}.json").write_text(json.dumps(job))
        (self.jobs / f"{name}.json").chmod(0o600)
        self.outcomes[name] = outcome

    def run(self, *words: str) -> int:
        return program.main(["--jobs", str(self.jobs), "--state", str(self.state), *words])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    tmp_path.chmod(0o700)
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    return Bench(tmp_path, monkeypatch)


def test_without_a_job_there_is_nothing_to_do(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.run() == 0
    assert "nothing was done" in capsys.readouterr().out
    assert bench.run("apache") == 1


def test_each_service_is_told_and_measured(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.add("apache", Outcome({**ROW}, notes=["A new account."]))
    (bench.jobs / "secrets.env").write_text("TSIG_SECRET=x\n")
    (bench.jobs / "secrets.env").chmod(0o600)
    assert bench.run() == 0
    said = capsys.readouterr().out
    assert "apache: www: renewed, 30 days left" in said and "apache: A new account." in said and "1 renewed" in said
    assert bench.secrets == {"TSIG_SECRET": "x"}
    assert "intransit_tls_renewal_problems 0" in bench.metrics.read_text()


def test_a_failure_does_not_stop_the_next_service(bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    bench.add("apache", ValueError("a defect"))
    bench.add("nginx", Outcome({**ROW, "service": "nginx"}, problems=["first line\nsecond line"]))
    bench.add("postfix", Outcome({**ROW, "service": "postfix"}))
    (bench.jobs / "exim.json").write_text("{")
    (bench.jobs / "exim.json").chmod(0o600)
    assert bench.run() == 1
    printed = capsys.readouterr()
    assert "<3>apache: This is a defect of the program" in printed.err and "<3>nginx: first line\n<3>second line\n" in printed.err
    assert "cannot be read as JSON" in printed.err and "postfix: www: renewed" in printed.out
    assert "intransit_tls_renewal_problems 3" in bench.metrics.read_text()


def test_answers_to_challenges_can_be_read_by_the_web_server_whoever_starts_it(bench: Bench) -> None:
    before = os.umask(0o077)
    try:
        bench.run()
        assert os.umask(0o077) == 0o022
    finally:
        os.umask(before)


def test_jobs_that_others_may_write_are_refused(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.add("apache", Outcome({**ROW}))
    (bench.jobs / "apache.json").chmod(0o666)
    assert bench.run() == 1
    assert "other accounts than root can write" in capsys.readouterr().err


def test_a_clock_that_is_behind_touches_nothing(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.add("apache", Outcome({**ROW}))
    assert bench.run() == 0
    late = time.time() + 86400
    os.utime(bench.state / "last-run", (late, late))
    bench.metrics.unlink()
    assert bench.run() == 1
    assert "The clock of this host says" in capsys.readouterr().err and not bench.metrics.exists()
