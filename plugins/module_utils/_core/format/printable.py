# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text that stays one line wherever it is written: into a file, a message, a comment."""

from __future__ import annotations

from typing import Any

_LONGEST = 4096
_SHOWN = 80


def join_printable(text: str) -> bool:
    """Return whether a text is one line of visible characters and spaces, short enough for any file."""
    return len(text) <= _LONGEST and text.isprintable()


def show_printable(value: Any) -> str:
    """Return a value as it can be put into a message: one line, short, nothing invisible in it."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, str):
        return repr(str(value[:_SHOWN])) + ("..." if len(value) > _SHOWN else "")
    if isinstance(value, (bool, int, float)) or value is None:
        return repr(value)
    return f"a value of type {type(value).__name__}"


def show_error(error: BaseException) -> str:
    """Return an exception in one printable line: its type and its message."""
    try:
        words = str(error)
    except Exception:  # its own text cannot be made
        words = ""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words[:1000]).split())
    return f"{type(error).__name__}: {line}" if line else type(error).__name__
