# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values of module options that decide where and how files are written: read strictly, refused in a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ArgumentError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}\Z")
_MODE = re.compile(r"0?[0-7]{3}\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

RANGES: Mapping[str, tuple[float, float]] = {
    "port": (1, 65535),
    "ports": (1, 65535),
    "days": (0, 366),
    "line": (1, 10_000_000),
    "number": (1, 10_000_000),
    "keep": (0, 1000),
    "renew_days": (0, 36_500),
    "min_days_left": (0, 36_500),
    "key_size": (1, 65_536),
    "timeout": (0, 86_400),
    "lock_timeout": (0, 86_400),
    "settle": (0, 3600),
    "budget": (1, 10_000_000),
    "concurrency": (1, 100_000),
}
"""Smallest and largest value of number options, by the name of the option."""


def check_name(option: str, value: str) -> str:
    """Return a name that becomes part of a path: one word without slashes.

    Raises:
        ArgumentError: it is none.
    """
    if not _NAME.match(value) or ".." in value:
        raise ArgumentError(
            f"{option} is {value!r}. It becomes part of a path, so it must begin with a letter or digit and have "
            "only letters, digits and . _ @ - (no slash, no `..`, at most 100 characters).",
            {"option": option},
        )
    return value


def check_path(option: str, value: str) -> str:
    """Return a path without control characters.

    Raises:
        ArgumentError: it has one.
    """
    found = _CONTROL.search(value)
    if found:
        raise ArgumentError(
            f"The path in {option} has the control character {found.group()!r} at position {found.start() + 1}: "
            f"{value!r}. Correct the path.",
            {"option": option},
        )
    return value


def read_mode(value: Any, option: str = "mode") -> int:
    """Read permissions of a file, such as ``"0640"``.

    Refused are numbers, because YAML makes 416 of an unquoted 0640; bits beyond 0777; and what gives other
    accounts more than the owner, which is how such a number looks as text.

    Raises:
        ArgumentError: it is refused.
    """
    if not isinstance(value, str):
        why = "is a number (YAML reads an unquoted 0640 as 416)" if isinstance(value, int) else "is not text"
        raise _mode_error(option, value, why)
    if not _MODE.match(value):
        raise _mode_error(option, value, "is not three octal digits, with or without a 0 before them")
    bits = int(value, 8)
    owner, group, other = bits >> 6, bits >> 3 & 7, bits & 7
    if not owner & 4 or (group | other) & ~owner:
        raise _mode_error(option, value, "lets other accounts do more than the owner, or the owner not read")
    return bits


def _mode_error(option: str, value: Any, why: str) -> ArgumentError:
    return ArgumentError(
        f"{option} is {value!r}, which {why}. Write it in quotes, for example mode: '0640'.", {"option": option}
    )


def check_number(option: str, value: float) -> float:
    """Return a number within the range that options of this name have.

    Raises:
        ArgumentError: it is outside, or no number (NaN).
    """
    bounds: Optional[tuple[float, float]] = RANGES.get(option.rpartition(".")[2].partition("[")[0])
    if math.isnan(value) or (bounds and not bounds[0] <= value <= bounds[1]):
        allowed = f" from {bounds[0]:.0f} to {bounds[1]:.0f}" if bounds else ""
        raise ArgumentError(f"{option} is {value}. It must be a number{allowed}.", {"option": option})
    return value


def check(spec: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any], above: str = "") -> None:
    """Check every path and number among a module's arguments, suboptions included.

    Args:
        spec: the module's argument_spec.
        values: its parameters.
        above: the option that these are suboptions of, with a dot behind it.

    Raises:
        ArgumentError: the first that cannot be used, by the name of its option.
    """
    for option, described in spec.items():
        found = values.get(option)
        if found is None:
            continue
        label = above + option
        kind = described.get("elements") if described.get("type") == "list" else described.get("type")
        for index, item in enumerate(found if isinstance(found, list) else [found]):
            where = f"{label}[{index}]" if isinstance(found, list) else label
            if kind == "path" and item is not None:
                check_path(where, str(item))
            elif kind in ("int", "float") and item is not None:
                check_number(where, item)
            elif kind == "dict" and described.get("options") and item is not None:
                check(described["options"], item, where + ".")
