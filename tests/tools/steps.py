# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says which step runs and how long it took, so that a person who waits knows what for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 15
"""Seconds after which a log that nobody looks at while it grows gets a line of what is being done."""
TASK = re.compile(r"^TASK \[(?:.* : )?(.*?)\]")


class StepError(Exception):
    """A step failed; the message is the end of what it printed."""


class Steps:
    """Numbered steps with elapsed time; one line each, and a moving one where a person looks on."""

    def __init__(self, total: int, logs: Path) -> None:
        self.total = total
        self.logs = logs
        self.number = 0
        self.begin = time.monotonic()
        self.moving = sys.stdout.isatty()
        self.said = self.begin
        logs.mkdir(parents=True, exist_ok=True)

    def run(self, title: str, command: list[str], environment: Mapping[str, str] | None = None) -> str:
        """Run one command as a step; return what it printed to standard output and error together."""
        self.number += 1
        label = f"[{self.number}/{self.total}] {title}"
        log = self.logs / f"{self.number}-{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}.log"
        start = time.monotonic()
        self.said = start
        if not self.moving:
            print(f"{label} ...", flush=True)
        lines = []
        with log.open("w") as kept, subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                kept.write(line)
                self._show(label, start, line)
        self._clear()
        seconds = time.monotonic() - start
        if process.returncode != 0:
            print(f"{label}: FAILED after {seconds:.0f} s", flush=True)
            raise StepError("".join(lines[-60:]) + f"\nThe whole log: {log}")
        print(f"{label}: {seconds:.0f} s (since start {time.monotonic() - self.begin:.0f} s)", flush=True)
        return "".join(lines)

    def _show(self, label: str, start: float, line: str) -> None:
        task = TASK.match(line)
        doing = task.group(1) if task else line.strip() if re.match(r"\s+\d+\.\d s  ", line) else ""
        if not doing:
            return
        if self.moving:
            print(f"\r\033[K{label}  {time.monotonic() - start:.0f} s  {doing}"[:79], end="", flush=True)
        elif not task or time.monotonic() - self.said > PATIENCE:
            self.said = time.monotonic()
            print(f"      {doing if not task else f'{self.said - start:.0f} s  {doing}'}", flush=True)

    def _clear(self) -> None:
        if self.moving:
            print("\r\033[K", end="", flush=True)
