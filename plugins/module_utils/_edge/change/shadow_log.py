# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a shadow says in its log: quoted where it helps, and believed when it says that it is lost.

A daemon whose workers die one by one keeps its ports open, and whoever looks at them
waits for answers that never come.  Its log knows at once.
"""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import contextmanager
from typing import Iterator, List, Optional

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

LINES = 20
_PAUSE = 0.1
# When, where and by which process a line was written: every line differs in it.
_HEAD = re.compile(r"\A.*?\[\d+\]:\s*|\A[\d\-:T.+Z ]+\s")
# slapd counts seconds and threads in hexadecimal digits, which tells nobody anything.
_COUNTED = re.compile(r"\A[0-9a-f]{8}(?:\.[0-9a-f]{8})? (?:0x[0-9a-f]+ )?")


def lines_of(path: str) -> List[str]:
    """Return the end of a log, nothing where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()[-command.OUTPUT_LIMIT:].strip().splitlines()
    except OSError:
        return []


def quoted(lines: List[str], telling: Optional[str]) -> str:
    """Return the last lines, each thing said only once; where some are telling, only those."""
    readable = [_COUNTED.sub("", line) for line in lines]
    chosen = [line for line in readable if telling and re.search(telling, line)] or readable
    once = {_HEAD.sub("", line): line for line in chosen}
    return "\n".join(list(once.values())[-LINES:])


@contextmanager
def watched(path: str, fatal: Optional[str], process: "subprocess.Popen[bytes]") -> Iterator[List[str]]:
    """End the process as soon as a line of its log matches ``fatal``; yields a list that then holds what it said."""
    lost: List[str] = []
    over = threading.Event()

    def follow(pattern: "re.Pattern[str]") -> None:
        while not over.wait(_PAUSE):
            said = [_HEAD.sub("", line) for line in lines_of(path) if pattern.search(line)]
            if said:
                lost.extend(said)
                command.kill_group(process, grace=0.2)
                return

    thread = threading.Thread(target=follow, args=(re.compile(fatal),), daemon=True) if fatal else None
    if thread is not None:
        thread.start()
    try:
        yield lost
    finally:
        over.set()
        if thread is not None:
            thread.join()
