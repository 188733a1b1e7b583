#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for Python as Ansible's interpreter, and adds to a file what each module took.

    INTERPRETER=python [INTERPRETER_PEAKS=file] [INTERPRETER_CPU=file] interpreter.py ...

Peaks are MiB of memory, CPU is in seconds with those of this script.

The kernel's figure begins with the memory of who started a process: here that is this script, smaller than any module.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

real = os.environ["INTERPRETER"]
_pid, status, used = os.wait4(os.spawnv(os.P_NOWAIT, real, [real, *sys.argv[1:]]), 0)
own = sum(os.times()[:4])
for name, amount in (("INTERPRETER_PEAKS", f"{used.ru_maxrss / 1024:.1f}"), ("INTERPRETER_CPU", f"{own:.2f}")):
    if name in os.environ:
        with Path(os.environ[name]).open("a") as file:
            file.write(amount + "\n")
sys.exit(os.waitstatus_to_exitcode(status))
