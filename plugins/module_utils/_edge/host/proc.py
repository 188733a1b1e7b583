# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kernel's own list of processes (proc(5)): who there is, and what is said of one."""

from __future__ import annotations

import os


def list_pids() -> list[int]:
    """Return every process there is now, the lowest number first."""
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def read_stat(pid: int) -> list[str]:
    """Return the fields of ``read_stat`` behind the name, which may hold anything: state, parent, group, session, ...

    Empty where the process is gone.
    """
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()
    except OSError:
        return []


def list_opened(pid: int) -> set[str]:
    """Return what a process has open as the kernel names it, ``socket:[7]`` or a path; empty where we may not look."""
    folder = f"/proc/{pid}/fd"
    found: set[str] = set()
    try:
        names = os.listdir(folder)
    except OSError:
        return found  # gone meanwhile, or not ours to see
    for name in names:
        try:
            found.add(os.readlink(os.path.join(folder, name)))
        except OSError:
            continue
    return found
