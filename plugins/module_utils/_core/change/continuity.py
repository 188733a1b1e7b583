# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What worked before a change and has to work after it: the description, as plain data from the plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.intransit.tls.plugins.module_utils._core.errors import IntransitError, TransactionError
from ansible_collections.intransit.tls.plugins.module_utils._core.wire.input import read_endpoint

_KEYS = ("name", "command", "endpoint", "expect", "timeout")
_ENDPOINT_KEYS = ("host", "port", "protocol", "server_name", "address", "proxy_protocol")
LONGEST = 300.0
"""Seconds that a check may take at most."""


@dataclass(frozen=True)
class Check:
    """A program or an endpoint that the administrator declared: it has to succeed before the change and after it."""

    name: str
    command: tuple[str, ...]
    """Empty if an endpoint is asked."""
    expect: "re.Pattern[str]"
    """What its output has to match, or what the endpoint says within TLS; an empty pattern matches everything."""
    timeout: float
    endpoint: Mapping[str, Any] = field(default_factory=dict)
    """As ``wire.input.read_endpoint`` takes it."""


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
        given: ``checks``, each with ``command`` (a list: no shell reads it) or ``endpoint``, and if need be ``name``,
            ``expect`` (a regular expression over its output, or over what the endpoint says within TLS) and, of a
            command, ``timeout`` in seconds; ``answers``, commands alone; ``environment``, variables of the checks;
            ``ports``.

    Raises:
        TransactionError: a check has neither command nor endpoint, an unknown key, or a value that cannot be used.
    """
    return Continuity(
        checks=tuple(_read_check(number, row) for number, row in enumerate(given.get("checks") or (), 1)),
        answers=tuple(tuple(map(str, argv)) for argv in given.get("answers") or ()),
        environment={str(name): str(value) for name, value in (given.get("environment") or {}).items()},
        ports=frozenset(int(port) for port in given.get("ports") or ()))


def _read_check(number: int, row: Mapping[str, Any]) -> Check:
    who = f"The check {row.get('name') or number} of tls_continuity"
    unknown = sorted(str(key) for key in row if key not in _KEYS)
    command, endpoint = row.get("command"), row.get("endpoint")
    if unknown:
        raise TransactionError(f"{who} has the unknown key {', '.join(unknown)}; it takes {', '.join(_KEYS)}.")
    if endpoint is not None:
        _check_endpoint(who, row, endpoint)
    words = tuple(command) if isinstance(command, (list, tuple)) else ()
    if endpoint is None and (not words or not all(isinstance(word, (str, int)) for word in words)):
        raise TransactionError(f"{who} has no command that is a list of words, such as [curl, -fsS, https://...].")
    try:
        timeout = float(row.get("timeout") or 30.0)
        expect = re.compile(str(row.get("expect") or ("" if endpoint is None else ".")), re.MULTILINE)
    except (TypeError, ValueError, re.error) as error:
        raise TransactionError(f"{who} cannot be used: {error}. `timeout` is a number of seconds, `expect` a regular "
                               "expression.") from error
    if not 0 < timeout <= LONGEST:
        raise TransactionError(f"{who} has the timeout {timeout:g}; up to {LONGEST:g} seconds are allowed.")
    name = row.get("name") or (words[0] if endpoint is None else name_endpoint(endpoint))
    return Check(str(name), tuple(map(str, words)), expect, timeout, dict(endpoint or {}))


def _check_endpoint(who: str, row: Mapping[str, Any], endpoint: Any) -> None:
    if not isinstance(endpoint, Mapping) or row.get("command") is not None or row.get("timeout") is not None:
        raise TransactionError(f"{who}: `endpoint` has to be a mapping with host, port, protocol and server_name. "
                               "Together with it only `name` and `expect` may be set, not `command` or `timeout`.")
    unknown = sorted(str(key) for key in endpoint if key not in _ENDPOINT_KEYS)
    if unknown:
        raise TransactionError(f"{who} has an endpoint with the unknown key {', '.join(unknown)}; it takes "
                               f"{', '.join(_ENDPOINT_KEYS)}.")
    try:
        made = read_endpoint(endpoint)
    except IntransitError as error:
        raise TransactionError(f"{who} has an endpoint that cannot be used: {error.message}") from error
    if made.protocol == "http":
        raise TransactionError(f"{who} asks for http, which has no TLS. Use a command, such as curl.")


def name_endpoint(endpoint: Mapping[str, Any]) -> str:
    """Return a name for an endpoint of a check."""
    made = read_endpoint(endpoint)
    return f"{made.protocol}://{made.server_name or made.host}:{made.port}"
