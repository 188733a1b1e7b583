# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program intransit-tls-renew: every service of the host that has a job, one after the other.

A timer starts it every few hours, and so do the hooks of programs that renew certificates.  Runs wait for each other,
and a transaction of the controller and one of this program wait for each other by the lock of the service.
"""

from __future__ import annotations

import argparse
import glob
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.model import State
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError
from ansible_collections.intransit.tls.plugins.module_utils._core.renewal import clock, job, lego, rows
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import files, guarded, lock
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.order import ROOT
from ansible_collections.intransit.tls.plugins.module_utils._edge.renewal.reconcile import Outcome, bring_service

PATIENCE = 900.0
"""Seconds that a run waits for another one."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run; return 0 if every certificate is renewed in time and served, 1 if not."""
    options = _parser().parse_args(arguments)
    # The web server has to read the answers that lego writes; what is secret is made with a mode of its own.
    os.umask(0o022)
    try:
        guarded.make_folder(options.state, 0o700)
        with lock.hold_lock(os.path.join(options.state, "lock"), PATIENCE):
            return _run(options)
    except IntransitError as error:
        _say([error.message], True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="intransit-tls-renew", description=(
        "Renews certificates that are due, and sees that every service serves the certificate in its file."))
    parser.add_argument(
        "services", nargs="*", metavar="SERVICE", help="services to work on; default: all that have a job")
    parser.add_argument("--now", action="store_true", help="renew although nothing is due")
    parser.add_argument("--jobs", default=job.FOLDER, help="folder of the jobs (default: %(default)s)")
    parser.add_argument("--state", default=ROOT, help="folder of the program's own state (default: %(default)s)")
    return parser


def _run(options: argparse.Namespace) -> int:
    now = _read_clock()
    stamp = os.path.join(options.state, "last-run")
    wrong = clock.find_problem(now, _times((sys.argv[0], stamp)))
    if wrong:
        _say([wrong], True)
        return 1
    paths = {os.path.basename(path)[:-5]: path
             for path in sorted(glob.glob(os.path.join(glob.escape(options.jobs), "*.json")))}
    unknown = [name for name in options.services if name not in paths]
    if unknown or not paths:
        _say([f"There is no job in {options.jobs}{' for ' + ', '.join(unknown) if unknown else ''}: nothing was done."],
             bool(unknown))
        return 1 if unknown else 0
    done: list[dict[str, Any]] = []
    failing: list[str] = []
    metrics = ""
    for service in options.services or paths:
        outcome, metrics = _work_on(paths[service], options, done, metrics)
        problems = [f"{service}: {problem}" for problem in outcome.problems]
        if outcome.row is not None:
            done.append(outcome.row)
            _say([f"{service}: {rows.describe_row(outcome.row)}"] if not problems else [])
        _say([f"{service}: {note}" for note in outcome.notes])
        _say(problems, True)
        failing += problems
    _keep(stamp, now.isoformat() + "\n", 0o600)
    if metrics and not options.services:
        _keep(metrics, rows.write_metrics(done, failing, now), 0o644)
    renewed, deployed = (sum(bool(row[key]) for row in done) for key in ("renewed", "deployed"))
    _say([f"{len(done)} service(s): {renewed} renewed, {deployed} made to read the file, {len(failing)} problem(s)."],
         bool(failing))
    return 1 if failing else 0


def _work_on(path: str, options: argparse.Namespace, done: Sequence[dict[str, Any]], metrics: str
             ) -> tuple[Outcome, str]:
    """Return what became of one job, and where the metrics go; whatever happens, the next service has its turn."""
    try:
        wanted = job.read_job(guarded.read_file(path).decode(), path)
        secrets = lego.read_secrets(_read_secrets(os.path.join(options.jobs, os.path.basename(job.SECRETS))))
        outcome = bring_service(wanted, secrets, _read_clock, options.now, done, options.state)
        return outcome, wanted["metrics"] or metrics
    except (IntransitError, OSError) as error:
        return Outcome(problems=[str(error)]), metrics
    except Exception:
        traceback.print_exc()
        return Outcome(problems=["This is a defect of the program. Please report the lines above."]), metrics


def _read_clock() -> datetime:
    return datetime.now(timezone.utc)


def _read_secrets(path: str) -> str:
    return guarded.read_file(path).decode() if os.path.lexists(path) else ""


def _times(paths: Sequence[str]) -> dict[str, datetime]:
    return {path: datetime.fromtimestamp(os.stat(path).st_mtime, timezone.utc)
            for path in paths if os.path.isfile(path)}


def _keep(path: str, text: str, mode: int) -> None:
    facts = {"form": "file", "uid": os.geteuid(), "gid": os.getegid(), "mode": mode}
    files.write_state(path, State(facts, text.encode()))


def _say(lines: Sequence[str], failing: bool = False) -> None:
    """Print lines for a person; the journal marks those that begin with a priority (sd-daemon(3))."""
    stream = sys.stderr if failing else sys.stdout
    mark = "<3>" if failing and "JOURNAL_STREAM" in os.environ else ""
    for line in lines:
        for part in line.splitlines():
            stream.write(f"{mark}{part}\n")
    stream.flush()
