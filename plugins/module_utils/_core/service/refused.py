# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a service was refused, as lines: the words of the task that failed, none of them rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OTHERS = ("exception", "module_stderr", "stderr", "module_stdout")
"""Where a task says what happened if it has no message."""
_GENERAL = "One or more items failed"
"""What a loop says by itself; the reasons are those of its items."""


def reasons_of(result: Mapping[str, Any], task: str = "") -> list[str]:
    """Return one line for each problem.

    Args:
        result: the result of the task that failed.
        task: its name, said if the result has no words.
    """
    items = [row for row in result.get("results") or () if isinstance(row, Mapping) and row.get("failed")]
    found = [line for row in items for line in reasons_of(row)]
    own = _lines(result.get("msg"))
    if not found or (own and own != [_GENERAL]):
        found = [line for line in own if line != _GENERAL] + found
    for name in _OTHERS:
        # The last line of a traceback names the error.
        found = found or _lines(result.get(name))[-1:]
    return found or [f"The task {task!r} failed without a message." if task else "A task failed without a message."]


def _lines(value: Any) -> list[str]:
    texts = value if isinstance(value, (list, tuple)) else [value]
    lines = [line for text in texts if text not in (None, "") for line in str(text).splitlines()]
    return [line.rstrip() for line in lines if line.strip()]
