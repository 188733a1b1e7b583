# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names to addresses, many at once and with a deadline; opens no socket itself.

The system's resolver blocks, so each name gets its turn in one of a few threads; a thread
that never comes back is left behind when the time is over.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import is_address
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.idn import to_ascii
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire.transport import look_up

THREADS = 16


def addresses_of(hosts: Iterable[str], seconds: float) -> "dict[str, Sequence[str]]":
    """Every host with its addresses, in the order the system prefers; empty: it has none, or no answer came.

    Raises:
        IntransitError: a name outside ASCII that has no A-labels.
    """
    found: dict[str, Sequence[str]] = {}
    names = []
    for host in dict.fromkeys(hosts):
        if is_address(host):
            found[host] = (host,)
        else:
            found[host] = ()
            names.append(host)
    if names:
        _resolve(names, found, seconds)
    return found


def _resolve(names: "list[str]", found: "dict[str, Sequence[str]]", seconds: float) -> None:
    # Most looks are given addresses, or few names; threads are dear to import.
    import queue
    import threading

    todo: "queue.SimpleQueue[str]" = queue.SimpleQueue()
    done: "queue.SimpleQueue[tuple[str, Sequence[str]]]" = queue.SimpleQueue()
    ascii_of = {name: to_ascii(name) for name in names}
    for name in names:
        todo.put(name)

    def work() -> None:
        while True:
            try:
                name = todo.get_nowait()
            except queue.Empty:
                return
            done.put((name, look_up(ascii_of[name])))

    for _each in range(min(THREADS, len(names))):
        threading.Thread(target=work, daemon=True).start()
    until = time.monotonic() + seconds + len(names) / THREADS
    for _name in names:
        try:
            answered, addresses = done.get(timeout=max(0.01, until - time.monotonic()))
        except queue.Empty:
            return
        found[answered] = addresses
