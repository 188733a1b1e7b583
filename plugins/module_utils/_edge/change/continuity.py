# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""See that what worked before a change works after it: open ports, pages, answers of clients, declared checks.

``look_before`` runs before the swap, ``confirm_after`` between the look at the wire and the commit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.intransit.tls.plugins.module_utils._core.change.continuity import Check, Continuity
from ansible_collections.intransit.tls.plugins.module_utils._core.dependent.lookups import LOOKUP
from ansible_collections.intransit.tls.plugins.module_utils._core.errors import ConfirmationError, ValidationError
from ansible_collections.intransit.tls.plugins.module_utils._core.service.model import ENVELOPE
from ansible_collections.intransit.tls.plugins.module_utils._core.service.openldap.host import REPLICA
from ansible_collections.intransit.tls.plugins.module_utils._edge.change import compare, envelope, lookup, replica
from ansible_collections.intransit.tls.plugins.module_utils._edge.host import command, listeners, processes
from ansible_collections.intransit.tls.plugins.module_utils._edge.host.command import CommandResult
from ansible_collections.intransit.tls.plugins.module_utils._edge.wire import within_tls

_PATIENCE = 15.0
"""Seconds that a daemon has to open its ports again, and clients to find it."""
_PAUSE = 0.5
_ANSWER = 20.0
"""Seconds for the answer of one client."""
_OWN = 32768
"""Ports from here on are given out by the kernel; a daemon that asks for any gets another one each time."""


@dataclass(frozen=True)
class Worked:
    """What worked before the swap."""

    continuity: Continuity
    ways: compare.Ways
    answers: tuple[CommandResult, ...]
    ports: frozenset[int]


def look_before(service: str, continuity: Continuity, ways: compare.Ways, units: Sequence[str]) -> Worked:
    """Return what works now.

    Raises:
        TransactionError: the program of a client is not there.
        ValidationError: a declared check fails already, so it could not tell whether the change is to blame.
    """
    for check in continuity.checks:
        failed = _run(check, continuity.environment)
        if failed:
            raise ValidationError(
                f"{service}: nothing was changed. The check {check.name} of tls_continuity fails already, before any "
                f"change: {failed} Repair what it checks, or take it out of tls_continuity.", {"reason": failed})
    answers = tuple(_ask(argv, replica.BEFORE) for argv in continuity.answers)
    # One that complained or took too long did not work before either.
    known = tuple(old for old in answers if not old.stderr.strip() and not old.timed_out)
    return Worked(continuity, ways, known, _ports_of(units))


def confirm_after(service: str, worked: Optional[Worked], units: Sequence[str], found: Sequence[str] = ()) -> None:
    """Try again what worked.

    Args:
        service: for the sentence.
        worked: what ``look_before`` returned; None: nothing is tried again.
        units: of the service.
        found: what is known to be lost already.

    Raises:
        ConfirmationError: something does not work any more, each in a line.
    """
    end = time.monotonic() + _PATIENCE
    lost = list(found)
    if worked is not None:
        lost += [*_lost_ports(worked, units, end), *_lost_answers(worked, end), *compare.find_lost(worked.ways)]
        environment = worked.continuity.environment
        failures = [(check.name, _again(check, environment, end)) for check in worked.continuity.checks]
        lost += [f"the check {name} of tls_continuity: {failed}" for name, failed in failures if failed]
    if lost:
        lines = "\n".join(f"- {sentence}" for sentence in lost)
        raise ConfirmationError(f"What worked before the change of {service} does not work after it:\n{lines}",
                                {"lost": lost})


def _ports_of(units: Sequence[str]) -> frozenset[int]:
    """Return the TCP ports at which processes of these units listen."""
    rows = [row for row in listeners.list_owned_listening() if row.pid is not None and row.port < _OWN]
    wanted = {pid for pid in {row.pid for row in rows if row.pid is not None} if processes.unit_of(pid) in units}
    return frozenset(row.port for row in rows if row.pid in wanted)


def _lost_ports(worked: Worked, units: Sequence[str], end: float) -> Iterator[str]:
    expected = worked.ports & worked.continuity.ports
    missing = expected - _ports_of(units)
    while missing and time.monotonic() < end:
        time.sleep(_PAUSE)
        missing = expected - _ports_of(units)
    for port in sorted(missing):
        yield f"port {port} was open, and {', '.join(units)} listens there no more"


def _lost_answers(worked: Worked, end: float) -> Iterator[str]:
    for old in worked.answers:
        new = _ask(old.argv)
        while not _alike(old, new) and time.monotonic() < end:
            time.sleep(_PAUSE)
            new = _ask(old.argv)
        if not _alike(old, new):
            reason = new.stderr.strip() or "The answer is another one than before the change."
            if new.argv[0] in (REPLICA, ENVELOPE):
                yield reason
                continue
            yield f"a client on this host, over TLS: {new.describe()}. {reason}"


def _ask(argv: Sequence[str], patience: Optional[float] = None) -> CommandResult:
    if argv[0] == REPLICA:
        return replica.ask(argv, patience)
    if argv[0] == ENVELOPE:
        return envelope.ask(argv)
    if argv[0] == LOOKUP:
        return lookup.ask(argv)
    return command.ask(argv, timeout=_ANSWER)


def _alike(old: CommandResult, new: CommandResult) -> bool:
    return (old.returncode, old.stdout, "") == (new.returncode, new.stdout, new.stderr.strip())


def _again(check: Check, environment: Mapping[str, str], end: float) -> str:
    """Return why a check fails after the change; another service may need a moment to find this one again."""
    failed = _run(check, environment)
    while failed and check.endpoint and time.monotonic() < end:
        time.sleep(_PAUSE)
        failed = _run(check, environment)
    return failed


def _run(check: Check, environment: Mapping[str, str]) -> str:
    """Return why a check fails, empty if it does not."""
    if check.endpoint:
        found = within_tls.find_missing([{**check.endpoint, "says": check.expect.pattern}])
        return "".join(str(item["sentence"]) for item in found)
    result = command.run(check.command, timeout=check.timeout, extra_environment=environment)
    if result.ok and check.expect.search(result.words):
        return ""
    # Its arguments and all that it printed could hold a password; the end of what it said tells most.
    end = f"it did not end within {check.timeout:g} s" if result.timed_out else f"it ended with {result.returncode}"
    missing = "" if not result.ok else f" and printed nothing that matches {check.expect.pattern!r}"
    said = result.words.strip().splitlines()
    return f"{end}{missing}{': ' + said[-1][:200] if said else ''}."
