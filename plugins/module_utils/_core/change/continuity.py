# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What worked before a change and has to work after it: the description, as plain data from the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import TransactionError

_KEYS = ("name", "command", "expect", "timeout")
LONGEST = 300.0
"""Seconds that a check may take at most."""


@dataclass(frozen=True)
class Check:
    """A program that the administrator declared: it has to succeed before the change and after it."""

    name: str
    command: tuple[str, ...]
    expect: "re.Pattern[str]"
    """What its output has to match; an empty pattern matches everything."""
    timeout: float


@dataclass(frozen=True)
class Continuity:
    """What is tried again after the change, besides the pages that the test instance compares."""

    checks: tuple[Check, ...] = ()
    answers: tuple[tuple[str, ...], ...] = ()
    """Programs of clients whose settings change too: what they answer has to stay the same."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the checks' programs, such as a password: neither in an argument nor in a file."""
    ports: frozenset[int] = frozenset()
    """Ports that stay: those of them that are open before the change have to be open after it."""


def read_continuity(given: Mapping[str, Any]) -> Continuity:
    """Build the description from ``checks``, ``answers``, ``environment`` and ``ports``.

    Args:
        given: ``checks``, each with ``command`` (a list: no shell reads it), and if need be ``name``, ``expect`` (a
            regular expression over its output) and ``timeout`` in seconds; ``answers``, commands alone;
            ``environment``, variables of the checks; ``ports``.

    Raises:
        TransactionError: a check has no command, an unknown key, or a value that cannot be used.
    """
    return Continuity(
        checks=tuple(_read_check(number, row) for number, row in enumerate(given.get("checks") or (), 1)),
        answers=tuple(tuple(map(str, argv)) for argv in given.get("answers") or ()),
        environment={str(name): str(value) for name, value in (given.get("environment") or {}).items()},
        ports=frozenset(int(port) for port in given.get("ports") or ()))


def _read_check(number: int, row: Mapping[str, Any]) -> Check:
    who = f"The check {row.get('name') or number} of tls_continuity"
    unknown = sorted(str(key) for key in row if key not in _KEYS)
    command = row.get("command")
    if unknown:
        raise TransactionError(f"{who} has the unknown key {', '.join(unknown)}; it takes {', '.join(_KEYS)}.")
    words = tuple(command) if isinstance(command, (list, tuple)) else ()
    if not words or not all(isinstance(word, (str, int)) for word in words):
        raise TransactionError(f"{who} has no command that is a list of words, such as [curl, -fsS, https://...].")
    try:
        timeout = float(row.get("timeout") or 30.0)
        expect = re.compile(str(row.get("expect") or ""), re.MULTILINE)
    except (TypeError, ValueError, re.error) as error:
        raise TransactionError(f"{who} cannot be used: {error}. `timeout` is a number of seconds, `expect` a regular "
                               "expression.") from error
    if not 0 < timeout <= LONGEST:
        raise TransactionError(f"{who} has the timeout {timeout:g}; up to {LONGEST:g} seconds are allowed.")
    return Check(str(row.get("name") or words[0]), tuple(map(str, words)), expect, timeout)
