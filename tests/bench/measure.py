# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of a program: wall, CPU, memory, and what it cost on the server's side."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import bed


class Run(NamedTuple):
    """What one run took, all processes that it started included."""

    wall: float
    cpu: float
    memory: float
    """MiB of the largest process."""
    connections: int
    """Accepted by the server."""
    server_cpu: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str], servers: bed.Servers) -> Run:
    """Run a program to its end and measure it."""
    accepted, server_cpu = bed.accepted(), servers.cpu()
    with tempfile.TemporaryFile() as output:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                   env=environment, start_new_session=True)
        _pid, _status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = 0
        output.seek(0)
        text = output.read().decode(errors="replace")
    time.sleep(0.05)  # the server closes its side, so that its costs are this run's
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, bed.accepted() - accepted,
               servers.cpu() - server_cpu, text)


def peak(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """MiB of a program and all its children together, at their highest; a run of its own, since looking costs time."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                               env=environment, start_new_session=True)
    highest = 0.0
    over = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not over.wait(0.01):
            highest = max(highest, _session(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _pid, _status, used = os.wait4(process.pid, 0)
    process.returncode = 0
    over.set()
    watcher.join()
    # The kernel's own figure begins with the memory of who started the process, so it is a last resort.
    return highest or used.ru_maxrss / 1024


def _session(leader: int) -> float:
    pages = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader:
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2 ** 20


def median(runs: Iterable[Run], field: str) -> float:
    """The median of one column."""
    return statistics.median(getattr(each, field) for each in runs)


def ratio(theirs: Sequence[Run], ours: Sequence[Run]) -> float:
    """How many times longer they took, the median over rounds in which both ran."""
    return statistics.median(a.wall / b.wall for a, b in zip(theirs, ours, strict=True))
