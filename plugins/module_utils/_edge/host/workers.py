# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Find processes that still serve what their files said when they started.

Some daemons (Postfix) start a process for each few clients, and each of them reads the
settings and the certificate by itself.  Beside one that began before a file changed,
others that began after it show the new one; a look at the wire meets either, by chance.
Their ages do not depend on chance (proc(5), ``/proc/PID/stat``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import proc
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.listeners import list_listening

_MOST_LINKS = 40
"""As many as the kernel follows (path_resolution(7))."""


def find_outdated(ports: Iterable[int], files: Sequence[str]) -> list[str]:
    """Return a sentence for each process at a port that is older than one of the files it read as it started.

    Only workers count: processes that hold the listening socket together with their
    parent.  One that is still busy with its last client after a reload counts as well,
    since nothing shows that it will end then; to reload once more does no harm.

    Args:
        ports: TCP ports.
        files: paths; of a link both the link and what it points at count, also in the
            folders on the way.  One that is not there is left out, and so is one from
            the future: somebody set the clock back, and no age tells anything.
    """
    changed = _changed(files)
    if not changed:
        return []
    latest, path = max(changed)
    found: list[str] = []
    for pid, port in sorted(_workers(set(ports)).items()):
        begun = _begun(pid)
        if begun is not None and begun < latest:
            found.append(
                f"Process {pid} at port {port} has been running since {_clock(begun)} and has not seen that {path} "
                f"changed at {_clock(latest)}."
            )
    return found


def _changed(files: Sequence[str]) -> list[tuple[float, str]]:
    now = time.time()
    rows = [(_last_change(path), path) for path in files]
    return [(when, path) for when, path in rows if when is not None and when <= now]


def _last_change(path: str) -> Optional[float]:
    """Seconds since the epoch at which the file, or a link on the way to it, became what it is (its ``ctime``)."""
    try:
        return max([os.stat(path).st_ctime, *(os.lstat(link).st_ctime for link in _links(path, _MOST_LINKS))])
    except OSError:
        return None


def _links(path: str, most: int) -> Iterator[str]:
    """Every link that is followed on the way to a path, those behind other links too."""
    parts = path.rstrip("/").split("/")
    for end in range(2, len(parts) + 1):
        prefix = "/".join(parts[:end])
        if most and os.path.islink(prefix):
            yield prefix
            yield from _links(os.path.join(os.path.dirname(prefix), os.readlink(prefix)), most - 1)


def _workers(ports: set[int]) -> dict[int, int]:
    """Return the port of each process that holds a listening socket there together with its parent."""
    sockets = {f"socket:[{row.inode}]": row.port for row in list_listening() if row.port in ports}
    opened = {pid: proc.list_opened(pid) for pid in proc.list_pids()}
    found: dict[int, int] = {}
    for pid, mine in opened.items():
        shared = [sockets[name] for name in mine & opened.get(_parent(pid) or 0, set()) if name in sockets]
        if shared:
            found[pid] = min(shared)
    return found


def _parent(pid: int) -> Optional[int]:
    fields = proc.read_stat(pid)
    return int(fields[1]) if fields else None


def _begun(pid: int) -> Optional[float]:
    """Seconds since the epoch at which a process began; None where it is gone."""
    fields = proc.read_stat(pid)
    if not fields:
        return None
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return booted + int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
