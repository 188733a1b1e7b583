# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is behind a process: its program, user, unit and package, as this host knows them."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterable
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

_UNIT = re.compile(r"/([^/]+\.(?:service|socket|scope))(?:/|$)")
_QUERY_LIMIT = 200


def describe(pids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return ``executable``, ``user``, ``unit`` and ``package`` of each process; None where it cannot be told.

    Command lines are left alone on purpose: people put passwords there.
    """
    found = {pid: _facts(pid) for pid in sorted(set(pids))}
    packages = packages_of({facts["executable"] for facts in found.values() if facts["executable"]})
    for facts in found.values():
        facts["package"] = packages.get(str(facts["executable"]))
    return found


def _facts(pid: int) -> dict[str, Any]:
    uid = _uid(pid)
    return {"executable": _executable(pid), "user": None if uid is None else find_user_name(uid), "unit": unit_of(pid)}


def find_user_name(uid: int) -> str:
    """Return a user's name, the number where there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _executable(pid: int) -> Optional[str]:
    try:
        return os.readlink(f"/proc/{pid}/exe").split(" (deleted)")[0]
    except OSError:
        return None


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _uid(pid: int) -> Optional[int]:
    match = re.search(r"^Uid:\s+\d+\s+(\d+)", _read(f"/proc/{pid}/status"), re.MULTILINE)
    return int(match.group(1)) if match else None


def unit_of(pid: int) -> Optional[str]:
    """Return the systemd unit that a process belongs to, None if it belongs to none."""
    match = _UNIT.search(_read(f"/proc/{pid}/cgroup"))
    return match.group(1) if match else None


def packages_of(programs: Iterable[str]) -> dict[str, str]:
    """Return the package of each program that the package manager knows.

    Debian's database knows some files by the name they had before /bin became a link
    to /usr/bin, so both names are asked for.
    """
    wanted: list[str] = sorted(set(programs))[:_QUERY_LIMIT]
    names = {name: program for program in wanted for name in _both_names(program)}
    if not names:
        return {}
    if command.find("dpkg-query"):
        # It ends with 1 as soon as one of the names is unknown, and tells the others all the same.
        output = command.ask(["dpkg-query", "--search", "--", *names], timeout=30).stdout
        rows = (line.rpartition(": ") for line in output.split("\n"))
        return {names[path]: package.split(",")[0].split(":")[0] for package, _colon, path in rows if path in names}
    if command.find("rpm"):
        return {program: name for program in wanted for name in [_rpm(program)] if name}
    return {}


def _both_names(program: str) -> list[str]:
    return [program, program[4:]] if program.startswith("/usr/") else [program, "/usr" + program]


def _rpm(program: str) -> Optional[str]:
    result = command.ask(["rpm", "-qf", "--qf", "%{NAME}", "--", program], timeout=30)
    return result.stdout.strip() if result.ok else None
