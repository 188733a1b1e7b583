# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a test instance says in its log: quoted if it helps, and believed if it says that it cannot go on.

A daemon whose workers die one by one keeps its ports open, and a client waits for
answers that never come.  The log of the daemon knows at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command

LINES = 20
# When, where and by which process a line was written: every line differs in it.
_HEAD = re.compile(r"\A.*?\[\d+\]:\s*|\A[\d\-:T.+Z ]+\s")
# slapd counts seconds and threads in hexadecimal digits, which says nothing to a reader.
_COUNTED = re.compile(r"\A[0-9a-f]{8}(?:\.[0-9a-f]{8})? (?:0x[0-9a-f]+ )?")


def lines_of(path: str) -> list[str]:
    """Return the end of a log, nothing if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()[-command.OUTPUT_LIMIT:].strip().splitlines()
    except OSError:
        return []


def quote_lines(lines: Sequence[str], telling: str = "") -> str:
    """Return the last lines, each thing said only once; if some match ``telling``, only those."""
    readable = [_COUNTED.sub("", line) for line in lines]
    chosen = [line for line in readable if telling and re.search(telling, line)] or readable
    once = {_HEAD.sub("", line): line for line in chosen}
    return "\n".join(list(once.values())[-LINES:])


def find_lost(lines: Sequence[str], fatal: str) -> str:
    """Return the first line that ends the test, without its head; empty if there is none or no pattern."""
    if not fatal:
        return ""
    return next((_HEAD.sub("", line) for line in lines if re.search(fatal, line)), "")
